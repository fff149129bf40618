"""Pages of roles, of the register of responsibilities, and of who receives a report first."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.org import actions
from hjulet.org.changes import (
    PAGE_SIZE,
    Deed,
    Page,
    actor_of,
    by_form,
    change_methods,
    change_page,
    crumbs,
    manages_all,
    own_roles,
    require_all,
)
from hjulet.org.choices import Duty, Track
from hjulet.org.exports import RESPONSIBILITIES
from hjulet.org.forms import ReceiverForm, ResponsibilityForm, RoleDutiesForm, RoleNameForm, duty_labels
from hjulet.org.listing import without_delegate
from hjulet.org.models import Assignment, Principal, ReceivingRule, Responsibility, Role
from hjulet.org.preview import people_in, receiver_changes
from hjulet.org.register import register_for, without_receiver

RECEIVED = (Track.SOL, Track.LSS, Track.HSL, Track.SEVERAL, Track.UNSURE, Track.NONE)
MISCONDUCT = {"avvikelse": False, "missforhallande": True}
EXAMPLES = 12


@access(LOGGED_IN)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Every role under its own name, what it carries and how many hold it today."""
    actor, today = actor_of(request), local_date(now())
    current = Q(assignments__person__is_active=True) & _prefixed("assignments", today)
    if actor.bounds is not None:
        current &= Q(assignments__in=Assignment.objects.seen_by(actor).order_by())
    rows = own_roles(actor).annotate(people=Count("assignments__person", filter=current, distinct=True))
    shown = list(rows.prefetch_related("duties"))
    labels = duty_labels(actor.principal_id, {duty.duty for role in shown for duty in role.duties.all()})
    context = {
        "roles": [(role, [(labels[d.duty], _laws(d.tracks)) for d in role.duties.all()]) for role in shown],
        "manages": (manages := manages_all(actor)),
        "nobody": _held_by_nobody(shown) if manages else [],
        "crumbs": crumbs(),
    }
    return render(request, "org/roles.html", context)


def _held_by_nobody(roles: list[Any]) -> list[str]:
    """Duties that no one has today: a new version of Hjulet may have brought them."""
    held = {carried.duty for role in roles if role.people for carried in role.duties.all()}
    return [str(duty.label) for duty in Duty if duty.value not in held]


def _prefixed(name: str, today: Any) -> Q:
    ends = Q(**{f"{name}__valid_to__isnull": True}) | Q(**{f"{name}__valid_to__gte": today})
    return Q(**{f"{name}__valid_from__lte": today}) & ends


def _laws(tracks: list[str]) -> str:
    labels = dict(Track.choices)
    return ", ".join(str(labels.get(track, track)) for track in tracks) if tracks else _("alla lagar")


def _role(request: HttpRequest, code: str) -> Role:
    actor = actor_of(request)
    require_all(actor)
    role: Role = get_object_or_404(own_roles(actor), code=code)
    return role


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def role_rename(request: HttpRequest, code: str) -> HttpResponse:
    role = _role(request, code)
    form = RoleNameForm(request.POST or None, initial={"label": role.label, "help": role.help})
    page = Page(
        title=_("Byt namn på rollen %(role)s") % {"role": role.label},
        lead=_("Namnet är ert eget. Vad rollen får göra ändras inte av namnet."),
        button=_("Byt namn"),
        done=_("Rollen har fått sitt nya namn."),
        to=reverse("roles"),
        crumbs=crumbs((_("Roller"), reverse("roles"))),
    )
    deed = Deed(by_form(request, actions.rename_role, role=role))
    return change_page(request, page, form, deed, actions.stamp_of(role))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def role_duties(request: HttpRequest, code: str) -> HttpResponse:
    role, actor, at = _role(request, code), actor_of(request), now()
    form = RoleDutiesForm(request.POST or None, role=role)
    page = Page(
        title=_("Vad rollen %(role)s får göra") % {"role": role.label},
        lead=_("Välj för varje uppgift vilka lagar den gäller. Väljer du ingen lag har rollen inte uppgiften."),
        button=_("Spara uppgifterna"),
        done=_("Rollens uppgifter är ändrade."),
        to=reverse("roles"),
        crumbs=crumbs((_("Roller"), reverse("roles"))),
    )
    deed = Deed(
        lambda values: actions.set_role_duties(
            role=role, duties=form.duties(), seen=values["seen"] or None, actor=actor, at=at
        ),
        lambda values: people_in(role),
    )
    return change_page(request, page, form, deed, actions.stamp_of(role))


