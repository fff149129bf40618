"""Pages that change: the rules, the plan of a year, and all that is done about one visit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.internal_reviews import actions
from hjulet.internal_reviews.actions import Found
from hjulet.internal_reviews.choices import REVIEWS, VisitState
from hjulet.internal_reviews.content import questions_of, take_in
from hjulet.internal_reviews.forms import (
    DayForm,
    DrawForm,
    NewVisitForm,
    ReplyForm,
    ResultForm,
    RulesForm,
    TakeUpForm,
    TimetableForm,
    rules_initial,
)
from hjulet.internal_reviews.listing import choice_of, parts_of, read_year
from hjulet.internal_reviews.models import Visit
from hjulet.internal_reviews.planner import Collision, Plan, month_name
from hjulet.internal_reviews.planning import functions_of, proposal, seed_of, standing
from hjulet.internal_reviews.web import visit_or_404
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import Person, Unit, in_force
from hjulet.org.reach import holders

Save = Callable[[dict[str, Any]], object]
LONGEST_NOTE = 2_000


def _posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(request: ActorRequest, form: forms.Form, save: Save, *, done: str, goes: str, **more: Any) -> HttpResponse:
    """A form on a page of its own. `more` is what the page shows beside: `heading`, `button`, `lead`, `visit`."""
    one: Visit | None = more.get("visit")
    shown = whole_number(request.POST.get("version", ""), digits=9)
    version = (one.version if one else None) if shown is None else shown
    context = {"form": form, "version": version, "back": goes, **more}
    if request.method == "GET" or not form.is_valid():
        return render(request, "internal_reviews/edit.html", context, status=422 if form.is_bound else 200)
    try:
        save({"version": version, "actor": request.actor, "at": now()})
    except Refused as problem:
        if one and isinstance(problem, Stale):
            context["version"] = visit_or_404(request, one.pk).version
        return render(request, "internal_reviews/edit.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, done)
    return redirect(goes)


def _without_version(who: dict[str, Any]) -> dict[str, Any]:
    return {"actor": who["actor"], "at": who["at"]}


# the rules and the plan


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def rules(request: ActorRequest) -> HttpResponse:
    principal_id, today = request.actor.principal_id, local_date(now())
    held = standing(principal_id, today)
    initial = rules_initial(held.constraints, held.authority, held.source, today)
    form = RulesForm(_posted(request), functions=functions_of(principal_id, today), initial=initial)

    def save(who: dict[str, Any]) -> object:
        told = {name: form.cleaned_data[name] for name in ("source", "valid_from")}
        authority = [unit.code for unit in form.cleaned_data["authority"]]
        return actions.set_rules(principal_id, form.constraints(), authority, **told, **_without_version(who))

    return _page(
        request,
        form,
        save,
        heading=_("Regler för planen"),
        lead=_("Planen görs av reglerna. Går de inte ihop säger Hjulet vilka, och vad du kan välja."),
        button=_("Spara reglerna"),
        done=_("Reglerna är sparade."),
        goes=reverse("internal-review-plan"),
    )


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def plan(request: ActorRequest) -> HttpResponse:
    """What the rules give for a year. In the address: `ar`, `fro` the seed, `val` the number of a choice."""
    principal_id, at = request.actor.principal_id, now()
    today = local_date(at)
    year = read_year(request.GET.get("ar", "") or str(today.year + 1), today)
    seed = seed_of(year, request.GET.get("fro", ""))
    if request.method == "POST" and request.POST.get("do") == "drop":
        count = actions.drop_plan(principal_id, year, actor=request.actor, at=at)
        messages.success(request, _("Planen är borttagen: %(count)s besök.") % {"count": count})
        return redirect(f"{request.path}?ar={year}")
    there = Visit.objects.filter(principal_id=principal_id, round=year).count()
    found = None if there else proposal(principal_id, year, today, seed)
    chosen = _chosen(found, choice_of(request.GET))
    context = _plan_context(principal_id, year, seed, found, chosen) | {
        "there": there,
        "rules": standing(principal_id, today),
    }
    if request.method != "POST":
        return render(request, "internal_reviews/plan.html", context)
    if chosen is None:
        return render(request, "internal_reviews/plan.html", context, status=409)
    _protocol_there(request)
    try:
        actions.keep_plan(principal_id, year, chosen, seed, actor=request.actor, at=at)
    except Refused as problem:
        return render(request, "internal_reviews/plan.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Planen är sparad. Sätt dagen för varje besök när den är bestämd."))
    return redirect(f"{reverse('internal-reviews')}?ar={year}")


def _chosen(found: Plan | Collision | None, number: int | None) -> Plan | None:
    if isinstance(found, Plan):
        return found
    if isinstance(found, Collision) and number is not None and 1 <= number <= len(found.choices):
        return found.choices[number - 1].plan
    return None


def _plan_context(principal_id: int, year: int, seed: int, found: Any, chosen: Plan | None) -> dict[str, Any]:
    names = dict(Unit.objects.of(principal_id).order_by().values_list("pk", "name")) if chosen else {}
    rows = (
        [(_month_told(one.year, one.calendar_month), names[one.place], one) for one in chosen.visits] if chosen else []
    )
    collision = found if isinstance(found, Collision) else None
    return {"year": year, "seed": seed, "next_seed": seed + 1, "collision": collision, "chosen": chosen, "rows": rows}


def _month_told(year: int, month: int) -> str:
    return f"{month_name(month)} {year}"


def _protocol_there(request: ActorRequest) -> None:
    """The ready protocol is taken in with the first plan."""
    top = Unit.objects.filter(principal_id=request.actor.principal_id, parent__isnull=True, path__isnull=False).first()
    if top is not None:
        take_in(top, now())


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    today = local_date(now())
    units = Unit.objects.of(request.actor.principal_id).within(request.actor.reach(REVIEWS)).filter(in_force(today))
    places = units.filter(kind__in=[UnitKind.UNIT, UnitKind.PROVIDER], path__isnull=False).order_by("path")
    form = NewVisitForm(_posted(request), units=places, initial={"mode": "announced", "day": today})

    def save(who: dict[str, Any]) -> object:
        _protocol_there(request)
        return actions.add_visit(**form.cleaned_data, **_without_version(who))

    return _page(
        request,
        form,
        save,
        heading=_("Nytt besök"),
        lead=_("Ett besök vid sidan av årets plan."),
        button=_("Lägg till besöket"),
        done=_("Besöket är tillagt."),
        goes=reverse("internal-reviews"),
    )


# one visit


def _reviewed_or_404(request: ActorRequest, pk: int) -> Visit:
    one = visit_or_404(request, pk)
    if not actions.may_review(one, request.actor):
        raise Http404
    return one


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def day(request: ActorRequest, pk: int) -> HttpResponse:
    one = _reviewed_or_404(request, pk)
    form = DayForm(_posted(request), initial={"day": one.day, "mode": one.mode})
    return _page(
        request,
        form,
        lambda who: actions.change_visit(one, **form.cleaned_data, **who),
        heading=_("Dag för besöket"),
        lead=_("Planerat till %(month)s.") % {"month": one.month_told},
        button=_("Spara"),
        done=_("Dagen är sparad."),
        goes=one.get_absolute_url(),
        visit=one,
    )


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def remove(request: ActorRequest, pk: int) -> HttpResponse:
    one = _reviewed_or_404(request, pk)
    form = forms.Form(_posted(request))
    goes = reverse("internal-reviews") if request.method == "POST" else one.get_absolute_url()
    return _page(
        request,
        form,
        lambda who: actions.remove_visit(one, **who),
        heading=_("Ta bort besöket?"),
        lead=_("Det försvinner ur planen. Vill du ha tillbaka det lägger du till ett nytt."),
        button=_("Ta bort besöket"),
        done=_("Besöket är borttaget."),
        goes=goes,
        visit=one,
    )


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def draw(request: ActorRequest, pk: int) -> HttpResponse:
    one = _reviewed_or_404(request, pk)
    form = DrawForm(_posted(request), request.FILES or None)
    return _page(
        request,
        form,
        lambda who: actions.draw(one, form.cleaned_data["rows"], **_without_version(who)),
        heading=_("Dra den yngsta och den äldsta"),
        lead=_("Bara de två koderna sparas, och de raderas när besöket avslutas. Listan sparas inte."),
        button=_("Dra två personer"),
        done=_("De två är dragna. Listan är borta."),
        goes=one.get_absolute_url(),
        visit=one,
    )


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def protocol(request: ActorRequest, pk: int) -> HttpResponse:
    """The five areas; each reviewer fills in those of her own law."""
    one = _reviewed_or_404(request, pk)
    if one.is_told:
        return redirect(one.get_absolute_url())
    refusal = ""
    if request.method == "POST":
        try:
            actions.answer(one, _found(request, one), version=None, actor=request.actor, at=now())
        except Refused as problem:
            refusal = str(problem)
        else:
            messages.success(request, _("Svaren är sparade."))
            again = request.POST.get("do") == "save"
            return redirect("internal-review-protocol" if again else "internal-review", pk=one.pk)
    context = {"visit": one, "parts": parts_of(one, request.actor), "refusal": refusal, "most": LONGEST_NOTE}
    return render(request, "internal_reviews/protocol.html", context, status=409 if refusal else 200)


def _found(request: ActorRequest, one: Visit) -> dict[str, Found]:
    """What was chosen; a question that was left open is left as it is."""
    found = {}
    for code in questions_of(one.protocol):
        told = request.POST.get(f"points-{code}", "")
        if told:
            number = whole_number(told, digits=2)
            points = None if told == "x" else Decimal(-1 if number is None else number)
            note = without_nul(request.POST.get(f"note-{code}", "")).strip()[:LONGEST_NOTE]
            found[code] = Found(points, told == "x", note)
    return found


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def result(request: ActorRequest, pk: int) -> HttpResponse:
    one = _reviewed_or_404(request, pk)
    form = ResultForm(_posted(request))
    return _page(
        request,
        form,
        lambda who: actions.report(one, **form.cleaned_data, **who),
        heading=_("Lämna resultatet"),
        lead=_("Enheten får besked och svarar med en tidplan. När resultatet är lämnat ändras det inte mer."),
        button=_("Lämna resultatet till enheten"),
        done=_("Resultatet är lämnat. Enheten har fått besked."),
        goes=one.get_absolute_url(),
        visit=one,
    )


def _replied_or_404(request: ActorRequest, pk: int) -> Visit:
    one = visit_or_404(request, pk)
    if not one.is_told or one.state == VisitState.CLOSED or not actions.may_reply(one, request.actor):
        raise Http404
    return one


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def reply(request: ActorRequest, pk: int) -> HttpResponse:
    one = _replied_or_404(request, pk)
    form = ReplyForm(_posted(request), initial={"text": one.reply})
    return _page(
        request,
        form,
        lambda who: actions.reply(one, **form.cleaned_data, **who),
        heading=_("Enhetens svar"),
        lead=_("Berätta vad ni gör. Det som ska göras till en viss dag lägger ni in som åtgärder."),
        button=_("Skicka svaret"),
        done=_("Svaret är skickat."),
        goes=one.get_absolute_url(),
        visit=one,
    )


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def measure(request: ActorRequest, pk: int) -> HttpResponse:
    one, at = _replied_or_404(request, pk), now()
    able = [person.pk for person in holders(Duty.MEASURES, one.unit.path or "", at=at)]
    people = Person.objects.filter(pk__in=able, principal_id=one.principal_id).order_by("name", "pk")
    areas = [(part.area.code, part.area.name) for part in parts_of(one, request.actor)]
    form = TimetableForm(_posted(request), people=people, at=at, areas=areas)

    def save(who: dict[str, Any]) -> object:
        values = dict(form.cleaned_data)
        return actions.add_measure(one, area=values.pop("area"), values=values, **_without_version(who))

    return _page(
        request,
        form,
        save,
        heading=_("Ny åtgärd i tidplanen"),
        lead=_("Den som ansvarar får besked. Skriv inget om enskilda."),
        button=_("Lägg till åtgärden"),
        done=_("Åtgärden är tillagd."),
        goes=one.get_absolute_url(),
        visit=one,
    )


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def take_up(request: ActorRequest, pk: int) -> HttpResponse:
    one = _reviewed_or_404(request, pk)
    form = TakeUpForm(_posted(request), initial={"on": one.taken_up_on, "text": one.taken_up})
    return _page(
        request,
        form,
        lambda who: actions.take_up(one, **form.cleaned_data, **_without_version(who)),
        heading=_("Vad sa ledningsgruppen?"),
        lead=one.concerns_others,
        button=_("Spara"),
        done=_("Det är sparat."),
        goes=reverse("internal-review-others"),
        visit=one,
    )


@access(REVIEWS)
@require_http_methods(["GET", "POST"])
def close(request: ActorRequest, pk: int) -> HttpResponse:
    one = _reviewed_or_404(request, pk)
    form = forms.Form(_posted(request))
    return _page(
        request,
        form,
        lambda who: actions.close(one, **who),
        heading=_("Avsluta granskningen?"),
        lead=_("Koderna för de två som drogs raderas. Det går inte att ångra. Åtgärderna följs upp för sig."),
        button=_("Avsluta granskningen"),
        done=_("Granskningen är avslutad."),
        goes=one.get_absolute_url(),
        visit=one,
    )
