"""Verbs on services: what is told and promised, who decided it, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.codes import free_code
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.core.swedish_time import date_short
from hjulet.core.versions import check_version, write_version
from hjulet.measures.actions import propose
from hjulet.measures.models import Measure
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Unit
from hjulet.services.choices import CHECKS, DECIDED, EditionState, Outcome
from hjulet.services.models import Declaration, Description, Edition, Promise, PromiseCheck, Service, ServiceUnit
from hjulet.services.planning import replan

Text = TypeVar("Text", Description, Declaration)
ONE_DAY = timedelta(days=1)
NO_COPY: tuple[str, ...] = (
    "id",
    "number",
    "state",
    "decided_by",
    "decision_number",
    "decided_on",
    "valid_from",
    "valid_to",
)
NO_COPY += ("entered_by", "entered_at", "version")


def may_manage(actor: Actor) -> bool:
    return actor.holds(Duty.MANAGE_SERVICES)


def may_check(check: PromiseCheck, actor: Actor) -> bool:
    """Who leads the unit, and those who manage services there."""
    return any(actor.holds_at(duty, check.unit.path or "") for duty in CHECKS)


# Services --------------------------------------------------------------------------


def create_service(
    principal_id: int,
    values: Mapping[str, Any],
    units: Iterable[Unit],
    *,
    actor: Actor | None,
    at: datetime,
    code: str = "",
) -> Service:
    """Adds a service. `values` are columns of Service; the code comes from the label when none is given."""
    with transaction.atomic():
        made = free_code(values["label"], Service.objects.of(principal_id), otherwise="insats")
        service = Service(principal_id=principal_id, code=code or made, **values)
        service.search_text = service.words()
        service.save(force_insert=True)
        _set_units(service, units)
        told = {name: getattr(service, name) for name in ("code", "label", "tracks", "valid_from", "valid_to")}
        _record("service.created", service, actor, at, told)
        replan(service, local_date(at))
    return service


def change_service(
    service: Service, values: Mapping[str, Any], units: Iterable[Unit], *, version: int, actor: Actor, at: datetime
) -> Service:
    """Changes what is not decided by anyone: names, sort, laws' track, owner, days and units. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock(service, actor)
        if locked.version != version:
            raise Stale(_("Någon annan hann ändra insatsen. Det du skrev finns kvar här nedanför."))
        changed = {
            name: [str(getattr(locked, name)), str(value)]
            for name, value in values.items()
            if getattr(locked, name) != value
        }
        before = set(locked.places.values_list("unit__code", flat=True))
        _set_units(locked, units)
        after = set(locked.places.values_list("unit__code", flat=True))
        if before != after:
            changed["units"] = [", ".join(sorted(before)), ", ".join(sorted(after))]
        for name, value in values.items():
            setattr(locked, name, value)
        locked.version += 1
        _index(locked)
        locked.save(update_fields=[*values, "version", "search_text"])
        if changed:
            _record("service.changed", locked, actor, at, changed)
        replan(locked, local_date(at))
    return locked


def _set_units(service: Service, units: Iterable[Unit]) -> None:
    wanted = {unit.pk for unit in units}
    service.places.exclude(unit__in=wanted).delete()
    there = set(service.places.values_list("unit_id", flat=True))
    ServiceUnit.objects.bulk_create(ServiceUnit(service=service, unit_id=pk) for pk in sorted(wanted - there))


def _index(service: Service) -> None:
    """Finds the service by what its newest description says."""
    newest = service.descriptions.order_by("-number").first()
    service.search_text = service.words(*(getattr(newest, name) for name in Description.TEXTS) if newest else ())


# Texts that are decided -------------------------------------------------------------


