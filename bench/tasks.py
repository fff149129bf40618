"""What is measured: a request as a person makes it, and beside it the same work as one well-indexed SQL."""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bench import checks, documents, processes, wheel
from bench.town import Town
from bench.words import COMMON, MIDDLING, RARE
from hjulet.cases.choices import OPEN
from hjulet.cases.models import Case
from hjulet.cases.search import terms
from hjulet.org.models import Person, path_end
from hjulet.stats.models import CaseFact

CASE, FACT = Case._meta.db_table, CaseFact._meta.db_table
STATES = ", ".join(f"'{state}'" for state in sorted(OPEN))
EXPORT = 10_000
WORDS_OF_DOCUMENTS = (("rare", documents.RARE), ("middling", documents.MIDDLING), ("common", documents.COMMON))


@dataclass(frozen=True)
class Task:
    name: str
    goal: float | None  # milliseconds, median
    who: Callable[[int], Person]  # the n-th time, by whom
    path: Callable[[int], str]
    body: Callable[[int], str] | None
    expect: int
    sql: str
    params: Callable[[int], list[Any]]
    times: int
    writes: bool = False  # warmed by reading the page only


def tasks(town: Town, at: datetime, vendor: str) -> list[Task]:
    """All of them, for a municipality that is filled."""
    count = Case.objects.unscoped(reason="the bench's own cases").count()
    manager, chief = _turns(town.managers), _turns([town.chief])
    first = _day_with_rows_after(count)
    find = _search_sql(vendor)
    staff = _turns(town.staff)
    path = town.head.home_unit.path
    inside = [path, path_end(path)]
    quarter = (
        "date_trunc('quarter', month)" if vendor == "postgresql" else "(CAST(substr(month, 6, 2) AS INTEGER) + 2) / 3"
    )
    return [
        Task(
            "create",
            8,
            staff,
            lambda n: "/rapportera/",
            lambda n: report_body(staff(n), at),
            302,
            f"INSERT INTO {CASE} ({_columns()}) SELECT {_columns(new=True)} FROM {CASE} WHERE id = %s",
            lambda n: [uuid.uuid4() if vendor == "postgresql" else uuid.uuid4().hex, n % count + 1],
            200,
            writes=True,
        ),
        _hand_over(),
        Task(
            "list: my unit, open",
            15,
            manager,
            lambda n: "/arenden/",
            None,
            200,
            f"SELECT * FROM {CASE} WHERE unit_id = %s AND state IN ({STATES}) ORDER BY reported_at DESC LIMIT 25",
            lambda n: [manager(n).home_unit_id],
            150,
        ),
        Task(
            "list: a quarter of the town, open",
            15,
            lambda n: town.head,
            lambda n: "/arenden/",
            None,
            200,
            f"SELECT * FROM {CASE} WHERE unit_id IN (SELECT id FROM org_unit WHERE path >= %s AND path < %s) "
            f"AND state IN ({STATES}) ORDER BY reported_at DESC LIMIT 25",
            lambda n: inside,
            100,
        ),
        Task(
            "list: a quarter of the town, all",
            15,
            lambda n: town.head,
            lambda n: "/arenden/?val=alla",
            None,
            200,
            f"SELECT * FROM {CASE} WHERE unit_id IN (SELECT id FROM org_unit WHERE path >= %s AND path < %s) "
            "ORDER BY reported_at DESC LIMIT 25",
            lambda n: inside,
            100,
        ),
        Task(
            "detail",
            12,
            manager,
            lambda n: _case_of(manager(n)),
            None,
            200,
            f"SELECT * FROM {CASE} WHERE id = %s",
            lambda n: [n % count + 1],
            150,
        ),
        Task(
            "start page",
            None,
            manager,
            lambda n: "/",
            None,
            200,
            f"SELECT count(*) FROM {CASE} WHERE handler_id = %s AND state IN ({STATES})",
            lambda n: [manager(n).pk],
            100,
        ),
        Task(
            "statistics: quarter × category × unit",
            60,
            lambda n: town.chief,
            lambda n: "/statistik/?by=quarter,category,unit",
            None,
            200,
            f"SELECT {quarter}, category, unit_id, SUM(cases) FROM {FACT} WHERE month >= %s GROUP BY 1, 2, 3",
            lambda n: [str(at.date().replace(day=1) - timedelta(days=365))],
            40,
        ),
        *[
            Task(
                f"search: {sort}",
                30,
                lambda n: town.head,
                lambda n: "/sok/",
                lambda n, word=word: urlencode({"q": word}),  # type: ignore[misc]
                200,
                find,
                lambda n, word=word: [_word(word, vendor), *inside],  # type: ignore[misc]
                60,
            )
            for sort, word in (("rare", RARE), ("middling", MIDDLING), ("common", COMMON))
        ],
        *[
            Task(
                f"search among documents: {sort}",
                100,
                staff,
                lambda n: "/sok/",
                lambda n, word=word: urlencode({"q": word, "bland": "document"}),  # type: ignore[misc]
                200,
                documents.find_sql(vendor),
                lambda n, word=word: [_word(word, vendor)],  # type: ignore[misc]
                40,
            )
            for sort, word in WORDS_OF_DOCUMENTS
        ],
        *[
            Task(
                f"suggestions while typing: {sort}",
                100,
                staff,
                lambda n: "/sok/forslag/",
                lambda n, word=word: urlencode({"q": word[:-2]}),  # type: ignore[misc]
                200,
                documents.find_sql(vendor),
                lambda n, word=word: [_word(word, vendor)],  # type: ignore[misc]
                40,
            )
            for sort, word in WORDS_OF_DOCUMENTS
        ],
        *[
            Task(
                f"processes: {name}",
                100,
                who,
                lambda n, path=path: path,  # type: ignore[misc]
                None,
                200,
                processes.HURTS_SQL,
                lambda n: [str(at.date().replace(day=1) - timedelta(days=365))],
                60,
            )
            for name, who, path in (
                ("hub", manager, "/processer/"),
                ("one, whole town", lambda n: town.chief, "/processer/home-care/"),
                ("one, a quarter of the town", lambda n: town.head, "/processer/home-care/"),
                ("one, my unit", manager, "/processer/home-care/"),
                ("where it hurts, whole town", lambda n: town.chief, "/processer/gor-ont/"),
                ("where it hurts, my unit", manager, "/processer/gor-ont/"),
            )
        ],
        *[
            Task(
                name,
                100,
                who,
                lambda n, path=path: path,  # type: ignore[misc]
                None,
                200,
                sql,
                lambda n: [],
                60,
            )
            for name, who, path, sql in (
                ("wheel: my unit's year", manager, "/arshjul/", wheel.PAIRS_SQL),
                ("wheel: my unit's list", manager, "/arshjul/?vy=lista", wheel.PAIRS_SQL),
                ("wheel: the whole town's year", chief, "/arshjul/", wheel.PAIRS_SQL),
                ("wheel: how far, whole town", chief, "/arshjul/framdrift/", wheel.PAIRS_SQL),
                ("checks: twelve rounds compared", chief, "/egenkontroll/jamfor/", checks.MEANS_SQL),
                ("checks: rounds, whole town", chief, "/egenkontroll/?visa=alla", checks.MEANS_SQL),
            )
        ],
        *[
            Task(
                f"export {form}, {min(count, EXPORT)}",
                goal,
                lambda n: town.reader,
                lambda n, form=form: f"/arenden/export/?val=alla&from={first}&format={form}",  # type: ignore[misc]
                None,
                200,
                f"SELECT * FROM {CASE} WHERE reported_at >= %s ORDER BY reported_at DESC",
                lambda n: [str(first)],
                5,
            )
            for form, goal in (("csv", 250), ("xlsx", 750))
        ],
    ]


