"""Who may decide in the board's name: seen by everyone, changed by those who manage, and nobody runs out in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.org.test_org_pages import confirm
from tests.org.town import TODAY, Town

from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.notify.models import Notice
from hjulet.org import actions
from hjulet.org.jobs import remind_delegations
from hjulet.org.listing import without_delegate
from hjulet.org.models import Delegation

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-1"), pytest.mark.capability("ORG-4")]

Visit = Callable[[Town, str], Client]
Give = Callable[..., Delegation]
DAYS = timedelta(days=1)
DECISION = "Socialnämnden § 12, punkt 4.1"
MARIA_ENDS = TODAY + 30 * DAYS


@pytest.fixture
def give(town: Town, at: datetime) -> Give:
    """The board's decision about someone, in force since the new year unless told otherwise."""

    def make(who: str = "boss", mandate: str = "lex-sarah", unit: str = "root", **changes: Any) -> Delegation:
        told = {"valid_from": date(2026, 1, 1), "valid_to": None, "reference": DECISION} | changes
        return actions.delegate(
            person=town.people[who], mandate=mandate, unit=town.unit(unit),
            decided_on=told["valid_from"], actor=town.actor("admin"), at=at, **told,
        )  # fmt: skip

    return make


def listed(client: Client, **asked: str) -> str:
    return str(client.get(reverse("delegations"), asked).content.decode())


def here(town: Town) -> list[Delegation]:
    return list(Delegation.objects.filter(unit__principal=town.principal))


def test_an_empty_list_says_what_is_missing(town: Town, visit: Visit) -> None:
    text = listed(visit(town, "staff"))
    assert "Ingen delegation gäller i dag" in text and "Den som sköter organisationen kan lägga in dem" in text
    assert "Besluta och anmäla enligt lex Sarah” i dag. Bara nämnden kan besluta" in text
    assert "Lägg in den första" in listed(visit(town, "admin"))


def test_in_force_coming_and_ended(town: Town, visit: Visit, give: Give) -> None:
    give("boss", valid_to=TODAY)
    give("chief", valid_from=TODAY + DAYS)
    give("ekman", "lex-maria", valid_to=TODAY - DAYS)
    client = visit(town, "staff")
    shown = {tab: listed(client, visa=tab) for tab in ("", "kommer", "avslutade")}
    names = {"": "Boss Alvik", "kommer": "Chief Alvik", "avslutade": "Ekman Alvik"}
    for tab, name in names.items():
        assert name in shown[tab] and DECISION in shown[tab]
        assert not [other for other in names.values() if other != name and other in shown[tab]]
    assert "Avsluta<span" not in shown[""]


def test_filter_search_and_order(town: Town, visit: Visit, give: Give) -> None:
    give("boss", valid_to=TODAY + 300 * DAYS)
    give("boman", "lex-maria", "south", reference="Nämnden § 9", valid_to=MARIA_ENDS)
    give("ekman", "lex-sarah", "north")
    client = visit(town, "staff")

    def order(**asked: str) -> list[str]:
        page = client.get(reverse("delegations"), asked).context["page"]
        return [row.person.name.split()[0] for row in page.object_list]

    assert order() == ["Boman", "Boss", "Ekman"]
    assert order(ordning="sista-dag") == ["Boman", "Boss", "Ekman"]
    assert order(ordning="enhet") == ["Boss", "Ekman", "Boman"]
    assert order(ordning="uppgift") == ["Boman", "Boss", "Ekman"]
    assert order(uppgift="lex-maria") == order(q="south") == order(q="§ 9") == ["Boman"]
    assert "Ingen delegation stämmer" in listed(client, q="finns inte")


def test_a_mandate_without_anyone_is_a_gap_here_and_in_the_register(
    town: Town, visit: Visit, give: Give, at: datetime
) -> None:
    client = visit(town, "staff")
    give("boss")
    for name in ("delegations", "responsibilities"):
        text = client.get(reverse(name)).content.decode()
        assert "lex Maria (anmälningsansvarig)” i dag" in text and "lex Sarah” i dag" not in text
    actions.deactivate_person(person=town.people["boss"], actor=None, at=at)
    assert "lex-sarah" in without_delegate(town.principal.pk, TODAY)
    assert "Kontot är stängt" in listed(client)


def test_given_on_the_page_after_a_look(town: Town, visit: Visit) -> None:
    client, url = visit(town, "admin"), reverse("delegation-new")
    data = {
        "who": "boss.alvik", "mandate": "lex-sarah", "unit": town.units["north"].pk, "decided_on": "2026-11-01",
        "reference": DECISION, "valid_from": "2026-11-12", "valid_to": "",
    }  # fmt: skip
    preview = client.post(url, data).content.decode()
    assert "Boss Alvik får besluta i nämndens namn på North" in preview
    assert "Utan en sådan roll går det ändå inte" in preview
    assert not here(town)
    done = confirm(client, url, data).content.decode()
    assert "Delegationen är sparad" in done and "Boss Alvik" in done
    row = Delegation.objects.get(unit=town.units["north"])
    assert (row.mandate, row.decided_on, row.valid_to) == ("lex-sarah", date(2026, 11, 1), None)
    assert Event.objects.filter(verb="delegation.created", object_id=row.person_id).exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"who": "ingen"}, "Ingen heter så här"),
        ({"who": "admin.alvik"}, "inte ge dig själv"),
        ({"mandate": "allt"}, "Välj ett av alternativen"),
        ({"reference": ""}, "Fyll i det här"),
        ({"valid_to": "2026-11-01"}, "Sista dagen ligger före den första"),
        ({"decided_on": "2026-11-20"}, "innan den beslutades"),
        ({"who": "chief.alvik"}, "har redan den delegationen"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    town: Town, visit: Visit, give: Give, wrong: dict[str, str], told: str
) -> None:
    give("chief", unit="north")
    data = {
        "who": "boss.alvik", "mandate": "lex-sarah", "unit": str(town.units["north"].pk), "decided_on": "2026-11-01",
        "reference": DECISION, "valid_from": "2026-11-12", "valid_to": "",
    } | wrong  # fmt: skip
    text = visit(town, "admin").post(reverse("delegation-new"), {**data, "confirm": "1"}).content.decode()
    assert told in text
    assert f'value="{data["who"]}"' in text and len(here(town)) == 1


