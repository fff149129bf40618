"""Verbs of a handover: prepared, written in, shared out, carried out in one step, taken over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import AT_ONCE, record
from hjulet.core.flow import Refused, Stale
from hjulet.core.net import let_through
from hjulet.core.swedish_time import day_short
from hjulet.handover.choices import HandoverState, Heading
from hjulet.handover.closing import close, delegations_at, pass_posts
from hjulet.handover.models import Choice, Handover, Passed, over
from hjulet.handover.plan import Key, Line, Plan, kinds_of, may_take
from hjulet.handover.registry import MOVERS
from hjulet.handover.world import World, units_of
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Unit
from hjulet.org.reach import actor_for


def manages_all(paths: Iterable[str], actor: Actor) -> bool:
    return all(actor.holds_at(Duty.MANAGE_ORGANISATION, path) for path in paths)


def may_carry_out(unit: Unit, actor: Actor) -> bool:
    """Who changes the organisation there, and the manager above: who reads the unit's cases from further up."""
    path = unit.path or ""
    above = (grant for grant in over(actor) if grant.duty == Duty.READ and grant.path != path)
    return bool(path) and (actor.holds_at(Duty.MANAGE_ORGANISATION, path) or any(g.covers(path) for g in above))


def may_lead(handover: Handover, actor: Actor) -> bool:
    """Whether the actor may carry it out or take it back. Never one of the two it is about."""
    if actor.person_id in {handover.leaving_id, handover.successor_id}:
        return False
    return all(may_carry_out(unit, actor) for unit in units_of(handover))


def start(
    *, units: list[Unit], leaving: Person, successor: Person, first_day: date, actor: Actor | None, at: datetime
) -> Handover:
    """Prepares a handover and tells the two it is about. Raises Refused."""
    handover = Handover(
        principal_id=units[0].principal_id,
        unit=units[0],
        more_units=[unit.pk for unit in units[1:]],
        leaving=leaving,
        successor=successor,
        first_day=first_day,
        started_by_id=actor.person_id if actor else None,
        started_at=at,
    )
    handover.__dict__["_units"] = units
    _check(handover, actor, at)
    try:
        with transaction.atomic():
            handover.save()
            names = {"leaving": leaving.name, "successor": successor.name, "units": [unit.code for unit in units]}
            _record("handover.started", handover, actor, at, {**names, "first_day": first_day})
            link = handover.get_absolute_url()
            tell(people=[leaving], kind="handover.words", link=f"{link}ord/", at=at)
            tell(people=[successor], kind="handover.coming", link=link, at=at)
    except IntegrityError:
        raise Refused(_("%(name)s har redan en överlämning där som förbereds.") % {"name": leaving.name}) from None
    return handover


def _check(handover: Handover, actor: Actor | None, at: datetime) -> None:
    leaving, successor = handover.leaving, handover.successor
    if leaving.pk == successor.pk:
        raise Refused(_("Efterträdaren måste vara någon annan än den som slutar."))
    if {leaving.principal_id, successor.principal_id, *(u.principal_id for u in units_of(handover))} != {
        handover.principal_id
    }:
        raise Refused(_("Personerna och enheten måste höra till samma huvudman."))
    if actor is not None and not may_lead(handover, actor):
        raise Refused(
            _("Du kan inte lämna över det uppdraget. Be den som sköter organisationen, eller chefen ovanför.")
        )
    if not Person.objects.filter(pk=successor.pk).staff(local_date(at)).exists():
        raise Refused(_("%(name)s kan inte ta över: kontot är stängt eller saknar uppdrag.") % {"name": successor.name})
    world = World(handover, (), at)
    if not world.posts and not _holds_something(handover, at):
        raise Refused(_("%(name)s har inget uppdrag, ärende eller åtgärd att lämna över där.") % {"name": leaving.name})
    _only_own_doors(world, actor)


def _holds_something(handover: Handover, at: datetime) -> bool:
    return bool(Plan(handover, at).lines)


def _only_own_doors(world: World, actor: Actor | None) -> None:
    """A post that may change the organisation is passed on by someone who may do so herself."""
    opens = [post for post in world.posts if Duty.MANAGE_ORGANISATION in post.carries]
    if actor is not None and not manages_all([post.path for post in opens], actor):
        raise Refused(_("Uppdraget får ändra organisationen. Det lämnas över av någon som själv får göra det."))


