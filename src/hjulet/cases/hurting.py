"""Measures under way after what happened in a step of a process, for the process's own page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from hjulet.cases.models import CauseMeasure
from hjulet.core.actor import Actor
from hjulet.measures.choices import MeasureState
from hjulet.processes.registry import Sign

NOWHERE = 0  # no process has this number


def measures_in_steps(actor: Actor, processes: Mapping[int, str], on: date) -> Iterator[Sign]:
    """Planned measures of the cases that the actor sees, by step. One question.

    It begins with what is planned, which is little: Coalesce keeps PostgreSQL from beginning with all that ever
    happened in the steps, and `few` from gathering all the cases that she sees.
    """
    process = Coalesce("cause__case__activity__drawing__process_id", NOWHERE)
    step = {"process": process, "step": F("cause__case__activity__code")}
    planned = CauseMeasure.objects.few().visible_to(actor).filter(measure__state=MeasureState.PLANNED)
    rows = planned.alias(where=process).filter(where__in=list(processes))
    late = Count("measure_id", distinct=True, filter=Q(measure__due_on__lt=on))
    found: Any = rows.order_by().values(**step).annotate(n=Count("measure_id", distinct=True), late=late)
    for row in found.order_by("process", "step"):
        words = ngettext("%(n)s åtgärd på väg", "%(n)s åtgärder på väg", row["n"]) % {"n": row["n"]}
        words += ngettext(", %(n)s sen", ", %(n)s sena", row["late"]) % {"n": row["late"]} if row["late"] else ""
        yield Sign(row["process"], row["step"], "measures", words, row["n"], late=bool(row["late"]))
