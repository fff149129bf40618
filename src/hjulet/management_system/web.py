"""Pages of the whole: as it stands today, as it was adopted, what differs; and for those who write, its sections and
the board's decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.richtext import TooMuchText, clean
from hjulet.management_system import actions, papers
from hjulet.management_system.comparing import compared
from hjulet.management_system.content import NAMES, Note, Section, Table, Tree
from hjulet.management_system.forms import AdoptForm, SectionForm
from hjulet.management_system.models import Adoption, SectionText
from hjulet.management_system.review import soon
from hjulet.management_system.rights import may_write, reads_as_provider
from hjulet.management_system.whole import BY_KEY, shown_to_providers
from hjulet.org.choices import Duty

PAGE = 20
WRITERS = (Duty.WRITE_DOCUMENTS, Duty.MANAGE_SETTINGS)


@access(LOGGED_IN)
@require_safe
def today(request: ActorRequest) -> HttpResponse:
    """As it stands today, drawn from the records. A provider's people read what concerns them."""
    actor, at = request.actor, now()
    provider = reads_as_provider(actor)
    return _page(request, actions.composed(actor.principal_id, at, for_providers=provider), at, provider=provider)


@access(LOGGED_IN)
@require_safe
def for_providers(request: ActorRequest) -> HttpResponse:
    """What external providers read."""
    at = now()
    return _page(request, actions.composed(request.actor.principal_id, at, for_providers=True), at, provider=True)


@access(LOGGED_IN)
@require_safe
def version(request: ActorRequest, number: int) -> HttpResponse:
    """As the board adopted it."""
    actor = request.actor
    found, provider = _adoption_or_404(request, number), reads_as_provider(actor)
    return _page(request, found.tree(for_providers=provider), now(), provider=provider, adoption=found)


def _adoption_or_404(request: ActorRequest, number: int) -> Adoption:
    rows = Adoption.objects.seen_by(request.actor).select_related("entered_by")
    found = rows.filter(number=number).first() if number < 10_000 else None
    if found is None:
        raise Http404
    return found


def _page(
    request: ActorRequest, tree: Tree, at: datetime, *, provider: bool, adoption: Adoption | None = None
) -> HttpResponse:
    actor, day = request.actor, local_date(at)
    last = Adoption.last(actor.principal_id)
    writes = may_write(actor)
    context = {
        "tree": tree,
        "sections": [(section, told(section)) for section in tree.sections],
        "adoption": adoption,
        "last": last,
        "older": adoption is not None and last is not None and adoption.pk != last.pk,
        "due": last is not None and last.due(day),
        "soon": last is not None and soon(actor.principal_id, last.review_on, day),
        "provider": provider,
        "outsider": reads_as_provider(actor),
        "writes": writes,
        "edits": writes and adoption is None and not provider,
    }
    return render(request, "management_system/whole.html", context)


def told(section: Section) -> list[dict[str, Any]]:
    """The parts of a section as a template reads them: {kind, part}, a table with rows of (address, cells)."""
    return [
        {"kind": NAMES[type(part)], "part": part, "html": shown(getattr(part, "html", "")), "rows": _rows(part)}
        for part in section.parts
    ]


def shown(html: str) -> SafeString:
    """Words of one's own for a page: cleaned when they were kept, and once more, as they may have lain for years."""
    return mark_safe(clean(html))  # noqa: S308 - cleaned on this line


def _rows(part: Any) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """(address, [(head, cell, in Swedish)]) for each row."""
    if not isinstance(part, Table):
        return []
    links = part.links or ("",) * len(part.rows)
    marks = [place in part.swedish for place in range(len(part.heads))]
    return [
        (url, list(zip(part.heads, cells, marks, strict=False))) for url, cells in zip(links, part.rows, strict=True)
    ]


@access(LOGGED_IN)
@require_safe
def as_pdf(request: ActorRequest) -> HttpResponse:
    """`version` is the number of an adopted one; without it as it stands today. `utforare=1` what providers read."""
    actor, at = request.actor, now()
    provider = reads_as_provider(actor) or request.GET.get("utforare") == "1"
    if "version" in request.GET:
        adoption = _adoption_or_404(request, whole_number(request.GET["version"], digits=4) or 0)
        return papers.response(adoption.tree(for_providers=provider), adoption, at=at)
    return papers.response(actions.composed(actor.principal_id, at, for_providers=provider), None, at=at)


@access(LOGGED_IN)
@require_safe
def versions(request: ActorRequest) -> HttpResponse:
    """What the board has adopted, the newest first. `sida` pages."""
    rows = Adoption.objects.seen_by(request.actor).select_related("entered_by").defer("trees")
    page = Paginator(rows.order_by("-number"), PAGE).get_page(request.GET.get("sida"))
    return render(request, "management_system/versions.html", {"page": page, "writes": may_write(request.actor)})


