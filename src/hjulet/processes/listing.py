"""The hub of processes: what the address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from hjulet.core.actor import Actor
from hjulet.core.swedish_words import asked_words
from hjulet.core.words_index import HasWords
from hjulet.org.choices import Track
from hjulet.processes.choices import UNFINISHED, Level
from hjulet.processes.models import Process

TRACKS = (Track.SOL, Track.LSS, Track.HSL)
SORTS: dict[str, Any] = {
    "ordning": (F("level"), F("place"), F("name"), F("id")),
    "namn": (F("name"), F("id")),
    "oversyn": (F("review_on").asc(nulls_last=True), F("id")),
}
HEAVY = ("current__xml", "current__svg")  # whole files, which no list shows
STANDINGS = ("galler", "utkast", "upphavda")


@dataclass(frozen=True)
class Selection:
    """`level` is one of Level, `track` one of Track, `text` words that must all be there; each may be empty."""

    standing: str = "galler"
    level: str = ""
    track: str = ""
    text: str = ""
    sort: str = "ordning"

    @property
    def any(self) -> bool:
        return bool(self.level or self.track or self.text)


def read_selection(params: Mapping[str, str]) -> Selection:
    def one_of(name: str, known: Any, other: str = "") -> str:
        return params.get(name, "") if params.get(name, "") in known else other

    return Selection(
        standing=one_of("val", STANDINGS, "galler"),
        level=one_of("niva", Level.values),
        track=one_of("lag", [str(track.value) for track in TRACKS]),
        text=params.get("q", "").replace("\x00", " ").strip()[:200],
        sort=one_of("sort", SORTS, "ordning"),
    )


def processes_in(selection: Selection, actor: Actor) -> Any:
    """The processes the address asks for, each with `steps`, how many its published version has."""
    if selection.standing == "utkast":
        found = Process.objects.written_by(actor).filter(drawings__state__in=UNFINISHED)
    else:
        found = Process.objects.readable_by(actor)
        found = found.filter(withdrawn_on__isnull=selection.standing == "galler")
    if selection.level:
        found = found.filter(level=selection.level)
    if selection.track:
        found = found.alias().filter(pk__in=_holding(found.values_list("pk", "tracks"), selection.track))
    if selection.text:
        words = asked_words(selection.text)
        found = found.filter(HasWords(words)) if words else found.none()
    steps = Count("current__elements", filter=~Q(current__elements__type__in=("startEvent", "endEvent")))
    found = found.select_related("unit", "owner", "current").annotate(steps=steps)
    return found.defer("search_text", *HEAVY).order_by(*SORTS[selection.sort])


def _holding(rows: Any, code: str) -> list[int]:
    return [pk for pk, codes in rows if code in codes]
