"""The pages: papers for IVO, a masked copy, and a person's extract."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.cases.models import Case
from hjulet.cases.papers import archive as archives
from hjulet.cases.papers import extract as extracts
from hjulet.cases.papers import masking
from hjulet.cases.papers.content import File, items_of, may_make, missing_in
from hjulet.cases.papers.forms import CopyForm, ExtractForm
from hjulet.cases.web import case_or_404, posted
from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.exports import TYPES
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.pdf import PdfFailed
from hjulet.exports import actions as orders
from hjulet.files.actions import FileDamaged
from hjulet.law.rules import laws_on
from hjulet.org.choices import Duty

# Whoever handles a case may have no duty of her own but to report; what she may is asked in each view.
COPIES = (*masking.COPIES, Duty.REPORT)


def _log(request: ActorRequest, case: Case, purpose: str) -> None:
    ids, unit = [case.pk], case.unit_id
    log_read("read", actor=request.actor, at=now(), about="case", ids=ids, purpose=purpose, unit_id=unit)


# Papers for IVO -----------------------------------------------------------------------


def _lex_case(request: ActorRequest, ref: str) -> Case:
    case = case_or_404(request, ref)
    if not may_make(case, request.actor):
        raise Http404
    return case


@access(*archives.MARKS)
@require_safe
def dossier(request: ActorRequest, ref: str) -> HttpResponse:
    """What IVO asks for, item by item, with what is there and what is missing."""
    return _dossier_page(request, _lex_case(request, ref))


def _dossier_page(request: ActorRequest, case: Case, *, refusal: str = "", status: int = 200) -> HttpResponse:
    _log(request, case, "dossier")
    papers = File.of(case)
    items = items_of(papers)
    laws = laws_on({item.basis for item in items}, case.reported_on)
    context = {
        "case": case,
        "items": [(item, laws.get(item.basis)) for item in items],
        "missing": missing_in(items),
        "inside": zip(papers.attachments, archives.names_inside(papers.attachments), strict=True),
        "large": archives.is_large(papers),
        "refusal": refusal,
    }
    return render(request, "cases/papers/dossier.html", context, status=status)


@access(*archives.MARKS)
@require_POST
def archive(request: ActorRequest, ref: str) -> HttpResponseBase:
    """The archive at once, or in the background when the attachments are large."""
    case, at = _lex_case(request, ref), now()
    papers = File.of(case)
    try:
        if archives.is_large(papers):
            return _ordered(request, case, len(papers.attachments) + 1, at)
        return _at_once(request, case, at)
    except (Refused, FileDamaged) as problem:
        return _dossier_page(request, case, refusal=str(problem), status=409)
    except PdfFailed:
        return _dossier_page(request, case, refusal=not_set(), status=503)


def _ordered(request: ActorRequest, case: Case, total: int, at: datetime) -> HttpResponse:
    code = archives.DOSSIER.code
    orders.order(code, "zip", {"ref": case.ref}, total=total, actor=request.actor, at=at)
    messages.success(request, _("Arkivet görs. Du får en avisering när det är klart att hämta."))
    return redirect("exports")


def _at_once(request: ActorRequest, case: Case, at: datetime) -> FileResponse:
    file = archives.temporary()
    try:
        archives.write(case, file, actor=request.actor, at=at)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{archives.NAME}-{case.ref}.zip"
    headers = {"Cache-Control": "private, no-store"}
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES["zip"], headers=headers)


def not_set() -> str:
    return _("Det gick inte att göra dokumentet. Försök igen. Händer det igen, säg till den som sköter Hjulet.")


def _pdf(sheet: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)


# A masked copy --------------------------------------------------------------------------


def _case_to_copy(request: ActorRequest, ref: str) -> Case:
    case = case_or_404(request, ref)
    if not masking.may_copy(case, request.actor):
        raise Http404
    return case


def _key(case: Case) -> str:
    return f"copy-{case.pk}"


@access(*COPIES)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: ActorRequest, ref: str) -> HttpResponse:
    """Choose what is masked. The choice is kept in the session, so that the preview's page holds none of the words."""
    case = _case_to_copy(request, ref)
    passages = masking.passages_of(case, request.actor)
    kept = request.session.get(_key(case))
    start = kept["given"] if kept else _start(request, case)
    chosen = masking.provisions(local_date(now()))
    form = CopyForm(posted(request), passages=passages, provisions=chosen, initial=start)
    if request.method == "POST" and form.is_valid():
        masks = form.masks()
        request.session[_key(case)] = {
            "given": form.cleaned_data,
            "passages": dict(masks.passages),
            "words": [list(pair) for pair in masks.words],
            "print": masking.fingerprint(passages),
        }
        return redirect("case-copy-preview", case.ref)
    _log(request, case, "copy")
    status = 422 if form.errors else 200
    return render(request, "cases/papers/copy.html", {"case": case, "form": form}, status=status)


