"""What is read and confirmed hangs on the provisions it tells about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.urls import reverse

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.law.registry import Hanging
from hjulet.receipts.listing import first_of_each
from hjulet.receipts.models import Matter


def hanging(codes: Collection[str], principal_id: int | None, actor: Actor, at: datetime) -> Iterator[Hanging]:
    """What holds today, in the version that holds, and versions that are to come."""
    today = local_date(at)
    known = list(Matter.objects.open_or_coming(principal_id or 0, today))
    coming = [matter for matter in known if matter.valid_from > today]
    for matter in [*first_of_each(matter for matter in known if matter.valid_from <= today), *coming]:
        for code in dict.fromkeys(code for code in matter.laws if code in codes):
            yield Hanging(
                code=code,
                kind="reading",
                label=matter.heading,
                url=reverse("receipt", args=[matter.code]),
                delivered=matter.principal_id is None,
            )
