"""Drawings made from nothing: everything has a place, nothing lies on anything else, and flows run round the steps."""

from __future__ import annotations

import time
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings

from hjulet.processes.bpmn import checking
from hjulet.processes.bpmn.building import build
from hjulet.processes.bpmn.elements import family, index, tag
from hjulet.processes.bpmn.interchange import SHAPE, Box, by_element
from hjulet.processes.bpmn.layout import complete, lay_out, needs_layout
from hjulet.processes.bpmn.model import BPMNDI, Next, Row
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.steps import rows
from hjulet.processes.bpmn.writing import write

from .drawings import (
    FILES,
    SOUND,
    boxes,
    chain,
    check_flows,
    check_steps,
    diagram,
    flow,
    large,
    lines,
    on_border,
    shape,
    tables,
    without_drawing,
)

pytestmark = [pytest.mark.capability("PRO-2")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sort_of_file_can_be_laid_out_from_nothing(path: Path) -> None:
    one = without_drawing(path)
    assert needs_layout(one) or not index(one).nodes
    told = [(row.id, row.name, row.type, row.next) for row in rows(one)]
    lay_out(one)
    again = read(write(one))
    assert not needs_layout(again)
    assert sorted(told) == sorted((row.id, row.name, row.type, row.next) for row in rows(again))
    if path in SOUND:
        check_steps(again)
        assert checking.warnings(again.tree) == []


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_flows_run_round_the_steps(path: Path) -> None:
    one = without_drawing(path)
    lay_out(one)
    check_flows(one)


# Any flow at all --------------------------------------------------------------------------------------------------


@given(tables())
@settings(max_examples=120, deadline=None)
def test_any_table_becomes_a_drawing_where_nothing_lies_on_anything_else(table: list[Row]) -> None:
    one = build("Prov", table, "prov")
    check_steps(one)
    check_flows(one)


@given(tables())
@settings(max_examples=60, deadline=None)
def test_a_built_file_says_what_the_table_said(table: list[Row]) -> None:
    one = read(write(build("Prov", table, "prov")))
    said = {row.id: (row.type, row.name.strip(), row.inside, set(row.next)) for row in rows(one)}
    assert said == {row.id: (row.type, row.name.strip(), row.inside, set(row.next)) for row in table}
    lanes = {row.id: row.lane for row in rows(one) if not row.inside}
    asked = {row.id: row.lane for row in table if not row.inside}
    assert lanes == asked or all(asked.values()), (lanes, asked)
    assert one.warnings == []


def test_lanes_come_in_the_order_they_are_named_and_facts_go_with_the_steps() -> None:
    table = [
        Row("a", 1, "startEvent", "Larm", "Boende", next=(Next("f1", "", "b"),)),
        Row("b", 2, "task", "Kvittera", "Omsorgspersonal", next=(Next("f2", "ja", "c"),), purpose="Hjälp fort"),
        Row("c", 3, "endEvent", "", "Boende", stage="close", role="nurse", documented="Journal"),
    ]
    one = read(write(build("Från larm till hjälp", table, "larm")))
    assert [lane.get("name") for lane in one.tree.getroot().iter(tag("lane"))] == ["Boende", "Omsorgspersonal"]
    assert [(row.purpose, row.stage, row.role, row.documented) for row in rows(one)] == [
        ("", "", "", ""),
        ("Hjälp fort", "", "", ""),
        ("", "close", "nurse", "Journal"),
    ]
    pool = next(one.tree.getroot().iter(tag("participant")))
    assert (pool.get("name"), pool.get("processRef")) == ("Från larm till hjälp", "larm")


def test_an_empty_table_becomes_an_empty_pool() -> None:
    one = read(write(build("Prov", [], "prov")))
    assert rows(one) == [] and list(boxes(one)) == ["prov_pool"] and one.warnings == []


def test_a_table_with_a_type_that_bpmn_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="ingen typ av steg"):
        build("Prov", [Row("a", 1, "robotTask", "Robot")], "p")


# How it looks --------------------------------------------------------------------------------------------------------


def test_the_flow_runs_from_left_to_right_on_one_line() -> None:
    one = diagram(chain(6))
    lay_out(one)
    where = [boxes(one)[f"t{at}"] for at in range(6)]
    assert all(a.right < b.x for a, b in pairwise(where))
    assert len({box.middle.y for box in where}) == 1
    assert all(len(points) == 2 for points in lines(one).values())


