"""Two versions of a drawing, in words: what a step is, does and leads to; last, what has only been drawn elsewhere."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.processes.bpmn.beside import untied
from hjulet.processes.bpmn.elements import Index, index, name_of
from hjulet.processes.bpmn.interchange import EDGE, SHAPE, box_of, by_element, label_of, points_of
from hjulet.processes.bpmn.model import OWN_FACTS, Diagram, Row
from hjulet.processes.bpmn.steps import rows
from hjulet.processes.bpmn.telling import shown, told, unnumbered

_FACTS = {
    "stage": gettext_lazy("Delprocessen"),
    "role": gettext_lazy("Rollen"),
    "purpose": gettext_lazy("Syftet"),
    "documented": gettext_lazy("Det som skrivs"),
}


@dataclass(frozen=True)
class Change:
    """`kind`: added, removed, renamed, type, lane, inside, moved, next, facts (our own), beside (messages, data, notes,
    signs) or drawn (only its place in the drawing). `id`: of the step, lane, pool, note or line. `words`: a sentence.
    """

    kind: str
    id: str
    words: str


def compare(old: Diagram, new: Diagram, labels: Mapping[str, str] | None = None) -> list[Change]:
    """What differs, steps first in the new reading order. `labels`: what the codes of roles and stages are called.

    Steps are the same when their ids are. Renumbering is no change, nor is what follows from a step being put in or
    taken out. O(size of the files), save for a logarithm.
    """
    return list(_Comparison(_Side(old), _Side(new), labels or {}).changes())


class _Side:
    """One of the two versions."""

    def __init__(self, diagram: Diagram) -> None:
        self.found: Index = index(diagram)
        self.rows: dict[str, Row] = {row.id: row for row in rows(diagram)}
        self.shapes = {own: _look(shape) for own, shape in by_element(self.found.root, SHAPE).items()}
        self.lines = {own: (points_of(edge), label_of(edge)) for own, edge in by_element(self.found.root, EDGE).items()}
        self.parts = self._parts()

    def _parts(self) -> dict[str, str]:
        """What has a name without being a step: pools, lanes, and the notes and groups that are tied to none."""
        near = {row.id: list(row.beside) for row in self.rows.values()}
        lanes = (lane for holder in self.found.containers.values() for lane in self.found.lanes(holder))
        parts = {own: name_of(one) for own, one in self.found.participants.items()}
        parts |= {lane.get("id"): name_of(lane) for lane in lanes if lane.get("id")}
        return parts | untied(self.found, near)

    def called(self, own: str) -> str:
        if own in self.rows:
            return quoted(self.rows[own])
        element = self.found.by_id.get(own)
        return f"”{name_of(element)}”" if element is not None and name_of(element) else f"”{own}”"


def quoted(row: Row) -> str:
    return f"”{unnumbered(row)}”"


def _look(shape: Any) -> tuple[Any, ...]:
    return box_of(shape), label_of(shape), shape.get("isExpanded") or ""


class _Comparison:
    def __init__(self, old: _Side, new: _Side, labels: Mapping[str, str]) -> None:
        self.old, self.new, self.labels = old, new, labels
        both = old.parts.keys() & new.parts.keys()
        self.renamed = {(old.parts[own], new.parts[own]) for own in both}
        self.moved = set(_moved(old.rows, new.rows))

    def changes(self) -> Iterator[Change]:
        before: dict[str, Row] = {}  # the latest step in each sub-process
        for own, row in self.new.rows.items():
            was = self.old.rows.get(own)
            if was is None:
                yield Change("added", own, self._added(row, before.get(row.inside)))
            else:
                yield from self._changed(was, row, before.get(row.inside))
            before[row.inside] = row
        for own, row in self.old.rows.items():
            if own not in self.new.rows:
                yield Change("removed", own, _("Borttaget steg: %(name)s") % {"name": quoted(row)})
        yield from self._parts()
        yield from self._drawn()

    def _added(self, row: Row, before: Row | None) -> str:
        told_of = {"name": quoted(row), "before": quoted(before) if before else "", "lane": row.lane}
        words = _("Nytt steg efter %(before)s: %(name)s") if before else _("Nytt steg först: %(name)s")
        return f"{words % told_of} ({row.lane})" if row.lane else words % told_of

    def _changed(self, was: Row, row: Row, before: Row | None) -> Iterator[Change]:
        if row.name != was.name:
            yield self._change("renamed", row, _("%(was)s heter nu %(name)s"), was=quoted(was))
        if row.type != was.type:
            words = _("%(name)s är nu ”%(new)s”, förut ”%(old)s”")
            yield self._change("type", row, words, new=row.label, old=was.label)
        if row.lane != was.lane and (was.lane, row.lane) not in self.renamed:
            words, nobody = _("%(name)s görs nu av %(new)s, förut av %(old)s"), _("ingen som är utpekad")
            yield self._change("lane", row, words, new=row.lane or nobody, old=was.lane or nobody)
        yield from self._place(was, row, before)
        yield from self._leads(was, row)
        yield from self._facts(was, row)
        yield from self._beside(was, row)

    def _change(self, which: str, row: Row, sentence: str, **values: str) -> Change:
        return Change(which, row.id, sentence % {"name": quoted(row), **values})

    def _place(self, was: Row, row: Row, before: Row | None) -> Iterator[Change]:
        holder = self.new.rows.get(row.inside)
        if row.inside != was.inside and holder is not None:
            yield self._change("inside", row, _("%(name)s ligger nu i %(holder)s"), holder=quoted(holder))
        elif row.inside != was.inside:
            yield self._change("inside", row, _("%(name)s ligger inte längre i en delprocess"))
        elif row.id in self.moved and before is not None:
            yield self._change("moved", row, _("%(name)s kommer nu efter %(before)s"), before=quoted(before))
        elif row.id in self.moved:
            yield self._change("moved", row, _("%(name)s kommer nu först"))

    def _leads(self, was: Row, row: Row) -> Iterator[Change]:
        if _onward(row, self.new.rows, self.old.rows) != _onward(was, self.old.rows, self.new.rows):
            new, old = told(row, self.new.rows, quoted), told(was, self.old.rows, quoted)
            yield self._change("next", row, _("Efter %(name)s: %(new)s. Förut: %(old)s"), new=new, old=old)

    def _facts(self, was: Row, row: Row) -> Iterator[Change]:
        for fact in OWN_FACTS:
            new, old = getattr(row, fact), getattr(was, fact)
            if new != old:
                words = _("%(fact)s för %(name)s är nu %(new)s, förut %(old)s")
                values = {"fact": str(_FACTS[fact]), "new": self._said(new), "old": self._said(old)}
                yield self._change("facts", row, words, **values)

    def _beside(self, was: Row, row: Row) -> Iterator[Change]:
        if row.beside == was.beside:
            return
        here = {(one.kind, one.text, one.other): one for one in row.beside}
        there = {(one.kind, one.text, one.other): one for one in was.beside}
        new = replace(row, beside=tuple(here[key] for key in here if key not in there))
        for words in shown(new, self.new.rows, quoted):
            yield self._change("beside", row, _("Nytt vid %(name)s: %(words)s"), words=words)
        old = replace(was, beside=tuple(there[key] for key in there if key not in here))
        for words in shown(old, self.old.rows, quoted):
            yield self._change("beside", row, _("Borta vid %(name)s: %(words)s"), words=words)

    def _said(self, value: str) -> str:
        return f"”{self.labels.get(value, value)}”" if value else _("inte ifyllt")

    def _parts(self) -> Iterator[Change]:
        old, new = self.old.parts, self.new.parts
        for own in (*new, *(gone for gone in old if gone not in new)):
            words = {"new": f"”{new.get(own) or own}”", "old": f"”{old.get(own) or own}”"}
            if own not in old:
                yield Change("added", own, _("Nytt i ritningen: %(new)s") % words)
            elif own not in new:
                yield Change("removed", own, _("Borttaget ur ritningen: %(old)s") % words)
            elif old[own] != new[own]:
                yield Change("renamed", own, _("%(old)s heter nu %(new)s") % words)

    def _drawn(self) -> Iterator[Change]:
        """Shapes that stand elsewhere, and lines that run elsewhere though neither of their ends has moved."""
        old, new = self.old, self.new
        elsewhere = {own for own in new.shapes.keys() & old.shapes.keys() if new.shapes[own] != old.shapes[own]}
        for own in (own for own in new.shapes if own in elsewhere):
            words = _("%(name)s står på ett annat ställe i ritningen") % {"name": new.called(own)}
            yield Change("drawn", own, words)
        for own in (own for own, line in new.lines.items() if old.lines.get(own, line) != line):
            ends = _ends(new.found, own)
            if all(ends) and ends == _ends(old.found, own) and not elsewhere & set(ends):
                words = _("Linjen från %(source)s till %(target)s går en annan väg i ritningen")
                values = {"source": new.called(ends[0]), "target": new.called(ends[1])}
                yield Change("drawn", own, words % values)


def _ends(found: Index, own: str) -> tuple[str, str]:
    line = found.flows.get(own, found.messages.get(own, found.links.get(own)))
    return found.ends(line) if line is not None else ("", "")


def _onward(row: Row, mine: Mapping[str, Row], other: Mapping[str, Row]) -> list[tuple[str, str]]:
    """(label, target) of each way on, past steps that the other version does not have and that lead to one place."""
    found = []
    for one in row.next:
        target, passed = one.target, {row.id}
        while target not in other and target in mine and len(mine[target].next) == 1 and target not in passed:
            passed.add(target)
            target = mine[target].next[0].target
        found.append((one.label, target))
    return sorted(found)


def _moved(old: Mapping[str, Row], new: Mapping[str, Row]) -> Iterator[str]:
    """The fewest steps that, taken away, leave the others in the order they had, within each sub-process."""
    groups: dict[str, list[str]] = {}
    for own, row in new.items():
        if own in old and old[own].inside == row.inside:
            groups.setdefault(row.inside, []).append(own)
    for group in groups.values():
        kept = set(_longest_rising([old[own].place for own in group]))
        yield from (own for at, own in enumerate(group) if at not in kept)


def _longest_rising(numbers: Iterable[int]) -> Iterator[int]:
    """Positions of a longest rising subsequence, from the last to the first."""
    values = list(numbers)
    ends: list[int] = []  # the least number that a run of each length can end with, and where it stands
    at: list[int] = []
    back: list[int] = []
    for position, number in enumerate(values):
        length = bisect_left(ends, number)
        back.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        at[length : length + 1] = [position]
    position = at[-1] if at else -1
    while position >= 0:
        yield position
        position = back[position]
