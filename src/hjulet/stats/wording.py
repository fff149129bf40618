"""Numbers in words: the sentence above a table, and what the start page says. No percent on small numbers."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.core.actor import Actor
from hjulet.core.clocks import Limit
from hjulet.core.flow import Refused
from hjulet.core.swedish_time import limit_words
from hjulet.stats import source
from hjulet.stats.choices import By, Tree
from hjulet.stats.labels import KEPT, NONE, category_label
from hjulet.stats.masking import ALL, Hidden, Shown, percent
from hjulet.stats.periods import Period, quarter_before, quarter_of, span_label
from hjulet.stats.queries import (
    CrossTable,
    FeedbackShare,
    Filters,
    Held,
    Question,
    TimeToClose,
    answer_times,
    feedback_share,
    needs_masking,
    place_of,
    table_of,
)
from hjulet.stats.source import Place

Line = tuple[str, str, str | None]


def shown_text(shown: Shown, threshold: int = 5) -> str:
    """A cell as it is written: the number, “<5” or “dolt”."""
    if isinstance(shown, int):
        return str(shown)
    return f"<{threshold}" if shown is Hidden.LOW else _("dolt")


def verdict(table: CrossTable) -> tuple[str, str]:
    """The sentence above the table and what it rests on."""
    if table.empty:
        return _("Inga ärenden i urvalet."), _("Välj en annan period eller en annan del av organisationen.")
    total = table.total
    if not isinstance(total, int):
        return _("Det är för få ärenden för att visa."), _("Välj fler kvartal eller en större del av organisationen.")
    sentence = ngettext("%(count)s ärende kom in.", "%(count)s ärenden kom in.", total) % {"count": total}
    biggest = _biggest(table)
    if not biggest:
        return sentence, _period_words(table)
    label, count = biggest
    why = _("Vanligast: %(label)s, %(count)s av %(total)s.") % {
        "label": label,
        "count": count,
        "total": total,
    }
    return sentence, f"{why} {_period_words(table)}"


def _biggest(table: CrossTable) -> tuple[str, int] | None:
    """The code with most cases among kinds of event, else among units."""
    for part in (By.CATEGORY, By.UNIT):
        if part not in table.by:
            continue
        at = table.by.index(part)
        known = []
        for code, label in table.axes[at]:
            count = table.cell(*[code if n == at else ALL for n in range(len(table.by))])
            if isinstance(count, int) and count and code != NONE:
                known.append((count, label))
        if len(known) > 1:
            count, label = max(known, key=lambda pair: pair[0])
            return label, count
    return None


def _period_words(table: CrossTable) -> str:
    days = {"first": table.period.first, "last": min(table.period.last, table.as_of)}
    return _("Räknat på ärenden som kom in %(first)s till %(last)s.") % days


def time_to_close_words(times: TimeToClose) -> str:
    """“24 av 31 avslutade ärenden blev klara inom 30 dagar.”"""
    if not times.told or not isinstance(times.closed, int):
        if times.masked or not isinstance(times.closed, int):
            return _("För få avslutade ärenden för att visa.")
        return _("Inget av ärendena är avslutat än.")
    return _("%(part)s av %(whole)s avslutade ärenden blev klara inom %(days)s dagar.") % {
        "part": times.within[0][1],
        "whole": times.closed,
        "days": times.within[0][0],
    }


def feedback_words(share: FeedbackShare, *, min_denominator: int = 10) -> str:
    """“17 av 19 rapportörer fick svar inom 14 dagar.”, with percent when the reports are many enough."""
    within = _within(share.limit)
    if share.in_time is None or share.due is None:
        return _("För få rapporter för att visa hur många som fick svar %(within)s.") % {"within": within}
    if share.due == 0:
        return _("För ingen rapport har sista dagen för svar kommit än.")
    sentence = _("%(part)s av %(whole)s rapportörer fick svar %(within)s.") % {
        "part": share.in_time,
        "whole": share.due,
        "within": within,
    }
    if share.due == 1:
        sentence = (
            _("Den enda rapportören fick svar %(within)s.")
            if share.in_time
            else _("Den enda rapportören fick inte svar %(within)s.")
        ) % {"within": within}
    rate = percent(share.in_time, share.due, min_denominator=max(100, min_denominator))
    return sentence if rate is None else f"{sentence} {_('Det är %(rate)s procent.') % {'rate': rate}}"


def _within(limit: Limit | None) -> str:
    """“inom 14 dagar”, or that the limit changed within the period."""
    if limit is None or limit.amount is None:
        return _("inom den tid som gällde")
    return _("inom %(time)s") % {"time": limit_words(limit)}


def verdict_lines(actor: Actor, on: date) -> list[Line]:
    """The start page's lines: how many got an answer in time, and the commonest kind of event beside last
    quarter.
    """
    try:
        place = place_of(actor, tree=Tree.NOW, filters=Filters())
        return [*_feedback_line(actor, on, place), *_category_line(actor, on, place)]
    except Refused:
        return []


def _feedback_line(actor: Actor, on: date, place: Place) -> list[Line]:
    here = Period(quarter_before(on).first, on)
    asked = here if source.exact_grants(actor) else quarter_before(on)
    share = feedback_share(actor, asked, on=on, place=place, held=_kept_times(actor.principal_id, asked, on))
    if share.due in {None, 0}:
        return []
    return [(_("Svar till den som rapporterar"), feedback_words(share), address(here))]


def _kept_times(principal_id: int, period: Period, on: date) -> Held:
    """The set-up's own times, kept a quarter of an hour: the start page has few questions to spend."""
    key = f"answer-times-{principal_id}-{period.first}-{period.last}-{on}"
    kept: Held | None = cache.get(key)
    if kept is None:
        kept = answer_times(principal_id, period, on)
        cache.set(key, kept, KEPT)
    return kept


