"""Pages that show the tree and one unit; units.py has those that change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.org.changes import PAGE_SIZE, actor_of, crumbs, manages, manages_all, own_unit
from hjulet.org.exports import UNITS
from hjulet.org.listing import units_in
from hjulet.org.models import Assignment, ReceivingRule, Unit, UnitVersion, in_force
from hjulet.org.register import Holder, deputies_on, gaps_by_unit, holder_of, known_holder, known_people, register_for
from hjulet.org.tree import ancestors


@access(LOGGED_IN)
@require_safe
def organisation(request: HttpRequest) -> HttpResponseBase:
    """`q` searches names and codes, `dag` shows the tree of a day, `glapp=1` only units with a gap."""
    actor, today = actor_of(request), local_date(now())
    if exports.wanted(request):
        return exports.response(request, UNITS)
    asked = units_in(request.GET, actor=actor, today=today)
    roots, query, day, only_gaps = asked.roots, asked.query, asked.day, asked.only_gaps
    listed = query or only_gaps
    context = {
        "roots": roots,
        "listed": listed,
        "page": Paginator(asked.found, PAGE_SIZE).get_page(request.GET.get("sida")) if listed else None,
        "query": query,
        "day": day,
        "bad_day": bool(request.GET.get("dag")) and day is None,
        "only_gaps": only_gaps,
        "gaps": asked.gaps,
        "people": _people_count(actor, day or today),
        "units": sum(1 for root in roots for _node in root.walk()),
        "manages": manages_all(actor),
        "crumbs": crumbs()[:1],
    }
    return render(request, "org/organisation.html", context)


def _people_count(actor: Actor, on: date) -> dict[int, int]:
    """Active people with a role at each unit."""
    rows = Assignment.objects.seen_by(actor).filter(in_force(on), person__is_active=True)
    return Counter(unit for unit, _person in rows.values_list("unit_id", "person_id").distinct().order_by())


@access(LOGGED_IN)
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Facts, history, people today, what lies below, receivers and gaps. `sida` pages the people."""
    actor, today = actor_of(request), local_date(now())
    shown = own_unit(actor, code)
    mine = manages(actor, shown.path)
    people = Assignment.objects.filter(in_force(today), unit=shown).select_related("person", "role")
    if not mine:
        people = people.filter(person__protected_identity=False)
    page = Paginator(people.order_by("role__label", "person__name", "id"), PAGE_SIZE).get_page(request.GET.get("sida"))
    context = {
        "unit": shown,
        "above": ancestors(shown, actor),
        "merged_into": shown.merged_into if shown.merged_into and actor.sees(shown.merged_into.path) else None,
        "history": _history(shown, actor),
        "page": page,
        "people": _holders(actor, page.object_list, today),
        "children": shown.children.alive(today).order_by("name", "id"),
        "rules": _rules(shown),
        "gaps": gaps_by_unit(register_for(actor, today)).get(shown.pk, []),
        "manages": mine,
        "open": shown.valid_to is None,
        "crumbs": crumbs(),
    }
    return render(request, "org/unit.html", context)


def _history(shown: Unit, actor: Actor) -> list[tuple[UnitVersion, Unit | None]]:
    """Names and places, newest first, each with what it lay under where the actor may know of that."""
    rows = UnitVersion.objects.filter(unit=shown).select_related("parent").order_by("-valid_from")
    return [(row, row.parent if row.parent and actor.sees(row.parent.path) else None) for row in rows]


def _holders(actor: Actor, rows: Iterable[Assignment], today: date) -> list[tuple[Assignment, Holder]]:
    away = deputies_on(actor.principal_id, today)
    known = known_people(actor, today)
    return [(row, known_holder(holder_of(row.person, away), known)) for row in rows]


def _rules(shown: Unit) -> list[ReceivingRule]:
    rows = ReceivingRule.objects.filter(principal_id=shown.principal_id)
    return [row for row in rows if row.track in shown.tracks or row.track in {"several", "unsure"}]
