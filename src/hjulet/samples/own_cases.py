"""Hjulet's own cases as something to draw among: closed ones, none that the drawer has handled, none protected."""

from __future__ import annotations

from datetime import date, datetime

from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM
from hjulet.org.models import Unit
from hjulet.samples.choices import GroupBy
from hjulet.samples.drawing import Entry, entry


def entries_of(unit: Unit, track: str, year: int, group_by: str, actor: Actor) -> list[Entry]:
    """Cases that the actor may see, at the unit and below, under the law, closed in the year."""
    first, after = (
        datetime.combine(date(one, 1, 1), datetime.min.time(), tzinfo=STOCKHOLM) for one in (year, year + 1)
    )
    rows = Case.objects.visible_to(actor).filter(
        unit__in=Unit.objects.under(unit.path or "").order_by().values("pk"),
        track=track,
        closed_at__gte=first,
        closed_at__lt=after,
        protected_identity=False,
    )
    rows = rows.exclude(handler_id=actor.person_id).order_by()
    found = rows.values_list("pk", "ref_year", "unit__name", "handler__name")
    groups = {GroupBy.UNIT.value: 0, GroupBy.HANDLER.value: 1}
    place = groups.get(group_by)
    return [
        entry(f"{ref_year}-{pk:04d}", "" if place is None else (names[place] or "–")) for pk, ref_year, *names in found
    ]
