"""The feed as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.access import LOGGED_IN
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, among, in_order, offer
from hjulet.core.spreadsheet import Value
from hjulet.learning.choices import LessonKind
from hjulet.learning.listing import lessons_in, published_for, read_selection, uses_of

FIELDS = ("pk", "title", "kind", "unit__name", "text", "change", "confirmed_at")


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    kinds = dict(LessonKind.choices)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        some = published_for(actor).filter(pk__in=among(keys))
        used = uses_of(list(some), actor)
        for pk, title, kind, unit, text, change, confirmed in in_order(keys, some.order_by().values_list(*FIELDS)):
            yield [title, str(kinds[kind]), unit, text, change, ", ".join(used.get(pk, ())), local_date(confirmed)]

    return Listing(
        columns=[_("Rubrik"), _("Slag"), _("Enhet"), _("Text"), _("Det görs nu"), _("Gör likadant"), _("Publicerad")],
        keys=list(lessons_in(read_selection(params), actor).values_list("pk", flat=True)),
        read=read,
        widths=(40, 12, 28, 60, 60, 30, 12),
    )


LESSONS = offer(Export("lessons", gettext_lazy("Lärdomar"), "larande", "lesson", frozenset({LOGGED_IN}), _listing))