def _start(request: ActorRequest, case: Case) -> dict[str, str]:
    """Who it is about is masked from the start: it is secret unless it is clear that no harm comes of it."""
    usual = masking.usual(case)
    return {"decided_by": request.actor.label, "person": usual, "sender": usual}


def _chosen(request: ActorRequest, case: Case) -> tuple[masking.Masks, dict[str, Any]] | None:
    """What was chosen, unless the case has grown since: then everything is looked through again."""
    kept = request.session.get(_key(case))
    if kept is None:
        messages.info(request, _("Välj först vad som ska maskas."))
        return None
    if kept["print"] != masking.fingerprint(masking.passages_of(case, request.actor)):
        messages.warning(request, _("Ärendet har ändrats sedan du maskade det. Gå igenom allt en gång till."))
        return None
    words = tuple((word, code) for word, code in kept["words"])
    return masking.Masks(kept["passages"], words), kept["given"]


@access(*COPIES)
@require_safe
def copy_preview(request: ActorRequest, ref: str) -> HttpResponse:
    """The copy as it will be. What is masked is not on the page."""
    case = _case_to_copy(request, ref)
    chosen = _chosen(request, case)
    if chosen is None:
        return redirect("case-copy", case.ref)
    masks, given = chosen
    result = masking.masked(masking.passages_of(case, request.actor), masks)
    _log(request, case, "copy")
    today = local_date(now())
    context = {
        "ref": case.ref,
        "result": result,
        "provisions": masking.provision_rows(result, masks, today),
        "reason": masking.without(given["reason"], masks),
        "decided_by": masking.without(given["decided_by"], masks),
    }
    return render(request, "cases/papers/preview.html", context)


@access(*COPIES)
@require_POST
def copy_pdf(request: ActorRequest, ref: str) -> HttpResponse:
    case, at = _case_to_copy(request, ref), now()
    chosen = _chosen(request, case)
    if chosen is None:
        return redirect("case-copy", case.ref)
    masks, given = chosen
    words = {name: given[name] for name in ("to", "decided_by", "reason")}
    try:
        sheet = masking.make_copy(case, masks, **words, actor=request.actor, at=at)
    except PdfFailed:
        messages.error(request, not_set())
        return redirect("case-copy-preview", case.ref)
    return _pdf(sheet, f"kopia-{case.ref}.pdf")


# A person's extract -----------------------------------------------------------------------


@access(*extracts.MAKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def register_extract(request: ActorRequest) -> HttpResponse:
    """What is kept about a person, by the reference in the cases; `pdf` gives it as a document.

    For the registrar, who answers such requests, and the one who reviews the log, who answers who has read. A data
    protection officer who answers herself is given one of the two: to watch over break-glass opens no cases, and is
    not what this page is for. The question is posted, so that it stands in no address.
    """
    form, at = ExtractForm(posted(request)), now()
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/papers/extract.html", {"form": form}, status=422 if form.errors else 200)
    found = extracts.search(form.cleaned_data["person_ref"], actor=request.actor, at=at)
    if "pdf" in request.POST:
        try:
            return _pdf(extracts.make(found, actor=request.actor, at=at), "registerutdrag.pdf")
        except PdfFailed:
            messages.error(request, not_set())
    context = {
        "form": form,
        "found": found,
        "kept": [(one, extracts.facts_of(one)) for one in found.kept],
        "elsewhere": extracts.elsewhere_words(found),
    }
    return render(request, "cases/papers/extract.html", context)
