"""What the page of a self-check shows: areas, questions with their answers and photos, and how far it has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.cases.models import Case
from hjulet.checks.answering import Told, scale_of, told_by
from hjulet.checks.content_types import Area, Question, Sheet, sheet_of
from hjulet.checks.models import Answer, Evidence, Round
from hjulet.checks.scores import weighted_mean
from hjulet.core.actor import Actor

NOT_APPLICABLE = "na"


@dataclass(frozen=True)
class Choice:
    """One way to answer; `low` is under the target, so that the follow-up and the deviation are offered."""

    value: str
    label: str
    low: bool
    chosen: bool


@dataclass(frozen=True)
class Linked:
    """A deviation that was made of an answer, for one who may see it."""

    ref: str
    url: str


@dataclass
class Asked:
    """One question on the page. `told` is what is shown in the fields: what was kept, or what was just typed."""

    number: str
    question: Question
    choices: list[Choice]
    told: Told
    version: int
    answered: Answer | None
    photos: list[Evidence]
    case: Linked | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.told.points is not None or self.told.not_applicable

    @property
    def low(self) -> bool:
        return any(choice.low and choice.chosen for choice in self.choices)


@dataclass
class AskedArea:
    area: Area
    asked: list[Asked]

    @property
    def done(self) -> int:
        return sum(one.done for one in self.asked)

    @property
    def mean(self) -> Decimal | None:
        return mean_of(self.asked)


def mean_of(asked: Iterable[Asked]) -> Decimal | None:
    """Of the scale; None when nothing has points."""
    return weighted_mean((one.question.weight, one.told.points) for one in asked)


def code_of(told: Told) -> str:
    """The radio button that stands for an answer; empty when there is none."""
    if told.not_applicable:
        return NOT_APPLICABLE
    return "" if told.points is None else str(int(told.points))


def choices_of(sheet: Sheet, told: Told, target: Decimal) -> list[Choice]:
    chosen, words = code_of(told), sheet.scale.words
    scale = [
        Choice(
            str(int(points)),
            f"{int(points)} – {words[str(int(points))]}",
            points < target,
            str(int(points)) == chosen,
        )
        for points in scale_of(sheet)
    ]
    return [*scale, Choice(NOT_APPLICABLE, _("Gäller inte oss"), False, chosen == NOT_APPLICABLE)]


def areas_of(
    round_: Round,
    actor: Actor,
    *,
    typed: Mapping[str, Told] | None = None,
    problems: Mapping[str, list[str]] | None = None,
) -> list[AskedArea]:
    """All of the check, in order. `typed` goes before what was kept, so that an error costs nothing."""
    sheet, typed, problems = sheet_of(round_.version), typed or {}, problems or {}
    answers = {row.question: row for row in Answer.objects.filter(round=round_).select_related("answered_by")}
    cases = _cases_seen(list(answers.values()), actor)
    photos: dict[str, list[Evidence]] = defaultdict(list)
    for photo in Evidence.objects.filter(round=round_).select_related("file"):
        photos[photo.question].append(photo)
    found = []
    for number, area in enumerate(sheet.areas, start=1):
        rows = []
        for place, question in enumerate(area.questions, start=1):
            row = answers.get(question.code)
            told = typed.get(question.code, told_by(row))
            rows.append(
                Asked(
                    number=f"{number}.{place}",
                    question=question,
                    choices=choices_of(sheet, told, sheet.target),
                    told=told,
                    version=row.version if row else 0,
                    answered=row,
                    photos=photos[question.code],
                    case=cases.get(row.case_number or 0) if row else None,
                    problems=problems.get(question.code, []),
                )
            )
        found.append(AskedArea(area, rows))
    return found


def _cases_seen(answers: list[Answer], actor: Actor) -> dict[int, Linked]:
    """The cases that the answers led to, those that the reader may see: as handler, or as the one who reported."""
    ids = [row.case_number for row in answers if row.case_number]
    if not ids:
        return {}
    reported = {case.pk: Linked(case.ref, reverse("my-report", args=[case.ref])) for case in _mine(ids, actor)}
    seen = Case.objects.visible_to(actor).filter(pk__in=ids)
    return reported | {case.pk: Linked(case.ref, case.get_absolute_url()) for case in seen}


def _mine(ids: list[int], actor: Actor) -> list[Case]:
    return list(Case.objects.reported_by(actor).filter(pk__in=ids))
