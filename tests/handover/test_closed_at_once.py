"""When the duties end the doors close: on the next click, in the API, and for what was on its way (rulebook 10.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.rest.conftest import program  # noqa: F401 - a program asks too

from hjulet.audit import actions as audit
from hjulet.cases.models import Case
from hjulet.exports import actions as exports
from hjulet.exports.models import Order
from hjulet.handover import actions
from hjulet.notify.models import Notice, Outbox
from hjulet.org import actions as org
from hjulet.org import tokens
from hjulet.org.models import Delegation, Deputy, Token

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-5"), pytest.mark.capability("ACC-2")]


@pytest.fixture
def carried_out(prepared, actor, at):
    return lambda: actions.carry_out(prepared(), actor=actor("lars"), at=at)


def test_the_page_she_has_open_is_gone_on_the_next_click(assessed, browse, carried_out) -> None:
    case, asa = assessed("sol"), browse("asa")
    assert asa.get(case.get_absolute_url()).status_code == 200
    carried_out()
    for tail in ("", "anteckning/", "fil/"):
        assert asa.get(case.get_absolute_url() + tail).status_code == 404
    assert asa.post(f"{case.get_absolute_url()}steg/investigate/", {"version": 1}).status_code == 404
    assert case.ref not in asa.get("/arenden/?val=alla").content.decode()
    assert case.ref not in asa.post("/sok/", {"q": "duschen"}).content.decode()
    assert browse("cilla").get(case.get_absolute_url()).status_code == 200


def test_a_program_with_her_key_too(assessed, program, carried_out) -> None:  # noqa: F811
    case, asa = assessed("sol"), program("asa")
    assert asa.get(f"/cases/{case.ref}").status_code == 200
    carried_out()
    assert asa.get(f"/cases/{case.ref}").status_code == 404


def test_keys_for_those_duties_alone_are_revoked(person, carried_out, at) -> None:
    asa = person("asa")
    old, _secret = tokens.make(asa, name="ärenden", days=30, duties=["handle_cases"], actor=None, at=at)
    kept, _secret = tokens.make(asa, name="rapporter", days=30, duties=["report_deviations"], actor=None, at=at)
    handover = carried_out()
    assert Token.objects.get(pk=old.pk).revoked_at == at
    assert Token.objects.get(pk=kept.pk).revoked_at is None
    assert handover.receipt["closed"]["keys"] == 1


def test_notices_and_mail_on_their_way_are_stopped(assessed, person, carried_out, at) -> None:
    case, asa = assessed("sol"), person("asa")
    mine = Notice.objects.filter(person=asa, link=case.get_absolute_url())
    assert mine.filter(read_at__isnull=True).exists()
    assert Outbox.objects.filter(notice__in=mine, state="pending").exists()
    carried_out()
    assert not mine.filter(read_at__isnull=True).exists()
    assert not Outbox.objects.filter(notice__in=mine, state="pending").exists()


def test_files_she_has_ordered_are_thrown_away(assessed, actor, person, carried_out, at) -> None:
    exports.order("cases", "xlsx", {}, total=1, actor=actor("asa"), at=at)
    handover = carried_out()
    assert not Order.objects.filter(person=person("asa")).exists()
    assert handover.receipt["closed"]["files"] == 1


def test_delegations_end_and_do_not_follow(person, unit, carried_out, at) -> None:
    first = at.date() - timedelta(days=30)
    told = {"decided_on": first, "reference": "§ 7", "valid_from": first, "actor": None, "at": at}
    org.delegate(person=person("asa"), mandate="lex-sarah", unit=unit, **told)
    handover = carried_out()
    assert Delegation.objects.get(person=person("asa")).valid_to == at.date() - timedelta(days=1)
    assert not Delegation.objects.filter(person=person("cilla")).exists()
    assert handover.receipt["delegations"][0]["reference"] == "§ 7"


def test_whom_she_stands_in_for_at_the_unit_and_emergency_reach_end(
    person, actor, unit, assessed, carried_out, at
) -> None:
    from hjulet.org.models import Role

    role = Role.objects.get(code="unit_manager", principal=unit.principal)
    org.assign_role(person=person("gunilla"), role=role, unit=unit, valid_from=at.date(), actor=None, at=at)
    days = {"valid_from": at.date() - timedelta(days=2), "valid_to": at.date() + timedelta(days=9)}
    org.add_deputy(absent=person("gunilla"), deputy=person("asa"), **days, actor=None, at=at)
    asked = audit.ask(
        unit=unit, track="sol", reason="Behöver läsa om natten hos oss", hours=4, actor=actor("asa"), at=at
    )
    audit.approve(asked, actor=actor("klara"), at=at)
    case = assessed("sol")
    carried_out()
    assert Deputy.objects.get(deputy=person("asa")).valid_to == at.date() - timedelta(days=1)
    assert not Case.objects.visible_to(actor("asa")).filter(pk=case.pk).exists()


def test_one_whose_account_is_closed_already(assessed, prepared, person, actor, at) -> None:
    """She left at once; what she held still passes."""
    case = assessed("sol")
    org.deactivate_person(person=person("asa"), actor=actor("root"), at=at)
    later = at + timedelta(days=1)
    handover = prepared(first_day=later.date(), at=later, by="root")
    actions.carry_out(handover, actor=actor("root", later), at=later)
    row = Case.objects.unscoped(reason="test").get(pk=case.pk)
    assert row.handler_id != person("asa").pk
