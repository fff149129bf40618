"""The register of laws that people keep: a provision of their own, a new wording, an end, a check against the source.

The register is common to the installation. A wording that has been in force is never rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.law.choices import Verified
from hjulet.law.models import LawRow
from hjulet.org.dated import stamp_of_rows

ONE_DAY = timedelta(days=1)
RESERVED = frozenset({"tider", "upphavda", "nytt"})  # addresses of other pages


class WrongField(Refused):
    """A refusal that belongs to one field of the form: `field` is the keyword's name."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def add_law(
    *,
    code: str,
    title: str,
    citation: str,
    kind: str,
    summary: str,
    source: str,
    valid_from: date,
    valid_to: date | None = None,
    replaces: str = "",
    actor: Actor,
    at: datetime,
) -> LawRow:
    """A provision that Hjulet is not delivered with. `replaces` is the code of one that ends the day before, if any.

    Raises WrongField when the code or the designation is taken, the dates make no sense, or what it would replace
    has ended or lies later.
    """
    _check_dates(valid_from, valid_to)
    with transaction.atomic():
        if code in RESERVED or LawRow.objects.filter(code=code).exists():
            raise WrongField("code", _("Koden är upptagen. Välj en annan."))
        if LawRow.objects.filter(citation=citation).exists():
            raise WrongField(
                "citation", _("Beteckningen finns redan. Lägg in en ny lydelse på det lagrummet i stället.")
            )
        old = _replaceable(replaces, valid_from) if replaces else None
        new = LawRow.objects.create(
            code=code,
            title=title,
            citation=citation,
            kind=kind,
            summary=summary,
            source=source,
            valid_from=valid_from,
            valid_to=valid_to,
            verified=Verified.MEMORY,
            own=True,
        )
        _record(
            "added", new, {"code": code, "citation": citation, "valid_from": valid_from, "source": source}, actor, at
        )
        if old is not None:
            _end(old, valid_from - ONE_DAY, new, actor, at)
    return new


def begin_wording(
    *,
    code: str,
    title: str,
    citation: str,
    summary: str,
    source: str,
    valid_from: date,
    seen: str | None = None,
    actor: Actor,
    at: datetime,
) -> LawRow:
    """The provision reads otherwise from a day; the wording before it ends the day before.

    A repeal that was decided goes over to the new wording. Raises WrongField when the day does not lie after the
    first day of the latest wording or lies after the provision has ended, Stale when rows have changed since `seen`.
    """
    with transaction.atomic():
        last = _lock(code, seen)
        if valid_from <= last.valid_from:
            raise WrongField(
                "valid_from",
                _("Den senaste lydelsen gäller från %(day)s. Välj en senare dag.") % {"day": last.valid_from},
            )
        if last.valid_to is not None and last.valid_to < valid_from - ONE_DAY:
            raise WrongField(
                "valid_from", _("Lagrummet upphör %(day)s. Välj en dag före det.") % {"day": last.valid_to}
            )
        new = LawRow.objects.create(
            code=code,
            title=title,
            citation=citation,
            kind=last.kind,
            summary=summary,
            source=source,
            valid_from=valid_from,
            valid_to=last.valid_to if last.valid_to and last.valid_to >= valid_from else None,
            replaced_by=last.replaced_by,
            verified=Verified.MEMORY,
            own=True,
            ended_here=last.ended_here,
        )
        _record("reworded", new, {"code": code, "valid_from": valid_from, "source": source}, actor, at)
        _end(last, valid_from - ONE_DAY, new, actor, at)
    return new


def end_law(
    *, code: str, valid_to: date | None, replaced_by: str = "", source: str, seen: str | None = None, actor: Actor,
    at: datetime,
) -> LawRow:  # fmt: skip
    """The provision's last day, and the code of what replaces it. Without a day it goes on until further notice.

    Raises WrongField when the day lies before the latest wording's first, or it would replace itself, round a ring
    too; Stale when rows have changed since `seen`.
    """
    with transaction.atomic():
        last = _lock(code, seen)
        _check_dates(last.valid_from, valid_to)
        if replaced_by and valid_to is None:
            raise WrongField("valid_to", _("Skriv sista dagen, eller ta bort det som ersätter."))
        then = _successor(replaced_by, code, valid_to) if replaced_by and valid_to else None
        _end(last, valid_to, then, actor, at, source=source)
    return last


