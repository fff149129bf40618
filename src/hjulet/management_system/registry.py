"""What other rooms tell in the whole: a room that is put above this one adds to a section, or fills an empty one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from hjulet.core.clocks import local_date
from hjulet.management_system.content import Piece


@dataclass(frozen=True)
class Asked:
    """For which principal, at which moment, and whether external providers are the readers."""

    principal_id: int
    at: datetime
    for_providers: bool = False

    @property
    def day(self) -> date:
        return local_date(self.at)


Teller = Callable[[Asked], Iterable[Piece]]

sections: dict[str, list[Teller]] = defaultdict(list)
"""By the key of a section (choices.Part): what is told in it besides what this room knows."""
