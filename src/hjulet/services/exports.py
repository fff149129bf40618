"""Services, and checks of promises, as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.access import LOGGED_IN
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, among, offer
from hjulet.core.spreadsheet import Value
from hjulet.services.actions import measures_of
from hjulet.services.listing import checks_in, read_checks, read_selection, rows_of, services_in
from hjulet.services.models import PromiseCheck, Service


def _services(actor: Actor, params: Params, at: datetime) -> Listing:
    today = local_date(at)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        some = Service.objects.of(actor.principal_id).filter(pk__in=among(keys))
        by_key = {one.pk: one for one in some.select_related("central", "owner", "owner_role")}
        for row in rows_of([by_key[key] for key in keys if key in by_key], actor, today):
            one, decided = row.service, row.decided
            yield [
                *(one.name, one.code, str(one.central), ", ".join(one.track_labels)),
                one.owner.name if one.owner else one.owner_role.label if one.owner_role else "",
                *(one.valid_from, one.valid_to, row.promises),
                *((decided.decided_by, decided.decision_number, decided.decided_on) if decided else ("", "", None)),
                *(row.kept, row.done),
            ]

    return Listing(
        columns=[
            *(_("Insats"), _("Kod"), _("Central tjänst"), _("Lag"), _("Ansvarig"), _("Från"), _("Till och med")),
            *(_("Löften"), _("Beslutad av"), _("Beslut"), _("Beslutsdag"), _("Hölls"), _("Kontrollerade")),
        ],
        keys=list(services_in(read_selection(params), actor, today).values_list("pk", flat=True)),
        read=read,
        widths=(34, 24, 26, 12, 24, 12, 12, 10, 30, 14, 12, 10, 14),
    )


def _checks(actor: Actor, params: Params, at: datetime) -> Listing:
    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        some = PromiseCheck.objects.visible_to(actor).filter(pk__in=among(keys))
        rows = {row.pk: row for row in some.select_related("unit", "promise__declaration__service", "checked_by")}
        measured = measures_of(rows)
        for check in (rows[key] for key in keys if key in rows):
            promise = check.promise
            yield [
                *(promise.declaration.service.name, str(promise), promise.target_told, check.unit.name),
                *(check.period.code, check.due_on, str(check.get_outcome_display())),
                *(
                    None if check.value is None else float(check.value),
                    promise.unit_told if promise.measured else "",
                    check.evidence,
                    check.analysis,
                ),
                _("Ja") if check.pk in measured else "",
                check.no_measure_reason,
                check.checked_by.name if check.checked_by else "",
                local_date(check.checked_at) if check.checked_at else None,
            ]

    return Listing(
        columns=[
            *(_("Insats"), _("Löfte"), _("Mål"), _("Enhet"), _("Period"), _("Kontrolleras senast"), _("Läge")),
            *(_("Resultat"), _("Räknas i"), _("Underlag"), _("Varför det inte hölls"), _("Åtgärd")),
            *(_("Varför ingen åtgärd"), _("Kontrollerad av"), _("Kontrollerad")),
        ],
        keys=list(checks_in(read_checks(params), actor, at).values_list("pk", flat=True)),
        read=read,
        widths=(30, 50, 20, 28, 10, 14, 16, 10, 12, 40, 40, 8, 40, 24, 12),
    )


SERVICES = offer(Export("services", gettext_lazy("Insatser"), "insatser", "service", frozenset({LOGGED_IN}), _services))
CHECKS = offer(
    Export("promise-checks", gettext_lazy("Löften"), "loften", "promise-check", frozenset({LOGGED_IN}), _checks)
)
