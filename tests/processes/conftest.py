"""Processes as people make them: Åsa writes for her unit, Mona for the administration, Klara publishes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from hjulet.org.models import Unit
from hjulet.processes import actions
from hjulet.processes.bpmn import editing
from hjulet.processes.models import Drawing, Process

Written = Callable[..., Process]


@pytest.fixture
def written(actor: Any, person: Any, at: datetime) -> Written:
    """A process that `login` has begun for the unit where she works, with one named step after the start."""

    def make(name: str = "Från larm till hjälp", login: str = "asa", unit: str = "") -> Process:
        who = actor(login)
        place = Unit.objects.get(code=unit) if unit else person(login).home_unit
        facts = actions.ProcessFacts(name=name, unit=place, owner=person(login), tracks=("sol",))
        made = actions.create(facts, actor=who, at=at)
        named(draft(made), who, at)
        return made

    return make


def draft(process: Process) -> Drawing:
    one: Drawing = process.drawings.select_related("process__unit").get(state__in=("draft", "asked"))
    return one


def named(drawing: Drawing, who: Any, at: datetime) -> Drawing:
    """The nameless step of a new process gets its name."""
    return actions.edit(
        drawing,
        lambda diagram: editing.rename(diagram, "steg_1", "Kvittera larmet"),
        revision=drawing.revision,
        actor=who,
        at=at,
    )


def publish(process: Process, by: Any, at: datetime) -> Process:
    drawing = actions.ask(draft(process), actor=by, at=at)
    actions.publish(drawing, actor=by, at=at)
    found: Process = Process.objects.select_related("unit", "current").get(pk=process.pk)
    return found
