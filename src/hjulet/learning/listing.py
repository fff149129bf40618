"""The feed: what the address asks for, one's own unit first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When

from hjulet.core.actor import Actor
from hjulet.core.swedish_words import asked_words
from hjulet.core.words_index import HasWords
from hjulet.learning.choices import LessonKind
from hjulet.learning.models import Lesson, LessonUse
from hjulet.org.models import SEGMENT, Unit, path_end

LATEST = 3


@dataclass(frozen=True)
class Selection:
    """`unit` is a unit's code, `kind` one of LessonKind, `text` words that must all be there; each may be empty."""

    unit: str = ""
    kind: str = ""
    text: str = ""

    @property
    def any(self) -> bool:
        return bool(self.unit or self.kind or self.text)


def read_selection(params: Mapping[str, str]) -> Selection:
    kind = params.get("slag", "")
    text = params.get("q", "").replace("\x00", " ").strip()[:200]
    return Selection(params.get("unit", "")[:80], kind if kind in LessonKind.values else "", text)


def own_unit(actor: Actor) -> Q:
    """Lessons of the actor's own unit: of it, of what lies below it, and of what it belongs to."""
    path = actor.unit_path
    if not path:
        return Q(pk__in=[])
    above = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]
    return Q(unit__path__in=above) | Q(unit__path__gte=path, unit__path__lt=path_end(path))


def published_for(actor: Actor) -> Any:
    return Lesson.objects.visible_to(actor).published()


def lessons_in(selection: Selection, actor: Actor) -> Any:
    """Published lessons, those of the own unit first, then the newest first."""
    found = published_for(actor)
    if selection.kind:
        found = found.filter(kind=selection.kind)
    if selection.unit:
        unit = Unit.objects.seen_by(actor).filter(code=selection.unit, path__isnull=False).first()
        found = found.filter(unit__in=Unit.objects.under(unit.path or "").values("pk")) if unit else found.none()
    if selection.text:
        words = asked_words(selection.text)
        found = found.filter(HasWords(words)) if words else found.none()
    mine = Case(When(own_unit(actor), then=Value(True)), default=Value(False), output_field=BooleanField())
    return found.annotate(own=mine).order_by("-own", "-confirmed_at", "-id").select_related("unit")


def latest_of_own(actor: Actor) -> list[Lesson]:
    """The newest of the own unit, for the start page."""
    found = published_for(actor).filter(own_unit(actor)).order_by("-confirmed_at", "-id")
    return list(found.select_related("unit")[:LATEST])


def uses_of(lessons: list[Lesson], actor: Actor) -> dict[int, list[str]]:
    """Lesson's key to the names of the units that do likewise, as far as the actor may know of them."""
    rows = LessonUse.objects.visible_to(actor).filter(lesson__in=[lesson.pk for lesson in lessons])
    rows = rows.filter(unit__in=Unit.objects.seen_by(actor).values("pk"))
    found: dict[int, list[str]] = {}
    for lesson_id, name in rows.order_by("unit__name", "id").values_list("lesson_id", "unit__name"):
        found.setdefault(lesson_id, []).append(name)
    return found
