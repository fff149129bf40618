"""Where it hurts: what has happened in each step of the processes, gathered from the rooms that know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.core.actor import Actor
from hjulet.processes.bpmn.drawing import heat_level
from hjulet.processes.models import Process
from hjulet.processes.registry import LEAST, SIGNS, Grade, Sign

CASES = "cases"
LEAST_HOT = 3  # fewer than this is never pointed out, however little else there is
RADII = {0: "", 1: "4", 2: "7.5", 3: "10", 4: "12"}  # of the dot, by level


def dot(level: int) -> str:
    """The radius of the dot for a level, empty for none."""
    return RADII[level]


@dataclass(frozen=True)
class Hurt:
    """What has happened in one step. `n` cases, `before` as many months earlier; `level` 0–4 against the others."""

    n: int = 0
    serious: int = 0
    before: int | None = None
    level: int = 0
    hot: bool = False
    signs: tuple[Sign, ...] = ()
    more: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()

    @property
    def radius(self) -> str:
        return dot(self.level)

    @property
    def words(self) -> str:
        """The figure of cases, in words."""
        return next((sign.words for sign in self.signs if sign.sort == CASES and sign.n), "")

    @property
    def url(self) -> str:
        return next((sign.url for sign in self.signs if sign.sort == CASES and sign.n), "")

    @property
    def weights(self) -> str:
        """How many of each weight there are, in words; empty where that is not told."""
        return ", ".join(f"{n} {label}" for label, n in self.grades if n)

    @property
    def others(self) -> tuple[Sign, ...]:
        return tuple(sign for sign in self.signs if sign.sort != CASES)

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.n - self.before


@dataclass
class Picture:
    """What the actor may know of some processes' steps. `least`: the smallest number told, None for no figures."""

    least: int | None
    steps: dict[tuple[int, str], Hurt] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        return self.least is not None

    @property
    def masked(self) -> bool:
        return self.known and self.least != 1

    @property
    def nothing(self) -> str:
        """What is said of a step without figures."""
        return _("färre än %(n)s avvikelser") % {"n": self.least} if self.masked else _("Inget")

    def of(self, process_id: int, step: str) -> Hurt:
        return self.steps.get((process_id, step), NOTHING)

    def heat(self, process_id: int) -> dict[str, tuple[int, str]]:
        """For the drawing: how many cases each step has, and in words."""
        return {
            step: (hurt.n, ", ".join(filter(None, [hurt.words, *hurt.more, hurt.weights])))
            for (process, step), hurt in self.steps.items()
            if process == process_id and hurt.n
        }


NOTHING = Hurt()


def picture(actor: Actor, processes: Iterable[Process], on: date) -> Picture:
    """All that the rooms tell of the processes' steps."""
    by_step: dict[tuple[int, str], list[Sign]] = {}
    most: dict[int, int] = {}
    codes = {process.pk: process.code for process in processes}
    for sign in (sign for ask in SIGNS for sign in ask(actor, codes, on)):
        by_step.setdefault((sign.process_id, sign.step), []).append(sign)
        if sign.sort == CASES:
            most[sign.process_id] = max(most.get(sign.process_id, 0), sign.n)
    steps = {key: _hurt(signs, most.get(key[0], 0)) for key, signs in by_step.items()}
    least = [known for ask in LEAST if (known := ask(actor, on)) is not None]
    return Picture(least=min(least, default=None), steps=steps)


def _hurt(signs: list[Sign], most: int) -> Hurt:
    cases = [sign for sign in signs if sign.sort == CASES]
    n, serious = sum(sign.n for sign in cases), sum(sign.serious for sign in cases)
    more = [ngettext("%(n)s allvarlig", "%(n)s allvarliga", serious) % {"n": serious}] if serious else []
    return Hurt(
        n=n,
        serious=serious,
        before=next((sign.before for sign in cases), None),
        level=heat_level(n, most),
        hot=n >= LEAST_HOT and n == most,
        signs=tuple(signs),
        more=tuple(more),
        grades=next((sign.grades for sign in cases if sign.grades), ()),
    )
