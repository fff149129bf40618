"""The yearly review of a document, and what news in law or knowledge asks for (DOC-5, SOSFS 2011:9 5 kap.)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.core.actor import Actor
from hjulet.core.clocks import add_months_unrolled, local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.documents.actions.common import event, lock, refuse_stranger
from hjulet.documents.actions.writing import begin_version
from hjulet.documents.models import Document, LookedOver, ReviewDone, WatchItem, WatchReview
from hjulet.documents.rights import may_write, those_who_answer
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty


def look_over(document: Document, *, reason: str, seen: int | None = None, actor: Actor, at: datetime) -> ReviewDone:
    """Someone who writes the document has read it through and leaves it as it is. Sets the next review day.

    Raises Refused, Stale.
    """
    with transaction.atomic():
        locked = lock(document, actor, seen)
        refuse_stranger(locked, actor)
        if locked.current_id is None or locked.withdrawn_on is not None:
            raise Refused(_("Dokumentet gäller inte, så det finns inget att se över."))
        if not locked.review_months:
            raise Refused(_("Det står inte hur ofta dokumentet ska ses över. Ändra uppgifterna om det först."))
        done = ReviewDone(document=locked, version_id=locked.current_id, reason=reason, done_by_id=actor.person_id)
        event("document.looked-over", locked, actor=actor, at=at, values=keep_as_is(done, locked, at))
    return done


class Reviewed(Protocol):
    """What is looked over every so many months. `version` counts changes of its row."""

    review_on: date | None
    review_months: Any
    version: Any

    def save(self, *, update_fields: Iterable[str]) -> None: ...


def keep_as_is(done: LookedOver, thing: Reviewed, at: datetime) -> dict[str, object]:
    """Keeps that a thing, locked, was looked over, and sets its next review day. Returns what to tell of it."""
    done.done_on, done.due_on = local_date(at), thing.review_on
    done.next_on = add_months_unrolled(done.done_on, thing.review_months)
    done.save(force_insert=True)
    thing.review_on, thing.version = done.next_on, thing.version + 1
    thing.save(update_fields=["review_on", "version"])
    return {"review_on": [done.due_on, done.next_on], "reason": done.reason}


# News in law or knowledge ---------------------------------------------------


@dataclass(frozen=True)
class News:
    """What is new. `laws` are codes of the law register, `source` where it can be read."""

    title: str
    text: str = ""
    source: str = ""
    applies_from: date | None = None
    laws: tuple[str, ...] = ()


def note_news(news: News, *, actor: Actor, at: datetime) -> WatchItem:
    """A new item. Raises Refused for someone who writes no documents."""
    _refuse_reader(actor)
    with transaction.atomic():
        item = WatchItem(principal_id=actor.principal_id, noted_by_id=actor.person_id, noted_at=at)
        _fill(item, news)
        item.save()
        _told("watch.noted", item, actor, at, {"title": news.title, "laws": list(news.laws)})
    return item


def change_news(item: WatchItem, news: News, *, seen: int | None = None, actor: Actor, at: datetime) -> WatchItem:
    """Raises Refused, Stale."""
    with transaction.atomic():
        locked = _open(item, actor, seen)
        before = {name: getattr(locked, name) for name in vars(news)}
        _fill(locked, news)
        locked.version += 1
        locked.save()
        changed = {name: [old, getattr(locked, name)] for name, old in before.items() if old != getattr(locked, name)}
        if changed:
            _told("watch.changed", locked, actor, at, changed)
    return locked


def ask_to_look_over(
    item: WatchItem, documents: Iterable[Document], *, until: date, actor: Actor, at: datetime
) -> list[WatchReview]:
    """Documents to be looked over by a day because of the item; their owners are told. Raises Refused.

    Those already chosen stay as they are.
    """
    chosen = list(documents)
    if not chosen:
        raise Refused(_("Välj minst ett dokument."))
    if until < local_date(at):
        raise Refused(_("Välj en dag som inte har varit."))
    with transaction.atomic():
        locked = _open(item, actor)
        there = set(locked.reviews.values_list("document_id", flat=True))
        new = [document for document in chosen if document.pk not in there]
        made = WatchReview.objects.bulk_create(
            WatchReview(item=locked, document=document, until=until, asked_by_id=actor.person_id) for document in new
        )
        values = {"documents": [document.pk for document in new], "until": until}
        if new:
            _told("watch.asked", locked, actor, at, values)
        owners = {person.pk: person for document in new for person in those_who_answer(document, at)}
        owners.pop(actor.person_id, None)
        kind, day = "document.watch", until.isoformat()
        tell(people=owners.values(), kind=kind, link=item.get_absolute_url(), at=at, due_on=day)
    return made


def answer_news(review: WatchReview, *, result: str, change: bool, actor: Actor, at: datetime) -> WatchReview:
    """What the news means for the document: nothing, or a new version, which is then begun. Raises Refused."""
    with transaction.atomic():
        document = lock(review.document, actor)
        if not may_write(document, actor):
            raise Refused(_("Det är bara de som skriver dokumentet som kan göra det här."))
        locked = WatchReview.objects.select_for_update(of=("self",)).select_related("item").get(pk=review.pk)
        if locked.done_at is not None:
            raise Refused(_("Någon har redan sett över dokumentet. Läs sidan igen."))
        if change:
            locked.became = begin_version(document, actor=actor, at=at)
        locked.done_at, locked.done_by_id, locked.result = at, actor.person_id, result
        locked.save(update_fields=["became", "done_at", "done_by", "result"])
        told = {"document": document.pk, "result": result, "number": locked.became.number if locked.became else None}
        _told("watch.answered", locked.item, actor, at, told)
    return locked


def settle_news(item: WatchItem, *, outcome: str, seen: int | None = None, actor: Actor, at: datetime) -> WatchItem:
    """Nothing more is to be done about it. Raises Refused while documents are left, Stale."""
    with transaction.atomic():
        locked = _open(item, actor, seen)
        left = locked.reviews.filter(done_at=None).count()
        if left:
            said = ngettext("%(n)s dokument är inte översett än.", "%(n)s dokument är inte översedda än.", left)
            raise Refused(said % {"n": left})
        locked.settled_at, locked.settled_by_id, locked.outcome = at, actor.person_id, outcome
        locked.version += 1
        locked.search_text = locked.words()
        locked.save()
        _told("watch.settled", locked, actor, at, {"outcome": outcome})
    return locked


def _open(item: WatchItem, actor: Actor, seen: int | None = None) -> WatchItem:
    _refuse_reader(actor)
    locked = WatchItem.objects.readable_by(actor).select_for_update(of=("self",)).get(pk=item.pk)
    if locked.settled_at is not None:
        raise Refused(_("Det här är redan klart. Anteckna en ny sak om det har hänt något mer."))
    if seen is not None and seen != locked.version:
        raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))
    return locked


def _refuse_reader(actor: Actor) -> None:
    if not actor.holds(Duty.WRITE_DOCUMENTS):
        raise Refused(_("Det är de som skriver styrande dokument som antecknar vad som är nytt."))


def _fill(item: WatchItem, news: News) -> None:
    item.title, item.text, item.source = news.title, news.text, news.source
    item.applies_from, item.laws = news.applies_from, list(news.laws)
    item.search_text = item.words()


def _told(verb: str, item: WatchItem, actor: Actor, at: datetime, values: Mapping[str, object]) -> None:
    record(verb, actor=actor, at=at, about=("watch", item.pk), principal_id=item.principal_id, values=values)
