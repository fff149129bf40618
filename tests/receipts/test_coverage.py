"""How many at each unit have confirmed: the same as a naive count, names only for the unit's own receiver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.models import Event
from hjulet.org.models import Assignment, Person, Role, Unit
from hjulet.receipts.coverage import sort_of, sorted_rows, total_of, units_of
from hjulet.receipts.models import Matter, Receipt
from hjulet.stats.models import MaskingRule

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-3")]
PAGE = "/kvittens/lex-sarah/tackning/"
EKEN = f"{PAGE}ekbacken-eken/"


@pytest.fixture
def matter(db: None) -> Matter:
    return Matter.objects.get(code="lex-sarah")


@pytest.fixture
def varied(at: Any) -> None:
    """Some have never confirmed, for some the time has gone."""
    given = Receipt.objects.unscoped(reason="test")
    for number, receipt in enumerate(given.order_by("person__login")):
        if number % 3:
            Receipt.objects.unscoped(reason="test").filter(pk=receipt.pk).delete()
        if number % 3 == 1:
            day = local_date(at) - timedelta(days=number)
            receipt.pk = None
            receipt.valid_until = receipt.again_on = day
            receipt.confirmed_at = at - timedelta(days=number + 365)
            receipt.save(force_insert=True)


@pytest.fixture
def hired(person: Callable[[str], Person], at: Any) -> Callable[[str, int], list[Person]]:
    """More people at a unit."""

    def hire(code: str, number: int) -> list[Person]:
        unit = Unit.objects.get(code=code)
        role = Role.objects.get(principal_id=unit.principal_id, code="employee")
        made = []
        for n in range(number):
            new = Person.objects.create(
                login=f"{code}-{n}", name=f"Ny {code} {n}", principal_id=unit.principal_id, home_unit=unit
            )
            Assignment.objects.create(person=new, role=role, unit=unit, valid_from=local_date(at))
            made.append(new)
        return made

    return hire


def numbers(matter: Matter, who: Actor, at: Any) -> dict[str, tuple[int, int, int]]:
    return {row.code: (row.asked, row.confirmed, row.late) for row in units_of(matter, who, at)}


def naive(matter: Matter, who: Actor, at: Any) -> dict[str, tuple[int, int, int]]:
    today, found = local_date(at), {}
    duties = ("receive_deviations", "handle_cases", "read_cases", "view_statistics", "view_masked_statistics")
    for unit in Unit.objects.filter(principal_id=who.principal_id, path__isnull=False):
        if not any(who.holds_at(duty, unit.path or "") for duty in duties):
            continue
        asked = confirmed = late = 0
        for person in Person.objects.staff(today).filter(home_unit=unit):
            given = list(Receipt.objects.unscoped(reason="test").filter(person=person, matter=matter))
            holds = any(row.valid_until is None or row.valid_until >= today for row in given)
            asked, confirmed, late = asked + 1, confirmed + holds, late + (bool(given) and not holds)
        if asked:
            found[unit.code] = (asked, confirmed, late)
    return found


@pytest.mark.usefixtures("varied")
@pytest.mark.parametrize("login", ["asa", "dag", "fatima", "hanna", "ivar", "klara", "lars", "mona", "sara", "tomas"])
def test_the_numbers_equal_a_naive_count(login: str, matter: Matter, actor: Any, at: Any) -> None:
    who = actor(login)
    found = numbers(matter, who, at)
    assert found == naive(matter, who, at) and found
    total = total_of(row for row in units_of(matter, who, at))
    if login == "dag":
        assert len(found) > 15 and total.late and total.never and total.confirmed
        assert total.asked == sum(asked for asked, _confirmed, _late in found.values())


def test_each_sees_her_reach(matter: Matter, actor: Any, at: Any) -> None:
    assert set(numbers(matter, actor("asa"), at)) == {"ekbacken", "ekbacken-eken", "ekbacken-boken"}
    assert set(numbers(matter, actor("ivar"), at)) == {"backangen"}
    assert set(numbers(matter, actor("sara"), at)) == {"fyren"}
    everywhere = set(numbers(matter, actor("dag"), at))
    assert {"ekbacken", "lindgarden", "backangen", "staben"} <= everywhere and "fyren" not in everywhere
    assert numbers(matter, actor("juno"), at) == {}


def test_only_those_employed_today_are_counted(matter: Matter, actor: Any, at: Any) -> None:
    def eken() -> tuple[int, int, int] | None:
        return numbers(matter, actor("asa"), at).get("ekbacken-eken")

    assert eken() == (1, 1, 0)
    Person.objects.filter(login="juno").update(is_active=False)
    assert eken() is None
    Person.objects.filter(login="juno").update(is_active=True)
    Assignment.objects.filter(person__login="juno").update(valid_to=local_date(at) - timedelta(days=1))
    assert eken() is None


def test_a_new_version_leaves_nobody_confirmed(matter: Matter, actor: Any, at: Any) -> None:
    new = Matter.objects.create(code="lex-sarah", version=2, title="x", text="x", valid_from=local_date(at))
    assert numbers(new, actor("asa"), at)["ekbacken-eken"] == (1, 0, 0)
    assert numbers(matter, actor("asa"), at)["ekbacken-eken"] == (1, 1, 0)


@pytest.mark.usefixtures("varied")
def test_names_only_for_the_units_own_receiver(browse: Any, person: Any, hired: Any) -> None:
    hired("ekbacken-eken", 3)
    page = browse("asa").get(EKEN).content.decode()
    assert "Ny ekbacken-eken 2" in page and "Har aldrig bekräftat" in page
    event = Event.objects.filter(kind="read", verb="list", object_type="person").latest("pk")
    assert event.actor_id == person("asa").pk and len(event.refs) >= 3
    assert EKEN in browse("asa").get(PAGE).content.decode()
    for login in ("dag", "klara", "lars", "hanna", "mona", "cilla", "ivar", "sara", "juno"):
        assert browse(login).get(EKEN).status_code == 404, login
        page = browse(login).get(PAGE).content.decode()
        assert EKEN not in page and "Ny ekbacken-eken" not in page, login


def test_nobody_left_to_remind(browse: Any) -> None:
    assert "Alla har bekräftat" in browse("asa").get(EKEN).content.decode()
    assert browse("asa").get(f"{PAGE}finns-inte/").status_code == 404


@pytest.mark.usefixtures("varied")
def test_the_board_sees_no_small_units(matter: Matter, actor: Any, browse: Any, hired: Any, at: Any) -> None:
    hired("lindgarden", 6)
    rows = units_of(matter, actor("hanna"), at)
    assert {row.code for row in rows if not row.masked} == {row.code for row in rows if row.asked >= 5}
    assert any(row.masked for row in rows) and total_of(rows).asked == sum(r.asked for r in rows if not r.masked)
    assert not any(row.masked for row in units_of(matter, actor("klara"), at))
    for sort in ("andel", "-andel", "sena", "enhet"):
        hidden = [row.masked for row in sorted_rows(rows, sort)]
        assert hidden == sorted(hidden), sort
    page = browse("hanna").get(PAGE).content.decode()
    assert "dolt" in page and "/tackning/lindgarden/" not in page
    MaskingRule.objects.filter(principal=None).update(threshold=100)
    assert all(row.masked for row in units_of(matter, actor("hanna"), at))


@pytest.mark.usefixtures("varied")
def test_columns_sort(matter: Matter, actor: Any, browse: Any, at: Any) -> None:
    rows = units_of(matter, actor("dag"), at)
    shares = [row.confirmed / row.asked for row in sorted_rows(rows, sort_of({}))]
    assert shares == sorted(shares)
    late = [row.late for row in sorted_rows(rows, sort_of({"sort": "-sena"}))]
    assert late == sorted(late, reverse=True)
    assert sort_of({"sort": "--x"}) == "andel"
    assert 'aria-sort="descending"' in browse("dag").get(f"{PAGE}?sort=-sena").content.decode()


def test_as_a_file(browse: Any) -> None:
    answer = browse("asa").get(f"{PAGE}?format=csv&sort=enhet")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Hör till;Enhet;Ska bekräfta;Har bekräftat")
    assert any("Ekbacken, Eken;1;1;100;0;0" in line for line in lines) and len(lines) == 4
    hidden = browse("hanna").get(f"{PAGE}?format=csv")
    assert b";dolt;dolt;dolt;dolt;dolt" in b"".join(hidden.streaming_content)


def test_few_questions_however_many_units(browse: Any, hired: Any) -> None:
    def asked(login: str, address: str) -> int:
        visitor = browse(login)
        visitor.get(address)  # what is remembered is asked for the first time
        with CaptureQueriesContext(connection) as captured:
            assert visitor.get(address).status_code == 200
        return len([query for query in captured if "pg_advisory" not in query["sql"]])

    few = {(who, page): asked(who, page) for who in ("dag", "hanna", "asa") for page in (PAGE, "/kvittens/")}
    for code in ("lindgarden", "ekbacken-eken", "staben", "namnden"):
        hired(code, 12)
    assert few == {(who, page): asked(who, page) for who, page in few}
    assert max(few.values()) <= 12
    assert asked("asa", EKEN) <= 12
