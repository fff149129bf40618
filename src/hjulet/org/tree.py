"""The tree of then and of now. Then is read from UnitVersion, now from Unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from hjulet.core.actor import Actor
from hjulet.org.models import SEGMENT, Unit, UnitVersion, in_force, path_end


@dataclass
class Node:
    """A unit as it was called and where it hung on a day."""

    unit_id: int
    code: str
    name: str
    kind: str
    path: str
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


def tree_of(actor: Actor, on: date | None = None) -> list[Node]:
    """The roots of what the actor may know of, with all below, as of a day; without a day as now, open units."""
    return nest(_nodes_then(actor, on) if on else _nodes_now(actor))


def _nodes_then(actor: Actor, on: date) -> list[Node]:
    rows = UnitVersion.objects.seen_by(actor).filter(in_force(on)).order_by("path")
    return [Node(*row) for row in rows.values_list("unit_id", "unit__code", "name", "unit__kind", "path")]


def _nodes_now(actor: Actor) -> list[Node]:
    rows = Unit.objects.seen_by(actor).filter(valid_to__isnull=True, path__isnull=False).order_by("path")
    return [Node(unit.pk, unit.code, unit.name, unit.kind, unit.path or "") for unit in rows]


def nest(nodes: Iterable[Node]) -> list[Node]:
    """Hangs nodes, ordered by path, under each other. One whose parent is missing becomes a root."""
    by_path: dict[str, Node] = {}
    roots: list[Node] = []
    for node in nodes:
        by_path[node.path] = node
        above = by_path.get(node.path[:-SEGMENT])
        (above.children if above else roots).append(node)
    for node in by_path.values():
        node.children.sort(key=lambda child: child.name.casefold())
    return sorted(roots, key=lambda root: root.name.casefold())


def units_under_then(path: str, on: date) -> set[int]:
    """Ids of the unit whose path was `path` on a day, and of all that lay below it that day."""
    rows = UnitVersion.objects.filter(in_force(on), path__gte=path, path__lt=path_end(path))
    return set(rows.values_list("unit_id", flat=True))


def paths_then(principal_id: int, first: date, last: date) -> list[tuple[int, date, date | None, str]]:
    """(unit, from, to, path) for every version in force some day of a period, for the tree of then."""
    rows = UnitVersion.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=first),
        unit__principal_id=principal_id,
        valid_from__lte=last,
    ).order_by("unit_id", "valid_from")
    return list(rows.values_list("unit_id", "valid_from", "valid_to", "path"))


def path_then(unit_id: int, on: date) -> str | None:
    """Where a unit hung on a day. Before its first day the first place, after its last day the last one."""
    rows = UnitVersion.objects.filter(unit_id=unit_id)
    held = rows.filter(valid_from__lte=on).order_by("-valid_from").values_list("path", flat=True).first()
    return held or rows.order_by("valid_from").values_list("path", flat=True).first()


def path_now(unit_id: int) -> str | None:
    """Where a unit hangs now; a merged unit lies under the one it went into."""
    return Unit.objects.filter(pk=unit_id).values_list("path", flat=True).first()


def chain(path: str) -> list[str]:
    """Paths from the root down to `path`."""
    return [path[: end + SEGMENT] for end in range(0, len(path), SEGMENT)]


def ancestors(unit: Unit, actor: Actor) -> list[Unit]:
    """The unit's parents that the actor may know of, the top one first, without itself."""
    above = chain(unit.path or "")[:-1]
    return list(Unit.objects.seen_by(actor).filter(path__in=above).order_by("path"))
