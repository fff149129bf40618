"""Every list leaves in the same way, as Excel and as CSV, with what the page shows and no more."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from hjulet.cases.models import Case
from hjulet.checks import actions as checks
from hjulet.checks.content import ready_checklists
from hjulet.checks.models import Checklist
from hjulet.core.exports import EXPORTS
from hjulet.core.models import Event
from hjulet.diary import actions as diary
from hjulet.documents.actions import News, note_news
from hjulet.internal_reviews import actions as reviews
from hjulet.internal_reviews.content import take_in
from hjulet.learning.models import Lesson
from hjulet.learning_stops import actions as learning_stops
from hjulet.learning_stops.models import Theme
from hjulet.measures import actions as measures
from hjulet.org.models import Person, Unit
from hjulet.receipts.models import Matter
from hjulet.samples import actions as samples
from hjulet.samples.drawing import entry
from hjulet.wheel import actions as wheel

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1")]
Browse = Callable[[str], Client]
LISTS = {
    "cases": ("asa", "/arenden/export/?val=alla"),
    "lessons": ("juno", "/larande/?"),
    "documents": ("juno", "/dokument/?"),
    "document-reviews": ("mona", "/dokument/oversyn/?"),
    "watch": ("mona", "/omvarld/?"),
    "laws": ("juno", "/lagar/?"),
    "law-worklist": ("juno", "/lagar/upphavda/?"),
    "services": ("juno", "/insatser/?"),
    "promise-checks": ("asa", "/loften/?"),
    "measures": ("asa", "/atgarder/?val=oppna"),
    "people": ("root", "/organisation/personer/?"),
    "receipts": ("dag", "/kvittens/lex-sarah/tackning/?"),
    "processes": ("eva", "/processer/?"),
    "samples": ("dag", "/stickprov/?"),
    "decision-follow-up": ("asa", "/uppfoljning-beslut/?"),
    "decisions": ("asa", "/uppfoljning-beslut/beslut/?visa=alla"),
    "checks": ("asa", "/egenkontroll/?visa=alla"),
    "checks-compared": ("asa", "/egenkontroll/jamfor/?enhet=ekbacken"),
    "wheel": ("asa", "/arshjul/?enhet=ekbacken"),
    "internal-reviews": ("asa", "/granskningar/?ar=2026"),
    "learning-stops": ("asa", "/hallplatser/?enhet=ekbacken"),
    "units": ("eva", "/organisation/?"),
    "responsibilities": ("eva", "/organisation/ansvar/?"),
    "delegations": ("eva", "/organisation/delegationer/?"),
    "log": ("petra", "/logg/?"),
    "diary": ("goran", "/diarium/registrator/?"),
}


@pytest.fixture
def world(
    assessed: Callable[..., Case], actor: Callable[..., Any], person: Callable[[str], Person], at: datetime
) -> Case:
    """A case whose title is a formula, a measure, and something in the diary."""
    case = assessed("sol")
    Case.objects.unscoped(reason="test").filter(pk=case.pk).update(title='=HYPERLINK("http://x")')
    measures.propose(
        unit=case.unit, track="sol", title="+Torka golvet", expected_effect="Inga fall", strength="weak",
        owner=person("asa"), due=date(2026, 12, 1), source=("case", case.pk), actor=actor("asa"), at=at,
    )  # fmt: skip
    diary.register(
        principal=case.principal, unit=case.unit, subject="Synpunkt, Ekbacken", counterpart="Patientnämnden",
        actor=actor("goran"), at=at,
    )  # fmt: skip
    Lesson.objects.create(
        principal_id=case.principal_id, unit=case.unit, kind="lesson", state="published", title="=Lärdom", text="x",
        written_by=person("asa"), written_at=at, confirmed_by=person("dag"), confirmed_at=at,
    )  # fmt: skip
    note_news(News("=Nya råd"), actor=actor("mona"), at=at)
    Matter.objects.create(
        code="gammal", title="=Gammal text", text="x", laws=["sol01-14-3"], valid_from=date(2026, 1, 1),
        principal_id=case.principal_id,
    )  # fmt: skip
    plan_a_year(at)
    plan_a_check(at)
    sampled(actor, at)
    plan_a_review(actor("fatima"), at)
    begin_a_stop(actor("asa"), at)
    return case


def plan_a_check(at: datetime) -> None:
    unit = Unit.objects.get(code="ekbacken")
    made = checks.take_ready(unit, ready_checklists()["conduct"], actor=None, at=at)
    Checklist.objects.filter(pk=made.pk).update(title="=Bemötande")
    checks.publish(made.versions.get(), seen=None, actor=None, at=at)
    checks.plan_check(unit, at.year, checks.CheckPlan(made, "yearly", Decimal("1.6")), actor=None, at=at)


def sampled(actor: Callable[..., Any], at: datetime) -> None:
    unit = Unit.objects.get(code="ekbacken")
    samples.draw_files(samples.Asked(unit, "sol", "=Stickprov"), [entry("=A"), entry("B")], actor=actor("dag"), at=at)
    line = samples.Line(unit.pk, "sol", "=B-1", date(2026, 1, 1))
    samples.read_in(unit, [line], actor=actor("asa"), at=at)


def plan_a_year(at: datetime) -> None:
    values = {"title": "=Egenkontroll", "about": "", "produces": "x", "quarter": "do", "role": None, "repeats": "once"}
    values |= {"starts_on": at.date(), "ends_on": at.date(), "reach": "here", "for_providers": False}
    made = wheel.new_activity(Unit.objects.get(code="ekbacken"), at.year, values, actor=None, at=at)
    wheel.adopt(made.plan, wheel.Decision("Chefen", "", at.date()), version=None, actor=None, at=at)


def plan_a_review(actor: Any, at: datetime) -> None:
    take_in(Unit.objects.get(code="lovdala"), at)
    unit = Unit.objects.get(code="ekbacken")
    visit = reviews.add_visit(unit, day=at.date(), mode="announced", actor=actor, at=at)
    told = {"state": "reported", "reported_at": at, "mean": "1.5", "outcome": "=Bra"}
    type(visit).objects.filter(pk=visit.pk).update(**told)


def begin_a_stop(asa: Any, at: datetime) -> None:
    unit = Unit.objects.get(code="ekbacken")
    theme = Theme.objects.get(principal=unit.principal_id, code="stop_deviations")
    stop = learning_stops.begin(unit, theme, at.year, actor=asa, at=at)
    learning_stops.save_reply(stop, "stop_deviations_q1", "=Natten", version=None, actor=asa, at=at)


def fetched(client: Client, address: str, form: str) -> bytes:
    answer = client.get(f"{address}&format={form}")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def as_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def as_sheet(content: bytes) -> list[list[Any]]:
    return list(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())


def test_every_offered_list_is_tried_here() -> None:
    assert {code for code, export in EXPORTS.items() if export.make is None} == set(LISTS)


@pytest.mark.parametrize("code", sorted(LISTS))
def test_both_formats_say_the_same(code: str, world: Case, browse: Browse) -> None:
    login, address = LISTS[code]
    client = browse(login)
    content = fetched(client, address, "xlsx")
    head, *rows = as_sheet(content)
    plain_head, *plain = as_rows(fetched(client, address, "csv"))
    assert head == plain_head and all(head)
    # The log grows by being exported.
    assert len(plain) - len(rows) == (1 if code == "log" else 0) and rows
    assert b'state="frozen"' in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    about = EXPORTS[code].about
    assert Event.objects.filter(kind="read", verb="export", object_type=about).count() >= 2


def test_a_formula_is_text_and_a_day_is_a_day(world: Case, browse: Browse, at: datetime) -> None:
    asa = browse("asa")
    head, row = as_sheet(fetched(asa, LISTS["cases"][1], "xlsx"))
    told = dict(zip(head, row, strict=True))
    assert (told["Rubrik"], told["Inkommet"], told["Allvar"]) == ('=HYPERLINK("http://x")', at.date(), 2.0)
    head, row = as_rows(fetched(asa, LISTS["cases"][1], "csv"))
    assert row[1] == """'=HYPERLINK("http://x")"""
    _head, measure = as_sheet(fetched(asa, LISTS["measures"][1], "xlsx"))
    assert (measure[0], measure[3]) == ("+Torka golvet", date(2026, 12, 1))
    assert as_rows(fetched(asa, LISTS["measures"][1], "csv"))[1][0] == "'+Torka golvet"


