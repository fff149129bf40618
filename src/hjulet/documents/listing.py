"""The list of documents: what the address asks for, what holds at one's own unit first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, F, Q, Value, When

from hjulet.core.actor import Actor
from hjulet.core.swedish_words import asked_words
from hjulet.core.words_index import HasWords
from hjulet.documents.choices import UNDER_WAY, Standing
from hjulet.documents.models import Document, Version, above
from hjulet.org.models import Unit

SORTS: dict[str, Any] = {
    "rubrik": (F("title"), F("id")),
    "slag": (F("type__place"), F("title"), F("id")),
    "enhet": (F("unit__path"), F("title"), F("id")),
    "fran": (F("current__valid_from").asc(nulls_first=True), F("id")),
    "oversyn": (F("review_on").asc(nulls_last=True), F("id")),
}
FIRST_SORT = "rubrik"


@dataclass(frozen=True)
class Selection:
    """`unit` is a unit's code, `kind` a type's code, `text` words that must all be there; each may be empty.

    `mine`: only what holds at the reader's own unit.
    """

    standing: str = Standing.IN_FORCE.value
    unit: str = ""
    kind: str = ""
    track: str = ""
    law: str = ""
    text: str = ""
    mine: bool = False
    sort: str = ""

    @property
    def any(self) -> bool:
        return bool(self.unit or self.kind or self.track or self.law or self.text or self.mine)

    @property
    def filtered(self) -> bool:
        return bool(self.unit or self.track or self.law)


def read_selection(params: Mapping[str, str]) -> Selection:
    standing, sort = params.get("val", ""), params.get("sort", "")
    plain = {name: params.get(key, "").replace("\x00", " ").strip()[:200] for name, key in KEYS.items()}
    return Selection(
        standing=standing if standing in Standing.values else Standing.IN_FORCE.value,
        mine=params.get("min") == "1",
        sort=sort if sort.removeprefix("-") in SORTS else "",
        **plain,
    )


KEYS = {"unit": "unit", "kind": "slag", "track": "track", "law": "lag", "text": "q"}


def standing_rule(standing: str, on: date) -> Q:
    ended = Q(withdrawn_on__lte=on)
    if standing == Standing.ENDED:
        return ended
    if standing == Standing.DRAFT:
        return Q(pk__in=Version.objects.filter(state__in=UNDER_WAY).order_by().values("document"))
    holds = Q(current__isnull=False) & ~ended
    return holds & Q(review_on__lte=on) if standing == Standing.DUE else holds


def documents_in(selection: Selection, actor: Actor, on: date) -> Any:
    """Documents the actor may see. Without a chosen order what holds at her own unit comes first."""
    draft = selection.standing == Standing.DRAFT
    seen = Document.objects.seen_by(actor) if draft else Document.objects.readable_by(actor)
    found = seen.filter(standing_rule(selection.standing, on))
    if selection.kind:
        found = found.filter(type__code=selection.kind)
    if selection.track:
        found = found.naming("tracks", selection.track)
    if selection.law:
        found = found.naming("laws", selection.law)
    if selection.unit:
        unit = Unit.objects.seen_by(actor).filter(code=selection.unit, path__isnull=False).first()
        found = found.for_unit(unit.path or "") if unit else found.none()
    if selection.mine:
        found = found.for_unit(actor.unit_path)
    if selection.text:
        words = asked_words(selection.text)
        found = found.filter(HasWords(words)) if words else found.none()
    return _ordered(found, selection.sort, actor).select_related("unit", "type", "current", "owner")


def _ordered(found: Any, sort: str, actor: Actor) -> Any:
    if sort:
        order = SORTS[sort.removeprefix("-")]
        return found.order_by(*(_reversed(part) for part in order)) if sort.startswith("-") else found.order_by(*order)
    mine = Case(
        When(unit__path__in=above(actor.unit_path), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return found.annotate(here=mine).order_by("-here", "title", "id")


def _reversed(part: Any) -> Any:
    if isinstance(part, F):
        return part.desc()
    turned = part.copy()
    turned.reverse_ordering()
    return turned
