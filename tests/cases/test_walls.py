"""Who sees a case: role × place in the tree × track (rulebook 10.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hjulet.cases.models import Case
from hjulet.org.models import Deputy, ReceivingRule

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2")]

PEOPLE = [
    "asa",
    "bo",
    "cilla",
    "dag",
    "eva",
    "fatima",
    "goran",
    "hanna",
    "ivar",
    "juno",
    "klara",
    "lars",
    "mona",
    "nils",
    "olga",
    "petra",
    "rolf",
    "sara",
    "root",
]


def seen_by(case: Case, actor) -> set[str]:
    return {login for login in PEOPLE if Case.objects.visible_to(actor(login)).filter(pk=case.pk).exists()}


def test_before_the_law_is_set_only_the_receiver_sees_it(reported, actor):
    case = reported()
    assert seen_by(case, actor) == {"asa"}
    assert Case.objects.reported_by(actor("juno")).filter(pk=case.pk).exists()


@pytest.mark.parametrize("track", ["sol", "lss"])
def test_social_services(track, assessed, actor):
    seen = seen_by(assessed(track), actor)
    assert {"asa", "dag"} <= seen
    assert not seen & {
        "fatima",
        "rolf",
        "cilla",
        "sara",
        "hanna",
        "juno",
        "eva",
        "goran",
        "root",
        "nils",
        "ivar",
        "bo",
    }


def test_health_care(assessed, actor):
    seen = seen_by(assessed("hsl"), actor)
    assert {"asa", "fatima", "rolf"} <= seen
    assert not seen & {"dag", "cilla", "sara", "hanna", "juno", "eva", "goran", "root", "nils", "ivar", "bo"}


def test_suspected_misconduct_goes_to_sas_first(reported, actor):
    case = reported(suspects_misconduct=True, guessed_track="sol")
    assert seen_by(case, actor) == {"dag"}


def test_the_first_receiver_is_setup_data(reported, actor, person):
    ReceivingRule.objects.filter(principal=person("asa").principal, track="sol", misconduct=True).update(
        duty="receive_deviations"
    )
    case = reported(suspects_misconduct=True, guessed_track="sol")
    assert seen_by(case, actor) == {"asa"}


def test_an_assigned_investigator_sees_the_case_and_loses_it_again(assessed, actor, person, at):
    from hjulet.cases import actions

    case = assessed("sol")
    actions.perform(case, "assign", actor=actor("asa"), at=at, data={"handler": person("bo")})
    assert "bo" in seen_by(case, actor)
    actions.perform(case, "assign", actor=actor("asa"), at=at, data={"handler": person("asa")})
    assert "bo" not in seen_by(case, actor)


def test_a_deputy_sees_while_the_days_last(assessed, actor, person, at):
    case = assessed("sol")
    assert "cilla" not in seen_by(case, actor)
    days = {"valid_from": at.date(), "valid_to": at.date() + timedelta(days=3)}
    Deputy.objects.create(absent=person("asa"), deputy=person("cilla"), **days)
    assert Case.objects.visible_to(actor("cilla")).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(actor("cilla", at + timedelta(days=4))).filter(pk=case.pk).exists()


def test_moving_to_another_law_moves_the_wall(assessed, actor, at):
    from hjulet.cases import actions

    case = assessed("sol")
    actions.perform(case, "reclassify", actor=actor("asa"), at=at, data={"tracks": ["hsl"]})
    seen = seen_by(case, actor)
    assert "fatima" in seen and "dag" not in seen


def test_protected_identity_is_not_found_by_words(assessed, actor, at):
    from hjulet.cases.listing import found, read_selection

    open_case = assessed("sol", description="Hemlighetsfull händelse i köket.")
    assessed("sol", protected_identity=True, description="Hemlighetsfull händelse i köket.")
    everything = read_selection({"val": "alla"}, actor=actor("asa"), at=at)
    assert list(found("hemlighetsfull", everything, actor=actor("asa"))) == [open_case]
