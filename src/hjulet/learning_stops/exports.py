"""A unit's stops of a year, and those of all units under it, as a file."""

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
from hjulet.learning_stops.listing import own_place, places
from hjulet.learning_stops.models import Reply, Stop
from hjulet.org.models import path_end
from hjulet.wheel.listing import read_year


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    year = read_year(params.get("ar", ""), local_date(at))
    units = places(actor)
    unit = next((one for one in units if one.code == params.get("enhet", "")), None) or own_place(actor, units)
    path = (unit.path if unit else "") or "x"
    end = path_end(path) if unit else path
    stops = Stop.objects.seen_by(actor).filter(year=year, unit__path__gte=path, unit__path__lt=end)
    rows = Reply.objects.filter(stop__in=stops.order_by().values("pk"))
    keys = list(rows.order_by("stop__theme__month", "stop__unit__path", "position").values_list("pk", flat=True))

    def read(some: Sequence[int]) -> Iterator[list[Value]]:
        found = Reply.objects.filter(pk__in=some).select_related("stop__theme", "stop__unit", "stop__signed_by")
        by_key = {row.pk: row for row in found}
        yield from (_values(by_key[key]) for key in some)

    return Listing(
        columns=[
            *(_("Hållplats"), _("År"), _("Enhet"), _("Läge"), _("Antal som deltog"), _("Vilka deltog")),
            *(_("Underskriven av"), _("Dag"), _("Fråga"), _("Svar")),
        ],
        keys=keys,
        read=read,
        widths=(32, 8, 28, 14, 12, 40, 24, 12, 50, 80),
    )


def _values(row: Reply) -> list[Value]:
    stop = row.stop
    return [
        *(str(stop.theme), stop.year, stop.unit.name, str(stop.get_state_display()), stop.people, stop.took_part),
        stop.signed_by.name if stop.signed_by else "",
        local_date(stop.signed_at) if stop.signed_at else None,
        *(str(row), row.text or (_("Inget att säga") if row.nothing else "")),
    ]


STOPS = offer(
    Export(
        code="learning-stops",
        label=gettext_lazy("Hållplatser"),
        file_name="hallplatser",
        about="learning-stop",
        marks=frozenset({LOGGED_IN}),
        listing=_listing,
    )
)
