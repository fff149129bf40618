"""The register of laws and the work list as files. Neither is about persons."""

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
from hjulet.law.register import Due, Selection, laws_in, months_of, still_hanging

EVERYONE = frozenset({LOGGED_IN})


def _laws(actor: Actor, params: Params, at: datetime) -> Listing:
    selection = Selection.read(params, local_date(at))
    rows = {law.pk: law for law in laws_in(selection)}

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        for law in (rows[key] for key in keys):
            successor = law.replaced_by.citation if law.replaced_by else ""
            state = str(law.state_on(selection.day).label)
            yield [
                *(law.citation, law.title, str(law.get_kind_display()), law.summary, state),
                *(law.valid_from, law.valid_to, successor, str(law.standing.label), law.source, law.code),
            ]

    return Listing(
        columns=[
            *(_("Lagrum"), _("Rubrik"), _("Slag"), _("I korthet"), _("Läge")),
            *(_("Gäller från"), _("Gäller till och med"), _("Ersatt av"), _("Kontrollerad"), _("Källa"), _("Kod")),
        ],
        keys=list(rows),
        read=read,
        widths=(26, 40, 16, 70, 14, 14, 14, 26, 26, 50, 20),
    )


def _worklist(actor: Actor, params: Params, at: datetime) -> Listing:
    months, kind = months_of(params.get("inom", "")), params.get("slag", "")
    found = still_hanging(months=months, kind=kind, actor=actor, at=at)
    rows: dict[int, list[Due]] = {}
    for due in found:
        rows.setdefault(due.law.pk, []).append(due)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        for due in (due for key in keys for due in rows[key]):
            then = due.then.citation if due.then else ""
            hung = due.hanging
            yield [due.law.valid_to, due.law.citation, due.law.title, then, hung.kind_label, hung.label, hung.unit_name]

    return Listing(
        columns=[
            *(_("Sista dag"), _("Lagrum"), _("Rubrik"), _("Ersatt av")),
            *(_("Slag"), _("Det som hänger kvar"), _("Enhet")),
        ],
        keys=list(rows),
        read=read,
        size=len(found),
        widths=(12, 26, 40, 26, 20, 60, 30),
    )


LAWS = offer(Export("laws", gettext_lazy("Lagar"), "lagar", "lawrow", EVERYONE, _laws))
WORKLIST = offer(
    Export("law-worklist", gettext_lazy("Hänger på upphävda lagrum"), "upphavda-lagrum", "lawrow", EVERYONE, _worklist)
)
