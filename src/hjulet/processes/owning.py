"""The page of those who own or write processes, and where a process is looked over without a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.swedish_time import day_short
from hjulet.documents.work_forms import LookOverForm
from hjulet.processes import actions
from hjulet.processes.choices import UNFINISHED, DrawnState
from hjulet.processes.models import Drawing, Process
from hjulet.processes.registry import SINCE, Since
from hjulet.processes.rights import may_write
from hjulet.processes.web import process_or_404
from hjulet.processes.work_lists import of_owner, reviews_of

PAGE = 10  # what has come in is asked for each of them
AHEAD = timedelta(days=60)  # a process is gone through with those who work by it, which takes longer than a routine


@dataclass(frozen=True)
class Line:
    """Something about a process that its owner is to know or do. `act` says what to do, at `url`."""

    quarter: str
    text: str
    act: str = ""
    url: str = ""
    late: bool = False


@access(LOGGED_IN)
@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """`val=alla`: also those she writes and someone else owns; `sida` the page."""
    actor, today = request.actor, local_date(now())
    own, everything = of_owner(actor, own=True), of_owner(actor, own=False)
    counts = {"mina": own.count(), "alla": everything.count()}
    tab = "alla" if request.GET.get("val") == "alla" or not counts["mina"] else "mina"
    page = Paginator(everything if tab == "alla" else own, PAGE).get_page(request.GET.get("sida"))
    came_in = _since(list(page), actor, today)
    context = {
        "page": page,
        "rows": [(row, list(_lines(row, came_in.get(row.pk, ()), today))) for row in page],
        "tab": tab,
        "tabs": [("mina", _("Du äger"), counts["mina"]), ("alla", _("Du får skriva i"), counts["alla"])],
        "counts": counts,
    }
    return render(request, "processes/mine.html", context)


def _since(rows: list[Any], actor: Actor, today: date) -> dict[int, list[Since]]:
    published = [row for row in rows if row.current is not None]
    found: dict[int, list[Since]] = {}
    for one in (one for ask in SINCE for one in ask(actor, published, today)):
        found.setdefault(one.process_id, []).append(one)
    return found


def _lines(row: Any, came_in: Iterable[Since], today: date) -> Iterator[Line]:
    yield from _review(row, today)
    for drawing in row.under_way:
        yield _draft(row, drawing)
    if row.wishes:
        url = f"{reverse('process-requests')}?val=vantar&process={row.code}"
        said = ngettext("%(n)s önskemål väntar på svar", "%(n)s önskemål väntar på svar", row.wishes)
        yield Line("act", said % {"n": row.wishes}, _("Läs och svara"), url)
    for one in came_in:
        yield Line("check", one.text, _("Visa") if one.url else "", one.url)


def _review(row: Process, today: date) -> Iterator[Line]:
    if row.current_id is None or row.review_on is None or row.review_on > today + AHEAD:
        return
    late = row.review_on < today
    said = _("Skulle ha setts över %(day)s") if late else _("Ses över senast %(day)s")
    day, url = day_short(row.review_on, today=today), reverse("process-look-over", args=[row.code])
    yield Line("plan", said % {"day": day}, _("Se över"), url, late)


def _draft(row: Process, drawing: Drawing) -> Line:
    url, n = reverse("process-draft", args=[row.code]), {"n": drawing.number}
    if drawing.state == DrawnState.ASKED:
        return Line("plan", _("Version %(n)s väntar på att kvalitetsgruppen godkänner den") % n, _("Öppna"), url)
    if drawing.answer:
        return Line(
            "plan", _("Version %(n)s kom tillbaka och behöver ändras") % n, _("Läs varför och ändra"), url, True
        )
    return Line("plan", _("Version %(n)s är ett utkast") % n, _("Fortsätt"), url)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def look_over(request: ActorRequest, code: str) -> HttpResponse:
    """Looked over, and nothing changes. For those who write the process."""
    found: Any = process_or_404(request, code)
    if found.current is None or found.withdrawn_on or not may_write(found, request.actor):
        raise Http404
    form = LookOverForm(request.POST or None)
    shown = whole_number(request.POST.get("version", ""), digits=9)
    context: dict[str, Any] = {
        "form": form,
        "process": found,
        "seen": found.version if shown is None else shown,
        "under_way": found.drawings.filter(state__in=UNFINISHED).defer("xml", "svg").first(),
        "today": local_date(now()),
        "wishes": found.wishes,
        "looked_over": reviews_of(found),
    }
    if request.method == "GET" or not form.is_valid():
        return render(request, "processes/look_over.html", context, status=422 if form.is_bound else 200)
    try:
        actions.look_over(found, reason=form.cleaned_data["reason"], seen=shown, actor=request.actor, at=now())
    except Refused as problem:
        context |= {"refusal": str(problem), "seen": process_or_404(request, code).version}
        return render(request, "processes/look_over.html", context, status=409)
    messages.success(request, _("Processen är översedd. Nästa dag för översyn är satt."))
    return redirect("process-mine")
