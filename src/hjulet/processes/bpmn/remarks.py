"""Comments and processing instructions that a drawing tool leaves out: taken from the file as it was, and put back.

Tools that read BPMN into objects of their own and write it anew know no place for them. Nothing else of the older file
comes back: elements, attributes and text are as the tool wrote them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from hjulet.processes.bpmn.elements import Element, words
from hjulet.processes.bpmn.model import Diagram

Words = tuple[str, str]  # target of an instruction, empty for a comment; text
Name = tuple[Any, ...]
Placed = tuple["Run", int, Words]  # run, how much of its text comes before, what is said


@dataclass
class Run:
    """What stands between two elements of a parent: text, and remarks by how much of the text comes before them."""

    parent: Element
    before: Element | None  # the element that the run stands before, None last in the parent
    after: Element | None  # the one it stands after, None first in the parent
    text: str = ""
    remarks: list[tuple[int, Words]] = field(default_factory=list)
    changed: bool = False


def carry_over(diagram: Diagram, older: Diagram) -> int:
    """Puts the older file's remarks into the newer one, each at the element it stood at; gives how many.

    A remark that the newer file has already is left alone. One inside an element that is gone goes with it; one beside
    such an element stays with the parent. Done twice it is the same as once.
    """
    book: dict[Name, int] = {}
    new, old = _Runs(diagram.tree.getroot(), book), _Runs(older.tree.getroot(), book)
    told = _outside(diagram.tree, older.tree)
    for place, at, said in _missing(new, old):
        place.remarks.append((at, said))
        place.changed = True
        told += 1
    for run in new.runs:
        if run.changed:
            _write(run)
    return told


# Before and after the root -------------------------------------------------------------------------------------------


def _outside(new: Any, old: Any) -> int:
    told = 0
    for before in (True, False):
        there = Counter(map(_said, _siblings(new, before)))
        for node in _siblings(old, before):
            if there[_said(node)]:
                there[_said(node)] -= 1
                continue
            root = new.getroot()
            if before:
                root.addprevious(_made(_said(node)))
            else:
                last = [root, *_siblings(new, before)][-1]
                last.addnext(_made(_said(node)))
            told += 1
    return told


def _siblings(tree: Any, before: bool) -> list[Element]:
    """The remarks before the root, or after it, in the document's order."""
    found = list(tree.getroot().itersiblings(preceding=before))
    return found[::-1] if before else found


# Inside it -----------------------------------------------------------------------------------------------------------


class _Runs:
    """A tree as its runs, and its elements by a number that the same element has in the other tree too."""

    def __init__(self, root: Element, book: dict[Name, int]) -> None:
        self.book = book
        self.numbers: dict[Element, int] = {}
        self.elements: dict[int, Element] = {}
        self.runs: list[Run] = []
        self._before: dict[Element, Run] = {}
        self._after: dict[Element, Run] = {}
        self._last: dict[Element, Run] = {}
        ids = Counter(own for element in root.iter(etree.Element) if (own := element.get("id")))
        self._call(root, ("root",))
        for parent in root.iter(etree.Element):
            self._call_children(parent, ids)
            for run in _runs_of(parent):
                self._keep(run)

    def _call(self, element: Element, name: Name) -> None:
        number = self.book.setdefault(name, len(self.book))
        self.numbers[element], self.elements[number] = number, element

    def _call_children(self, parent: Element, ids: Counter[str]) -> None:
        """By its id where that is its own; else by what it is and says, and how many such come before it."""
        seen: Counter[Name] = Counter()
        for child in parent.iterchildren(etree.Element):
            own = child.get("id")
            if own and ids[own] == 1:
                self._call(child, (own,))
                continue
            leaf = next(child.iterchildren(etree.Element), None) is None
            sort = (self.numbers[parent], child.tag, words(child).strip() if leaf else "")
            self._call(child, (*sort, seen[sort]))
            seen[sort] += 1

    def _keep(self, run: Run) -> None:
        self.runs.append(run)
        if run.before is not None:
            self._before[run.before] = run
        else:
            self._last[run.parent] = run
        if run.after is not None:
            self._after[run.after] = run

    def same(self, element: Element | None, other: _Runs) -> Element | None:
        """The element here that is this one in the other tree."""
        return None if element is None else self.elements.get(other.numbers[element])

    def place_of(self, run: Run, at: int, other: _Runs) -> tuple[Run, int] | None:
        """Where a remark of the other tree belongs here: between the same two elements, else at one of them."""
        before, after = self.same(run.before, other), self.same(run.after, other)
        on_line = run.after is not None and "\n" not in run.text[:at]
        near = self._after.get(after)
        if near is not None and (near.before is before or on_line):
            return near, _offset(run, at, near, 0 if on_line else len(near.text))
        found = self._before.get(before) or near or self._last.get(self.same(run.parent, other))
        return (found, _offset(run, at, found, len(found.text))) if found is not None else None


def _missing(new: _Runs, old: _Runs) -> list[Placed]:
    """The older tree's remarks that the newer has not: neither in their place nor, moved, in another."""
    placed = [
        (*place, said)
        for run in old.runs
        for at, said in run.remarks
        if (place := new.place_of(run, at, old)) is not None
    ]
    there = Counter((id(run), at, said) for run in new.runs for at, said in run.remarks)
    left: list[Placed] = []
    for run, at, said in placed:
        key = (id(run), at, said)
        if there[key]:
            there[key] -= 1
        else:
            left.append((run, at, said))
    elsewhere: Counter[Words] = Counter()
    for (_run, _at, said), n in there.items():
        elsewhere[said] += n
    missing = []
    for one in left:
        if elsewhere[one[2]]:
            elsewhere[one[2]] -= 1
        else:
            missing.append(one)
    return missing


def _offset(run: Run, at: int, place: Run, otherwise: int) -> int:
    """How much of a run's text comes before the remark, when the text may have been written anew."""
    head, tail = run.text[:at], run.text[at:]
    if run.text == place.text:
        return at
    if not place.text.strip():
        return min(otherwise, len(place.text))
    if place.text.startswith(head):
        return at
    return len(place.text) - len(tail) if place.text.endswith(tail) else len(place.text)


def _runs_of(parent: Element) -> Iterator[Run]:
    run = Run(parent, None, None, parent.text or "")
    for child in parent:
        if isinstance(child.tag, str):
            run.before = child
            yield run
            run = Run(parent, None, child, child.tail or "")
        else:
            run.remarks.append((len(run.text), _said(child)))
            run.text += child.tail or ""
    yield run


def _write(run: Run) -> None:
    """The run anew, with its remarks. What is only added last leaves the text as it is."""
    parent = run.parent
    start = 0 if run.after is None else parent.index(run.after) + 1
    end = len(parent) if run.before is None else parent.index(run.before)
    for old in parent[start:end]:
        parent.remove(old)
    remarks = sorted(run.remarks, key=lambda one: one[0])
    if end > start or remarks[0][0] < len(run.text):
        text = run.text[: remarks[0][0]]
        if run.after is None:
            parent.text = text
        else:
            run.after.tail = text
    stops = [at for at, _said in remarks[1:]] + [len(run.text)]
    for place, ((at, said), stop) in enumerate(zip(remarks, stops, strict=True)):
        node = _made(said)
        parent.insert(start + place, node)
        node.tail = run.text[at:stop] or None


def _said(node: Element) -> Words:
    return (node.target if node.tag is etree.ProcessingInstruction else "", node.text or "")


def _made(said: Words) -> Element:
    target, text = said
    return etree.ProcessingInstruction(target, text or None) if target else etree.Comment(text)
