"""What a result means: told for every round, under the target with a measure or a reason (SOSFS 2011:9 5 kap. 2 §)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.checks.choices import RoundState
from hjulet.checks.models import Round
from hjulet.checks.rights import may_analyse
from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.measures.actions import propose
from hjulet.measures.models import Measure
from hjulet.org.models import Person

SOURCE = "check-round"


@dataclass(frozen=True)
class NewMeasure:
    """A measure that comes of a check, of a track (a code of Track)."""

    title: str
    expected_effect: str
    strength: str
    owner: Person
    due: date
    track: str


@dataclass(frozen=True)
class Analysis:
    text: str
    reason: str = ""
    measure: NewMeasure | None = None


def analyse(round_: Round, told: Analysis, *, actor: Actor, at: datetime) -> Round:
    """Says what the result means, and proposes the measure. Told again it changes the words, and may add a measure.

    Raises Refused, and Stale when the round is not handed in.
    """
    with transaction.atomic():
        locked = Round.objects.select_for_update(of=("self",)).select_related("unit", "version").get(pk=round_.pk)
        if not may_analyse(locked, actor):
            raise Refused(_("Bara den som leder enheten analyserar dess egenkontroll."))
        if locked.state == RoundState.OPEN:
            raise Stale(_("Egenkontrollen är inte inskickad än."))
        _check(locked, told)
        before = {"analysis": locked.analysis, "reason": locked.reason}
        locked.analysis, locked.reason, locked.state = told.text.strip(), told.reason.strip(), RoundState.ANALYSED
        locked.analysed_by_id, locked.analysed_at = actor.person_id, at
        locked.save(update_fields=["analysis", "reason", "state", "analysed_by", "analysed_at"])
        after = {"analysis": locked.analysis, "reason": locked.reason}
        changed: dict[str, Any] = {name: [old, after[name]] for name, old in before.items() if old != after[name]}
        _record("selfcheck.analysed", locked, actor, at, changed)
        if told.measure is not None:
            new = told.measure
            propose(
                unit=locked.unit, track=new.track, title=new.title, expected_effect=new.expected_effect,
                strength=new.strength, owner=new.owner, due=new.due, source=(SOURCE, locked.pk), actor=actor, at=at,
            )  # fmt: skip
    return locked


def _check(round_: Round, told: Analysis) -> None:
    if not told.text.strip():
        raise Refused(_("Skriv vad resultatet betyder, också när målet är nått."))
    if round_.reached is False and told.measure is None and not told.reason.strip() and not has_measure(round_):
        raise Refused(_("Målet är inte nått. Föreslå en åtgärd, eller skriv varför ingen behövs."))


def has_measure(round_: Round) -> bool:
    """Whether a measure has come of it, whoever may read it."""
    rows = Measure.objects.unscoped(reason="whether a self-check has a measure")
    return rows.filter(source_type=SOURCE, source_id=round_.pk).exists()


def note_measure(round_id: int, verb: str, values: dict[str, Any], *, actor: Actor, at: datetime) -> None:
    """A measure after a check changed: told where the check is."""
    round_ = Round.objects.select_related("unit").filter(pk=round_id).first()
    if round_ is not None:
        _record(verb, round_, actor, at, values)


def _record(verb: str, round_: Round, actor: Actor, at: datetime, values: dict[str, Any]) -> None:
    where = {"principal_id": round_.unit.principal_id, "unit_id": round_.unit_id}
    record(verb, actor=actor, at=at, about=("selfcheck-round", round_.pk), values=values, **where)
