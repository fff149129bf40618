"""A unit's year as a file, with what the page's address asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.access import LOGGED_IN
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, offer
from hjulet.core.spreadsheet import Value
from hjulet.wheel.listing import Row, chosen, own_place, places, read_selection, rows_of


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    selection = read_selection(params, local_date(at))
    units = list(places(actor))
    unit = next((one for one in units if one.code == selection.unit), None) or own_place(actor, units)
    rows = chosen(rows_of(unit, selection.year, actor, at), selection) if unit else []
    by_key = {row.activity.pk: row for row in rows}

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        yield from (_values(by_key[key]) for key in keys)

    return Listing(
        columns=[
            *(_("Aktivitet"), _("Enhet"), _("Planerad av"), _("Första dag"), _("Sista dag"), _("Ansvarig roll")),
            *(_("Ska ge"), _("Vem gör det?"), _("Läge"), _("Klara"), _("Ska svara"), _("Vad det blev"), _("Länk")),
            *(_("Skäl"), _("Svarade"), _("Svarsdag")),
        ],
        keys=list(by_key),
        read=read,
        widths=(44, 24, 24, 12, 12, 28, 28, 24, 12, 8, 10, 50, 40, 40, 24, 12),
    )


def _values(row: Row) -> list[Value]:
    one, mark = row.activity, row.mark
    return [
        *(str(one), row.unit.name, one.plan.unit.name, one.starts_on, one.ends_on),
        *(one.role.label if one.role else "", one.produces_told, str(one.get_reach_display()), row.standing_label),
        *((row.count.done, row.count.total) if row.spread else (None, None)),
        *((mark.produced, mark.link, mark.reason) if mark else ("", "", "")),
        mark.said_by.name if mark and mark.said_by else "",
        local_date(mark.said_at) if mark else None,
    ]


WHEEL = offer(Export("wheel", gettext_lazy("Årshjul"), "arshjul", "wheel-activity", frozenset({LOGGED_IN}), _listing))
