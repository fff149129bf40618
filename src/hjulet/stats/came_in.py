"""What has come in about processes since they were published: deviations and suggestions, for their owners."""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.cases.choices import VOICES, CaseKind
from hjulet.core.actor import Actor
from hjulet.processes.models import Process
from hjulet.processes.registry import Since
from hjulet.stats.heat import least_told, marks
from hjulet.stats.periods import quarter_before, quarter_of
from hjulet.stats.source import UNIT, Sql, day_value, month_start, run
from hjulet.stats.step_facts import asked_of


def came_in_since(actor: Actor, processes: Sequence[Process], on: date) -> Iterator[Since]:
    """From the month of publication, for those who see exact figures; else whole quarters after it, when not small."""
    least = least_told(actor, on) if processes else None
    if least is None:
        return
    masked = least > 1
    last = quarter_before(on).last if masked else on
    spans = {process.pk: _first(process, masked) for process in processes}
    spans = {pk: first for pk, first in spans.items() if first <= last}
    codes = {process.pk: process.code for process in processes}
    for pk, deviations, suggestions in run(_question(actor, spans, last, masked)) if spans else ():
        for n, words, kind in (
            (deviations, ngettext("%(n)s avvikelse", "%(n)s avvikelser", deviations), ""),
            (suggestions, ngettext("%(n)s förslag", "%(n)s förslag", suggestions), CaseKind.SUGGESTION),
        ):
            if n >= least:
                address = {"val": "alla", "steg": codes[pk], "from": spans[pk].isoformat(), "annulled": "0"}
                address |= {"kind": str(kind)} if kind else {}
                told = _("%(what)s från och med %(month)s") % {"what": words % {"n": n}, "month": _month(spans[pk])}
                yield Since(pk, told, n, "" if masked else f"/arenden/?{urlencode(address)}")


def _month(first: date) -> str:
    return str(formats.date_format(first, "F Y")).lower()


def _first(process: Process, masked: bool) -> date:
    published = process.current.published_on if process.current else None
    if published is None:
        return date.max
    if not masked:
        return month_start(published)
    quarter = quarter_of(published)
    return quarter.first if quarter.first == published else quarter.last + timedelta(days=1)


def _question(actor: Actor, spans: dict[int, date], last: date, masked: bool) -> Sql:
    voices = sorted(map(str, VOICES))
    table, reach = asked_of(actor, masked=masked)
    query = Sql(
        f"SELECT r.process_id, SUM(CASE WHEN r.kind IN ({marks(voices)}) THEN 0 ELSE r.cases END), "
        f"SUM(CASE WHEN r.kind = %s THEN r.cases ELSE 0 END) FROM {table} r JOIN {UNIT} u ON u.id = r.unit_id "
        "WHERE r.month <= %s AND (1 = 0",
        [*voices, str(CaseKind.SUGGESTION), day_value(last)],
    )
    for pk, first in spans.items():
        query.add(" OR (r.process_id = %s AND r.month >= %s)", pk, day_value(first))
    query.add(") AND ").put(reach)
    return query.add(" GROUP BY r.process_id ORDER BY r.process_id")