def test_no_one_gets_more_than_the_page_shows(world: Case, browse: Browse) -> None:
    """Those who may open the list of cases without reach get its head; those who may not open it get nothing."""
    assert len(as_rows(fetched(browse("cilla"), LISTS["cases"][1], "csv"))) == 1
    for login in ("eva", "root"):
        assert browse(login).get(f"{LISTS['cases'][1]}&format=csv").status_code == 404
    assert browse("asa").get(f"{LISTS['log'][1]}&format=csv").status_code == 404


def test_a_protected_case_and_a_protected_colleague_stay(world: Case, browse: Browse) -> None:
    Case.objects.unscoped(reason="test").filter(pk=world.pk).update(protected_identity=True)
    assert len(as_rows(fetched(browse("asa"), LISTS["cases"][1], "csv"))) == 1
    Person.objects.filter(login="juno").update(protected_identity=True)
    name = Person.objects.get(login="juno").name
    listed = {login: fetched(browse(login), LISTS["people"][1], "csv").decode() for login in ("asa", "juno", "root")}
    assert {login: name in text for login, text in listed.items()} == {"asa": False, "juno": True, "root": True}


def test_the_filters_of_the_page_hold(world: Case, browse: Browse, person: Callable[[str], Person]) -> None:
    assert len(as_rows(fetched(browse("asa"), "/arenden/export/?val=alla&severity=4", "csv"))) == 1
    unit = Unit.objects.get(pk=person("juno").home_unit_id)
    rows = as_rows(fetched(browse("eva"), f"/organisation/?q={unit.code}", "csv"))
    assert [row[0] for row in rows[1:]] == [unit.code]
    logins = [row[2] for row in as_rows(fetched(browse("eva"), "/organisation/personer/?q=juno", "csv"))[1:]]
    assert logins == ["juno"]
    persons = {row[3] for row in as_rows(fetched(browse("petra"), "/logg/?person=asa", "csv"))[1:]}
    assert persons == {"asa"}


