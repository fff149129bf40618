"""Everything passes at once, or nothing does (ORG-5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hjulet.cases import actions as cases
from hjulet.cases.models import Case, Clock
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.documents.models import Document
from hjulet.handover import actions
from hjulet.handover.models import Handover, Passed
from hjulet.handover.plan import Plan
from hjulet.measures.models import Measure
from hjulet.notify.models import Notice
from hjulet.org.models import Assignment

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-5"), pytest.mark.capability("NEW-22")]


def test_everything_passes_in_one_step(prepared, assessed, measure_of, actor, person, at) -> None:
    case, measure = assessed("sol"), measure_of()
    due = list(Clock.objects.visible_to(actor("asa")).filter(case=case).values_list("due_on", flat=True))
    handover = actions.carry_out(prepared(), actor=actor("lars"), at=at)
    cilla = actor("cilla")
    moved = Case.objects.visible_to(cilla).get(pk=case.pk)
    assert (moved.handler_id, moved.version) == (person("cilla").pk, case.version + 1)
    assert list(Clock.objects.visible_to(cilla).filter(case=case).values_list("due_on", flat=True)) == due
    assert Measure.objects.visible_to(cilla).get(pk=measure.pk).owner_id == person("cilla").pk
    assert cilla.holds_at("handle_cases", moved.unit.path or "", "hsl")
    assert not actor("asa").holds("handle_cases")
    assert Event.objects.filter(verb="case.assign", object_id=case.pk).count() == 1
    assert Event.objects.filter(verb="measure.passed-on", object_id=measure.pk).count() == 1
    assert {"handover.done"} <= set(Notice.objects.filter(person=person("cilla")).values_list("kind", flat=True))
    assert handover.receipt["counts"]["case"] == {"successor": 1, "others": 0, "stay": 0, "nobody": 0}


def test_the_duties_end_the_day_before_and_begin_on_the_day(prepared, actor, person, unit, at) -> None:
    actions.carry_out(prepared(), actor=actor("lars"), at=at)
    ended = Assignment.objects.get(person=person("asa"), unit=unit, role__code="unit_manager")
    given = Assignment.objects.get(person=person("cilla"), unit=unit, role__code="unit_manager")
    assert (ended.valid_to, given.valid_from) == (at.date() - timedelta(days=1), at.date())
    assert Assignment.objects.get(person=person("asa"), role__code="employee").valid_to is None


def test_a_changed_row_stops_everything_and_is_named(prepared, assessed, measure_of, actor, person, at) -> None:
    case, other, measure = assessed("sol"), assessed("hsl"), measure_of()
    handover, lars = prepared(), actor("lars")
    seen = Plan(handover, at).stamp(lars)
    cases.perform(case, "assign", actor=actor("asa"), at=at, data={"handler": person("bo")})
    cases.perform(other, "investigate", actor=actor("asa"), at=at)
    with pytest.raises(Stale) as told:
        actions.carry_out(handover, seen=seen, actor=lars, at=at)
    assert other.ref in str(told.value)
    assert case.title in str(told.value)
    assert measure.title not in str(told.value)
    assert actor("asa").holds("handle_cases")
    assert not Passed.objects.unscoped(reason="test").exists()
    assert Measure.objects.visible_to(actor("asa")).get(pk=measure.pk).owner_id == person("asa").pk


def test_not_before_the_day(prepared, actor, at) -> None:
    handover = prepared(first_day=at.date() + timedelta(days=3))
    with pytest.raises(Refused, match="Genomför överlämningen då"):
        actions.carry_out(handover, actor=actor("lars"), at=at)
    late = at + timedelta(days=5)
    done = actions.carry_out(handover, actor=actor("lars", late), at=late)
    assert done.receipt["first_day"] == late.date().isoformat()


@pytest.mark.parametrize("who", ["asa", "cilla", "juno", "dag", "mona", "fatima", "ivar"])
def test_others_may_not_start_one(who: str, prepared) -> None:
    with pytest.raises(Refused):
        prepared(by=who)


def test_who_manages_the_organisation_may(prepared, actor, at) -> None:
    assert actions.carry_out(prepared(by="root"), actor=actor("root"), at=at).done


def test_lars_does_not_pass_on_a_post_that_changes_the_organisation(prepared, actor, person, unit, at) -> None:
    from hjulet.org import actions as org
    from hjulet.org.models import Role

    role = Role.objects.get(code="system_administrator", principal=unit.principal)
    org.assign_role(person=person("asa"), role=role, unit=unit, valid_from=at.date(), actor=None, at=at)
    with pytest.raises(Refused, match="ändra organisationen"):
        prepared()
    assert prepared(by="root").pk


def test_a_choice_gives_a_row_to_another(prepared, assessed, actor, person, at) -> None:
    case, other = assessed("sol"), assessed("sol")
    handover, lars = prepared(), actor("lars")
    assert actions.choose(handover, [("case", case.pk)], to=person("bo"), reason="Kan frågan", actor=lars, at=at) == 1
    assert actions.choose(handover, [("case", other.pk)], to=None, reason="Nästan klart", actor=lars, at=at) == 1
    actions.carry_out(handover, actor=lars, at=at)
    handlers = dict(Case.objects.visible_to(lars).values_list("pk", "handler__login"))
    assert handlers == {case.pk: "bo", other.pk: "asa"}
    assert Case.objects.visible_to(actor("asa")).filter(pk=other.pk).exists()
    rows = Passed.objects.visible_to(lars).filter(handover=handover, kind="case")
    assert {row.object_id: (row.stays, row.reason) for row in rows} == {
        case.pk: (False, "Kan frågan"),
        other.pk: (True, "Nästan klart"),
    }
    assert Notice.objects.filter(person=person("bo"), kind="handover.given").count() == 1


def test_a_row_that_stays_needs_a_reason_and_someone_who_stays(prepared, assessed, actor, person, at) -> None:
    case, handover, lars = assessed("sol"), prepared(), actor("lars")
    with pytest.raises(Refused, match="varför"):
        actions.choose(handover, [("case", case.pk)], to=None, reason=" ", actor=lars, at=at)
    type(person("asa")).objects.filter(login="asa").update(is_active=False)
    with pytest.raises(Refused, match="kan inte behålla"):
        actions.choose(handover, [("case", case.pk)], to=None, reason="Nästan klart", actor=lars, at=at)


def test_what_passed_is_never_changed(prepared, assessed, actor, at) -> None:
    assessed("sol")
    handover = actions.carry_out(prepared(), actor=actor("lars"), at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.unscoped(reason="test").filter(pk=handover.pk).update(words={"first": "x"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Passed.objects.unscoped(reason="test").update(label="x")
    confirmed = actions.confirm(handover, actor=actor("cilla"), at=at)
    assert confirmed.state == "taken-over"
    with pytest.raises(Refused):
        actions.confirm(handover, actor=actor("cilla"), at=at)
    with pytest.raises(Refused):
        actions.carry_out(handover, actor=actor("lars"), at=at)


def test_one_at_a_time(prepared) -> None:
    prepared()
    with pytest.raises(Refused, match="redan en överlämning"):
        prepared()


def test_nothing_to_hand_over(prepared) -> None:
    with pytest.raises(Refused, match="inget uppdrag"):
        prepared(leaving="juno")


def test_what_someone_holds_elsewhere_by_another_post_stays(prepared, assessed, actor, person, at) -> None:
    """Samir leads two places; he leaves one of them."""
    from hjulet.org.models import Unit

    left, kept = Unit.objects.get(code="kvarngarden"), Unit.objects.get(code="ronnen")
    one, two = assessed("sol", unit=left, by="samir"), assessed("sol", unit=kept, by="samir")
    handover = prepared("samir", "cilla", by="root", units=[left])
    actions.carry_out(handover, actor=actor("root"), at=at)
    assert Case.objects.visible_to(actor("cilla")).get(pk=one.pk).handler_id == person("cilla").pk
    assert Case.objects.visible_to(actor("samir")).get(pk=two.pk).handler_id == person("samir").pk
    assert not Case.objects.visible_to(actor("samir")).filter(pk=one.pk).exists()


def test_who_leads_a_unit_does_not_take_cases_from_the_one_who_is_responsible_above(
    prepared, assessed, actor, person, at
) -> None:
    """Dag is SAS for all units, and keeps what he handles at each."""
    case = assessed("sol")
    cases.perform(case, "assign", actor=actor("asa"), at=at, data={"handler": person("dag")})
    with pytest.raises(Refused, match="inget uppdrag"):
        prepared(leaving="dag")


def test_of_one_who_has_no_post_there_only_what_lies_there_passes(prepared, assessed, actor, person, at) -> None:
    from hjulet.org.models import Unit

    here, there = assessed("sol"), assessed("sol", unit=Unit.objects.get(code="kvarngarden"), by="samir")
    cases.perform(here, "assign", actor=actor("asa"), at=at, data={"handler": person("bo")})
    cases.perform(there, "assign", actor=actor("samir"), at=at, data={"handler": person("bo")})
    plan = Plan(prepared(leaving="bo"), at)
    assert [line.thing.pk for line in plan.lines] == [here.pk]


def test_who_leaves_altogether_gives_back_what_lies_elsewhere(prepared, assessed, actor, person, at) -> None:
    from hjulet.org.models import Unit

    there = assessed("sol", unit=Unit.objects.get(code="kvarngarden"), by="samir")
    cases.perform(there, "assign", actor=actor("samir"), at=at, data={"handler": person("asa")})
    actions.carry_out(prepared(), actor=actor("lars"), at=at)
    assert Case.objects.visible_to(actor("samir")).get(pk=there.pk).handler_id == person("samir").pk
    assert not Case.objects.visible_to(actor("asa")).filter(pk=there.pk).exists()


def test_two_units_at_once(prepared, assessed, actor, person, at) -> None:
    from hjulet.org.models import Unit

    units = list(Unit.objects.filter(code__in=["kvarngarden", "ronnen"]).order_by("path"))
    found: list[Any] = [assessed("sol", unit=unit, by="samir") for unit in units]
    actions.carry_out(prepared("samir", "cilla", by="root", units=units), actor=actor("root"), at=at)
    assert (
        Case.objects.visible_to(actor("cilla")).filter(handler__login="cilla", pk__in=[c.pk for c in found]).count()
        == 2
    )


def test_the_documents_she_owns_pass_on_too(prepared, actor, person, at) -> None:
    owned = Document.objects.get(title="Rutin när någon saknas")
    assert owned.owner == person("asa")
    actions.carry_out(prepared(), actor=actor("lars"), at=at)
    owned.refresh_from_db()
    assert owned.owner == person("cilla")
