"""Verbs on lessons: written from a closed case, confirmed by someone else, withdrawn, taken up by other units."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.cases.actions import may_write_lesson, note_lesson
from hjulet.cases.choices import CaseKind
from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.learning.choices import LessonKind, LessonState
from hjulet.learning.models import REVIEWS, REVIEWS_LEX, Lesson, LessonUse
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Person, Unit, UnitQuerySet
from hjulet.org.reach import Holders

MOST_TOLD = 3
KINDS = {CaseKind.PRAISE: LessonKind.PRAISE, CaseKind.SUGGESTION: LessonKind.SUGGESTION}
UNFINISHED = (LessonState.WAITING, LessonState.RETURNED)


def write(case: Case, *, title: str, text: str, change: str, actor: Actor, at: datetime) -> Lesson:
    """Writes a lesson from a closed case; it waits for someone else to confirm it. Raises Refused."""
    if case.protected_identity:
        raise Refused(_("Ärendet gäller skyddade personuppgifter. Det går inte att skriva en lärdom ur det."))
    if not may_write_lesson(case, actor):
        raise Refused(_("Det går bara att skriva en lärdom ur ett avslutat ärende som du handlägger."))
    with transaction.atomic():
        lesson = Lesson(
            principal_id=case.principal_id,
            unit=case.unit,
            track=case.track,
            from_lex=case.is_lex,
            kind=KINDS.get(CaseKind(case.kind), LessonKind.LESSON),
            title=title,
            text=text,
            change=change,
            written_by_id=actor.person_id,
            written_at=at,
        )
        lesson.search_text = lesson.words()
        lesson.save()
        _event("lesson.written", lesson, actor, at, {"title": title, "text": text, "change": change})
        note_lesson(case, actor=actor, at=at)
    _ask_to_review(lesson, at)
    return lesson


def rewrite(
    lesson: Lesson, *, title: str, text: str, change: str, actor: Actor, at: datetime, version: int | None = None
) -> Lesson:
    """The writer changes what is not published yet; it waits for a review again. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock(lesson, actor, version)
        if locked.written_by_id != actor.person_id or locked.state not in UNFINISHED:
            raise Refused(_("Bara den som skrev kan ändra, och bara innan lärdomen är publicerad."))
        new = {"title": title, "text": text, "change": change}
        changed = {name: [getattr(locked, name), value] for name, value in new.items()}
        again = locked.state == LessonState.RETURNED
        _set(locked, **new, state=LessonState.WAITING)
        _event("lesson.rewritten", locked, actor, at, changed)
    if again:
        _ask_to_review(locked, at)
    return locked


def may_review(lesson: Lesson, actor: Actor) -> bool:
    """Someone else than the writer, who may read cases of its kind and law at the unit."""
    if lesson.written_by_id == actor.person_id:
        return False
    track = None if lesson.track == Track.NONE and not lesson.from_lex else lesson.track
    duties = REVIEWS_LEX if lesson.from_lex else REVIEWS
    path = lesson.unit.path or ""
    return any(grant.role != "break-glass" and grant.covers(path, track) for grant in actor.reach(*duties))


def confirm(lesson: Lesson, *, actor: Actor, at: datetime, version: int | None = None) -> Lesson:
    """A second person says that nobody can be recognised; all staff may read it. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock_for_review(lesson, actor, version)
        _set(locked, state=LessonState.PUBLISHED, confirmed_by_id=actor.person_id, confirmed_at=at, returned_for="")
        _event("lesson.confirmed", locked, actor, at, {"state": locked.state})
        _tell_writer(locked, "lesson.published", at)
    return locked


def send_back(lesson: Lesson, *, reason: str, actor: Actor, at: datetime, version: int | None = None) -> Lesson:
    """The second person says what must change first. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock_for_review(lesson, actor, version)
        _set(locked, state=LessonState.RETURNED, returned_for=reason)
        _event("lesson.returned", locked, actor, at, {"reason": reason})
        _tell_writer(locked, "lesson.returned", at)
    return locked


