"""What has come in about a process since it was last published. An upper room adds what it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from hjulet.core.actor import Actor
from hjulet.processes.models import Process


@dataclass(frozen=True)
class Since:
    """Something that has come in, as far as the actor may know: "4 avvikelser". `url` leads to the list behind."""

    text: str
    n: int
    url: str = ""


since: list[Callable[[Process, date, Actor], Iterable[Since]]] = []
"""Each is asked with a process, the day its version began to hold, and who."""
