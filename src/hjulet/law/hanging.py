"""What the law room itself and the organisation below it hang on provisions: clocks, and who answers for what."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.law.models import LawRow, ServiceLevel
from hjulet.law.registry import Hanging, clock_pages
from hjulet.org.models import Responsibility
from hjulet.org.templatetags.org import own_label

AND = re.compile(r",\s*|\s+och\s+")


def clocks(codes: Collection[str], principal_id: int | None, actor: Actor, at: datetime) -> Iterator[Hanging]:
    """Times in force that day or later, the principal's own and the delivered ones."""
    still = Q(valid_to=None) | Q(valid_to__gte=local_date(at))
    for row in ServiceLevel.objects.open_to(principal_id).filter(still, basis__in=codes):
        mend = next((url for ask in clock_pages if (url := ask(row.code, actor))), "")
        yield Hanging(
            code=row.basis,
            kind="clock",
            label=f"{row.label} ({row.get_procedure_display()})",
            url=f"{reverse('law-clocks')}#{row.code}",
            mend=mend,
            delivered=row.principal_id is None,
        )


def duties(codes: Collection[str], principal_id: int | None, actor: Actor, at: datetime) -> Iterator[Hanging]:
    """Responsibilities whose basis names the provision as it is cited: they hold words, not codes."""
    cited = {row.citation: row.code for row in LawRow.objects.filter(code__in=codes).order_by("valid_from")}
    for duty in Responsibility.objects.filter(principal_id=principal_id or 0).order_by("duty"):
        for code in dict.fromkeys(cited[part] for part in AND.split(duty.basis) if part in cited):
            here = reverse("responsibility", args=[duty.duty])
            yield Hanging(code=code, kind="duty", label=own_label(duty), url=here, delivered=True)
