"""Pages of people: who works where, with which roles, and what that lets them see."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
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
    managed_person,
    managed_units,
    manages,
    manages_all,
    manages_person,
    own_people,
    own_roles,
)
from hjulet.org.choices import Duty
from hjulet.org.exports import PEOPLE
from hjulet.org.forms import AssignForm, DeputyForm, EndForm, NewPersonForm, NothingForm, OrgForm, PersonForm
from hjulet.org.listing import MOST, people_in, visible_people
from hjulet.org.models import Assignment, Delegation, Deputy, Person, Principal, Unit, in_force
from hjulet.org.preview import access_words
from hjulet.org.sessions import end_sessions


@access(LOGGED_IN)
@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    """`q` searches names, titles and logins, `roll` is a role's code, `stangda=1` adds closed accounts."""
    actor, today = actor_of(request), local_date(now())
    if exports.wanted(request):
        return exports.response(request, PEOPLE)
    query, role = request.GET.get("q", "").strip()[:MOST], request.GET.get("roll", "")
    rows = people_in(request.GET, actor=actor, today=today).select_related("home_unit")
    current = Assignment.objects.seen_by(actor).filter(in_force(today)).select_related("role", "unit")
    rows = rows.prefetch_related(Prefetch("assignments", current, to_attr="held"))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "shown": [(each, workplace(each, actor)) for each in page.object_list],
        "query": query,
        "role": own_roles(actor).filter(code=role).first() if role else None,
        "roles": own_roles(actor),
        "closed": request.GET.get("stangda") == "1",
        "manages": bool(actor.reach(Duty.MANAGE_ORGANISATION)),
        "crumbs": crumbs(),
    }
    return render(request, "org/people.html", context)


def _all_seen(shown: Person, actor: Actor) -> bool:
    """Whether the actor may know of every place where someone has a role, which the words name."""
    return actor.bounds is None or not shown.assignments.exclude(pk__in=shown.assignments.seen_by(actor)).exists()


def workplace(shown: Person, actor: Actor) -> Unit | None:
    """Where someone works, when that is a place the actor may know of."""
    home = shown.home_unit
    return home if home and actor.sees(home.path) else None


