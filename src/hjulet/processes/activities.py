"""The steps where something can have happened, named `process/step` by their codes: found, searched, and as they stood
on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, Q, When

from hjulet.core.actor import Actor
from hjulet.core.swedish_words import asked_words, index_words
from hjulet.core.words_index import HasWords
from hjulet.processes.bpmn.elements import SUB_PROCESSES
from hjulet.processes.choices import ONCE_PUBLISHED
from hjulet.processes.models import Drawing, Element, Process

MOST_FOUND = 30
HEAVY = ("drawing__xml", "drawing__svg", "drawing__process__search_text")  # whole files, which no list shows
WHERE_IT_HAPPENS = Q(type__iendswith="task") | Q(type__in=[*SUB_PROCESSES, "callActivity"])


def happens_in(type_: str) -> bool:
    """The same of one element's type."""
    return type_.lower().endswith("task") or type_ in {*SUB_PROCESSES, "callActivity"}


def named(ref: str) -> tuple[str, str]:
    """The codes of the process and the step in `process/step`; empty where one is missing."""
    process, _slash, step = ref.partition("/")
    return (process, step) if process and step else ("", "")


def held_on(process: Process, on: date) -> Drawing | None:
    """The version that held on a day; of a day before the first, and when nothing held, the one that holds now."""
    known = process.drawings.filter(state__in=ONCE_PUBLISHED, published_on__lte=on).order_by("-published_on", "-number")
    of_the_day = known.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on)).first()
    return of_the_day or process.current


def activity_on(ref: str, *, actor: Actor, on: date) -> Element | None:
    """The step as it stood in the version of a day, else as it stands now. None for what the actor cannot read."""
    code, step = named(ref)
    known = Process.objects.readable_by(actor).filter(code=code).select_related("current")
    process = known.first() if code else None
    if process is None:
        return None
    versions = [drawing.pk for drawing in (held_on(process, on), process.current) if drawing is not None]
    first = Case(*(When(drawing_id=pk, then=place) for place, pk in enumerate(versions)), default=len(versions))
    rows = Element.objects.filter(WHERE_IT_HAPPENS, drawing_id__in=versions, code=step)
    found: Element | None = _with_process(rows).order_by(first).first()
    return found


def steps_named(ref: str, actor: Actor) -> Any:
    """The step of all versions, the newest last; for a process's code alone, all its steps."""
    process, _slash, step = ref.partition("/")
    rows = Element.objects.filter(
        drawing__process__in=Process.objects.readable_by(actor), drawing__process__code=process
    )
    return _with_process(rows.filter(code=step) if step else rows).order_by("drawing__number")


def activities_of(process: Process) -> list[Element]:
    """Those of what holds now, in order."""
    rows = Element.objects.filter(WHERE_IT_HAPPENS, drawing=process.current)
    return list(_with_process(rows).order_by("place"))


def steps_of(processes: Iterable[Process]) -> Any:
    """The same of several processes, without what they belong to: for a choice."""
    drawings = [process.current_id for process in processes if process.current_id]
    rows = Element.objects.filter(WHERE_IT_HAPPENS, drawing__in=drawings).only("code", "name", "type", "drawing_id")
    return rows.order_by("drawing_id", "place")


def activities_with(text: str, *, actor: Actor) -> list[Element]:
    """Steps whose own words, or whose process's name, hold every word of the text: the first of them."""
    words = asked_words(text)
    if not words:
        return []
    processes = processes_to_choose(actor).filter(HasWords(words)).order_by("place", "name")
    rows = Element.objects.filter(WHERE_IT_HAPPENS, drawing__in=processes.order_by().values("current"))
    rows = _with_process(rows).order_by("drawing__process__place", "drawing__process__name", "place")
    return [row for row in rows if _holds(row, words)][:MOST_FOUND]


def _with_process(rows: Any) -> Any:
    return rows.select_related("drawing__process").defer(*HEAVY)


def _holds(row: Element, words: list[str]) -> bool:
    own = " ".join((row.name, row.purpose, row.documented, row.lane, row.drawing.process.name))
    return set(words) <= set(index_words(own).split())


def processes_to_choose(actor: Actor) -> Any:
    """Those that hold where the actor is, as they belong together."""
    return Process.objects.readable_by(actor).filter(withdrawn_on__isnull=True).order_by("level", "place", "name", "id")
