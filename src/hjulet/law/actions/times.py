"""A principal's own times: a new row from a day, where the law leaves the time to the principal."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.law.choices import LimitUnit, Status
from hjulet.law.models import ServiceLevel
from hjulet.law.rules import code_on, service_level, why_locked
from hjulet.org import dated

LOCAL_UNITS = (LimitUnit.WORKING_DAYS, LimitUnit.DAYS, LimitUnit.MONTHS)
MOST = {LimitUnit.WORKING_DAYS: 250, LimitUnit.DAYS: 730, LimitUnit.MONTHS: 60}


def own_levels(code: str, principal_id: int) -> QuerySet[ServiceLevel]:
    return ServiceLevel.objects.filter(code=code, principal_id=principal_id)


def set_service_level(
    *,
    code: str,
    unit: str,
    amount: int,
    warn_before: int | None,
    source: str,
    day: date,
    seen: str | None = None,
    actor: Actor,
    at: datetime,
) -> ServiceLevel:
    """The actor's principal gives a step another time from a day to come. Raises Refused, Stale, NoSuchLevel."""
    held = service_level(code, principal_id=actor.principal_id, day=day)
    reason = why_locked(code, day=day)
    if reason:
        raise Refused(reason)
    if unit not in LOCAL_UNITS or not 1 <= amount <= MOST[LimitUnit(unit)]:
        raise Refused(_("Välj en tid som är minst en dag och högst fem år."))
    if warn_before is not None and warn_before >= amount:
        raise Refused(_("Påminnelsen ligger före tidens början. Välj ett mindre antal."))
    new = ServiceLevel(
        code=code,
        label=held.label,
        procedure=held.procedure,
        unit=unit,
        amount=amount,
        warn_before=warn_before,
        counted_from=held.counted_from,
        basis=code_on(held.basis, day),
        source=source,
        status=Status.LOCAL,
        principal_id=actor.principal_id,
        valid_from=day,
    )
    changes = {"code": code, "amount": [held.amount, amount], "unit": [held.unit, unit], "source": source}
    return dated.begin(new, own_levels(code, actor.principal_id), changes, seen=seen, actor=actor, at=at)
