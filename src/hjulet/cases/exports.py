"""The case list as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hjulet.cases.choices import CaseKind, State
from hjulet.cases.listing import cases_for, read_selection
from hjulet.cases.models import Case
from hjulet.cases.sight import SEES
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, among, in_order, offer
from hjulet.core.spreadsheet import Value
from hjulet.org.choices import Duty, Track

HANDLERS = (*SEES, Duty.REPORT)
FIELDS = (
    *("pk", "ref_year", "title", "kind", "track", "track_set_at", "unit__name", "state", "category__label"),
    *("category__label_en", "severity", "likelihood", "reported_at", "due_on", "closed_at"),
    *("activity__drawing__process__name", "activity__name"),
)


class _Words:
    """The codes of a case in the reader's language, looked up once."""

    def __init__(self) -> None:
        self.kinds, self.tracks, self.states = (
            {value: str(label) for value, label in choices.choices} for choices in (CaseKind, Track, State)
        )
        self.english = (get_language() or "sv").startswith("en")

    def row(self, case: tuple[Any, ...]) -> list[Value]:
        pk, year, title, kind, track, set_at, unit, state, label, label_en, severity, likelihood, *rest = case
        came, due, closed, process, step = rest
        return [
            *(f"{year}-{pk:04d}", title, self.kinds[kind], self.tracks[track] if set_at else "", unit),
            *(self.states[state], (self.english and label_en) or label or "", severity, likelihood),
            *(local_date(came), due, local_date(closed) if closed else None),
            *(process or "", step or ""),
        ]


def _listing(actor: Actor, params: Params, at: datetime) -> Listing:
    """Protected identities are left out."""
    found = cases_for(read_selection(params, actor=actor, at=at), actor=actor).filter(protected_identity=False)
    words = _Words()

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        # by their keys: where her cases lie would only lead the database astray
        some = Case.objects.whole().visible_to(actor).filter(pk__in=among(keys), protected_identity=False)
        return map(words.row, in_order(keys, some.order_by().values_list(*FIELDS)))

    return Listing(
        columns=[
            *(_("Nummer"), _("Rubrik"), _("Typ"), _("Lag"), _("Enhet"), _("Steg"), _("Kategori")),
            *(_("Allvar"), _("Sannolikhet"), _("Inkommet"), _("Klart senast"), _("Avslutat")),
            *(_("Process"), _("Steg i processen")),
        ],
        keys=list(found.values_list("pk", flat=True)),
        read=read,
        widths=(14, 50, 14, 10, 30, 16, 30, 8, 12, 12, 12, 12, 30, 40),
    )


CASES = offer(Export("cases", gettext_lazy("Ärenden"), "arenden", "case", frozenset(HANDLERS), _listing))
