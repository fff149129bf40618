"""Coverage per unit as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import Actor
from hjulet.core.exports import Export, Listing, Params, offer
from hjulet.core.spreadsheet import Value
from hjulet.receipts.choices import COUNTERS, MASKED
from hjulet.receipts.coverage import Row, matter_for, sort_of, sorted_rows, units_of

MATTER = "kvittens"  # the matter's code among what the address asks for


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    matter = matter_for(actor, at, params.get(MATTER, ""))
    rows = sorted_rows(units_of(matter, actor, at), sort_of(params)) if matter else []
    by_unit = {row.unit_id: row for row in rows}

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        for key in keys:
            yield [by_unit[key].above, by_unit[key].name, *_numbers(by_unit[key])]

    return Listing(
        columns=[
            *(_("Hör till"), _("Enhet"), _("Ska bekräfta"), _("Har bekräftat"), _("Andel, procent")),
            *(_("Tiden har gått ut"), _("Har aldrig bekräftat")),
        ],
        keys=list(by_unit),
        read=read,
        widths=(28, 32, 14, 14, 14, 18, 20),
    )


def _numbers(row: Row) -> list[Value]:
    if row.masked:
        return [_("dolt")] * 5
    return [row.asked, row.confirmed, row.percent, row.late, row.never]


COVERAGE = offer(
    Export(
        "receipts",
        gettext_lazy("Bekräftelser per enhet"),
        "bekraftelser",
        "unit",
        frozenset(COUNTERS + MASKED),
        _listing,
    )
)
