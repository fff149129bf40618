"""When the demo's people confirmed that they have read what they are to read: most in time, some late, some never."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.org.models import Person
from hjulet.receipts.actions import confirm
from hjulet.receipts.coverage import matter_for
from hjulet.receipts.models import employed
from hjulet.setups.content import read

SEED = 27_003


def confirmations(principal_id: int, *, at: datetime, varied: bool) -> Iterator[tuple[datetime, str]]:
    """When, and the login of who, for everyone employed at `at`. Without `varied` all have done it lately."""
    told = read("receipts")
    chance = random.Random(SEED + principal_id)  # noqa: S311  the same demo every time
    people: list[Person] = list(employed(principal_id, local_date(at)).order_by("login"))
    for person in people:
        days = chance.randint(*told["since"]) if varied else told["otherwise"]
        minutes = chance.randint(0, 400)
        if not (varied and person.login in told["never"]):
            ago = told["given"].get(person.login, days) if varied else days
            yield at - timedelta(days=ago, minutes=minutes), person.login


def confirmed(actor: Actor, at: datetime) -> None:
    told = read("receipts")
    matter = matter_for(actor, at, told["matter"])
    if matter is not None:
        confirm(matter, answer=told["answer"], actor=actor, at=at)
