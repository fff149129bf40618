"""Pages for those who write: a new document, its facts, the draft and its text."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.richtext import compare, text_of, with_anchors
from hjulet.core.swedish_time import time_short
from hjulet.documents import actions
from hjulet.documents.actions.common import offers
from hjulet.documents.choices import VersionState
from hjulet.documents.forms import (
    AdoptForm,
    AnswerForm,
    CommentForm,
    FactsForm,
    ReviewForm,
    TextForm,
    UploadForm,
    facts_of,
)
from hjulet.documents.laws import bases
from hjulet.documents.models import Document, Version, VersionCause
from hjulet.documents.reading import document_or_404
from hjulet.documents.rights import adopts_as, may_review, may_write, those_who_adopt, ways_to_adopt
from hjulet.files.actions import FileRefused, store
from hjulet.files.keeping import take_away
from hjulet.files.models import StoredFile
from hjulet.files.reading import read
from hjulet.org.choices import Duty

PDF = "application/pdf"


def draft_or_404(request: ActorRequest, code: str) -> tuple[Document, Version]:
    found = document_or_404(request, code)
    rows = Version.objects.seen_by(request.actor).under_way().filter(document=found)
    version = rows.select_related("file", "editing_by", "created_by").first()
    if version is None:
        raise Http404
    version.document = found
    return found, version


def _written_or_404(request: ActorRequest, code: str) -> Document:
    found = document_or_404(request, code)
    if not may_write(found, request.actor):
        raise Http404
    return found


@access(Duty.WRITE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def create(request: ActorRequest) -> HttpResponse:
    actor = request.actor
    first = {"owner": request.user, "unit": actor.unit_id, "type": None, "review_months": 12, "for_providers": True}
    form = FactsForm(request.POST or None, actor=actor, initial=first)
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/new.html", {"form": form}, status=422 if form.is_bound else 200)
    try:
        made = actions.create(form.facts(), actor=actor, at=now())
    except Refused as problem:
        return render(request, "documents/new.html", {"form": form, "refusal": str(problem)}, status=409)
    messages.success(request, _("Dokumentet finns som utkast. Nu kan du skriva texten eller ladda upp en fil."))
    return redirect("document-write", code=made.code)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def facts(request: ActorRequest, code: str) -> HttpResponse:
    found, actor = _written_or_404(request, code), request.actor
    form = FactsForm(request.POST or None, actor=actor, document=found, initial=facts_of(found))
    shown = whole_number(request.POST.get("version", ""), digits=9)
    context = {"form": form, "document": found, "seen": found.version if shown is None else shown}
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/facts.html", context, status=422 if form.is_bound else 200)
    try:
        actions.change_facts(found, form.facts(), seen=shown, actor=actor, at=now())
    except Stale as problem:
        context |= {"refusal": str(problem), "seen": document_or_404(request, code).version}
        return render(request, "documents/facts.html", context, status=409)
    messages.success(request, _("Uppgifterna är sparade."))
    return redirect("document", code=code)


@access(LOGGED_IN)
@require_POST
def begin(request: ActorRequest, code: str) -> HttpResponse:
    """The next version: the one under way, or a new draft."""
    found = _written_or_404(request, code)
    try:
        actions.begin_version(found, actor=request.actor, at=now())
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("document", code=code)
    return redirect("document-draft", code=code)


# The draft's own page -------------------------------------------------------


@access(LOGGED_IN)
def draft(request: ActorRequest, code: str) -> HttpResponse:
    found, version = draft_or_404(request, code)
    return draft_page(request, found, version)


def draft_page(
    request: ActorRequest, found: Document, version: Version, *, status: int = 200, refusal: str = "", **given: Any
) -> HttpResponse:
    actor, at = request.actor, now()
    today = local_date(at)
    way = adopts_as(found, actor)
    steps = {offer.step.name: offer for offer in offers(version, actor=actor, at=at)}
    context = {
        "document": found,
        "version": version,
        "writes": may_write(found, actor),
        "text": with_anchors(version.body),
        "paragraphs": version.text if version.file_id and not version.body else "",
        "laws": bases(found.laws, today),
        "reviews": list(version.reviews.select_related("person")),
        "comments": list(version.comments.select_related("person", "settled_by")),
        "reviewing": may_review(version, actor),
        "steps": steps,
        "way": way,
        "adopters": those_who_adopt(found, at)[:5],
        "ways": ways_to_adopt(found),
        "causes": [
            row.measure
            for row in VersionCause.objects.visible_to(actor).filter(version=version).select_related("measure")
        ],
        "answers": list(version.answers.select_related("person")),
        "review_form": given.get("review", ReviewForm(actor=actor, prefix="g")),
        "answer_form": given.get("answer", AnswerForm(prefix="s")),
        "comment_form": given.get("comment", CommentForm(prefix="k")),
        "adopt_form": given.get(
            "adopt", AdoptForm(body=bool(way and way.body), prefix="f", initial={"valid_from": today})
        ),
        "refusal": refusal,
        "states": VersionState,
    }
    return render(request, "documents/draft.html", context, status=status)


# Writing --------------------------------------------------------------------


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def write(request: ActorRequest, code: str) -> HttpResponse:
    """The editor. `ta=1` takes over from someone who has it open."""
    found, version = draft_or_404(request, code)
    if not may_write(found, request.actor):
        raise Http404
    if version.state != VersionState.DRAFT:
        return redirect("document-draft", code=code)
    return _save(request, version) if request.method == "POST" else _open(request, version)


def _open(request: ActorRequest, version: Version) -> HttpResponse:
    force = request.GET.get("ta") == "1"
    try:
        held = actions.take_pen(version, force=force, actor=request.actor, at=now())
    except Refused as problem:
        return render(
            request,
            "documents/held.html",
            {"document": version.document, "version": version, "refusal": str(problem)},
            status=409,
        )
    first = {"title": held.title, "body": held.body, "changes": held.changes}
    return _editor(request, version, TextForm(initial=first), held.revision)


def _editor(
    request: ActorRequest, version: Version, form: TextForm, revision: int, *, status: int = 200, **more: Any
) -> HttpResponse:
    document = version.document
    context = {"form": form, "document": document, "version": version, "revision": revision, **more}
    context["causes"] = document.requests.filter(became=version).select_related("person")
    return render(request, "documents/write.html", context, status=status)


def _save(request: ActorRequest, version: Version) -> HttpResponse:
    form = TextForm(request.POST)
    revision = whole_number(request.POST.get("revision", ""), digits=9) or 0
    if not form.is_valid():
        return _editor(request, version, form, revision, status=422)
    try:
        saved = actions.save_text(version, revision=revision, **_words(form), actor=request.actor, at=now())
    except Stale as problem:
        return _collided(request, version, form, str(problem))
    except Refused as problem:
        return _editor(request, version, form, revision, status=409, refusal=str(problem))
    if request.POST.get("klar"):
        actions.lay_down_pen(saved, actor=request.actor)
        messages.success(request, _("Texten är sparad."))
        return redirect("document-draft", code=version.document.code)
    return redirect("document-write", code=version.document.code)


def _collided(request: ActorRequest, version: Version, form: TextForm, refusal: str) -> HttpResponse:
    """Someone else has saved: both wordings are shown, and saving again keeps one's own."""
    _found, newest = draft_or_404(request, version.document.code)
    pieces = [piece for piece in compare(newest.body, form.cleaned_data["body"]) if piece.kind != "same"]
    more = {"refusal": refusal, "theirs": newest, "pieces": pieces}
    return _editor(request, version, form, newest.revision, status=409, **more)


