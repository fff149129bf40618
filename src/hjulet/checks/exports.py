"""Rounds, and how places compare, as files with what the page's address asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.checks import listing
from hjulet.checks.listing import read_selection
from hjulet.checks.models import Checklist, Round
from hjulet.core.access import LOGGED_IN
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, offer
from hjulet.core.spreadsheet import Value
from hjulet.org.models import Unit
from hjulet.wheel.listing import own_place, places


def _place(actor: Actor, code: str) -> Unit | None:
    units = list(places(actor))
    return next((one for one in units if one.code == code), None) or own_place(actor, units)


def _rounds(actor: Actor, params: Params, at: datetime) -> Listing:
    selection, today = read_selection(params), local_date(at)
    rows = listing.rounds_for(actor, selection, _place(actor, selection.unit), today)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        found = {row.pk: row for row in rows.filter(pk__in=keys).select_related("sent_by", "analysed_by")}
        yield from (_values(found[key], today) for key in keys if key in found)

    return Listing(
        columns=[
            *(_("Egenkontroll"), _("Enhet"), _("Första dag"), _("Sista dag"), _("Läge"), _("Medelvärde"), _("Mål")),
            *(_("Inskickad"), _("Av"), _("Analys"), _("Skäl"), _("Analyserad")),
        ],
        keys=list(rows.values_list("pk", flat=True)),
        read=read,
        widths=(40, 24, 12, 12, 18, 12, 8, 12, 24, 60, 40, 12),
    )


def _values(row: Round, today: date) -> list[Value]:
    return [
        *(row.version.checklist.name, row.unit.name, row.opens_on, row.due_on),
        str(listing.standing_of(row, today).label),
        *(_number(row.mean), _number(row.wanted), local_date(row.sent_at) if row.sent_at else None),
        *(row.sent_by.name if row.sent_by else "", row.analysis, row.reason),
        local_date(row.analysed_at) if row.analysed_at else None,
    ]


def _number(mean: Decimal | None) -> float | None:
    return None if mean is None else float(mean)


def _compared(actor: Actor, params: Params, at: datetime) -> Listing:
    selection = read_selection(params)
    unit = _place(actor, selection.unit)
    lists = Checklist.objects.seen_by(actor)
    chosen = lists.filter(pk=selection.checklist or 0).first() or lists.filter(versions__rounds__isnull=False).first()
    rows = listing.compared(actor, chosen, unit) if chosen and unit else Round.objects.none()
    columns = listing.columns_of(rows)
    units = listing.units_of(rows, "enhet")

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        some = list(units.filter(pk__in=keys))
        for line in listing.lines_of(some, rows, columns, local_date(at)):
            yield [line.unit.name, *(_number(cell.mean) for cell in line.cells)]

    return Listing(
        columns=[_("Enhet"), *(f"{column.first:%Y-%m-%d} – {column.last:%Y-%m-%d}" for column in columns)],
        keys=list(units.values_list("pk", flat=True)),
        read=read,
        widths=(30, *(14 for _column in columns)),
    )


ROUNDS = offer(
    Export(
        "checks", gettext_lazy("Egenkontroller"), "egenkontroller", "selfcheck-round", frozenset({LOGGED_IN}), _rounds
    )
)
COMPARED = offer(
    Export(
        "checks-compared",
        gettext_lazy("Egenkontroller, jämförda"),
        "egenkontroller-jamforda",
        "selfcheck-round",
        frozenset({LOGGED_IN}),
        _compared,
    )
)
