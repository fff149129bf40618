"""A report always reaches someone, and a case is only given to those who may have it."""

from __future__ import annotations

import pytest

from hjulet.cases import actions
from hjulet.cases.models import Case
from hjulet.cases.readers import readers_of
from hjulet.core.flow import Refused
from hjulet.notify.models import Notice
from hjulet.org.models import RoleDuty

pytestmark = pytest.mark.django_db


@pytest.mark.capability("NEW-3")
def test_without_a_receiver_those_who_keep_the_organisation_are_told(reported, actor, at):
    RoleDuty.objects.filter(duty="receive_deviations").delete()
    case = reported()
    told = Notice.objects.filter(kind="case.no_receiver").values_list("person__login", flat=True)
    assert list(told) == ["root"]
    first = readers_of(case.unit, track="unsure", misconduct=False, actor=actor("juno"), at=at)[0]
    assert "Ingen är utsedd" in first.who


@pytest.mark.capability("NEW-6")
def test_the_one_on_call_can_read_what_she_was_told_about(reported, actor, browse, at):
    acute, other = reported(acute=True), reported()
    assert Notice.objects.filter(kind="case.acute", person__login="jour").exists()
    visitor = browse("jour")
    assert visitor.get(acute.get_absolute_url()).status_code == 200
    assert visitor.get(other.get_absolute_url()).status_code == 404
    with pytest.raises(Refused):
        actions.perform(acute, "receive", actor=actor("jour"), at=at)


def test_the_one_on_call_is_named_before_sending(person, actor, at):
    rows = readers_of(person("juno").home_unit, track="unsure", misconduct=False, actor=actor("juno"), at=at)
    assert any("jour" in row.when for row in rows)


@pytest.mark.parametrize(
    ("login", "reason"),
    [("hanna", "arbetar i verksamheten"), ("nils", "arbetar i"), ("eva", "arbetar i"), ("sara", "arbetar i")],
)
def test_a_case_is_not_given_to_someone_outside(login, reason, assessed, actor, person, at):
    with pytest.raises(Refused, match=reason):
        actions.perform(assessed("sol"), "assign", actor=actor("asa"), at=at, data={"handler": person(login)})


def test_a_case_is_not_given_across_the_wall(assessed, actor, person, at):
    with pytest.raises(Refused, match="vägg"):
        actions.perform(assessed("hsl"), "assign", actor=actor("asa"), at=at, data={"handler": person("dag")})
    with pytest.raises(Refused, match="vägg"):
        actions.perform(assessed("sol"), "assign", actor=actor("asa"), at=at, data={"handler": person("fatima")})


def test_a_providers_people_do_not_get_the_municipalitys_cases(assessed, actor, person, at):
    with pytest.raises(Refused, match="utförare"):
        actions.perform(assessed("sol"), "assign", actor=actor("asa"), at=at, data={"handler": person("ivar")})


def test_a_handler_without_reach_sees_the_case_only_while_it_is_open(assessed, actor, person, at):
    case = assessed("sol")
    actions.perform(case, "assign", actor=actor("asa"), at=at, data={"handler": person("bo")})
    assert Case.objects.visible_to(actor("bo")).filter(pk=case.pk).exists()
    actions.perform(case, "annul", actor=actor("dag"), at=at, data={"reason": "Dubblett"})
    assert not Case.objects.visible_to(actor("bo")).filter(pk=case.pk).exists()
    assert Case.objects.visible_to(actor("asa")).filter(pk=case.pk).exists()
