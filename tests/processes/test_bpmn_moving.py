"""Steps in another order and steps taken away: the flow closes behind them."""

from __future__ import annotations

import pytest

from hjulet.processes.bpmn import editing
from hjulet.processes.bpmn.elements import index
from hjulet.processes.bpmn.interchange import EDGE, SHAPE, by_element, drawn, points_at
from hjulet.processes.bpmn.layout import complete, lay_out
from hjulet.processes.bpmn.model import Diagram
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.steps import rows
from hjulet.processes.bpmn.writing import write

from .drawings import SOUND, chain, diagram, flow, lines
from .test_bpmn_any_change import check_same_when_read_again, check_whole, ways
from .test_bpmn_editing import alarm, flows

pytestmark = [pytest.mark.capability("PRO-2")]


# Order ---------------------------------------------------------------------------------------------------------------


def order(one: Diagram) -> list[str]:
    return [row.id for row in rows(one)]


def test_a_step_is_moved_before_another_and_its_flows_keep_their_ids() -> None:
    one = alarm()
    before = flows(one)
    editing.move(one, "c", "a")
    assert order(one) == ["s", "c", "a", "b", "g", "v", "e"] and flows(one) == before
    editing.move(one, "c", "g")
    assert order(one) == ["s", "a", "b", "c", "g", "v", "e"] and flows(one) == before
    editing.move(one, "a", "c")
    assert order(one) == ["s", "b", "a", "c", "g", "v", "e"]
    editing.move(one, "a", "c")
    assert order(one) == ["s", "b", "a", "c", "g", "v", "e"]
    check_whole(one)


def test_branches_keep_their_names_when_steps_move_past_them() -> None:
    one = diagram(chain(3) + '<exclusiveGateway id="g"/>' + flow("ja", "g", "t0", "ja"))
    editing.move(one, "t2", "t0")
    assert ways(one)["g"] == [("t2", "ja")] and ways(one)["t2"] == [("t0", "")] and ways(one)["t1"] == []


def test_a_step_is_moved_last_but_before_the_end() -> None:
    one = diagram(
        '<startEvent id="s"/>' + chain(3) + '<endEvent id="e"/>' + flow("in", "s", "t0") + flow("ut", "t2", "e")
    )
    editing.move(one, "t0", None)
    assert order(one) == ["s", "t1", "t2", "t0", "e"]
    editing.move(one, "t0", None)
    assert order(one) == ["s", "t1", "t2", "t0", "e"]
    without_end = diagram(chain(3))
    editing.move(without_end, "t0", None)
    assert order(without_end) == ["t1", "t2", "t0"]
    check_whole(without_end)


def test_steps_outside_the_flow_are_moved_in_the_file() -> None:
    one = diagram('<task id="a"/><task id="b"/><task id="c"/>')
    editing.move(one, "c", "a")
    assert order(one) == ["c", "a", "b"]
    editing.move(one, "c", None)
    assert order(one) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("own", "before", "says"),
    [
        ("g", "a", "flera vägar"),
        ("a", "e", "Flera vägar leder"),
        ("a", "s", "Inget steg kan stå före"),
        ("s", "b", "En start står först"),
        ("a", None, "delar sig"),
    ],
)
def test_an_unclear_move_says_what_to_do_instead(own: str, before: str | None, says: str) -> None:
    one = alarm()
    text = write(one)
    with pytest.raises(ValueError, match=says):
        editing.move(one, own, before)
    assert write(one) == text


# Taking away ---------------------------------------------------------------------------------------------------------


def test_the_flow_closes_behind_a_removed_step() -> None:
    one = alarm()
    editing.remove(one, "b")
    assert ways(one)["a"] == [("c", "")] and "f2" in flows(one) and "f3" not in flows(one)
    editing.remove(one, "v")
    assert ways(one)["g"] == [("e", "ja"), ("e", "nej")]
    editing.remove(one, "g")
    assert ways(one)["c"] == [("e", "ja"), ("e", "nej")]
    complete(one)
    check_same_when_read_again(one)


def test_with_a_step_goes_all_that_hangs_on_it_and_nothing_else() -> None:
    one = read(next(path for path in SOUND if path.stem == "sub_processes").read_bytes())
    for row in [row for row in rows(one) if row.type in ("subProcess", "transaction") and not row.inside]:
        editing.remove(one, row.id)
        check_whole(one)
    assert not [row for row in rows(one) if row.inside]
    ids = set(index(one).by_id)
    assert all(points_at(element) in ids for element in drawn(one.tree.getroot()))


def test_messages_and_notes_on_a_removed_step_go_with_it() -> None:
    head = (
        '<collaboration id="c"><participant id="po" name="A" processRef="p"/><participant id="re" name="B"/>'
        '<messageFlow id="m" sourceRef="t1" targetRef="re"/></collaboration>'
    )
    notes = '<textAnnotation id="ta"><text>Ring först</text></textAnnotation><association id="as" sourceRef="ta" targetRef="t1"/>'
    one = diagram(chain(3) + notes, head)
    lay_out(one)
    assert {"m", "as"} <= set(lines(one))
    editing.remove(one, "t1")
    found = index(one)
    assert "m" not in found.messages and "as" not in found.links and "ta" in found.artifacts
    assert not {"m", "as", "t1"} & {points_at(element) for element in drawn(one.tree.getroot())}


def test_a_removed_flow_is_no_default_any_more() -> None:
    one = alarm()
    index(one).nodes["g"].set("default", "f6")
    editing.set_next(one, "g", [("v", "ja")])
    assert index(one).nodes["g"].get("default") is None


def test_the_drawing_of_a_removed_step_is_gone() -> None:
    one = alarm()
    editing.remove(one, "v")
    root = one.tree.getroot()
    assert "v" not in by_element(root, SHAPE) and not {"f5", "f7"} & set(by_element(root, EDGE))