def mark_checked(
    *, code: str, checked_on: date, source: str, seen: str | None = None, actor: Actor, at: datetime
) -> LawRow:
    """Someone has read the latest wording in the source. Its words are kept as they are from now on.

    Raises WrongField when the day lies ahead, Stale when rows have changed since `seen`.
    """
    with transaction.atomic():
        last = _lock(code, seen)
        if checked_on > local_date(at):
            raise WrongField("checked_on", _("Dagen har inte varit än. Välj dagen då texten lästes."))
        last.checked_on, last.checked_by_id, last.checked_source = checked_on, actor.person_id, source
        last.save(update_fields=["checked_on", "checked_by", "checked_source"])
        _record("checked", last, {"code": code, "checked_on": checked_on, "source": source}, actor, at)
    return last


def withdraw_wording(*, code: str, seen: str | None = None, actor: Actor, at: datetime) -> None:
    """Takes back an own wording that has not begun; what it would have ended goes on. Raises Refused, Stale."""
    with transaction.atomic():
        last = _lock(code, seen)
        if not last.own or last.valid_from <= local_date(at):
            raise Refused(
                _("Det som har börjat gälla, eller kom med Hjulet, kan inte tas tillbaka. Upphäv det i stället.")
            )
        wording_before = LawRow.objects.filter(code=code).exclude(pk=last.pk).order_by("valid_from").last()
        values = {"code": code, "valid_from": last.valid_from}
        _record("withdrawn", wording_before or last, values, actor, at)  # told where it can still be read
        for before in LawRow.objects.select_for_update().filter(replaced_by=last):
            same = before.code == code
            _end(
                before,
                last.valid_to if same else None,
                last.replaced_by if same else None,
                actor,
                at,
                here=same and last.ended_here,
            )
        last.delete()


def _check_dates(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise WrongField(
            "valid_to", _("Sista dagen ligger före första dagen, %(day)s. Välj en senare dag.") % {"day": first}
        )


def _lock(code: str, seen: str | None) -> LawRow:
    """The provision's latest wording, held until the change is done."""
    rows = LawRow.objects.filter(code=code)
    last = rows.select_for_update().order_by("valid_from").last()
    if last is None:
        raise Refused(_("Lagrummet finns inte längre."))
    if seen is not None and seen != stamp_of_rows(rows):
        raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))
    return last


def _replaceable(code: str, day: date) -> LawRow:
    old = LawRow.objects.select_for_update().filter(code=code).order_by("valid_from").last()
    if old is None:
        raise WrongField("replaces", _("Välj ett lagrum i listan."))
    if old.valid_from >= day:
        raise WrongField(
            "replaces", _("Det lagrummet gäller från %(day)s. Det kan inte upphöra innan.") % {"day": old.valid_from}
        )
    return old


def _successor(code: str, own: str, last: date) -> LawRow:
    """Its wording the day after the last day, else its first. Raises WrongField when the chain would lead back here."""
    rows = list(LawRow.objects.filter(code=code).order_by("valid_from"))
    if not rows:
        raise WrongField("replaced_by", _("Välj ett lagrum i listan."))
    then = next((row for row in reversed(rows) if row.valid_from <= last + ONE_DAY), rows[0])
    step: LawRow | None = then
    passed: set[int] = set()
    while step is not None and step.pk not in passed:
        if step.code == own:
            raise WrongField("replaced_by", _("Ett lagrum kan inte ersätta sig självt. Välj ett annat."))
        passed.add(step.pk)
        step = step.replaced_by
    return then


def _end(
    row: LawRow,
    last: date | None,
    then: LawRow | None,
    actor: Actor,
    at: datetime,
    *,
    source: str = "",
    here: bool = True,
) -> None:
    before = {"valid_to": row.valid_to, "replaced_by": row.replaced_by.code if row.replaced_by else ""}
    row.valid_to, row.replaced_by, row.ended_here = last, then, here
    row.save(update_fields=["valid_to", "replaced_by", "ended_here"])
    after = {"valid_to": last, "replaced_by": then.code if then else ""}
    changes = {name: [before[name], after[name]] for name in after}
    _record("ended", row, {"code": row.code, **changes, **({"source": source} if source else {})}, actor, at)


def _record(what: str, row: LawRow, values: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    about = ("lawrow", row.pk)
    record(f"lawrow.{what}", actor=actor, at=at, about=about, principal_id=actor.principal_id, values=values)
