"""The page where a self-check is filled in, and what a phone asks in the background. See answering.py."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from hjulet.checks import answering
from hjulet.checks.answering import SomeoneElse, Told
from hjulet.checks.answering_hooks import TOKEN
from hjulet.checks.answering_page import NOT_APPLICABLE, areas_of, code_of, mean_of
from hjulet.checks.choices import RoundState
from hjulet.checks.content_types import sheet_of
from hjulet.checks.models import Answer, Evidence, Round
from hjulet.checks.rights import may_answer
from hjulet.checks.web import result_of
from hjulet.core.access import ANYONE, LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.swedish_time import moment_short
from hjulet.files import actions as files
from hjulet.files.actions import FileRefused
from hjulet.org.account import draft_key
from hjulet.org.login import owner_token, read_owner

WORKER = Path(__file__).resolve().parents[1] / "shell" / "static" / "js" / "sw.js"


@access(ANYONE)
@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """Lies at the root, since a browser lets it serve only addresses below its own; asked for anew each time."""
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/egenkontroll/"}
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)


def round_or_404(request: ActorRequest, pk: int) -> Round:
    """A round that the actor fills in."""
    rounds = Round.objects.seen_by(request.actor).select_related("version__checklist", "unit")
    found: Round | None = rounds.filter(pk=pk).first()
    if found is None or not may_answer(found, request.actor):
        raise Http404
    return found


# -- the page ---------------------------------------------------------------------------------------------


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def fill_in(request: ActorRequest, pk: int) -> HttpResponse:
    """All of the check on one page. Without a script everything is posted: `do` is save, send, deviation or drop."""
    round_ = round_or_404(request, pk)
    if round_.state != RoundState.OPEN:
        return redirect("check-answered", pk=pk)
    if request.method == "POST":
        return Posted(request, round_).answered()
    return _page(request, round_)


@access(LOGGED_IN)
@require_safe
def summary(request: ActorRequest, pk: int) -> HttpResponse:
    """What a round that has been sent came to: the mean, what lies under the target, and the next step."""
    rounds = Round.objects.seen_by(request.actor).select_related("version__checklist", "unit", "sent_by", "analysed_by")
    round_ = rounds.filter(pk=pk).first()
    if round_ is None:
        raise Http404
    if round_.state == RoundState.OPEN and may_answer(round_, request.actor):
        return redirect("check-answer", pk=pk)
    areas, sheet = areas_of(round_, request.actor), sheet_of(round_.version)
    everything = [one for area in areas for one in area.asked]
    mean = mean_of(everything)
    context = {
        "round": round_,
        "areas": areas,
        "sheet": sheet,
        "mean": mean,
        "reached": mean is not None and mean >= round_.wanted,
        "low": [one for one in everything if one.low],
        "token": TOKEN,
        "answers_here": may_answer(round_, request.actor),
        "draft_key": draft_key(request.actor.person_id),
    }
    return render(request, "checks/answered.html", context | result_of(round_, request))


def _page(request: ActorRequest, round_: Round, *, status: int = 200, **shown: Any) -> HttpResponse:
    typed, problems = shown.get("typed"), shown.get("problems")
    areas = areas_of(round_, request.actor, typed=typed, problems=problems)
    context = {
        "round": round_,
        "areas": areas,
        "done": sum(area.done for area in areas),
        "total": sum(len(area.asked) for area in areas),
        "problems": _listed(areas, shown.get("general", [])),
        "owner": owner_token(request.actor.person_id),
        "draft_key": draft_key(request.actor.person_id),
        "most_photos": answering.MOST_PHOTOS,
    }
    answer = render(request, "checks/answer.html", context, status=status)
    if status == 200:
        answer.headers["X-Keep-For"] = str(request.actor.person_id)  # the only page that sw.js keeps
    return answer


def _listed(areas: list[Any], general: list[str]) -> list[tuple[str, str]]:
    """Anchor and words of each problem, for the summary on top."""
    wrong = [(asked, text) for area in areas for asked in area.asked for text in asked.problems]
    return [("", text) for text in general] + [(f"q-{a.question.code}", f"{a.number}: {text}") for a, text in wrong]


class Posted:
    """The whole form, sent without a script: keeps what can be kept, and shows the rest again as it was typed."""

    def __init__(self, request: ActorRequest, round_: Round) -> None:
        self.request, self.round, self.at = request, round_, now()
        self.typed: dict[str, Told] = {}
        self.problems: dict[str, list[str]] = {}

    def answered(self) -> HttpResponse:
        verb, _colon, what = self.request.POST.get("do", "save").partition(":")
        for code in answering.questions_of(sheet_of(self.round.version)):
            self._keep(code)
        if verb == "drop":
            self._drop(what)
        if self.problems:
            return self._again()
        if verb == "send":
            return self._send()
        if verb == "deviation":
            return redirect(f"{reverse('report')}?fran={token_of(self.round, what)}")
        messages.success(self.request, _("Svaren är sparade. Du kan fortsätta senare."))
        return redirect("check-answer", pk=self.round.pk)

    def _keep(self, code: str) -> None:
        post = self.request.POST
        who: dict[str, Any] = {"actor": self.request.actor, "at": self.at}
        if f"points-{code}" in post or f"note-{code}" in post:
            told = self.typed[code] = told_in(post, f"-{code}")
            seen = whole_number(post.get(f"seen-{code}", ""))
            self._try(code, partial(answering.answer, self.round, code, told, key=uuid.uuid4(), seen=seen, **who))
        for upload in self.request.FILES.getlist(f"photo-{code}"):
            self._try(code, partial(answering.add_photo, self.round, code, upload, key=uuid.uuid4(), **who))

    def _try(self, code: str, work: Callable[[], Any]) -> None:
        try:
            work()
        except SomeoneElse as other:
            self.problems.setdefault(code, []).append(f"{their_words(other.theirs)} {other}")
        except (Refused, FileRefused) as problem:
            self.problems.setdefault(code, []).append(str(problem))

    def _drop(self, what: str) -> None:
        photo = Evidence.objects.filter(round=self.round, pk=whole_number(what) or 0).select_related("file").first()
        if photo is not None:
            self._try(photo.question, partial(answering.remove_photo, photo, actor=self.request.actor, at=self.at))

    def _send(self) -> HttpResponse:
        missing = answering.unanswered(self.round)
        if missing:
            self.problems = {code: [_("Välj ett svar.")] for code in missing}
            return self._again()
        return _sent(self.request, self.round, self.at)

    def _again(self) -> HttpResponse:
        return _page(self.request, self.round, status=422, typed=self.typed, problems=self.problems)


def _sent(request: ActorRequest, round_: Round, at: datetime) -> HttpResponse:
    answering.send(round_, actor=request.actor, at=at)
    messages.success(request, _("Egenkontrollen är inskickad. Nästa steg är att säga vad resultatet betyder."))
    return redirect("check-answered", pk=round_.pk)


def told_in(post: Any, tail: str = "") -> Told:
    """An answer out of what was posted. Points that are no number are such that no scale has."""
    points = post.get(f"points{tail}", "")
    number = whole_number(points)
    return Told(
        points=None if points in ("", NOT_APPLICABLE) else Decimal(-1 if number is None else number),
        not_applicable=points == NOT_APPLICABLE,
        note=without_nul(post.get(f"note{tail}", "")).strip(),
        follow_up=without_nul(post.get(f"follow_up{tail}", "")).strip(),
    )


def token_of(round_: Round, question: str) -> str:
    return f"{TOKEN}:{round_.pk}:{question}"


# -- what a phone asks in the background ------------------------------------------------------------------------------


@access(LOGGED_IN)
@require_GET
def state(request: ActorRequest, pk: int) -> HttpResponse:
    """Who is logged in and what a form needs, asked before anything that was kept is sent."""
    round_or_404(request, pk)
    person = request.actor.person_id
    return JsonResponse({"owner": str(person), "csrf": get_token(request), "mine": owner_token(person)})


def _by_owner(request: ActorRequest) -> None:
    """What one person kept on a shared phone is never taken for another's."""
    if read_owner(request.POST.get("written_by", "")) != request.actor.person_id:
        raise Http404


