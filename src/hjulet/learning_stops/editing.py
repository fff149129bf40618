"""Pages that change: a stop that begins, its answers, signing, opening again, the board; and the themes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.swedish_time import time_short
from hjulet.learning_stops import actions, listing
from hjulet.learning_stops.actions import Conflict, goes_to_board, may_plan_themes
from hjulet.learning_stops.choices import PLANS
from hjulet.learning_stops.forms import HandOverForm, ReopenForm, ReplyForm, SignForm, ThemeForm, month_name
from hjulet.learning_stops.models import Reply, Stop, Theme, may_sign, may_write
from hjulet.learning_stops.web import chosen_theme, place_or_404, stop_or_404
from hjulet.wheel.listing import read_year

Save = Callable[[dict[str, Any]], object]


def _posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(request: ActorRequest, form: forms.Form, save: Save, *, done: str, goes: str, **more: Any) -> HttpResponse:
    """A form on a page of its own, with `heading`, `lead`, `button` and the `version` that is shown."""
    shown = whole_number(request.POST.get("version", ""), digits=9)
    version = more.pop("version", None) if shown is None else shown
    fresh = more.pop("fresh", None)
    context = {"form": form, "version": version, "back": goes, **more}
    if request.method == "GET" or not form.is_valid():
        return render(request, "learning_stops/edit.html", context, status=422 if form.is_bound else 200)
    try:
        save({"version": version, "actor": request.actor, "at": now()})
    except Refused as problem:
        newest = fresh() if fresh and isinstance(problem, Stale) else version
        told = context | {"refusal": str(problem), "version": newest}
        return render(request, "learning_stops/edit.html", told, status=409)
    messages.success(request, done)
    return redirect(goes)


def _mine_or_404(request: ActorRequest, pk: int, may: Callable[[Stop], bool]) -> Stop:
    one = stop_or_404(request, pk)
    if not may(one):
        raise Http404
    return one


def _version_of(one: Stop) -> Callable[[], int]:
    return lambda: Stop.objects.values_list("version", flat=True).get(pk=one.pk)


@access(PLANS)
@require_http_methods(["GET", "POST"])
def begin(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`, `ar`, `tema`. Leads to the stop when someone has begun it."""
    actor, at = request.actor, now()
    today = local_date(at)
    themes = list(Theme.objects.filter(principal_id=actor.principal_id))
    units = [unit for unit in listing.places(actor) if may_write(unit, actor)]
    year = read_year(request.GET.get("ar", ""), today)
    if not themes or not units:
        raise Http404
    unit = place_or_404(request, units)
    theme = chosen_theme(themes, request.GET.get("tema", ""), today.month)
    found = Stop.objects.filter(unit=unit, theme=theme, year=year).first()
    if found is not None:
        return redirect(found)
    context = {"unit": unit, "theme": theme, "year": year, "open": theme.first_day(year) <= today}
    context |= {"questions": theme.questions.filter(asked=True), "opens_on": theme.first_day(year)}
    if request.method == "GET":
        return render(request, "learning_stops/begin.html", context)
    try:
        made = actions.begin(unit, theme, year, actor=actor, at=at)
    except Refused as problem:
        return render(request, "learning_stops/begin.html", context | {"refusal": str(problem)}, status=409)
    return redirect(made)


# Answers ---------------------------------------------------------------------


@access(PLANS)
@require_POST
def save(request: ActorRequest, pk: int, code: str) -> HttpResponse:
    """One answer. Answers JSON {revision, saved} or {problem} to who asks for it (each pause in writing), else leads
    back to the question. When someone else came first both texts are shown."""
    one = _mine_or_404(request, pk, lambda stop: may_write(stop.unit, request.actor))
    row = one.replies.filter(code=code).first()
    if row is None:
        raise Http404
    as_json = "application/json" in request.headers.get("Accept", "")
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _not_saved(request, one, row, form, as_json)
    try:
        saved = _save(request, one, code, form)
    except Conflict as problem:
        if as_json:
            return JsonResponse({"problem": str(problem)}, status=409)
        context = {"stop": one, "unit": one.unit, "row": problem.theirs, "mine": form.cleaned_data["text"]}
        return render(request, "learning_stops/conflict.html", context, status=409)
    except Refused as problem:
        if as_json:
            return JsonResponse({"problem": str(problem)}, status=409)
        messages.error(request, str(problem))
        return redirect(one)
    if as_json:
        return JsonResponse({"revision": saved.version, "saved": time_short(now())})
    messages.success(request, _("Svaret är sparat."))
    return redirect(f"{one.get_absolute_url()}#{code}")


def _save(request: ActorRequest, one: Stop, code: str, form: ReplyForm) -> Reply:
    text, seen = form.cleaned_data["text"], whole_number(request.POST.get("revision", ""), digits=9) or 0
    if request.POST.get("both"):
        text = f"{request.POST.get('theirs', '')}\n\n{text}".replace("\x00", "").strip()
    nothing = form.cleaned_data["nothing"]
    return actions.save_reply(one, code, text, version=seen, nothing=nothing, actor=request.actor, at=now())


