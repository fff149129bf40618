"""The list of processes as a file, a line for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.access import LOGGED_IN
from hjulet.core.actor import Actor
from hjulet.core.exports import Export, Listing, Params, among, in_order, offer
from hjulet.core.spreadsheet import Value
from hjulet.processes.listing import processes_in, read_selection
from hjulet.processes.models import Element, stage_label

FIELDS = (
    *("pk", "drawing__process__name", "drawing__number", "drawing__published_on", "place", "code", "type", "name"),
    *("stage", "lane", "purpose", "documented"),
)


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    found = processes_in(read_selection(params), actor)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        rows = Element.objects.filter(pk__in=among(keys)).order_by()
        for _pk, *values in in_order(keys, rows.values_list(*FIELDS)):
            values[7] = str(stage_label(values[7]))
            yield values

    order = {pk: place for place, pk in enumerate(found.values_list("current", flat=True))}
    rows = Element.objects.filter(drawing__in=list(order)).values_list("pk", "drawing", "place")
    keys = [pk for pk, drawing, place in sorted(rows, key=lambda row: (order[row[1]], row[2]))]
    return Listing(
        columns=[
            *(_("Process"), _("Version"), _("Gäller från"), _("Ordning"), _("Kod"), _("Sort i BPMN"), _("Steg")),
            *(_("Delprocess"), _("Utförs av"), _("Syfte"), _("Dokumenteras")),
        ],
        keys=keys,
        read=read,
        widths=(30, 8, 12, 8, 22, 16, 36, 18, 24, 50, 40),
    )


PROCESSES = offer(
    Export("processes", gettext_lazy("Processer"), "processer", "process", frozenset({LOGGED_IN}), _listing)
)
