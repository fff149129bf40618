"""Pages of the tree and of one unit."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core.access import LOGGED_IN, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.org import actions
from hjulet.org.changes import (
    Deed,
    Page,
    actor_of,
    change_page,
    crumbs,
    managed_unit,
    managed_units,
    manages,
    manages_all,
    own_people,
    own_roles,
    own_unit,
)
from hjulet.org.choices import Duty
from hjulet.org.forms import (
    AssignHereForm,
    CloseForm,
    FactsForm,
    MergeForm,
    MoveForm,
    NewUnitForm,
    RenameForm,
    SplitForm,
)
from hjulet.org.models import Assignment, ReceivingRule, Unit, UnitVersion, in_force
from hjulet.org.preview import people_around, people_under
from hjulet.org.register import deputies_on, gaps_by_unit, holder_of, register
from hjulet.org.tree import Node, ancestors, tree_of

PAGE_SIZE = 50
change_methods = require_http_methods(["GET", "HEAD", "POST"])


@access(LOGGED_IN)
@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """`q` searches names and codes, `dag` shows the tree of a day, `glapp=1` only units with a gap."""
    actor, today = actor_of(request), local_date(now())
    query, day = request.GET.get("q", "").strip()[:120], _day(request.GET.get("dag"))
    roots = tree_of(actor.principal_id, day)
    gaps = {} if day else {pk: len(found) for pk, found in gaps_by_unit(register(actor.principal_id, today)).items()}
    only_gaps = request.GET.get("glapp") == "1" and not day
    listed = query or only_gaps
    found = [
        node
        for root in roots
        for node in root.walk()
        if _matches(node, query) and (not only_gaps or node.unit_id in gaps)
    ]
    context = {
        "roots": roots,
        "listed": listed,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("sida")) if listed else None,
        "query": query,
        "day": day,
        "bad_day": bool(request.GET.get("dag")) and day is None,
        "only_gaps": only_gaps,
        "gaps": gaps,
        "people": _people_count(actor.principal_id, day or today),
        "units": sum(1 for root in roots for _node in root.walk()),
        "manages": manages_all(actor),
        "crumbs": crumbs()[:1],
    }
    return render(request, "org/organisation.html", context)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _matches(node: Node, query: str) -> bool:
    text = f"{node.name} {node.code}".casefold()
    return all(word in text for word in query.casefold().split())


def _people_count(principal_id: int, on: date) -> dict[int, int]:
    """Active people with a role at each unit."""
    rows = Assignment.objects.filter(in_force(on), unit__principal_id=principal_id, person__is_active=True)
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
    away = deputies_on(actor.principal_id, today)
    context = {
        "unit": shown,
        "above": ancestors(shown),
        "history": UnitVersion.objects.filter(unit=shown).select_related("parent").order_by("-valid_from"),
        "page": page,
        "people": [(row, holder_of(row.person, away)) for row in page.object_list],
        "children": shown.children.alive(today).order_by("name", "id"),
        "rules": _rules(shown),
        "gaps": gaps_by_unit(register(actor.principal_id, today)).get(shown.pk, []),
        "manages": mine,
        "open": shown.valid_to is None,
        "crumbs": crumbs(),
    }
    return render(request, "org/unit.html", context)


def _rules(shown: Unit) -> list[ReceivingRule]:
    rows = ReceivingRule.objects.filter(principal_id=shown.principal_id)
    return [row for row in rows if row.track in shown.tracks or row.track in {"several", "unsure"}]


def _crumbs_of(shown: Unit) -> tuple[tuple[str, str], ...]:
    return crumbs((shown.name, reverse("unit", args=[shown.code])))


def _page(shown: Unit, **words: Any) -> Page:
    return Page(crumbs=_crumbs_of(shown), to=reverse("unit", args=[shown.code]), **words)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_new(request: HttpRequest, code: str) -> HttpResponse:
    """A new unit below this one."""
    actor, at = actor_of(request), now()
    above = managed_unit(actor, code)
    start = {"kind": "unit", "tracks": above.tracks, "day": local_date(at)}
    form = NewUnitForm(request.POST or None, initial=start)
    page = _page(
        above,
        title=_("Ny enhet under %(unit)s") % {"unit": above.name},
        lead=_("Den som har en roll på %(unit)s har den också på den nya enheten.") % {"unit": above.name},
        button=_("Lägg till enheten"),
        done=_("Enheten finns nu. Nästa steg: ge någon en roll där."),
    )

    def apply(values: dict[str, Any]) -> object:
        return actions.create_unit(
            principal=above.principal,
            parent=above,
            code=values["code"],
            name=values["name"],
            kind=values["kind"],
            tracks=values["tracks"],
            is_caregiver=values["is_caregiver"],
            services=values["services"],
            valid_from=values["day"],
            actor=actor,
            at=at,
        )

    return change_page(request, page, form, Deed(apply, lambda values: people_around(above.path)))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_rename(request: HttpRequest, code: str) -> HttpResponse:
    actor, at = actor_of(request), now()
    shown = managed_unit(actor, code)
    form = RenameForm(request.POST or None, initial={"name": shown.name, "day": local_date(at)})
    page = _page(
        shown,
        title=_("Byt namn på %(unit)s") % {"unit": shown.name},
        lead=_("Äldre ärenden och statistik visar namnet som gällde då."),
        button=_("Byt namn"),
        done=_("Namnet är bytt."),
    )
    deed = Deed(
        lambda values: actions.rename_unit(
            unit=shown,
            name=values["name"],
            day=values["day"],
            seen=values["seen"] or None,
            actor=actor,
            at=at,
        )
    )
    return change_page(request, page, form, deed, actions.stamp_of(shown))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_change(request: HttpRequest, code: str) -> HttpResponse:
    actor, at = actor_of(request), now()
    shown = managed_unit(actor, code)
    names = ("kind", "tracks", "is_caregiver", "services")
    form = FactsForm(request.POST or None, initial={name: getattr(shown, name) for name in names})
    page = _page(
        shown,
        title=_("Ändra uppgifter om %(unit)s") % {"unit": shown.name},
        lead=_("Lagarna avgör vilka frågor som ställs när någon rapporterar här."),
        button=_("Spara uppgifterna"),
        done=_("Uppgifterna är sparade."),
    )
    deed = Deed(
        lambda values: actions.change_unit(
            unit=shown,
            kind=values["kind"],
            tracks=values["tracks"],
            is_caregiver=values["is_caregiver"],
            services=values["services"],
            seen=values["seen"] or None,
            actor=actor,
            at=at,
        )
    )
    return change_page(request, page, form, deed, actions.stamp_of(shown))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_move(request: HttpRequest, code: str) -> HttpResponse:
    actor, at = actor_of(request), now()
    shown = managed_unit(actor, code)
    elsewhere = managed_units(actor).exclude(pk__in=Unit.objects.under(shown.path or "").values("pk"))
    start = {"day": local_date(at), "parent": shown.parent_id}
    form = MoveForm(request.POST or None, units=elsewhere, initial=start)
    page = _page(
        shown,
        title=_("Flytta %(unit)s") % {"unit": shown.name},
        lead=_(
            "Allt som ligger under följer med. Äldre ärenden finns kvar, och statistik kan visas både som "
            "det var då och som det är nu."
        ),
        button=_("Flytta enheten"),
        done=_("Enheten är flyttad."),
    )
    deed = Deed(
        lambda values: actions.move_unit(
            unit=shown,
            parent=values["parent"],
            day=values["day"],
            seen=values["seen"] or None,
            actor=actor,
            at=at,
        ),
        lambda values: people_around(shown.path, values["parent"].path),
    )
    return change_page(request, page, form, deed, actions.stamp_of(shown))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_close(request: HttpRequest, code: str) -> HttpResponse:
    actor, at = actor_of(request), now()
    shown = managed_unit(actor, code)
    form = CloseForm(request.POST or None, initial={"valid_to": local_date(at)})
    page = _page(
        shown,
        title=_("Stäng %(unit)s") % {"unit": shown.name},
        lead=_(
            "Roller på enheten slutar samma dag. Ärenden och dokument ligger kvar och nås av dem som har "
            "roller högre upp."
        ),
        button=_("Stäng enheten"),
        done=_("Enheten har fått en sista dag. Nästa steg: se om något ansvar står tomt."),
        final=_("En stängd enhet kan inte öppnas igen. Lägg i så fall upp en ny."),
    )
    deed = Deed(
        lambda values: actions.close_unit(
            unit=shown, valid_to=values["valid_to"], seen=values["seen"] or None, actor=actor, at=at
        ),
        lambda values: people_under(shown.path),
        lambda values: values["valid_to"] + actions.ONE_DAY,
    )
    return change_page(request, page, form, deed, actions.stamp_of(shown))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_merge(request: HttpRequest, code: str) -> HttpResponse:
    actor, at = actor_of(request), now()
    shown = managed_unit(actor, code)
    elsewhere = managed_units(actor).exclude(pk__in=Unit.objects.under(shown.path or "").values("pk"))
    form = MergeForm(request.POST or None, units=elsewhere, initial={"day": local_date(at)})
    page = _page(
        shown,
        title=_("Slå ihop %(unit)s med en annan enhet") % {"unit": shown.name},
        lead=_(
            "Enheten stängs dagen före. Det som ligger under flyttar över, och de som har roller på den "
            "andra enheten når de gamla ärendena."
        ),
        button=_("Slå ihop enheterna"),
        done=_("Enheterna är ihopslagna. Nästa steg: ge dem som arbetade här roller på den andra enheten."),
        final=_("En sammanslagning kan inte tas tillbaka."),
    )
    deed = Deed(
        lambda values: actions.merge_units(
            unit=shown,
            into=values["into"],
            day=values["day"],
            seen=values["seen"] or None,
            actor=actor,
            at=at,
        ),
        lambda values: people_around(shown.path, values["into"].path) | people_under(shown.path),
    )
    return change_page(request, page, form, deed, actions.stamp_of(shown))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_split(request: HttpRequest, code: str) -> HttpResponse:
    actor, at = actor_of(request), now()
    shown = managed_unit(actor, code)
    below = shown.children.filter(valid_to__isnull=True).order_by("name", "id")
    form = SplitForm(request.POST or None, units=below, initial={"day": local_date(at)})
    page = _page(
        shown,
        title=_("Dela %(unit)s") % {"unit": shown.name},
        lead=_("En ny enhet läggs bredvid, med samma slag och lagar. Välj vad som följer med."),
        button=_("Dela enheten"),
        done=_("Enheten är delad. Nästa steg: ge någon en roll på den nya."),
    )
    deed = Deed(
        lambda values: actions.split_unit(
            unit=shown,
            code=values["code"],
            name=values["name"],
            children=values["children"],
            day=values["day"],
            actor=actor,
            at=at,
        ),
        lambda values: people_around(shown.path),
    )
    return change_page(request, page, form, deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_assign(request: HttpRequest, code: str) -> HttpResponse:
    """Gives someone a role here."""
    actor, at = actor_of(request), now()
    shown = managed_unit(actor, code)
    form = AssignHereForm(
        request.POST or None,
        people=own_people(actor).filter(is_active=True),
        roles=own_roles(actor),
        initial={"valid_from": local_date(at)},
    )
    page = _page(
        shown,
        title=_("Ge någon en roll på %(unit)s") % {"unit": shown.name},
        lead=_("Rollen gäller där och i allt som ligger under."),
        button=_("Ge rollen"),
        done=_("Rollen är given."),
    )
    deed = Deed(
        lambda values: actions.assign_role(
            person=values["who"],
            role=values["role"],
            unit=shown,
            valid_from=values["valid_from"],
            valid_to=values["valid_to"],
            actor=actor,
            at=at,
        ),
        lambda values: frozenset({values["who"].pk}),
        lambda values: values["valid_from"],
    )
    return change_page(request, page, form, deed)
