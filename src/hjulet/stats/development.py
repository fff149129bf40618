"""The page on development over time, and its export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from hjulet.cases.choices import CaseKind
from hjulet.core.access import access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.spreadsheet import CSV_TYPE, XLSX_TYPE, Sheet, csv_rows, write_xlsx
from hjulet.core.swedish_time import moment_short
from hjulet.org.choices import Duty, Track
from hjulet.stats import labels, source, spc_words
from hjulet.stats.choices import By, Chart, Measure, Per, Rules, Tree
from hjulet.stats.judged import CHARTS, Judged
from hjulet.stats.over_time import over_time
from hjulet.stats.periods import quarter_of
from hjulet.stats.selection import Selection, chips, period_choices, period_label, read_filters, read_period, read_unit
from hjulet.stats.spc_chart import draw
from hjulet.stats.web import READERS

QUARTERS = {Per.MONTH: 8, Per.QUARTER: 16, Per.WEEK: 4}


@dataclass(frozen=True)
class Asked:
    """What the page shows: a selection as on the statistics page, what is measured and how it is judged."""

    selection: Selection
    measure: Measure
    per: Per
    chart: Chart
    rules: Rules
    base: str


def read(params: Mapping[str, str], actor: Actor, on: date) -> Asked:
    """Nothing in an address is an error: what cannot be understood is told in `selection.ignored`."""
    only_masked = not source.exact_grants(actor)
    ignored: list[str] = []
    measure = Measure(_one(params, "measure", measures(only_masked), ignored))
    per = Per(_one(params, "per", pers(measure, only_masked), ignored))
    chart = Chart(_one(params, "chart", CHARTS[measure], []))
    rules = Rules(_one(params, "rules", Rules.values, ignored))
    base = params.get("base", "")[:10]
    extra = {"measure": measure, "per": per, "chart": chart, "rules": rules, "base": base, "by": "", "tree": ""}
    unit = read_unit(params, actor, ignored)
    selection = Selection(
        period=read_period(params, on, only_masked, ignored, 16 if measure == Measure.HARM else QUARTERS[per]),
        by=(By.QUARTER,),
        tree=Tree.NOW,
        filters=replace(read_filters(params, unit, only_masked, ignored), severity="", state=""),
        only_masked=only_masked,
        unit=unit,
        ignored=tuple(ignored),
        extra={name: str(value) for name, value in extra.items()},
    )
    return Asked(selection, measure, per, chart, rules, base)


def measures(only_masked: bool) -> Sequence[str]:
    return [Measure.CASES] if only_masked else Measure.values


def pers(measure: Measure, only_masked: bool) -> Sequence[str]:
    """How time may be cut. Masked numbers come per quarter; only cases come per week."""
    if only_masked:
        return [Per.QUARTER]
    return Per.values if measure == Measure.CASES else [Per.MONTH, Per.QUARTER]


def _one(params: Mapping[str, str], name: str, choices: Sequence[str], ignored: list[str]) -> str:
    given = params.get(name, "")
    if given and given not in choices:
        ignored.append(given)
    return given if given in choices else choices[0]


def judge(actor: Actor, asked: Asked, on: date) -> Judged:
    """Raises Refused, in words, for what cannot be answered."""
    told = over_time(
        actor,
        asked.selection.period,
        asked.measure,
        asked.per,
        on=on,
        filters=asked.selection.filters,
        link=any(actor.holds(duty) for duty in READERS),
    )
    return Judged(told, asked.measure, asked.per, asked.chart, asked.rules, asked.base)


@access(Duty.STATISTICS, Duty.MASKED_STATISTICS)
@require_safe
def development(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    on = local_date(now())
    asked = read(request.GET, actor, on)
    context = _frame(asked, actor, on)
    try:
        context |= _answer(judge(actor, asked, on), on)
    except Refused as reason:
        context["refused"] = str(reason)
    return render(request, "stats/development.html", context)


def _frame(asked: Asked, actor: Actor, on: date) -> dict[str, Any]:
    """What the form offers."""
    selection = asked.selection
    grants = (*source.exact_grants(actor), *source.masked_grants(actor))
    units = labels.unit_choices({(g.path, g.path_end) for g in grants}, actor.principal_id)
    categories = labels.category_choices(actor.principal_id)
    return {
        "asked": asked,
        "selection": selection,
        "chips": chips(selection, actor, {"unit": dict(units), "category": dict(categories)}),
        "title": title(asked),
        "period_label": period_label(selection.period),
        "quarters": period_choices(selection, on),
        "first_quarter": quarter_of(selection.period.first).code,
        "last_quarter": quarter_of(selection.period.last).code,
        "measures": [choice for choice in Measure.choices if choice[0] in measures(selection.only_masked)],
        "pers": [choice for choice in Per.choices if choice[0] in pers(asked.measure, selection.only_masked)],
        "charts": [(chart.value, chart.label) for chart in CHARTS[asked.measure]],
        "rules": Rules.choices,
        "units": units,
        "categories": categories,
        "tracks": [(track.value, track.label) for track in (Track.SOL, Track.LSS, Track.HSL, Track.NONE, Track.UNSURE)],
        "kinds": CaseKind.choices,
        "export_xlsx": selection.address(format="xlsx"),
        "export_csv": selection.address(format="csv"),
    }


def title(asked: Asked) -> str:
    """“Antal ärenden per månad”."""
    if asked.measure == Measure.HARM:
        return str(asked.measure.label)
    return _("%(measure)s per %(span)s") % {"measure": asked.measure.label, "span": asked.per.label}


def _answer(judged: Judged, on: date) -> dict[str, Any]:
    kind, sentence, why = spc_words.verdict(judged)
    found = spc_words.rows(judged)
    since = judged.told.since
    gone = (on - since).days if since else 0
    return {
        "judged": judged,
        "kind": kind,
        "verdict": sentence,
        "why": why,
        "chart": draw(judged, "utv-1", str(judged.measure.label)) if judged.known or judged.told.partly_shown else "",
        "rule": spc_words.rule_words(judged),
        "about": spc_words.measure_words(judged),
        "head": spc_words.head(judged),
        "rows": [(row.href, spc_words.cells(judged, row)) for row in reversed(found)],
        "bases": [(code, spc_words.span_name(judged, code)) for code in judged.bases],
        "base_name": spc_words.span_name(judged, judged.base) if judged.freeze else "",
        "lost_base": bool(judged.base) and not judged.freeze,
        "since": ngettext(
            "Det har gått %(count)s dag sedan den senaste.", "Det har gått %(count)s dagar sedan den senaste.", gone
        )
        % {"count": gone}
        if since
        else "",
    }


@access(Duty.STATISTICS, Duty.MASKED_STATISTICS)
@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """The table as Excel or CSV: the same numbers, lines and signals, hidden in the same way."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = now()
    on = local_date(at)
    asked = read(request.GET, actor, on)
    try:
        judged = judge(actor, asked, on)
    except Refused as reason:
        context = _frame(asked, actor, on) | {"refused": str(reason)}
        return render(request, "stats/development.html", context, status=400)
    purpose = asked.selection.address()[:200]
    log_read("export", actor=actor, at=at, about="statistics", ids=[actor.principal_id], purpose=purpose)
    columns = spc_words.head(judged)
    rows = [spc_words.figures(judged, row) for row in spc_words.rows(judged)]
    name = f"utveckling-{on.isoformat()}"
    if request.GET.get("format") == "csv":
        return StreamingHttpResponse(
            csv_rows(columns, rows),
            content_type=CSV_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )
    about = Sheet(_("Om uppgifterna"), [_("Uppgift"), _("Värde")], _about(asked, judged, actor, at), (28, 90))
    book = write_xlsx(columns, rows, name=_("Utveckling"), more=[about])
    return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)


def _about(asked: Asked, judged: Judged, actor: Actor, at: datetime) -> list[list[str]]:
    _kind, sentence, why = spc_words.verdict(judged)
    rows = [
        [_("Hämtat"), moment_short(at, today=local_date(at))],
        [_("Huvudman"), actor.principal_name],
        [_("Mått"), title(asked)],
        [_("Period"), period_label(asked.selection.period)],
        [_("Område"), judged.told.area or _("Allt du får se")],
        [_("Bedömning"), f"{sentence} {why}"],
        [_("Regler"), spc_words.rule_words(judged)],
        [_("Linjerna räknas på"), spc_words.span_name(judged, judged.base) if judged.freeze else _("Hela perioden")],
        [_("Räknat"), spc_words.measure_words(judged)],
    ]
    return rows + [[_("Urval"), chip.label] for chip in chips(asked.selection, actor)]
