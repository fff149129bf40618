"""Measures: who may answer for them, and what a reader is told of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import Actor
from hjulet.handover.choices import Kind
from hjulet.handover.of_cases import seen
from hjulet.handover.registry import Look, Mover, Row, Section, Shown, Thing, moves, shows
from hjulet.handover.world import World
from hjulet.measures import actions
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.org.choices import Duty
from hjulet.org.models import Person


def held(person_id: int, lock: bool) -> list[Thing]:
    return [_thing(measure) for measure in actions.held_by(person_id, lock=lock)]


def waits_on(measure: Measure) -> Any:
    return measure.effect_due_on if measure.state == MeasureState.DONE else measure.due_on


def _thing(measure: Measure) -> Thing:
    unit = measure.unit
    return Thing(
        kind=Kind.MEASURE,
        pk=measure.pk,
        version=measure.version,
        label=_("Åtgärd %(number)s") % {"number": measure.pk},
        unit_id=unit.pk,
        unit=unit.name,
        path=unit.path or "",
        law=measure.track,
        when=waits_on(measure),
        link=f"/atgarder/{measure.pk}/",
        row=measure,
    )


def stays(thing: Thing, world: World) -> bool:
    return world.keeps(Duty.MEASURES, thing.path)


def proposed(thing: Thing, world: World) -> Person | None:
    successor = world.handover.successor
    if not why_not(thing, successor, world.successor, world):
        return successor
    nearest = world.holders(Duty.HANDLE, thing.path, thing.law) or world.holders(Duty.RECEIVE, thing.path)
    return nearest[0] if nearest else None


def why_not(thing: Thing, person: Person, their: Actor, world: World) -> str:
    """The wall between laws holds for measures too: they tell what went wrong."""
    handled = [grant for grant in their.reach(Duty.HANDLE) if grant.covers(thing.path)]
    if handled and not any(thing.law in grant.tracks for grant in handled):
        return _("Personen arbetar med en annan lag. Där emellan finns en vägg.")
    if not their.sees(thing.path):
        return _("Personen arbetar hos en utförare och kan bara ansvara för utförarens egna åtgärder.")
    return ""


def move(rows: list[tuple[Thing, Person | None]], reason: str, actor: Actor | None, at: datetime) -> None:
    given = [(thing.row, person) for thing, person in rows if person is not None]
    actions.pass_on(given, reason=reason, actor=actor, at=at)


def shown(actor: Actor, keys: Iterable[int]) -> dict[int, Shown]:
    rows = Measure.objects.visible_to(actor).filter(pk__in=list(keys)).only("title", "state")
    return {row.pk: Shown(row.title, f"/atgarder/{row.pk}/", row.get_state_display()) for row in rows}


moves(
    Mover(
        kind=Kind.MEASURE,
        label=gettext_lazy("Åtgärd"),
        many=gettext_lazy("Åtgärder"),
        sort="measure",
        held=held,
        stays=stays,
        proposed=proposed,
        why_not=why_not,
        move=move,
        shown=shown,
        may_be_without=False,
        link="/atgarder/",
    )
)


# The dossier -------------------------------------------------------------------------


def _owned(look: Look) -> Any:
    mine = seen(Measure, look).open().owned_by(look.handover.leaving_id).select_related("unit")
    return mine.order_by("due_on", "id")


def _planned(look: Look) -> Any:
    return _owned(look).filter(state=MeasureState.PLANNED)


def _effects(look: Look) -> Any:
    return _owned(look).filter(state=MeasureState.DONE).order_by(F("effect_due_on").asc(nulls_last=True), "id")


def row_of(measure: Measure) -> Row:
    what = f"{measure.get_state_display()}, {measure.unit.name}"
    return Row(measure.title, what, waits_on(measure), f"/atgarder/{measure.pk}/", measure.track)


shows(
    Section(
        key="atgarder",
        title=gettext_lazy("Åtgärder att göra"),
        lead=gettext_lazy("Åtgärder som den som slutar ansvarar för och som inte är genomförda."),
        empty=gettext_lazy("Ingen planerad åtgärd som du får se."),
        found=_planned,
        row=row_of,
        sort="measure",
        counted=True,
    )
)
shows(
    Section(
        key="effekter",
        title=gettext_lazy("Effekter att bedöma"),
        lead=gettext_lazy("Åtgärder som är genomförda. Nu ska det visa sig om de hjälpte."),
        empty=gettext_lazy("Ingen effekt väntar på att bedömas."),
        found=_effects,
        row=row_of,
        sort="measure",
        counted=True,
    )
)
