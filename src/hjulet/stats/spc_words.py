"""A judged series in plain words: the verdict, why, by which rule, and the rows of the table beside the chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hjulet.core.swedish_time import date_short
from hjulet.stats.choices import Chart, Measure, Per, Rules
from hjulet.stats.judged import FEWEST, Judged
from hjulet.stats.periods import span_label
from hjulet.stats.spc import Spot
from hjulet.stats.spc_rules import Rule, Runs

MOST_NAMED = 3


def span_name(judged: Judged, code: str) -> str:
    """“mars 2026”, “K1 2026”, “vecka 10 2026”, and the day of a serious harm."""
    if len(code) != 10:
        return span_label(code)
    day = date.fromisoformat(code)
    if judged.measure == Measure.HARM:
        return f"{date_short(day)} {day.year}"
    year, week, _weekday = day.isocalendar()
    return _("vecka %(week)s %(year)s") % {"week": week, "year": year}


def many(judged: Judged) -> str:
    """What the points are, in the plural."""
    if judged.measure == Measure.HARM:
        return _("mellanrum")
    return {Per.MONTH: _("månader"), Per.QUARTER: pgettext("many", "kvartal"), Per.WEEK: _("veckor")}[judged.per]


def centre_name(judged: Judged) -> str:
    return _("median") if judged.chart == Chart.RUN else _("medel")


def number(judged: Judged, value: float | None) -> str:
    """A value or a line as it is written; a dash where there is none."""
    if value is None:
        return "–"
    if judged.chosen == Chart.P:
        return _("%(rate)s procent") % {"rate": round(100 * value)}
    return str(formats.number_format(round(value, 1), decimal_pos=0 if judged.measure == Measure.HARM else 1))


# The verdict ---------------------------------------------------------------


def verdict(judged: Judged) -> tuple[str, str, str]:
    """The verdict's kind (calm, signal or none), its sentence, and why."""
    if not judged.moments:
        return "none", _("Inget att visa."), _("Välj en längre period eller en större del av organisationen.")
    if judged.told.hidden:
        return "none", _("Det går inte att bedöma."), _hidden_why()
    if not judged.enough:
        return "none", _("För få %(points)s för att bedöma.") % {"points": many(judged)}, _few_why(judged)
    if judged.changed:
        first, *others = reasons(judged)
        told = " ".join(f"{_capital(reason)}." for reason in others)
        advice = _("Det är knappast en slump. Ta reda på vad som hände.")
        return "signal", _("Något har förändrats: %(what)s.") % {"what": first}, f"{told} {advice}".strip()
    why = _("Inget mönster syns, och inget ligger utanför gränserna. Förklara inte enskilda %(points)s.")
    return "calm", _("Förloppet är stabilt: variationen är slump."), why % {"points": many(judged)}


def _hidden_why() -> str:
    return _("Små tal är dolda, och utan dem blir medel och gränser fel. Därför ritas bara det som visas.")


