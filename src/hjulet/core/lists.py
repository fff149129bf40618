"""What lists in every room have in common: in which group a thing that waits belongs."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Case, CharField, Q, Value, When
from django.utils.translation import gettext_lazy as _

WEEK = timedelta(days=7)
GROUPS = {
    "late": _("Sent"),
    "week": _("Den här veckan"),
    "new": _("Nyss inkommet"),
    "later": _("Senare"),
}
NEVER = Q(pk__in=[])


def when_due(day: str, today: date, *, new: Q = NEVER) -> Case:
    """SQL for the group of a row: late or due within a week by the column `day`, new where `new` holds, or later."""
    return Case(
        *[When(in_group(group, day, today, new=new), then=Value(group)) for group in ("late", "new", "week")],
        default=Value("later"),
        output_field=CharField(),
    )


def in_group(group: str, day: str, today: date, *, new: Q = NEVER) -> Q:
    """Which rows `when_due` puts in a group."""
    late, soon = Q(**{f"{day}__lt": today}), Q(**{f"{day}__lte": today + WEEK})
    return {"late": late, "new": new & ~late, "week": soon & ~late & ~new}.get(group, ~soon & ~new)
