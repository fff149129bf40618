"""What is found at a visit: who was drawn, the protocol, the result, and what the unit answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.checks.content_types import sheet_of
from hjulet.checks.scores import weighted_mean
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.versions import write_version
from hjulet.internal_reviews.actions.common import locked, refuse_stranger, tell_log, without_persons
from hjulet.internal_reviews.choices import ANSWERS, REVIEWS, VisitState, Which
from hjulet.internal_reviews.content import questions_of, tracks_of
from hjulet.internal_reviews.models import Drawn, Visit, VisitAnswer
from hjulet.measures.actions import propose
from hjulet.measures.models import Measure
from hjulet.notify.actions import tell
from hjulet.org.models import Person
from hjulet.org.reach import holders

FULL = Decimal("0.001")


@dataclass(frozen=True)
class Listed:
    """A row of the list that the sample is drawn from."""

    pseudonym: str
    born_on: date


@dataclass(frozen=True)
class Found:
    """What is answered to a question: points, or that it does not apply."""

    points: Decimal | None = None
    not_applicable: bool = False
    note: str = ""


def draw(visit: Visit, rows: Iterable[Listed], *, actor: Actor, at: datetime) -> list[Drawn]:
    """Keeps the youngest and the oldest; the list is kept nowhere. Of several born the same day, the first by
    pseudonym. Raises Refused for fewer than two, the same pseudonym twice, or a personal number."""
    people = sorted(rows, key=lambda row: (row.born_on, row.pseudonym))
    names = [row.pseudonym for row in people]
    without_persons(*names)
    if len(people) < 2:
        raise Refused(_("Listan behöver minst två personer."))
    if len(set(names)) < len(names):
        raise Refused(_("Samma kod står på flera rader. Varje person ska ha sin egen."))
    if people[-1].born_on > local_date(at):
        raise Refused(_("En av dagarna har inte varit än."))
    youngest = min((row for row in people if row.born_on == people[-1].born_on), key=lambda row: row.pseudonym)
    with transaction.atomic():
        row = locked(visit, None)
        _refuse_told(row, actor)
        if row.day is None:
            raise Refused(_("Sätt dagen för besöket först."))
        Drawn.objects.visible_to(actor).filter(visit=row).delete()
        chosen = ((Which.YOUNGEST, youngest), (Which.OLDEST, people[0]))
        made = [_drawn(row, which, one.pseudonym) for which, one in chosen]
        tell_log("internal-review.drawn", row, actor, at, {"listed": len(people)})
    return made


def _drawn(visit: Visit, which: Which, pseudonym: str) -> Drawn:
    row = Drawn(principal_id=visit.principal_id, unit_id=visit.unit_id, visit=visit, which=which, pseudonym=pseudonym)
    row.save()
    return row


def _refuse_told(visit: Visit, actor: Actor | None) -> None:
    refuse_stranger(visit, actor)
    if visit.is_told:
        raise Refused(_("Resultatet är lämnat och ändras inte."))


def answer(visit: Visit, found: Mapping[str, Found], *, version: int | None, actor: Actor, at: datetime) -> Visit:
    """Keeps answers of the protocol; the visit has begun with the first. Raises Refused: before the day, for an area
    that others answer, for points that the scale has not."""
    today = local_date(at)
    with transaction.atomic():
        row = locked(visit, version)
        _refuse_told(row, actor)
        if row.day is None or row.day > today:
            raise Refused(_("Besöket har inte varit än. Sätt dagen först."))
        questions, top = questions_of(row.protocol), sheet_of(row.protocol).scale
        for code, one in found.items():
            if code not in questions or not may_answer_area(row, questions[code][0].code, actor):
                raise Refused(_("Frågan besvaras av någon annan."))
            if one.points is not None and not (top.min <= one.points <= top.max and one.points == int(one.points)):
                raise Refused(_("Välj ett av svaren."))
            without_persons(one.note)
        for code, one in found.items():
            _keep(row, code, one, actor, at)
        begun = {"state": VisitState.VISITED} if row.state == VisitState.PLANNED else {}
        write_version(row, begun)
        tell_log("internal-review.answered", row, actor, at, {"questions": sorted(found)})
    return row


def _keep(visit: Visit, code: str, found: Found, actor: Actor, at: datetime) -> None:
    values = {
        "points": None if found.not_applicable else found.points,
        "not_applicable": found.not_applicable,
        "note": found.note,
    }
    who = {"answered_by_id": actor.person_id, "answered_at": at}
    VisitAnswer.objects.update_or_create(visit=visit, question=code, defaults={**values, **who})


def may_answer_area(visit: Visit, area: str, actor: Actor) -> bool:
    """Those who review at the unit in one of the laws that the area is about."""
    return any(actor.holds_at(REVIEWS, visit.unit.path or "", track) for track in tracks_of(visit.protocol, area))


def unanswered(visit: Visit, answers: Iterable[VisitAnswer]) -> list[str]:
    """Codes of questions with neither points nor that they do not apply."""
    done = {one.question for one in answers if one.not_applicable or one.points is not None}
    return [code for code in questions_of(visit.protocol) if code not in done]


def means_of(visit: Visit, answers: Iterable[VisitAnswer]) -> tuple[dict[str, Decimal], Decimal | None]:
    """The weighted mean of each area that has one, and of the whole."""
    points = {one.question: one.points for one in answers}
    areas = sheet_of(visit.protocol).areas
    each = {area.code: weighted_mean((q.weight, points.get(q.code)) for q in area.questions) for area in areas}
    whole = weighted_mean((q.weight, points.get(q.code)) for area in areas for q in area.questions)
    return {code: mean for code, mean in each.items() if mean is not None}, whole


def report(
    visit: Visit,
    *,
    outcome: str,
    reflection: str,
    concerns_others: str,
    version: int | None,
    actor: Actor,
    at: datetime,
) -> Visit:
    """The result is given to the unit; from now it stands. Raises Refused while a question has no answer."""
    without_persons(outcome, reflection, concerns_others)
    with transaction.atomic():
        row = locked(visit, version)
        _refuse_told(row, actor)
        answers = list(row.answers.all())
        left = unanswered(row, answers)
        if row.state != VisitState.VISITED or left:
            raise Refused(_("%(count)s frågor saknar svar.") % {"count": len(left)})
        means, whole = means_of(row, answers)
        texts = {"outcome": outcome, "reflection": reflection, "concerns_others": concerns_others}
        rounded = {code: str(mean.quantize(FULL)) for code, mean in means.items()}
        mean = whole.quantize(FULL) if whole is not None else None
        new = {"state": VisitState.REPORTED, "means": rounded, "mean": mean, "reported_at": at, **texts}
        write_version(row, new)
        tell_log("internal-review.reported", row, actor, at, {**texts, "mean": mean})
        people = [one for one in holders(ANSWERS, row.unit.path or "", at=at) if one.pk != actor.person_id]
        tell(people=people, kind="internal-review.reported", link=row.get_absolute_url(), at=at)
    return row


def may_reply(visit: Visit, actor: Actor) -> bool:
    """Those who lead the unit."""
    return visit.principal_id == actor.principal_id and actor.holds_at(ANSWERS, visit.unit.path or "")


def reply(visit: Visit, *, text: str, version: int | None, actor: Actor, at: datetime) -> Visit:
    """What the unit says of the result; may be written anew until the visit is closed. Raises Refused."""
    without_persons(text)
    with transaction.atomic():
        row = _answerable(visit, version, actor)
        write_version(row, {"reply": text, "replied_at": at, "state": VisitState.ANSWERED})
        tell_log("internal-review.replied", row, actor, at, {"reply": text})
    return row


def _answerable(visit: Visit, version: int | None, actor: Actor) -> Visit:
    row = locked(visit, version)
    if not may_reply(row, actor):
        raise Refused(_("Bara den som leder enheten svarar för den."))
    if row.state not in {VisitState.REPORTED, VisitState.ANSWERED}:
        raise Refused(_("Besöket är avslutat.") if row.is_told else _("Resultatet är inte lämnat än."))
    return row


def add_measure(visit: Visit, *, area: str, values: Mapping[str, Any], actor: Actor, at: datetime) -> Measure:
    """A measure in the unit's timetable: title, expected_effect, strength, owner, due. Its law is the area's first
    that the unit works under. Raises Refused."""
    owner: Person = values["owner"]
    without_persons(values["title"], values["expected_effect"])
    with transaction.atomic():
        row = _answerable(visit, None, actor)
        tracks = tracks_of(row.protocol, area) or frozenset({"none"})
        track = next((one for one in row.unit.tracks if one in tracks), sorted(tracks)[0])
        told = {name: values[name] for name in ("title", "expected_effect", "strength", "due")}
        made = propose(
            unit=row.unit, track=track, owner=owner, source=("internal-review", row.pk), actor=actor, at=at, **told
        )
        tell_log("internal-review.measure", row, actor, at, {"measure": made.title, "due": made.due_on})
    return made


def take_up(visit: Visit, *, on: date, text: str, actor: Actor, at: datetime) -> Visit:
    """What the management group said of what may concern other units. Raises Refused."""
    without_persons(text)
    with transaction.atomic():
        row = locked(visit, None)
        refuse_stranger(row, actor)
        if not row.is_told or not row.concerns_others:
            raise Refused(_("Det finns inget att ta upp."))
        if on > local_date(at):
            raise Refused(_("Dagen har inte varit än."))
        write_version(row, {"taken_up_on": on, "taken_up": text})
        tell_log("internal-review.taken-up", row, actor, at, {"on": on, "text": text})
    return row


def close(visit: Visit, *, version: int | None, actor: Actor, at: datetime) -> Visit:
    """Ends a visit, and erases who was drawn. Raises Refused before the unit has answered."""
    with transaction.atomic():
        row = locked(visit, version)
        refuse_stranger(row, actor)
        if row.state != VisitState.ANSWERED:
            raise Refused(_("Enheten har inte svarat än."))
        Drawn.objects.visible_to(actor).filter(visit=row).delete()
        write_version(row, {"state": VisitState.CLOSED})
        tell_log("internal-review.closed", row, actor, at, {})
    return row
