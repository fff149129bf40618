"""The diary as a file, for those who register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import Actor
from hjulet.core.exports import Export, Listing, Params, among, in_order, offer
from hjulet.core.spreadsheet import Value
from hjulet.diary.choices import Direction
from hjulet.diary.listing import Wanted, documents_in, told_subject
from hjulet.diary.models import Document
from hjulet.org.choices import Duty

FIELDS = (
    *("pk", "matter__number", "line", "entered_on", "direction", "counterpart", "told", "matter__unit__name"),
    *("secrecy_provision", "marked_on", "authority", "marked_by_name"),
)


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    directions = {value: str(label) for value, label in Direction.choices}

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        some = Document.objects.visible_to(actor).filter(pk__in=among(keys)).annotate(told=told_subject()).order_by()
        for row in in_order(keys, some.values_list(*FIELDS)):
            number, line, day, direction, *rest = row[1:]
            yield [number, line, day, directions.get(direction, direction), *rest]

    return Listing(
        columns=[
            *(_("Nummer"), _("Handling"), _("Datum"), _("Slag"), _("Från eller till"), _("Gäller"), _("Enhet")),
            *(_("Sekretess enligt"), _("Markerad"), _("Myndighet"), _("Markerad av")),
        ],
        keys=list(documents_in(Wanted.read(params), actor).values_list("pk", flat=True)),
        read=read,
        widths=(18, 10, 12, 12, 36, 50, 30, 20, 12, 30, 30),
    )


DIARY = offer(Export("diary", gettext_lazy("Diarium"), "diarium", "document", frozenset({Duty.REGISTER}), _listing))
