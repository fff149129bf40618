"""Asking colleagues to read a draft, and what they answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.documents.actions.common import event, lock_version, step_for
from hjulet.documents.choices import Verdict, VersionState
from hjulet.documents.models import Comment, Review, Version
from hjulet.documents.rights import may_write
from hjulet.notify.actions import tell
from hjulet.org.models import Person


def ask_review(version: Version, *, people: Iterable[Person], until: date, actor: Actor, at: datetime) -> Version:
    """Named people are asked to read it by a day; may be done again with more. Raises Refused."""
    asked = list(people)
    if not asked:
        raise Refused(_("Välj minst en person som ska läsa."))
    if until < local_date(at):
        raise Refused(_("Välj en dag som inte har varit."))
    with transaction.atomic():
        locked = lock_version(version, actor)
        step_for(locked, "ask", actor=actor, at=at)
        already = set(locked.reviews.values_list("person_id", flat=True))
        new = [person for person in asked if person.pk not in already]
        Review.objects.bulk_create(
            Review(version=locked, person=person, asked_by_id=actor.person_id, asked_at=at) for person in new
        )
        locked.state, locked.review_until = VersionState.REVIEW, until
        locked.editing_by, locked.editing_at = None, None
        locked.save(update_fields=["state", "review_until", "editing_by", "editing_at"])
        values = {"people": [person.pk for person in new], "until": until}
        event("document.sent-for-review", locked.document, actor=actor, at=at, values=values)
        link = f"{locked.document.get_absolute_url()}utkast/"
        tell(people=new, kind="document.review", link=link, at=at, due_on=until.isoformat())
    return locked


def take_back(version: Version, *, actor: Actor, at: datetime) -> Version:
    """To draft again, to be written in; the answers stay. Raises Refused."""
    with transaction.atomic():
        locked = lock_version(version, actor)
        step_for(locked, "take-back", actor=actor, at=at)
        locked.state = VersionState.DRAFT
        locked.save(update_fields=["state"])
        event("document.taken-back", locked.document, actor=actor, at=at)
    return locked


def answer_review(version: Version, *, verdict: str, text: str, actor: Actor, at: datetime) -> Review:
    """The actor says what she thinks, once. Raises Refused when she is not asked, or has answered."""
    if verdict == Verdict.CHANGE and not text.strip():
        raise Refused(_("Skriv vad som behöver ändras."))
    with transaction.atomic():
        locked = lock_version(version, actor)
        mine = locked.reviews.select_for_update().filter(person_id=actor.person_id, answered_at=None).first()
        if mine is None or not locked.unfinished:
            raise Refused(_("Det finns ingen granskning som väntar på dig här."))
        mine.verdict, mine.text, mine.answered_at = Verdict(verdict), text, at
        mine.save(update_fields=["verdict", "text", "answered_at"])
        event("document.reviewed", locked.document, actor=actor, at=at, values={"verdict": verdict, "text": text})
        if not locked.reviews.filter(answered_at=None).exists():
            link = f"{locked.document.get_absolute_url()}utkast/"
            tell(people=_writers(locked, mine), kind="document.reviewed", link=link, at=at)
    return mine


def _writers(version: Version, review: Review) -> list[Person]:
    owner = version.document.owner
    return [review.asked_by, *([owner] if owner else [])]


def comment(version: Version, *, text: str, about: str = "", actor: Actor, at: datetime) -> Comment:
    """A remark on a draft, by someone who writes or reviews it. Raises Refused."""
    with transaction.atomic():
        locked = lock_version(version, actor)
        asked = locked.reviews.filter(person_id=actor.person_id).exists()
        if not locked.unfinished or not (asked or may_write(locked.document, actor)):
            raise Refused(_("Det går bara att lämna kommentarer på ett utkast som du skriver eller granskar."))
        made = Comment.objects.create(
            version=locked, person_id=actor.person_id, written_at=at, about=about[:300], text=text
        )
        event("document.commented", locked.document, actor=actor, at=at, values={"text": text})
    return made


def settle_comment(comment: Comment, *, actor: Actor, at: datetime) -> None:
    """A writer has dealt with the remark; it stays to be read. Raises Refused."""
    with transaction.atomic():
        locked = lock_version(comment.version, actor)
        if not may_write(locked.document, actor):
            raise Refused(_("Det är bara de som skriver dokumentet som kan göra det här."))
        done = Comment.objects.filter(pk=comment.pk, settled_at=None).update(
            settled_at=at, settled_by_id=actor.person_id
        )
        if done:
            event("document.settled", locked.document, actor=actor, at=at, values={"comment": comment.pk})
