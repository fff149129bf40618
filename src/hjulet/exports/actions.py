"""Ordering a file, taking it and throwing it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.access import admits
from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.exports import EXPORTS
from hjulet.core.flow import Refused
from hjulet.exports.models import Order
from hjulet.org.models import Person

MOST_AT_ONCE = 5
LONGEST = 2_000  # characters of what the address asked for


def order(code: str, form: str, params: Mapping[str, str], *, total: int, actor: Actor, at: datetime) -> Order:
    """Puts a file in the queue; the same one twice is once. Raises Refused."""
    export = EXPORTS.get(code)
    if export is None or form not in export.forms or not admits(export.marks, actor):
        raise Refused(_("Den listan går inte att hämta. Gå tillbaka till listan och försök därifrån."))
    wanted = {name: value for name, value in params.items() if name not in {"format", "sida"}}
    if sum(len(name) + len(value) for name, value in wanted.items()) > LONGEST:
        raise Refused(_("Urvalet är för långt. Ta bort något filter och försök igen."))
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=actor.person_id)
        waiting = list(Order.objects.of(actor.person_id).under_way())
        for same in waiting:
            if (same.code, same.form, same.params) == (code, form, wanted):
                return same
        if len(waiting) >= MOST_AT_ONCE:
            raise Refused(_("Du har redan fem filer på gång. Vänta tills en är klar, eller ta bort en."))
        made = Order.objects.create(
            person_id=actor.person_id, code=code, form=form, params=wanted, total=total, ordered_at=at
        )
        record(
            "export.ordered",
            actor=actor,
            at=at,
            about=("export", made.pk),
            principal_id=actor.principal_id,
            values={"code": code, "form": form, "params": wanted},
        )
    return made


def fetched(row: Order, *, actor: Actor, at: datetime) -> None:
    """That the file was taken away. Which rows are in it was logged when it was written."""
    about = ("export", row.pk)
    record("export.fetched", actor=actor, at=at, about=about, principal_id=actor.principal_id)


def throw_away(row: Order, *, actor: Actor | None, at: datetime) -> None:
    """Takes away the order, and the file when the transaction has gone through."""
    path, about, key = row.path, ("export", row.pk), row.key
    with transaction.atomic():
        principal_id = actor.principal_id if actor else row.person.principal_id
        record("export.removed", actor=actor, at=at, about=about, principal_id=principal_id)
        row.delete()
        if key:
            transaction.on_commit(lambda: path.unlink(missing_ok=True))
