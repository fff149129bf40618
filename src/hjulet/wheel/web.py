"""Pages that read: a unit's year as wheel, list and month; one activity; how far it has come down the tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.swedish_time import clock_words
from hjulet.org.models import SEGMENT, Unit
from hjulet.wheel import actions, listing
from hjulet.wheel.choices import Quarter, WheelStanding
from hjulet.wheel.exports import WHEEL
from hjulet.wheel.figure import draw
from hjulet.wheel.listing import Row, Selection, read_selection, read_year, rows_of
from hjulet.wheel.models import Activity, Mark, Plan
from hjulet.wheel.months import month_of
from hjulet.wheel.progress import NOTHING, Count, by_place, units_of
from hjulet.wheel.registry import WAYS, held_back
from hjulet.wheel.rights import may_decide, may_mark, may_plan

PAGE = 50


def place_or_404(request: ActorRequest, units: Sequence[Unit], *, exactly: bool = False) -> Unit:
    """The unit that the address names, by `enhet`, among some; the reader's own where it names none of them.

    `exactly`, and always when something is sent: a unit that is named and not there is refused, never exchanged.
    """
    code = request.GET.get("enhet", "")
    found = next((unit for unit in units if unit.code == code), None)
    if found is None and not (code and (exactly or request.method == "POST")):
        found = listing.own_place(request.actor, units)
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def wheel(request: ActorRequest) -> HttpResponseBase:
    """In the address: `enhet`, `ar`, `vy`, `fran`, `kvart`, `lage`, `manad`, `sort`, `sida`; `forslag=1` shows the
    proposal to those who plan the unit's year."""
    if exports.wanted(request):
        return exports.response(request, WHEEL)
    actor, at = request.actor, now()
    today = local_date(at)
    selection = read_selection(request.GET, today)
    units = list(listing.places(actor))
    if not units:
        return render(request, "wheel/nowhere.html")
    unit = place_or_404(request, units)
    plans = may_plan(unit, actor)
    around = listing.plans_around(unit)
    plan = next((one for one in around if one.unit_id == unit.pk and one.year == selection.year), None)
    waits = plan is not None and not plan.adopted and (plans or may_decide(unit, actor))
    proposed = waits and request.GET.get("forslag") == "1"
    whole = rows_of(unit, selection.year, actor, at, proposed=proposed, plans=around)
    rows = listing.chosen(whole, selection)
    context = {
        "unit": unit,
        "units": units,
        "years": listing.years_around(around, selection.year, today),
        "selection": selection,
        "views": [("hjul", _("Hjul")), ("lista", _("Lista")), ("kalender", _("Månad"))],
        "view": selection.view or "hjul",
        "quarters": Quarter.choices,
        "standings": WheelStanding.choices,
        "summary": summary(whole),
        "whole": whole,
        "rows": rows,
        "may_plan": plans,
        "plan": plan,
        "proposal_waits": waits,
        "proposed": proposed,
        **(_what_next(plan, request) if plan and proposed else {}),
        "next_year": selection.year + 1,
        "today": today,
    }
    return render(request, "wheel/wheel.html", context | _shown(request, rows, selection, unit, today))


def _what_next(plan: Plan, request: ActorRequest) -> dict[str, Any]:
    """What the reader may do with a proposal; and who decides it, when she does not."""
    offers = {offer.step.name.replace("-", "_"): offer for offer in actions.offers(plan, actor=request.actor)}
    deciders = [] if "adopt" in offers else actions.deciders(plan, now())
    return {"offers": offers, "deciders": ", ".join(person.name for person in deciders[:3])}


def _shown(request: ActorRequest, rows: list[Row], selection: Selection, unit: Unit, today: date) -> dict[str, Any]:
    """What one of the three views needs."""
    if selection.view == "lista":
        return {"page": Paginator(rows, PAGE).get_page(request.GET.get("sida"))}
    if selection.view == "kalender":
        month = selection.month or (today.month if selection.year == today.year else 1)
        return {"month": month_of(selection.year, month, rows)}
    here = [row for row in rows if row.here]
    done = sum(not row.waits for row in here)
    told = _("%(done)s av %(all)s klara här") % {"done": done, "all": len(here)} if here else ""
    months = by_month(rows)
    coming = next((first for first, _some in months[1:] if first >= today.replace(day=1)), None)
    return {"figure": draw(rows, selection.year, today, unit.name, told), "months": months, "coming": coming}