def test_units_and_responsibilities_tell_where_they_belong(browse: Browse, person: Callable[[str], Person]) -> None:
    unit = Unit.objects.select_related("parent").get(pk=person("juno").home_unit_id)
    units = {row[0]: row for row in as_rows(fetched(browse("eva"), LISTS["units"][1], "csv"))}
    assert units[unit.code][1:4] == [unit.name, str(unit.get_kind_display()), unit.parent.name]
    _head, *rows = as_rows(fetched(browse("eva"), LISTS["responsibilities"][1], "csv"))
    assert {row[7] for row in rows} >= {"", "Ingen har rollen"}
    assert any(person("asa").name in row[5] for row in rows)


def test_a_providers_manager_gets_her_own_providers_part(
    browse: Browse, actor: Callable[..., Any], at: datetime
) -> None:
    ivar = actor("ivar")
    units = {row[0] for row in as_rows(fetched(browse("ivar"), LISTS["units"][1], "csv"))[1:]}
    assert units == set(Unit.objects.seen_by(ivar).filter(valid_to=None).values_list("code", flat=True))
    assert 0 < len(units) < Unit.objects.of(ivar.principal_id).count()
    people = {row[2] for row in as_rows(fetched(browse("ivar"), LISTS["people"][1], "csv"))[1:]}
    assert people <= set(Person.objects.seen_by(ivar, at.date()).values_list("login", flat=True))
    assert "ivar" in people and "asa" not in people
    named = {row[4] for row in as_rows(fetched(browse("ivar"), LISTS["responsibilities"][1], "csv"))[1:]}
    assert named - {""} <= set(Unit.objects.seen_by(ivar).values_list("name", flat=True))


@pytest.mark.parametrize("code", sorted(LISTS))
def test_questions_do_not_grow_with_the_rows(
    code: str, world: Case, browse: Browse, django_assert_max_num_queries: Any
) -> None:
    login, address = LISTS[code]
    client = browse(login)
    with django_assert_max_num_queries(14):
        fetched(client, address, "csv")
