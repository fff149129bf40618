"""Pages of a principal's settings: what holds and why, and changing what the law leaves open."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hjulet.core.access import access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.org.changes import (
    Deed,
    Page,
    actor_of,
    by_form,
    change_methods,
    change_page,
    crumbs,
    require_all,
)
from hjulet.org.choices import Duty
from hjulet.org.dated import stamp_of_rows, withdraw
from hjulet.setups.catalogue import Setting, all_settings, find_setting
from hjulet.setups.editing import editor_of, own_rows


def _setter(request: HttpRequest) -> Actor:
    """Settings hold for the whole principal, so the duty must too."""
    actor = actor_of(request)
    require_all(actor, Duty.MANAGE_SETTINGS)
    return actor


def _setting(actor: Actor, key: str) -> Setting:
    found = find_setting(key, actor.principal_id, local_date(now()))
    if found is None or found.elsewhere:
        raise Http404
    return found


@access(Duty.MANAGE_SETTINGS)
@require_safe
def settings_page(request: HttpRequest) -> HttpResponse:
    """Every setting, grouped. `egna=1` shows only those the principal has decided itself."""
    actor = _setter(request)
    own = request.GET.get("egna") == "1"
    found = all_settings(actor.principal_id, local_date(now()))
    shown = [each for each in found if not own or each.now.own or each.now.changed or each.coming]
    groups = [(name, list(rows)) for name, rows in groupby(shown, key=lambda each: each.group)]
    context = {
        "groups": groups,
        "own": own,
        "changes_receivers": actor.holds(Duty.MANAGE_ORGANISATION),
        "crumbs": crumbs(),
    }
    return render(request, "setups/settings.html", context)


@access(Duty.MANAGE_SETTINGS)
@require_safe
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """One setting: value, source, what is to come and what has been."""
    actor = _setter(request)
    shown = _setting(actor, key)
    own = own_rows(key, actor.principal_id)
    context = {
        "setting": shown,
        "seen": stamp_of_rows(own) if own is not None else "",
        "crumbs": crumbs((_("Inställningar"), reverse("settings"))),
    }
    return render(request, "setups/setting.html", context)


@access(Duty.MANAGE_SETTINGS)
@change_methods
def setting_change(request: HttpRequest, key: str) -> HttpResponse:
    actor = _setter(request)
    shown = _setting(actor, key)
    if shown.locked:
        raise Http404
    editor = editor_of(key, actor=actor, today=local_date(now()), data=request.POST or None)
    here = reverse("setting", args=[key])
    page = Page(
        title=_("Ändra: %(setting)s") % {"setting": shown.label},
        lead=_("I dag: %(value)s.") % {"value": shown.now.value},
        button=_("Spara inställningen"),
        done=_("Inställningen är sparad."),
        to=here,
        crumbs=crumbs((_("Inställningar"), reverse("settings")), (shown.label, here)),
    )
    deed = Deed(by_form(request, editor.verb, **editor.fixed), means=editor.means)
    return change_page(request, page, editor.form, deed, editor.stamp)


@access(Duty.MANAGE_SETTINGS)
@require_POST
def setting_withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Takes back a change that has not begun."""
    actor = _setter(request)
    _setting(actor, key)
    own: Any = own_rows(key, actor.principal_id)
    if own is None:
        raise Http404
    try:
        withdraw(own, actor.principal_id, seen=request.POST.get("seen") or None, actor=actor, at=now())
        messages.success(request, _("Ändringen är tillbakatagen. Det som gäller i dag fortsätter att gälla."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("setting", key)
