"""The list of documents as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.access import LOGGED_IN
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, among, in_order, offer
from hjulet.core.spreadsheet import Value
from hjulet.documents.listing import documents_in, read_selection
from hjulet.documents.models import Document, ReviewDone, WatchItem
from hjulet.documents.work_lists import read_due, read_watched, reviews_in, watched_in

FIELDS = (
    *("pk", "title", "type__label", "unit__name", "current__number", "current__valid_from", "current__adopted_role"),
    *("current__reference", "owner__name", "review_on", "diary_number", "withdrawn_on"),
)


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        rows = Document.objects.seen_by(actor).filter(pk__in=among(keys)).order_by()
        for _pk, *values in in_order(keys, rows.values_list(*FIELDS)):
            yield values

    found = documents_in(read_selection(params), actor, local_date(at))
    return Listing(
        columns=[
            *(_("Rubrik"), _("Slag"), _("Gäller för"), _("Version"), _("Gäller från"), _("Fastställd av")),
            *(_("Beslut"), _("Ägare"), _("Ses över senast"), _("Diarienummer"), _("Upphävd")),
        ],
        keys=list(found.values_list("pk", flat=True)),
        read=read,
        widths=(44, 16, 28, 8, 12, 24, 20, 24, 14, 18, 12),
    )


DOCUMENTS = offer(
    Export("documents", gettext_lazy("Dokument"), "dokument", "document", frozenset({LOGGED_IN}), _listing)
)


DUE_FIELDS = ("pk", "title", "type__label", "unit__name", "owner__name", "review_on", "review_months")


def _reviews(actor: Actor, params: Params, at: datetime) -> Listing:
    today = local_date(at)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        rows = Document.objects.seen_by(actor).filter(pk__in=among(keys)).order_by()
        last = dict(
            ReviewDone.objects.filter(document__in=among(keys))
            .order_by("done_on", "id")
            .values_list("document", "done_on")
        )
        for pk, *values in in_order(keys, rows.values_list(*DUE_FIELDS)):
            yield [*values, last.get(pk)]

    return Listing(
        columns=[
            *(_("Rubrik"), _("Slag"), _("Gäller för"), _("Ägare"), _("Ses över senast"), _("Månader mellan")),
            _("Senast översett utan ändring"),
        ],
        keys=list(reviews_in(read_due(params, today), actor).values_list("pk", flat=True)),
        read=read,
        widths=(44, 16, 28, 24, 14, 14, 20),
    )


REVIEWS = offer(
    Export("document-reviews", gettext_lazy("Översyn"), "oversyn", "document", frozenset({LOGGED_IN}), _reviews)
)

NEWS_FIELDS = ("pk", "title", "source", "applies_from", "noted_at", "noted_by__name", "settled_at", "outcome")


def _watch(actor: Actor, params: Params, at: datetime) -> Listing:
    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        rows = WatchItem.objects.readable_by(actor).filter(pk__in=among(keys)).order_by()
        counted = rows.annotate(asked=Count("reviews"), done=Count("reviews", filter=Q(reviews__done_at__isnull=False)))
        for _pk, *values in in_order(keys, counted.values_list(*NEWS_FIELDS, "asked", "done")):
            yield values

    return Listing(
        columns=[
            *(_("Vad är nytt?"), _("Källa"), _("Gäller från"), _("Antecknat"), _("Antecknat av"), _("Klart")),
            *(_("Vad blev det?"), _("Dokument att se över"), _("Översedda")),
        ],
        keys=list(watched_in(read_watched(params), actor).values_list("pk", flat=True)),
        read=read,
        widths=(44, 30, 12, 18, 24, 18, 44, 12, 12),
    )


WATCH = offer(Export("watch", gettext_lazy("Omvärldsbevakning"), "omvarld", "watch", frozenset({LOGGED_IN}), _watch))
