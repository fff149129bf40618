"""Pages that change one unit: fill in, see who gains and loses access, confirm."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.core.access import access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.org import actions
from hjulet.org.changes import (
    Deed,
    Page,
    actor_of,
    by_form,
    change_methods,
    change_page,
    crumbs,
    managed_unit,
    managed_units,
    own_people,
    own_roles,
)
from hjulet.org.choices import Duty
from hjulet.org.forms import (
    AssignHereForm,
    CloseForm,
    FactsForm,
    MergeForm,
    MoveForm,
    NewUnitForm,
    OrgForm,
    RenameForm,
    SplitForm,
)
from hjulet.org.models import Unit
from hjulet.org.preview import people_around, people_under


def _change(request: HttpRequest, shown: Unit, words: dict[str, str], form: OrgForm, deed: Deed) -> HttpResponse:
    """The page of a change; `words` are the texts of Page. The stamp is the unit as it is now."""
    here = reverse("unit", args=[shown.code])
    page = Page(crumbs=crumbs((shown.name, here)), to=here, **words)
    return change_page(request, page, form, deed, actions.stamp_of(shown))


def _elsewhere(request: HttpRequest, shown: Unit) -> Any:
    """Units to hang this one under, or to merge it with."""
    return managed_units(actor_of(request)).exclude(pk__in=Unit.objects.under(shown.path or "").values("pk"))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_new(request: HttpRequest, code: str) -> HttpResponse:
    """A new unit below this one."""
    above = managed_unit(actor_of(request), code)
    start = {"kind": "unit", "tracks": above.tracks, "day": local_date(now())}
    words = {
        "title": _("Ny enhet under %(unit)s") % {"unit": above.name},
        "lead": _("Den som har en roll på %(unit)s har den också på den nya enheten.") % {"unit": above.name},
        "button": _("Lägg till enheten"),
        "done": _("Enheten finns nu. Nästa steg: ge någon en roll där."),
    }
    created = by_form(
        request,
        actions.create_unit,
        stamped=False,
        names={"day": "valid_from"},
        principal=above.principal,
        parent=above,
    )
    deed = Deed(created, lambda values: people_around(above.path))
    return _change(request, above, words, NewUnitForm(request.POST or None, initial=start), deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_rename(request: HttpRequest, code: str) -> HttpResponse:
    shown = managed_unit(actor_of(request), code)
    words = {
        "title": _("Byt namn på %(unit)s") % {"unit": shown.name},
        "lead": _("Äldre ärenden och statistik visar namnet som gällde då."),
        "button": _("Byt namn"),
        "done": _("Namnet är bytt."),
    }
    form = RenameForm(request.POST or None, initial={"name": shown.name, "day": local_date(now())})
    return _change(request, shown, words, form, Deed(by_form(request, actions.rename_unit, unit=shown)))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_change(request: HttpRequest, code: str) -> HttpResponse:
    shown = managed_unit(actor_of(request), code)
    words = {
        "title": _("Ändra uppgifter om %(unit)s") % {"unit": shown.name},
        "lead": _("Lagarna avgör vilka frågor som ställs när någon rapporterar här."),
        "button": _("Spara uppgifterna"),
        "done": _("Uppgifterna är sparade."),
    }
    names = ("kind", "tracks", "is_caregiver", "services")
    form = FactsForm(request.POST or None, initial={name: getattr(shown, name) for name in names})
    return _change(request, shown, words, form, Deed(by_form(request, actions.change_unit, unit=shown)))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_move(request: HttpRequest, code: str) -> HttpResponse:
    shown = managed_unit(actor_of(request), code)
    words = {
        "title": _("Flytta %(unit)s") % {"unit": shown.name},
        "lead": _(
            "Allt som ligger under följer med. Äldre ärenden finns kvar, och statistik kan visas både som "
            "det var då och som det är nu."
        ),
        "button": _("Flytta enheten"),
        "done": _("Enheten är flyttad."),
    }
    start = {"day": local_date(now()), "parent": shown.parent_id}
    form = MoveForm(request.POST or None, units=_elsewhere(request, shown), initial=start)
    deed = Deed(
        by_form(request, actions.move_unit, unit=shown),
        lambda values: people_around(shown.path, values["parent"].path),
    )
    return _change(request, shown, words, form, deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_close(request: HttpRequest, code: str) -> HttpResponse:
    shown = managed_unit(actor_of(request), code)
    words = {
        "title": _("Stäng %(unit)s") % {"unit": shown.name},
        "lead": _(
            "Roller på enheten slutar samma dag. Ärenden och dokument ligger kvar och nås av dem som har "
            "roller högre upp."
        ),
        "button": _("Stäng enheten"),
        "done": _("Enheten har fått en sista dag. Nästa steg: se om något ansvar står tomt."),
        "final": _("En stängd enhet kan inte öppnas igen. Lägg i så fall upp en ny."),
    }
    deed = Deed(
        by_form(request, actions.close_unit, unit=shown),
        lambda values: people_under(shown.path),
        lambda values: values["valid_to"] + actions.ONE_DAY,
    )
    form = CloseForm(request.POST or None, initial={"valid_to": local_date(now())})
    return _change(request, shown, words, form, deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_merge(request: HttpRequest, code: str) -> HttpResponse:
    shown = managed_unit(actor_of(request), code)
    words = {
        "title": _("Slå ihop %(unit)s med en annan enhet") % {"unit": shown.name},
        "lead": _(
            "Enheten stängs dagen före. Det som ligger under flyttar över, och de som har roller på den "
            "andra enheten når de gamla ärendena."
        ),
        "button": _("Slå ihop enheterna"),
        "done": _("Enheterna är ihopslagna. Nästa steg: ge dem som arbetade här roller på den andra enheten."),
        "final": _("En sammanslagning kan inte tas tillbaka."),
    }
    form = MergeForm(request.POST or None, units=_elsewhere(request, shown), initial={"day": local_date(now())})
    deed = Deed(
        by_form(request, actions.merge_units, unit=shown),
        lambda values: people_around(shown.path, values["into"].path) | people_under(shown.path),
    )
    return _change(request, shown, words, form, deed)


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_split(request: HttpRequest, code: str) -> HttpResponse:
    shown = managed_unit(actor_of(request), code)
    words = {
        "title": _("Dela %(unit)s") % {"unit": shown.name},
        "lead": _("En ny enhet läggs bredvid, med samma slag och lagar. Välj vad som följer med."),
        "button": _("Dela enheten"),
        "done": _("Enheten är delad. Nästa steg: ge någon en roll på den nya."),
    }
    below = shown.children.filter(valid_to__isnull=True).order_by("name", "id")
    form = SplitForm(request.POST or None, units=below, initial={"day": local_date(now())})
    split = by_form(request, actions.split_unit, stamped=False, unit=shown)
    return _change(request, shown, words, form, Deed(split, lambda values: people_around(shown.path)))


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def unit_assign(request: HttpRequest, code: str) -> HttpResponse:
    """Gives someone a role here."""
    actor, shown = actor_of(request), managed_unit(actor_of(request), code)
    words = {
        "title": _("Ge någon en roll på %(unit)s") % {"unit": shown.name},
        "lead": _("Rollen gäller där och i allt som ligger under."),
        "button": _("Ge rollen"),
        "done": _("Rollen är given."),
    }
    form = AssignHereForm(
        request.POST or None,
        people=own_people(actor).filter(is_active=True),
        roles=own_roles(actor),
        initial={"valid_from": local_date(now())},
    )
    deed = Deed(
        by_form(request, actions.assign_role, stamped=False, names={"who": "person"}, unit=shown),
        lambda values: frozenset({values["who"].pk}),
        lambda values: values["valid_from"],
    )
    return _change(request, shown, words, form, deed)
