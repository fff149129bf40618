"""Pages of who may decide in the board's name (KL 6 kap. 37 §, 7 kap. 5–8 §§)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.org import actions
from hjulet.org.changes import (
    PAGE_SIZE,
    Deed,
    Page,
    Values,
    actor_of,
    by_form,
    change_methods,
    change_page,
    crumbs,
    managed_units,
    manages,
    own_people,
)
from hjulet.org.choices import Duty, Mandate
from hjulet.org.exports import DELEGATIONS
from hjulet.org.forms import DelegationForm, EndForm
from hjulet.org.listing import MOST, STANDINGS, delegations_in, visible_delegations, without_delegate
from hjulet.org.models import WARNED, Delegation
from hjulet.org.reach import actor_for

ORDER_WORDS = (
    ("", gettext_lazy("Namn")),
    ("uppgift", gettext_lazy("Uppgift")),
    ("enhet", gettext_lazy("Enhet")),
    ("sista-dag", gettext_lazy("Sista dag")),
)


@access(LOGGED_IN)
@require_safe
def delegations(request: HttpRequest) -> HttpResponseBase:
    """Asked as in listing.delegations_in, `sida` pages. Says which mandate nobody has and what runs out."""
    actor, today = actor_of(request), local_date(now())
    if exports.wanted(request):
        return exports.response(request, DELEGATIONS)
    asked = request.GET
    rows = delegations_in(asked, actor=actor, today=today).select_related("person", "unit")
    page = Paginator(rows, PAGE_SIZE).get_page(asked.get("sida"))
    mandate = asked.get("uppgift", "")
    context = {
        "page": page,
        "shown": [(row, days_left(row, today), manages(actor, row.unit.path)) for row in page.object_list],
        "tab": asked.get("visa", "") if asked.get("visa") in STANDINGS else "",
        "query": asked.get("q", "").strip()[:MOST],
        "mandate": Mandate(mandate) if mandate in Mandate.values else None,
        "mandates": Mandate.choices,
        "order": asked.get("ordning", ""),
        "orders": ORDER_WORDS,
        "gaps": without_delegate(actor.principal_id, today),
        "soon": visible_delegations(actor, today).running_out(today).count(),
        "manages": bool(actor.reach(Duty.MANAGE_ORGANISATION)),
        "crumbs": crumbs(),
    }
    return render(request, "org/delegations.html", context)


def days_left(row: Delegation, today: date) -> int | None:
    """Days until a delegation in force runs out, when that is soon and nothing follows. `row` carries `renewed`."""
    if row.valid_to is None or row.renewed or row.valid_from > today:  # type: ignore[attr-defined]
        return None
    left = row.valid_to - today
    return left.days if 0 <= left.days <= WARNED.days else None


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def delegation_new(request: HttpRequest) -> HttpResponse:
    """`vem` is the login of someone to begin with."""
    actor, at = actor_of(request), now()
    people = own_people(actor).filter(is_active=True)
    who = people.filter(login=request.GET.get("vem", "")).first()
    form = DelegationForm(
        request.POST or None,
        people=people,
        units=managed_units(actor),
        initial={"valid_from": local_date(at), "who": who},
    )
    page = Page(
        title=_("Ny delegation"),
        lead=_("Skriv det som nämnden har beslutat. Delegationen öppnar inga ärenden, det gör rollen."),
        button=_("Spara delegationen"),
        done=_("Delegationen är sparad."),
        to=reverse("delegations"),
        crumbs=_crumbs(),
        final=_("En delegation som har börjat gälla ändras inte. Den avslutas, och en ny läggs in."),
    )

    def means(values: Values) -> list[str]:
        return _means_new(values, at)

    apply = by_form(request, actions.delegate, stamped=False, names={"who": "person"})
    return change_page(request, page, form, Deed(apply, means=means))


def _means_new(values: Values, at: Any) -> list[str]:
    """A delegation without the duty to decide, or the other way round, opens nothing: better said before than after."""
    who, unit = values["who"], values["unit"]
    words = {"name": who.name, "unit": unit.name}
    lines = [_("%(name)s får besluta i nämndens namn på %(unit)s och i allt som ligger under.") % words]
    if not actor_for(who, at=at).holds_at(Duty.DECIDE_LEX, unit.path or ""):
        lines.append(
            _("%(name)s har ingen roll där med uppgiften att besluta. Utan en sådan roll går det ändå inte.") % words
        )
    return lines


@access(Duty.MANAGE_ORGANISATION)
@change_methods
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    actor, today = actor_of(request), local_date(now())
    rows = Delegation.objects.seen_by(actor).select_related("person", "unit")
    row: Delegation = get_object_or_404(rows, pk=pk)
    if not manages(actor, row.unit.path) or (row.valid_to is not None and row.valid_to < today):
        raise Http404
    page = Page(
        title=_("Avsluta delegationen för %(name)s") % {"name": row.person.name},
        lead=_("%(mandate)s, %(unit)s. Delegationen gäller till och med den dag du väljer.")
        % {"mandate": row.get_mandate_display(), "unit": row.unit.name},
        button=_("Avsluta delegationen"),
        done=_("Delegationen har fått en sista dag. Beslut som är fattade med stöd av den står kvar."),
        to=reverse("delegations"),
        crumbs=_crumbs(),
    )

    def means(values: Values) -> list[str]:
        return _means_end(row, actor, max(values["valid_to"], row.valid_from))

    form = EndForm(request.POST or None, initial={"valid_to": row.valid_to or today})
    deed = Deed(by_form(request, actions.end_delegation, delegation=row), means=means)
    return change_page(request, page, form, deed, actions.stamp_of(row))


def _means_end(row: Delegation, actor: Actor, last: date) -> list[str]:
    words = {"name": row.person.name, "day": last.isoformat(), "mandate": row.get_mandate_display()}
    lines = [_("%(name)s kan inte besluta med stöd av den efter %(day)s.") % words]
    left = without_delegate(actor.principal_id, last + actions.ONE_DAY, but=row.pk)
    if row.mandate in {mandate.value for mandate in left}:
        lines.append(_("Dagen efter har ingen delegationen ”%(mandate)s”. Då kan bara nämnden besluta.") % words)
    return lines


def _crumbs() -> tuple[tuple[str, str], ...]:
    return crumbs((_("Delegationer"), reverse("delegations")))
