"""The statistics page and its export."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjulet.cases.choices import CaseKind, Severity, State
from hjulet.core.access import access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.spreadsheet import CSV_TYPE, XLSX_TYPE, Sheet, csv_rows, write_xlsx
from hjulet.core.swedish_time import moment_short
from hjulet.org.choices import Duty, Track
from hjulet.stats import labels, source, wording
from hjulet.stats.charts import bar_chart, line_chart
from hjulet.stats.choices import By, Tree
from hjulet.stats.layout import GROUPS_A_PAGE, chart_points, flat_rows, lay_out
from hjulet.stats.periods import quarter_of
from hjulet.stats.queries import CrossTable, cross_table, handling, place_of
from hjulet.stats.selection import Selection, chips, period_choices, period_label, read_selection

READERS = (Duty.READ, Duty.HANDLE, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT)
DIVISIONS = (
    (By.QUARTER, By.CATEGORY, By.UNIT),
    (By.QUARTER, By.CATEGORY),
    (By.QUARTER, By.UNIT),
    (By.YEAR, By.CATEGORY),
    (By.QUARTER, By.SEVERITY),
    (By.QUARTER, By.STATE),
    (By.MONTH, By.CATEGORY),
    (By.QUARTER, By.TRACK),
    (By.QUARTER, By.KIND),
    (By.MONTH, By.UNIT),
)


@access(Duty.STATISTICS, Duty.MASKED_STATISTICS)
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = now()
    selection = read_selection(request.GET, actor, local_date(at))
    context: dict[str, Any] = {"selection": selection, "at": at, **_choices(selection, actor, local_date(at))}
    categories = dict(context["categories"])
    try:
        context |= _answers(request, actor, selection)
        table = context["table"]
        categories |= dict(table.axes[table.by.index(By.CATEGORY)]) if By.CATEGORY in table.by else {}
    except Refused as reason:
        context["refused"] = str(reason)
    context["chips"] = chips(selection, actor, {"category": categories})
    return render(request, "stats/statistics.html", context)


def _answers(request: HttpRequest, actor: Actor, selection: Selection) -> dict[str, Any]:
    on = local_date(now())
    place = place_of(actor, tree=selection.tree, filters=selection.filters, unit=selection.unit)
    asked: dict[str, Any] = {"on": on, "tree": selection.tree, "filters": selection.filters, "place": place}
    table = cross_table(actor, selection.period, selection.by, **asked)
    column_page = whole_number(request.GET.get("kol", ""), digits=3) or 1
    layout = lay_out(
        table,
        link=any(actor.holds(duty) for duty in READERS),
        into=lambda code: selection.address(unit=code, kol=""),
        page=column_page,
    )
    sentence, why = wording.verdict(table)
    times, share = handling(actor, selection.period, **asked)
    return {
        "table": table,
        "layout": layout,
        "verdict": sentence,
        "why": why,
        "chart": _chart(table),
        "feedback": wording.feedback_words(share),
        "times": times,
        "times_words": wording.time_to_close_words(times),
        "running": table.as_of <= table.period.last,
        "column_page": column_page,
        "earlier_columns": selection.address(kol=str(column_page - 1)) if layout.first > 1 else "",
        "later_columns": selection.address(kol=str(column_page + 1)) if layout.more > 0 else "",
        "groups_a_page": GROUPS_A_PAGE,
    }


def _chart(table: CrossTable) -> str:
    over_time, points = chart_points(table)
    if table.empty or len(points) < 2 or all(point.value is None for point in points):
        return ""
    title = _("Ärenden %(area)s") % {"area": table.area} if table.area else _("Ärenden")
    told = "; ".join(f"{point.label}: {point.shown}" for point in points)
    draw = line_chart if over_time else bar_chart
    return draw("stat-1", title, f"{told}. {_('Samma tal står i tabellen.')}", points[:60])


def _choices(selection: Selection, actor: Actor, on: Any) -> dict[str, Any]:
    """What the form offers: for masked numbers only what they can answer."""
    grants = (*source.exact_grants(actor), *source.masked_grants(actor))
    unmasked = {By.MONTH, By.TRACK, By.KIND} if selection.only_masked else set()
    divisions: list[tuple[By, ...]] = [parts for parts in DIVISIONS if not unmasked & set(parts)]
    if selection.by not in divisions:
        divisions.append(selection.by)
    return {
        "quarters": period_choices(selection, on),
        "first_quarter": quarter_of(selection.period.first).code,
        "last_quarter": quarter_of(selection.period.last).code,
        "period_label": period_label(selection.period),
        "divisions": [(",".join(parts), ", ".join(str(part.label) for part in parts)) for parts in divisions],
        "division": ",".join(selection.by),
        "division_label": ", ".join(str(part.label) for part in selection.by),
        "units": labels.unit_choices({(g.path, g.path_end) for g in grants}, actor.principal_id),
        "categories": labels.category_choices(actor.principal_id),
        "tracks": [(track.value, track.label) for track in (Track.SOL, Track.LSS, Track.HSL, Track.NONE, Track.UNSURE)],
        "kinds": CaseKind.choices,
        "severities": Severity.choices,
        "states": State.choices,
        "trees": Tree.choices,
        "other_tree": selection.address(tree=Tree.NOW if selection.tree == Tree.THEN else Tree.THEN),
        "export_xlsx": selection.address(format="xlsx"),
        "export_csv": selection.address(format="csv"),
        "over_time": selection.address(**dict.fromkeys(("from", "to", "by", "tree", "severity", "state"), "")),
    }


@access(Duty.STATISTICS, Duty.MASKED_STATISTICS)
@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """The same numbers, hidden in the same way, as Excel or CSV."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = now()
    on = local_date(at)
    selection = read_selection(request.GET, actor, on)
    try:
        table = cross_table(
            actor, selection.period, selection.by, on=on, tree=selection.tree, filters=selection.filters
        )
    except Refused as reason:
        return render(
            request,
            "stats/statistics.html",
            {"selection": selection, "at": at, "refused": str(reason), **_choices(selection, actor, on)},
            status=400,
        )
    log_read(
        "export",
        actor=actor,
        at=at,
        about="statistics",
        ids=[actor.principal_id],
        purpose=selection.address()[:200],
    )
    columns = [*(str(part.label).capitalize() for part in table.by), _("Antal ärenden")]
    name = f"statistik-{on.isoformat()}"
    if request.GET.get("format") == "csv":
        return StreamingHttpResponse(
            csv_rows(columns, flat_rows(table)),
            content_type=CSV_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )
    about = Sheet(_("Om uppgifterna"), [_("Uppgift"), _("Värde")], _about(selection, actor, table, at), (28, 90))
    book = write_xlsx(columns, flat_rows(table), name=_("Statistik"), more=[about])
    return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)


def _about(selection: Selection, actor: Actor, table: CrossTable, at: Any) -> list[list[str]]:
    masking = _("Alla tal visas.")
    if table.masked:
        masking = _(
            "<%(threshold)s är noll till %(highest)s. Dolt står där ett litet tal annars gick att räkna ut."
        ) % {"threshold": table.threshold, "highest": table.threshold - 1}
    rows = [
        [_("Hämtat"), moment_short(at, today=local_date(at))],
        [_("Huvudman"), actor.principal_name],
        [_("Period"), f"{table.period.first} – {table.period.last}"],
        [_("Område"), table.area or _("Allt du får se")],
        [_("Organisation"), str(table.tree.label)],
        [_("Små tal"), masking],
        [_("Räknat"), _("Ärenden efter den dag de kom in. Makulerade ärenden räknas inte.")],
    ]
    return rows + [[_("Urval"), chip.label] for chip in chips(selection, actor)] + [["", note] for note in table.notes]