@access(LOGGED_IN)
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Roles now and before, deputies, and what she may see in words (to herself and those who manage her)."""
    actor, at = actor_of(request), now()
    today = local_date(at)
    shown: Person = get_object_or_404(visible_people(actor, today).select_related("home_unit", "principal"), pk=pk)
    mine = actor.holds(Duty.MANAGE_ORGANISATION) and manages_person(actor, shown)
    if shown.protected_identity and actor.person_id != pk:
        log_read("read", actor=actor, at=at, about="person", ids=[pk])
    rows = shown.assignments.seen_by(actor).select_related("role", "unit").order_by("-valid_from", "id")
    known = Person.objects.seen_by(actor, today)
    stands_in = Q(deputy__isnull=True) | Q(deputy__in=known)
    context = {
        "person": shown,
        "workplace": workplace(shown, actor),
        "current": rows.filter(in_force(today)),
        "coming": rows.filter(valid_from__gt=today),
        "past": rows.filter(valid_to__lt=today),
        "delegations": Delegation.objects.seen_by(actor)
        .filter(person=shown)
        .select_related("unit")
        .order_by("-valid_from", "id"),
        "today": today,
        "away": shown.deputies.filter(stands_in, valid_to__gte=today).select_related("deputy"),
        "standing_in": shown.stands_in_for.filter(valid_to__gte=today, absent__in=known).select_related("absent"),
        "words": access_words(shown, today) if actor.person_id == pk or (mine and _all_seen(shown, actor)) else None,
        "manages": mine,
        "oneself": actor.person_id == pk,
        "crumbs": crumbs((_("Personer"), reverse("people"))),
    }
    return render(request, "org/person.html", context)


def _change(
    request: HttpRequest, shown: Person, words: dict[str, str], form: OrgForm, deed: Deed, row: Any = None
) -> HttpResponse:
    """The page of a change; `words` are the texts of Page. The stamp is `row`, else the person, as it is now."""
    here = reverse("person", args=[shown.pk])
    page = Page(crumbs=crumbs((_("Personer"), reverse("people")), (shown.name, here)), to=here, **words)
    return change_page(request, page, form, deed, actions.stamp_of(row or shown))


def _just(shown: Person) -> Any:
    return lambda values: frozenset({shown.pk})


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def person_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = NewPersonForm(request.POST or None, units=managed_units(actor))
    form.fields["home_unit"].required = not manages_all(actor)
    page = Page(
        title=_("Ny person"),
        lead=_("Personen får ingen roll än och ser inga ärenden."),
        button=_("Lägg till personen"),
        done=_("Personen är tillagd. Nästa steg: ge hen en roll. Den som driver Hjulet ger ett lösenord."),
        to=reverse("people"),
        crumbs=crumbs((_("Personer"), reverse("people"))),
    )
    principal = Principal.objects.get(pk=actor.principal_id)
    deed = Deed(by_form(request, actions.create_person, stamped=False, principal=principal))
    return change_page(request, page, form, deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def person_change(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    shown = managed_person(actor, pk)
    words = {
        "title": _("Ändra uppgifter om %(name)s") % {"name": shown.name},
        "lead": _("Roller ändras för sig. Vad hen får se följer av rollerna."),
        "button": _("Spara uppgifterna"),
        "done": _("Uppgifterna är sparade."),
    }
    names = ("name", "title", "email", "protected_identity")
    start = {name: getattr(shown, name) for name in names} | {"home_unit": shown.home_unit_id}
    form = PersonForm(request.POST or None, units=managed_units(actor), initial=start)
    return _change(request, shown, words, form, Deed(by_form(request, actions.change_person, person=shown)))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    shown = managed_person(actor_of(request), pk)
    words = {
        "title": _("Stäng kontot för %(name)s") % {"name": shown.name},
        "lead": _(
            "Hen kan inte logga in längre, och rollerna slutar i dag. Det hen har skrivit finns kvar. "
            "Ärenden som hen handlägger behöver en ny handläggare."
        ),
        "button": _("Stäng kontot"),
        "done": _("Kontot är stängt. Nästa steg: se om ett ansvar står tomt och om ärenden behöver en handläggare."),
    }
    deed = Deed(by_form(request, actions.deactivate_person, person=shown), _just(shown))
    return _change(request, shown, words, NothingForm(request.POST or None), deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def person_activate(request: HttpRequest, pk: int) -> HttpResponse:
    shown = managed_person(actor_of(request), pk)
    words = {
        "title": _("Öppna kontot för %(name)s igen") % {"name": shown.name},
        "lead": _("Rollerna kommer inte tillbaka av sig själva."),
        "button": _("Öppna kontot"),
        "done": _("Kontot är öppet. Nästa steg: ge personen en roll."),
    }
    deed = Deed(by_form(request, actions.activate_person, person=shown), _just(shown))
    return _change(request, shown, words, NothingForm(request.POST or None), deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def person_logout(request: HttpRequest, pk: int) -> HttpResponse:
    shown = managed_person(actor_of(request), pk)
    words = {
        "title": _("Logga ut %(name)s överallt") % {"name": shown.name},
        "lead": _("Hen loggas ut på varje telefon och dator och kan logga in igen. Till exempel när en är borttappad."),
        "button": _("Logga ut överallt"),
        "done": _("Personen är utloggad överallt."),
    }
    deed = Deed(by_form(request, end_sessions, stamped=False, person=shown))
    return _change(request, shown, words, NothingForm(request.POST or None), deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def person_assign(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    shown = managed_person(actor, pk)
    words = {
        "title": _("Ge %(name)s en roll") % {"name": shown.name},
        "lead": _("Innan du bekräftar ser du vad rollen öppnar."),
        "button": _("Ge rollen"),
        "done": _("Rollen är given."),
    }
    form = AssignForm(
        request.POST or None,
        units=managed_units(actor),
        roles=own_roles(actor),
        initial={"valid_from": local_date(now()), "unit": shown.home_unit_id},
    )
    given = by_form(request, actions.assign_role, stamped=False, person=shown)
    return _change(request, shown, words, form, Deed(given, _just(shown), lambda values: values["valid_from"]))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def assignment_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    rows = Assignment.objects.seen_by(actor).select_related("person", "role", "unit")
    row: Assignment = get_object_or_404(rows, pk=pk)
    if not manages(actor, row.unit.path):
        raise Http404
    words = {
        "title": _("Avsluta rollen %(role)s på %(unit)s") % {"role": row.role.label, "unit": row.unit.name},
        "lead": _("%(name)s har rollen till och med den dag du väljer.") % {"name": row.person.name},
        "button": _("Avsluta rollen"),
        "done": _("Rollen har fått en sista dag. Nästa steg: se om något ansvar står tomt."),
    }
    deed = Deed(by_form(request, actions.end_assignment, assignment=row), _just(row.person), _day_after)
    form = EndForm(request.POST or None, initial={"valid_to": row.valid_to or local_date(now())})
    return _change(request, row.person, words, form, deed, row)


def _day_after(values: dict[str, Any]) -> date:
    last: date = values["valid_to"]
    return last + actions.ONE_DAY


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def person_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """An absence, and who stands in."""
    actor = actor_of(request)
    shown = managed_person(actor, pk)
    words = {
        "title": _("%(name)s är borta") % {"name": shown.name},
        "lead": _("Ersättaren har samma roller de dagarna och når samma ärenden."),
        "button": _("Spara frånvaron"),
        "done": _("Frånvaron är sparad."),
    }
    others = own_people(actor).filter(is_active=True).exclude(pk=pk)
    form = DeputyForm(request.POST or None, people=others, initial={"valid_from": local_date(now())})
    added = by_form(request, actions.add_deputy, stamped=False, absent=shown)
    return _change(request, shown, words, form, Deed(added, _just(shown), lambda values: values["valid_from"]))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def deputy_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    rows = Deputy.objects.select_related("absent__home_unit", "deputy").filter(absent__in=own_people(actor))
    row: Deputy = get_object_or_404(rows, pk=pk)
    if not manages_person(actor, row.absent):
        raise Http404
    words = {
        "title": _("%(name)s är tillbaka") % {"name": row.absent.name},
        "lead": _("Ersättaren har rollerna till och med den dag du väljer."),
        "button": _("Avsluta frånvaron"),
        "done": _("Frånvaron har fått en sista dag."),
    }
    touched = frozenset({row.absent_id} | ({row.deputy_id} if row.deputy_id else set()))
    deed = Deed(by_form(request, actions.end_deputy, row=row), lambda values: touched, _day_after)
    form = EndForm(request.POST or None, initial={"valid_to": min(row.valid_to, local_date(now()))})
    return _change(request, row.absent, words, form, deed, row)
