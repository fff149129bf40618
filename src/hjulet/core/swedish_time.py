"""Time told in words: short dates, time gone, and what a clock says. Source strings Swedish, through gettext.

Every function is given today or now; none reads the clock. Days are counted as calendar days, Swedish time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal

from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from hjulet.core.clocks import STOCKHOLM, Limit, local_date

Kind = Literal["late", "soon", "now", "ok", "plain", "paused"]
SOON_DAYS = 7


@dataclass(frozen=True)
class ClockWords:
    """What a clock says: `bold`, a space, and `rest`, which may be empty. `kind` picks shape and colour."""

    kind: Kind
    bold: str
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.bold} {self.rest}".rstrip()


_WEEKDAYS = (
    pgettext_lazy("weekday", "mån"),
    pgettext_lazy("weekday", "tis"),
    pgettext_lazy("weekday", "ons"),
    pgettext_lazy("weekday", "tor"),
    pgettext_lazy("weekday", "fre"),
    pgettext_lazy("weekday", "lör"),
    pgettext_lazy("weekday", "sön"),
)
_MONTHS = (
    pgettext_lazy("month", "jan"),
    pgettext_lazy("month", "feb"),
    pgettext_lazy("month", "mars"),
    pgettext_lazy("month", "apr"),
    pgettext_lazy("month", "maj"),
    pgettext_lazy("month", "juni"),
    pgettext_lazy("month", "juli"),
    pgettext_lazy("month", "aug"),
    pgettext_lazy("month", "sep"),
    pgettext_lazy("month", "okt"),
    pgettext_lazy("month", "nov"),
    pgettext_lazy("month", "dec"),
)


def weekday_short(day: date) -> str:
    """“tis”."""
    return str(_WEEKDAYS[day.weekday()])


def month_short(month: int) -> str:
    """“nov” for 11. Four letters or fewer are written out."""
    return str(_MONTHS[month - 1])


def date_short(day: date, *, today: date | None = None) -> str:
    """“3 nov”, and “3 nov 2025” when `today` lies in another year."""
    values = {"day": day.day, "month": month_short(day.month), "year": day.year}
    if today is not None and today.year != day.year:
        return _("%(day)s %(month)s %(year)s") % values
    return _("%(day)s %(month)s") % values


def day_short(day: date, *, today: date | None = None) -> str:
    """“tis 24 nov”, and “tis 25 nov 2025” when `today` lies in another year."""
    return _day_short(day, today is None or today.year == day.year, get_language() or "sv")


@lru_cache(maxsize=4_000)
def _day_short(day: date, same_year: bool, language: str) -> str:
    """Kept, since a list shows the same few days over and over."""
    told = date_short(day, today=None if same_year else date(1 if day.year > 1 else 2, 1, 1))
    return _("%(weekday)s %(date)s") % {"weekday": weekday_short(day), "date": told}


def time_short(moment: datetime) -> str:
    """“22.40”, Swedish time."""
    local = moment.astimezone(STOCKHOLM)
    return _("%(hour)s.%(minute)s") % {"hour": f"{local.hour:02}", "minute": f"{local.minute:02}"}


def moment_short(moment: datetime, *, today: date | None = None) -> str:
    """“tis 24 nov kl. 22.40”, Swedish time."""
    day = day_short(local_date(moment), today=today)
    return _("%(day)s kl. %(time)s") % {"day": day, "time": time_short(moment)}


def elapsed(start: datetime, end: datetime) -> str:
    """“40 minuter”, “2 timmar”, “3 dagar”: whole units gone between two aware moments, rounded down.

    Under a minute, and when end lies before start, “mindre än en minut”.
    """
    unit, count = _largest_unit(start, end)
    if unit == "days":
        return ngettext("%(count)s dag", "%(count)s dagar", count) % {"count": count}
    if unit == "hours":
        return ngettext("%(count)s timme", "%(count)s timmar", count) % {"count": count}
    if count:
        return minutes_words(count)
    return _("mindre än en minut")


def limit_words(limit: Limit) -> str:
    """“10 arbetsdagar”, “3 månader”, or “Lagen anger ingen dag.” for an immediate limit."""
    n = limit.amount
    if n is None:
        return _("Lagen anger ingen dag.")
    if limit.unit == "working-days":
        text = ngettext("%(count)s arbetsdag", "%(count)s arbetsdagar", n)
    elif limit.unit == "months":
        text = ngettext("%(count)s månad", "%(count)s månader", n)
    elif limit.unit == "hours":
        text = ngettext("%(count)s timme", "%(count)s timmar", n)
    else:
        text = ngettext("%(count)s dag", "%(count)s dagar", n)
    return text % {"count": n}


def minutes_words(count: int) -> str:
    """“30 minuter”."""
    return ngettext("%(count)s minut", "%(count)s minuter", count) % {"count": count}


def urgency_words(urgency: str) -> str:
    """The law's own word as a sentence: “Genast.”, “Snarast.”, “Skyndsamt.”, “Utan dröjsmål.”."""
    if urgency == "asap":
        return _("Snarast.")
    if urgency == "prompt":
        return _("Skyndsamt.")
    if urgency == "no_delay":
        return _("Utan dröjsmål.")
    return _("Genast.")


