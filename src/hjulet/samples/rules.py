"""What a reading in a care system's log is pointed out by. Names and addresses are compared here and thrown away."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime, time

from hjulet.audit.choices import Reason

YES = frozenset({"ja", "j", "x", "1", "true", "sant", "yes", "y"})
PARTICLES = frozenset({"von", "af", "de", "van", "der", "den"})


@dataclass(frozen=True)
class Reading:
    """One row of an extract. `related` and `protected` are None where the file says nothing about it."""

    line: int
    at: datetime
    login: str
    person: str
    user_name: str = ""
    unit: str = ""
    action: str = ""
    person_name: str = ""
    user_address: str = ""
    person_address: str = ""
    related: bool | None = None
    protected: bool | None = None

    @property
    def key(self) -> str:
        """What the draw goes by: the same however the rows lie."""
        return "\t".join((self.at.isoformat(), self.login.casefold(), self.person, self.action))


@dataclass(frozen=True)
class Hours:
    """A shift, on Swedish clocks; it may go past midnight."""

    first: time
    last: time

    def hold(self, moment: time) -> bool:
        if self.first <= self.last:
            return self.first <= moment < self.last
        return moment >= self.first or moment < self.last


def surnames(name: str) -> frozenset[str]:
    """Of “Anna Berg-Ek” and of “Berg-Ek, Anna”: berg and ek. Empty when only one word is given."""
    before, comma, _after = name.partition(",")
    words = before.split() if comma else name.split()[1:]
    parts = (part for word in words[-1:] for part in word.casefold().split("-"))
    return frozenset(part for part in parts if len(part) > 1 and part not in PARTICLES)


def own_relative(one: Reading) -> bool:
    """A family name in common, or the same address."""
    same_place = bool(one.user_address) and one.user_address.casefold() == one.person_address.casefold()
    return same_place or bool(surnames(one.user_name) & surnames(one.person_name))


def reasons_of(one: Reading, hours: Hours | None) -> Iterator[Reason]:
    """The rules that point at it, the gravest first."""
    if own_relative(one):
        yield Reason.RELATIVE
    if one.protected:
        yield Reason.PROTECTED
    if one.related is False:
        yield Reason.NO_RELATION
    if hours is not None and not hours.hold(one.at.time()):
        yield Reason.OFF_HOURS


def rules_for(columns: Set[str], hours: Hours | None) -> list[Reason]:
    """The rules that can be tried on a file with these columns."""
    found = []
    if {"user_name", "person_name"} <= columns or {"user_address", "person_address"} <= columns:
        found.append(Reason.RELATIVE)
    if "protected" in columns:
        found.append(Reason.PROTECTED)
    if "related" in columns:
        found.append(Reason.NO_RELATION)
    return [*found, Reason.OFF_HOURS] if hours else found
