"""The organisation's pages: who gets in, what is shown, and changes that are confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.org.town import TODAY, Town

from hjulet.org.choices import Duty
from hjulet.org.models import Assignment, Deputy, Person, ReceivingRule, Responsibility, Role, RoleDuty, Unit

Visit = Callable[[Town, str], Client]
DAY = TODAY.isoformat()


def confirm(client: Client, url: str, data: dict[str, Any]) -> Any:
    """Fills in, looks at the preview, and confirms with the same values."""
    shown = client.get(url)
    assert shown.status_code == 200, shown.status_code
    seen = shown.context["form"].initial.get("seen", "")
    preview = client.post(url, {"seen": seen, **data})
    assert preview.status_code == 200
    assert "Inget är ändrat än" in preview.content.decode(), preview.context["form"].errors
    return client.post(url, {"seen": seen, **data, "confirm": "1"}, follow=True)


READING = ["organisation", "people", "roles", "responsibilities", "receivers"]


@pytest.mark.parametrize("name", READING)
def test_everyone_logged_in_reads(town: Town, visit: Visit, name: str) -> None:
    page = visit(town, "staff").get(reverse(name))
    assert page.status_code == 200
    assert "‹saknas" not in page.content.decode()
    assert visit(town, "admin").get(reverse(name)).status_code == 200
    assert Client().get(reverse(name)).status_code == 302


def test_a_unit_page_tells_facts_history_people_and_gaps(town: Town, visit: Visit) -> None:
    text = visit(town, "staff").get(reverse("unit", args=["ek"])).content.decode()
    assert "Ekman Alvik" in text and "North i alvik" in text and "‹saknas" not in text
    assert "Byt namn" not in text
    text = visit(town, "admin").get(reverse("unit", args=["al"])).content.decode()
    assert "Det här svarar ingen för i dag" in text and "Byt namn" in text


def test_others_units_and_people_are_404(town: Town, other_town: Town, visit: Visit) -> None:
    client, pk = visit(town, "admin"), other_town.people["staff"].pk
    Unit.objects.filter(pk=other_town.units["ek"].pk).update(code="hemlig")
    for name in (
        "unit",
        "unit-rename",
        "unit-move",
        "unit-close",
        "unit-merge",
        "unit-split",
        "unit-new",
        "unit-assign",
    ):
        assert client.get(reverse(name, args=["hemlig"])).status_code == 404
    for name in (
        "person",
        "person-change",
        "person-deactivate",
        "person-activate",
        "person-assign",
        "person-deputy",
    ):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    theirs = Assignment.objects.filter(person=pk).first()
    assert theirs is not None
    assert client.get(reverse("assignment-end", args=[theirs.pk])).status_code == 404
    assert "Bovik" not in client.get(reverse("people")).content.decode()


def test_only_managers_of_the_organisation_change_it(town: Town, visit: Visit) -> None:
    client, pk = visit(town, "ekman"), town.people["staff"].pk
    for url in (
        reverse("unit-rename", args=["ek"]), reverse("unit-new", args=["ek"]), reverse("person-new"), reverse("person-assign", args=[pk]),
        reverse("role-duties", args=["mas"]), reverse("receiver-change", args=["sol", "avvikelse"]),
        reverse("responsibility-change", args=["receive_deviations"]),
    ):  # fmt: skip
        assert client.get(url).status_code == 404
        assert client.post(url, {"confirm": "1"}).status_code == 404


def test_one_who_manages_a_part_changes_that_part_only(town: Town, visit: Visit) -> None:
    Assignment.objects.create(
        person=town.people["ekman"],
        role=town.roles["system_administrator"],
        unit=town.units["north"],
        valid_from=TODAY,
    )
    client = visit(town, "ekman")
    assert client.get(reverse("unit-rename", args=["al"])).status_code == 200
    assert client.get(reverse("unit-rename", args=["bo"])).status_code == 404
    assert client.get(reverse("person-change", args=[town.people["boman"].pk])).status_code == 404
    assert client.get(reverse("role-duties", args=["mas"])).status_code == 404
    choices = client.get(reverse("unit-move", args=["al"])).context["form"].fields["parent"].queryset
    assert town.units["south"] not in choices


def test_moving_shows_who_gains_and_loses_and_then_moves(town: Town, visit: Visit) -> None:
    client, url = visit(town, "admin"), reverse("unit-move", args=["ek"])
    data = {"parent": town.units["south"].pk, "day": DAY}
    preview = client.post(url, data).content.decode()
    assert "Får läsa SoL- och HSL-ärenden på Ek i alvik" in preview
    assert town.unit("ek").parent_id == town.units["north"].pk
    page = confirm(client, url, data)
    assert "Enheten är flyttad" in page.content.decode()
    assert town.unit("ek").parent_id == town.units["south"].pk


def test_a_later_day_is_refused_and_values_kept(town: Town, visit: Visit) -> None:
    data = {"parent": town.units["south"].pk, "day": (TODAY + timedelta(days=1)).isoformat()}
    text = visit(town, "admin").post(reverse("unit-move", args=["ek"]), data).content.decode()
    assert "Flytten gäller från i dag eller tidigare" in text
    assert data["day"] in text


def test_empty_forms_say_what_to_do(town: Town, visit: Visit) -> None:
    client = visit(town, "admin")
    for name in (
        "unit-new",
        "unit-rename",
        "unit-move",
        "unit-close",
        "unit-merge",
        "unit-split",
        "unit-assign",
    ):
        page = client.post(reverse(name, args=["ek"]), {"seen": ""})
        assert page.status_code == 200 and page.context["form"].errors, name
        assert "‹saknas" not in page.content.decode()


def test_every_change_of_units(town: Town, visit: Visit) -> None:
    client = visit(town, "admin")
    new = {"name": "Nya huset", "code": "nya", "kind": "unit", "tracks": ["sol"], "day": DAY, "services": ""}
    confirm(client, reverse("unit-new", args=["north"]), new)
    confirm(client, reverse("unit-rename", args=["nya"]), {"name": "Huset", "day": DAY})
    confirm(
        client,
        reverse("unit-change", args=["nya"]),
        {"kind": "ward", "tracks": ["hsl"], "is_caregiver": "on", "services": "Hemvård"},
    )
    unit = Unit.objects.get(principal=town.principal, code="nya")
    assert (unit.name, unit.kind, unit.tracks, unit.is_caregiver) == ("Huset", "ward", ["hsl"], True)
    confirm(client, reverse("unit-change", args=["nya"]), {"kind": "ward", "tracks": ["hsl"], "services": ""})
    unit.refresh_from_db()
    assert unit.is_caregiver is False
    confirm(
        client,
        reverse("unit-split", args=["north"]),
        {"name": "Västra", "code": "west", "children": [unit.pk], "day": DAY},
    )
    unit.refresh_from_db()
    assert unit.parent is not None and unit.parent.code == "west"
    confirm(client, reverse("unit-close", args=["nya"]), {"valid_to": DAY})
    confirm(client, reverse("unit-merge", args=["al"]), {"into": town.units["bo"].pk, "day": DAY})
    text = client.get(reverse("unit", args=["al"])).content.decode()
    assert "ingår nu i" in text and "‹saknas" not in text


def test_two_at_once_lose_nothing(town: Town, visit: Visit) -> None:
    client, url = visit(town, "admin"), reverse("unit-change", args=["ek"])
    seen = client.get(url).context["form"].initial["seen"]
    Unit.objects.filter(pk=town.units["ek"].pk).update(services="Från Bo", kind="ward")
    mine = {"seen": seen, "kind": "unit", "tracks": ["sol"], "services": "Från mig"}
    page = client.post(url, mine)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Från Bo" in text and "Från mig" in text
    again = page.context["form"].data["seen"]
    assert client.post(url, {**mine, "seen": again, "confirm": "1"}).status_code == 302
    assert town.unit("ek").services == "Från mig"


def test_every_change_of_a_person(town: Town, visit: Visit) -> None:
    client = visit(town, "admin")
    new = {
        "name": "Nya Nilsson",
        "login": "Nya.N",
        "title": "Undersköterska",
        "email": "",
        "home_unit": town.units["ek"].pk,
    }
    confirm(client, reverse("person-new"), new)
    person = Person.objects.get(login="nya.n")
    args = [person.pk]
    changed = {
        "name": "Nya Nord",
        "title": "Chef",
        "email": "nya@alvik.se",
        "home_unit": town.units["al"].pk,
        "protected_identity": "on",
    }
    confirm(client, reverse("person-change", args=args), changed)
    page = confirm(
        client,
        reverse("person-assign", args=args),
        {"role": town.roles["mas"].pk, "unit": town.units["ek"].pk, "valid_from": DAY},
    )
    assert "Får" in page.content.decode()
    confirm(
        client,
        reverse("unit-assign", args=["al"]),
        {"who": "nya nord", "role": town.roles["mas"].pk, "valid_from": DAY},
    )
    away = {"deputy": "staff.alvik", "valid_from": DAY, "valid_to": DAY, "reason": "Kurs"}
    confirm(client, reverse("person-deputy", args=args), away)
    row = Deputy.objects.get(absent=person)
    confirm(client, reverse("deputy-end", args=[row.pk]), {"valid_to": (TODAY - timedelta(days=1)).isoformat()})
    assert not Deputy.objects.filter(absent=person).exists()
    held = Assignment.objects.filter(person=person).first()
    assert held is not None
    confirm(client, reverse("assignment-end", args=[held.pk]), {"valid_to": DAY})
    confirm(client, reverse("person-deactivate", args=args), {})
    person.refresh_from_db()
    assert (person.name, person.is_active, person.protected_identity) == ("Nya Nord", False, True)
    assert "Kontot är stängt" in client.get(reverse("person", args=args)).content.decode()
    confirm(client, reverse("person-activate", args=args), {})
    assert visit(town, "staff").get(reverse("person", args=args)).status_code == 404


def test_going_back_keeps_what_was_chosen(town: Town, visit: Visit) -> None:
    url = reverse("unit-rename", args=["ek"])
    page = visit(town, "admin").post(url, {"name": "Eken", "day": DAY, "back": "1"})
    assert 'value="Eken"' in page.content.decode()
    assert town.unit("ek").name == "Ek i alvik"


def test_an_unknown_name_is_told(town: Town, visit: Visit) -> None:
    data = {"who": "Ingen Alls", "role": town.roles["mas"].pk, "valid_from": DAY}
    page = visit(town, "admin").post(reverse("unit-assign", args=["ek"]), data)
    assert "Ingen heter så här" in page.content.decode()


def test_roles_and_registers_change(town: Town, visit: Visit) -> None:
    client = visit(town, "admin")
    confirm(
        client,
        reverse("role-rename", args=["unit_manager"]),
        {"label": "Områdeschef", "help": "Leder området"},
    )
    duties = {f"duty-{Duty.READ}": ["all"], f"duty-{Duty.HANDLE}": ["hsl"]}
    page = client.post(reverse("role-duties", args=["unit_manager"]), duties)
    assert "Får inte längre" in page.content.decode()
    confirm(client, reverse("role-duties", args=["unit_manager"]), duties)
    role = Role.objects.get(pk=town.roles["unit_manager"].pk)
    assert role.label == "Områdeschef"
    assert dict(role.duties.values_list("duty", "tracks")) == {Duty.READ: [], Duty.HANDLE: ["hsl"]}
    confirm(
        client,
        reverse("responsibility-change", args=["adopt_hsl_routines"]),
        {"role": role.pk, "level": "department"},
    )
    assert Responsibility.objects.get(principal=town.principal, duty="adopt_hsl_routines").level == "department"
    confirm(client, reverse("receiver-change", args=["hsl", "missforhallande"]), {"duty": Duty.RECEIVE_MISCONDUCT})
    assert ReceivingRule.objects.get(principal=town.principal, track="hsl").misconduct
    assert client.get(reverse("receiver-change", args=["hsl", "annat"])).status_code == 404


def test_search_day_and_gaps_of_the_tree(town: Town, visit: Visit) -> None:
    client = visit(town, "staff")
    text = client.get(reverse("organisation"), {"q": "EK"}).content.decode()
    assert "Ek i alvik" in text and "Bo i alvik" not in text
    assert "Ingen enhet heter" in client.get(reverse("organisation"), {"q": "zzz"}).content.decode()
    assert (
        "Trädet som det var 2026-05-01" in client.get(reverse("organisation"), {"dag": "2026-05-01"}).content.decode()
    )
    assert "Det fanns inga enheter" in client.get(reverse("organisation"), {"dag": "2020-05-01"}).content.decode()
    assert client.get(reverse("organisation"), {"dag": "x", "sida": "9999"}).status_code == 200
    text = client.get(reverse("organisation"), {"glapp": "1"}).content.decode().split("<tbody>")[1]
    assert "Al i alvik" in text and "Ek i alvik" not in text


def test_people_are_found_by_role(town: Town, visit: Visit) -> None:
    client = visit(town, "staff")
    text = client.get(reverse("people"), {"roll": "unit_manager"}).content.decode()
    assert "Ekman Alvik" in text and "Staff Alvik" not in text.split("<tbody>")[1]
    assert "Ingen person" in client.get(reverse("people"), {"q": "zzz"}).content.decode()


def test_what_someone_may_see_is_for_herself_and_those_who_manage_her(town: Town, visit: Visit) -> None:
    url = reverse("person", args=[town.people["ekman"].pk])
    assert "Får läsa alla ärenden på Ek i alvik" in visit(town, "ekman").get(url).content.decode()
    assert "Får läsa alla ärenden på Ek i alvik" in visit(town, "admin").get(url).content.decode()
    assert "Får läsa" not in visit(town, "staff").get(url).content.decode()


@pytest.mark.parametrize("login", ["asa", "klara", "root"])
def test_the_demos_people_read_the_demos_organisation(browse: Callable[[str], Client], login: str) -> None:
    client = browse(login)
    for name in READING:
        page = client.get(reverse(name))
        assert page.status_code == 200
        assert "‹saknas" not in page.content.decode()


def test_a_duty_that_nobody_has_is_told_to_who_gives_them(browse: Any) -> None:
    """After an upgrade: what a new version brings is done by no one until a role carries it."""
    root = browse("root")
    before = root.get("/organisation/roller/").content.decode()
    assert "Besluta om årets plan på årshjulet</li>" not in before.split('<table class="list stack">')[0]
    RoleDuty.objects.filter(duty=Duty.DECIDE_YEAR).delete()
    page = root.get("/organisation/roller/").content.decode().split('<table class="list stack">')[0]
    assert "har ingen i dag" in page and "Besluta om årets plan på årshjulet</li>" in page
    assert "har ingen i dag" not in browse("asa").get("/organisation/roller/").content.decode()
