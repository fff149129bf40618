"""Writing a section's own words, and entering that the board has adopted the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from json import dumps
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.core.richtext import from_form
from hjulet.management_system.choices import WRITTEN, Part
from hjulet.management_system.content import Tree, as_json
from hjulet.management_system.models import PROVIDERS, STAFF, Adoption, SectionText
from hjulet.management_system.registry import Asked
from hjulet.management_system.review import next_review
from hjulet.management_system.rights import may_write
from hjulet.management_system.whole import BY_KEY, compose
from hjulet.org.models import Principal


@dataclass(frozen=True)
class Decision:
    """The board's decision: which board, its number and its day."""

    board: str
    reference: str
    decided_on: date


def _event(verb: str, *, actor: Actor, at: datetime, values: dict[str, Any]) -> None:
    about = ("managementsystem", actor.principal_id)
    record(verb, actor=actor, at=at, about=about, principal_id=actor.principal_id, values=values)


def _refuse_strangers(actor: Actor) -> None:
    if not may_write(actor):
        raise Refused(_("Det är de som skriver styrande dokument på nämndens nivå som kan göra det här."))


def write_section(
    section: str, *, body: str, for_providers: bool, seen: int | None = None, actor: Actor, at: datetime
) -> SectionText:
    """New words for a section; the earlier ones stay as history. `seen` is the key of the row that was shown, 0 for
    none. Raises Refused, Stale, core.richtext.TooMuchText."""
    _refuse_strangers(actor)
    if section not in BY_KEY:
        raise Refused(_("Avsnittet finns inte."))
    clean = from_form(body) if section in WRITTEN else ""
    with transaction.atomic():
        _lock(actor.principal_id)
        before = SectionText.latest(actor.principal_id).get(section)
        if seen is not None and seen != (before.pk if before else 0):
            raise Stale(_("Någon annan har skrivit i avsnittet sedan du öppnade sidan. Läs det innan du sparar."))
        row = SectionText.objects.create(
            principal_id=actor.principal_id,
            section=section,
            body=clean,
            for_providers=for_providers,
            written_by_id=actor.person_id,
            written_at=at,
        )
        values = {
            "section": section,
            "body": [before.body if before else "", clean],
            "for_providers": [before.for_providers if before else None, for_providers],
        }
        _event("management-system.written", actor=actor, at=at, values=values)
    return row


def adopt(decision: Decision, *, seen: str | None = None, actor: Actor, at: datetime) -> Adoption:
    """The whole as it stands is kept as the board's, for good. `seen` is the `stamp` of what was read.

    Raises Refused when the decision lacks something, Stale when the whole has changed since it was read.
    """
    _refuse_strangers(actor)
    with transaction.atomic():
        _lock(actor.principal_id)
        last = Adoption.last(actor.principal_id)
        _check(decision, last, local_date(at))
        if seen is not None and seen != stamp(composed(actor.principal_id, at)):
            raise Stale(_("Innehållet har ändrats sedan du öppnade sidan. Läs det igen innan du skriver in beslutet."))
        row = Adoption.objects.create(
            principal_id=actor.principal_id,
            number=last.number + 1 if last else 1,
            board=decision.board.strip(),
            reference=decision.reference.strip(),
            decided_on=decision.decided_on,
            review_on=next_review(actor.principal_id, decision.decided_on),
            composed_at=at,
            trees=_trees(actor.principal_id, at),
            entered_by_id=actor.person_id,
            entered_at=at,
        )
        values = {"number": row.number, "reference": row.reference, "decided_on": row.decided_on, "board": row.board}
        _event("management-system.adopted", actor=actor, at=at, values=values)
    return row


def _lock(principal_id: int) -> None:
    """One at a time for each principal, so that numbers follow each other."""
    Principal.objects.select_for_update().get(pk=principal_id)


def _check(decision: Decision, last: Adoption | None, today: date) -> None:
    if not decision.reference.strip() or not decision.board.strip():
        raise Refused(_("Skriv vilken nämnd som har beslutat, och beslutets nummer."))
    if decision.decided_on > today:
        raise Refused(_("Beslutet kan inte ha fattats en dag som inte har varit."))
    if last is not None and decision.decided_on < last.decided_on:
        raise Refused(_("Det förra beslutet är nyare. Kontrollera dagen."))


def _trees(principal_id: int, at: datetime) -> dict[str, dict[str, Any]]:
    """For each group of readers, in each language."""
    trees: dict[str, dict[str, Any]] = {STAFF: {}, PROVIDERS: {}}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for readers, kept in trees.items():
                kept[language] = as_json(composed(principal_id, at, for_providers=readers == PROVIDERS))
    return trees


def composed(principal_id: int, at: datetime, *, for_providers: bool = False) -> Tree:
    return compose(Asked(principal_id, at, for_providers))


def stamp(tree: Tree) -> str:
    """The same for the same content, whatever the moment. Figures of the last year, which move by the hour, apart."""
    settled = [row for row in as_json(tree)["sections"] if row["key"] != Part.PARTICIPATION]
    said = dumps(settled, ensure_ascii=False, sort_keys=True)
    return sha256(said.encode()).hexdigest()[:32]
