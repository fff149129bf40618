"""A year's plan is handed over to be decided, sent back or taken back, and decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Missing, Offer, Refused, Step
from hjulet.core.versions import check_version, write_version
from hjulet.notify.actions import tell
from hjulet.org.models import Person
from hjulet.org.reach import holders_by_place
from hjulet.wheel.actions.planning import record_plan
from hjulet.wheel.choices import DECIDES, PlanState
from hjulet.wheel.flows import DECIDER, PLAN, PLANNER
from hjulet.wheel.models import Plan
from hjulet.wheel.rights import may_decide, may_plan


@dataclass(frozen=True)
class Decision:
    """Who decided the plan, the number of the decision if it has one, and the day."""

    by: str
    number: str
    on: date


def ask(plan: Plan, *, version: int | None, actor: Actor, at: datetime) -> Plan:
    """Hands the proposal over to those who decide, and tells the nearest of them. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _take("ask", plan, version, actor)
        people = deciders(locked, at)
        if not people:
            raise Refused(_("Ingen har en roll som beslutar om enhetens år. Den som sköter rollerna kan ge en."))
        write_version(locked, {"state": PlanState.ASKED, "asked_by_id": actor.person_id, "asked_at": at, "answer": ""})
        record_plan("wheel.asked", locked, actor, at, {"year": locked.year})
        _tell(people, "wheel.plan_asked", locked, actor, at)
    return locked


def deciders(plan: Plan, at: datetime) -> list[Person]:
    """The nearest who may decide it."""
    found = holders_by_place((DECIDES,), plan.unit.path or "", at=at)
    return found[0][1] if found else []


def take_back(plan: Plan, *, version: int | None, actor: Actor, at: datetime) -> Plan:
    """Whoever plans takes it back to change it. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _take("take-back", plan, version, actor)
        write_version(locked, {"state": PlanState.PROPOSED})
        record_plan("wheel.taken-back", locked, actor, at, {"year": locked.year})
    return locked


def send_back(plan: Plan, reason: str, *, version: int | None, actor: Actor, at: datetime) -> Plan:
    """Whoever decides says what must change first. Raises Refused, Stale."""
    if not reason.strip():
        raise Refused(_("Skriv vad som behöver ändras."))
    with transaction.atomic():
        locked = _take("send-back", plan, version, actor)
        write_version(locked, {"state": PlanState.PROPOSED, "answer": reason.strip()})
        record_plan("wheel.sent-back", locked, actor, at, {"year": locked.year, "reason": reason.strip()})
        _tell(_asker(locked), "wheel.plan_sent_back", locked, actor, at)
    return locked


def adopt(plan: Plan, decision: Decision, *, version: int | None, actor: Actor | None, at: datetime) -> Plan:
    """Enters the decision: from now everyone who may know of the unit sees its year. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _take("adopt", plan, version, actor)
        if decision.on > local_date(at):
            raise Refused(_("Beslutsdagen ligger i framtiden. Välj i dag eller tidigare."))
        new = {"decided_by": decision.by, "decision_number": decision.number, "decided_on": decision.on}
        write_version(locked, {"state": PlanState.ADOPTED, "answer": ""} | new)
        record_plan("wheel.adopted", locked, actor, at, new | {"year": locked.year})
        _tell(_asker(locked), "wheel.plan_adopted", locked, actor, at)
    return locked


def offers(plan: Plan, *, actor: Actor) -> list[Offer]:
    """What the actor may do with a proposal now, each with what is missing."""
    return PLAN.offers(plan.state, _held(plan, actor), lambda step: _missing(step, plan))


def _take(step: str, plan: Plan, version: int | None, actor: Actor | None) -> Plan:
    locked = Plan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    if locked.adopted:
        raise Refused(_("Planen är redan beslutad."))
    PLAN.taken(step, locked.state, _held(locked, actor), lambda one: _missing(one, locked))
    check_version(locked, version)
    return locked


def _held(plan: Plan, actor: Actor | None) -> frozenset[str]:
    held = {PLANNER} if actor is None or may_plan(plan.unit, actor) else set()
    return frozenset(held | ({DECIDER} if actor is None or may_decide(plan.unit, actor) else set()))


def _missing(step: Step, plan: Plan) -> list[Missing]:
    return [missing for need in step.needs for missing in need(plan)]


def _asker(plan: Plan) -> Any:
    return Person.objects.filter(pk=plan.asked_by_id, is_active=True) if plan.asked_by_id else ()


def _tell(people: Iterable[Person], kind: str, plan: Plan, actor: Actor | None, at: datetime) -> None:
    others = [person for person in people if actor is None or person.pk != actor.person_id]
    tell(people=others, kind=kind, link=plan.get_absolute_url(), at=at)
