"""The case list: saved selections, filters that live in the address, sorting and paging."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, Q, Value
from django.utils.translation import gettext as _

from hjulet.cases.choices import CaseKind, State
from hjulet.cases.models import CATEGORIES, Case, CaseQuerySet, Category
from hjulet.cases.search import terms
from hjulet.cases.sight import OPEN_CODES, Places, Seen
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.lists import GROUPS, in_group
from hjulet.core.now import STOCKHOLM
from hjulet.core.prepared import Given
from hjulet.core.scope import ForActor
from hjulet.core.swedish_time import day_short
from hjulet.core.words_index import HasWords
from hjulet.measures.choices import MeasureState
from hjulet.org.choices import DEPARTMENTS, Duty, Track
from hjulet.org.models import Unit
from hjulet.org.reach import UNITS
from hjulet.processes.activities import steps_named

PAGE = 25
FIRST_YEAR, LAST_YEAR = 1990, 2199  # beyond these sums with days fall off the calendar
SORTS = {
    "klart": ("due_on", "id"),
    "inkommet": ("reported_at", "id"),
    "rubrik": ("title", "id"),
    "enhet": ("unit__name", "id"),
    "steg": ("state", "id"),
    "handlaggare": ("handler__name", "id"),
    "typ": ("kind", "id"),
}
COUNTED_TABS = ("mina", "vantar", "oppna", "sena")
TABS = (*COUNTED_TABS, "alla")


@dataclass(frozen=True)
class Chip:
    """A filter that is on: what it says and the parameter to leave out to be rid of it."""

    label: str
    name: str


@dataclass
class Selection:
    """What a list shows, read out of the address. Words that mean nothing are left aside and told in `ignored`."""

    tab: str
    sort: str
    chips: list[Chip]
    ignored: list[str]
    condition: Q

    @property
    def order(self) -> tuple[str, ...]:
        descending = self.sort.startswith("-")
        fields = SORTS[self.sort.lstrip("-")]
        return tuple(f"-{name}" for name in fields) if descending else fields


def read_selection(params: Mapping[str, str], *, actor: Actor, at: datetime) -> Selection:
    tab = params.get("val", "oppna")
    sort = params.get("sort", "-inkommet")
    selection = Selection(
        tab=tab if tab in TABS else "oppna",
        sort=sort if sort.lstrip("-") in SORTS else "-inkommet",
        chips=[],
        ignored=[],
        condition=Q(),
    )
    selection.condition &= tab_condition(selection.tab, actor, local_date(at))
    for reader in (_unit, _codes, _category, _step, _dates, _severity, _annulled, _overdue, _group, _protected):
        reader(selection, params, actor, at)
    return selection


def read_for_measures(params: Mapping[str, str], *, actor: Actor, at: datetime) -> Selection:
    """The part of a selection that measures can be chosen by: unit, law, state and when they were decided."""
    selection = Selection("alla", "-inkommet", [], [], Q())
    _unit(selection, params, actor, at)
    _dates(selection, params, actor, at, "created_at")
    for name, choices in (("track", Track), ("state", MeasureState)):
        if params.get(name, "") in choices.values:
            selection.condition &= Q(**{name: params[name]})
        elif params.get(name):
            selection.ignored.append(params[name])
    return selection


def cases_for(selection: Selection, *, actor: Actor, wide: bool = False) -> CaseQuerySet:
    """The cases of a selection, in order. `wide`: the actor sees the cases of many units."""
    cases = Case.objects.whole() if wide else Case.objects.all()
    queryset: CaseQuerySet = cases.visible_to(actor).filter(selection.condition).order_by(*selection.order)
    return queryset


def found(query: str, selection: Selection, *, actor: Actor, wide: bool = False) -> CaseQuerySet:
    """Cases of a selection that hold every word, newest first. Protected identities are never found by their words."""
    return with_words(cases_for(selection, actor=actor, wide=wide), query)


def with_words(cases: CaseQuerySet, query: str) -> CaseQuerySet:
    """Those of the cases that hold every word; protected identities never do."""
    words = terms(query)
    hits = cases.filter(protected_identity=False)
    return hits.filter(HasWords(words)) if words else hits.none()


def waiting_for(actor: Actor) -> Q:
    """Open cases that wait for the actor: her own, those to receive, and those that no one handles."""
    mine = Q(handler_id=actor.person_id)
    if actor.duties & {Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT, Duty.REGISTER}:
        mine |= Q(state=State.REPORTED, receiving_duty__in=actor.duties)
    if actor.holds(Duty.HANDLE) or actor.holds(Duty.LEX):
        mine |= Q(handler__isnull=True, track_set_at__isnull=False)
    return mine


def tab_condition(tab: str, actor: Actor, today: Any) -> Q:
    """Which cases a saved selection holds, of those the actor sees."""
    is_open = Q(state__in=OPEN_CODES)
    conditions = {
        "mina": is_open & Q(handler_id=actor.person_id),
        "vantar": is_open & waiting_for(actor),
        "oppna": is_open,
        "sena": is_open & Q(due_on__lt=today),
        "alla": Q(),
    }
    return conditions[tab]


TODAY: Any = Given("today", DateField())


def _numbers(actor: Actor) -> Any:
    counts = {tab: Count("pk", filter=tab_condition(tab, actor, TODAY)) for tab in COUNTED_TABS}
    rows = Case.objects.visible_to(actor).open().order_by().values(together=Value(1)).annotate(**counts)
    return rows.values_list(*COUNTED_TABS)


def _plain_part(actor: Actor, tab: str, sort: str, wide: bool, first: int, last: int) -> Any:
    selection = Selection(tab, sort, [], [], tab_condition(tab, actor, TODAY))
    return cases_for(selection, actor=actor, wide=wide).part(actor, first, last).select_related("handler")


NUMBERS = ForActor(_numbers, Seen, Places)
PLAIN_PART = ForActor(_plain_part, Seen, Places)


def numbers_of(actor: Actor, today: date) -> dict[str, int]:
    """How many cases each saved selection holds. Those of all that was ever reported are not counted here."""
    rows = NUMBERS(actor, today=today)
    return dict(zip(COUNTED_TABS, rows[0] if rows else (0,) * len(COUNTED_TABS), strict=True))


def is_plain(selection: Selection, actor: Actor, today: date) -> bool:
    """Whether it is a saved selection as it is, without any filter."""
    return selection.condition == tab_condition(selection.tab, actor, today)


def part_of(selection: Selection, first: int, last: int, *, actor: Actor, today: date, wide: bool) -> list[Case]:
    """Rows `first` to `last` of a selection, with what a list tells of each."""
    if first >= last:
        return []
    if is_plain(selection, actor, today):  # whole pages, since each number of rows would be worded by itself
        rows = PLAIN_PART(actor, selection.tab, selection.sort, wide, first, first + PAGE, today=today)[: last - first]
    else:
        found = cases_for(selection, actor=actor, wide=wide).part(actor, first, last)
        rows = list(found.select_related("handler"))
    return placed(rows, actor)


def placed(cases: list[Case], actor: Actor) -> list[Case]:
    """With unit and category: what is remembered anyway is not joined to each row."""
    units, categories = UNITS(actor.principal_id), CATEGORIES(actor.principal_id)
    for case in cases:
        case.unit = units.get(case.unit_id) or case.unit
        case.category = categories.get(case.category_id or 0) or case.category
    return cases


def _unit(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    code = params.get("unit", "")
    if not code:
        return
    unit = Unit.objects.seen_by(actor).filter(code=code).first()
    if unit is None or not unit.path:
        selection.ignored.append(code)
        return
    selection.condition &= Q(unit__in=Unit.objects.under(unit.path).values("pk"))
    selection.chips.append(Chip(_("Enhet: %(name)s") % {"name": unit.name}, "unit"))


def _protected(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """A list of one unit leaves out what its statistics do; whoever handles a case has it in her own work."""
    code = params.get("unit", "")
    kinds = Unit.objects.seen_by(actor).filter(code=code).values_list("kind", flat=True)[:1] if code else ()
    if any(kind not in DEPARTMENTS for kind in kinds):
        selection.condition &= Q(protected_identity=False) | Q(handler_id=actor.person_id)


def _codes(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    for name, choices, label in (
        ("track", Track, _("Lag: %(value)s")),
        ("state", State, _("Steg: %(value)s")),
        ("kind", CaseKind, _("Typ: %(value)s")),
    ):
        value = params.get(name, "")
        if value in choices.values:
            if name == "track" and value == Track.UNSURE:
                selection.condition &= Q(track_set_at__isnull=True)
            else:
                selection.condition &= Q(**{name: value})
            selection.chips.append(Chip(label % {"value": choices(value).label}, name))
        elif value:
            selection.ignored.append(value)


def _category(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    code = params.get("category", "")
    if not code:
        return
    rows = list(Category.objects.filter(Q(code=code) | Q(parent__code=code)).for_principal(actor.principal_id))
    named = next((row for row in rows if row.code == code), None)
    if code == "none":
        selection.condition &= Q(category__isnull=True)
        selection.chips.append(Chip(_("Kategori: inte bestämd"), "category"))
    elif named is None:
        selection.ignored.append(code)
    else:
        selection.condition &= Q(category__in=[row.pk for row in rows])
        selection.chips.append(Chip(_("Kategori: %(value)s") % {"value": str(named)}, "category"))


def _step(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """Cases that happened in a step, `process/step`, in whichever of its versions; or anywhere in a process."""
    ref = params.get("steg", "").replace("\x00", " ")
    if not ref:
        return
    steps = steps_named(ref, actor)
    newest = steps.last()
    if newest is None:
        selection.ignored.append(ref)
        return
    selection.condition &= Q(activity__in=steps.order_by().values("pk"))
    name = f"{newest.drawing.process}: {newest}" if "/" in ref else str(newest.drawing.process)
    selection.chips.append(Chip(_("Hände i: %(value)s") % {"value": name}, "steg"))


def _dates(
    selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime, column: str = "reported_at"
) -> None:
    today = local_date(at)
    for name, label, compare, add in (
        ("from", _("Inkommet från %(day)s"), f"{column}__gte", 0),
        ("to", _("Inkommet till och med %(day)s"), f"{column}__lt", 1),
    ):
        text = params.get(name, "")
        if not text:
            continue
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = date.min
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            selection.ignored.append(text)
            continue
        start = datetime.combine(day + timedelta(days=add), time(0), tzinfo=STOCKHOLM)
        selection.condition &= Q(**{compare: start})
        selection.chips.append(Chip(label % {"day": day_short(day, today=today)}, name))


def _severity(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    value = params.get("severity", "")
    if value in {"1", "2", "3", "4"}:
        selection.condition &= Q(severity=int(value))
        selection.chips.append(Chip(_("Allvar: %(value)s") % {"value": value}, "severity"))
    elif value:
        selection.ignored.append(value)


def _annulled(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """Statistics leave annulled cases out; the list behind a figure does the same."""
    if params.get("annulled") == "0":
        selection.condition &= ~Q(state=State.ANNULLED)
        selection.chips.append(Chip(_("Utan makulerade"), "annulled"))


def _overdue(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    if params.get("overdue") == "1":
        selection.condition &= Q(state__in=OPEN_CODES, due_on__lt=local_date(at))
        selection.chips.append(Chip(_("Bara sena"), "overdue"))


def _group(selection: Selection, params: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """One group of what waits, as the start page divides it."""
    group = params.get("nar", "")
    if group in GROUPS:
        selection.condition &= in_group(group, "due_on", local_date(at), new=Q(state=State.REPORTED))
        selection.chips.append(Chip(str(GROUPS[group]), "nar"))
    elif group:
        selection.ignored.append(group)