def _words(form: TextForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("title", "body", "changes")}


@access(LOGGED_IN)
@require_POST
def autosave(request: ActorRequest, code: str) -> HttpResponse:
    """The text as it is while someone writes. Answers {revision, saved} or {problem} with 409 or 422."""
    found, version = draft_or_404(request, code)
    if not may_write(found, request.actor):
        raise Http404
    revision = whole_number(request.POST.get("revision", ""), digits=9) or 0
    words = {name: without_nul(request.POST.get(name, "")) for name in ("title", "body", "changes")}
    form = TextForm({**words, "personal_number_ok": "1"})
    if not form.is_valid():
        return JsonResponse({"problem": _("Texten är inte sparad. Se efter vad som saknas.")}, status=422)
    at = now()
    try:
        saved = actions.save_text(version, revision=revision, **_words(form), actor=request.actor, at=at)
    except Refused as problem:
        return JsonResponse({"problem": str(problem)}, status=409)
    return JsonResponse({"revision": saved.revision, "saved": time_short(at)})


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def upload(request: ActorRequest, code: str) -> HttpResponse:
    """A Word or PDF file instead of text written here. Word becomes text that one can go on writing in."""
    found, version = draft_or_404(request, code)
    if not may_write(found, request.actor):
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None)
    context = {"form": form, "document": found, "version": version}
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/upload.html", context, status=422 if form.is_bound else 200)
    try:
        file, html, left_out = _taken_in(form.cleaned_data["file"], request)
        word = file.content_type != PDF
        words = {"body": html if word else "", "text": "" if word else text_of(html)}
        actions.keep_file(version, file, **words, actor=request.actor, at=now())
    except (FileRefused, Refused) as problem:
        return render(request, "documents/upload.html", context | {"refusal": str(problem)}, status=422)
    said = _("Filen är sparad, och texten i den går att söka i.")
    if left_out:
        said += " " + _("Bilderna finns bara i själva filen.")
    messages.success(request, said)
    return redirect("document-draft", code=code)


def _taken_in(upload: Any, request: ActorRequest) -> tuple[StoredFile, str, int]:
    """The stored file, its text as HTML, and how many pictures the text lacks; read from what was kept.

    Raises FileRefused; nothing is kept then.
    """
    with transaction.atomic():
        file = store(upload, documents=True, actor=request.actor, at=now())
        try:
            found = read(file.path.read_bytes())
            return file, found.html, found.pictures
        except FileRefused:
            take_away(file.path)
            raise


@access(LOGGED_IN)
@require_POST
def drop_file(request: ActorRequest, code: str) -> HttpResponse:
    found, version = draft_or_404(request, code)
    if not may_write(found, request.actor):
        raise Http404
    actions.keep_file(version, None, body=version.body, text="", actor=request.actor, at=now())
    messages.success(request, _("Filen är borttagen ur utkastet."))
    return redirect("document-draft", code=code)