def draft_of(kind: type[Text], service: Service) -> Text:
    """The proposal that is worked on: the one there is, else a new one with what is decided now."""
    rows: Any = kind.objects.filter(service=service).order_by("-number")
    latest: Text | None = rows.first()
    if latest is not None and latest.state == EditionState.DRAFT:
        return latest
    copied = (
        {} if latest is None else {f.name: getattr(latest, f.name) for f in kind._meta.fields if f.name not in NO_COPY}
    )
    made: Text = kind(**(copied | {"service": service}), number=latest.number + 1 if latest else 1)
    made.save(force_insert=True)
    if isinstance(latest, Declaration) and isinstance(made, Declaration):
        _copy_promises(latest, made)
    return made


def _copy_promises(old: Declaration, new: Declaration) -> None:
    rows = list(old.promises.all())
    for row in rows:
        row.pk, row.declaration, row._state.adding = None, new, True
    Promise.objects.bulk_create(rows)


def write_draft(
    kind: type[Text],
    service: Service,
    texts: Mapping[str, Any],
    *,
    version: int | None,
    actor: Actor | None,
    at: datetime,
) -> Text:
    """Writes the proposal's texts; begins one where there is none. Raises Stale when `version` is an older one."""
    with transaction.atomic():
        _lock(service, actor)
        draft = draft_of(kind, service)
        check_version(draft, version)
        changed = {name: [getattr(draft, name), new] for name, new in texts.items() if getattr(draft, name) != new}
        if changed:
            write_version(draft, texts)
            _record("service.drafted", service, actor, at, {"what": kind._meta.model_name, **changed})
            if kind is Description:
                _index(service)
                service.save(update_fields=["search_text"])
    return draft


def write_promise(
    service: Service,
    values: Mapping[str, Any],
    *,
    code: str = "",
    version: int | None,
    actor: Actor | None,
    at: datetime,
) -> Promise:
    """Adds a promise to the proposed declaration, or changes the one with a code. Raises Refused, Stale."""
    with transaction.atomic():
        _lock(service, actor)
        draft = draft_of(Declaration, service)
        check_version(draft, version)
        promise = draft.promises.filter(code=code).first() if code else None
        if promise is None:
            last = draft.promises.order_by("-place").values_list("place", flat=True).first() or 0
            promise = Promise(declaration=draft, code=code or _promise_code(service), place=last + 1)
        changed = {name: [getattr(promise, name), new] for name, new in values.items() if getattr(promise, name) != new}
        for name, value in values.items():
            setattr(promise, name, value)
        promise.save()
        write_version(draft, {})
        _record("service.promised", service, actor, at, {"promise": promise.code, **changed})
    return promise


def remove_promise(service: Service, code: str, *, version: int | None, actor: Actor, at: datetime) -> None:
    """Takes a promise out of the proposal; what was decided before keeps it. Raises Refused, Stale."""
    with transaction.atomic():
        _lock(service, actor)
        draft = draft_of(Declaration, service)
        check_version(draft, version)
        promise = draft.promises.filter(code=code).first()
        if promise is None:
            raise Refused(_("Löftet finns inte i förslaget."))
        promise.delete()
        write_version(draft, {})
        _record("service.unpromised", service, actor, at, {"promise": code, "text": promise.text})


def _promise_code(service: Service) -> str:
    taken = set(Promise.objects.filter(declaration__service=service).values_list("code", flat=True))
    return next(code for n in range(1, 10_000) if (code := f"{service.code[:50]}_p{n}") not in taken)


@dataclass(frozen=True)
class Decision:
    """Who decided, the number and day of the decision, and the first day it is in force."""

    decided_by: str
    number: str
    decided_on: date
    valid_from: date


def missing_in(edition: Edition) -> list[str]:
    """What a proposal still needs before it can be decided, in words."""
    if isinstance(edition, Declaration):
        return [] if edition.promises.exists() else [_("Skriv minst ett löfte.")]
    return [] if edition.purpose and edition.scope else [_("Skriv åtminstone syftet och vad som ingår.")]  # type: ignore[attr-defined]


