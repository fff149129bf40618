"""What a checklist's version holds, out of its JSON: areas with questions, a scale with words, and a target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Scale:
    """Whole points from `min` to `max`, each with its anchor in words, by the number as text."""

    min: int
    max: int
    anchors: Mapping[str, str]
    anchors_en: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        """The anchors in the reader's language."""
        return {point: told_in(text, self.anchors_en.get(point, "")) for point, text in self.anchors.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`evidence` is what to look at, `reference` where it is demanded, `follow_up` what is asked under the target."""

    code: str
    text: str
    text_en: str = ""
    weight: int = 1
    evidence: str = ""
    reference: str = ""
    follow_up: str = ""

    @property
    def name(self) -> str:
        return told_in(self.text, self.text_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    code: str
    label: str
    label_en: str = ""
    weight: int = 1
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        return told_in(self.label, self.label_en)


@dataclass(frozen=True, slots=True)
class Sheet:
    scale: Scale
    target: Decimal
    areas: tuple[Area, ...]


class HasContent(Protocol):
    content: Any


def sheet_of(version: HasContent) -> Sheet:
    """Raises KeyError or TypeError on content that no checklist has."""
    told = version.content
    return Sheet(Scale(**told["scale"]), Decimal(told["target"]), tuple(_area(area) for area in told["areas"]))


def _area(told: Mapping[str, Any]) -> Area:
    questions = tuple(Question(**question) for question in told["questions"])
    return Area(**{**told, "questions": questions})


def told_in(swedish: str, english: str) -> str:
    """A text in the reader's language, Swedish where there is no other."""
    return english if english and (get_language() or "sv").startswith("en") else swedish
