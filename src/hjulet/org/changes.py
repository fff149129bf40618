"""The one way to change the organisation on a page: fill in, see who gains and loses access, confirm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.org.choices import Duty
from hjulet.org.forms import OrgForm
from hjulet.org.models import Person, Role, Unit
from hjulet.org.preview import AccessChange, Change, access_changes

SHOWN_PEOPLE = 100
PAGE_SIZE = 50
Values = dict[str, Any]
change_methods = require_http_methods(["GET", "HEAD", "POST"])


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

    `also` adds changes of who does what that are no change of access; `means` tells in sentences what a change
    of something else than access leads to.
    """

    apply: Callable[[Values], object]
    people: Callable[[Values], frozenset[int]] = field(default=lambda values: frozenset())
    on: Callable[[Values], date | None] = field(default=lambda values: None)
    also: Callable[[Values], list[AccessChange]] = field(default=lambda values: [])
    means: Callable[[Values], list[str]] = field(default=lambda values: [])


def by_form(
    request: HttpRequest,
    verb: Callable[..., object],
    *,
    stamped: bool = True,
    names: Mapping[str, str] | None = None,
    **fixed: Any,
) -> Callable[[Values], object]:
    """Calls a verb with `fixed` and what was filled in, each field as the keyword of its own name or that in `names`.

    `stamped`: the verb takes `seen`, what the row looked like when the form was shown.
    """
    actor, at = actor_of(request), now()

    def apply(values: Values) -> object:
        given = {(names or {}).get(name, name): value for name, value in values.items() if name != "seen"}
        if stamped:
            given["seen"] = values["seen"] or None
        return verb(**fixed, **given, actor=actor, at=at)

    return apply


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
    found = [*access_changes(change), *deed.also(values)]
    return _show_preview(request, page, form, found, deed.means(values))


def _show_form(request: HttpRequest, page: Page, form: OrgForm) -> HttpResponse:
    return render(request, "org/change.html", {"page": page, "form": form})


def _show_preview(
    request: HttpRequest, page: Page, form: OrgForm, found: list[AccessChange], means: list[str]
) -> HttpResponse:
    """Names those the reader may know of, and counts the others."""
    actor = actor_of(request)
    touched = {each.person.pk for each in found}
    people = Person.objects.seen_by(actor, local_date(now())).filter(pk__in=touched) if touched else []
    known = {person.pk for person in people}
    shown = [each for each in found if each.person.pk in known][:SHOWN_PEOPLE]
    context = {
        "page": page,
        "form": form,
        "means": means,
        "changes": shown,
        "gaining": sum(bool(each.gains) for each in found),
        "losing": sum(bool(each.loses) for each in found),
        "more": len(found) - len(shown),
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


def manages_all(actor: Actor, duty: str = Duty.MANAGE_ORGANISATION) -> bool:
    """Whether the actor may change what holds for the whole principal: roles, responsibilities, receivers, settings."""
    root = Unit.objects.of(actor.principal_id).filter(parent__isnull=True).values_list("path", flat=True).first()
    return bool(root) and actor.holds_at(duty, root or "")


def require_all(actor: Actor, duty: str = Duty.MANAGE_ORGANISATION) -> None:
    if not manages_all(actor, duty):
        raise Http404


def own_unit(actor: Actor, code: str) -> Unit:
    units = Unit.objects.seen_by(actor).select_related("parent", "principal", "merged_into")
    found: Unit = get_object_or_404(units, code=code)
    return found


def managed_unit(actor: Actor, code: str) -> Unit:
    unit = own_unit(actor, code)
    if not manages(actor, unit.path):
        raise Http404
    return unit


def managed_units(actor: Actor) -> Any:
    """Units open today that the actor may hang things on."""
    grants = actor.reach(Duty.MANAGE_ORGANISATION)
    return Unit.objects.seen_by(actor).within(grants).filter(valid_to__isnull=True).order_by("path")


def own_people(actor: Actor) -> Any:
    return Person.objects.seen_by(actor, local_date(now())).select_related("home_unit", "principal")


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