HAND_OVERS = 60


def _hand_over() -> Task:
    """A manager hands a case over to lex Sarah: kind, handler, who may see it, clocks, log and figures in one write."""
    rows = Case.objects.unscoped(reason="the bench's own cases").select_related("handler")
    open_to_her = rows.filter(kind="deviation", track="sol", state="investigating", handler__isnull=False)
    cases = list(open_to_her.order_by("id")[: HAND_OVERS + 1])
    if not cases:
        raise SystemExit("no case to hand over: load more")
    last = len(cases) - 1
    return Task(
        "hand over to lex Sarah",
        None,
        lambda n: cases[min(n, last)].handler,
        lambda n: f"{cases[min(n, last)].get_absolute_url()}steg/lex-sarah/",
        lambda n: urlencode({"reason": "Hon har farit illa och det behöver prövas."}),
        302,
        f"UPDATE {CASE} SET version = version + 1 WHERE id = %s",
        lambda n: [cases[min(n, last)].pk],
        last,
        writes=True,
    )


def _turns(people: list[Person]) -> Callable[[int], Person]:
    return lambda n: people[(n * 37) % len(people)]


def report_body(person: Person, at: datetime) -> str:
    return urlencode(
        {
            "description": "Brukaren föll i köket på kvällen. Sjuksköterskan kom och kontrollerade puls och smärta.",
            "immediate_action": "Hjälpte upp och ringde sjuksköterska.",
            "when": "now",
            "unit": person.home_unit_id,
            "reported_harm": "near",
            "guessed_track": "unsure",
            "submission_key": uuid.uuid4(),
        }
    )


def _case_of(person: Person) -> str:
    """The newest case of hers."""
    found = (
        Case.objects.unscoped(reason="the bench's own cases").filter(handler=person).order_by("-reported_at").first()
    )
    return found.get_absolute_url() if found else "/arenden/"


def _day_with_rows_after(count: int) -> date:
    """The day from which about ten thousand cases came in."""
    rows = Case.objects.unscoped(reason="the bench's own cases").order_by("-reported_at")
    moment: datetime = rows.values_list("reported_at", flat=True)[min(count, EXPORT) - 1]
    return moment.date() + timedelta(days=1) if count > EXPORT else moment.date()


def _columns(*, new: bool = False) -> str:
    names = [field.column for field in Case._meta.concrete_fields if field.column not in {"id", "external_ref"}]
    return ", ".join("%s" if new and name == "submission_key" else name for name in names) + (
        ", ''" if new else ", external_ref"
    )


def _search_sql(vendor: str) -> str:
    found = (
        "search_words @@ %s::tsquery"
        if vendor == "postgresql"
        else f"id IN (SELECT rowid FROM {CASE}_words WHERE {CASE}_words MATCH %s)"
    )
    return (
        f"SELECT * FROM {CASE} WHERE {found} AND unit_id IN "
        "(SELECT id FROM org_unit WHERE path >= %s AND path < %s) ORDER BY reported_at DESC LIMIT 20"
    )


def _word(word: str, vendor: str) -> str:
    return " ".join(f"'{form}'" if vendor == "postgresql" else f'"{form}"' for form in terms(word))
