"""Pages for those who read: the list, one document, earlier versions, what changed, as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.richtext import compare, outline, with_anchors
from hjulet.documents import papers
from hjulet.documents.actions.circulating import code_of
from hjulet.documents.choices import ONCE_ADOPTED, UNDER_WAY, Standing
from hjulet.documents.exports import DOCUMENTS
from hjulet.documents.laws import bases
from hjulet.documents.listing import Selection, documents_in, read_selection
from hjulet.documents.models import ChangeRequest, Document, DocumentType, Version, VersionCause
from hjulet.documents.registry import beside
from hjulet.documents.rights import adopts_as, may_write
from hjulet.files.actions import response as file_response
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Unit
from hjulet.receipts.listing import asks

PAGE = 25
HEADINGS = (
    ("rubrik", gettext_lazy("Dokument")),
    ("slag", gettext_lazy("Slag")),
    ("enhet", gettext_lazy("Gäller för")),
    ("fran", gettext_lazy("Gäller från")),
    ("oversyn", gettext_lazy("Ses över")),
)


@access(LOGGED_IN)
@require_safe
def documents(request: ActorRequest) -> HttpResponseBase:
    """`val` is a Standing; `q`, `slag`, `unit`, `track`, `lag`, `min=1`, `sort` and `sida` as in listing.Selection."""
    if exports.wanted(request):
        return exports.response(request, DOCUMENTS)
    actor, today = request.actor, local_date(now())
    selection = read_selection(request.GET)
    page = Paginator(documents_in(selection, actor, today), PAGE).get_page(request.GET.get("sida"))
    writes = actor.holds(Duty.WRITE_DOCUMENTS)
    context = {
        "page": page,
        "selection": selection,
        "tabs": _tabs(writes),
        "types": DocumentType.objects.all(),
        "units": Unit.objects.seen_by(actor).filter(valid_to__isnull=True, path__isnull=False).order_by("path"),
        "tracks": [(track.value, track.label) for track in (Track.SOL, Track.LSS, Track.HSL)],
        "headings": HEADINGS,
        "today": today,
        "writes": writes,
        "law": next(iter(bases([selection.law], today)), None) if selection.law else None,
    }
    return render(request, "documents/list.html", context)


def _tabs(writes: bool) -> list[tuple[str, Any]]:
    return [(code, label) for code, label in Standing.choices if writes or code in {"galler", "upphavd"}]


def document_or_404(request: ActorRequest, code: str) -> Document:
    """The document if the actor may see it; `wishes` is how many change requests wait for an answer."""
    rows = Document.objects.seen_by(request.actor).select_related("unit", "type", "owner", "current__adopted_by")
    waiting = ChangeRequest.objects.waiting().filter(document=OuterRef("pk")).order_by().values("document")
    count = Subquery(waiting.annotate(n=Count("pk")).values("n"))
    found = rows.annotate(wishes=Coalesce(count, 0)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def document(request: ActorRequest, code: str) -> HttpResponse:
    """What holds; for a document that has never held, its draft."""
    found = document_or_404(request, code)
    if found.current is None:
        return redirect("document-draft", code=code)
    return _page(request, found, found.current)


@access(LOGGED_IN)
@require_safe
def version(request: ActorRequest, code: str, number: int) -> HttpResponse:
    """An earlier version, as history."""
    found = document_or_404(request, code)
    one = found.versions.filter(number=number, state__in=ONCE_ADOPTED).select_related("adopted_by").first()
    if one is None:
        raise Http404
    return _page(request, found, one)


def _page(request: ActorRequest, found: Document, one: Version) -> HttpResponse:
    actor, at = request.actor, now()
    writes = may_write(found, actor)
    versions = list(found.versions.select_related("adopted_by").order_by("-number"))
    context = {
        "document": found,
        "version": one,
        "text": with_anchors(one.body),
        "outline": [heading for heading in outline(one.body) if heading.level <= 3],
        "paragraphs": one.text if one.file_id and not one.body else "",
        "laws": bases(found.laws, local_date(at)),
        "ask": next(iter(asks(actor, at, code_of(found))), None) if one.pk == found.current_id else None,
        "versions": [version for version in versions if version.state in ONCE_ADOPTED],
        "under_way": next((version for version in versions if version.state in UNDER_WAY), None) if writes else None,
        "writes": writes,
        "withdraws": found.withdrawn_on is None and adopts_as(found, actor) is not None,
        "requests": found.wishes if writes else 0,  # type: ignore[attr-defined]
        "causes": _causes(one, actor),
        "looked_over": list(found.looked_over.select_related("done_by", "version")[:5]),
        "beside": [part for make in beside for part in make(found, one, actor, at)],
        "today": local_date(at),
    }
    return render(request, "documents/document.html", context)


def _causes(one: Version, actor: Any) -> list[Any]:
    rows = VersionCause.objects.visible_to(actor).filter(version=one).select_related("measure")
    return [row.measure for row in rows]


@access(LOGGED_IN)
@require_safe
def compared(request: ActorRequest, code: str) -> HttpResponse:
    """`fran` and `till` are version numbers; without them the last two that have held, or the draft and what holds."""
    found = document_or_404(request, code)
    known = list(Version.objects.seen_by(request.actor).filter(document=found).order_by("number"))
    if not known:
        raise Http404
    new = _chosen(request, "till", known) or known[-1]
    before = [one for one in known if one.number < new.number]
    old = _chosen(request, "fran", known) or (before[-1] if before else new)
    pieces = compare(old.body, new.body)
    context = {
        "document": found,
        "known": known,
        "old": old,
        "new": new,
        "pieces": pieces,
        "same": all(piece.kind == "same" for piece in pieces),
    }
    return render(request, "documents/compare.html", context)


def _chosen(request: ActorRequest, name: str, known: list[Version]) -> Version | None:
    number = whole_number(request.GET.get(name, ""), digits=4)
    return next((one for one in known if one.number == number), None)


@access(LOGGED_IN)
@require_safe
def as_pdf(request: ActorRequest, code: str) -> HttpResponse:
    """`version` is a number; without it what holds. A draft as PDF is for those who see it."""
    found = document_or_404(request, code)
    one = _version_asked_for(request, found)
    return papers.response(found, one, at=now())


@access(LOGGED_IN)
@require_safe
def as_file(request: ActorRequest, code: str) -> HttpResponse:
    """The file as it was uploaded."""
    found = document_or_404(request, code)
    one = _version_asked_for(request, found)
    if one.file is None:
        raise Http404
    return file_response(one.file)


def _version_asked_for(request: ActorRequest, found: Document) -> Version:
    number = whole_number(request.GET.get("version", ""), digits=4)
    known = Version.objects.seen_by(request.actor).filter(document=found).select_related("file", "adopted_by")
    wanted = {"number": number} if number is not None else {"pk": found.current_id or 0}
    one = known.filter(**wanted).first()
    if one is None:
        raise Http404
    return one


def nearest(request: ActorRequest, at: datetime, most: int = 5) -> list[Document]:
    """What holds at the reader's unit and was adopted last, for the start page."""
    rows = documents_in(Selection(mine=True), request.actor, local_date(at))
    return list(rows.order_by("-current__valid_from", "id")[:most])