def by_month(rows: Sequence[Row]) -> list[tuple[date, list[tuple[int, Row]]]]:
    """The month of the last day, with each row and its number in the picture."""
    numbered = list(enumerate(rows, start=1))
    in_order = sorted(numbered, key=lambda pair: (pair[1].activity.ends_on, pair[0]))
    return [
        (first, list(some))
        for first, some in groupby(in_order, key=lambda pair: pair[1].activity.ends_on.replace(day=1))
    ]


def summary(rows: Sequence[Row]) -> dict[str, int]:
    """How many the unit does itself, and of them how many are late, going on and done."""
    here = [row.standing for row in rows if row.here]
    return {"all": len(here)} | {standing: here.count(standing) for standing in WheelStanding.values}


def activity_or_404(request: ActorRequest, pk: int) -> Activity:
    rows = Activity.objects.seen_by(request.actor).select_related("plan__unit", "role")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def row_or_404(request: ActorRequest, activity: Activity) -> Row:
    """The activity as a unit sees it: the one that the address names, else the reader's own if it is for that one, else
    the one that planned it."""
    actor, at = request.actor, now()
    units = list(listing.places(actor))
    wanted = [place_or_404(request, units, exactly=True)]
    if not request.GET.get("enhet"):
        wanted += [unit for unit in units if unit.pk == activity.plan.unit_id]
    for unit in wanted:
        found = listing.row_of(activity, unit, actor, at)
        if found is not None:
            return found
    raise Http404


@access(LOGGED_IN)
@require_safe
def activity(request: ActorRequest, pk: int) -> HttpResponse:
    """In the address: `enhet`, whose the answer is; `sida` of the units under it."""
    actor, at = request.actor, now()
    one = activity_or_404(request, pk)
    row = row_or_404(request, one)
    adopted = one.plan.adopted
    marks = adopted and row.here and may_mark(one, row.unit, actor)
    context = {
        "row": row,
        "activity": one,
        "unit": row.unit,
        "clock": clock_words(at, due_on=one.ends_on) if row.waits and adopted else None,
        "may_mark": marks,
        "held_back": held_back(one, row.unit) if marks and row.waits else "",
        "may_plan": may_plan(one.plan.unit, actor),
        "below": _below(request, row) if row.spread and adopted else None,
        "ways": [way for ask in WAYS for way in ask(one, row.unit, actor)] if adopted else [],
    }
    return render(request, "wheel/activity.html", context)


def _below(request: ActorRequest, row: Row) -> Any:
    """A page of the units that do it, each with what it said."""
    page: Any = Paginator(units_of(row.activity, row.unit, row.activity.plan.year), PAGE).get_page(
        request.GET.get("sida")
    )
    units = Unit.objects.seen_by(request.actor).filter(pk__in=list(page)).order_by("path")
    marks = {mark.unit_id: mark for mark in Mark.objects.filter(activity=row.activity, unit__in=list(page))}
    today = local_date(now())
    page.object_list = [
        (unit, marks.get(unit.pk), WheelStanding(listing.standing_of(row.activity, marks.get(unit.pk), today)))
        for unit in units
    ]
    return page


@access(LOGGED_IN)
@require_safe
def progress(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`, `ar`. Each place right under the unit, with all that is to be done there."""
    actor, at = request.actor, now()
    today = local_date(at)
    year = read_year(request.GET.get("ar", ""), today)
    units = list(listing.places(actor))
    if not units:
        return render(request, "wheel/nowhere.html")
    unit = place_or_404(request, units)
    counts = by_place(unit, year, today)
    length = len(unit.path or "") + SEGMENT
    below = [one for one in units if len(one.path or "") == length and (one.path or "").startswith(unit.path or "")]
    rows = [(one, counts.get(one.path or "", NOTHING), _has_below(one, units)) for one in below]
    parts = list(counts.values())
    total = Count(*(sum(column) for column in zip(*((c.total, c.done, c.skipped, c.late) for c in parts), strict=True)))
    context = {
        "unit": unit,
        "units": units,
        "years": listing.years_around(listing.plans_around(unit), year, today),
        "year": year,
        "own": counts.get(unit.path or "", NOTHING),
        "rows": sorted((row for row in rows if row[1].total), key=lambda row: (-row[1].late, row[0].name)),
        "total": total,
        "above": next((one for one in units if one.path == (unit.path or "")[:-SEGMENT]), None),
    }
    return render(request, "wheel/progress.html", context)


def _has_below(unit: Unit, units: Sequence[Unit]) -> bool:
    return any(one.parent_id == unit.pk for one in units)
