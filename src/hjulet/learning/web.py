"""The learning feed, one lesson, writing and reviewing; and what staff have suggested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.cases.actions import may_write_lesson
from hjulet.cases.choices import CaseKind, MessageKind
from hjulet.cases.models import Case, Message
from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.events import log_read
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.learning import actions
from hjulet.learning.choices import LessonKind, LessonState
from hjulet.learning.exports import LESSONS
from hjulet.learning.forms import ConfirmForm, LessonForm, ReturnForm, TakeUpForm, WithdrawForm
from hjulet.learning.listing import Selection, lessons_in, published_for, read_selection, uses_of
from hjulet.learning.models import REVIEWS, REVIEWS_LEX, Lesson
from hjulet.org.choices import Duty
from hjulet.org.models import Unit

PAGE = 10
MOST_OWN = 10


@access(LOGGED_IN)
def feed(request: ActorRequest) -> HttpResponseBase:
    """Published lessons hold nobody who can be recognised, so that reading them is not logged (decision 13)."""
    if exports.wanted(request):
        return exports.response(request, LESSONS)
    actor = request.actor
    selection = read_selection(request.GET)
    page = Paginator(lessons_in(selection, actor), PAGE).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "rows": _rows(page, request),
        "selection": selection,
        "kinds": LessonKind.choices,
        "units": Unit.objects.seen_by(actor).filter(pk__in=published_for(actor).values("unit")).order_by("name", "id"),
        "reviews": _reviews(request),
    }
    return render(request, "learning/feed.html", context)


def _rows(page: Any, request: ActorRequest) -> list[tuple[Lesson, list[str]]]:
    lessons = list(page)
    used = uses_of(lessons, request.actor)
    return [(lesson, used.get(lesson.pk, [])) for lesson in lessons]


def _reviews(request: ActorRequest) -> int | None:
    """How many wait for the actor's review; None for someone who neither writes nor reviews."""
    actor = request.actor
    if not actor.reach(*REVIEWS, *REVIEWS_LEX):
        return None
    return int(Lesson.objects.visible_to(actor).open_to_review(actor).count())


@access(LOGGED_IN)
def suggestions(request: ActorRequest) -> HttpResponse:
    """Published suggestions with their answers, and one's own with what became of them."""
    actor, at = request.actor, now()
    mine = Case.objects.reported_by(actor).filter(kind=CaseKind.SUGGESTION).select_related("unit")
    own = list(mine.order_by("-reported_at", "-id")[:MOST_OWN])
    log_read("list", actor=actor, at=at, about="case", ids=[case.pk for case in own], purpose="own report")
    found = lessons_in(Selection(kind=LessonKind.SUGGESTION), actor)
    page = Paginator(found, PAGE).get_page(request.GET.get("sida"))
    may = actor.holds(Duty.REPORT)
    context = {"own": own, "page": page, "rows": _rows(page, request), "may_suggest": may, "most": MOST_OWN}
    return render(request, "learning/suggestions.html", context)


def lesson_or_404(request: ActorRequest, pk: int) -> Lesson:
    rows = Lesson.objects.visible_to(request.actor).select_related("unit", "written_by", "confirmed_by")
    found: Lesson | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
def lesson(request: ActorRequest, pk: int) -> HttpResponse:
    return _lesson_page(request, lesson_or_404(request, pk))


def _lesson_page(
    request: ActorRequest, found: Lesson, *, status: int = 200, refusal: str = "", **given: Any
) -> HttpResponse:
    actor, at = request.actor, now()
    if not found.published:
        log_read("read", actor=actor, at=at, about="lesson", ids=[found.pk], unit_id=found.unit_id)
    waiting = found.state == LessonState.WAITING
    review = waiting and actions.may_review(found, actor)
    used = uses_of([found], actor).get(found.pk, [])
    units = actions.units_led_by(actor).exclude(pk=found.unit_id).exclude(name__in=used)
    context = {
        "lesson": found,
        "used": used,
        "own": found.written_by_id == actor.person_id,
        "may_review": review,
        "may_change": found.written_by_id == actor.person_id and found.state in actions.UNFINISHED,
        "may_withdraw": actions.may_withdraw(found, actor),
        "reviewers": actions.reviewers(found, at)[:4] if waiting and not review else [],
        "confirm_form": given.get("confirm", ConfirmForm()),
        "return_form": given.get("send_back", ReturnForm(prefix="r")),
        "withdraw_form": given.get("withdraw", WithdrawForm(prefix="w")),
        "use_form": given.get("use", TakeUpForm(units=units)) if found.published and units.exists() else None,
        "refusal": refusal,
    }
    return render(request, "learning/lesson.html", context, status=status)


@dataclass(frozen=True)
class Verb:
    """Something one does on a lesson's own page: its form, the verb, and what is said afterwards."""

    name: str
    form: forms.Form
    do: Callable[[dict[str, Any], dict[str, Any]], object]
    done: str


def _do(request: ActorRequest, found: Lesson, verb: Verb) -> HttpResponse:
    filled: dict[str, Any] = {verb.name: verb.form}
    if not verb.form.is_valid():
        return _lesson_page(request, found, status=422, **filled)
    version = whole_number(request.POST.get("version", ""), digits=9)
    try:
        verb.do(verb.form.cleaned_data, {"actor": request.actor, "at": now(), "version": version})
    except Refused as problem:
        fresh = lesson_or_404(request, found.pk)
        return _lesson_page(request, fresh, status=409, refusal=str(problem), **filled)
    messages.success(request, verb.done)
    if Lesson.objects.visible_to(request.actor).filter(pk=found.pk).exists():
        return redirect("lesson", pk=found.pk)
    return redirect("learning")


