"""A year's reviews as a file: the same visits as on the page."""

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
from hjulet.internal_reviews.listing import read_year, visits_of
from hjulet.internal_reviews.models import Visit


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    today = local_date(at)
    rows = {visit.pk: visit for visit in visits_of(actor, read_year(params.get("ar", ""), today), today)}

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        yield from (_values(rows[key]) for key in keys)

    return Listing(
        columns=[_("Enhet"), _("År"), _("Månad"), _("Dag"), _("Besök"), _("Läge"), _("Medelvärde"), _("Resultat")],
        keys=list(rows),
        read=read,
        widths=(28, 8, 12, 12, 14, 22, 12, 60),
    )


def _values(visit: Visit) -> list[Value]:
    told = visit.is_told
    return [
        *(visit.unit.name, visit.year, visit.month, visit.day),
        *(str(visit.get_mode_display()), str(visit.get_state_display())),
        float(visit.mean) if told and visit.mean is not None else None,
        visit.outcome if told else "",
    ]


REVIEWS_LIST = offer(
    Export(
        "internal-reviews",
        gettext_lazy("Interna granskningar"),
        "granskningar",
        "internal-review",
        frozenset({LOGGED_IN}),
        _listing,
    )
)
