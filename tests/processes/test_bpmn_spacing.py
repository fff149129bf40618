"""A step that is put in stands after the one before it, and nothing that follows is drawn to its left."""

from __future__ import annotations

from hjulet.processes.bpmn import editing
from hjulet.processes.bpmn.building import build
from hjulet.processes.bpmn.interchange import SHAPE, Box, box_of, by_element
from hjulet.processes.bpmn.layout import complete
from hjulet.processes.bpmn.model import Diagram, Next, Row


def boxes(diagram: Diagram) -> dict[str, Box]:
    found = by_element(diagram.tree.getroot(), SHAPE)
    return {own: box for own, shape in found.items() if (box := box_of(shape))}


def three() -> Diagram:
    rows = (
        Row("a", 1, "task", "Ta emot", lane="Planerare", next=(Next("f", "", "b"),)),
        Row("b", 2, "task", "Svara", lane="Planerare", next=(Next("g", "", "c"),)),
        Row("c", 3, "task", "Ring", lane="Kontakt"),
    )
    return build("Beställning", rows, "p")


def test_it_stands_between_and_the_rest_moves_aside() -> None:
    diagram = three()
    before = boxes(diagram)
    new = editing.add_step(diagram, after="a", type="task", name="Kvittera", lane="Planerare")
    complete(diagram)
    after = boxes(diagram)
    assert after["a"] == before["a"]
    assert after["a"].right < after[new].x and after[new].right < after["b"].x < after["c"].x
    assert after[new].middle.y == after["a"].middle.y
    lane = next(own for own, box in before.items() if own not in {"a", "b", "c"} and box.holds(box.middle))
    assert after[lane].width > before[lane].width


def test_the_last_one_moves_nothing() -> None:
    diagram = three()
    before = boxes(diagram)
    editing.add_step(diagram, after="c", type="task", name="Skriv", lane="Kontakt")
    complete(diagram)
    assert {own: box for own, box in boxes(diagram).items() if own in {"a", "b", "c"}} == {
        own: before[own] for own in ("a", "b", "c")
    }