@access(LOGGED_IN)
@require_safe
def responsibilities(request: HttpRequest) -> HttpResponseBase:
    """The register, gaps first. `glapp=1` shows only duties that are unheld somewhere; `sida` pages."""
    actor = actor_of(request)
    if exports.wanted(request):
        return exports.response(request, RESPONSIBILITIES)
    lines = register_for(actor, local_date(now()))
    only_gaps = request.GET.get("glapp") == "1"
    gaps = [line for line in lines if line.has_gap]
    page = Paginator(gaps if only_gaps else lines, PAGE_SIZE).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "lines": [(line, line.gaps[:EXAMPLES], line.people[:EXAMPLES]) for line in page.object_list],
        "undelegated": without_delegate(actor.principal_id, local_date(now())),
        "gap_count": len(gaps),
        "only_gaps": only_gaps,
        "examples": EXAMPLES,
        "manages": manages_all(actor),
        "crumbs": crumbs(),
    }
    return render(request, "org/responsibilities.html", context)


@access(LOGGED_IN)
@require_safe
def responsibility(request: HttpRequest, duty: str) -> HttpResponse:
    """One duty: every place at its level and who holds it there today. `sida` pages."""
    actor = actor_of(request)
    lines = register_for(actor, local_date(now()), duty=duty)
    if not lines:
        raise Http404
    context = {
        "line": lines[0],
        "page": Paginator(lines[0].places, PAGE_SIZE).get_page(request.GET.get("sida")),
        "manages": manages_all(actor),
        "crumbs": crumbs((_("Ansvar"), reverse("responsibilities"))),
    }
    return render(request, "org/responsibility.html", context)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def responsibility_change(request: HttpRequest, duty: str) -> HttpResponse:
    actor = actor_of(request)
    require_all(actor)
    row = get_object_or_404(Responsibility, principal_id=actor.principal_id, duty=duty)
    start = {"role": row.role_id, "level": row.level}
    form = ResponsibilityForm(request.POST or None, roles=own_roles(actor), initial=start)
    here = reverse("responsibility", args=[duty])
    page = Page(
        title=_("Ändra vem som har uppgiften"),
        lead=row.label,
        button=_("Spara ansvaret"),
        done=_("Ansvaret är ändrat."),
        to=here,
        crumbs=crumbs((_("Ansvar"), reverse("responsibilities")), (row.label, here)),
    )
    deed = Deed(by_form(request, actions.set_responsibility_role, responsibility=row))
    return change_page(request, page, form, deed, actions.stamp_of(row))


@access(LOGGED_IN)
@require_safe
def receivers(request: HttpRequest) -> HttpResponse:
    """Who receives a report first, per law and whether misconduct is suspected, and where nobody does."""
    actor, today = actor_of(request), local_date(now())
    known = {
        (rule.track, rule.misconduct): rule for rule in ReceivingRule.objects.filter(principal_id=actor.principal_id)
    }
    empty = without_receiver(known.values(), today)
    rows = []
    for track in RECEIVED:
        for word, misconduct in MISCONDUCT.items():
            rule = known.get((track.value, misconduct))
            missing = [unit for unit in empty[rule.pk] if actor.sees(unit.path)] if rule else []
            rows.append({"track": track, "word": word, "misconduct": misconduct, "rule": rule, "empty": missing})
    context = {"rows": rows, "manages": manages_all(actor), "crumbs": crumbs(), "examples": EXAMPLES}
    return render(request, "org/receivers.html", context)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def receiver_change(request: HttpRequest, track: str, word: str) -> HttpResponse:
    actor, at = actor_of(request), now()
    require_all(actor)
    if track not in {each.value for each in RECEIVED} or word not in MISCONDUCT:
        raise Http404
    misconduct, principal = MISCONDUCT[word], Principal.objects.get(pk=actor.principal_id)
    rule = ReceivingRule.objects.filter(principal_id=actor.principal_id, track=track, misconduct=misconduct).first()
    label = Track(track).label
    page = Page(
        title=_("Vem som först tar emot"),
        lead=_("%(law)s, misstänkt missförhållande") % {"law": label}
        if misconduct
        else _("%(law)s, annan rapport") % {"law": label},
        button=_("Spara mottagaren"),
        done=_("Mottagaren är ändrad. Rapporter som redan har kommit in ligger kvar där de är."),
        to=reverse("receivers"),
        crumbs=crumbs((_("Mottagare"), reverse("receivers"))),
    )
    deed = Deed(
        by_form(request, actions.set_receiving_rule, principal=principal, track=track, misconduct=misconduct),
        also=lambda values: receiver_changes(
            actor.principal_id, track, rule.duty if rule else "", values["duty"], local_date(at)
        ),
    )
    form = ReceiverForm(request.POST or None, initial={"duty": rule.duty if rule else None})
    return change_page(request, page, form, deed, actions.stamp_of(rule) if rule else "")
