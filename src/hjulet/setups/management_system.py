"""The demo's management system: words of its own, and the board's decision of this year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.management_system import actions
from hjulet.org.models import Unit
from hjulet.setups.content import read

ActorOf = Callable[[str, datetime], Actor]


def adopt_management_system(units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
    """Written and adopted some months before `at`, of what the records hold now."""
    told = read("management_system")
    written, decided = (at - timedelta(days=told[name]) for name in ("written", "decided"))
    who = actor(told["by"], written)
    for row in told["texts"]:
        given = {"body": row["body"], "for_providers": row["for_providers"]}
        actions.write_section(row["section"], **given, actor=who, at=written)
    decision = actions.Decision(units[told["board"]].name, told["reference"], local_date(decided))
    actions.adopt(decision, actor=actor(told["by"], decided), at=decided + timedelta(days=1))