def clock_words(
    now: datetime,
    *,
    due_on: date | None = None,
    limit: Limit | None = None,
    counted_from: str = "",
    started_at: datetime | None = None,
    urgency: str = "immediate",
    paused_since: date | None = None,
    waiting_for: str = "",
    done_on: date | None = None,
    short: bool = False,
) -> ClockWords:
    """What the clock of one duty says at `now`, in sentences, or in a list's fragments when `short`.

    `counted_from` is a phrase in the reader's language (“sedan rapporten kom in”) that follows the limit.
    `started_at` is when an immediate duty arose. `waiting_for` is a noun phrase (“svar från IVO”).
    Done goes before paused, paused before due. Without `due_on` the duty is immediate, never “in time”.
    """
    today = local_date(now)
    if done_on is not None:
        return _done(done_on, due_on, today)
    if paused_since is not None:
        return _paused(paused_since, waiting_for, today)
    if due_on is None:
        return _immediate(now, started_at, urgency, short=short)
    if due_on < today:
        return _late(due_on, today, limit, counted_from, short=short)
    kind: Kind = "soon" if (due_on - today).days <= SOON_DAYS else "plain"
    if short:
        return ClockWords(kind, _capital(day_short(due_on, today=today)), _dash_left(due_on, today))
    return _coming(kind, due_on, today, limit, counted_from)


def _done(done_on: date, due_on: date | None, today: date) -> ClockWords:
    bold = _("Klart %(day)s.") % {"day": day_short(done_on, today=today)}
    if due_on is None:
        return ClockWords("ok", bold)
    over = (done_on - due_on).days
    if over > 0:
        late = ngettext("%(count)s dag efter sista dagen.", "%(count)s dagar efter sista dagen.", over)
        return ClockWords("ok", bold, late % {"count": over})
    return ClockWords("ok", bold, _("Sista dag: %(day)s.") % {"day": day_short(due_on, today=today)})


def _paused(since: date, waiting_for: str, today: date) -> ClockWords:
    day = date_short(since, today=today)
    if not waiting_for:
        return ClockWords("paused", _("Pausad sedan %(day)s.") % {"day": day})
    rest = _("väntar på %(what)s.") % {"what": waiting_for}
    return ClockWords("paused", _("Pausad sedan %(day)s:") % {"day": day}, rest)


def _immediate(now: datetime, started_at: datetime | None, urgency: str, *, short: bool) -> ClockWords:
    bold = urgency_words(urgency)
    if short:
        return ClockWords("now", bold.rstrip("."), _dash_ago(started_at, now) if started_at else "")
    return ClockWords("now", bold, _time_gone(started_at, now) if started_at else _("Lagen anger ingen dag."))


def _late(due_on: date, today: date, limit: Limit | None, counted_from: str, *, short: bool) -> ClockWords:
    days, day = (today - due_on).days, day_short(due_on, today=today)
    if short:
        bold = ngettext("%(count)s dag sen", "%(count)s dagar sen", days) % {"count": days}
        return ClockWords("late", bold, _("– förföll %(day)s") % {"day": day})
    bold = ngettext("%(count)s dag sen.", "%(count)s dagar sen.", days) % {"count": days}
    return ClockWords("late", bold, _fell_due(day, limit, counted_from))


