"""Services, what is promised, and checks of promises in the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.measures.choices import Strength
from hjulet.org.models import Person, Unit
from hjulet.rest.answers import cleaned, refuse, without_personal_number
from hjulet.rest.conditions import conditional, seen_version, tag
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Code, Day, DayIn, Flag, Id, IdIn, In, Line, Link, Long, Moment, Out, Page, Paging, Yes
from hjulet.services import actions
from hjulet.services.choices import Area, Comparator, Every, Outcome, Source
from hjulet.services.forms import CheckForm
from hjulet.services.listing import Selection, latest_of, rows_of, services_in
from hjulet.services.models import Declaration, Description, Promise, PromiseCheck, Service
from hjulet.services.planning import units_of

router = Router(by_alias=True, tags=["Insatser"])


class ServiceOut(Out):
    code: str = Field(examples=["home_care"])
    label: str = Field(examples=["Hemtjänst"])
    central: str = Field(description="Den centrala tjänstens kod.", examples=["home_support"])
    tracks: list[str] = Field(examples=[["sol"]])
    owner: str | None = Field(description="Den som ansvarar, annars rollen.", examples=["Carin Boberg"])
    valid_from: Day
    valid_to: Day | None
    promises: int = Field(description="Löften i den servicedeklaration som gäller.", examples=[4])
    links: list[Link]


class DecidedOut(Out):
    number: int = Field(description="Versionens nummer.", examples=[1])
    decided_by: str = Field(examples=["Vård- och omsorgsnämnden"])
    decision_number: str = Field(examples=["§ 112"])
    decided_on: Day
    valid_from: Day


class OneServiceOut(ServiceOut):
    """With the texts in force; null where nothing is decided."""

    purpose: str | None = Field(examples=["Att kunna bo kvar hemma tryggt och på sitt eget sätt."])
    goal: str | None = Field(examples=["Den som har hemtjänst vet vem som kommer och när."])
    scope: str | None = Field(examples=["Personlig omsorg, måltider, städning och inköp."])
    how: str | None = Field(examples=["Du får en fast omsorgskontakt."])
    laws: list[str] = Field(description="Lagrummens koder.", examples=[["sol-11-1"]])
    units: list[str] = Field(description="Koder för de enheter som utför den.", examples=[["hemtjanst-norr"]])
    description: DecidedOut | None
    declaration: DecidedOut | None


class ServiceFilter(Paging):
    q: Line | None = Field(default=None, description="Ord som alla ska finnas med.")
    central: Code | None = Field(default=None, description="En central tjänsts kod.")
    track: Code | None = Field(default=None, description="sol, lss, hsl eller none.")
    area: Area | None = Field(default=None, description="Ett av de sex områdena av god kvalitet.")
    ended: Flag = Field(default=False, description="Också de som inte erbjuds längre.")


class PromiseOut(Out):
    code: str = Field(examples=["home_care_p1"])
    text: str = Field(examples=["Du träffar din fasta omsorgskontakt inom sju dagar."])
    measure: str = Field(examples=["Andel välkomstbesök inom sju dagar"])
    comparator: Comparator
    target: float | None = Field(description="Null när målet är ord.", examples=[95])
    target_unit: str = Field(examples=["procent"])
    target_words: str = Field(examples=[""])
    source: Source
    every: Every
    areas: list[str] = Field(examples=[["safety"]])
    kept: int = Field(description="Enheter du får se där det hölls senast.", examples=[3])
    checked: int = Field(description="Enheter du får se där det är kontrollerat.", examples=[4])


class CheckOut(Out):
    id: Id
    service: str = Field(examples=["home_care"])
    promise: str = Field(examples=["home_care_p1"])
    unit: str = Field(description="Enhetens kod.", examples=["hemtjanst-norr"])
    period: str = Field(description="2026-10, 2026K4, 2026H2 eller 2026.", examples=["2026K3"])
    due_on: Day
    outcome: Outcome
    overdue: bool
    value: float | None = Field(examples=[97])
    computed: bool = Field(description="Om Hjulet har räknat ut talet.")
    evidence: str | None = Field(examples=["Räknat i planeringssystemet."])
    analysis: str | None = Field(description="Varför det inte hölls.", examples=["Två var sjuka samtidigt."])
    no_measure_reason: str | None
    checked_at: Moment | None
    version: int = Field(description="Samma som i ETag.", examples=[1])
    links: list[Link]


class CheckFilter(Paging):
    unit: Code | None = Field(default=None, description="En enhets kod: enheten och allt under den.")
    service: Code | None = Field(default=None, description="En insats kod.")
    outcome: Outcome | None = None
    overdue: Flag | None = None


class NewMeasureIn(In):
    title: Line = Field(min_length=1, examples=["Löftet in i introduktionen"])
    expected_effect: Long = Field(min_length=1, examples=["Löftet hålls också under sommaren"])
    strength: Strength
    owner: IdIn = Field(description="En persons id, ur /people.")
    due_on: DayIn


class CheckIn(In):
    """`value` for a promise with a number, `met` for one judged with words, `impossible` when none could be had."""

    value: Annotated[float, Field(ge=0, le=999_999)] | None = Field(default=None, examples=[97])
    met: Yes | None = None
    impossible: Yes = False
    evidence: Long = Field(min_length=1, description="Hur du vet det.", examples=["Räknat i planeringssystemet."])
    analysis: Long = Field(default="", description="Varför det inte hölls; behövs då.")
    reason: Long = Field(default="", description="Varför ingen åtgärd behövs.")
    measure: NewMeasureIn | None = Field(
        default=None, description="En åtgärd; den eller reason behövs när det inte hölls."
    )
    correction: Long = Field(default="", description="Varför en kontroll som redan är gjord ändras.")
    personal_number_ok: Yes = False


def _plain(service: Service, promises: int) -> dict[str, Any]:
    owner = service.owner.name if service.owner else service.owner_role.label if service.owner_role else None
    named = ("code", "tracks", "valid_from", "valid_to")
    return {name: getattr(service, name) for name in named} | {
        "label": service.name,
        "central": service.central.code,
        "owner": owner,
        "promises": promises,
        "links": [Link(rel="self", href=address(f"/services/{service.code}"))],
    }


@router.get(
    "/services",
    response=Page[ServiceOut],
    summary="Insatser",
    description="Din huvudmans insatser, efter central tjänst.",
)
@access(LOGGED_IN)
def list_services(request: ActorRequest, asked: Query[ServiceFilter]) -> Page[ServiceOut]:
    today, text = local_date(now()), without_personal_number("q", asked.q or "")
    area = str(asked.area.value) if asked.area else ""
    selection = Selection(asked.central or "", asked.track or "", area, text, ended=asked.ended)

    def shape(found: list[Service]) -> list[ServiceOut]:
        return [ServiceOut(**_plain(row.service, row.promises)) for row in rows_of(found, request.actor, today)]

    return page_of(request, services_in(selection, request.actor, today), asked, shape)


def _service(request: ActorRequest, code: str) -> Service:
    rows = Service.objects.of(request.actor.principal_id).select_related("central", "owner", "owner_role")
    return rows.get(code=code)


def _decided(edition: Any) -> DecidedOut | None:
    if edition is None:
        return None
    return DecidedOut(**{name: getattr(edition, name) for name in DecidedOut.model_fields})


@router.get("/services/{code}", response=OneServiceOut, summary="En insats", description="Med det som gäller i dag.")
@access(LOGGED_IN)
def get_service(request: ActorRequest, code: Path[Code]) -> OneServiceOut:
    service, today = _service(request, code), local_date(now())
    description, declaration = (_held(kind, service, today) for kind in (Description, Declaration))
    texts: dict[str, Any] = {
        name: getattr(description, name) or None if description else None for name in Description.TEXTS
    }
    return OneServiceOut(
        **_plain(service, declaration.promises.count() if declaration else 0),
        **texts,
        laws=description.laws if description else [],
        units=[unit.code for unit in units_of(service, today) if request.actor.sees(unit.path)],
        description=_decided(description),
        declaration=_decided(declaration),
    )


def _held(kind: Any, service: Service, on: date) -> Any:
    return kind.objects.held(on).filter(service=service).first()


@router.get(
    "/services/{code}/promises",
    response=list[PromiseOut],
    summary="Det som lovas",
    description="Löftena i den servicedeklaration som gäller, och hur de hölls senast.",
)
@access(LOGGED_IN)
def list_promises(request: ActorRequest, code: Path[Code]) -> list[PromiseOut]:
    service = _service(request, code)
    declaration = _held(Declaration, service, local_date(now()))
    latest = latest_of([service.pk], request.actor)
    return [_promise_out(promise, latest) for promise in declaration.promises.all()] if declaration else []


def _promise_out(promise: Promise, latest: dict[tuple[int, str, int], str]) -> PromiseOut:
    outcomes = [outcome for (_service, code, _unit), outcome in latest.items() if code == promise.code]
    named = ("code", "text", "measure", "comparator", "target_unit", "target_words", "source", "every", "areas")
    return PromiseOut(
        **{name: getattr(promise, name) for name in named},
        target=None if promise.target is None else float(promise.target),
        kept=outcomes.count(Outcome.MET.value),
        checked=len(outcomes),
    )


def _check_out(check: PromiseCheck, today: date) -> CheckOut:
    named = ("due_on", "outcome", "computed", "checked_at", "version")
    texts: dict[str, Any] = {
        name: getattr(check, name) or None for name in ("evidence", "analysis", "no_measure_reason")
    }
    return CheckOut(
        id=check.pk,
        service=check.promise.declaration.service.code,
        promise=check.promise.code,
        unit=check.unit.code,
        period=check.period.code,
        overdue=check.waits and check.due_on < today,
        value=None if check.value is None else float(check.value),
        links=[Link(rel="self", href=address(f"/promise-checks/{check.pk}"))],
        **{name: getattr(check, name) for name in named},
        **texts,
    )


@router.get(
    "/promise-checks",
    response=Page[CheckOut],
    summary="Kontroller av löften",
    description="De som väntar och de som är gjorda, på enheter du får se. Det som ska göras först kommer först.",
)
@access(LOGGED_IN)
def list_promise_checks(request: ActorRequest, asked: Query[CheckFilter]) -> Page[CheckOut]:
    actor, at = request.actor, now()
    today = local_date(at)
    rows = PromiseCheck.objects.visible_to(actor).select_related("unit", "promise__declaration__service")
    if asked.overdue is not None:
        late = rows.overdue(today)
        rows = late if asked.overdue else rows.exclude(pk__in=late.order_by().values("pk"))
    if asked.outcome is not None:
        rows = rows.filter(outcome=asked.outcome)
    if asked.service is not None:
        rows = rows.filter(promise__declaration__service__code=asked.service)
    if asked.unit is not None:
        unit = Unit.objects.seen_by(actor).filter(code=asked.unit, path__isnull=False).first()
        if unit is None:
            raise refuse("unit", _("Enheten finns inte."))
        rows = rows.filter(unit__in=Unit.objects.under(unit.path or "").values("pk"))

    def shape(found: list[PromiseCheck]) -> list[CheckOut]:
        log_read("list", actor=actor, at=at, about="promise-check", ids=[check.pk for check in found])
        return [_check_out(check, today) for check in found]

    return page_of(request, rows.order_by("due_on", "id"), asked, shape)


def _check(request: ActorRequest, number: int) -> PromiseCheck:
    rows = PromiseCheck.objects.visible_to(request.actor).select_related("unit", "promise__declaration__service")
    found: PromiseCheck = rows.get(pk=number)
    return found


@router.get(
    "/promise-checks/{number}",
    response=CheckOut,
    summary="En kontroll av ett löfte",
    description="Med ETag att skriva mot.",
)
@access(LOGGED_IN)
def get_promise_check(request: ActorRequest, response: HttpResponse, number: Path[Id]) -> CheckOut:
    check, at = _check(request, number), now()
    log_read("read", actor=request.actor, at=at, about="promise-check", ids=[check.pk], unit_id=check.unit_id)
    response["ETag"] = tag(check.version)
    return _check_out(check, local_date(at))


@router.post(
    "/promise-checks/{number}",
    response=CheckOut,
    summary="Säg om löftet hölls",
    description="Hölls det inte behövs varför, och en åtgärd eller ett skäl till att ingen behövs.",
)
@access(LOGGED_IN)
@conditional
def record_promise_check(
    request: ActorRequest, response: HttpResponse, number: Path[Id], given: Body[CheckIn]
) -> CheckOut:
    check, at = _check(request, number), now()
    if not actions.may_check(check, request.actor):
        raise Refused(_("Bara den som leder enheten, eller den som sköter insatser, kan säga hur löftet hölls."))
    seen = seen_version(request, check.version)
    finding = _form(check, request, given).finding()
    actions.record_check(check, finding, version=seen or check.version, actor=request.actor, at=at)
    fresh = _check(request, number)
    response["ETag"] = tag(fresh.version)
    return _check_out(fresh, local_date(at))


def _form(check: PromiseCheck, request: ActorRequest, given: CheckIn) -> CheckForm:
    """The page's form, filled in with what was sent. Raises Problem 422."""
    at = now()
    today = local_date(at)
    data = given.model_dump(exclude={"measure", "value", "met"})
    data |= {"value": None if given.value is None else str(Decimal(str(given.value)).quantize(Decimal("0.01")))}
    data |= {"met": {True: "yes", False: "no", None: ""}[given.met]}
    data |= {"then": "measure" if given.measure else "none" if given.reason else ""}
    if given.measure:
        data |= given.measure.model_dump(exclude={"due_on"}) | {"due": given.measure.due_on}
    has = bool(not check.waits and actions.measures_of([check.pk]))
    people = Person.objects.seen_by(request.actor, today).staff(today)
    form = CheckForm(data, promise=check.promise, again=not check.waits, has_measure=has, people=people, at=at)
    names = {name: f"measure.{other}" for name, other in MEASURE_NAMES.items()} | {"then": "measure"}
    cleaned(form, names)
    return form


MEASURE_NAMES = {
    "title": "title",
    "expected_effect": "expectedEffect",
    "strength": "strength",
    "owner": "owner",
    "due": "dueOn",
}