def _key(request: ActorRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        raise Http404 from None


@access(LOGGED_IN)
@require_POST
def save_answer(request: ActorRequest, pk: int) -> HttpResponse:
    round_ = round_or_404(request, pk)
    _by_owner(request)
    key, seen, question = _key(request), whole_number(request.POST.get("seen", "")), request.POST.get("question", "")
    try:
        row = answering.answer(
            round_, question, told_in(request.POST), key=key, seen=seen or 0, actor=request.actor, at=now()
        )
    except SomeoneElse as other:
        return JsonResponse({"problem": str(other), "theirs": _theirs(other.theirs)}, status=409)
    except Refused as problem:
        return JsonResponse({"problem": str(problem)}, status=422)
    return JsonResponse({"revision": row.version})


def _theirs(row: Answer) -> dict[str, Any]:
    told = answering.told_by(row)
    return {
        "points": code_of(told),
        "note": told.note,
        "follow_up": told.follow_up,
        "revision": row.version,
        "words": f"{their_words(row)} {_('Ditt svar ligger kvar här. Vilket ska gälla?')}",
    }


def their_words(row: Answer) -> str:
    points = _("gäller inte oss") if row.not_applicable else code_of(answering.told_by(row)) or _("inget")
    told = {
        "who": row.answered_by.name,
        "when": moment_short(row.answered_at, today=local_date(now())),
        "points": points,
    }
    text = _("%(who)s svarade %(points)s på samma fråga %(when)s.") % told
    return f"{text} ”{row.note}”" if row.note else text


@access(LOGGED_IN)
@require_POST
def save_photo(request: ActorRequest, pk: int) -> HttpResponse:
    round_ = round_or_404(request, pk)
    _by_owner(request)
    upload, question = request.FILES.get("photo"), request.POST.get("question", "")
    if upload is None:
        raise Http404
    try:
        row = answering.add_photo(round_, question, upload, key=_key(request), actor=request.actor, at=now())
    except (Refused, FileRefused) as problem:
        return JsonResponse({"problem": str(problem)}, status=422)
    return JsonResponse({"photo": row.pk})


@access(LOGGED_IN)
@require_POST
def send(request: ActorRequest, pk: int) -> HttpResponse:
    """Sends in what has been saved. Sent already gives the same answer."""
    round_ = round_or_404(request, pk)
    _by_owner(request)
    try:
        return _sent(request, round_, now())
    except Refused as problem:
        return JsonResponse({"problem": str(problem)}, status=422)


@access(LOGGED_IN)
@require_safe
def photo(request: ActorRequest, pk: int, number: int) -> HttpResponse:
    """A photo, to whoever sees the round."""
    seen = Round.objects.seen_by(request.actor).filter(pk=pk)
    row = Evidence.objects.filter(round__in=seen, pk=number).select_related("file").first()
    if row is None:
        raise Http404
    try:
        return files.response(row.file)
    except files.FileDamaged:
        raise Http404 from None
