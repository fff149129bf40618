"""A person's own notices, and which of them she wants as mail."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.core.access import LOGGED_IN, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.swedish_time import moment_short
from hjulet.notify import actions
from hjulet.notify.choices import ALWAYS_MAILED
from hjulet.notify.models import Notice, QuietHours
from hjulet.notify.wording import sentence
from hjulet.org.models import Person

PAGE_SIZE = 25


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@access(LOGGED_IN)
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Unread first, then the newest; `sida` pages."""
    actor, today = _actor(request), local_date(now())
    found = Notice.objects.of(actor.person_id).unread_first()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("sida"))
    shown = [
        {"notice": n, "text": sentence(n.kind, n.params), "when": moment_short(n.created_at, today=today)}
        for n in page.object_list
    ]
    unread: int = request.user.unread  # type: ignore[union-attr]
    return render(request, "notify/list.html", {"page": page, "shown": shown, "unread": unread})


@access(LOGGED_IN)
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens what the notice is about; from then on it is read."""
    actor = _actor(request)
    found = get_object_or_404(Notice.objects.of(actor.person_id), pk=pk)
    actions.mark_read(found, actor=actor, at=now())
    return redirect(found.link)


@access(LOGGED_IN)
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    actions.mark_all_read(actor=_actor(request), at=now())
    messages.success(request, _("Alla aviseringar är lästa."))
    return redirect("notices")


@access(LOGGED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_preferences(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    if request.method == "POST":
        actions.choose(set(request.POST.getlist("mail")), actor=actor, at=now())
        messages.success(request, _("Ditt val är sparat."))
        return redirect("notice-preferences")
    rows = [
        {"group": group, "mail": mail, "always": group in ALWAYS_MAILED}
        for group, mail in actions.chosen(actor.person_id).items()
    ]
    quiet = QuietHours.objects.filter(principal_id=actor.principal_id).first() or QuietHours()
    email = Person.objects.values_list("email", flat=True).get(pk=actor.person_id)
    context = {"rows": rows, "email": email, "quiet": quiet}
    return render(request, "notify/preferences.html", context)