def adopt(edition: Text, decision: Decision, *, version: int | None, actor: Actor | None, at: datetime) -> Text:
    """Enters that a proposal is decided. The one before ends the day before; what is decided is never changed.

    For a declaration, what it promises is then to be checked. Raises Refused, Stale.
    """
    with transaction.atomic():
        service = _lock(edition.service, actor)
        locked: Text = type(edition).objects.get(pk=edition.pk)
        check_version(locked, version)
        _check_decision(locked, decision, local_date(at))
        rows: Any = type(edition).objects.filter(service=service, state__in=DECIDED)
        ahead = rows.filter(valid_from__gte=decision.valid_from).order_by("-valid_from").first()
        if ahead is not None:
            day = date_short(ahead.valid_from, today=local_date(at))
            raise Refused(_("Den version som är beslutad gäller från %(day)s. Välj en senare dag.") % {"day": day})
        last = decision.valid_from - ONE_DAY
        rows.filter(state=EditionState.ADOPTED).update(state=EditionState.REPLACED, valid_to=last)
        new = {
            "state": EditionState.ADOPTED,
            "decided_by": decision.decided_by,
            "decision_number": decision.number,
            "decided_on": decision.decided_on,
            "valid_from": decision.valid_from,
            "entered_by_id": actor.person_id if actor else None,
            "entered_at": at,
        }
        write_version(locked, new)
        told = {"what": type(edition)._meta.model_name, "number": locked.number, **new}
        _record("service.adopted", service, actor, at, told)
        replan(service, local_date(at))
    return locked


def _check_decision(edition: Edition, decision: Decision, today: date) -> None:
    if edition.state != EditionState.DRAFT:
        raise Refused(_("Det här är redan beslutat. Börja på ett nytt förslag om något ska ändras."))
    if missing := missing_in(edition):
        raise Refused(" ".join(missing))
    if decision.decided_on > today:
        raise Refused(_("Beslutet kan inte ligga i framtiden. Välj den dag det fattades."))
    if decision.valid_from < decision.decided_on:
        raise Refused(_("Det kan inte gälla från en dag före beslutet. Välj beslutsdagen eller senare."))


# Checks -----------------------------------------------------------------------------


@dataclass(frozen=True)
class NewMeasure:
    title: str
    expected_effect: str
    strength: str
    owner: Person
    due: date


@dataclass(frozen=True)
class Finding:
    """What a check found. `value` for a promise with a number, `met` for one judged with words.

    `possible` is False when it could not be checked; `evidence` then says why. When it was not kept: `analysis`, and
    a `measure` or a `reason` why there is none. `correction` says why a check that is done is changed.
    """

    value: Decimal | None = None
    computed: bool = False
    met: bool | None = None
    possible: bool = True
    evidence: str = ""
    analysis: str = ""
    measure: NewMeasure | None = None
    reason: str = ""
    correction: str = ""


def outcome_of(promise: Promise, finding: Finding) -> Outcome:
    """Raises Refused when the finding does not say enough."""
    if not finding.possible:
        if not finding.evidence.strip():
            raise Refused(_("Skriv varför löftet inte gick att kontrollera."))
        return Outcome.NOT_POSSIBLE
    if promise.measured:
        if finding.value is None:
            raise Refused(_("Skriv resultatet som ett tal."))
        return Outcome.MET if promise.met_by(finding.value) else Outcome.NOT_MET
    if finding.met is None:
        raise Refused(_("Svara om löftet hölls."))
    return Outcome.MET if finding.met else Outcome.NOT_MET