def _category_line(actor: Actor, on: date, place: Place) -> list[Line]:
    this, before = Period(quarter_of(on).first, on), quarter_before(on)
    period = Period(before.first, on)
    if needs_masking(actor, place):  # the running quarter is not told where small numbers are hidden
        this, before = quarter_before(on), quarter_before(on, 2)
        period = Period(before.first, this.last)
    asked = Question.of(actor, period, (By.QUARTER, By.CATEGORY), on=on, tree=Tree.NOW, filters=Filters(), place=place)
    table = table_of(asked, labelled=False)
    best: tuple[int, str] | None = None
    for code, _same in table.axes[1]:
        count = table.cell(this.code, code)
        if code != NONE and isinstance(count, int) and count and (best is None or count > best[0]):
            best = (count, code)
    if best is None:
        return []
    count, code = best
    label = category_label(code, actor.principal_id)
    earlier = table.cell(before.code, code)
    said = _compared(label, count, earlier, before, table)
    return [(_("Vanligast just nu"), said, address(Period(before.first, on)))]


def _compared(label: str, count: int, earlier: Shown, before: Period, table: CrossTable) -> str:
    words = {"label": label, "count": count, "earlier": earlier, "span": span_label(before.code)}
    if not isinstance(earlier, int):
        return ngettext("%(label)s: %(count)s ärende.", "%(label)s: %(count)s ärenden.", count) % words
    if table.as_of > quarter_of(table.period.last).last:  # that quarter is whole too
        text = ngettext(
            "%(label)s: %(count)s ärende. Kvartalet före, %(span)s, var det %(earlier)s.",
            "%(label)s: %(count)s ärenden. Kvartalet före, %(span)s, var det %(earlier)s.",
            count,
        )
    else:
        text = ngettext(
            "%(label)s: %(count)s ärende hittills i kvartalet. Hela %(span)s var det %(earlier)s.",
            "%(label)s: %(count)s ärenden hittills i kvartalet. Hela %(span)s var det %(earlier)s.",
            count,
        )
    return text % words


def address(period: Period) -> str:
    ends = {"from": quarter_of(period.first).code, "to": quarter_of(period.last).code}
    return f"{reverse('statistics')}?{urlencode(ends)}"
