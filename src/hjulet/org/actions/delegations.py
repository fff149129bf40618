"""What the board lets someone decide in its name (KL 6 kap. 37 §, 7 kap. 5–8 §§). A row is ended, never removed."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.org.actions.changing import changing, note, same_principal, unchanged, write
from hjulet.org.models import Delegation, Person, Unit


def delegate(
    *,
    person: Person,
    mandate: str,
    unit: Unit,
    decided_on: date,
    reference: str,
    valid_from: date,
    valid_to: date | None = None,
    actor: Actor | None,
    at: datetime,
) -> Delegation:
    """Registers the board's decision. Refused: oneself, another principal's, days out of order."""
    with changing(unit.principal_id, actor, at):
        same_principal(unit.principal_id, person)
        if actor is not None and actor.person_id == person.pk:
            raise Refused(_("Du kan inte ge dig själv en delegation. Be en kollega att göra det."))
        if not person.is_active:
            raise Refused(_("%(name)s har inget öppet konto. Välj någon annan.") % {"name": person.name})
        if valid_to is not None and valid_to < valid_from:
            raise Refused(_("Sista dagen ligger före den första. Byt plats på dem."))
        if decided_on > valid_from:
            raise Refused(_("Delegationen kan inte gälla från en dag innan den beslutades."))
        _nothing_already(person, mandate, unit, valid_from, valid_to)
        row = Delegation.objects.create(
            person=person,
            mandate=mandate,
            unit=unit,
            decided_on=decided_on,
            reference=reference,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        days = [valid_from, valid_to]
        note("delegation.created", row, actor, at, mandate=mandate, unit=unit.pk, days=days, reference=reference)
    return row


def _nothing_already(person: Person, mandate: str, unit: Unit, first: date, last: date | None) -> None:
    """Two decisions about the same thing on the same day would leave open by which one something was decided."""
    same = Delegation.objects.filter(person=person, mandate=mandate, unit=unit)
    same = same.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
    there = (same if last is None else same.filter(valid_from__lte=last)).first()
    if there is not None:
        raise Refused(
            _("%(name)s har redan den delegationen under de dagarna, enligt %(reference)s. Avsluta den först.")
            % {"name": person.name, "reference": there.reference}
        )


def end_delegation(
    *, delegation: Delegation, valid_to: date, seen: str | None = None, actor: Actor | None, at: datetime
) -> Delegation:
    """Gives a delegation its last day, at the earliest its first."""
    with changing(delegation.unit.principal_id, actor, at):
        delegation.refresh_from_db()
        unchanged(delegation, seen)
        if delegation.valid_to is not None and valid_to > delegation.valid_to:
            raise Refused(_("Delegationen slutar redan tidigare. Registrera en ny om den ska förlängas."))
        last = max(valid_to, delegation.valid_from)
        write(delegation, {"valid_to": last}, "delegation.ended", actor, at)
    return delegation