def _fell_due(day: str, limit: Limit | None, counted_from: str) -> str:
    if limit is None or limit.amount is None or not counted_from:
        return _("Förföll %(day)s.") % {"day": day}
    n = limit.amount
    if limit.unit == "working-days":
        text = ngettext(
            "Förföll %(day)s – %(count)s arbetsdag %(counted_from)s.",
            "Förföll %(day)s – %(count)s arbetsdagar %(counted_from)s.",
            n,
        )
    elif limit.unit == "months":
        text = ngettext(
            "Förföll %(day)s – %(count)s månad %(counted_from)s.",
            "Förföll %(day)s – %(count)s månader %(counted_from)s.",
            n,
        )
    elif limit.unit == "hours":
        text = ngettext(
            "Förföll %(day)s – %(count)s timme %(counted_from)s.",
            "Förföll %(day)s – %(count)s timmar %(counted_from)s.",
            n,
        )
    else:
        text = ngettext(
            "Förföll %(day)s – %(count)s dag %(counted_from)s.",
            "Förföll %(day)s – %(count)s dagar %(counted_from)s.",
            n,
        )
    return text % {"day": day, "count": n, "counted_from": counted_from}


def _coming(kind: Kind, due_on: date, today: date, limit: Limit | None, counted_from: str) -> ClockWords:
    if due_on == today:
        bold = _("Förfaller i dag")
    else:
        bold = _("Förfaller %(day)s") % {"day": day_short(due_on, today=today)}
    if limit is None or limit.amount is None or not counted_from:
        return ClockWords(kind, bold, "" if due_on == today else _dash_left(due_on, today))
    return ClockWords(kind, bold, _dash_limit(limit, limit.amount, counted_from))


def _dash_limit(limit: Limit, n: int, counted_from: str) -> str:
    if limit.unit == "working-days":
        text = ngettext("– %(count)s arbetsdag %(counted_from)s.", "– %(count)s arbetsdagar %(counted_from)s.", n)
    elif limit.unit == "months":
        text = ngettext("– %(count)s månad %(counted_from)s.", "– %(count)s månader %(counted_from)s.", n)
    elif limit.unit == "hours":
        text = ngettext("– %(count)s timme %(counted_from)s.", "– %(count)s timmar %(counted_from)s.", n)
    else:
        text = ngettext("– %(count)s dag %(counted_from)s.", "– %(count)s dagar %(counted_from)s.", n)
    return text % {"count": n, "counted_from": counted_from}


def _dash_left(due_on: date, today: date) -> str:
    left = (due_on - today).days
    if left == 0:
        return _("– i dag")
    if left == 1:
        return _("– i morgon")
    return ngettext("– %(count)s dag kvar", "– %(count)s dagar kvar", left) % {"count": left}


def _dash_ago(start: datetime, end: datetime) -> str:
    unit, count = _largest_unit(start, end)
    if unit == "days":
        return ngettext("– %(count)s dag sedan", "– %(count)s dagar sedan", count) % {"count": count}
    if unit == "hours":
        return ngettext("– %(count)s timme sedan", "– %(count)s timmar sedan", count) % {"count": count}
    if count:
        return ngettext("– %(count)s minut sedan", "– %(count)s minuter sedan", count) % {"count": count}
    return _("– nyss")


def _time_gone(start: datetime, end: datetime) -> str:
    unit, count = _largest_unit(start, end)
    if unit == "days":
        text = ngettext(
            "Lagen anger ingen dag. Det har gått %(count)s dag.",
            "Lagen anger ingen dag. Det har gått %(count)s dagar.",
            count,
        )
    elif unit == "hours":
        text = ngettext(
            "Lagen anger ingen dag. Det har gått %(count)s timme.",
            "Lagen anger ingen dag. Det har gått %(count)s timmar.",
            count,
        )
    elif count:
        text = ngettext(
            "Lagen anger ingen dag. Det har gått %(count)s minut.",
            "Lagen anger ingen dag. Det har gått %(count)s minuter.",
            count,
        )
    else:
        return _("Lagen anger ingen dag. Det har gått mindre än en minut.")
    return text % {"count": count}


def _largest_unit(start: datetime, end: datetime) -> tuple[Literal["days", "hours", "minutes"], int]:
    minutes = max(0, int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60))
    if minutes >= 24 * 60:
        return "days", minutes // (24 * 60)
    if minutes >= 60:
        return "hours", minutes // 60
    return "minutes", minutes


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
