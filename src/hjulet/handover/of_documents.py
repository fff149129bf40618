"""Steering documents: who answers for them next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import Actor
from hjulet.documents.actions.passing import held_by, pass_on
from hjulet.documents.models import Document
from hjulet.handover.choices import Kind
from hjulet.handover.registry import Look, Mover, Row, Section, Shown, Thing, moves, shows
from hjulet.handover.world import World
from hjulet.org.choices import Duty
from hjulet.org.models import Person


def held(person_id: int, lock: bool) -> list[Thing]:
    return [_thing(document) for document in held_by(person_id, lock=lock)]


def _thing(document: Document) -> Thing:
    return Thing(
        kind=Kind.DOCUMENT,
        pk=document.pk,
        version=document.version,
        label=document.title,
        unit_id=document.unit_id,
        unit=document.unit.name,
        path=document.unit.path or "",
        law="",
        when=document.review_on,
        link=document.get_absolute_url(),
        row=document,
    )


def stays(thing: Thing, world: World) -> bool:
    return world.keeps(Duty.WRITE_DOCUMENTS, thing.path)


def proposed(thing: Thing, world: World) -> Person | None:
    successor = world.handover.successor
    if not why_not(thing, successor, world.successor, world):
        return successor
    nearest = world.holders(Duty.WRITE_DOCUMENTS, thing.path)
    return nearest[0] if nearest else None


def why_not(thing: Thing, _person: Person, their: Actor, _world: World) -> str:
    """A provider's people write for their provider only."""
    if not their.sees(thing.path):
        return _("Personen arbetar hos en utförare och kan bara äga utförarens egna dokument.")
    return ""


def move(rows: list[tuple[Thing, Person | None]], reason: str, actor: Actor | None, at: datetime) -> None:
    pass_on([(thing.row, person) for thing, person in rows if person is not None], reason=reason, actor=actor, at=at)


def shown(actor: Actor, keys: Iterable[int]) -> dict[int, Shown]:
    rows = Document.objects.seen_by(actor).filter(pk__in=list(keys)).select_related("type")
    return {row.pk: Shown(row.title, row.get_absolute_url(), str(row.type)) for row in rows}


moves(
    Mover(
        kind=Kind.DOCUMENT,
        label=gettext_lazy("Dokument"),
        many=gettext_lazy("Dokument"),
        sort="document",
        held=held,
        stays=stays,
        proposed=proposed,
        why_not=why_not,
        move=move,
        shown=shown,
        may_be_without=False,
        link="/dokument/",
        open_to_all=True,
    )
)


def _owned(look: Look) -> Any:
    if look.actor is None:
        rows = Document.objects.filter(principal_id=look.handover.principal_id)
    else:
        rows = Document.objects.seen_by(look.actor)
    return rows.filter(owner_id=look.handover.leaving_id, withdrawn_on=None).order_by("review_on", "id")


def _row(document: Document) -> Row:
    return Row(document.title, str(document.type), document.review_on, document.get_absolute_url())


shows(
    Section(
        key="dokument",
        title=gettext_lazy("Dokument"),
        lead=gettext_lazy("Dokument som den som slutar äger. Dagen är den då de ska ses över."),
        empty=gettext_lazy("Inget dokument som du får se."),
        found=lambda look: _owned(look).select_related("type"),
        row=_row,
        counted=True,
    )
)