def test_a_loop_does_not_turn_the_drawing_round() -> None:
    one = diagram(chain(4) + flow("back", "t3", "t1", "nej") + flow("self", "t2", "t2"))
    lay_out(one)
    where = boxes(one)
    assert where["t0"].x < where["t1"].x < where["t2"].x < where["t3"].x
    check_flows(one)


def test_the_shorter_way_does_not_run_through_the_longer() -> None:
    gateway = '<exclusiveGateway id="g"/>' + flow("in", "t0", "g") + flow("past", "g", "t3") + flow("on", "g", "t1")
    one = diagram(chain(4).replace(flow("f0", "t0", "t1"), "") + gateway)
    lay_out(one)
    check_flows(one)


def test_pools_are_stacked_and_messages_run_between_them() -> None:
    head = (
        '<collaboration id="c"><participant id="po" name="Hemtjänsten" processRef="p"/><participant id="re" name="Regionen"/>'
        '<messageFlow id="m" name="Plan" sourceRef="t1" targetRef="re"/></collaboration>'
    )
    one = diagram(chain(3), head)
    lay_out(one)
    where, line = boxes(one), lines(one)["m"]
    assert where["po"].bottom < where["re"].y and where["po"].width == where["re"].width
    assert on_border(line[0], where["t1"]) and on_border(line[-1], where["re"])
    assert one.tree.getroot().find(f"{tag('BPMNDiagram', BPMNDI)}/{tag('BPMNPlane', BPMNDI)}").get("bpmnElement") == "c"


def test_notes_and_data_stand_near_their_step_and_on_nothing() -> None:
    notes = (
        '<dataObject id="d"/><dataObjectReference id="dr" name="Plan" dataObjectRef="d"/>'
        '<textAnnotation id="ta"><text>Inom fem minuter.</text></textAnnotation>'
        '<association id="a1" sourceRef="t1" targetRef="ta"/><association id="a2" sourceRef="t1" targetRef="dr"/>'
    )
    one = diagram(chain(3) + notes)
    lay_out(one)
    where = boxes(one)
    for own in ("ta", "dr"):
        assert (
            abs(where[own].middle.x - where["t1"].middle.x) < 200
            and abs(where[own].middle.y - where["t1"].middle.y) < 150
        )
    everything = list(where.values())
    assert not [pair for pair in combinations(everything, 2) if pair[0].meets(pair[1])]
    assert len(lines(one)["a1"]) == len(lines(one)["a2"]) == 2


def test_nested_lanes_lie_within_each_other() -> None:
    lanes = (
        '<laneSet id="ls"><lane id="outer" name="Kommunen"><childLaneSet id="cl"><lane id="in1" name="Hemtjänst">'
        '<flowNodeRef>t0</flowNodeRef></lane><lane id="in2" name="Hemsjukvård"><flowNodeRef>t1</flowNodeRef></lane>'
        '</childLaneSet></lane><lane id="other" name="Regionen"><flowNodeRef>t2</flowNodeRef></lane></laneSet>'
    )
    one = diagram(lanes + chain(3))
    lay_out(one)
    where = boxes(one)
    assert where["outer"].x < where["in1"].x and where["in1"].right == where["outer"].right
    assert where["outer"].y == where["in1"].y and where["in1"].bottom == where["in2"].y
    assert where["in2"].bottom == where["outer"].bottom == where["other"].y
    check_steps(one)


def test_a_group_is_drawn_round_what_stood_in_it() -> None:
    drawn = "".join(shape(f"t{at}", 150 * at, 50) for at in range(3)) + shape("g", -10, 20, 270, 140)
    one = diagram(chain(3) + '<group id="g"/>', drawn=drawn)
    lay_out(one)
    where = boxes(one)
    assert where["g"].holds(where["t0"].middle) and where["g"].holds(where["t1"].middle)
    assert not where["g"].holds(where["t2"].middle)


def test_flows_between_lanes_run_round_a_wide_sub_process_beside_the_flow() -> None:
    table = [
        Row("a", 1, "task", "Ring", "Boende", next=(Next("f1", "", "b"),)),
        Row("b", 2, "task", "Svara", "Sjuksköterska", next=(Next("f2", "", "c"),)),
        Row("c", 3, "task", "Tacka", "Boende", next=(Next("f3", "", "b"),)),
        Row("sp", 4, "subProcess", "Om larmet är trasigt", "Boende"),
        *(
            Row(f"i{at}", 5 + at, "task", "Felsök", inside="sp", next=(Next(f"g{at}", "", f"i{at + 1}"),))
            for at in range(4)
        ),
    ]
    one = build("Prov", table, "prov")
    check_steps(one)
    check_flows(one)


# What other tools drew -----------------------------------------------------------------------------------------------


