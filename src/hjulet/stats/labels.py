"""From codes to the words a reader knows, and into an order."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hjulet.cases.choices import CaseKind, Severity, State
from hjulet.cases.models import Category
from hjulet.org.choices import Track
from hjulet.org.models import SEGMENT, Unit, UnitVersion
from hjulet.stats.choices import TIMES, By
from hjulet.stats.periods import span_label
from hjulet.stats.source import Place

NONE = "none"
DIRECT = "="  # before a unit's code: on the unit itself, not on those below it
Rows = list[tuple[tuple[str, ...], int]]


def with_unit_codes(place: Place, by: tuple[By, ...], rows: Rows) -> Rows:
    """Unit paths become codes; two paths of one unit (before and after a move) become one row."""
    if By.UNIT not in by:
        return rows
    at = by.index(By.UNIT)
    codes = _codes_of({key[at] for key, _count in rows})
    areas = {place.area.code} if place.area else set()
    added: dict[tuple[str, ...], int] = {}
    for key, count in rows:
        code = codes.get(key[at], NONE)
        code = f"{DIRECT}{code}" if code in areas else code
        renamed = (*key[:at], code, *key[at + 1 :])
        added[renamed] = added.get(renamed, 0) + count
    return list(added.items())


def _codes_of(paths: Iterable[str]) -> dict[str, str]:
    """Unit codes by path: of today, else of any earlier day."""
    wanted = list(paths)
    now = dict(Unit.objects.filter(path__in=wanted).order_by("pk").values_list("path", "code"))
    gone = [path for path in wanted if path not in now]
    if not gone:
        return {str(path): code for path, code in now.items()}
    then = UnitVersion.objects.filter(path__in=gone).order_by("valid_from").values_list("path", "unit__code")
    return {**dict(then), **{str(path): code for path, code in now.items()}}


def ordered(part: By, codes: set[str], principal_id: int) -> tuple[tuple[str, str], ...]:
    """The codes in order, with labels in the reader's language."""
    if part in TIMES:
        return tuple((code, span_label(code)) for code in sorted(codes))
    if part == By.UNIT:
        return _units(codes, principal_id)
    if part == By.CATEGORY:
        return _categories(codes, principal_id)
    if part == By.SEVERITY:
        names = {str(value): str(label) for value, label in Severity.choices}
        return tuple((code, names.get(code, _("Inte bedömd"))) for code in sorted(codes, key=lambda c: (c == "0", c)))
    choices = {By.KIND: CaseKind, By.TRACK: Track, By.STATE: State}[part].choices
    return tuple((value, str(label)) for value, label in choices if value in codes)


def _units(codes: set[str], principal_id: int) -> tuple[tuple[str, str], ...]:
    wanted = {code.removeprefix(DIRECT) for code in codes}
    units = Unit.objects.of(principal_id).filter(code__in=wanted).order_by("path", "pk")
    found = []
    for unit in units:
        if f"{DIRECT}{unit.code}" in codes:
            found.append((f"{DIRECT}{unit.code}", _("%(unit)s, direkt") % {"unit": unit.name}))
        if unit.code in codes:
            found.append((unit.code, unit.name))
    return (*found, *([(NONE, _("Okänd enhet"))] if NONE in codes else []))


def top_categories(principal_id: int) -> dict[str, str]:
    """The track of each top category, by code; "" when it is of no one law."""
    found: dict[str, str] = {NONE: ""}
    rows = Category.objects.for_principal(principal_id).filter(parent__isnull=True).order_by("pk")
    for code, track in rows.values_list("code", "track"):
        of_law = track in {Track.SOL, Track.LSS, Track.HSL} and found.get(code, track) == track
        found[code] = str(track) if of_law else ""
    return found


def _categories(codes: set[str], principal_id: int) -> tuple[tuple[str, str], ...]:
    """One label per code: the latest wording. Unknown codes keep themselves as label."""
    rows = Category.objects.for_principal(principal_id).filter(code__in=codes).order_by("valid_from", "pk")
    known = _labelled(rows)
    others = [(code, code) for code in sorted(codes - {code for code, _label in known} - {NONE})]
    return (*known, *others, *([(NONE, _("Ingen kategori vald"))] if NONE in codes else []))


def category_label(code: str, principal_id: int) -> str:
    """The wording of one category, kept a quarter of an hour: a word of the set-up, the same for all of a principal."""
    key = f"category-label-{principal_id}-{code}-{get_language()}"
    kept: str | None = cache.get(key)
    if kept is None:
        kept = dict(_categories({code}, principal_id))[code]
        cache.set(key, kept, KEPT)
    return kept


KEPT = 900  # seconds


def _labelled(rows: Iterable[Category]) -> list[tuple[str, str]]:
    """Of rows from the oldest: the latest of each code, in the order of lists."""
    latest = {row.code: row for row in rows}
    found = sorted(latest.values(), key=lambda row: (row.track, row.order, row.pk))
    return [(row.code, f"{row}, {law}" if (law := law_tag(row)) else str(row)) for row in found]


def category_choices(principal_id: int) -> list[tuple[str, str]]:
    """The top categories, for a list to choose from."""
    rows = Category.objects.for_principal(principal_id).filter(parent__isnull=True).order_by("valid_from", "pk")
    return [*_labelled(rows), (NONE, _("Ingen kategori vald"))]


def law_tag(category: Category) -> str:
    return str(Track(category.track).label) if category.track in {Track.SOL, Track.LSS, Track.HSL} else ""


def unit_choices(paths: Iterable[tuple[str, str]], principal_id: int, depth: int = 4) -> list[tuple[str, str]]:
    """Units within half-open path ranges, indented by depth, for a list to choose from. At most four
    levels.
    """
    ranges = list(paths)
    rows = Unit.objects.of(principal_id).filter(path__isnull=False).order_by("path").values_list("code", "name", "path")
    inside = [row for row in rows if any(start <= str(row[2]) < end for start, end in ranges)]
    top = min((len(str(path)) for _code, _name, path in inside), default=0)
    levels = [(code, name, (len(str(path)) - top) // SEGMENT) for code, name, path in inside]
    return [(code, "\u2003" * level + name) for code, name, level in levels if level < depth]
