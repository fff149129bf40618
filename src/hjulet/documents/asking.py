"""Pages where an employee asks for a change and is answered, and where a measure gives rise to a version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.events import log_read
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.swedish_words import asked_words
from hjulet.core.words_index import HasWords
from hjulet.documents import actions
from hjulet.documents.actions.answering import Desk
from hjulet.documents.actions.asking import desk
from hjulet.documents.choices import UNDER_WAY
from hjulet.documents.models import ChangeRequest, Document, Version, Wish
from hjulet.documents.reading import document_or_404
from hjulet.documents.rights import may_write, writes_any
from hjulet.documents.work_forms import AskForm, RequestAnswerForm
from hjulet.documents.work_lists import ANSWERING, MINE, plain, request_counts, requests_in
from hjulet.measures.web import measure_or_404

PAGE = 25
MOST_FOUND = 20


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest, code: str) -> HttpResponse:
    """`om` is the words it is about, when she comes from them."""
    found = document_or_404(request, code)
    if found.current is None or found.withdrawn_on:
        raise Http404
    about = " ".join(without_nul(request.GET.get("om", "")).split())[:300]
    form = AskForm(request.POST or None, initial={"about": about})
    if request.method == "GET" or not form.is_valid():
        context = {"form": form, "document": found, "writes": may_write(found, request.actor)}
        return render(request, "documents/request_new.html", context, status=422 if form.is_bound else 200)
    words = {"about": form.cleaned_data["about"], "text": form.cleaned_data["text"]}
    made = actions.ask_change(found, **words, actor=request.actor, at=now())
    messages.success(request, _("Tack. Den som ansvarar för dokumentet har fått veta det, och du får svar här."))
    return redirect("document-request-answer", pk=made.pk)


@access(LOGGED_IN)
@require_safe
def requests(request: ActorRequest) -> HttpResponse:
    """`val` is vantar, besvarade or mina; `dokument` a document's code; `sida` the page."""
    actor = request.actor
    code = plain(request.GET, "dokument")
    tab, tabs = request_tabs(request, writes_any(actor), request_counts(actor, code))
    context = {
        "page": Paginator(requests_in(tab, code, actor), PAGE).get_page(request.GET.get("sida")),
        "tab": tab,
        "tabs": tabs,
        "about": Document.objects.seen_by(actor).filter(code=code).first() if code else None,
        "code": code,
    }
    return render(request, "documents/requests.html", context)


def request_tabs(
    request: ActorRequest, answers: bool, counts: dict[str, int]
) -> tuple[str, list[tuple[str, str, int]]]:
    """The chosen tab (`val`), and all of them with words and numbers. `answers`: whether she answers others."""
    known = (*ANSWERING, MINE) if answers else (MINE,)
    labels = {"vantar": _("Väntar på svar"), "besvarade": _("Besvarade"), "mina": _("Mina")}
    tab = request.GET.get("val", "")
    return tab if tab in known else known[0], [(key, labels[key], counts[key]) for key in known]


def _request_or_404(request: ActorRequest, pk: int) -> ChangeRequest:
    rows = ChangeRequest.objects.seen_by(request.actor)
    rows = rows.select_related("document__unit", "document__owner", "read", "person", "answered_by", "became")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    """What was asked and answered; for those who write the document, the answer to give."""
    found = _request_or_404(request, pk)
    if request.method == "POST":
        return _give_answer(request, found)
    return _request_page(request, found, RequestAnswerForm())


def _give_answer(request: ActorRequest, found: ChangeRequest) -> HttpResponse:
    if not may_write(found.document, request.actor):
        raise Http404

    def again(form: RequestAnswerForm, **more: Any) -> HttpResponse:
        return _request_page(request, _request_or_404(request, found.pk), form, **more)

    to = reverse("document-requests"), reverse("document-draft", args=[found.document.code])
    return give_answer(request, found, desk, again, to)


def give_answer(
    request: ActorRequest,
    found: Wish,
    desk: Desk[Any, Any, Any],
    again: Callable[..., HttpResponse],
    to: tuple[str, str],
) -> HttpResponse:
    """What was posted becomes the answer. `again` is the page once more, with the form; `to` the list and the draft."""
    form = RequestAnswerForm(request.POST)
    if not form.is_valid():
        return again(form, status=422)
    text: str = form.cleaned_data["text"]
    who: dict[str, Any] = {"actor": request.actor, "at": now()}
    name = {"name": found.person.name}
    try:
        if form.cleaned_data["answer"] == "no":
            desk.decline(found, reason=text, **who)
            messages.success(request, _("Svaret är skickat. %(name)s läser varför.") % name)
            return redirect(to[0])
        version = desk.accept(found, text=text, **who)
    except Refused as problem:
        return again(form, status=409, refusal=str(problem))
    said = _("Önskemålet ligger i utkastet till version %(n)s. %(name)s har fått veta det.")
    messages.success(request, said % {**name, "n": version.number})
    return redirect(to[1])


def _request_page(
    request: ActorRequest, found: ChangeRequest, form: RequestAnswerForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    writes = may_write(found.document, request.actor)
    waits = found.waits
    context = {
        "asked": found,
        "document": found.document,
        "form": form if writes and waits else None,
        "writes": writes,
        "own": found.person_id == request.actor.person_id,
        "newer": found.read is not None and found.document.current_id != found.read_id,
        "readable": Document.objects.seen_by(request.actor).filter(pk=found.document_id).exists(),
        "under_way": found.document.versions.under_way().first() if writes and waits else None,
        "refusal": refusal,
    }
    return render(request, "documents/request.html", context, status=status)


# A measure that is done by changing a document ---------------------------------


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def because(request: ActorRequest, pk: int) -> HttpResponse:
    """`q` searches among documents that the actor writes; the chosen one's code is posted as `document`."""
    actor, at = request.actor, now()
    measure = measure_or_404(request, pk)
    if not writes_any(actor):
        raise Http404
    query = plain(request.GET, "q")
    written = Document.objects.written_by(actor).filter(withdrawn_on__isnull=True)
    context: dict[str, Any] = {"measure": measure, "query": query}
    if request.method == "POST":
        chosen = written.filter(code=request.POST.get("document", "")).select_related("unit").first()
        if chosen is None:
            raise Http404
        try:
            version = actions.change_because(chosen, measure, actor=actor, at=at)
        except Refused as problem:
            context |= {"refusal": str(problem), "refused": chosen, "rows": _written(written, query)}
            return render(request, "documents/because.html", context, status=409)
        said = _("Utkastet till version %(n)s hör nu ihop med åtgärden. Skriv det som ska ändras.")
        messages.success(request, said % {"n": version.number})
        return redirect("document-draft", code=chosen.code)
    log_read("read", actor=actor, at=at, about="measure", ids=[measure.pk], unit_id=measure.unit_id)
    context["rows"] = _written(written, query)
    return render(request, "documents/because.html", context)


def _written(written: Any, query: str) -> list[Document]:
    """At most MOST_FOUND; `under_way` is the version being written, if there is one."""
    words = asked_words(query)
    found = written.filter(HasWords(words)) if words else written
    rows = list(found.select_related("type", "unit").order_by("title", "id")[:MOST_FOUND])
    begun = {version.document_id: version for version in Version.objects.filter(document__in=rows, state__in=UNDER_WAY)}
    for row in rows:
        row.under_way = begun.get(row.pk)
    return rows