def _not_saved(request: ActorRequest, one: Stop, row: Reply, form: ReplyForm, as_json: bool) -> HttpResponse:
    problem = next(iter(form.errors.values()))[0]
    if as_json:
        return JsonResponse({"problem": str(problem)}, status=422)
    context = {"stop": one, "unit": one.unit, "row": row, "form": form, "refusal": str(problem)}
    context |= {"mine": request.POST.get("text", ""), "revision": request.POST.get("revision", "")}
    return render(request, "learning_stops/conflict.html", context | {"warned": form.warned}, status=422)


@access(PLANS)
@require_POST
def figures(request: ActorRequest, pk: int) -> HttpResponse:
    one = _mine_or_404(request, pk, lambda stop: may_write(stop.unit, request.actor))
    try:
        actions.refresh(one, actor=request.actor, at=now())
        messages.success(request, _("Siffrorna är hämtade på nytt."))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(one)


# Done ------------------------------------------------------------------------


@access(PLANS)
@require_http_methods(["GET", "POST"])
def sign(request: ActorRequest, pk: int) -> HttpResponse:
    one = _mine_or_404(request, pk, lambda stop: may_sign(stop.unit, request.actor) and not stop.signed)
    empty = [row for row in one.replies.all() if not row.answered]
    form = SignForm(_posted(request), empty=len(empty), initial={"people": one.people, "took_part": one.took_part})

    def run(who: dict[str, Any]) -> None:
        data = form.cleaned_data
        rest = bool(data.get("rest_empty"))
        actions.sign(one, people=data["people"], took_part=data["took_part"], rest_empty=rest, **who)

    return _page(
        request,
        form,
        run,
        heading=_("Skriv under"),
        button=_("Skriv under hållplatsen"),
        empty=empty,
        lead=_("Efter det ändras inget, om du inte öppnar den igen och säger varför. Siffrorna sparas som de står nu."),
        done=_("Hållplatsen är underskriven."),
        goes=one.get_absolute_url(),
        stop=one,
        unit=one.unit,
        version=one.version,
        fresh=_version_of(one),
    )


@access(PLANS)
@require_http_methods(["GET", "POST"])
def reopen(request: ActorRequest, pk: int) -> HttpResponse:
    actor = request.actor
    one = _mine_or_404(request, pk, lambda stop: may_sign(stop.unit, actor) and stop.signed and not stop.handed_on)
    form = ReopenForm(_posted(request))
    return _page(
        request,
        form,
        lambda who: actions.reopen(one, form.cleaned_data["reason"], **who),
        heading=_("Öppna igen"),
        button=_("Öppna hållplatsen igen"),
        lead=_("Svaren står kvar och kan ändras. Det som var underskrivet finns i loggen."),
        done=_("Hållplatsen är öppen igen."),
        goes=one.get_absolute_url(),
        stop=one,
        unit=one.unit,
        version=one.version,
        fresh=_version_of(one),
    )


@access(PLANS)
@require_http_methods(["GET", "POST"])
def hand_over(request: ActorRequest, pk: int) -> HttpResponse:
    def may(stop: Stop) -> bool:
        return may_write(stop.unit, request.actor) and goes_to_board(stop.unit) and stop.signed and not stop.handed_on

    one = _mine_or_404(request, pk, may)
    initial = {"to": one.unit.parent.name if one.unit.parent else "", "on": local_date(now())}
    form = HandOverForm(_posted(request), initial=initial)
    return _page(
        request,
        form,
        lambda who: actions.hand_over(one, form.hand_over(), **who),
        heading=_("Lämna till nämnden"),
        button=_("Lämna den till nämnden"),
        lead=_("Nämnden läser svaren, och siffror där små tal är dolda. Efter det går den inte att öppna igen."),
        done=_("Hållplatsen är lämnad till nämnden."),
        goes=one.get_absolute_url(),
        stop=one,
        unit=one.unit,
        version=one.version,
        fresh=_version_of(one),
    )


# Themes ----------------------------------------------------------------------


@access(PLANS)
@require_http_methods(["GET", "POST"])
def themes(request: ActorRequest) -> HttpResponse:
    """The five themes with their months. POST puts the delivered ones in place where there are none."""
    if not may_plan_themes(request.actor):
        raise Http404
    if request.method == "POST":
        actions.bring_in(actor=request.actor, at=now())
        messages.success(request, _("De fem hållplatserna är inlagda."))
        return redirect("learning-themes")
    rows = Theme.objects.filter(principal_id=request.actor.principal_id).prefetch_related("questions")
    told = [(row, month_name(row.month), [one for one in row.questions.all() if one.asked]) for row in rows]
    return render(request, "learning_stops/themes.html", {"rows": told})


@access(PLANS)
@require_http_methods(["GET", "POST"])
def theme(request: ActorRequest, code: str) -> HttpResponse:
    rows = Theme.objects.filter(principal_id=request.actor.principal_id, code=code)
    one = rows.first() if may_plan_themes(request.actor) else None
    if one is None:
        raise Http404
    form = ThemeForm(_posted(request), theme=one)
    return _page(
        request,
        form,
        lambda who: actions.plan_theme(one, form.cleaned_data["month"], form.cleaned_data["lead"], form.asked(), **who),
        heading=str(one),
        button=_("Spara"),
        theme=one,
        done=_("Hållplatsen är ändrad."),
        lead=_("Det gäller hållplatser som öppnas från nu. De som är påbörjade behåller sina frågor."),
        goes=reverse("learning-themes"),
        version=one.version,
        fresh=lambda: Theme.objects.values_list("version", flat=True).get(pk=one.pk),
    )
