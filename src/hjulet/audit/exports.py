"""The log as a file, for those who review it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.audit import reviews
from hjulet.audit.listing import Filters, event_rows, events_in
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, among, offer
from hjulet.core.spreadsheet import Value
from hjulet.org.choices import Duty


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    filters = Filters.read(params, local_date(at))

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        events = list(reviews.visible(actor).filter(pk__in=among(keys)).order_by("-id"))
        for row in event_rows(events, at):
            event = row["event"]
            yield [
                event.pk,
                event.at,
                row["who"],
                row["login"],
                row["action"],
                row["what"],
                row["unit"],
                row["purpose"],
            ]

    return Listing(
        columns=[
            *(_("Händelse"), _("När"), _("Vem"), _("Användarnamn"), _("Gjorde")),
            *(_("Vad"), _("Enhet"), _("Syfte")),
        ],
        keys=list(events_in(filters, actor).values_list("pk", flat=True)),
        read=read,
        widths=(12, 18, 36, 18, 30, 36, 36, 30),
    )


LOG = offer(Export("log", gettext_lazy("Logg"), "logg", "event", frozenset({Duty.LOG_REVIEW}), _listing))
