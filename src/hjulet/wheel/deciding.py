"""Pages that take a proposal to its decision: handed over, taken or sent back, and decided."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.org.choices import UnitKind
from hjulet.org.models import Unit
from hjulet.wheel import actions, listing
from hjulet.wheel.choices import DECIDES, PLANS
from hjulet.wheel.editing import address, asked_year, form_page, posted
from hjulet.wheel.forms import AdoptPlanForm, SendBackForm
from hjulet.wheel.listing import plan_of
from hjulet.wheel.models import Plan, above
from hjulet.wheel.web import place_or_404


def _decided(request: ActorRequest) -> tuple[Unit, int, Plan | None]:
    """The unit and year that the address names, where the reader decides, and its plan."""
    unit, year = place_or_404(request, listing.decided_places(request.actor)), asked_year(request)
    return unit, year, plan_of(unit, year)


@access(DECIDES)
@require_http_methods(["GET", "POST"])
def adopt(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet` and `ar`, whose proposal is decided."""
    unit, year, plan = _decided(request)
    if plan is None or plan.adopted:
        return render(request, "wheel/no_proposal.html", {"unit": unit, "year": year, "plan": plan})
    initial = {"decided_on": local_date(now()), "decided_by": _decider(unit, request.actor.name)}
    form = AdoptPlanForm(posted(request), initial=initial)
    return form_page(
        request,
        form,
        lambda who: actions.adopt(plan, form.decision(), **who),
        heading=_("Skriv in beslutet om %(year)s") % {"year": year},
        button=_("Skriv in beslutet"),
        lead=_("Från nu ser alla som berörs planen, och de påminns i tid."),
        done=_("Planen för %(year)s är beslutad.") % {"year": year},
        goes=address(unit, year),
        back=plan.get_absolute_url(),
        unit=unit,
        year=year,
        version=plan.version,
        fresh=lambda: getattr(plan_of(unit, year), "version", None),
    )


def _decider(unit: Unit, name: str) -> str:
    """The board for the administration and above; below it whoever decides."""
    if unit.kind not in {UnitKind.ADMINISTRATION, UnitKind.COMMITTEE, UnitKind.PRINCIPAL}:
        return name
    board = Unit.objects.filter(path__in=above(unit.path or ""), kind=UnitKind.COMMITTEE).order_by("-path").first()
    return board.name if board else name


@access(DECIDES)
@require_http_methods(["GET", "POST"])
def send_back(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet` and `ar`, whose proposal must change first."""
    unit, year, plan = _decided(request)
    if plan is None or not plan.asked:
        return render(request, "wheel/no_proposal.html", {"unit": unit, "year": year, "plan": plan})
    form = SendBackForm(posted(request))
    return form_page(
        request,
        form,
        lambda who: actions.send_back(plan, form.cleaned_data["reason"], **who),
        heading=_("Skicka tillbaka förslaget"),
        button=_("Skicka tillbaka"),
        lead=_("Den som lämnade förslaget får veta vad som behöver ändras."),
        done=_("Förslaget är skickat tillbaka."),
        goes=plan.get_absolute_url(),
        unit=unit,
        year=year,
        version=plan.version,
        fresh=lambda: getattr(plan_of(unit, year), "version", None),
    )


def _step(request: ActorRequest, take: Callable[..., Plan], done: str) -> HttpResponse:
    """One press on the proposal of the unit and year that the address names, where the reader plans."""
    plan = plan_of(place_or_404(request, listing.planned_places(request.actor)), asked_year(request))
    if plan is None:
        raise Http404
    try:
        plan = take(plan, version=None, actor=request.actor, at=now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, done)
    return redirect(plan.get_absolute_url())


@access(PLANS)
@require_POST
def ask(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet` and `ar`."""
    return _step(request, actions.ask, _("Förslaget är lämnat till beslut. Du får veta när det är beslutat."))


@access(PLANS)
@require_POST
def take_back(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet` and `ar`."""
    return _step(request, actions.take_back, _("Förslaget är taget tillbaka. Nu går det att ändra igen."))
