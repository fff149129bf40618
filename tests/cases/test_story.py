"""The spine: from a report at 22:40 to a closed case, told through the verbs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from hjulet.cases import actions
from hjulet.cases.choices import State
from hjulet.cases.dossier import Dossier
from hjulet.cases.models import Case, Clock
from hjulet.core.flow import Refused, Stale
from hjulet.core.swedish_time import clock_words
from hjulet.law.models import ServiceLevel
from hjulet.measures import actions as measures
from hjulet.measures.choices import Effect, MeasureState
from hjulet.measures.models import Measure
from hjulet.notify.models import Notice

pytestmark = pytest.mark.django_db


def investigate(case, who, at):
    actions.perform(case, "investigate", actor=who, at=at)
    actions.add_note(
        case, kind="fact", noted_on=at.date(), source="Larmloggen", text="Larmet kom 02.14.", actor=who, at=at
    )
    return actions.add_cause(case, area="procedures", text="Ingen tar över larmen.", actor=who, at=at)


def propose(case, cause, who, owner, at, days=10):
    measure = measures.propose(
        unit=case.unit,
        track=case.track,
        title="Larmansvarig vid passbyte",
        expected_effect="Inga larm över 10 minuter",
        strength="medium",
        owner=owner,
        due=at.date() + timedelta(days=days),
        source=("case", case.pk),
        actor=who,
        at=at,
    )
    actions.link_measure(cause, measure, actor=who, at=at)
    return measure


@pytest.mark.capability("DEV-3")
def test_the_whole_story(assessed, actor, person, at, fresh):
    asa, juno = actor("asa"), actor("juno")
    case = assessed("sol")
    cause = investigate(case, asa, at)
    with pytest.raises(Refused, match="saknar åtgärd"):
        actions.perform(case, "decide", actor=asa, at=at, data={"message": "Vi gör om."})
    measure = propose(case, cause, asa, person("mona"), at)
    actions.perform(case, "decide", actor=asa, at=at, data={"message": "Vi utser larmansvarig."})
    assert [m.text for m in Case.objects.reported_by(juno).get(pk=case.pk).messages.all()] == ["Vi utser larmansvarig."]
    with pytest.raises(Refused, match="inte genomförd"):
        actions.perform(case, "follow-up", actor=asa, at=at)
    later = at + timedelta(days=5)
    measures.mark_done(measure, done_on=later.date(), note="Klart.", version=1, actor=actor("mona"), at=later)
    actions.perform(case, "follow-up", actor=asa, at=later)
    missing = Dossier.of(fresh(case, asa)).missing(Dossier.of(case).flow.step("close"))
    assert len(missing) == 2
    actions.tell_person_informed(case, informed="yes", informed_on=at.date(), note="", actor=asa, at=later)
    done = Measure.objects.visible_to(asa).get(pk=measure.pk)
    measures.assess_effect(
        done, effect=Effect.YES, note="Inga långa larm.", version=done.version, actor=actor("mona"), at=later
    )
    closed = actions.perform(
        case, "close", actor=asa, at=later, data={"message": "Larmen tas över.", "lesson": "Säg vem."}
    )
    assert closed.state == State.CLOSED and closed.closed_at == later and closed.due_on is None
    assert Notice.objects.filter(person__login="juno", kind="case.closed_for_reporter").exists()


@pytest.mark.capability("ACT-1")
def test_without_effect_the_measure_opens_again_with_a_new_cause(assessed, actor, person, at, fresh):
    asa, mona = actor("asa"), actor("mona")
    case = assessed("sol")
    measure = propose(case, investigate(case, asa, at), asa, person("mona"), at)
    actions.perform(case, "decide", actor=asa, at=at, data={"message": "Beslutat."})
    measures.mark_done(measure, done_on=at.date(), note="Klart.", version=1, actor=mona, at=at)
    actions.perform(case, "follow-up", actor=asa, at=at)
    done = Measure.objects.visible_to(mona).get(pk=measure.pk)
    with pytest.raises(Refused, match="orsak"):
        measures.assess_effect(done, effect=Effect.NO, note="Nej.", version=done.version, actor=mona, at=at)
    measures.assess_effect(
        done,
        effect=Effect.NO,
        note="Larmen är fortfarande långa.",
        new_cause="Larmen hörs inte i badrummen.",
        area="technology",
        due=at.date() + timedelta(days=30),
        version=done.version,
        actor=mona,
        at=at,
    )
    again = Measure.objects.visible_to(mona).get(pk=measure.pk)
    assert (again.state, again.reopened) == (MeasureState.PLANNED, 1)
    after = fresh(case, asa)
    assert after.state == State.MEASURES
    assert [c.text for c in after.causes.all()] == ["Ingen tar över larmen.", "Larmen hörs inte i badrummen."]
    with pytest.raises(Refused):
        actions.perform(case, "follow-up", actor=asa, at=at)


@pytest.mark.capability("NEW-24")
def test_the_reporters_words_never_change(reported, actor):
    case = reported()
    case.description = "Något annat"
    with pytest.raises(DatabaseError), transaction.atomic():
        case.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.reported_by(actor("juno")).update(immediate_action="Något annat")


@pytest.mark.capability("DEV-1")
def test_sending_twice_gives_one_case(reported):
    first = reported()
    again = reported(submission_key=first.submission_key)
    assert again.pk == first.pk


def test_an_event_in_the_future_is_refused(reported, at):
    with pytest.raises(Refused, match="framtiden"):
        reported(occurred_at=at + timedelta(minutes=1))


def test_a_unit_that_has_ceased_is_refused(reported, person, at):
    unit = person("juno").home_unit
    unit.valid_to = at.date() - timedelta(days=1)
    unit.save()
    with pytest.raises(Refused, match="finns inte längre"):
        reported(unit=unit)


@pytest.mark.capability("DEV-2")
def test_several_laws_become_linked_cases_with_a_wall(assessed, actor):
    case = assessed("sol", "hsl")
    other = Case.objects.visible_to(actor("fatima")).get()
    assert (case.track, other.track) == ("sol", "hsl")
    assert case.linked_ids == [other.pk] and other.linked_ids == [case.pk]
    assert other.description == case.description
    assert not Case.objects.visible_to(actor("fatima")).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(actor("dag")).filter(pk=other.pk).exists()


@pytest.mark.capability("NEW-6")
def test_the_clock_follows_working_days(reported, actor, at):
    case = reported()
    by_code = {clock.code: clock for clock in case.clocks.all()}
    assert by_code["deviation.receive"].due_on == date(2026, 11, 13)
    assert by_code["deviation.feedback"].due_on == date(2026, 11, 26)
    assert case.due_on == date(2026, 11, 13)


def test_a_pause_moves_the_date_by_as_many_days(assessed, actor, at, fresh):
    asa = actor("asa")
    case = assessed("sol")
    before = case.due_on
    with pytest.raises(KeyError):
        actions.perform(case, "pause", actor=asa, at=at, data={})
    actions.perform(case, "pause", actor=asa, at=at, data={"reason": "Väntar på svar från sjukhuset"})
    assert fresh(case, asa).due_on is None
    actions.perform(case, "resume", actor=asa, at=at + timedelta(days=7), data={"reason": "Svaret kom"})
    assert fresh(case, asa).due_on == before + timedelta(days=7)


def test_genast_has_no_day(reported, at):
    level = ServiceLevel.objects.get(code="deviation.receive", principal=None)
    level.unit, level.amount = "immediate", None
    level.save()
    case = reported()
    (clock,) = case.clocks.filter(code="deviation.receive")
    words = clock_words(at + timedelta(hours=2), limit=clock.limit, started_at=clock.started_at)
    assert clock.due_on is None
    assert (words.bold, "Lagen anger ingen dag" in words.rest, "2 timmar" in words.rest) == ("Genast.", True, True)


@pytest.mark.capability("DEV-3")
def test_two_people_at_once_the_second_is_told(assessed, actor, at):
    case = assessed("sol")
    shown = case.version
    actions.perform(case, "investigate", actor=actor("asa"), at=at, version=shown)
    with pytest.raises(Stale):
        actions.perform(case, "reclassify", actor=actor("dag"), at=at, version=shown, data={"tracks": ["sol"]})


def test_without_duty_no_step(assessed, actor, at):
    case = assessed("hsl")
    for login in ("juno", "eva", "cilla", "sara", "dag", "hanna"):
        with pytest.raises((Refused, Case.DoesNotExist)):
            actions.perform(case, "investigate", actor=actor(login), at=at)


def test_a_closed_case_is_not_written_in(assessed, actor, at):
    case = assessed("sol")
    actions.perform(case, "annul", actor=actor("dag"), at=at, data={"reason": "Dubblett"})
    with pytest.raises(Refused):
        actions.add_note(case, kind="fact", noted_on=at.date(), source="x", text="y", actor=actor("asa"), at=at)
    assert not Clock.objects.unscoped(reason="test").filter(case=case, stopped_at__isnull=True).exists()