def may_withdraw(lesson: Lesson, actor: Actor) -> bool:
    if lesson.state == LessonState.WITHDRAWN:
        return False
    return lesson.written_by_id == actor.person_id or (lesson.published and may_review(lesson, actor))


def withdraw(lesson: Lesson, *, reason: str, actor: Actor, at: datetime, version: int | None = None) -> Lesson:
    """Takes it out of everyone's sight at once. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock(lesson, actor, version)
        if not may_withdraw(locked, actor):
            raise Refused(_("Bara den som skrev eller granskade kan dra tillbaka lärdomen."))
        _set(locked, state=LessonState.WITHDRAWN, withdrawn_for=reason, withdrawn_at=at)
        _event("lesson.taken-down", locked, actor, at, {"reason": reason})
    return locked


def units_led_by(actor: Actor) -> UnitQuerySet:
    """The units where the actor herself receives, as its manager does."""
    own = {grant.unit_id for grant in actor.reach(Duty.RECEIVE)}
    return Unit.objects.seen_by(actor).filter(pk__in=own).order_by("name", "id")


def take_up(lesson: Lesson, *, unit: Unit, actor: Actor, at: datetime) -> None:
    """A manager says that her unit does likewise; saying it again changes nothing. Raises Refused."""
    with transaction.atomic():
        locked = _lock(lesson, actor, None)
        if not locked.published or unit not in units_led_by(actor):
            raise Refused(_("Bara den som leder en enhet kan säga att enheten gör likadant."))
        if unit.pk == locked.unit_id:
            raise Refused(_("Lärdomen kommer från er egen enhet."))
        given = {"person_id": actor.person_id, "used_at": at}
        _use, new = LessonUse.objects.visible_to(actor).get_or_create(lesson=locked, unit=unit, defaults=given)
        if new:
            _event("lesson.used", locked, actor, at, {"unit": unit.code})


def reviewers(lesson: Lesson, at: datetime) -> list[Person]:
    """Who may confirm it, nearest in the tree first."""
    duties = REVIEWS_LEX if lesson.from_lex else REVIEWS
    known = Holders(lesson.unit.path or "", at=at)
    track = None if lesson.track == Track.NONE and not lesson.from_lex else lesson.track
    found = {person.pk: person for duty in duties for person in known.of(duty, track)}
    found.pop(lesson.written_by_id, None)
    return list(found.values())


def _ask_to_review(lesson: Lesson, at: datetime) -> None:
    tell(people=reviewers(lesson, at)[:MOST_TOLD], kind="lesson.to_review", link=lesson.get_absolute_url(), at=at)


def _tell_writer(lesson: Lesson, kind: str, at: datetime) -> None:
    writer = Person.objects.filter(pk=lesson.written_by_id, is_active=True)
    tell(people=writer, kind=kind, link=lesson.get_absolute_url(), at=at)


def _lock(lesson: Lesson, actor: Actor, version: int | None) -> Lesson:
    rows = Lesson.objects.visible_to(actor).select_for_update(of=("self",)).select_related("unit")
    locked: Lesson = rows.get(pk=lesson.pk)
    if version is not None and locked.version != version:
        raise Stale(_("Någon annan hann ändra lärdomen. Läs den igen innan du går vidare."))
    return locked


def _lock_for_review(lesson: Lesson, actor: Actor, version: int | None) -> Lesson:
    locked = _lock(lesson, actor, version)
    if locked.written_by_id == actor.person_id:
        raise Refused(_("Du skrev lärdomen. Någon annan ska granska den."))
    if locked.state != LessonState.WAITING or not may_review(locked, actor):
        raise Refused(_("Lärdomen väntar inte på din granskning."))
    return locked


def _set(lesson: Lesson, **new: Any) -> None:
    for name, value in new.items():
        setattr(lesson, name, value)
    lesson.version += 1
    lesson.search_text = lesson.words()
    lesson.save(update_fields=[*new, "version", "search_text"])


def _event(verb: str, lesson: Lesson, actor: Actor, at: datetime, values: dict[str, Any]) -> None:
    about, where = ("lesson", lesson.pk), {"principal_id": lesson.principal_id, "unit_id": lesson.unit_id}
    record(verb, actor=actor, at=at, about=about, values=values, **where)
