"""Pages that read: a unit's five stops, one stop, a level's sum, and what a board has been handed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.pdf import PdfFailed
from hjulet.core.swedish_time import clock_words
from hjulet.learning_stops import listing, papers
from hjulet.learning_stops.actions import goes_to_board, may_plan_themes
from hjulet.learning_stops.choices import LEVELS, StopStanding
from hjulet.learning_stops.exports import STOPS
from hjulet.learning_stops.models import Stop, Theme, may_sign, may_write, reads_whole, standing_of
from hjulet.learning_stops.pack import board_pack, kept_pack
from hjulet.org.models import SEGMENT, Unit
from hjulet.wheel.listing import read_year

PAGE = 50
ANSWERS = 20


def place_or_404(request: ActorRequest, units: Sequence[Unit]) -> Unit:
    """The unit of the address among some; her own where it names none of them. When something is sent, a unit that is
    named and not there is refused."""
    code = request.GET.get("enhet", "")
    found = next((unit for unit in units if unit.code == code), None)
    if found is None and not (code and request.method == "POST"):
        found = listing.own_place(request.actor, units)
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def stops(request: ActorRequest) -> HttpResponseBase:
    """In the address: `enhet`, `ar`."""
    if exports.wanted(request):
        return exports.response(request, STOPS)
    actor, at = request.actor, now()
    today = local_date(at)
    year = read_year(request.GET.get("ar", ""), today)
    units = listing.places(actor)
    context: dict[str, Any] = {"year": year, "units": units, "handed": listing.handed_to(actor)[:5]}
    if not units:
        return render(request, "learning_stops/nowhere.html", context)
    unit = place_or_404(request, units)
    rows = listing.year_of(unit, year, actor, at)
    context |= {
        "unit": unit,
        "rows": rows,
        "years": listing.years_of(today, year),
        "writes": may_write(unit, actor),
        "plans": may_plan_themes(actor),
        "level": unit.kind in LEVELS,
        "done": sum(row.standing == StopStanding.SIGNED for row in rows),
    }
    return render(request, "learning_stops/stops.html", context)


def stop_or_404(request: ActorRequest, pk: int) -> Stop:
    rows = Stop.objects.seen_by(request.actor)
    found = rows.select_related("unit", "theme", "signed_by", "handed_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def stop(request: ActorRequest, pk: int) -> HttpResponse:
    one = stop_or_404(request, pk)
    if not reads_whole(one, request.actor):
        return redirect("learning-stop-board", pk=one.pk)
    return render(request, "learning_stops/stop.html", stop_context(one, request))


def stop_context(one: Stop, request: ActorRequest) -> dict[str, Any]:
    """What the page of a stop shows: each question with its answer and the figures that stand next to it."""
    actor, at = request.actor, now()
    today = local_date(at)
    figures = kept_pack(one, actor)
    replies = list(one.replies.select_related("saved_by"))
    level = one.unit.kind in LEVELS
    below = listing.newest_below(one) if level else {}
    writes = may_write(one.unit, actor) and not one.signed
    return {
        "stop": one,
        "unit": one.unit,
        "pack": figures,
        "rows": [(row, figures.beside(row.beside), below.get(row.code, [])) for row in replies],
        "answered": sum(row.answered for row in replies),
        "writes": writes,
        "may_sign": writes and may_sign(one.unit, actor),
        "may_reopen": one.signed and not one.handed_on and may_sign(one.unit, actor),
        "may_hand": one.signed and not one.handed_on and goes_to_board(one.unit) and may_write(one.unit, actor),
        "standing": standing_of(one.theme, one.year, one.state, today),
        "clock": clock_words(at, due_on=one.theme.last_day(one.year)) if not one.signed else None,
        "below": listing.level_of(one.unit, one.theme, one.year, today) if level else None,
        "today": today,
    }


class Counted(Paginator):
    """Pages of what has been counted already."""

    known = 0

    @property
    def count(self) -> int:
        return self.known


@access(LOGGED_IN)
@require_safe
def level(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`, `ar`, `tema`, `val` (klara or kvar), `fraga`, `ord`, `sida`, and `svar` the page of
    answers. One stop, summed over all units under a level."""
    actor, at = request.actor, now()
    today = local_date(at)
    year = read_year(request.GET.get("ar", ""), today)
    units = [unit for unit in listing.places(actor) if unit.kind in LEVELS]
    themes = list(Theme.objects.filter(principal_id=actor.principal_id))
    if not units or not themes:
        return render(request, "learning_stops/nowhere.html", {"year": year, "units": units})
    unit = place_or_404(request, units)
    theme = chosen_theme(themes, request.GET.get("tema", ""), today.month)
    chosen = request.GET.get("val", "")
    chosen = chosen if chosen in {"klara", "kvar"} else ""
    sums = listing.level_of(unit, theme, year, today)
    rows = Counted(listing.units_in(unit, theme, year, today, chosen), PAGE)
    rows.known = {"": sums.total, "klara": sums.signed, "kvar": sums.left}[chosen]
    page: Any = rows.get_page(request.GET.get("sida"))
    page.object_list = listing.with_stops(page.object_list, theme, year, today)
    own = Stop.objects.seen_by(actor).filter(unit=unit, theme=theme, year=year).select_related("theme", "unit").first()
    context = {
        **{"unit": unit, "units": units, "theme": theme, "themes": themes, "year": year, "chosen": chosen},
        **{"years": listing.years_of(today, year), "page": page, "own": own},
        "sums": sums,
        "figures": kept_pack(own, actor).parts if own else (),
        "may_begin": own is None and may_write(unit, actor) and theme.first_day(year) <= today,
        "above": next((one for one in units if one.path == (unit.path or "")[:-SEGMENT]), None),
        **_answers(request, unit, theme, year),
    }
    return render(request, "learning_stops/level.html", context)


