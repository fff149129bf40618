"""Samples, decisions per unit, and the decisions themselves as files, with what the page's address asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.exports import Export, Listing, Params, among, in_order, offer
from hjulet.core.spreadsheet import Value
from hjulet.org.choices import Track
from hjulet.samples.choices import DRAWS, FOLLOWS, SEES_DECISIONS, SEES_SUMS, FileOutcome
from hjulet.samples.followed import Row, decisions, places, read_selection, sorted_rows, units_of
from hjulet.samples.models import Decision, Draw


def _draws(actor: Actor, params: Params, at: datetime) -> Listing:
    rows = Draw.objects.visible_to(actor)

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        found = {row.pk: row for row in rows.filter(pk__in=among(keys)).select_related("unit", "drawn_by")}
        yield from (_of_draw(found[key]) for key in keys if key in found)

    return Listing(
        columns=[
            *(_("Granskat"), _("Enhet"), _("Lag"), _("Draget"), _("Av"), _("I listan"), _("Draget antal")),
            *(str(outcome.label) for outcome in FileOutcome),
            *(_("Avslutat"), _("Frö"), _("Listans fingeravtryck")),
        ],
        keys=list(rows.values_list("pk", flat=True)),
        read=read,
        widths=(40, 28, 8, 12, 24, 10, 12, 10, 12, 14, 12, 34, 66),
    )


def _of_draw(row: Draw) -> list[Value]:
    sums = [sum(group.get(outcome, 0) for group in row.sums.values()) for outcome in FileOutcome.values]
    return [
        *(row.title, row.unit.name, str(row.get_track_display()), local_date(row.drawn_at), row.drawn_by.name),
        *(row.population, sum(drawn for _size, drawn in row.groups.values())),
        *(sums if row.closed_at else [None] * len(sums)),
        *(local_date(row.closed_at) if row.closed_at else None, row.seed, row.digest),
    ]


def _units(actor: Actor, params: Params, at: datetime) -> Listing:
    selection = read_selection(params)
    under = places(actor).filter(code=selection.unit).first() if selection.unit else None
    rows = sorted_rows(units_of(actor, local_date(at), under=under, law=selection.law), selection.sort)
    by_unit = {row.unit_id: row for row in rows}

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        yield from ([by_unit[key].above, by_unit[key].name, *_numbers(by_unit[key])] for key in keys)

    return Listing(
        columns=[
            *(_("Hör till"), _("Enhet"), _("Beslut"), _("Uppföljda i tid, procent"), _("Sena uppföljningar")),
            *(_("Utan genomförandeplan"), _("Planer att följa upp"), _("Inläst")),
        ],
        keys=list(by_unit),
        read=read,
        widths=(28, 32, 10, 20, 20, 20, 20, 12),
    )


def _numbers(row: Row) -> list[Value]:
    if row.masked:
        return [_("dolt")] * 6
    return [row.decisions, row.percent, row.late, row.without_plan, row.plans_late, row.read_in_on]


def _decisions(actor: Actor, params: Params, at: datetime) -> Listing:
    rows: Any = decisions(actor, local_date(at), read_selection(params))
    columns = ("reference", "unit__name", "track", "decided_on", "followed_up_on", "plan_on", "plan_followed_up_on")

    def read(keys: Sequence[int]) -> Iterator[list[Value]]:
        found = Decision.objects.visible_to(actor).filter(pk__in=among(keys)).values_list("pk", *columns)
        for _pk, ref, unit, track, *days in in_order(keys, found):
            yield [ref, unit, str(Track(track).label), *days]

    return Listing(
        columns=[
            *(_("Referens"), _("Enhet"), _("Lag"), _("Beslutsdatum"), _("Senast uppföljt")),
            *(_("Genomförandeplan"), _("Genomförandeplan uppföljd")),
        ],
        keys=list(rows.values_list("pk", flat=True)),
        read=read,
        widths=(24, 32, 8, 14, 16, 18, 26),
    )


SAMPLES = offer(
    Export("samples", gettext_lazy("Stickprov"), "stickprov", "sample", frozenset(DRAWS + SEES_SUMS), _draws)
)
FOLLOWED = offer(
    Export(
        "decision-follow-up", gettext_lazy("Uppföljning av beslut"), "uppfoljning", "unit", frozenset(FOLLOWS), _units
    )
)
DECISIONS = offer(
    Export(
        "decisions", gettext_lazy("Beslut att följa upp"), "beslut", "decision", frozenset(SEES_DECISIONS), _decisions
    )
)