def test_nobody_gives_herself(town: Town, at: datetime) -> None:
    told = {"mandate": "lex-sarah", "decided_on": TODAY, "reference": "x", "valid_from": TODAY, "at": at}
    with pytest.raises(Refused, match="dig själv"):
        actions.delegate(person=town.people["admin"], unit=town.unit("root"), actor=town.actor("admin"), **told)


def test_ended_on_the_page_and_the_gap_is_told_first(town: Town, visit: Visit, give: Give) -> None:
    row, client = give("boss"), visit(town, "admin")
    url = reverse("delegation-end", args=[row.pk])
    preview = client.post(url, {"valid_to": "2026-11-20"}).content.decode()
    assert "kan inte besluta med stöd av den efter 2026-11-20" in preview
    assert "Då kan bara nämnden besluta" in preview
    assert "står kvar" in confirm(client, url, {"valid_to": "2026-11-20"}).content.decode()
    row.refresh_from_db()
    assert row.valid_to == date(2026, 11, 20)
    assert Event.objects.filter(verb="delegation.ended").exists()
    later = client.post(url, {"valid_to": "2027-01-01", "confirm": "1"}).content.decode()
    assert "Delegationen slutar redan tidigare" in later
    stale = client.post(url, {"valid_to": "2026-11-19", "seen": "annan", "confirm": "1"})
    assert stale.status_code == 409


def test_what_has_ended_is_not_ended_again(town: Town, visit: Visit, give: Give) -> None:
    row = give(valid_to=TODAY - DAYS)
    assert visit(town, "admin").get(reverse("delegation-end", args=[row.pk])).status_code == 404


def test_only_those_who_manage_change_and_nobody_elsewhere(
    town: Town, other_town: Town, visit: Visit, give: Give
) -> None:
    row = give()
    urls = [reverse("delegation-new"), reverse("delegation-end", args=[row.pk])]
    for who in ("staff", "boss", "ekman"):
        assert [visit(town, who).get(url).status_code for url in urls] == [404, 404]
    assert visit(other_town, "admin").get(urls[1]).status_code == 404
    assert "Boss Alvik" not in listed(visit(other_town, "admin"))


def test_those_with_protected_identity_are_listed_for_those_who_manage(town: Town, visit: Visit, give: Give) -> None:
    row = give()
    type(row.person).objects.filter(pk=row.person_id).update(protected_identity=True)
    assert "Boss Alvik" not in listed(visit(town, "staff"))
    assert "Boss Alvik" in listed(visit(town, "admin"))


def test_sixty_days_before_those_concerned_are_told_once(town: Town, give: Give, at: datetime) -> None:
    give("boss", "lex-maria", valid_to=TODAY + 61 * DAYS)
    give("boss", "lex-sarah", valid_to=TODAY + 90 * DAYS)
    assert remind_delegations(at) == 0
    assert remind_delegations(at + DAYS) == 1
    assert remind_delegations(at + 2 * DAYS) == 0
    told = Notice.objects.filter(kind="delegation.ends")
    assert {notice.person.login for notice in told} == {"boss.alvik", "admin.alvik"}
    assert told[0].params == {"due_on": (TODAY + 61 * DAYS).isoformat()}
    assert told[0].link.startswith(reverse("delegations"))


@pytest.mark.parametrize(("starts", "followed"), [(0, True), (1, True), (2, False)])
def test_a_delegation_that_goes_on_is_not_warned_of(
    town: Town, visit: Visit, give: Give, at: datetime, starts: int, followed: bool
) -> None:
    """Followed from the last day on: the board may decide anew from the very day or the day after, not later."""
    first = give("boss", valid_to=TODAY + 10 * DAYS)
    follower = give("boss", valid_from=TODAY + 11 * DAYS)
    Delegation.objects.filter(pk=follower.pk).update(valid_from=first.valid_to + starts * DAYS)  # type: ignore[operator]
    text = listed(visit(town, "staff"))
    assert ("Går ut om 10 dagar" not in text) == followed
    assert ("1 delegation går ut inom 60 dagar" not in text) == followed
    assert remind_delegations(at) == (0 if followed else 1)


def test_her_own_page_tells(town: Town, visit: Visit, give: Give) -> None:
    row = give("boss")
    text = visit(town, "staff").get(reverse("person", args=[row.person_id])).content.decode()
    assert "Delegationer" in text and DECISION in text and "tills vidare" in text


def test_as_a_file(town: Town, visit: Visit, give: Give) -> None:
    give("boss", valid_to=MARIA_ENDS)
    answer: Any = visit(town, "staff").get(reverse("delegations"), {"format": "csv"})
    head, row = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert head.startswith("Namn;Titel;Får;Enhet;Nämndens beslut")
    assert "Boss Alvik" in row and MARIA_ENDS.isoformat() in row
    assert Event.objects.filter(verb="export", object_type="delegation").exists()
