"""A private provider's people know of their own provider's units and people, and of nothing else (rulebook 10.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.org.town import TODAY, Town

from hjulet.audit import actions as audit
from hjulet.cases import actions as cases
from hjulet.cases.forms import reportable_units
from hjulet.cases.handlers import possible_handlers
from hjulet.cases.readers import readers_of
from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.org import actions
from hjulet.org.models import Assignment, Deputy, Person, Unit, UnitVersion
from hjulet.org.register import Gap, register_for
from hjulet.org.tree import tree_of

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2"), pytest.mark.capability("ORG-1")]

Visit = Callable[[Town, str], Client]


@pytest.fixture
def provider(town: Town, at: datetime) -> Town:
    """Alvik with a provider under south that has two units, a manager who answers for it, and a carer."""
    for code, parent, kind in (("firm", "south", "provider"), ("firm1", "firm", "unit"), ("firm2", "firm", "unit")):
        town.units[code] = actions.create_unit(
            principal=town.principal, parent=town.units[parent], code=code, name=f"{code.title()} AB", kind=kind,
            tracks=["sol"], valid_from=TODAY - timedelta(days=300), actor=None, at=at,
        )  # fmt: skip
    for who, role, unit in (("owner", "unit_manager", "firm"), ("carer", "employee", "firm1")):
        town.people[who] = actions.create_person(
            principal=town.principal, login=f"{who}.alvik", name=f"{who.title()} Firma",
            home_unit=town.units[unit], actor=None, at=at,
        )  # fmt: skip
        Assignment.objects.create(
            person=town.people[who], role=town.roles[role], unit=town.units[unit], valid_from=TODAY
        )
    return town


def names(roots: list) -> set[str]:
    return {node.code for root in roots for node in root.walk()}


def test_the_principals_own_people_know_the_whole_tree(provider: Town) -> None:
    for who in ("admin", "staff", "boss", "chief"):
        assert provider.actor(who).bounds is None
        assert names(tree_of(provider.actor(who))) == set(provider.units)


@pytest.mark.parametrize("who", ["owner", "carer"])
def test_a_providers_people_know_their_provider_from_its_top(provider: Town, who: str) -> None:
    actor = provider.actor(who)
    assert names(tree_of(actor)) == {"firm", "firm1", "firm2"}
    assert names(tree_of(actor, TODAY)) == {"firm", "firm1", "firm2"}
    people = Person.objects.seen_by(actor, TODAY).values_list("login", flat=True)
    assert set(people) == {"owner.alvik", "carer.alvik"}
    assert set(UnitVersion.objects.seen_by(actor).values_list("unit__code", flat=True)) == {"firm", "firm1", "firm2"}


def test_a_role_outside_the_provider_opens_that_place_and_no_more(provider: Town) -> None:
    Assignment.objects.create(
        person=provider.people["carer"], role=provider.roles["employee"], unit=provider.units["ek"], valid_from=TODAY
    )
    actor = provider.actor("carer")
    assert names(tree_of(actor)) == {"firm", "firm1", "firm2", "ek"}
    seen = set(Person.objects.seen_by(actor, TODAY).values_list("login", flat=True))
    assert seen == {"owner.alvik", "carer.alvik", "ekman.alvik", "staff.alvik"}


def test_a_deputy_knows_of_the_place_she_stands_in_for(provider: Town) -> None:
    Deputy.objects.create(
        absent=provider.people["ekman"], deputy=provider.people["carer"], valid_from=TODAY, valid_to=TODAY
    )
    assert names(tree_of(provider.actor("carer"))) >= {"ek", "firm"}
    after = provider.actor("carer", provider.at + timedelta(days=1))
    assert names(tree_of(after)) == {"firm", "firm1", "firm2"}


def test_without_workplace_one_knows_where_one_has_roles_and_without_either_nothing(provider: Town) -> None:
    Person.objects.filter(pk__in=[provider.people[who].pk for who in ("carer", "staff")]).update(home_unit=None)
    assert names(tree_of(provider.actor("carer"))) == {"firm", "firm1", "firm2"}
    assert provider.actor("staff").bounds is None
    Assignment.objects.filter(person=provider.people["carer"]).delete()
    actor = provider.actor("carer")
    assert tree_of(actor) == []
    assert list(Person.objects.seen_by(actor, TODAY)) == [provider.people["carer"]]


def test_a_role_that_has_ended_no_longer_shows_a_person(provider: Town) -> None:
    Assignment.objects.create(
        person=provider.people["staff"], role=provider.roles["employee"], unit=provider.units["firm1"],
        valid_from=TODAY - timedelta(days=30), valid_to=TODAY - timedelta(days=1),
    )  # fmt: skip
    actor = provider.actor("owner")
    assert provider.people["staff"] not in Person.objects.seen_by(actor, TODAY)
    assert provider.people["staff"] in Person.objects.seen_by(actor, TODAY - timedelta(days=1))


@pytest.mark.parametrize("who", ["owner", "carer"])
def test_no_page_of_the_organisation_names_what_lies_outside(provider: Town, visit: Visit, who: str) -> None:
    client = visit(provider, who)
    Unit.objects.filter(pk=provider.units["bo"].pk).update(merged_into=provider.units["firm1"].pk)
    pages = [reverse(name) for name in ("organisation", "people", "roles", "responsibilities", "receivers", "account")]
    pages += [reverse("unit", args=[code]) for code in ("firm", "firm1", "firm2")]
    pages += [reverse("person", args=[provider.people[name].pk]) for name in ("owner", "carer")]
    pages += [f"{reverse('organisation')}?dag=2026-10-01", f"{reverse('organisation')}?q=alvik"]
    pages += [f"{reverse('organisation')}?glapp=1", f"{reverse('people')}?stangda=1", reverse("break-glass")]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode().replace("Alvik kommun", "")
        for outside in ("i alvik", "Ekman", "Boman", "Chief", "Admin Alvik"):
            found = outside in text and f"”{outside}" not in text
            assert not found, (page, outside)


@pytest.mark.parametrize("who", ["owner", "carer"])
def test_no_file_of_the_organisation_names_what_lies_outside(provider: Town, visit: Visit, who: str) -> None:
    client = visit(provider, who)
    for name in ("organisation", "people", "responsibilities"):
        answer = client.get(reverse(name), {"format": "csv"})
        assert answer.status_code == 200 and "text/csv" in answer.headers["Content-Type"]
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"Firm" in text
        for outside in ("i alvik", "Ekman", "Boman", "Chief", "Admin Alvik"):
            assert outside.encode() not in text, (name, outside)


def test_units_and_people_outside_are_404_by_every_address(provider: Town, visit: Visit) -> None:
    client = visit(provider, "owner")
    for code in ("root", "north", "south", "ek", "bo"):
        assert client.get(reverse("unit", args=[code])).status_code == 404
    for who in ("boss", "chief", "ekman", "staff", "admin"):
        assert client.get(reverse("person", args=[provider.people[who].pk])).status_code == 404
    assert client.get(reverse("unit", args=["firm2"])).status_code == 200
    assert client.get(reverse("responsibility", args=["adopt_hsl_routines"])).status_code == 404


def test_the_history_of_a_providers_unit_tells_only_places_one_may_know(provider: Town, visit: Visit) -> None:
    text = visit(provider, "owner").get(reverse("unit", args=["firm"])).content.decode()
    assert "under South" not in text
    assert "under South i alvik" in visit(provider, "admin").get(reverse("unit", args=["firm"])).content.decode()


def test_the_register_tells_gaps_truly_and_names_nobody_outside(provider: Town) -> None:
    Assignment.objects.filter(person=provider.people["owner"]).delete()
    above = Assignment.objects.create(
        person=provider.people["boman"], role=provider.roles["unit_manager"], unit=provider.units["south"],
        valid_from=TODAY,
    )  # fmt: skip
    (line,) = register_for(provider.actor("carer"), TODAY)
    assert {place.unit.code for place in line.places} == {"firm1", "firm2"}
    assert all(place.elsewhere and not place.holders and place.gap is None for place in line.places)
    assert line.people == []
    above.delete()
    (line,) = register_for(provider.actor("carer"), TODAY)
    assert {place.gap for place in line.places} == {Gap.VACANT}


def test_one_who_manages_the_provider_names_nobody_outside(provider: Town, visit: Visit) -> None:
    Assignment.objects.create(
        person=provider.people["owner"], role=provider.roles["system_administrator"], unit=provider.units["firm"],
        valid_from=TODAY,
    )  # fmt: skip
    client = visit(provider, "owner")
    url = reverse("unit-assign", args=["firm1"])
    data = {"who": "ekman.alvik", "role": provider.roles["mas"].pk, "valid_from": TODAY.isoformat()}
    assert "Ingen heter så här" in client.post(url, data).content.decode()
    units = client.get(reverse("unit-move", args=["firm1"])).context["form"].fields["parent"].queryset
    assert {unit.code for unit in units} == {"firm", "firm2"}
    new = {"name": "Ny", "code": "ny", "kind": "unit", "tracks": ["sol"], "day": TODAY.isoformat(), "services": ""}
    preview = client.post(reverse("unit-new", args=["firm"]), new)
    assert {each.person.login for each in preview.context["changes"]} == {"owner.alvik"}
    assert preview.context["more"] >= 1  # the municipality's manager above, counted and not named
    assert "Chief" not in preview.content.decode()


def test_the_demos_provider_sees_only_his_own(browse, actor, person) -> None:
    client, ivar = browse("ivar"), person("ivar")
    tree = client.get("/organisation/").content.decode()
    assert ivar.home_unit.name in tree and "Ekbacken" not in tree and "Socialförvaltningen" not in tree
    listed = client.get("/organisation/personer/").content.decode()
    assert "Ivar Toresson" in listed and "Tove Palm" in listed and "Åsa Lindqvist" not in listed
    juno = person("juno")
    assert client.get(f"/organisation/personer/{juno.pk}/").status_code == 404
    assert client.get(f"/organisation/enhet/{juno.home_unit.code}/").status_code == 404
    for address in ("/arenden/", "/statistik/", "/atgarder/"):
        assert "Ekbacken" not in client.get(address, {"unit": "ekbacken"}).content.decode()


def test_choices_of_units_and_colleagues_stay_inside(actor: Callable[..., Actor], person, reported, at) -> None:
    ivar = actor("ivar")
    own = set(Unit.objects.seen_by(ivar).values_list("code", flat=True))
    assert {unit.code for unit in reportable_units(ivar, at.date())} == own
    staff = Person.objects.seen_by(ivar, at.date()).staff(at.date())
    assert {each.login for each in staff} == {"ivar", "tove"}
    ekbacken = person("asa").home_unit
    with pytest.raises(Refused, match="Enheten finns inte"):
        reported("tove", unit=ekbacken)
    with pytest.raises(Refused, match="egen huvudman"):
        audit.ask(unit=ekbacken, track="sol", reason="Behöver läsa vad som hände.", hours=1, actor=ivar, at=at)
    case = cases.perform(reported("tove"), "receive", actor=ivar, at=at)
    with pytest.raises(Refused, match="arbetar i verksamheten"):
        cases.perform(case, "assign", actor=ivar, at=at, data={"handler": person("asa")})


def test_a_provider_may_hand_a_case_to_who_answers_for_it(actor: Callable[..., Actor], person, assessed, at) -> None:
    case = assessed("hsl", login="tove", by="ivar")
    offered = {each.login for each in possible_handlers(case, actor("ivar"), at)}
    assert {"ivar", "tove", "fatima"} <= offered and not offered & {"asa", "dag"}
    case = cases.perform(case, "assign", actor=actor("ivar"), at=at, data={"handler": person("fatima")})
    assert case.handler == person("fatima")
    with pytest.raises(Refused, match="vägg"):
        cases.perform(case, "assign", actor=actor("fatima"), at=at, data={"handler": person("dag")})


def test_a_reporter_at_a_provider_is_told_the_title_of_who_reads(actor: Callable[..., Actor], person, at) -> None:
    unit = person("tove").home_unit
    rows = readers_of(unit, track="sol", misconduct=True, actor=actor("tove"), at=at)
    assert "Dag Sandell" not in rows[0].who and rows[0].who.startswith("socialt ansvarig samordnare hos ")
    ours = readers_of(unit, track="sol", misconduct=True, actor=actor("asa"), at=at)
    assert ours[0].who == "Dag Sandell, socialt ansvarig samordnare"
    own = readers_of(unit, track="sol", misconduct=False, actor=actor("tove"), at=at)
    assert own[0].who.startswith("Ivar Toresson")
