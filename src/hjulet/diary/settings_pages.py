"""How each board's matters are numbered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjulet.core.access import access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.diary import actions
from hjulet.diary.forms import SeriesForm
from hjulet.diary.models import Counter, Series
from hjulet.org.changes import Deed, Page, actor_of, by_form, change_methods, change_page, crumbs, require_all
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import Unit


def boards(principal_id: int) -> list[Unit]:
    """The principal's open boards, or its root when it has none."""
    open_units = Unit.objects.of(principal_id).filter(valid_to__isnull=True, path__isnull=False).order_by("path")
    return list(open_units.filter(kind=UnitKind.COMMITTEE)) or list(open_units.filter(parent__isnull=True))


@access(Duty.MANAGE_SETTINGS)
@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """Each board with how it numbers and the number that comes next. A principal has a handful of boards."""
    actor, year = actor_of(request), local_date(now()).year
    require_all(actor, Duty.MANAGE_SETTINGS)
    decided = {row.board_id: row for row in Series.objects.filter(principal_id=actor.principal_id)}
    last = dict(Counter.objects.filter(series__in=decided.values(), year=year).values_list("series_id", "last"))
    rows = []
    for board in boards(actor.principal_id):
        row = decided.get(board.pk)
        rows.append((board, row, row.number(year, last.get(row.pk, 0) + 1) if row and not row.external else ""))
    return render(request, "diary/series.html", {"rows": rows, "crumbs": crumbs()})


@access(Duty.MANAGE_SETTINGS)
@change_methods
def series_change(request: HttpRequest, code: str) -> HttpResponse:
    actor, year = actor_of(request), local_date(now()).year
    require_all(actor, Duty.MANAGE_SETTINGS)
    board = next((unit for unit in boards(actor.principal_id) if unit.code == code), None)
    if board is None:
        raise Http404
    series = actions.series_of(board)
    start = {"short": series.prefix, "pattern": series.pattern, "external": series.external}
    form = SeriesForm(request.POST or None, initial=start)
    here = reverse("diary-series")
    page = Page(
        title=_("Nummer i diariet: %(board)s") % {"board": board.name},
        lead=_("Nummer som redan är givna ändras aldrig."),
        button=_("Spara"),
        done=_("Nummerserien är sparad."),
        to=here,
        crumbs=crumbs((_("Nummer i diariet"), here)),
    )
    deed = Deed(
        by_form(request, actions.set_series, names={"short": "prefix"}, board=board),
        means=lambda values: _means(board, values, year),
    )
    return change_page(request, page, form, deed, actions.stamp_of(board))


def _means(board: Unit, values: dict[str, Any], year: int) -> list[str]:
    """What the choice leads to, in a sentence. The choice has been tried and found possible."""
    if values["external"]:
        return [_("Hjulet ger inga nummer. Registratorn skriver in numret ur det andra diariet.")]
    row = actions.series_of(board)
    row.prefix, row.pattern = values["short"], values["pattern"]
    return [_("Nästa ärende får numret %(number)s.") % {"number": actions.next_number(row, year)}]
