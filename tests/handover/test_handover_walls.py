"""What the successor may not handle goes past her, and she is never told of it."""

from __future__ import annotations

from typing import Any

import pytest

from hjulet.cases import actions as cases
from hjulet.cases.models import Case
from hjulet.core.flow import Refused
from hjulet.handover import actions
from hjulet.handover.models import Choice, Passed
from hjulet.handover.plan import Plan
from hjulet.notify.models import Notice
from hjulet.org.models import Role, RoleDuty

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-5"), pytest.mark.capability("ACC-3")]


@pytest.fixture
def sol_only(unit) -> Role:
    """A municipality where the unit's manager works under the social law alone; she had other cases before."""
    role = Role.objects.get(code="unit_manager", principal=unit.principal)
    RoleDuty.objects.filter(role=role, duty="handle_cases").update(tracks=["sol", "lss"])
    return role


@pytest.fixture
def lex(assessed, actor, at) -> Case:
    """A lex Sarah case that Åsa has come to handle."""
    case = assessed("sol")
    cases.perform(case, "lex-sarah", actor=actor("asa"), at=at, data={"reason": "Ska prövas"})
    rows = Case.objects.unscoped(reason="test").filter(pk=case.pk)
    rows.update(handler=actor("asa").person_id)
    return rows.get()


def test_a_case_behind_the_wall_goes_to_the_nearest_who_may(
    prepared, assessed, sol_only, browse, actor, person, at
) -> None:
    hsl, sol = assessed("hsl"), assessed("sol")
    handover = prepared()
    plan = Plan(handover, at)
    assert {line.thing.pk: line.to and line.to.name for line in plan.lines if line.thing.kind == "case"} == {
        hsl.pk: "Fatima Rahimi",
        sol.pk: "Cilla Norén",
    }
    actions.carry_out(handover, actor=actor("root"), at=at)
    assert Case.objects.visible_to(actor("fatima")).get(pk=hsl.pk).handler_id == person("fatima").pk
    assert Notice.objects.filter(person=person("fatima"), kind="handover.given").exists()
    cilla = actor("cilla")
    assert not Case.objects.visible_to(cilla).filter(pk=hsl.pk).exists()
    cases = Passed.objects.visible_to(cilla).filter(kind="case")
    assert list(cases.values_list("object_id", flat=True)) == [sol.pk]
    page = browse("cilla").get(handover.get_absolute_url()).content.decode()
    assert sol.ref in page
    assert hsl.ref not in page
    assert "1 rad visas bara för den som har rätt att se den." in page


def test_it_cannot_be_chosen_over_the_wall(prepared, assessed, sol_only, actor, person, at) -> None:
    hsl, handover = assessed("hsl"), prepared()
    with pytest.raises(Refused, match=f"{hsl.ref}: Personen arbetar med en annan lag"):
        actions.choose(handover, [("case", hsl.pk)], to=person("dag"), reason="", actor=actor("lars"), at=at)
    assert not Choice.objects.unscoped(reason="test").exists()


def test_a_wall_that_rose_after_the_choice_stops_everything(prepared, assessed, actor, person, at, unit) -> None:
    hsl, handover, lars = assessed("hsl"), prepared(), actor("lars")
    actions.choose(handover, [("case", hsl.pk)], to=person("gunilla"), reason="", actor=lars, at=at)
    from hjulet.org import actions as org

    role = Role.objects.get(code="sas", principal=unit.principal)
    org.assign_role(person=person("gunilla"), role=role, unit=unit, valid_from=at.date(), actor=None, at=at)
    with pytest.raises(Refused, match=hsl.ref):
        actions.carry_out(handover, actor=lars, at=at)
    assert actor("asa").holds("handle_cases")


def test_a_lex_case_goes_to_who_handles_lex_and_not_to_the_manager_of_the_place(
    prepared, lex, actor, person, browse, at
) -> None:
    handover, lars = prepared(), actor("lars")
    with pytest.raises(Refused, match="Närmaste chef"):
        actions.choose(handover, [("case", lex.pk)], to=person("cilla"), reason="", actor=lars, at=at)
    with pytest.raises(Refused, match="handlägger inte lex"):
        actions.choose(handover, [("case", lex.pk)], to=person("bo"), reason="", actor=lars, at=at)
    page = browse("cilla").get(f"{handover.get_absolute_url()}underlag/arenden/").content.decode()
    assert lex.ref not in page
    actions.carry_out(handover, actor=lars, at=at)
    assert Case.objects.visible_to(actor("dag")).get(pk=lex.pk).handler_id == person("dag").pk
    assert lex.ref not in browse("cilla").get(handover.get_absolute_url()).content.decode()


def test_root_counts_what_she_may_not_read(prepared, assessed, lex, browse, at) -> None:
    case, handover = assessed("sol"), prepared()
    root = browse("root")
    for tail in ("", "fordela/", "genomfor/", "underlag/arenden/", "underlag/snart/", "underlag/loften/"):
        page = root.get(handover.get_absolute_url() + tail).content.decode()
        assert case.ref not in page
        assert lex.ref not in page
        assert case.title not in page
    shared = root.get(handover.get_absolute_url() + "fordela/").content.decode()
    assert "Det du inte får se" in shared
    assert "Dag Sandell" in shared


def test_before_she_takes_over_the_successor_sees_only_her_own(prepared, assessed, browse) -> None:
    case, handover = assessed("sol"), prepared()
    page = browse("cilla").get(f"{handover.get_absolute_url()}underlag/arenden/").content.decode()
    assert case.ref not in page
    assert case.ref in browse("asa").get(f"{handover.get_absolute_url()}underlag/arenden/").content.decode()


def test_what_nobody_may_take_lies_without_a_handler(prepared, assessed, sol_only, actor, person, at) -> None:
    from hjulet.org.models import Assignment

    hsl = assessed("hsl")
    handover = prepared(by="root")
    Assignment.objects.filter(person__login__in=["fatima", "rolf"]).delete()
    actions.carry_out(handover, actor=actor("root"), at=at)
    row: Any = Case.objects.unscoped(reason="test").get(pk=hsl.pk)
    assert row.handler_id is None
    assert Notice.objects.filter(person=person("root"), kind="case.no_receiver").exists()


def test_a_provider_takes_only_what_is_its_own(prepared, assessed, measure_of, actor, person, at) -> None:
    case, measure, handover, lars = assessed("sol"), measure_of(), prepared(), actor("lars")
    for key in (("case", case.pk), ("measure", measure.pk)):
        with pytest.raises(Refused, match="utförare"):
            actions.choose(handover, [key], to=person("ivar"), reason="", actor=lars, at=at)


def test_another_principal_sees_nothing(prepared, browse) -> None:
    handover = prepared()
    assert browse("sara").get(handover.get_absolute_url()).status_code == 404
