"""A person's own files: ordering one, seeing how far it has come, taking it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hjulet.core.access import LOGGED_IN, ActorRequest, access, admits
from hjulet.core.cells import ROWS_MAX
from hjulet.core.clocks import local_date
from hjulet.core.exports import TYPES, Export
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.swedish_time import moment_short
from hjulet.exports import actions
from hjulet.exports.choices import OrderState
from hjulet.exports.models import Order

PAGE = 25
FORMAT_WORDS = {"xlsx": "Excel", "csv": "CSV", "zip": "Zip"}


def offer_later(request: HttpRequest, export: Export, form: str, total: int) -> HttpResponse:
    """Instead of a file at once: says how long the list is, and asks whether to make the file in the background."""
    context = {
        "export": export,
        "form": form,
        "form_word": FORMAT_WORDS[form],
        "total": total,
        "shown": grouped(total),
        "chosen": request.GET.urlencode(),
        "too_long": total >= ROWS_MAX,
    }
    return render(request, "exports/order.html", context)


def grouped(number: int) -> str:
    """With the thousands apart, as the reader's language has them."""
    return number_format(number, force_grouping=True)


@access(LOGGED_IN)
@require_safe
def exports(request: ActorRequest) -> HttpResponse:
    """One's own orders, newest first. `sida` pages."""
    at = now()
    page = Paginator(Order.objects.of(request.actor.person_id), PAGE).get_page(request.GET.get("sida"))
    shown = [_shown(row, at) for row in page.object_list]
    waiting = any(row["waiting"] for row in shown)
    return render(request, "exports/list.html", {"page": page, "shown": shown, "waiting": waiting})


def _shown(row: Order, at: datetime) -> dict[str, Any]:
    today = local_date(at)
    return {
        "order": row,
        "label": row.export.label if row.export else row.code,
        "form": FORMAT_WORDS.get(row.form, row.form),
        "when": moment_short(row.ordered_at, today=today),
        "done": grouped(row.done),
        "total": grouped(row.total),
        "waiting": row.state in {OrderState.WAITING, OrderState.WRITING},
        "ready": row.state == OrderState.READY,
        "until": moment_short(row.gone_at, today=today) if row.gone_at else "",
    }


@access(LOGGED_IN)
@require_POST
def export_order(request: ActorRequest) -> HttpResponse:
    """POST `code`, `form`, `total` and `chosen`: what the address of the list asked for."""
    total = request.POST.get("total", "")
    try:
        actions.order(
            request.POST.get("code", ""),
            request.POST.get("form", ""),
            QueryDict(without_nul(request.POST.get("chosen", "").replace("%00", ""))[:4_000]).dict(),
            total=int(total) if total.isdecimal() and len(total) < 10 else 0,
            actor=request.actor,
            at=now(),
        )
        messages.success(request, _("Filen skrivs. Du får en avisering när den är klar."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("exports")


def _own(request: ActorRequest, pk: int) -> Order:
    return get_object_or_404(Order.objects.of(request.actor.person_id), pk=pk)


@access(LOGGED_IN)
@require_safe
def export_file(request: ActorRequest, pk: int) -> FileResponse:
    """The file, for the one who ordered it and while she may still open the list."""
    row, at = _own(request, pk), now()
    over = row.state != OrderState.READY or row.gone_at is None or row.gone_at <= at
    if over or row.export is None or not admits(row.export.marks, request.actor):
        raise Http404
    try:
        file = row.path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    actions.fetched(row, actor=request.actor, at=at)
    return FileResponse(
        file,
        as_attachment=True,
        filename=row.file_name(),
        content_type=TYPES[row.form],
        headers={"Cache-Control": "private, no-store"},
    )


@access(LOGGED_IN)
@require_POST
def export_remove(request: ActorRequest, pk: int) -> HttpResponse:
    actions.throw_away(_own(request, pk), actor=request.actor, at=now())
    messages.success(request, _("Filen är borttagen."))
    return redirect("exports")
