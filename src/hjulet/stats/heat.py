"""Where in the processes things have happened: the cases of each step in twelve months, and in the twelve before."""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from hjulet.cases.choices import VOICES
from hjulet.core.actor import Actor
from hjulet.core.clocks import add_months_unrolled
from hjulet.processes.registry import Grade, Sign
from hjulet.stats.masking import ALL, Grid, mask
from hjulet.stats.models import MaskingRule
from hjulet.stats.periods import quarter_before
from hjulet.stats.source import UNIT, Sql, day_value, exact_grants, masked_grants, month_start, run
from hjulet.stats.step_facts import asked_of

STEP = "step"
# By severity, as cases.choices.Severity; the last are not assessed yet.
WEIGHTS: dict[str, str | Promise] = {
    "1": gettext_lazy("mindre"),
    "2": gettext_lazy("måttliga"),
    "3": gettext_lazy("betydande"),
    "4": gettext_lazy("katastrofala"),
    "0": gettext_lazy("inte bedömda"),
}


def since(on: date) -> date:
    """The first day that heat tells of: the month of a day and the eleven before it."""
    return add_months_unrolled(_year_before(month_start(on)), 1)


def _year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def least_told(actor: Actor, on: date) -> int | None:
    """The smallest number that the actor is told: 1 where figures are exact. None: no figures."""
    if exact_grants(actor):
        return 1
    return MaskingRule.of(actor.principal_id, on).threshold if masked_grants(actor) else None


def cases_in_steps(actor: Actor, processes: Mapping[int, str], on: date) -> Iterator[Sign]:
    """Exact numbers inside her own part, for those who see them; else those of whole quarters that are not small.
    One question however many steps there are.

    Deviations and what came of them; views and complaints are told apart in the statistics.
    """
    least = least_told(actor, on) if processes else None
    if least is None:
        return
    if least > 1:
        yield from _masked(actor, processes, on, least)
        return
    first = since(on)
    for process, step, n, open_now, before, *levels in run(_question(actor, list(processes), first, on)):
        if n or before:
            here = f"{processes[process]}/{step}"
            address = {"val": "alla", "steg": here, "from": first.isoformat(), "annulled": "0"}
            words = _told(n)
            if open_now:
                words += ngettext(", %(n)s öppen", ", %(n)s öppna", open_now) % {"n": open_now}
            url = f"/arenden/?{urlencode(address)}"
            yield Sign(process, step, "cases", words, n, levels[2] + levels[3], before, _grades(n, levels), url)


def _masked(actor: Actor, processes: Mapping[int, str], on: date, least: int) -> Iterator[Sign]:
    """The last four quarters that are over. Neither sums nor what is under the least are told: nothing to take from.
    Of the weights those that are not small, when what is left cannot be worked out of the step's number either.
    """
    first, last = quarter_before(on, 4).first, quarter_before(on).last
    for process, step, n, _open, _before, *levels in run(_question(actor, list(processes), first, last, masked=True)):
        if n >= least:
            yield Sign(process, step, "cases", _told(n), n, grades=_grades(n, levels, least))


def _grades(n: int, levels: list[int], least: int = 1) -> tuple[Grade, ...]:
    """Of `n` cases how many are of each weight, and how many not weighed; those under `least` are hidden."""
    counts = dict(zip(WEIGHTS, [*levels, n - sum(levels)], strict=True))
    if least == 1:
        return tuple((str(WEIGHTS[code]), count) for code, count in counts.items())
    table = Grid({STEP: ALL}, tuple(counts), {(STEP, code): count for code, count in counts.items()})
    shown = mask(table, least, keep_total=True)
    told = {code: shown[STEP, code] for code in counts}
    return tuple((str(WEIGHTS[code]), one if isinstance(one, int) else None) for code, one in told.items())


def _told(n: int) -> str:
    return ngettext("%(n)s avvikelse", "%(n)s avvikelser", n) % {"n": n}


def _question(actor: Actor, processes: list[int], first: date, last: date, *, masked: bool = False) -> Sql:
    start = day_value(first)
    earlier = day_value(_year_before(first))
    voices = sorted(map(str, VOICES))

    def now(name: str) -> str:
        return f"COALESCE(SUM(r.{name}) FILTER (WHERE r.month >= %s), 0)"

    before = "COALESCE(SUM(r.cases) FILTER (WHERE r.month < %s), 0)"
    levels = ", ".join(now(name) for name in ("s1", "s2", "s3", "s4"))
    numbers = f"{now('cases')}, {now('open')}, {before}, {levels}"
    table, reach = asked_of(actor, masked=masked)
    query = Sql(
        f"SELECT r.process_id, r.step, {numbers} FROM {table} r JOIN {UNIT} u ON u.id = r.unit_id "
        f"WHERE r.process_id IN ({marks(processes)}) AND r.month >= %s AND r.month <= %s "
        f"AND r.kind NOT IN ({marks(voices)}) AND ",
        [*[start] * 7, *processes, earlier, day_value(last), *voices],
    )
    return query.put(reach).add(" GROUP BY r.process_id, r.step ORDER BY r.process_id, r.step")


def marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))