@access(LOGGED_IN)
@require_safe
def compare(request: ActorRequest) -> HttpResponse:
    """`fran` and `till` are numbers of versions; without them the last adopted and as it stands today."""
    actor, at = request.actor, now()
    provider = reads_as_provider(actor)
    known = list(Adoption.objects.seen_by(actor).order_by("-number"))
    old = _chosen(request, "fran", known) or next(iter(known), None)
    new = _chosen(request, "till", known)
    later = (
        new.tree(for_providers=provider) if new else actions.composed(actor.principal_id, at, for_providers=provider)
    )
    changes = compared(old.tree(for_providers=provider), later) if old else []
    context = {
        "known": known,
        "old": old,
        "new": new,
        "changes": [change for change in changes if change.kind != "same"],
        "same": [change.title for change in changes if change.kind == "same"],
        "writes": may_write(actor),
    }
    return render(request, "management_system/compare.html", context)


def _chosen(request: ActorRequest, name: str, known: list[Adoption]) -> Adoption | None:
    number = whole_number(request.GET.get(name, ""), digits=4)
    return next((one for one in known if one.number == number), None)


# Writing --------------------------------------------------------------------


@access(*WRITERS)
@require_http_methods(["GET", "POST"])
def section(request: ActorRequest, key: str) -> HttpResponse:
    """A section's own words, and whether providers read it; earlier wordings below."""
    actor, kind = request.actor, BY_KEY.get(key)
    if kind is None or not may_write(actor):
        raise Http404
    latest = SectionText.latest(actor.principal_id).get(key)
    start = {"body": latest.body if latest else "", "for_providers": shown_to_providers(kind, latest)}
    form = SectionForm(request.POST if request.method == "POST" else None, section=key, initial=start)
    history = SectionText.objects.filter(principal_id=actor.principal_id, section=key).select_related("written_by")
    page = Paginator(history.order_by("-id"), PAGE).get_page(request.GET.get("sida"))
    context = {"form": form, "kind": kind, "seen": latest.pk if latest else 0, "page": page}
    context["rows"] = [(row, shown(row.body)) for row in page]
    if request.method == "GET" or not form.is_valid():
        return render(request, "management_system/section.html", context, status=422 if form.is_bound else 200)
    given = {"body": form.cleaned_data.get("body", ""), "for_providers": form.cleaned_data["for_providers"]}
    seen = whole_number(request.POST.get("seen", ""), digits=12) or 0
    try:
        actions.write_section(key, **given, seen=seen, actor=actor, at=now())
    except (Refused, TooMuchText) as problem:
        return render(request, "management_system/section.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Avsnittet är sparat."))
    return redirect("management-system")


@access(*WRITERS)
@require_http_methods(["GET", "POST"])
def adopt(request: ActorRequest) -> HttpResponse:
    """The board's decision is entered, and the whole is kept as it stands."""
    actor, at = request.actor, now()
    if not may_write(actor):
        raise Http404
    posted = request.method == "POST"
    form = AdoptForm(request.POST if posted else None, principal_id=actor.principal_id)
    if not posted or not form.is_valid():
        return _adopt_page(request, form, at, status=422 if posted else 200, stamp=request.POST.get("stamp", ""))
    given = {name: form.cleaned_data[name] for name in ("board", "reference", "decided_on")}
    try:
        adoption = actions.adopt(actions.Decision(**given), seen=request.POST.get("stamp", ""), actor=actor, at=at)
    except Refused as problem:
        return _adopt_page(request, form, at, status=409, refusal=str(problem))
    messages.success(request, _("Beslutet är inskrivet, och innehållet är sparat som det är beslutat."))
    return redirect("management-system-version", number=adoption.number)


def _adopt_page(
    request: ActorRequest, form: AdoptForm, at: datetime, *, status: int, stamp: str = "", refusal: str = ""
) -> HttpResponse:
    """`stamp` is what was read before; without it the page shows what is there now."""
    actor = request.actor
    tree = actions.composed(actor.principal_id, at)
    last = Adoption.last(actor.principal_id)
    changes = compared(last.tree(for_providers=False), tree) if last else []
    context = {
        "form": form,
        "refusal": refusal,
        "stamp": stamp or actions.stamp(tree),
        "last": last,
        "changed": [change.title for change in changes if change.kind != "same"],
        "gaps": _gaps(tree),
    }
    return render(request, "management_system/adopt.html", context, status=status)


def _gaps(tree: Tree) -> list[tuple[str, str, str]]:
    """(key, title, what is missing) for what a board ought to know before it decides."""
    return [
        (section.key, section.title, part.text)
        for section in tree.sections
        for part in section.parts
        if isinstance(part, Note) and part.gap
    ]
