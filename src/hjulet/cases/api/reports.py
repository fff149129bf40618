"""Reporting, and following what one has reported."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router, Status
from pydantic.alias_generators import to_camel

from hjulet.cases import actions
from hjulet.cases.api.shapes import Ref, ReportIn, ReportOut
from hjulet.cases.choices import CaseKind
from hjulet.cases.forms import reportable_units
from hjulet.cases.models import Case
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.core.problem import FieldError, Problem
from hjulet.org.choices import Duty
from hjulet.org.models import Unit
from hjulet.rest.answers import refuse, warn_about_personal_numbers
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Page, Paging

router = Router(by_alias=True, tags=["Rapportera"])
OLDEST = timedelta(days=366 * 20)


@router.post(
    "/cases",
    response={201: ReportOut},
    summary="Rapportera en händelse, eller lämna ett förslag",
    description="Blir ett ärende hos den som tar emot rapporter från enheten. Dina ord ändras aldrig. Ett förslag "
    "(suggestion) behöver bara description, och gäller din egen enhet om inget annat sägs.",
)
@access(Duty.REPORT)
def report_case(request: ActorRequest, response: HttpResponse, told: Body[ReportIn]) -> Status[ReportOut]:
    actor, at = request.actor, now()
    takers = {CaseKind.DEVIATION: _report, CaseKind.SUGGESTION: _suggest}
    if told.kind not in takers:
        raise refuse("kind", _("Det som går att skicka in här är avvikelser (deviation) och förslag (suggestion)."))
    case = takers[told.kind](told, actor, at)
    visible = Case.objects.visible_to(actor).filter(pk=case.pk).exists()
    response["Location"] = address(f"/my-reports/{case.ref}")
    return Status(201, ReportOut.of(case, visible=visible))


def _report(told: ReportIn, actor: Actor, at: datetime) -> Case:
    if not told.description.strip():
        raise refuse("description", _("Skriv vad som hände. En mening räcker."))
    _nothing_else(told, {"change"}, _("Det hör till ett förslag (suggestion)."))
    left_out = [name for name in ("unit", "track") if name not in told.model_fields_set]
    if left_out:
        errors = tuple(FieldError(name, _("Fyll i det här.")) for name in left_out)
        raise Problem(422, _("Rätta det som står i errors och skicka igen."), errors=errors)
    _check_moment(told.occurred_at, at)
    unit = _place(told.unit or "", actor, at)
    texts = {"description": told.description, "immediateAction": told.immediate_action, "personRef": told.person_ref}
    warn_about_personal_numbers(texts, ok=told.personal_number_ok)
    plain = told.model_dump(exclude={"kind", "track", "unit", "change", "personal_number_ok"})
    return actions.report(actions.Report(unit=unit, guessed_track=told.track, **plain), actor=actor, at=at)


def _suggest(told: ReportIn, actor: Actor, at: datetime) -> Case:
    if not told.description.strip():
        raise refuse("description", _("Skriv ditt förslag. En mening räcker."))
    _nothing_else(told, set(ReportIn.model_fields) - OF_SUGGESTION, _("Ett förslag har inte den uppgiften."))
    if told.unit is None and actor.unit_id is None:
        raise refuse("unit", _("Välj vilken enhet förslaget gäller."))
    own = Unit.objects.filter(pk=actor.unit_id or 0).values_list("code", flat=True).first()
    unit = _place(told.unit or own or "", actor, at)
    texts = {"description": told.description, "change": told.change}
    warn_about_personal_numbers(texts, ok=told.personal_number_ok)
    said = actions.Suggestion(unit=unit, text=told.description, change=told.change)
    return actions.suggest(said, actor=actor, at=at)


OF_SUGGESTION = {"kind", "unit", "description", "change", "personal_number_ok"}


def _nothing_else(told: ReportIn, foreign: set[str], reason: str) -> None:
    """Raises Problem 422 for what was said but does not belong to this kind: it would be lost."""
    said = [name for name in sorted(foreign & told.model_fields_set) if getattr(told, name) != _default(name)]
    if said:
        raise refuse(to_camel(said[0]), reason)


def _default(name: str) -> object:
    return ReportIn.model_fields[name].default


def _place(code: str, actor: Actor, at: datetime) -> Unit:
    unit: Unit | None = reportable_units(actor, local_date(at)).filter(code=code).first()
    if unit is None:
        raise refuse("unit", _("Enheten finns inte, eller tar inte emot rapporter."))
    return unit


def _check_moment(moment: datetime | None, at: datetime) -> None:
    if moment is None:
        return
    if moment.year < at.year - 21 or moment < at - OLDEST:
        raise refuse("occurredAt", _("Datumet ligger mer än tjugo år bakåt. Kontrollera årtalet."))
    if moment.year > at.year + 1 or moment > at:
        raise refuse("occurredAt", _("Tiden ligger i framtiden. Välj i dag eller tidigare."))


@router.get(
    "/my-reports",
    response=Page[ReportOut],
    summary="Mina rapporter",
    description="Det du har rapporterat och var det står.",
)
@access(Duty.REPORT)
def list_my_reports(request: ActorRequest, paging: Query[Paging]) -> Page[ReportOut]:
    actor, at = request.actor, now()
    cases = Case.objects.reported_by(actor).select_related("unit").order_by("-reported_at", "-id")

    def shape(rows: list[Case]) -> list[ReportOut]:
        log_read("list", actor=actor, at=at, about="case", ids=[case.pk for case in rows], purpose="own report")
        return [ReportOut.of(case) for case in rows]

    return page_of(request, cases, paging, shape)


@router.get("/my-reports/{ref}", response=ReportOut, summary="En av mina rapporter", description="Som du skrev den.")
@access(Duty.REPORT)
def get_my_report(request: ActorRequest, ref: Path[Ref]) -> ReportOut:
    actor, at = request.actor, now()
    case = Case.objects.reported_by(actor).by_ref(ref).select_related("unit").get()
    ids, unit_id = [case.pk], case.unit_id
    log_read("read", actor=actor, at=at, about="case", ids=ids, purpose="own report", unit_id=unit_id)
    return ReportOut.of(case, visible=Case.objects.visible_to(actor).filter(pk=case.pk).exists())
