"""Settings with dates: a principal's own row from a day. What has been in force is never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.core.swedish_time import date_short
from hjulet.org.models import Principal, in_force

ONE_DAY = timedelta(days=1)
Row = TypeVar("Row", bound=models.Model)


def holding(rows: Iterable[Any], on: date) -> Any:
    """The row that holds on a day, a principal's own before the common one, the newest of them; None if none does."""
    held = [row for row in rows if row.valid_from <= on and (row.valid_to is None or row.valid_to >= on)]
    return max(held, key=lambda row: (row.principal_id is not None, row.valid_from), default=None)


def stamp_of_rows(own: models.QuerySet[Any]) -> str:
    """What a setting's own rows look like now; a change given another stamp as `seen` raises Stale."""
    seen = list(own.order_by("pk").values_list())
    return hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()[:16]


def begin(
    new: Row, own: models.QuerySet[Row], changes: Mapping[str, Any], *, seen: str | None, actor: Actor, at: datetime
) -> Row:
    """Adds `new`, a principal's own row of a setting, from its first day; the row before it ends the day before.

    `own` are the principal's rows of that setting, `changes` what the event tells. Raises Refused when the day is
    not to come or another change already is, Stale when the rows have changed since `seen`.
    """
    row: Any = new
    with transaction.atomic():
        _lock(row.principal_id, own, seen)
        today = local_date(at)
        if row.valid_from <= today:
            raise Refused(_("Välj i morgon eller en senare dag. Det som redan gäller ändras inte i efterhand."))
        coming = own.filter(valid_from__gt=today).first()
        if coming is not None:
            raise Refused(
                _("En ändring från %(day)s är redan bestämd. Ta tillbaka den först.")
                % {"day": date_short(_first(coming), today=today)}
            )
        last = row.valid_from - ONE_DAY
        own.filter(in_force(today)).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last)).update(valid_to=last)
        row.save()
        _record("changed", row, {**changes, "valid_from": row.valid_from}, actor, at)
    return new


def withdraw(own: models.QuerySet[Any], principal_id: int, *, seen: str | None, actor: Actor, at: datetime) -> None:
    """Takes back the change that has not begun; what it would have ended goes on. Raises Refused, Stale."""
    with transaction.atomic():
        _lock(principal_id, own, seen)
        coming = own.filter(valid_from__gt=local_date(at)).first()
        if coming is None:
            raise Refused(_("Det finns ingen ändring att ta tillbaka. Den kan redan ha börjat gälla."))
        day = _first(coming)
        own.filter(valid_to=day - ONE_DAY).update(valid_to=None)
        _record("withdrawn", coming, {"valid_from": day}, actor, at)
        coming.delete()


def _first(row: Any) -> date:
    day: date = row.valid_from
    return day


def _lock(principal_id: int, own: models.QuerySet[Any], seen: str | None) -> None:
    Principal.objects.select_for_update().get(pk=principal_id)
    if seen is not None and seen != stamp_of_rows(own):
        raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))


def _record(what: str, row: Any, values: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    kind = row._meta.model_name
    record(f"{kind}.{what}", actor=actor, at=at, about=(kind, row.pk), principal_id=row.principal_id, values=values)
