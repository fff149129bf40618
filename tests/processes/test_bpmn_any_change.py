"""Any changes in any order: the file stays whole, and the drawing draws only what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjulet.processes.bpmn import checking, editing
from hjulet.processes.bpmn.building import build
from hjulet.processes.bpmn.elements import bare, index, tag
from hjulet.processes.bpmn.interchange import drawn, planes, points_at
from hjulet.processes.bpmn.layout import complete, lay_out, needs_layout
from hjulet.processes.bpmn.model import NODE_TYPES, OWN, Diagram, Row
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.steps import rows
from hjulet.processes.bpmn.writing import write

from .drawings import SOUND, boxes, tables

pytestmark = [pytest.mark.capability("PRO-2")]
NAMES = ("Boende", "Omsorgspersonal", "Sjuksköterska")


def ways(one: Diagram) -> dict[str, list[tuple[str, str]]]:
    return {row.id: [(way.target, way.label) for way in row.next] for row in rows(one)}


def row_of(one: Diagram, own: str) -> Row:
    return next(row for row in rows(one) if row.id == own)


# What must hold after any change -------------------------------------------------------------------------------------


def check_whole(one: Diagram) -> None:
    """Every reference has its end, every id is its own, and the drawing draws only what there is."""
    root, found = one.tree.getroot(), index(one)
    ids = Counter(own for element in root.iter() if (own := element.get("id")))
    assert not [own for own, times in ids.items() if times > 1]
    told: dict[str, Counter[str]] = {"incoming": Counter(), "outgoing": Counter()}
    for own, node in found.nodes.items():
        host = node.get("attachedToRef")
        assert host is None or bare(host) in found.nodes
        assert bare(node.get("default")) in {"", *found.flows}
        for which, counter in told.items():
            counter.update((own, bare(way.text)) for way in node.findall(tag(which)))
    ends = {own: found.ends(element) for own, element in found.flows.items()}
    assert all(source in found.nodes and target in found.nodes for source, target in ends.values()), ends
    if told["incoming"] or told["outgoing"]:
        assert told["outgoing"] == Counter((source, own) for own, (source, _target) in ends.items())
        assert told["incoming"] == Counter((target, own) for own, (_source, target) in ends.items())
    for element in [*found.links.values(), *found.messages.values()]:
        assert all(end in found.by_id for end in found.ends(element))
    assert all(bare(reference.text) in found.nodes for reference in root.iter(tag("flowNodeRef")))
    assert all(points_at(element) in found.by_id for element in [*drawn(root), *planes(root)])


def check_same_when_read_again(one: Diagram) -> None:
    again = read(write(one))
    assert rows(again) == rows(one)
    assert checking.warnings(again.tree) == []


def foreign(one: Diagram) -> Counter[str]:
    """What other tools wrote, in elements and attributes."""
    known = ("{http://www.omg.org/", "{" + OWN)
    elements = [element for element in one.tree.iter() if isinstance(element.tag, str)]
    tags = [element.tag for element in elements if not element.tag.startswith(known)]
    return Counter(
        tags
        + [name for element in elements for name in element.attrib if name[0] == "{" and not name.startswith(known)]
    )


# Any changes at all --------------------------------------------------------------------------------------------------

Change = Callable[[Diagram, Any], Any]
STEP_TYPES = [name for name in NODE_TYPES if name != "complexGateway"]


def pick(data: Any, one: Diagram) -> str:
    return str(data.draw(st.sampled_from([row.id for row in rows(one)] or ["none"])))


def any_add(one: Diagram, data: Any) -> None:
    after = pick(data, one) if data.draw(st.booleans()) else None
    type_, lane = data.draw(st.sampled_from(STEP_TYPES)), data.draw(st.sampled_from(["", *NAMES]))
    before = {row.id for row in rows(one)}
    own = editing.add_step(one, after=after if after != "none" else None, type=type_, name="Nytt", lane=lane)
    assert {row.id for row in rows(one)} == before | {own}


def any_remove(one: Diagram, data: Any) -> None:
    own = pick(data, one)
    editing.remove(one, own)
    assert own not in {row.id for row in rows(one)}


def any_next(one: Diagram, data: Any) -> None:
    own = pick(data, one)
    targets = data.draw(st.lists(st.tuples(st.just(""), st.sampled_from(["", "ja", "nej"])), max_size=3))
    wanted = [(pick(data, one), label) for _none, label in targets]
    editing.set_next(one, own, wanted)
    assert Counter(ways(one)[own]) == Counter(wanted)


def any_move(one: Diagram, data: Any) -> None:
    before = {row.id: (row.name, row.type, row.lane) for row in rows(one)}
    editing.move(one, pick(data, one), pick(data, one) if data.draw(st.booleans()) else None)
    assert {row.id: (row.name, row.type, row.lane) for row in rows(one)} == before


def any_type(one: Diagram, data: Any) -> None:
    own, type_ = pick(data, one), data.draw(st.sampled_from(STEP_TYPES))
    before = row_of(one, own) if own != "none" else None
    editing.set_type(one, own, type_)
    after = row_of(one, own)
    assert before and (after.type, after.name, after.next, after.lane) == (type_, before.name, before.next, before.lane)


def any_lane(one: Diagram, data: Any) -> None:
    own, lane = pick(data, one), data.draw(st.sampled_from(NAMES))
    editing.set_lane(one, own, lane)
    assert row_of(one, own).lane == lane


CHANGES: list[Change] = [
    any_add,
    any_remove,
    any_next,
    any_move,
    any_type,
    any_lane,
    lambda one, data: editing.rename(one, pick(data, one), data.draw(st.text(max_size=8))),
    lambda one, data: editing.set_facts(one, pick(data, one), purpose=data.draw(st.text(max_size=8)), role=""),
    lambda one, data: editing.add_lane(one, data.draw(st.sampled_from(NAMES))),
    lambda one, data: editing.rename_lane(one, *(data.draw(st.sampled_from(NAMES)) for _ in range(2))),
    lambda one, data: editing.remove_lane(one, data.draw(st.sampled_from(NAMES))),
]


def change(one: Diagram, data: Any) -> None:
    """One change; a refusal says why and leaves the file as it was."""
    before = write(one)
    try:
        data.draw(st.sampled_from(CHANGES))(one, data)
    except ValueError as refusal:
        assert str(refusal)[-1:] in ".?" and str(refusal)[0].isupper()
        assert write(one) == before
    check_whole(one)
    places = boxes(one)
    data.draw(st.sampled_from([complete, complete, lay_out]))(one)
    assert not needs_layout(one)
    assert places.keys() <= boxes(one).keys() | {own for own in places if own not in index(one).by_id}
    check_whole(one)


@given(tables(8), st.data(), st.integers(1, 8))
@settings(max_examples=100, deadline=None)
def test_any_changes_leave_a_whole_file(table: list[Row], data: Any, count: int) -> None:
    one = build("Prov", table, "prov")
    for _turn in range(count):
        change(one, data)
    check_same_when_read_again(one)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
@given(data=st.data(), count=st.integers(1, 6))
@settings(max_examples=15, deadline=None)
def test_any_changes_leave_other_tools_files_whole(path: Path, data: Any, count: int) -> None:
    one = read(path.read_bytes())
    for _turn in range(count):
        change(one, data)
    check_same_when_read_again(one)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_a_new_name_changes_nothing_else(path: Path) -> None:
    one = read(path.read_bytes())
    if needs_layout(one):
        lay_out(one)
    before, own = write(one).decode(), rows(one)[0].id
    editing.rename(one, own, "Ett nytt namn")
    complete(one)
    after = write(one).decode()
    assert row_of(one, own).name == "Ett nytt namn"
    old = next(element for element in read(before.encode()).tree.iter() if element.get("id") == own)
    new = next(element for element in one.tree.iter() if element.get("id") == own)
    assert {**old.attrib, "name": ""} == {**new.attrib, "name": ""}
    assert after.replace(' name="Ett nytt namn"', "").count("<") == before.count("<")
    assert foreign(one) == foreign(read(before.encode()))
