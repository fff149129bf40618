"""Filling in a self-check: each answer is kept once, photos beside it, and the whole is sent once.

A phone without a network makes a key for each thing it keeps. The same key a second time is the same thing, whichever
tab it comes from; an answer that someone else has changed since it was seen is never written over unasked.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.cases.models import Case
from hjulet.checks.choices import RoundState
from hjulet.checks.content_types import Question, Sheet, sheet_of
from hjulet.checks.models import Answer, Evidence, Round
from hjulet.checks.rights import may_answer
from hjulet.checks.scores import weighted_mean
from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.core.personal_number import has_personal_number
from hjulet.files import actions as files

LONGEST_NOTE = 2000
MOST_PHOTOS = 4  # of one question


@dataclass(frozen=True)
class Told:
    """What someone says to one question. No points and not `not_applicable`: still to be answered."""

    points: Decimal | None = None
    not_applicable: bool = False
    note: str = ""
    follow_up: str = ""

    @property
    def empty(self) -> bool:
        return self == Told()


def told_by(answer: Answer | None) -> Told:
    if answer is None:
        return Told()
    return Told(answer.points, answer.not_applicable, answer.note, answer.follow_up)


class SomeoneElse(Stale):
    """Another person has changed the answer since it was seen; `theirs` is how it stands now."""

    def __init__(self, theirs: Answer) -> None:
        super().__init__(_("Någon annan svarade på samma fråga medan du var borta. Ditt svar ligger kvar här."))
        self.theirs = theirs


def questions_of(sheet: Sheet) -> dict[str, Question]:
    return {question.code: question for area in sheet.areas for question in area.questions}


def answer(
    round_: Round, question: str, told: Told, *, key: uuid.UUID, seen: int | None, actor: Actor, at: datetime
) -> Answer:
    """Keeps one answer. `seen` is the version that was on the screen (0: none), None when nobody looked.

    The same `key` twice writes once. Raises Refused, and SomeoneElse when another person came first.
    """
    with transaction.atomic():
        locked = _open_round(round_, actor)
        _check(sheet_of(locked.version), question, told)
        row = Answer.objects.filter(round=locked, question=question).first()
        if row is not None and row.key == key:
            return row
        if row is None and told.empty:
            return Answer(round=locked, question=question, version=0, answered_by_id=actor.person_id, answered_at=at)
        if row is not None and told_by(row) == told:
            return row
        if row is not None and seen is not None and row.version != seen and row.answered_by_id != actor.person_id:
            raise SomeoneElse(row)
        before = told_by(row)
        row = row or Answer(round=locked, question=question, version=0)
        for name, value in asdict(told).items():
            setattr(row, name, value)
        row.key, row.version = key, row.version + 1
        row.answered_by_id, row.answered_at = actor.person_id, at
        row.save()
        changed = {
            name: [old, getattr(told, name)] for name, old in asdict(before).items() if old != getattr(told, name)
        }
        _record("selfcheck.answered", locked, actor, at, {"question": question, **changed})
    return row


def answer_all(round_: Round, told: Mapping[str, Told], *, actor: Actor, at: datetime) -> list[Answer]:
    """Many answers at once, by the codes of their questions, over what was there. Raises Refused, and keeps none."""
    with transaction.atomic():
        locked = _open_round(round_, actor)
        sheet = sheet_of(locked.version)
        for question, one in told.items():
            _check(sheet, question, one)
        there = {row.question: row for row in Answer.objects.filter(round=locked, question__in=told)}
        changed = {code: one for code, one in told.items() if told_by(there.get(code)) != one}
        rows = [there.get(code) or Answer(round=locked, question=code, version=0) for code in changed]
        for row in rows:
            for name, value in asdict(changed[row.question]).items():
                setattr(row, name, value)
            row.key, row.version = uuid.uuid4(), row.version + 1
            row.answered_by_id, row.answered_at = actor.person_id, at
        Answer.objects.bulk_create([row for row in rows if row.pk is None])
        columns = [*Told.__dataclass_fields__, "key", "version", "answered_by", "answered_at"]
        Answer.objects.bulk_update([row for row in rows if row.question in there], columns)
        if rows:
            told_values = {code: code_value(one) for code, one in changed.items()}
            _record("selfcheck.answered", locked, actor, at, {"answers": told_values})
    return rows


def code_value(told: Told) -> str:
    """One answer in a word for the log: its points, or that it does not apply."""
    return "na" if told.not_applicable else "" if told.points is None else str(int(told.points))


def _check(sheet: Sheet, question: str, told: Told) -> None:
    if question not in questions_of(sheet):
        raise Refused(_("Frågan finns inte i den här egenkontrollen."))
    if told.points is not None and told.points not in scale_of(sheet):
        raise Refused(_("Välj ett av svaren."))
    if max(len(told.note), len(told.follow_up)) > LONGEST_NOTE:
        raise Refused(_("Anteckningen är för lång. Korta den till högst 2 000 tecken."))
    if has_personal_number(told.note) or has_personal_number(told.follow_up):
        raise Refused(_("Det ser ut som ett personnummer. Ta bort det. Här skrivs inget om enskilda personer."))


def scale_of(sheet: Sheet) -> list[Decimal]:
    return [Decimal(number) for number in range(int(sheet.scale.min), int(sheet.scale.max) + 1)]


def add_photo(round_: Round, question: str, upload: Any, *, key: uuid.UUID, actor: Actor, at: datetime) -> Evidence:
    """Keeps a photo drawn anew (files.clean). The same `key` twice keeps it once. Raises Refused or FileRefused."""
    kept = Evidence.objects.filter(round=round_, key=key).first()
    if kept is not None:
        return kept
    with transaction.atomic():
        locked = _open_round(round_, actor)
        if question not in questions_of(sheet_of(locked.version)):
            raise Refused(_("Frågan finns inte i den här egenkontrollen."))
        if Evidence.objects.filter(round=locked, question=question).count() >= MOST_PHOTOS:
            raise Refused(_("Det finns redan fyra bilder till frågan. Ta bort en om du vill byta."))
    file = files.store(upload, actor=actor, at=at)
    if not file.content_type.startswith("image/"):
        files.remove(file, actor=actor, at=at)
        raise files.FileRefused(_("Här går det bara att lägga till foton. Välj en JPEG, PNG eller WebP."))
    try:
        with transaction.atomic():
            locked = _open_round(round_, actor)
            row = Evidence.objects.create(
                round=locked, question=question, file=file, key=key, added_by_id=actor.person_id, added_at=at
            )
            _record("selfcheck.photo_added", locked, actor, at, {"question": question, "sha256": file.sha256})
    except (IntegrityError, Refused):
        files.remove(file, actor=actor, at=at)
        kept = Evidence.objects.filter(round=round_, key=key).first()
        if kept is None:
            raise
        return kept
    return row


def remove_photo(photo: Evidence, *, actor: Actor, at: datetime) -> None:
    """Raises Refused when the check has been sent."""
    with transaction.atomic():
        locked = _open_round(photo.round, actor)
        file = photo.file
        _record("selfcheck.photo_removed", locked, actor, at, {"question": photo.question, "sha256": file.sha256})
        photo.delete()
        files.remove(file, actor=actor, at=at)


def unanswered(round_: Round) -> list[str]:
    """Codes of the questions that have neither points nor "gäller inte", in the order of the check."""
    answered = {
        row.question for row in Answer.objects.filter(round=round_) if row.points is not None or row.not_applicable
    }
    return [code for code in questions_of(sheet_of(round_.version)) if code not in answered]


def send(round_: Round, *, actor: Actor, at: datetime) -> Round:
    """Hands the whole in. A check that has been sent stays as it was sent. Raises Refused while something is open."""
    with transaction.atomic():
        locked = Round.objects.select_for_update(of=("self",)).select_related("version").get(pk=round_.pk)
        if locked.state != RoundState.OPEN:
            return locked
        if not may_answer(locked, actor):
            raise Refused(_not_yours())
        left = len(unanswered(locked))
        if left:
            text = ngettext("En fråga saknar svar.", "%(count)s frågor saknar svar.", left) % {"count": left}
            raise Refused(text)
        locked.state, locked.sent_at, locked.sent_by_id = RoundState.SENT, at, actor.person_id
        locked.mean, locked.means = means_of(locked)
        locked.save(update_fields=["state", "sent_at", "sent_by", "mean", "means"])
        _record("selfcheck.sent", locked, actor, at, {})
    return locked


def means_of(round_: Round) -> tuple[Decimal | None, dict[str, str]]:
    """The mean of all answers, and that of each area by its code; an area where nothing applies is left out."""
    points = {row.question: row.points for row in Answer.objects.filter(round=round_)}
    pairs = {
        area.code: [(question.weight, points.get(question.code)) for question in area.questions]
        for area in sheet_of(round_.version).areas
    }
    means = {code: mean for code, some in pairs.items() if (mean := weighted_mean(some)) is not None}
    whole = weighted_mean(pair for some in pairs.values() for pair in some)
    return _kept(whole), {code: str(_kept(mean)) for code, mean in means.items()}


def _kept(mean: Decimal | None) -> Decimal | None:
    return None if mean is None else mean.quantize(Decimal("0.0001"))


def note_case(round_: Round, question: str, case: Case, *, actor: Actor, at: datetime) -> None:
    """The answer remembers the deviation that was made of it. Told again it changes nothing."""
    with transaction.atomic():
        row = Answer.objects.select_for_update(of=("self",)).filter(round=round_, question=question).first()
        if row is None or row.case_number == case.pk:
            return
        row.case_number = case.pk
        row.save(update_fields=["case_number"])
        _record("selfcheck.deviation", round_, actor, at, {"question": question, "case": case.ref})


def _open_round(round_: Round, actor: Actor) -> Round:
    """The round, locked, as long as it may be filled in."""
    locked = Round.objects.select_for_update(of=("self",)).select_related("version").get(pk=round_.pk)
    if locked.state != RoundState.OPEN:
        raise Refused(_("Egenkontrollen är redan inskickad och ändras inte mer. Det du skrev ligger kvar här."))
    if not may_answer(locked, actor):
        raise Refused(_not_yours())
    return locked


def _not_yours() -> str:
    return _("Du fyller inte i den här egenkontrollen.")


def _record(verb: str, round_: Round, actor: Actor, at: datetime, values: dict[str, Any]) -> None:
    where = {"principal_id": actor.principal_id, "unit_id": round_.unit_id}
    record(verb, actor=actor, at=at, about=("selfcheck-round", round_.pk), values=values, **where)
