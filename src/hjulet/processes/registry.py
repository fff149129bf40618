"""What shows on the steps of processes, live. An upper room adds what it knows; processes know none of them by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hjulet.core.actor import Actor
from hjulet.processes.models import Process

Grade = tuple[str, int | None]


@dataclass(frozen=True)
class Sign:
    """Something that is so in one step, as far as the actor may know: "9 avvikelser", "1 åtgärd är sen".

    `sort` is what is told (cases, measures, reviews …), `n` how many of it, `serious` how many of these that weigh
    heavily; `before` how many there were in the time before, where that is known. `grades` how many of each weight, the
    mildest first: (weight in words, number, None where it is not told). `url` leads to the list behind. An empty `step`
    is the whole process.
    """

    process_id: int
    step: str
    sort: str
    words: str
    n: int
    serious: int = 0
    before: int | None = None
    grades: tuple[Grade, ...] = ()
    url: str = ""
    late: bool = False


Asked = Callable[[Actor, Mapping[int, str], date], Iterable[Sign]]
SIGNS: list[Asked] = []
"""Each is asked with who, the processes (key to code) and the day; it answers for all their steps in one question."""

LEAST: list[Callable[[Actor, date], int | None]] = []
"""The smallest number of cases that the actor is told: 1 where figures are exact, None where she sees none."""


@dataclass(frozen=True)
class Since:
    """Something that has come in about a process since it was published, as far as the actor may know: "4 avvikelser".

    `url` leads to the list behind.
    """

    process_id: int
    text: str
    n: int
    url: str = ""


SINCE: list[Callable[[Actor, Sequence[Process], date], Iterable[Since]]] = []
"""Each is asked with who, published processes with their `current`, and the day; it answers for all in one question."""