def write_words(
    handover: Handover, *, words: dict[str, str], version: int | None, actor: Actor, at: datetime
) -> Handover:
    """The one who leaves tells the one who comes, until it is carried out. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock(handover, actor, version)
        if locked.leaving_id != actor.person_id:
            raise Refused(_("Bara den som slutar skriver här."))
        locked.words = {code: words[code] for code in Heading.values if words.get(code, "").strip()}
        locked.version += 1
        locked.save(update_fields=["words", "version"])
        _record("handover.words", locked, actor, at, {"headings": sorted(locked.words)})
    return locked


def choose(
    handover: Handover,
    keys: Iterable[Key],
    *,
    to: Person | None,
    reason: str,
    back: bool = False,
    actor: Actor,
    at: datetime,
) -> int:
    """For rows that the actor may see: another receiver, or that they stay (`to` is None, with a reason); `back` takes
    such choices away. Returns how many. Raises Refused, naming the first row that the person may not have.
    """
    with let_through(), transaction.atomic():
        locked = _lock(handover, actor, None)
        if not (may_lead(locked, actor) or locked.leaving_id == actor.person_id):
            raise Refused(_("Du kan inte fördela den här överlämningen."))
        plan = Plan(locked, at)
        wanted = set(keys)
        lines = [line for line in plan.mine(actor) if line.key in wanted]
        if not lines:
            raise Refused(_("Markera minst en rad."))
        if not back:
            _check_choice(plan, lines, to, reason, actor, at)
        _write_choices(locked, lines, None if back else (to, reason), actor, at)
        told = {"rows": [line.thing.label for line in lines][:50], "to": to.name if to else "", "reason": reason}
        _record("handover.shared-out", locked, actor, at, told)
    return len(lines)


def _check_choice(plan: Plan, lines: list[Line], to: Person | None, reason: str, actor: Actor, at: datetime) -> None:
    if to is None:
        _check_stays(plan, lines, reason, at)
        return
    if to.pk == plan.handover.leaving_id:
        raise Refused(_("Den som slutar har redan raden. Välj att den blir kvar, med ett skäl."))
    known = Person.objects.seen_by(actor, local_date(at)).staff(local_date(at))
    if not known.filter(pk=to.pk).exists():
        raise Refused(_("%(name)s arbetar inte i verksamheten. Välj någon annan.") % {"name": to.name})
    their = _after(plan, to, at)
    for line in lines:
        may_take(line, to, their, plan.world)


def _check_stays(plan: Plan, lines: list[Line], reason: str, at: datetime) -> None:
    if not reason.strip():
        raise Refused(_("Skriv varför det blir kvar."))
    leaving = plan.handover.leaving
    if not plan.world.left or not leaving.is_active:
        raise Refused(_("%(name)s har inget uppdrag kvar och kan inte behålla något.") % {"name": leaving.name})


def _after(plan: Plan, person: Person, at: datetime) -> Actor:
    return plan.world.successor if person.pk == plan.handover.successor_id else actor_for(person, at=at)


def _write_choices(
    handover: Handover, lines: list[Line], choice: tuple[Person | None, str] | None, actor: Actor, at: datetime
) -> None:
    for kind, some in kinds_of(lines).items():
        keys = [line.thing.pk for line in some]
        rows = Choice.objects.visible_to(actor).filter(handover_id=handover.pk, kind=kind, object_id__in=keys)
        rows.delete()
        if choice is not None:
            Choice.objects.bulk_create(
                [
                    Choice(
                        handover=handover,
                        principal_id=handover.principal_id,
                        leaving_id=handover.leaving_id,
                        kind=kind,
                        object_id=key,
                        to=choice[0],
                        reason=choice[1],
                        chosen_by_id=actor.person_id,
                        chosen_at=at,
                    )
                    for key in keys
                ],
                batch_size=AT_ONCE,
            )


# The one step ------------------------------------------------------------------------


def carry_out(handover: Handover, *, seen: str | None = None, actor: Actor | None, at: datetime) -> Handover:
    """Everything at once or nothing: posts, cases, measures, and what else opened doors for the one who leaves.

    `seen` is `Plan.stamp` of what the actor was shown. Raises Stale, naming rows that are not as they were, and
    Refused, naming the first row that its receiver may not have.
    """
    with let_through(), transaction.atomic():
        locked = _lock(handover, actor, None)
        if actor is not None and not may_lead(locked, actor):
            raise Refused(_("Du kan inte genomföra den här överlämningen."))
        today = local_date(at)
        if locked.first_day > today:
            words = {"day": day_short(locked.first_day)}
            raise Refused(_("Efterträdaren börjar %(day)s. Genomför överlämningen då.") % words)
        plan = Plan(locked, at, lock=True)
        if seen is not None and actor is not None:
            plan.unchanged(seen, actor)
        _only_own_doors(plan.world, actor)
        _all_may(plan, at)
        return _carry_out(plan, max(locked.first_day, today), actor, at)


def _all_may(plan: Plan, at: datetime) -> None:
    """What was chosen or proposed may not hold any longer: asked once more, for each row."""
    keeps = [line for line in plan.lines if line.stays]
    if keeps:
        _check_stays(plan, keeps, keeps[0].reason, at)
    people = {line.to.pk for line in plan.lines if line.to}
    rows = Person.objects.filter(pk__in=people).select_related("principal", "home_unit")
    known = {person.pk: (person, _after(plan, person, at)) for person in rows.filter(is_active=True)}
    for line in plan.lines:
        if line.to is None:
            continue
        if line.to.pk not in known:
            words = {"row": line.thing.label, "name": line.to.name}
            raise Refused(_("%(row)s: %(name)s har inget öppet konto. Välj någon annan.") % words)
        may_take(line, *known[line.to.pk], plan.world)


def _carry_out(plan: Plan, first_day: date, actor: Actor | None, at: datetime) -> Handover:
    handover = plan.handover
    nobody = [line for line in plan.without_taker if not line.mover.may_be_without]
    if nobody:
        raise Refused(_("%(row)s: ingen kan ta över. Välj någon.") % {"row": nobody[0].thing.label})
    ending = [_delegation_told(row) for row in delegations_at(handover.leaving, plan.world.parts, first_day)]
    had = pass_posts(handover, plan.world.posts, first_day, actor=actor, at=at)
    reason = _("Överlämning %(number)s") % {"number": handover.pk}
    for kind, lines in kinds_of(plan.lines).items():
        MOVERS[kind].move([(line.thing, line.to) for line in lines if not line.stays], reason, actor, at)
    closed = close(handover, first_day, _links(plan), actor=actor, at=at)
    _write_rows(plan)
    handover.receipt = {
        **_who(plan, actor),
        "first_day": first_day,
        "posts": [{"role": post.role, "unit": post.unit, "had": post.role in had} for post in plan.world.posts],
        "delegations": ending,
        "counts": _counts(plan),
        "closed": vars(closed),
    }
    handover.state, handover.carried_out_at = HandoverState.DONE, at
    handover.carried_out_by_id = actor.person_id if actor else None
    handover.version += 1
    handover.receipt = _plain(handover.receipt)
    handover.save(update_fields=["receipt", "state", "carried_out_at", "carried_out_by", "version"])
    _record("handover.carried-out", handover, actor, at, {"counts": handover.receipt["counts"]})
    _tell(plan, at)
    return handover


def _delegation_told(row: Any) -> dict[str, str]:
    return {"mandate": row.mandate, "unit": row.unit.name, "reference": row.reference}


def _who(plan: Plan, actor: Actor | None) -> dict[str, Any]:
    handover = plan.handover

    def told(person: Person) -> dict[str, str]:
        return {"name": person.name, "title": person.title}

    return {
        "leaving": told(handover.leaving),
        "successor": told(handover.successor),
        "units": [{"code": unit.code, "name": unit.name} for unit in units_of(handover)],
        "by": actor.label if actor else "",
    }


def _counts(plan: Plan) -> dict[str, dict[str, int]]:
    """By kind: how many to the successor, to others, that stay, and that nobody could take."""
    counts = {kind: dict.fromkeys(("successor", "others", "stay", "nobody"), 0) for kind in MOVERS}
    for line in plan.lines:
        counts[line.thing.kind][_fate(line, plan.handover)] += 1
    return counts


def _fate(line: Line, handover: Handover) -> str:
    if line.to is None:
        return "stay" if line.stays else "nobody"
    return "successor" if line.to.pk == handover.successor_id else "others"


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "first_day": told["first_day"].isoformat()}


def _links(plan: Plan) -> list[str]:
    return [line.thing.link for line in plan.lines if not line.stays]


def _write_rows(plan: Plan) -> None:
    handover = plan.handover
    Passed.objects.bulk_create(
        [
            Passed(
                handover=handover,
                principal_id=handover.principal_id,
                leaving_id=handover.leaving_id,
                kind=line.thing.kind,
                object_id=line.thing.pk,
                to=line.to,
                stays=line.stays,
                reason=line.reason,
                label=line.thing.label[:40],
                law=line.thing.law,
            )
            for line in plan.lines
        ],
        batch_size=AT_ONCE,
    )


def _tell(plan: Plan, at: datetime) -> None:
    """One notice to each: the two it is about, those who were given something, and who finds what nobody could take."""
    handover, link = plan.handover, plan.handover.get_absolute_url()
    tell(people=[handover.successor], kind="handover.done", link=link, at=at)
    tell(people=[handover.leaving], kind="handover.ended", link=link, at=at)
    for mover in MOVERS.values():
        given = {line.to.pk for line in plan.lines if line.to and line.mover is mover} - {handover.successor_id}
        tell(people=Person.objects.filter(pk__in=given), kind="handover.given", link=mover.link, at=at)
    units = {line.thing.unit_id for line in plan.without_taker}
    for unit in Unit.objects.filter(pk__in=units):
        keepers = plan.world.managers(unit.path or "", at)
        tell(people=keepers, kind="case.no_receiver", link=f"/organisation/enhet/{unit.code}/", at=at, urgent=True)


# Afterwards -----------------------------------------------------------------------------


def confirm(handover: Handover, *, actor: Actor, at: datetime) -> Handover:
    """The successor says that she has taken over; whoever carried it out is told. Raises Refused."""
    with transaction.atomic():
        locked = _locked(handover, actor)
        if locked.successor_id != actor.person_id or locked.state != HandoverState.DONE:
            raise Refused(_("Bara efterträdaren bekräftar, en gång, när överlämningen är genomförd."))
        locked.state, locked.confirmed_at = HandoverState.TAKEN_OVER, at
        locked.version += 1
        locked.save(update_fields=["state", "confirmed_at", "version"])
        _record("handover.taken-over", locked, actor, at, {})
        who = Person.objects.filter(pk=locked.carried_out_by_id)
        tell(people=who, kind="handover.taken-over", link=locked.get_absolute_url(), at=at)
    return locked


def withdraw(handover: Handover, *, reason: str, actor: Actor, at: datetime) -> Handover:
    """It will not be: nothing has passed. Tells the two it was about. Raises Refused."""
    with transaction.atomic():
        locked = _lock(handover, actor, None)
        if not may_lead(locked, actor):
            raise Refused(_("Du kan inte ta tillbaka den här överlämningen."))
        locked.state, locked.withdrawn_for = HandoverState.WITHDRAWN, reason[:300]
        locked.version += 1
        locked.save(update_fields=["state", "withdrawn_for", "version"])
        _record("handover.withdrawn", locked, actor, at, {"reason": reason})
        people = [locked.leaving, locked.successor]
        tell(people=people, kind="handover.withdrawn", link=locked.get_absolute_url(), at=at)
    return locked


def _lock(handover: Handover, actor: Actor | None, version: int | None) -> Handover:
    """The handover while it is prepared. Raises Refused when it no longer is, Stale when it is another version."""
    locked = _locked(handover, actor)
    if not locked.prepared:
        words = {"state": locked.get_state_display().lower()}
        raise Refused(_("Överlämningen är %(state)s och går inte att ändra.") % words)
    if version is not None and locked.version != version:
        raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))
    return locked


def _locked(handover: Handover, actor: Actor | None) -> Handover:
    rows = Handover.objects.visible_to(actor) if actor else Handover.objects.unscoped(reason="the command line")
    rows = rows.select_for_update(of=("self",)).select_related(*WITH)
    found: Handover = rows.get(pk=handover.pk)
    return found


WITH = (
    *("unit__principal", "leaving__principal", "leaving__home_unit", "successor__principal", "successor__home_unit"),
    *("carried_out_by", "started_by"),
)


def _record(verb: str, handover: Handover, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    about, unit = ("handover", handover.pk), handover.unit_id
    record(verb, actor=actor, at=at, about=about, principal_id=handover.principal_id, unit_id=unit, values=values)
