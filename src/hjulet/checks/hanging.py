"""What self-checks tell of the steps of processes: how many were done in a year, under the target, and late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.checks.choices import RoundState
from hjulet.checks.models import Round
from hjulet.core.actor import Actor
from hjulet.processes.registry import SIGNS, Sign

YEAR = timedelta(days=365)
PLANS_PAGE = "/egenkontroll/plan/"


def checks_in_steps(actor: Actor, processes: Mapping[int, str], on: date) -> Iterator[Sign]:
    """Rounds at units that she may know of, whose last day was in the last year. One question."""
    due = Q(due_on__gt=on - YEAR, due_on__lte=on) | Q(sent_at__isnull=False, due_on__gt=on)
    rows = Round.objects.seen_by(actor).alive().filter(due, check_of__process__in=list(processes)).order_by()
    open_ = Q(state=RoundState.OPEN)
    found: Any = rows.values(process=F("check_of__process"), step=F("check_of__step")).annotate(
        done=Count("pk", filter=~open_),
        low=Count("pk", filter=Q(mean__lt=F("target"))),
        late=Count("pk", filter=open_ & Q(due_on__lt=on)),
        plans=Count("check_of", distinct=True),
        newest=Max("check_of"),
    )
    for row in found.order_by("process", "step"):
        if row["done"] or row["late"]:
            url = f"{PLANS_PAGE}{row['newest']}/" if row["plans"] == 1 else PLANS_PAGE
            yield Sign(row["process"], row["step"], "checks", _told(row), row["low"], url=url, late=bool(row["late"]))


def _told(row: Mapping[str, int]) -> str:
    words = ngettext("%(n)s egenkontroll gjord", "%(n)s egenkontroller gjorda", row["done"]) % {"n": row["done"]}
    words += ", " + _("%(n)s under målet") % {"n": row["low"]} if row["low"] else ""
    return words + (ngettext(", %(n)s sen", ", %(n)s sena", row["late"]) % {"n": row["late"]} if row["late"] else "")


SIGNS.append(checks_in_steps)