def chosen_theme(themes: Sequence[Theme], code: str, month: int) -> Theme:
    """The one that is named; else the latest that has opened this year."""
    named = next((theme for theme in themes if theme.code == code), None)
    return named or next((theme for theme in reversed(themes) if theme.month <= month), themes[0])


def _answers(request: ActorRequest, unit: Unit, theme: Theme, year: int) -> dict[str, Any]:
    """The answers to one question, with the words that most units use."""
    asked = listing.asked_below(theme)
    code = request.GET.get("fraga", "")
    code = code if code in dict(asked) else asked[0][0] if asked else ""
    word = request.GET.get("ord", "").replace("\x00", "").strip()[:60]
    whole = list(listing.answers_below(unit, theme, year).filter(code=code))
    found = listing.with_word(whole, word) if word else whole
    return {
        **{"asked": asked, "question": code, "question_text": dict(asked).get(code, ""), "word": word},
        "words": listing.words_of(row.text for row in whole),
        "answers": Paginator(found, ANSWERS).get_page(request.GET.get("svar")),
    }


@access(LOGGED_IN)
@require_safe
def board(request: ActorRequest, pk: int) -> HttpResponse:
    """What a board has been handed: the answers, and figures where small numbers are hidden."""
    one = stop_or_404(request, pk)
    if one.handed_on is None:
        raise Http404
    context = {"stop": one, "unit": one.unit, "pack": board_pack(one), "replies": list(one.replies.all())}
    return render(request, "learning_stops/board.html", context | {"whole": reads_whole(one, request.actor)})


@access(LOGGED_IN)
@require_safe
def pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """A stop as PDF: as handed to the board, once it is; else as its reader may see it."""
    one = stop_or_404(request, pk)
    at = now()
    figures = board_pack(one) if one.handed_on else kept_pack(one, request.actor)
    try:
        return papers.response(one, figures, at=at)
    except PdfFailed:
        context = {"stop": one, "unit": one.unit, "problem": _("PDF:en gick inte att göra just nu. Försök igen.")}
        return render(request, "learning_stops/no_pdf.html", context, status=503)