def _few_why(judged: Judged) -> str:
    why = _("Det behövs minst %(fewest)s, här finns %(known)s.") % {"fewest": FEWEST, "known": judged.known}
    line = _("Linjen är medianen.") if judged.known else ""
    return " ".join(
        part for part in (why, line, _("Välj en längre period eller en större del av organisationen.")) if part
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def reasons(judged: Judged) -> list[str]:
    """What the rules found, each as a clause, the weightiest first."""
    analysis = judged.analysis
    if analysis is None:
        return []
    runs = list(_run_reasons(judged, analysis.runs)) if judged.rules == Rules.ANHOJ else []
    return [*runs, *_pattern_reasons(judged), *_outside_reasons(judged)]


def _run_reasons(judged: Judged, runs: Runs) -> Iterator[str]:
    words = {"points": many(judged), "line": centre_name(judged)}
    if runs.too_long:
        above = _("%(count)s %(points)s i rad ligger över %(line)s")
        clause = above if runs.above else _("%(count)s %(points)s i rad ligger under %(line)s")
        yield clause % {**words, "count": runs.longest}
    if runs.too_few:
        clause = ngettext(
            "kurvan korsar %(line)s bara %(count)s gång, slumpen ger minst %(fewest)s",
            "kurvan korsar %(line)s bara %(count)s gånger, slumpen ger minst %(fewest)s",
            runs.crossings,
        )
        yield clause % {**words, "count": runs.crossings, "fewest": runs.crossings_min}


def _pattern_reasons(judged: Judged) -> Iterator[str]:
    words = {"points": many(judged), "line": centre_name(judged)}
    clauses = {
        Rule.SHIFT: _("minst sju %(points)s i rad ligger på samma sida om %(line)s, till och med %(last)s"),
        Rule.TREND: _("minst sju %(points)s i rad går åt samma håll, till och med %(last)s"),
        Rule.NEAR: _("två av tre %(points)s i rad ligger nära samma gräns, till och med %(last)s"),
    }
    for rule, clause in clauses.items():
        named = _names(judged, rule)
        if named:
            yield clause % {**words, "last": named[-1]}


def _outside_reasons(judged: Judged) -> Iterator[str]:
    named = _names(judged, Rule.OUTSIDE)
    if not named:
        return
    if len(named) > MOST_NAMED:
        words = {"count": len(named), "points": many(judged), "last": named[-1]}
        yield _("%(count)s %(points)s ligger utanför gränserna, senast %(last)s") % words
    else:
        yield _("%(names)s ligger utanför gränserna") % {"names": ", ".join(named)}


def _names(judged: Judged, rule: Rule) -> list[str]:
    points = judged.analysis.points if judged.analysis else ()
    pairs = zip(judged.moments, points, strict=True)
    return [span_name(judged, moment.code) for moment, point in pairs if rule in point.broken]


def rule_words(judged: Judged) -> str:
    """Which rules were asked, and what they counted."""
    analysis = judged.analysis
    if analysis is None or not judged.enough:
        return ""
    if judged.rules == Rules.MDC:
        return _(
            "Regler: Making Data Count. En punkt utanför gränserna, sju i rad på samma sida om medel, sju i rad åt "
            "samma håll, eller två av tre nära samma gräns."
        )
    runs = analysis.runs
    if runs.longest_max is None:
        return _("Regler: Anhøj. Alla punkter ligger på medel.")
    return _(
        "Regler: Anhøj. Längsta följden på samma sida om medel är %(longest)s, slumpen ger högst %(most)s. "
        "Korsningar av medel: %(crossings)s, slumpen ger minst %(fewest)s. En punkt utanför gränserna räcker också."
    ) % {
        "longest": runs.longest,
        "most": runs.longest_max,
        "crossings": runs.crossings,
        "fewest": runs.crossings_min,
    }


def measure_words(judged: Judged) -> str:
    """What was counted, and what to think of before anything is read into it."""
    return {
        Measure.CASES: _(
            "Ärenden räknas den dag de kom in. Makulerade ärenden räknas inte. Fler rapporter kan betyda att fler "
            "säger till."
        ),
        Measure.FEEDBACK: _(
            "Räknat efter när rapporterna kom in, där sista dagen för svar har gått. Tiden för svar är den som gällde "
            "när rapporten kom in. Där det är färre än %(fewest)s rapporter ritas ingen punkt."
        )
        % {"fewest": judged.told.min_denominator},
        Measure.CLOSING: _("Medelvärdet av dagar från rapport till avslut, efter när ärendena avslutades."),
        Measure.HARM: _(
            "Dagar mellan ärenden med bestående skada eller död, efter den dag de kom in. Flera samma dag räknas som "
            "en. Högre är längre tid utan skada."
        ),
    }[judged.measure]


# The table -----------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One moment in the table. `amount` is what was counted, as it is written; `value` is what is drawn."""

    name: str
    amount: str
    value: float | None
    centre: float | None
    low: float | None
    high: float | None
    signal: str
    href: str


def head(judged: Judged) -> list[str]:
    """The names of the columns, as `cells` gives them."""
    first = _("Dag") if judged.measure == Measure.HARM else str(judged.per.label).capitalize()
    amount, value = {
        Measure.CASES: (_("Antal"), ""),
        Measure.FEEDBACK: (_("Svar i tid"), _("Andel")),
        Measure.CLOSING: (_("Avslutade"), _("Dagar i medeltal")),
        Measure.HARM: (_("Antal"), _("Dagar sedan förra")),
    }[judged.measure]
    lines = [] if judged.analysis is None else [_capital(centre_name(judged))]
    if judged.enough:
        lines = [_("Signal"), *lines, _("Lägsta"), _("Högsta")]
    return [first, amount, *([value] if value else []), *lines]


def rows(judged: Judged) -> list[Row]:
    points: tuple[Spot | None, ...] = judged.analysis.points if judged.analysis else (None,) * len(judged.moments)
    return [
        Row(
            name=span_name(judged, moment.code),
            amount=moment.shown,
            value=value,
            centre=point.cl if point else None,
            low=floor(point) if point else None,
            high=point.ucl if point else None,
            signal=signal_words(judged, place),
            href=moment.href,
        )
        for place, (moment, value, point) in enumerate(zip(judged.moments, judged.drawn(), points, strict=True))
    ]


def floor(point: Spot) -> float | None:
    """The lower limit, where a number can lie below it: none of ours can lie below zero."""
    return point.lcl if point.lcl and point.lcl > 0 else None


def cells(judged: Judged, row: Row) -> list[str]:
    """A row as the columns of `head`, to read."""
    name, amount, *rest = _columns(judged, row)
    return [str(name), str(amount), *(one if isinstance(one, str) else number(judged, one) for one in rest)]


def figures(judged: Judged, row: Row) -> list[str | int | float | None]:
    """A row as the columns of `head`, to reckon with: a share is a part of one."""
    name, amount, *rest = _columns(judged, row)
    count = int(row.amount) if row.amount.isdecimal() else amount
    return [name, count, *(round(one, 4) if isinstance(one, float) else one for one in rest)]


def _columns(judged: Judged, row: Row) -> list[str | float | None]:
    value = [] if judged.measure == Measure.CASES else [row.value]
    lines: list[str | float | None] = [] if judged.analysis is None else [row.centre]
    if judged.enough:
        lines = [row.signal, *lines, row.low, row.high]
    return [row.name, row.amount, *value, *lines]


def signal_words(judged: Judged, place: int) -> str:
    """Which rules a point breaks."""
    if not judged.marked(place) or judged.analysis is None:
        return ""
    words = {
        Rule.OUTSIDE: _("utanför gränserna"),
        Rule.SHIFT: _("sju i rad på samma sida"),
        Rule.TREND: _("sju i rad åt samma håll"),
        Rule.NEAR: _("två av tre nära gränsen"),
    }
    run = [run_words(judged, judged.long_run)] if judged.long_run and judged.in_long_run(place) else []
    return ", ".join([*run, *(words[rule] for rule in judged.analysis.points[place].broken)])


def run_words(judged: Judged, runs: Runs) -> str:
    """“9 i rad över medel”."""
    words = _("%(count)s i rad över %(line)s") if runs.above else _("%(count)s i rad under %(line)s")
    return words % {"count": runs.longest, "line": centre_name(judged)}
