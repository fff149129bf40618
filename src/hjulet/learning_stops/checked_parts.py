"""The parts that self-checks and internal reviews tell of: what was found at a unit over the last twelve months."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Avg, Count, F, Q
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.checks.choices import ChecklistKind, RoundState
from hjulet.checks.models import Checklist, Round
from hjulet.core.swedish_time import date_short
from hjulet.internal_reviews.models import Visit
from hjulet.learning_stops.listing import works_under
from hjulet.learning_stops.models import Stop
from hjulet.learning_stops.pack import LINKS, PARTS, Ask, Part

MOST = 6  # rows of a table


def checks(asked: Ask) -> Part | None:
    """Rounds whose last day has been: how many were handed in, and how each checklist went."""
    due = Q(due_on__gte=asked.period.first, due_on__lte=asked.today)
    rows = Round.objects.alive().filter(due, version__checklist__kind=ChecklistKind.SELF_CHECK).order_by()
    if asked.level:
        rows = rows.filter(unit__in=works_under(asked.unit, asked.today).values("pk"))
    else:
        rows = rows.filter(unit__path__startswith=asked.unit.path or "-")
    sent, below = ~Q(state=RoundState.OPEN), Q(mean__lt=F("target"))
    by_list: Any = rows.values("version__checklist").annotate(
        **{"all": Count("pk"), "sent": Count("pk", filter=sent), "below": Count("pk", filter=below), "mid": Avg("mean")}
    )
    found = sorted(by_list, key=lambda row: (row["mid"] is None, row["mid"] or 0))
    if not found:
        return None
    total, done, low = (sum(row[name] for row in found) for name in ("all", "sent", "below"))
    words = ngettext(
        "%(done)s av %(n)s egenkontroll är inskickad.", "%(done)s av %(n)s egenkontroller är inskickade.", total
    ) % {"done": done, "n": total}
    under = ngettext("%(n)s nådde inte målet.", "%(n)s nådde inte målet.", low) % {"n": low}
    lists = {row.pk: row for row in Checklist.objects.filter(pk__in=[row["version__checklist"] for row in found])}
    told = [(lists[row["version__checklist"]].name, row) for row in found]
    return Part(
        code="checks",
        title=_("Egenkontroller"),
        headline=f"{words} {under}",
        brief=", ".join(f"{name} {_mean(row['mid'])}" for name, row in told[:3] if row["mid"] is not None),
        heads=(_("Egenkontroll"), _("Inskickade"), _("Medelvärde"), _("Under målet")),
        rows=tuple(
            (name, _("%(n)s av %(all)s") % {"n": row["sent"], "all": row["all"]}, _mean(row["mid"]), str(row["below"]))
            for name, row in told[:MOST]
        ),
    )


def supervision(asked: Ask) -> Part | None:
    """Internal reviews whose result has been given, lowest mean first on a level and newest first at a unit."""
    made = Visit.objects.told().filter(day__gte=asked.period.first, day__lte=asked.today)
    if asked.level:
        made = made.filter(unit__in=works_under(asked.unit, asked.today).values("pk"))
        rows = list(made.select_related("unit").order_by(F("mean").asc(nulls_last=True), "-day", "pk")[:MOST])
    else:
        made = made.filter(unit__path__startswith=asked.unit.path or "-")
        rows = list(made.select_related("unit").order_by("-day", "-pk")[:MOST])
    if not rows:
        return None
    sums: dict[str, Any] = made.order_by().aggregate(n=Count("pk"), mid=Avg("mean"))
    words = ngettext("%(n)s intern granskning på ett år.", "%(n)s interna granskningar på ett år.", sums["n"]) % sums
    if sums["mid"] is not None:
        words += " " + _("Medelvärdet är %(mean)s.") % {"mean": _mean(sums["mid"])}
    return Part(
        code="supervision",
        title=_("Interna granskningar"),
        headline=words,
        brief=words if asked.level else _first_words(rows[0]),
        heads=(_("Enhet"), _("Dag"), _("Medelvärde"), _("Resultat")),
        rows=tuple(_row(row, asked) for row in rows),
    )


def _row(visit: Visit, asked: Ask) -> tuple[str, ...]:
    day = date_short(visit.day, today=asked.today) if visit.day else ""
    return visit.unit.name, day, _mean(visit.mean), visit.outcome if not asked.board else visit.get_state_display()


def _first_words(visit: Visit) -> str:
    return _("Granskningen kom fram till: %(text)s") % {"text": visit.outcome[:240]} if visit.outcome else ""


def _mean(points: Decimal | None) -> str:
    return "–" if points is None else str(floatformat(points, 2))


def _rounds(stop: Stop) -> tuple[tuple[str, str], ...]:
    return ((_("Egenkontrollerna"), f"/egenkontroll/?{urlencode({'visa': 'alla', 'enhet': stop.unit.code})}"),)


PARTS.update({"checks": checks, "supervision": supervision})
LINKS.update({"checks": _rounds, "supervision": lambda stop: ((_("Granskningarna"), "/granskningar/"),)})