@access(LOGGED_IN)
@require_POST
def confirm(request: ActorRequest, pk: int) -> HttpResponse:
    found = lesson_or_404(request, pk)
    form, done = ConfirmForm(request.POST), _("Lärdomen är publicerad. Nu kan alla läsa den.")
    return _do(request, found, Verb("confirm", form, lambda d, who: actions.confirm(found, **who), done))


@access(LOGGED_IN)
@require_POST
def send_back(request: ActorRequest, pk: int) -> HttpResponse:
    found = lesson_or_404(request, pk)
    form, done = ReturnForm(request.POST, prefix="r"), _("Lärdomen gick tillbaka till den som skrev.")
    verb = Verb("send_back", form, lambda d, who: actions.send_back(found, reason=d["reason"], **who), done)
    return _do(request, found, verb)


@access(LOGGED_IN)
@require_POST
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    found = lesson_or_404(request, pk)
    form, done = WithdrawForm(request.POST, prefix="w"), _("Lärdomen är tillbakadragen. Ingen annan ser den längre.")
    verb = Verb("withdraw", form, lambda d, who: actions.withdraw(found, reason=d["reason"], **who), done)
    return _do(request, found, verb)


@access(LOGGED_IN)
@require_POST
def take_up(request: ActorRequest, pk: int) -> HttpResponse:
    found = lesson_or_404(request, pk)
    form = TakeUpForm(request.POST, units=actions.units_led_by(request.actor))

    def do(data: dict[str, Any], who: dict[str, Any]) -> None:
        actions.take_up(found, unit=data["unit"], actor=who["actor"], at=who["at"])

    return _do(request, found, Verb("use", form, do, _("Nu syns det att er enhet gör likadant.")))


# Writing and reviewing ---------------------------------------------------


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def write(request: ActorRequest, ref: str) -> HttpResponse:
    actor, at = request.actor, now()
    case: Case | None = Case.objects.visible_to(actor).by_ref(ref).select_related("unit").first()
    if case is None or not may_write_lesson(case, actor):
        raise Http404
    log_read("read", actor=actor, at=at, about="case", ids=[case.pk], unit_id=case.unit_id)
    kind = actions.KINDS.get(CaseKind(case.kind), LessonKind.LESSON)
    form = LessonForm(_posted(request), kind=kind, initial={"text": case.lesson})
    context = {"form": form, "case": case, "said": _said(case, actor), "back": case.get_absolute_url()}
    if request.method == "GET" or not form.is_valid():
        return render(request, "learning/write.html", context, status=422 if form.is_bound else 200)
    try:
        made = actions.write(case, **_texts(form), actor=actor, at=at)
    except Refused as problem:
        return render(request, "learning/write.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Lärdomen är sparad. När någon annan har granskat den kan alla läsa den."))
    return redirect("lesson", pk=made.pk)


def _said(case: Case, actor: Actor) -> list[Any]:
    told = {MessageKind.DECISION, MessageKind.ANSWER, MessageKind.CLOSING}
    return list(Message.objects.visible_to(actor).filter(case=case, kind__in=told))


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def rewrite(request: ActorRequest, pk: int) -> HttpResponse:
    actor, at = request.actor, now()
    found = lesson_or_404(request, pk)
    if found.written_by_id != actor.person_id or found.state not in actions.UNFINISHED:
        raise Http404
    form = LessonForm(_posted(request), kind=found.kind, initial={n: getattr(found, n) for n in LessonForm.watched})
    shown = whole_number(request.POST.get("version", ""), digits=9)
    version = found.version if shown is None else shown
    context = {"form": form, "lesson": found, "back": found.get_absolute_url(), "version": version}
    if request.method == "GET" or not form.is_valid():
        log_read("read", actor=actor, at=at, about="lesson", ids=[found.pk], unit_id=found.unit_id)
        return render(request, "learning/write.html", context, status=422 if form.is_bound else 200)
    try:
        actions.rewrite(found, **_texts(form), actor=actor, at=at, version=version)
    except Stale as problem:
        context |= {"refusal": str(problem), "version": lesson_or_404(request, pk).version}
        return render(request, "learning/write.html", context, status=409)
    messages.success(request, _("Lärdomen är sparad och väntar på granskning."))
    return redirect("lesson", pk=pk)


def _texts(form: forms.Form) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in LessonForm.watched}


def _posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


@access(LOGGED_IN)
def review(request: ActorRequest) -> HttpResponse:
    """What waits for the actor's eyes, and what she has written herself."""
    actor, at = request.actor, now()
    known = Lesson.objects.visible_to(actor).select_related("unit", "written_by")
    page = Paginator(known.open_to_review(actor).order_by("written_at", "id"), PAGE).get_page(request.GET.get("sida"))
    mine = known.filter(written_by_id=actor.person_id).order_by("-written_at", "-id")
    own = Paginator(mine, PAGE).get_page(request.GET.get("egna"))
    ids = [*(row.pk for row in page), *(row.pk for row in own)]
    log_read("list", actor=actor, at=at, about="lesson", ids=ids)
    return render(request, "learning/review.html", {"page": page, "own": own})
