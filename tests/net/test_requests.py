"""A case from report to the end, each verb with the claims of the one whose request it is, as the pages send them.

The verbs follow what hangs on a case; were a row hidden from them there, they would go on as if it was not there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from hjulet.cases import actions
from hjulet.cases.choices import State
from hjulet.cases.models import Case, Category, CauseMeasure, Clock
from hjulet.core import net
from hjulet.core.actor import Actor
from hjulet.measures import actions as measures
from hjulet.measures.choices import Effect, MeasureState
from hjulet.measures.models import Measure
from hjulet.org import actions as organisation
from hjulet.org.models import Person, Unit
from hjulet.stats import step_facts
from hjulet.stats.models import StepFact, StepTotal
from hjulet.stats.writer import verify
from tests.conftest import AS_APP, ASSESSMENT
from tests.processes.conftest import written  # noqa: F401 - something to count in

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-3")]
As = Callable[[str], Any]


@pytest.fixture
def request_of(actor: Callable[..., Actor]) -> As:
    """Inside, she is the one who is logged in."""
    return lambda login: net.asking(net.person(actor(login)))


@pytest.fixture
def case(request_of: As, reported: Callable[..., Case]) -> Case:
    with request_of("juno"):
        return reported(guessed_track="sol")


def assess(case: Case, who: Actor, at: Any, *tracks: str) -> Case:
    category = Category.objects.filter(track=tracks[0], parent__isnull=False).first()
    data = ASSESSMENT | {"tracks": list(tracks), "category_id": category.pk if category else None}
    return actions.perform(case, "assess", actor=who, at=at, data=data)


def running(case: Case) -> set[str]:
    clocks = Clock.objects.unscoped(reason="looked at").filter(case=case, stopped_at__isnull=True)
    return set(clocks.values_list("code", flat=True))


def test_a_case_taken_out_of_its_handlers_own_sight(
    case: Case, request_of: As, actor: Any, person: Any, at: Any
) -> None:
    """Dag hands the case over the wall to health care: it, its clocks and the figures follow, he sees it no more."""
    asa, dag = actor("asa"), actor("dag")
    with request_of("asa"):
        actions.perform(case, "receive", actor=asa, at=at)
        assess(case, asa, at, "sol")
    with request_of("dag"):
        before = running(case)
        moved = Case.objects.visible_to(dag).get(pk=case.pk)
        actions.perform(moved, "reclassify", actor=dag, at=at, data={"tracks": ["hsl"]})
        assert not Case.objects.visible_to(dag).filter(pk=case.pk).exists()
    assert running(case) == before and before
    with request_of("fatima"):
        assert Case.objects.visible_to(actor("fatima")).get(pk=case.pk).track == "hsl"
    assert verify() == []


def test_several_laws_in_one_step(case: Case, request_of: As, actor: Any, at: Any) -> None:
    with request_of("asa"):
        actions.perform(case, "receive", actor=actor("asa"), at=at)
        assess(case, actor("asa"), at, "sol", "hsl")
    kept = Case.objects.unscoped(reason="looked at").filter(reporter_id=actor("juno").person_id)
    assert sorted(kept.values_list("track", flat=True)) == ["hsl", "sol"]
    assert verify() == []


def test_a_measure_whose_owner_does_not_see_the_case(
    case: Case, request_of: As, actor: Any, person: Callable[[str], Person], at: Any
) -> None:
    """Mona says that it had no effect: the case goes back, with a new cause and its clocks as they should be."""
    asa, mona, juno = actor("asa"), actor("mona"), actor("juno")
    with request_of("asa"):
        actions.perform(case, "receive", actor=asa, at=at)
        assess(case, asa, at, "sol")
        actions.perform(case, "investigate", actor=asa, at=at)
        actions.add_note(case, kind="fact", noted_on=at.date(), source="x", text="Larmet kom.", actor=asa, at=at)
        cause = actions.add_cause(case, area="procedures", text="Ingen tar över larmen.", actor=asa, at=at)
        measure = measures.propose(
            unit=case.unit,
            track="sol",
            title="Larmansvarig",
            expected_effect="Inga larm över 10 minuter",
            strength="medium",
            owner=person("mona"),
            due=date(2026, 11, 22),
            source=("case", case.pk),
            actor=asa,
            at=at,
        )
        actions.link_measure(cause, measure, actor=asa, at=at)
        actions.ask_reporter(case, text="När?", actor=asa, at=at)
        actions.perform(case, "decide", actor=asa, at=at, data={"message": "Beslutat."})
    with request_of("juno"):
        own = Case.objects.reported_by(juno).get(pk=case.pk)
        assert len(own.messages.all()) == 2
        assert own.messages.filter(read_at__isnull=True).update(read_at=at) == 2
        actions.reply(own, text="Klockan två.", actor=juno, at=at)
    with request_of("mona"):
        assert not Case.objects.visible_to(mona).filter(pk=case.pk).exists()
        done = measures.mark_done(measure, done_on=at.date(), note="Klart.", version=1, actor=mona, at=at)
    with request_of("asa"):
        actions.perform(case, "follow-up", actor=asa, at=at)
    with request_of("mona"):
        done = Measure.objects.visible_to(mona).get(pk=measure.pk)
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
        assert Measure.objects.visible_to(mona).get(pk=measure.pk).state == MeasureState.PLANNED
    with request_of("asa"):
        after = Case.objects.visible_to(asa).get(pk=case.pk)
        assert after.state == State.MEASURES
        assert [found.number for found in after.causes.all()] == [1, 2]
        assert CauseMeasure.objects.visible_to(asa).filter(cause__case=after).count() == 2
    assert verify() == []


@pytest.mark.skipif(not AS_APP, reason="row-level security is PostgreSQL's, for a role that owns nothing")
def test_nothing_is_made_for_another_principal(case: Case, request_of: As, person: Any, actor: Any) -> None:
    """A fault that mixed up whose unit it is would be stopped."""
    theirs = person("sara")
    held = Case.objects.unscoped(reason="copied").get(pk=case.pk)
    held.pk, held.principal_id, held.unit_id = None, theirs.principal_id, theirs.home_unit_id
    with request_of("asa"), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        held.save(force_insert=True)


def test_a_unit_is_moved_by_someone_who_sees_no_figures(
    written: Any,  # noqa: F811
    request_of: As,
    actor: Any,
    at: Any,
) -> None:
    """What is counted below moves along in the totals, though the administrator may not see any of it."""
    process = written("Från larm till hjälp", login="klara", unit="forvaltningen")
    unit = Unit.objects.get(code="ekbacken")
    values = {"month": date(2026, 10, 1), "kind": "deviation", "track": "hsl", "step": "steg_1", "cases": 4}
    StepFact.objects.create(principal_id=unit.principal_id, unit=unit, process=process, **values)
    step_facts.sum_up()
    with request_of("root"):
        assert not (AS_APP and StepFact.objects.exists())
        parent = Unit.objects.get(principal_id=unit.principal_id, parent=None)
        organisation.move_unit(unit=unit, parent=parent, day=at.date(), actor=actor("root"), at=at)
    assert StepTotal.objects.filter(unit=unit).count() == 1 and step_facts.verify_totals() == 0
    gone = StepTotal.objects.filter(unit__code="forvaltningen").aggregate(n=Sum("cases"))["n"]
    assert gone == 0
