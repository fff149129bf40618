"""The one way to change the organisation on a page: fill in, see who gains and loses access, confirm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.org.choices import Duty
from hjulet.org.forms import OrgForm
from hjulet.org.models import Person, Role, Unit
from hjulet.org.preview import AccessChange, Change, access_changes

SHOWN_PEOPLE = 100
Values = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """What a page that changes something says. `final` warns of what cannot be taken back."""

    title: str
    lead: str
    button: str
    done: str
    to: str
    crumbs: tuple[tuple[str, str], ...] = ()
    final: str = ""


@dataclass(frozen=True)
class Deed:
    """What the page does with the cleaned values, whom it may touch, and from which day it shows.

    `also` adds changes of who does what that are no change of access.
    """

    apply: Callable[[Values], object]
    people: Callable[[Values], frozenset[int]] = field(default=lambda values: frozenset())
    on: Callable[[Values], date | None] = field(default=lambda values: None)
    also: Callable[[Values], list[AccessChange]] = field(default=lambda values: [])


def change_page(request: HttpRequest, page: Page, form: OrgForm, deed: Deed, stamp: str = "") -> HttpResponse:
    """GET shows the form; POST shows what the change does; POST with confirm=1 makes it.

    `stamp` is what the row looks like now; the form carries what it looked like when shown.
    """
    if request.method != "POST":
        form.initial["seen"] = stamp
        return _show_form(request, page, form)
    if not form.is_valid() or "back" in request.POST:
        return _show_form(request, page, form)
    try:
        return _carry_on(request, page, form, deed)
    except Stale as problem:
        return _show_conflict(request, page, form, str(problem), stamp)
    except Refused as problem:
        form.add_error(None, str(problem))
        return _show_form(request, page, form)


def _carry_on(request: HttpRequest, page: Page, form: OrgForm, deed: Deed) -> HttpResponse:
    values = form.cleaned_data
    if request.POST.get("confirm") == "1":
        deed.apply(values)
        messages.success(request, page.done)
        return redirect(page.to)
    today = local_date(now())
    change = Change(lambda: deed.apply(values), deed.people(values), max(today, deed.on(values) or today))
    return _show_preview(request, page, form, [*access_changes(change), *deed.also(values)])


def _show_form(request: HttpRequest, page: Page, form: OrgForm) -> HttpResponse:
    return render(request, "org/change.html", {"page": page, "form": form})


def _show_preview(request: HttpRequest, page: Page, form: OrgForm, found: list[AccessChange]) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "changes": found[:SHOWN_PEOPLE],
        "gaining": sum(bool(each.gains) for each in found),
        "losing": sum(bool(each.loses) for each in found),
        "more": max(0, len(found) - SHOWN_PEOPLE),
    }
    return render(request, "org/confirm.html", context)


def _show_conflict(request: HttpRequest, page: Page, form: OrgForm, words: str, stamp: str) -> HttpResponse:
    """Shows both. What was typed stays in the form, which now builds on the row as it is."""
    both = form.differences()
    kept: Any = request.POST.copy()
    kept["seen"] = stamp
    form.data = kept
    return render(request, "org/change.html", {"page": page, "form": form, "conflict": words, "both": both}, status=409)


# What a page may touch: everything else is 404 --------------------------------------------------------------


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def manages(actor: Actor, path: str | None) -> bool:
    return bool(path) and actor.holds_at(Duty.MANAGE_ORGANISATION, path or "")


def manages_all(actor: Actor) -> bool:
    """Whether the actor may change what holds for the whole principal: roles, responsibilities, receivers."""
    root = Unit.objects.of(actor.principal_id).filter(parent__isnull=True).values_list("path", flat=True).first()
    return manages(actor, root)


def require_all(actor: Actor) -> None:
    if not manages_all(actor):
        raise Http404


def own_unit(actor: Actor, code: str) -> Unit:
    units = Unit.objects.select_related("parent", "principal", "merged_into")
    return get_object_or_404(units, principal_id=actor.principal_id, code=code)


def managed_unit(actor: Actor, code: str) -> Unit:
    unit = own_unit(actor, code)
    if not manages(actor, unit.path):
        raise Http404
    return unit


def managed_units(actor: Actor) -> Any:
    """Units open today that the actor may hang things on."""
    grants = actor.reach(Duty.MANAGE_ORGANISATION)
    return Unit.objects.of(actor.principal_id).within(grants).filter(valid_to__isnull=True).order_by("path")


def own_people(actor: Actor) -> Any:
    return Person.objects.filter(principal_id=actor.principal_id).select_related("home_unit", "principal")


def manages_person(actor: Actor, person: Person) -> bool:
    """Her workplace, or else the whole principal, must be the actor's to manage."""
    return manages(actor, person.home_unit.path) if person.home_unit else manages_all(actor)


def managed_person(actor: Actor, pk: int) -> Person:
    person: Person = get_object_or_404(own_people(actor), pk=pk)
    if not manages_person(actor, person):
        raise Http404
    return person


def own_roles(actor: Actor) -> Any:
    return Role.objects.filter(principal_id=actor.principal_id).order_by("label", "id")


def crumbs(*more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return ((_("Mitt arbete"), "/"), (_("Organisation"), reverse("organisation")), *more)
