"""Cases: who may take them over, and what a reader is told of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases import actions
from hjulet.cases.choices import CaseKind
from hjulet.cases.dossier import WORKS
from hjulet.cases.handlers import wall_before
from hjulet.cases.models import Case, Clock
from hjulet.core.actor import Actor
from hjulet.handover.choices import Kind
from hjulet.handover.registry import Look, Mover, Row, Section, Shown, Thing, moves, shows
from hjulet.handover.world import World
from hjulet.org.choices import Duty
from hjulet.org.models import Person, path_end

COUNT = "counts for the command line"


def held(person_id: int, lock: bool) -> list[Thing]:
    return [_thing(case) for case in actions.held_by(person_id, lock=lock)]


def _thing(case: Case) -> Thing:
    law = case.track if case.track_set_at else ""
    return Thing(
        kind=Kind.CASE,
        pk=case.pk,
        version=case.version,
        label=case.ref,
        unit_id=case.unit_id,
        unit=case.unit.name,
        path=case.unit.path or "",
        law=law,
        when=case.due_on,
        link=case.get_absolute_url(),
        row=case,
    )


def duties_for(case: Case) -> tuple[str, ...]:
    """The duties of which one is needed to work with the case as one's own."""
    if not case.track_set_at:
        return (case.receiving_duty,)
    working = WORKS[CaseKind(case.kind)]
    return (working, Duty.REGISTER) if case.is_voice else (working,)


def stays(thing: Thing, world: World) -> bool:
    return any(world.keeps(duty, thing.path, thing.law or None) for duty in duties_for(thing.row))


def proposed(thing: Thing, world: World) -> Person | None:
    """The successor when her own duties then let her work with the case; else the nearest who may."""
    for duty in duties_for(thing.row):
        people = world.holders(duty, thing.path, thing.law or None)
        wanted = sorted(people, key=lambda person: person.pk != world.handover.successor_id)
        for person in wanted:
            their = world.successor if person.pk == world.handover.successor_id else None
            if not not_impartial(thing.row, person, world) and not (their and wall_before(thing.row, their)):
                return person
    return None


def not_impartial(case: Case, person: Person, world: World) -> str:
    """Who reported it, or manages the place where a lex Sarah case happened, does not inquire into it (FL 16 §)."""
    if person.pk == case.reporter_id and (case.suspects_misconduct or case.is_lex):
        return _("Den som rapporterade händelsen kan inte utreda den.")
    if case.kind == CaseKind.LEX_SARAH:
        nearest = world.holders(Duty.RECEIVE, case.unit.path or "")[:1]
        if person.pk in {manager.pk for manager in nearest}:
            return _("Närmaste chef där det hände kan inte utreda det. Välj någon annan.")
    return ""


def why_not(thing: Thing, person: Person, their: Actor, world: World) -> str:
    """Who leads a unit does not appoint anyone to lex Sarah or lex Maria: only one who has that duty takes over."""
    refusal = not_impartial(thing.row, person, world) or wall_before(thing.row, their)
    if not refusal and thing.row.is_lex and not their.holds_at(Duty.LEX, thing.path, thing.law or None):
        return _("Personen handlägger inte lex Sarah eller lex Maria där.")
    return refusal


def move(rows: list[tuple[Thing, Person | None]], reason: str, actor: Actor | None, at: datetime) -> None:
    actions.pass_on([(thing.row, person) for thing, person in rows], reason=reason, actor=actor, at=at)


def shown(actor: Actor, keys: Iterable[int]) -> dict[int, Shown]:
    rows = Case.objects.visible_to(actor).filter(pk__in=list(keys)).only("ref_year", "title", "kind")
    return {case.pk: Shown(case.title, case.get_absolute_url(), case.get_kind_display()) for case in rows}


moves(
    Mover(
        kind=Kind.CASE,
        label=gettext_lazy("Ärende"),
        many=gettext_lazy("Ärenden"),
        sort="case",
        held=held,
        stays=stays,
        proposed=proposed,
        why_not=why_not,
        move=move,
        shown=shown,
        may_be_without=True,
        link="/arenden/?val=mina",
    )
)


# The dossier -------------------------------------------------------------------------


def seen(model: Any, look: Look) -> Any:
    if look.actor is None:
        return model.objects.unscoped(reason=COUNT)
    return model.objects.visible_to(look.actor)


def within(look: Look, name: str) -> Q:
    found = Q(pk__in=[])
    for part in look.parts:
        found |= Q(**{f"{name}__gte": part, f"{name}__lt": path_end(part)})
    return found


def _open_cases(look: Look) -> Any:
    mine = seen(Case, look).open().filter(handler_id=look.handover.leaving_id).select_related("unit")
    return mine.order_by(F("due_on").asc(nulls_last=True), "id")


def _clocks(look: Look) -> Any:
    running = seen(Clock, look).filter(stopped_at__isnull=True, case__handler_id=look.handover.leaving_id)
    return running.select_related("case").order_by(F("due_on").asc(nulls_last=True), "id")


def _suggestions(look: Look) -> Any:
    waiting = seen(Case, look).open().filter(within(look, "unit__path"), kind=CaseKind.SUGGESTION)
    return waiting.select_related("unit").order_by(F("due_on").asc(nulls_last=True), "id")


def row_of(case: Case) -> Row:
    law = case.track if case.track_set_at else ""
    return Row(case.title, f"{case.ref}, {case.unit.name}", case.due_on, case.get_absolute_url(), law)


def _promise(clock: Clock) -> Row:
    case = clock.case
    return Row(clock.label, f"{case.ref}, {case.title}", clock.due_on, case.get_absolute_url(), case.track)


shows(
    Section(
        key="arenden",
        title=gettext_lazy("Öppna ärenden"),
        lead=gettext_lazy("Ärenden som den som slutar handlägger. Du ser dem som dina egna uppdrag ger dig rätt till."),
        empty=gettext_lazy("Inget öppet ärende som du får se."),
        found=_open_cases,
        row=row_of,
        sort="case",
        counted=True,
    )
)
shows(
    Section(
        key="loften",
        title=gettext_lazy("Löften och tider"),
        lead=gettext_lazy("Tider som går i ärendena: återkoppling, utredning och det som är lovat."),
        empty=gettext_lazy("Ingen tid går i de ärenden du får se."),
        found=_clocks,
        row=_promise,
        sort="clock",
        counted=True,
    )
)
shows(
    Section(
        key="forslag",
        title=gettext_lazy("Förslag som väntar på svar"),
        lead=gettext_lazy("Medarbetarnas förslag på enheten. Den som tar emot rapporter där svarar på dem."),
        empty=gettext_lazy("Inget förslag väntar."),
        found=_suggestions,
        row=row_of,
        sort="case",
        counted=True,
    )
)