def record_check(
    check: PromiseCheck, finding: Finding, *, version: int | None, actor: Actor, at: datetime
) -> PromiseCheck:
    """Says how a promise was kept in a period. What was not kept is explained, and answered with a measure or a reason.

    Raises Refused, Stale.
    """
    with transaction.atomic():
        rows = PromiseCheck.objects.visible_to(actor).select_for_update(of=("self",))
        locked: PromiseCheck = rows.select_related("unit", "promise__declaration__service").get(pk=check.pk)
        check_version(locked, version)
        _check_may_record(locked, finding, actor, at)
        outcome = outcome_of(locked.promise, finding)
        _check_answered(locked, outcome, finding)
        again, not_met = not locked.waits, outcome == Outcome.NOT_MET
        measured = finding.possible and locked.promise.measured
        new = {
            "outcome": outcome,
            "value": finding.value if measured else None,
            "computed": finding.computed and measured,
            "evidence": finding.evidence,
            "analysis": finding.analysis if not_met else "",
            "no_measure_reason": finding.reason if not_met and finding.measure is None else "",
            "checked_by_id": actor.person_id,
            "checked_at": at,
        }
        changed = {name: [getattr(locked, name), value] if again else value for name, value in new.items()}
        write_version(locked, new)
        if again:
            changed["correction"] = finding.correction
        _record_check("promise.corrected" if again else "promise.checked", locked, actor, at, changed)
        if not_met and finding.measure is not None:
            _propose(locked, finding.measure, actor, at)
    return locked


def _check_may_record(check: PromiseCheck, finding: Finding, actor: Actor, at: datetime) -> None:
    if not may_check(check, actor):
        raise Refused(_("Bara den som leder enheten, eller den som sköter insatser, kan säga hur löftet hölls."))
    if check.period_first > local_date(at):
        raise Refused(_("Perioden har inte börjat än."))
    if not check.waits and not finding.correction.strip():
        raise Refused(_("Kontrollen är redan gjord. Skriv varför den ändras."))


def _check_answered(check: PromiseCheck, outcome: Outcome, finding: Finding) -> None:
    if outcome != Outcome.NOT_MET:
        return
    if not finding.analysis.strip():
        raise Refused(_("Löftet hölls inte. Skriv varför det blev så."))
    if finding.measure is None and not finding.reason.strip() and not measures_of([check.pk]):
        raise Refused(_("Löftet hölls inte. Föreslå en åtgärd, eller skriv varför ingen behövs."))


def measures_of(checks: Iterable[int]) -> set[int]:
    """Those of the checks that have a measure, whoever may read it."""
    rows = Measure.objects.unscoped(reason="whether a check has a measure").filter(source_type="promise-check")
    return {pk for pk in rows.filter(source_id__in=list(checks)).values_list("source_id", flat=True) if pk}


def _propose(check: PromiseCheck, new: NewMeasure, actor: Actor, at: datetime) -> None:
    propose(
        unit=check.unit,
        track=check.promise.declaration.service.track,
        title=new.title,
        expected_effect=new.expected_effect,
        strength=new.strength,
        owner=new.owner,
        due=new.due,
        source=("promise-check", check.pk),
        actor=actor,
        at=at,
    )


def _record_check(verb: str, check: PromiseCheck, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    about, where = ("promise-check", check.pk), {"principal_id": check.principal_id, "unit_id": check.unit_id}
    record(verb, actor=actor, at=at, about=about, values=values, **where)


def note_measure(check_id: int, verb: str, values: dict[str, Any], *, actor: Actor, at: datetime) -> None:
    """A measure after a check changed: told where the check is."""
    rows = PromiseCheck.objects.unscoped(reason="a measure's own check follows it")
    check: PromiseCheck | None = rows.filter(pk=check_id).first()
    if check is not None:
        _record_check(verb, check, actor, at, values)


# Common -----------------------------------------------------------------------------


def _lock(service: Service, actor: Actor | None) -> Service:
    if actor is not None and (not may_manage(actor) or service.principal_id != actor.principal_id):
        raise Refused(_("Bara den som har uppdraget att ändra insatser kan göra det här."))
    return Service.objects.select_for_update().get(pk=service.pk)


def _record(verb: str, service: Service, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    record(verb, actor=actor, at=at, about=("service", service.pk), principal_id=service.principal_id, values=values)
