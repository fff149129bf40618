"""Importing cases: what is kept, what is refused and why, and that running again adds nothing."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.db import transaction

from hjulet.cases.clocks import FEEDBACK, answer_due, answers_due
from hjulet.cases.import_mapping import DATES, FIELDS, Mapping
from hjulet.cases.importing import import_cases
from hjulet.cases.models import Case, Category, Clock
from hjulet.cases.registry import BULK_FOLLOWERS
from hjulet.cases.search import terms
from hjulet.core.clocks import local_date
from hjulet.core.events import value_digest
from hjulet.core.models import Event, EventValue
from hjulet.core.tables import RowProblem, read_rows
from hjulet.law.models import ServiceLevel
from hjulet.org.models import Principal, Unit

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"


def row(number: int = 1, **changes: str) -> dict[str, str]:
    return {
        "ref": f"AVV-{number}",
        "kind": "avvikelse",
        "unit_code": "lindgarden",
        "area": "",
        "category": "fall",
        "law": "HSL",
        "severity": "2",
        "status": "avslutad",
        "reporter_id": "hassan",
        "occurred_at": "2026-03-02 21:10:00",
        "reported_at": "2026-03-02 22:40:00",
        "due_at": "2026-04-01",
        "closed_at": "2026-04-10 09:00",
        "title": "Fall vid sängen",
        "description": "Personen gled ner på golvet när lakanet fastnade.",
        "immediate_action": "Hjälpte upp och ringde sjuksköterska.",
        "cause": "halt golv",
    } | changes


def lines(*rows: dict[str, str] | RowProblem):
    return list(enumerate(rows, start=2))


@pytest.fixture
def lovdala(db):
    return Principal.objects.get(code="lovdala")


@pytest.fixture
def take(lovdala, at):
    def take_in(*rows, **options):
        return import_cases(lines(*rows), principal=lovdala, at=at, **options)

    return take_in


def cases():
    return Case.objects.unscoped(reason="test").order_by("pk")


def test_a_row_becomes_a_whole_case(take, lovdala, at):
    followed = []
    BULK_FOLLOWERS.append(followed.extend)
    try:
        outcome = take(row())
    finally:
        BULK_FOLLOWERS.remove(followed.extend)
    case = cases().get()
    assert (outcome.read, outcome.added, outcome.refused) == (1, 1, 0)
    assert (case.kind, case.state, case.track, case.event_kind) == (
        "deviation",
        "closed",
        "hsl",
        "adverse-event",
    )
    assert (case.unit.code, case.category.code, case.severity) == ("lindgarden", "hsl_fall", 2)
    assert case.reporter.login == "hassan"
    assert case.ref == f"2026-{case.pk:04d}"
    assert case.reported_at.isoformat() == "2026-03-02T21:40:00+00:00"
    assert set(terms("lakanet fastnade")) <= set(case.search_text.split())
    assert [fact.case_id for fact in followed] == [case.pk]
    event = Event.objects.get(object_type="case", object_id=case.pk)
    value = EventValue.objects.get(event=event)
    assert (event.verb, event.at, event.unit_id) == ("case.imported", at, case.unit_id)
    assert value.values["cause"] == "halt golv"
    assert event.digests == {n: value_digest(value.salt, n, v) for n, v in value.values.items()}


def test_running_again_adds_nothing(take):
    take(row(1), row(2))
    again = take(row(1), row(2), row(3))
    assert (again.added, again.already, again.refused) == (1, 2, 0)
    assert cases().count() == 3


def test_the_same_ref_twice_in_a_file_is_told(take):
    outcome = take(row(1), row(1, title="En annan"))
    assert (outcome.added, outcome.refused) == (1, 1)
    assert str(outcome.problems[0]) == "Rad 3, ref: AVV-1 finns redan i filen"


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"unit_code": "finns-inte"}, "unit_code", "enheten finns-inte finns inte"),
        ({"unit_code": ""}, "unit_code", "saknas"),
        ({"ref": ""}, "ref", "saknas"),
        ({"description": "  "}, "description", "saknas"),
        ({"reported_at": "2027-01-01 10:00"}, "reported_at", "ligger i framtiden"),
        ({"reported_at": "02/03/26"}, "reported_at", "02/03/26 är ingen tid, skriv som 2026-11-24 09:30"),
        ({"occurred_at": "2026-03-03 10:00"}, "occurred_at", "ligger efter att händelsen rapporterades"),
        ({"closed_at": "2026-03-01"}, "closed_at", "ligger före dagen då händelsen rapporterades"),
        ({"closed_at": ""}, "closed_at", "saknas fast ärendet är avslutat"),
        ({"title": "x" * 161}, "title", "är längre än 160 tecken"),
        ({"description": "x" * 20_001}, "description", "är längre än 20000 tecken"),
        (
            {"description": "trasig \x00 text"},
            "description",
            "har tecken som inte går att läsa; spara filen som UTF-8",
        ),
        ({"severity": "5"}, "severity", "5 är inte 1, 2, 3 eller 4"),
        ({"kind": "olycka"}, "kind", "olycka är okänt, skriv något av avvikelse, tillbud, risk, synpunkt"),
        ({"status": "utreds", "due_at": "snart"}, "due_at", "snart är inget datum, skriv som 2026-11-24"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(changes, column, reason, take):
    outcome = take(row(1), row(2, **changes), row(3))
    assert (outcome.added, outcome.refused) == (2, 1)
    assert (outcome.problems[0].line, outcome.problems[0].column, outcome.problems[0].reason) == (
        3,
        column,
        reason,
    )


def test_abort_undoes_everything(take):
    outcome = take(row(1), row(2, severity="9"), keep_rest=False)
    assert outcome.undone
    assert not cases().exists()


def test_a_dry_run_keeps_nothing(take):
    outcome = take(row(1), row(2, unit_code="nytt-hus", area="Kost"), dry_run=True)
    assert (outcome.added, outcome.undone) == (2, True)
    assert not cases().exists()
    assert not Unit.objects.filter(code="nytt-hus").exists()


@pytest.mark.parametrize(
    ("law", "track", "regime"),
    [
        ("HSL", "hsl", ""),
        ("SoL", "sol", ""),
        ("LSS", "lss", ""),
        ("GDPR", "none", "GDPR"),
        ("Övrigt", "none", "Övrigt"),
    ],
)
def test_law_becomes_track(law, track, regime, take):
    take(row(law=law))
    assert (cases().get().track, cases().get().regime) == (track, regime)


@pytest.mark.parametrize(
    ("status", "state", "clock"),
    [
        ("ny", "reported", "deviation.receive"),
        ("utreds", "investigating", "deviation.investigate"),
        ("atgard", "measures", "deviation.effect"),
        ("uppfoljning", "follow-up", "deviation.effect"),
    ],
)
def test_an_open_case_keeps_its_date(status, state, clock, take):
    take(row(status=status, closed_at=""))
    case = cases().get()
    kept = Clock.objects.unscoped(reason="test").get(case=case)
    assert (case.state, case.closed_at) == (state, None)
    assert case.due_on == kept.due_on == local_date(case.reported_at).replace(month=4, day=1)
    assert (kept.code, kept.limit.amount) == (clock, 30)


def test_an_imported_case_can_be_worked_on(take, actor, at):
    from hjulet.cases import actions

    take(row(status="ny", closed_at="", unit_code="ekbacken"))
    case = cases().get()
    actions.perform(case, "receive", actor=actor("asa"), at=at)
    assert cases().get().state == "received"


@pytest.mark.parametrize(
    ("law", "category", "code"),
    [
        ("HSL", "Läkemedel", "hsl_medication"),
        ("SoL", "bemotande", "sol_conduct"),
        ("SoL", "nånting helt annat", "sol_other_sol"),
        ("AML", "hotvald", "none_work_environment_threat"),
        ("HSL", "hsl_fall_near_fall", "hsl_fall_near_fall"),
    ],
)
def test_a_category_goes_to_the_nearest(law, category, code, take):
    take(row(law=law, category=category))
    assert cases().get().category.code == code


def test_every_nearest_category_exists():
    from hjulet.cases.import_places import table_of_words

    known = set(Category.objects.values_list("code", flat=True))
    assert {code for words in table_of_words().values() for code in words.values()} <= known


def test_area_becomes_a_department(take, lovdala):
    take(
        row(1, unit_code="E0001", area="Barn och utbildning"),
        row(2, unit_code="E0002", area="barn och utbildning"),
    )
    first, second = (Unit.objects.get(code=code) for code in ("E0001", "E0002"))
    assert first.parent == second.parent
    assert (first.parent.name, first.parent.kind) == ("Barn och utbildning", "department")
    assert first.parent.parent.parent is None
    assert first.path.startswith(first.parent.path)


def test_the_hour_that_spring_skips(take):
    outcome = take(row(reported_at="2026-03-29 03:10", occurred_at="2026-03-29 02:50"))
    case = cases().get()
    assert outcome.added == 1
    assert case.occurred_at == case.reported_at


def test_an_odd_year_is_told_and_kept(take):
    outcome = take(row(occurred_at="1951-01-01"))
    assert (outcome.added, outcome.odd, outcome.refused) == (1, 1, 0)
    assert str(outcome.problems[0]).startswith("Rad 2, occurred_at: 1951 ligger mer än tio år före")


def test_csv_and_json_lines_say_the_same(tmp_path):
    table, jsonl = tmp_path / "a.csv", tmp_path / "a.jsonl"
    given = row(description='Rad ett\nrad två med "citat" och ; tecken')
    quoted = ";".join('"' + given[name].replace('"', '""') + '"' for name in given)
    table.write_text("\ufeff" + ";".join(given) + "\n" + quoted + "\n", encoding="utf-8")
    jsonl.write_text(json.dumps(given | {"severity": 2}, ensure_ascii=False) + "\n\n[1]\n{trasig\n", encoding="utf-8")
    (line, told), *rest = read_rows(table, {"ref"})
    first, *bad = read_rows(jsonl, set())
    assert (line, told, rest) == (3, given, [])
    assert first == (1, given)
    assert [(number, problem.reason) for number, problem in bad] == [
        (3, "raden är inget JSON-objekt"),
        (4, "raden är inget JSON-objekt"),
    ]


def test_a_row_with_too_few_fields(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("ref,reported_at,description\nA,2026-01-01\n\nB,2026-01-01,Text\n", encoding="utf-8")
    (line, problem), (_, good) = read_rows(path, {"ref"})
    assert (line, problem.reason) == (2, "raden har 2 fält men rubriken 3")
    assert good["ref"] == "B"


def test_a_missing_column_stops_the_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("ref,description\nA,Text\n", encoding="utf-8")
    with pytest.raises(CommandError, match="Filen saknar kolumnen reported_at"):
        call_command("import-cases", str(path), principal="lovdala")


def test_a_mapping_with_an_unknown_field(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text("columns: {enhet: unit}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="okända fält: enhet"):
        Mapping.read(path)


NOTICES = """id,published,type,location,place,summary
1,2024-03-20 17:15:38 +01:00,Brand,Norrköping,Norrköping,"Larm om rök, källare."
2,2024-07-01 8:00:00 +02:00,Fjällräddning,Jämtland,Åre,Person saknas.
3,2024-07-02 08:00:00 +02:00,Räddningsinsats,Skåne,Ystad,Båt på grund.
"""


def test_another_file_with_a_mapping(tmp_path, lovdala):
    path = tmp_path / "notiser.csv"
    path.write_text(NOTICES, encoding="utf-8")
    mapping = ROOT / "docs/examples/import-police-notices.yaml"
    for _ in range(2):
        call_command("import-cases", str(path), mapping=mapping, principal="lovdala", stdout=sys.stderr)
    first, *_ = found = list(cases())
    assert [case.category.label for case in found] == ["Brand", "Räddning", "Räddning"]
    assert (first.title, first.description) == ("Brand, Norrköping", "Larm om rök, källare. (Norrköping)")
    assert first.category.principal == lovdala
    assert first.reported_at.isoformat() == "2024-03-20T16:15:38+00:00"


def test_several_principals_need_a_choice(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("ref,reported_at,description\n", encoding="utf-8")
    with pytest.raises(CommandError, match="flera huvudmän"):
        call_command("import-cases", str(path))


@pytest.mark.skipif(not (SHARED / "data/incidents").exists(), reason="the shared files are not here")
def test_the_notices_of_two_years(lovdala, at):
    mapping = Mapping.read(ROOT / "docs/examples/import-police-notices.yaml")
    path = SHARED / "data/incidents/swedish_events_2023_2024.csv"
    first, second = (
        import_cases(read_rows(path, mapping.needed()), principal=lovdala, at=at, mapping=mapping) for _ in range(2)
    )
    assert (first.read, first.added, first.refused) == (2820, 2820, 0)
    assert (second.added, second.already) == (0, 2820)


@pytest.mark.skipif(not (SHARED / "tools/gen-cases").exists(), reason="the generator is not here")
def test_generated_rows(tmp_path, lovdala, at):
    path = tmp_path / "rows.csv"
    with path.open("w") as file:
        subprocess.run(
            [sys.executable, str(SHARED / "tools/gen-cases"), "rows", "--n", "3000"], stdout=file, check=True
        )
    outcome = import_cases(read_rows(path, Mapping().needed()), principal=lovdala, at=at)
    assert (outcome.added, outcome.refused) == (3000, 0)
    assert set(FIELDS) <= set(next(read_rows(path, set()))[1])


@pytest.mark.capability("PLT-1")
def test_a_workbook_gives_the_same_cases_as_the_csv(tmp_path, lovdala, at):
    table, book_path = tmp_path / "a.csv", tmp_path / "a.xlsx"
    given = [row(1), row(2, status="utreds", closed_at=""), row(3, severity="9"), row(4, occurred_at="2026-03-02")]
    with table.open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(given[0]))
        writer.writeheader()
        writer.writerows(given)
    with xlsxwriter.Workbook(book_path) as book:
        page = book.add_worksheet("Avvikelser")
        day, moment = (book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
        page.merge_range("A1:C1", "Utdrag ur det gamla systemet")
        page.write_row(3, 0, given[0])
        for number, told in enumerate(given, start=4):
            for place, (name, text) in enumerate(told.items()):
                if name in DATES and text:
                    page.write_datetime(number, place, datetime.fromisoformat(text), moment if ":" in text else day)
                else:
                    page.write(number, place, int(text) if text.isdigit() else text)
    kept = []
    for path in (table, book_path):
        rows = read_rows(path, Mapping().needed(), dates=Mapping().dates())
        outcome = import_cases(rows, principal=lovdala, at=at, dry_run=True)
        assert (outcome.read, outcome.added, outcome.refused) == (4, 3, 1)
        with transaction.atomic():
            rows = read_rows(path, Mapping().needed(), dates=Mapping().dates())
            problem = import_cases(rows, principal=lovdala, at=at).problems[0]
            hidden = {"id", "track_set_at"}
            kept.append([{k: v for k, v in case.items() if k not in hidden} for case in cases().values()])
            transaction.set_rollback(True)
        assert problem.line == (4 if path is table else 7)
    assert kept[0] == kept[1] and len(kept[0]) == 3


@pytest.mark.capability("NEW-2")
def test_the_last_day_to_answer_is_the_same_read_once_or_day_by_day(lovdala, at):
    level = ServiceLevel.objects.filter(code=FEEDBACK, principal=None).get()
    today = local_date(at)
    own = {"principal": lovdala, "code": FEEDBACK}
    copy = {f.attname: getattr(level, f.attname) for f in level._meta.concrete_fields if f.attname != "id"}
    del copy["principal_id"], copy["code"], copy["valid_from"], copy["valid_to"], copy["amount"]
    ServiceLevel.objects.create(**own, **copy, amount=3, valid_from=date(2025, 3, 1), valid_to=date(2025, 5, 31))
    ServiceLevel.objects.create(**own, **copy, amount=5, valid_from=date(2026, 1, 10))
    due = answers_due(lovdala.pk, today)
    days = [level.valid_from + timedelta(days=n) for n in range(-3, (today - level.valid_from).days, 7)]
    days += [date(2025, month, day) for month in (2, 3, 5, 6) for day in (1, 28)] + [
        date(2026, 1, 9),
        date(2026, 1, 10),
    ]
    assert [due(day) for day in days] == [answer_due(lovdala.pk, day) for day in days]
    assert len({(due(day) - day).days for day in days if due(day)}) > 2
