"""The selection of the statistics page: read out of the address, and written back into addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from hjulet.cases.choices import CaseKind, Severity, State
from hjulet.cases.models import Category
from hjulet.core.actor import Actor
from hjulet.org.choices import Track
from hjulet.org.models import Unit
from hjulet.stats import source
from hjulet.stats.choices import MASKED_ALONE, MASKED_TABLE, By, Tree
from hjulet.stats.periods import Period, finished, quarter_before, quarter_named, quarter_of, span_label
from hjulet.stats.queries import Filters

DEFAULT_BY = (By.QUARTER, By.CATEGORY, By.UNIT)
NAMES = ("unit", "category", "track", "kind", "severity", "state")
MOST_QUARTERS = 40
CHOICES = {"track": Track, "kind": CaseKind, "state": State}


@dataclass(frozen=True)
class Selection:
    """What the page shows. `only_masked`: the actor sees masked numbers only, so the choices are fewer.

    `extra` are the parts of the address that only the page itself knows.
    """

    period: Period
    by: tuple[By, ...]
    tree: Tree
    filters: Filters
    only_masked: bool
    unit: Unit | None = None
    ignored: tuple[str, ...] = field(default=())
    extra: Mapping[str, str] = field(default_factory=dict)

    def address(self, **changes: str) -> str:
        """The selection as a query string, with changes; an empty string leaves a part out."""
        parts = {
            "from": quarter_of(self.period.first).code,
            "to": quarter_of(self.period.last).code,
            "by": ",".join(self.by),
            "tree": self.tree.value,
            **{name: getattr(self.filters, name) for name in NAMES},
            **self.extra,
            **changes,
        }
        return f"?{urlencode({name: value for name, value in parts.items() if value})}"


def read_selection(params: Mapping[str, str], actor: Actor, on: date) -> Selection:
    """Nothing in an address is an error: what cannot be understood is left aside and told in `ignored`."""
    only_masked = not source.exact_grants(actor)
    ignored: list[str] = []
    unit = read_unit(params, actor, ignored)
    return Selection(
        period=read_period(params, on, only_masked, ignored),
        by=_by(params, only_masked, ignored),
        tree=Tree(params["tree"]) if params.get("tree") in Tree.values and not only_masked else Tree.NOW,
        filters=read_filters(params, unit, only_masked, ignored),
        only_masked=only_masked,
        unit=unit,
        ignored=tuple(ignored),
    )


def read_period(
    params: Mapping[str, str], on: date, only_masked: bool, ignored: list[str], quarters: int = 4
) -> Period:
    """Whole quarters, by name or by any day inside them; the last few when nothing else is said."""
    last = quarter_before(on) if only_masked else quarter_of(on)
    ends = [_quarter(params.get(name, ""), ignored) for name in ("from", "to")]
    end = ends[1] or last
    start = ends[0] or quarter_before(end.first, quarters - 1)
    if start.first > end.first:
        start, end = end, start
    if (end.last - start.first).days > MOST_QUARTERS * 92:
        start = quarter_before(end.first, MOST_QUARTERS - 1)
    period = Period(start.first, end.last)
    return (finished(period, on) or last) if only_masked else period


def _quarter(text: str, ignored: list[str]) -> Period | None:
    if not text:
        return None
    named = quarter_named(text)
    if named:
        return named
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if 1990 <= day.year <= 2199:
        return quarter_of(day)
    ignored.append(text)
    return None


def _by(params: Mapping[str, str], only_masked: bool, ignored: list[str]) -> tuple[By, ...]:
    asked = [part for part in dict.fromkeys(params.get("by", "").split(",")) if part]
    good = tuple(By(part) for part in asked if part in By.values)[:3]
    times = [part for part in good if part in {By.YEAR, By.QUARTER, By.MONTH}]
    good = tuple(part for part in good if part not in times[1:])
    alone = len(set(good) - {By.YEAR, By.QUARTER}) == 1 and any(part in MASKED_ALONE for part in good)
    if only_masked and not alone:
        good = tuple(part for part in good if part in MASKED_TABLE)
    ignored += [part for part in asked if part not in good]
    return good or DEFAULT_BY


def read_unit(params: Mapping[str, str], actor: Actor, ignored: list[str]) -> Unit | None:
    code = params.get("unit", "").strip()[:80]
    unit = Unit.objects.seen_by(actor).filter(code=code).first() if code else None
    if code and unit is None:
        ignored.append(code)
    return unit


def read_filters(params: Mapping[str, str], unit: Unit | None, only_masked: bool, ignored: list[str]) -> Filters:
    """What narrows the numbers; masked ones can be cut by unit and category only."""
    found = {name: params.get(name, "").strip()[:80] for name in NAMES}
    for name, choices in CHOICES.items():
        if found[name] and found[name] not in choices.values:
            ignored.append(found[name])
            found[name] = ""
    if found["severity"] not in {"", *map(str, Severity.values)}:
        ignored.append(found["severity"])
        found["severity"] = ""
    found["unit"] = unit.code if unit else ""
    if only_masked:
        ignored += [found[name] for name in ("track", "kind", "severity", "state") if found[name]]
        found |= dict.fromkeys(("track", "kind", "severity", "state"), "")
    return Filters(**found)


@dataclass(frozen=True)
class Chip:
    """Something chosen, and the address without it."""

    label: str
    address: str


def chips(selection: Selection, actor: Actor, names: Mapping[str, Mapping[str, str]] | None = None) -> list[Chip]:
    """The filters that are on, in words. `names` are names of units and categories already looked up."""
    known = names or {}
    words = {
        "unit": _("Enhet: %(value)s"),
        "category": _("Kategori: %(value)s"),
        "track": _("Lag: %(value)s"),
        "kind": _("Typ: %(value)s"),
        "severity": _("Allvar: %(value)s"),
        "state": _("Steg: %(value)s"),
    }
    on = {name: getattr(selection.filters, name) for name in NAMES if getattr(selection.filters, name)}
    return [
        Chip(
            words[name]
            % {"value": known.get(name, {}).get(value, "").strip() or _label(name, value, actor, selection)},
            selection.address(**{name: ""}),
        )
        for name, value in on.items()
    ]


def _label(name: str, value: str, actor: Actor, selection: Selection) -> str:
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name == "unit":
        return str(selection.unit)
    if name == "category":
        row = Category.objects.for_principal(actor.principal_id).filter(code=value).order_by("-valid_from").first()
        return str(row) if row else value
    return value


def period_label(period: Period) -> str:
    """“K1 2026” or “K1 2026–K3 2026”."""
    first, last = quarter_of(period.first).code, quarter_of(period.last).code
    return span_label(first) if first == last else f"{span_label(first)}–{span_label(last)}"


def period_choices(selection: Selection, on: date, years: int = 6) -> list[tuple[str, str]]:
    """Quarters to choose from, newest first, and those that are chosen if they are older."""
    day = quarter_before(on).first if selection.only_masked else on
    codes = []
    for _step in range(years * 4):
        quarter = quarter_of(day)
        codes.append(quarter.code)
        day = quarter.first - timedelta(days=1)
    for end in (selection.period.last, selection.period.first):
        if quarter_of(end).code not in codes:
            codes.append(quarter_of(end).code)
    return [(code, span_label(code)) for code in codes]
