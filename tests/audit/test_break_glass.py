from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.audit.conftest import World
from tests.conftest import AT

from hjulet.audit import actions, hooks
from hjulet.core.clocks import STOCKHOLM
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.org.choices import Duty
from hjulet.org.models import BreakGlass, Principal, Unit

REASON = "Nattpersonalen når inte ansvarig chef, någon kan fara illa."


@pytest.fixture
def told() -> Iterator[list[tuple[str, list[str], bool]]]:
    """What was told to whom, beside the tellers already there."""
    heard: list[tuple[str, list[str], bool]] = []

    def listen(*, people: Any, kind: str, link: str, at: datetime, urgent: bool) -> None:
        assert link == "/nodatkomst/"
        heard.append((kind, [person.name for person in people], urgent))

    hooks.told.append(listen)
    yield heard
    hooks.told.remove(listen)


def _ask(world: World, at: datetime = AT, **changes: Any) -> BreakGlass:
    values = {"unit": world.south, "track": "sol", "reason": REASON, "hours": 2, **changes}
    return actions.ask(**values, actor=world.actor(world.juno), at=at)


def test_asked_approved_timed_told_and_over(world: World, told: list[Any]) -> None:
    asked = _ask(world)
    assert told == [("breakglass.asked", ["Gun"], True)]
    assert not world.actor(world.juno).holds(Duty.READ)
    at = AT + timedelta(minutes=20)
    actions.approve(asked, actor=world.actor(world.gun), at=at)
    assert told[1:] == [("breakglass.approved", ["Juno"], True), ("breakglass.told", ["Ola"], False)]
    during, after = (
        world.actor(world.juno, at + timedelta(minutes=119)),
        world.actor(world.juno, at + timedelta(hours=2)),
    )
    assert during.holds_at(Duty.READ, world.south.path or "", "sol")
    assert not during.holds_at(Duty.READ, world.south.path or "", "hsl")
    assert not during.holds_at(Duty.READ, world.north.path or "", "sol")
    assert not after.holds(Duty.READ)
    verbs = list(Event.objects.filter(object_type="break_glass").order_by("id").values_list("verb", "actor_id"))
    assert verbs == [("breakglass.asked", world.juno.pk), ("breakglass.approved", world.gun.pk)]


def test_hours_are_real_hours_when_the_clock_goes_back(world: World) -> None:
    night = datetime(2026, 10, 25, 1, 30, tzinfo=STOCKHOLM)
    asked = _ask(world, at=night, hours=3)
    approved = actions.approve(BreakGlass.objects.get(pk=asked.pk), actor=world.actor(world.gun, night), at=night)
    assert approved.ends_at is not None
    assert approved.ends_at.timestamp() - night.timestamp() == 3 * 3600


def test_refused(world: World, told: list[Any]) -> None:
    asked = _ask(world)
    actions.refuse(asked, actor=world.actor(world.gun), at=AT)
    assert told[-1] == ("breakglass.refused", ["Juno"], True)
    assert not world.actor(world.juno).holds(Duty.READ)
    with pytest.raises(Stale, match="redan beslutat"):
        actions.approve(asked, actor=world.actor(world.gun), at=AT)


def test_nobody_decides_for_herself_or_without_the_duty(world: World) -> None:
    asked = actions.ask(unit=world.south, track="sol", reason=REASON, hours=1, actor=world.actor(world.juno), at=AT)
    with pytest.raises(Refused, match="Någon annan behöver besluta"):
        actions.approve(asked, actor=world.actor(world.juno), at=AT)
    with pytest.raises(Refused, match="inte i uppdrag"):
        actions.approve(asked, actor=world.actor(world.ola), at=AT)
    for hours in (24, 25):
        if hours == 25:
            with pytest.raises(Refused, match="äldre än ett dygn"):
                actions.approve(asked, actor=world.actor(world.gun), at=AT + timedelta(hours=hours))


def test_an_approver_who_asks_needs_another_approver(world: World, told: list[Any]) -> None:
    gun = world.actor(world.gun)
    with pytest.raises(Refused, match="Ingen annan"):
        actions.ask(unit=world.south, track="sol", reason=REASON, hours=1, actor=gun, at=AT)
    world.add("gry", Duty.APPROVE_BREAK_GLASS, unit=world.south)
    asked = actions.ask(unit=world.south, track="sol", reason=REASON, hours=1, actor=gun, at=AT)
    assert told == [("breakglass.asked", ["Gry"], True)]
    with pytest.raises(Refused):
        actions.approve(asked, actor=world.actor(world.gun), at=AT)


@pytest.mark.parametrize(
    ("change", "says"),
    [({"reason": "Behöver läsa nu"}, "minst 20"), ({"hours": 9}, "1 och 8"), ({"hours": 0}, "1 och 8")],
)
def test_what_cannot_be_asked(world: World, change: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        _ask(world, **change)
    assert not BreakGlass.objects.filter(unit=world.south).exists()


def test_another_principals_unit_cannot_be_asked_for(world: World) -> None:
    other = Principal.objects.create(code="grannby", name="Grannby kommun")
    values = {"name": "Grannby", "kind": "unit", "path": "900002", "valid_from": world.root.valid_from}
    unit = Unit.objects.create(principal=other, code="grannby", **values)
    with pytest.raises(Refused, match="egen huvudman"):
        _ask(world, unit=unit)


def test_it_can_be_ended_before_time(world: World) -> None:
    asked = _ask(world)
    actions.approve(asked, actor=world.actor(world.gun), at=AT)
    with pytest.raises(Refused, match="får inte"):
        actions.end(asked, actor=world.actor(world.ola), at=AT)
    at = AT + timedelta(minutes=5)
    actions.end(asked, actor=world.actor(world.juno), at=at)
    assert not world.actor(world.juno, at).holds(Duty.READ)
    with pytest.raises(Stale):
        actions.end(asked, actor=world.actor(world.gun), at=at)


def test_the_page_from_asking_to_decision(world: World, client: Client) -> None:
    address = reverse("break-glass")
    client.force_login(world.juno)
    page = client.post(address, {"unit": world.south.pk, "track": "sol", "reason": "kort", "hours": "2"})
    assert "minst 20 tecken" in page.content.decode() and "kort" in page.content.decode()
    assert (
        client.post(address, {"unit": world.south.pk, "track": "sol", "reason": REASON, "hours": "2"}).status_code
        == 302
    )
    asked = BreakGlass.objects.get(unit=world.south)
    page = client.get(address)
    assert "Väntar på beslut" in page.content.decode() and "Godkänn<" not in page.content.decode()
    decide = reverse("break-glass-decide", args=[asked.pk])
    client.post(decide, {"decision": "approve"})
    asked.refresh_from_db()
    assert asked.approved_at is None

    client.force_login(world.pia)
    assert REASON not in client.get(address).content.decode()
    assert client.post(decide, {"decision": "approve"}).status_code == 404

    client.force_login(world.gun)
    assert REASON in client.get(address).content.decode()
    assert Event.objects.filter(kind="read", object_type="break_glass", actor_id=world.gun.pk).exists()
    assert client.post(decide, {"decision": "dance"}).status_code == 404
    assert client.get(decide).status_code == 405
    assert client.post(decide, {"decision": "approve"}).status_code == 302
    asked.refresh_from_db()
    assert asked.approved_by_id == world.gun.pk

    client.force_login(world.ola)
    page = client.get(address).content.decode()
    assert REASON in page and "Öppen till tor 12 nov kl. 11.00" in page
    assert 'value="end"' not in page
