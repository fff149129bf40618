"""Pages that take a step with a draft: review, comment, adopt, drop; and withdraw a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.documents import actions
from hjulet.documents.actions import Decision
from hjulet.documents.actions.circulating import matter_of
from hjulet.documents.forms import AdoptForm, AnswerForm, CirculateForm, CommentForm, ReviewForm, WithdrawForm
from hjulet.documents.models import Version
from hjulet.documents.reading import document_or_404
from hjulet.documents.rights import adopts_as, may_write
from hjulet.documents.writing import draft_or_404, draft_page
from hjulet.receipts.models import Matter

Done = Callable[[Version, dict[str, Any], dict[str, Any]], object]


def _take(
    request: ActorRequest,
    code: str,
    name: str,
    form: forms.Form | None,
    do: Done,
    said: str,
    to: str = "document-draft",
) -> HttpResponse:
    """Fills in the form of a step, takes it, and goes on; what was typed stays when it may not be taken."""
    found, version = draft_or_404(request, code)
    given: dict[str, Any] = {name: form} if form is not None else {}
    if form is not None and not form.is_valid():
        return draft_page(request, found, version, status=422, **given)
    try:
        do(version, form.cleaned_data if form else {}, {"actor": request.actor, "at": now()})
    except Refused as problem:
        found, version = draft_or_404(request, code)
        return draft_page(request, found, version, status=409, refusal=str(problem), **given)
    messages.success(request, said)
    return redirect(to) if to == "documents" else redirect(to, code=code)


@access(LOGGED_IN)
@require_POST
def ask_review(request: ActorRequest, code: str) -> HttpResponse:
    form = ReviewForm(request.POST, actor=request.actor, prefix="g")

    def do(version: Version, data: dict[str, Any], who: dict[str, Any]) -> None:
        actions.ask_review(version, people=data["people"], until=data["until"], **who)

    return _take(request, code, "review", form, do, _("Utkastet är skickat. De som ska läsa har fått veta det."))


@access(LOGGED_IN)
@require_POST
def answer(request: ActorRequest, code: str) -> HttpResponse:
    form = AnswerForm(request.POST, prefix="s")

    def do(version: Version, data: dict[str, Any], who: dict[str, Any]) -> None:
        actions.answer_review(version, verdict=data["verdict"], text=data["text"], **who)

    return _take(request, code, "answer", form, do, _("Tack. Ditt svar är sparat."))


@access(LOGGED_IN)
@require_POST
def comment(request: ActorRequest, code: str) -> HttpResponse:
    form = CommentForm(request.POST, prefix="k")

    def do(version: Version, data: dict[str, Any], who: dict[str, Any]) -> None:
        actions.comment(version, text=data["text"], about=data["about"], **who)

    return _take(request, code, "comment", form, do, _("Kommentaren är sparad."))


@access(LOGGED_IN)
@require_POST
def settle(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    def do(version: Version, _data: dict[str, Any], who: dict[str, Any]) -> None:
        row = version.comments.filter(pk=pk).first()
        if row is None:
            raise Http404
        row.version = version
        actions.settle_comment(row, **who)

    return _take(request, code, "", None, do, _("Kommentaren är omhändertagen."))


@access(LOGGED_IN)
@require_POST
def take_back(request: ActorRequest, code: str) -> HttpResponse:
    done = _("Utkastet är ditt igen. Svaren finns kvar.")
    return _take(request, code, "", None, lambda v, d, who: actions.take_back(v, **who), done)


@access(LOGGED_IN)
@require_POST
def adopt(request: ActorRequest, code: str) -> HttpResponse:
    found, _version = draft_or_404(request, code)
    way = adopts_as(found, request.actor)
    if way is None:
        raise Http404
    form = AdoptForm(request.POST, body=way.body, prefix="f")

    def do(version: Version, data: dict[str, Any], who: dict[str, Any]) -> None:
        decision = Decision(data["valid_from"], data["reference"], data.get("decided_on"))
        actions.adopt(version, decision, **who)

    return _take(request, code, "adopt", form, do, _("Versionen är fastställd."), to="document")


@access(LOGGED_IN)
@require_POST
def call_off(request: ActorRequest, code: str) -> HttpResponse:
    done = _("Beslutet är återtaget. Versionen är ett utkast igen.")
    return _take(request, code, "", None, lambda v, d, who: actions.call_off(v, **who), done)


@access(LOGGED_IN)
@require_POST
def drop(request: ActorRequest, code: str) -> HttpResponse:
    found = document_or_404(request, code)
    to = "document" if found.current_id else "documents"
    done = _("Utkastet är kastat.")
    return _take(request, code, "", None, lambda v, d, who: actions.drop(v, **who), done, to=to)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def circulate(request: ActorRequest, code: str) -> HttpResponse:
    """Sends what holds to be read and confirmed by chosen units and roles."""
    found, at = document_or_404(request, code), now()
    if found.current is None or found.withdrawn_on or not may_write(found, request.actor):
        raise Http404
    sent = matter_of(found, local_date(at))
    form = CirculateForm(request.POST or None, document=found, initial=_sent(sent))
    context = {"form": form, "document": found, "sent": sent}
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/circulate.html", context, status=422 if form.is_bound else 200)
    try:
        actions.send(found, form.readers(), form.asked(), actor=request.actor, at=at)
    except Refused as problem:
        return render(request, "documents/circulate.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Dokumentet är skickat. De som ska läsa ser det på Mitt arbete."))
    return redirect("document", code=code)


def _sent(matter: Matter | None) -> dict[str, Any]:
    """What was asked last, to begin from."""
    if matter is None:
        return {}
    rows = list(matter.audiences.select_related("unit"))
    answers = matter.choices
    return {
        "units": list({row.unit_id for row in rows}),
        "roles": sorted({row.role for row in rows if row.role}),
        "question": matter.question,
        "right": next((one["label"] for one in answers if one["right"]), ""),
        "wrong": "\n".join(one["label"] for one in answers if not one["right"]),
    }


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, code: str) -> HttpResponse:
    found = document_or_404(request, code)
    if found.current is None or found.withdrawn_on or adopts_as(found, request.actor) is None:
        raise Http404
    at = now()
    form = WithdrawForm(request.POST or None, initial={"on": local_date(at)})
    seen = whole_number(request.POST.get("version", ""), digits=9)
    context = {"form": form, "document": found, "seen": found.version}
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/withdraw.html", context, status=422 if form.is_bound else 200)
    try:
        actions.withdraw(found, **form.cleaned_data, seen=seen, actor=request.actor, at=at)
    except Refused as problem:
        return render(request, "documents/withdraw.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Dokumentet är upphävt. Det går fortfarande att läsa som historik."))
    return redirect("document", code=code)
