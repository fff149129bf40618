"""Reporting, and following what one has reported."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router, Status

from hjulet.cases import actions
from hjulet.cases.api.shapes import Ref, ReportIn, ReportOut
from hjulet.cases.choices import CaseKind
from hjulet.cases.forms import reportable_units
from hjulet.cases.models import Case
from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.org.choices import Duty
from hjulet.rest.answers import refuse, warn_about_personal_numbers
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Page, Paging

router = Router(by_alias=True, tags=["Rapportera"])
OLDEST = timedelta(days=366 * 20)


@router.post(
    "/cases",
    response={201: ReportOut},
    summary="Rapportera en händelse",
    description="Blir ett ärende hos den som tar emot rapporter från enheten. Dina ord ändras aldrig.",
)
@access(Duty.REPORT)
def report_case(request: ActorRequest, response: HttpResponse, told: Body[ReportIn]) -> Status[ReportOut]:
    actor, at = request.actor, now()
    if told.kind != CaseKind.DEVIATION:
        raise refuse("kind", _("Bara avvikelser (deviation) går att rapportera än."))
    if not told.description.strip():
        raise refuse("description", _("Skriv vad som hände. En mening räcker."))
    _check_moment(told.occurred_at, at)
    unit = reportable_units(actor, local_date(at)).filter(code=told.unit).first()
    if unit is None:
        raise refuse("unit", _("Enheten finns inte, eller tar inte emot rapporter."))
    texts = {"description": told.description, "immediateAction": told.immediate_action, "personRef": told.person_ref}
    warn_about_personal_numbers(texts, ok=told.personal_number_ok)
    plain = told.model_dump(exclude={"kind", "track", "unit", "personal_number_ok"})
    case = actions.report(actions.Report(unit=unit, guessed_track=told.track, **plain), actor=actor, at=at)
    visible = Case.objects.visible_to(actor).filter(pk=case.pk).exists()
    response["Location"] = address(f"/my-reports/{case.ref}")
    return Status(201, ReportOut.of(case, visible=visible))


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
