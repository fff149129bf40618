"""Telling people that something waits, and what they do with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Stale
from hjulet.core.kept import Kept
from hjulet.notify.choices import ALWAYS_MAILED, Group, OutboxState
from hjulet.notify.models import Notice, Outbox, Preference, QuietHours
from hjulet.notify.wording import KINDS, check, check_link
from hjulet.org.models import Person, Principal


def tell(*, people: Iterable[Person], kind: str, link: str, at: datetime, urgent: bool = False, **params: str) -> None:
    """Adds a notice for each person, and a mail for those who want it, in the caller's transaction.

    `link` is a path in Hjulet. `params` may hold `ref` and `due_on` (ISO day); ValueError for anything else.
    Mail waits for the end of the principal's quiet hours unless it is urgent.
    """
    check(kind, link, params)
    who = {person.pk: person for person in people if person.is_active}
    if not who:
        return
    with transaction.atomic(savepoint=False):
        notices = Notice.objects.bulk_create(
            Notice(person=person, kind=kind, params=params, link=link, created_at=at) for person in who.values()
        )
        _post(notices, KINDS[kind].group, at, urgent)


def _post(notices: list[Notice], group: Group, at: datetime, urgent: bool) -> None:
    silent: frozenset[int] = frozenset()
    if group not in ALWAYS_MAILED:
        silent = SILENT(group)
    wanted = [n for n in notices if n.person.email and n.person_id not in silent]
    opens = {} if urgent else {p: _next_open(p, at) for p in {n.person.principal_id for n in wanted}}
    Outbox.objects.bulk_create(
        Outbox(notice=n, to=n.person.email, not_before=opens.get(n.person.principal_id, at)) for n in wanted
    )


def _silent(group: Group) -> frozenset[int]:
    """Those who want no mail of a group."""
    choices = Preference.objects.filter(group=group, mail=False).order_by()
    return frozenset(choices.values_list("person_id", flat=True))


SILENT = Kept(_silent)


def hush(person_id: int, links: Iterable[str], *, at: datetime) -> int:
    """Someone no longer sees what these paths lead to: her notices of it wait no more, and no mail of it goes out.

    Returns how many notices were not read.
    """
    rows = Notice.objects.of(person_id).filter(link__in=set(links))
    with transaction.atomic(savepoint=False):
        Outbox.objects.filter(notice__in=rows.order_by().values("pk"), state=OutboxState.PENDING).delete()
        return rows.unread().update(read_at=at)


def tell_outside(
    *, to: str, subject: str, said: str, how: str, why: str, link: str, principal_id: int, at: datetime
) -> None:
    """Mails someone who has no login, after the principal's quiet hours, in the caller's transaction.

    `said` is a sentence that holds no more than a ref; `how` tells what to do and holds {link}; `why` explains that the
    mail says so little. `link` is a path in Hjulet. Raises ValueError for any other.
    """
    check_link(link)
    body = "\n\n".join([said, how.format(link=settings.BASE_URL + link), why]) + "\n"
    Outbox.objects.create(to=to, subject=subject, body=body, not_before=_next_open(principal_id, at))


def _next_open(principal_id: int, at: datetime) -> datetime:
    return QUIET(principal_id).next_open(at)


QUIET = Kept(lambda principal_id: QuietHours.objects.get_or_create(principal_id=principal_id)[0])


def set_quiet_hours(*, starts: time, ends: time, seen: str | None = None, actor: Actor, at: datetime) -> QuietHours:
    """When the actor's principal sends urgent mail only; the same time twice means never. Holds at once.

    Mail that already waits keeps the time it was given. Raises Stale.
    """
    with transaction.atomic():
        Principal.objects.select_for_update().get(pk=actor.principal_id)
        row, _made = QuietHours.objects.get_or_create(principal_id=actor.principal_id)
        if seen is not None and seen != row.stamp:
            raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))
        if (row.starts, row.ends) == (starts, ends):
            return row
        changes = {"starts": [row.starts, starts], "ends": [row.ends, ends]}
        row.starts, row.ends = starts, ends
        row.save(update_fields=["starts", "ends"])
        about = ("quiethours", row.pk)
        record("quiethours.changed", actor=actor, at=at, about=about, principal_id=actor.principal_id, values=changes)
    return row


def mark_read(notice: Notice, *, actor: Actor, at: datetime) -> None:
    Notice.objects.of(actor.person_id).unread().filter(pk=notice.pk).update(read_at=at)


def mark_all_read(*, actor: Actor, at: datetime) -> int:
    """How many were unread. Notices that came after `at` stay unread."""
    return Notice.objects.of(actor.person_id).unread().filter(created_at__lte=at).update(read_at=at)


def chosen(person_id: int) -> dict[Group, bool]:
    """For each group, whether the person gets mail."""
    rows = dict(Preference.objects.filter(person_id=person_id).values_list("group", "mail"))
    return {group: group in ALWAYS_MAILED or rows.get(group, True) for group in Group}


def choose(wanted: set[str], *, actor: Actor, at: datetime) -> None:
    """Keeps for which groups the person wants mail; the ones that are always mailed cannot be chosen away."""
    before = chosen(actor.person_id)
    changed: dict[str, list[bool]] = {}
    with transaction.atomic():
        for group in Group:
            mail = group in wanted
            if group in ALWAYS_MAILED or mail == before[group]:
                continue
            Preference.objects.update_or_create(person_id=actor.person_id, group=group, defaults={"mail": mail})
            changed[group.value] = [before[group], mail]
        if changed:
            about = ("person", actor.person_id)
            record(
                "notices.chosen",
                actor=actor,
                at=at,
                about=about,
                principal_id=actor.principal_id,
                values=changed,
            )
