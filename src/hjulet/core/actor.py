"""Who is asking: a person with the reach that today's roles, duties and places in the tree give."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

ALL_TRACKS = frozenset({"sol", "lss", "hsl", "none"})


@dataclass(frozen=True, slots=True)
class Grant:
    """One duty at one place in the tree. `path`–`path_end` is the half-open range of unit paths it covers.

    `unit_code` and `unit_name` say which place it is; empty where nobody asked.
    """

    duty: str
    tracks: frozenset[str]
    unit_id: int
    path: str
    path_end: str
    role: str = ""
    unit_code: str = ""
    unit_name: str = ""

    def covers(self, path: str, track: str | None = None) -> bool:
        return self.path <= path < self.path_end and (track is None or track in self.tracks)


@dataclass(frozen=True)
class Key:
    """The API key a person came with. `decides`: also takes steps that the pages ask the password for."""

    id: int
    read_only: bool = False
    decides: bool = False


@dataclass(frozen=True)
class Actor:
    person_id: int
    name: str
    title: str
    principal_id: int
    principal_name: str = ""
    unit_id: int | None = None
    unit_name: str = ""
    unit_path: str = ""
    language: str = "sv"
    grants: tuple[Grant, ...] = field(default=(), repr=False)
    # Paths of the parts of the organisation she may know of; None: all of her principal's.
    bounds: tuple[str, ...] | None = None
    key: Key | None = None

    @property
    def label(self) -> str:
        """How the log names her: with her title, and the key when she came with one. At most 200 characters."""
        suffix = f" (nyckel {self.key.id})" if self.key else ""
        return f"{self.name}, {self.title}".rstrip(", ")[: 200 - len(suffix)] + suffix

    @cached_property
    def duties(self) -> frozenset[str]:
        return frozenset(grant.duty for grant in self.grants)

    def holds(self, duty: str) -> bool:
        return duty in self.duties

    def holds_at(self, duty: str, path: str, track: str | None = None) -> bool:
        return any(g.duty == duty and g.covers(path, track) for g in self.grants)

    def sees(self, path: str | None) -> bool:
        """Whether the unit at `path` is in the part of the organisation she may know of."""
        return self.bounds is None or any((path or "").startswith(part) for part in self.bounds)

    def reach(self, *duties: str) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.duty in duties)


@dataclass(frozen=True)
class Anyone(Actor):
    """Stands for every actor with the same duties whose sight is said with the same words (core.scope.ForActor).

    Of `like`, the first one of them, nothing may be told but her duties and how her sight is worded.
    """

    like: Actor | None = None

    @cached_property
    def duties(self) -> frozenset[str]:
        return self.like.duties if self.like else frozenset()

    def holds_at(self, duty: str, path: str, track: str | None = None) -> bool:
        raise TypeError("Anyone has no places")

    def sees(self, path: str | None) -> bool:
        raise TypeError("Anyone has no places")

    def reach(self, *duties: str) -> tuple[Grant, ...]:
        raise TypeError("Anyone has no places")