def test_a_new_drawing_keeps_ids_and_what_other_tools_wrote_on_shapes() -> None:
    drawn = shape("t0", 0, 0, more=' x:fill="#ff0000"') + shape("t1", 0, 0)
    one = diagram(chain(2), drawn=drawn)
    lay_out(one)
    first = by_element(one.tree.getroot(), SHAPE)["t0"]
    assert first.get("id") == "t0_di" and first.get("{urn:example:verktyg}fill") == "#ff0000"
    assert boxes(one)["t0"].right < boxes(one)["t1"].x


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_a_whole_drawing_is_left_as_it_is(path: Path) -> None:
    one = read(path.read_bytes())
    if needs_layout(one):
        pytest.skip("has no drawing")
    before = write(one)
    complete(one)
    assert write(one) == before


def test_what_lacks_a_place_gets_one_and_nothing_else_moves() -> None:
    drawn = "".join(shape(f"t{at}", 150 * at, 50) for at in range(3))
    one = diagram(chain(5), drawn=drawn)
    before = boxes(one)
    assert needs_layout(one)
    complete(one)
    after = boxes(one)
    assert {own: after[own] for own in before} == before
    assert not needs_layout(one) and not [pair for pair in combinations(after.values(), 2) if pair[0].meets(pair[1])]
    assert set(lines(one)) == {"f0", "f1", "f2", "f3"}
    assert after["t2"].right < after["t3"].x < after["t4"].x
    done = write(one)
    complete(one)
    assert write(one) == done


def test_a_new_lane_goes_below_and_what_stands_under_the_pool_moves_down() -> None:
    head = (
        '<collaboration id="c"><participant id="po" name="Ett" processRef="p"/><participant id="under" name="Två"/>'
        "</collaboration>"
    )
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="A"><flowNodeRef>t0</flowNodeRef></lane>'
        '<lane id="l2" name="B"><flowNodeRef>t1</flowNodeRef></lane></laneSet>'
    )
    drawn = (
        shape("po", 0, 0, 600, 120)
        + shape("l1", 30, 0, 570, 120)
        + shape("t0", 200, 20)
        + shape("under", 0, 160, 600, 60)
    )
    one = diagram(lanes + chain(2), head, drawn)
    complete(one)
    where = boxes(one)
    assert where["t0"] == Box(200, 20, 100, 80) and where["l1"].y == 0
    assert where["l2"].y == where["l1"].bottom and where["l2"].holds(where["t1"].middle)
    assert where["po"].bottom == where["l2"].bottom < where["under"].y


def test_what_a_closed_sub_process_holds_needs_no_place() -> None:
    inner = '<subProcess id="sp"><task id="inner"/></subProcess>'
    one = diagram(inner, drawn=shape("sp", 0, 0, more=' isExpanded="false"'))
    assert not needs_layout(one)
    assert needs_layout(diagram(inner))


def test_a_called_process_that_the_file_does_not_draw_stays_undrawn() -> None:
    head = '<process id="called"><task id="far"/></process>'
    one = diagram(chain(1), head, shape("t0", 0, 0))
    assert not needs_layout(one)
    before = write(one)
    complete(one)
    assert write(one) == before


def test_wild_numbers_in_a_file_count_as_no_place() -> None:
    one = diagram(chain(2), drawn=shape("t0", 10, 10) + shape("t1", float("nan"), float("inf")))
    assert needs_layout(one)
    complete(one)
    assert not needs_layout(one) and boxes(one)["t1"].x < 1000


# Size ----------------------------------------------------------------------------------------------------------------


def test_three_hundred_steps_are_laid_out_in_half_a_second() -> None:
    one = large()
    took = []
    for _turn in range(3):
        start = time.process_time()
        lay_out(one)
        took.append(time.process_time() - start)
    assert min(took) < 0.5, took
    check_steps(one)
    check_flows(one)


def test_a_step_with_three_hundred_ways_on_is_laid_out_too() -> None:
    steps = "".join(f'<task id="t{at}"/>' + flow(f"f{at}", "g", f"t{at}", f"väg {at}") for at in range(300))
    one = diagram('<exclusiveGateway id="g"/>' + steps)
    start = time.process_time()
    lay_out(one)
    assert time.process_time() - start < 3
    check_flows(one)


def test_types_that_are_not_known_are_laid_out_as_steps() -> None:
    one = diagram('<robotTask id="r" name="Robot"/><task id="t"/>' + flow("f", "r", "t"))
    lay_out(one)
    assert boxes(one)["r"].right < boxes(one)["t"].x
    assert family("robotTask") == "task"
