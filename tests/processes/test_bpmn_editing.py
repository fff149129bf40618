"""Processes changed by their table: the file stays whole, what others wrote in it stays, and no arrow leads nowhere."""

from __future__ import annotations

import pytest
from lxml import etree

from hjulet.processes.bpmn import editing
from hjulet.processes.bpmn.building import build
from hjulet.processes.bpmn.elements import family, index, kind, tag
from hjulet.processes.bpmn.layout import complete, lay_out, needs_layout
from hjulet.processes.bpmn.model import Diagram, Next, Row
from hjulet.processes.bpmn.steps import rows
from hjulet.processes.bpmn.writing import write

from .drawings import boxes, chain, diagram, flow, lines, shape
from .test_bpmn_any_change import check_same_when_read_again, check_whole, row_of, ways

pytestmark = [pytest.mark.capability("PRO-2")]


def alarm() -> Diagram:
    """Start, three steps in a row, a choice with two ways, end."""
    return build(
        "Larm",
        [
            Row("s", 1, "startEvent", "Larm", "Boende", next=(Next("f1", "", "a"),)),
            Row("a", 2, "task", "Kvittera", "Omsorgspersonal", next=(Next("f2", "", "b"),)),
            Row("b", 3, "task", "Gå dit", "Omsorgspersonal", next=(Next("f3", "", "c"),)),
            Row("c", 4, "task", "Bedöm", "Omsorgspersonal", next=(Next("f4", "", "g"),)),
            Row(
                "g",
                5,
                "exclusiveGateway",
                "Vård?",
                "Omsorgspersonal",
                next=(Next("f5", "ja", "v"), Next("f6", "nej", "e")),
            ),
            Row("v", 6, "task", "Ge vård", "Sjuksköterska", next=(Next("f7", "", "e"),)),
            Row("e", 7, "endEvent", "Klart", "Omsorgspersonal"),
        ],
        "larm",
    )


def flows(one: Diagram) -> set[str]:
    return {way.flow for row in rows(one) for way in row.next}


# New steps -----------------------------------------------------------------------------------------------------------


def test_a_new_step_goes_into_the_way_on() -> None:
    one = alarm()
    own = editing.add_step(one, after="b", type="userTask", name="  Tänd lampan ", lane="")
    found = row_of(one, own)
    assert (found.type, found.name, found.lane) == ("userTask", "Tänd lampan", "Omsorgspersonal")
    assert ways(one)["b"] == [(own, "")] and ways(one)[own] == [("c", "")]
    assert "f3" in flows(one) and needs_layout(one)
    check_whole(one)
    places = boxes(one)
    complete(one)
    assert {
        name: box for name, box in boxes(one).items() if family(kind(index(one).by_id[name])) == "task" and name != own
    } == {name: box for name, box in places.items() if family(kind(index(one).by_id[name])) == "task"}


def test_after_a_choice_a_new_step_is_a_new_branch() -> None:
    one = alarm()
    own = editing.add_step(one, after="g", type="task", name="Ring", lane="Läkare")
    assert ways(one)["g"] == [(own, ""), ("v", "ja"), ("e", "nej")] and ways(one)[own] == []
    assert row_of(one, own).lane == "Läkare"


def test_a_new_end_is_a_branch_and_never_in_the_middle() -> None:
    one = alarm()
    own = editing.add_step(one, after="b", type="endEvent", name="", lane="")
    assert ways(one)["b"] == [(own, ""), ("c", "")] and ways(one)[own] == []


def test_an_event_under_a_step_hangs_on_it() -> None:
    one = alarm()
    own = editing.add_step(one, after="b", type="boundaryEvent", name="Fem minuter", lane="")
    assert index(one).nodes[own].get("attachedToRef") == "b" and ways(one)["b"] == [("c", "")]
    complete(one)
    assert abs(boxes(one)[own].middle.y - boxes(one)["b"].bottom) < 1
    check_same_when_read_again(one)


@pytest.mark.parametrize(
    ("after", "type_", "says"),
    [
        ("e", "task", "Efter ett slut"),
        ("a", "startEvent", "En start kan inte"),
        ("g", "boundaryEvent", "måste höra till ett steg"),
        ("a", "robotTask", "Välj en typ"),
        ("gone", "task", "finns inte längre"),
    ],
)
def test_a_step_that_cannot_stand_there_is_refused(after: str, type_: str, says: str) -> None:
    one = alarm()
    before = write(one)
    with pytest.raises(ValueError, match=says):
        editing.add_step(one, after=after, type=type_, name="", lane="")
    assert write(one) == before


def test_the_first_step_of_an_empty_file() -> None:
    one = diagram("")
    own = editing.add_step(one, after=None, type="task", name="Ring", lane="Sjuksköterska")
    complete(one)
    check_whole(one)
    assert [(row.id, row.name, row.lane) for row in rows(one)] == [(own, "Ring", "Sjuksköterska")]
    assert own in boxes(one)


def test_ids_are_never_used_twice() -> None:
    one = alarm()
    seen = set()
    for _turn in range(20):
        own = editing.add_step(one, after="a", type="task", name="", lane="")
        assert own not in seen
        seen.add(own)
        editing.remove(one, own)


# Facts, names, lanes -------------------------------------------------------------------------------------------------


def test_facts_are_set_and_taken_away() -> None:
    one = alarm()
    editing.set_facts(one, "a", purpose="Hjälp fort", role="care", stage="perform", documented="Journal")
    assert (row_of(one, "a").purpose, row_of(one, "a").role) == ("Hjälp fort", "care")
    editing.set_facts(one, "a", purpose="", role="nurse")
    found = row_of(one, "a")
    assert (found.purpose, found.role, found.stage, found.documented) == ("", "nurse", "perform", "Journal")
    with pytest.raises(TypeError):
        editing.set_facts(one, "a", colour="red")
    check_same_when_read_again(one)


def test_signs_that_xml_cannot_hold_are_left_out_of_names() -> None:
    one = alarm()
    editing.rename(one, "a", "Ring\x00 \x0bnu\ud800 & <genast>")
    assert row_of(one, "a").name == "Ring nu & <genast>"
    check_same_when_read_again(one)
    editing.rename(one, "a", "")
    assert row_of(one, "a").name == "" and "name" not in index(one).nodes["a"].attrib


def test_a_step_gets_a_lane_and_a_missing_one_is_made() -> None:
    one = diagram(chain(3))
    lay_out(one)
    editing.set_lane(one, "t1", "Sjuksköterska")
    complete(one)
    assert [row.lane for row in rows(one)] == ["", "Sjuksköterska", ""]
    lane = next(one.tree.getroot().iter(tag("lane")))
    assert boxes(one)[lane.get("id")].holds(boxes(one)["t1"].middle)
    editing.set_lane(one, "t1", "Läkare")
    assert [row.lane for row in rows(one)] == ["", "Läkare", ""]
    assert [lane.get("name") for lane in one.tree.getroot().iter(tag("lane"))] == ["Sjuksköterska", "Läkare"]
    editing.set_lane(one, "t1", "")
    complete(one)
    assert [row.lane for row in rows(one)] == ["", "", ""]
    check_whole(one)


def test_lanes_are_added_renamed_and_removed() -> None:
    one = alarm()
    editing.add_lane(one, "Läkare")
    editing.rename_lane(one, "Boende", "Den boende")
    assert row_of(one, "s").lane == "Den boende"
    with pytest.raises(ValueError, match="redan en bana"):
        editing.add_lane(one, "Läkare")
    with pytest.raises(ValueError, match="redan en bana"):
        editing.rename_lane(one, "Läkare", "Den boende")
    with pytest.raises(ValueError, match="Det finns steg i"):
        editing.remove_lane(one, "Den boende")
    with pytest.raises(ValueError, match="ingen bana"):
        editing.remove_lane(one, "Kock")
    complete(one)
    high = max(box.bottom for box in boxes(one).values())
    editing.remove_lane(one, "Läkare")
    assert [lane.get("name") for lane in one.tree.getroot().iter(tag("lane"))] == [
        "Den boende",
        "Omsorgspersonal",
        "Sjuksköterska",
    ]
    assert max(box.bottom for own, box in boxes(one).items() if kind(index(one).by_id[own]) == "lane") == high
    check_whole(one)


def test_an_emptied_lane_stays_until_it_is_removed() -> None:
    one = alarm()
    editing.set_lane(one, "v", "Omsorgspersonal")
    assert "Sjuksköterska" in [lane.get("name") for lane in one.tree.getroot().iter(tag("lane"))]
    editing.remove_lane(one, "Sjuksköterska")
    assert "Sjuksköterska" not in [lane.get("name") for lane in one.tree.getroot().iter(tag("lane"))]


def test_line_breaks_that_a_form_does_not_keep_are_no_change() -> None:
    lanes = '<laneSet id="ls"><lane id="l" name="Den&#10; boende"><flowNodeRef>t0</flowNodeRef></lane></laneSet>'
    one = diagram(lanes + chain(2).replace('"Steg 0"', '"Steg&#10;0"') + flow("f", "t0", "t1", "ja,&#10;tack"))
    lay_out(one)
    before = write(one)
    editing.rename(one, "t0", "Steg 0")
    editing.set_lane(one, "t0", "Den boende")
    editing.set_next(one, "t0", [("t1", ""), ("t1", "ja, tack")])
    assert write(one) == before


# Types ---------------------------------------------------------------------------------------------------------------


def test_a_type_is_changed_and_the_rest_stays() -> None:
    one = alarm()
    editing.set_facts(one, "b", purpose="Snabbt")
    middle, before = boxes(one)["b"].middle, row_of(one, "b")
    editing.set_type(one, "b", "intermediateCatchEvent")
    after = row_of(one, "b")
    assert after.type == "intermediateCatchEvent"
    assert (after.name, after.lane, after.next, after.purpose) == (before.name, before.lane, before.next, "Snabbt")
    assert boxes(one)["b"].middle == middle and boxes(one)["b"].width == 36
    assert lines(one)["f3"][0].x == boxes(one)["b"].right
    complete(one)
    check_same_when_read_again(one)


def test_what_only_the_old_type_has_goes_and_what_others_wrote_stays() -> None:
    body = (
        '<userTask id="u" name="Skriv" implementation="##WebService" isForCompensation="true" x:form="blankett">'
        "<extensionElements><x:rad/></extensionElements><rendering/></userTask>"
    )
    one = diagram(body, drawn=shape("u", 0, 0))
    editing.set_type(one, "u", "exclusiveGateway")
    node = index(one).nodes["u"]
    assert dict(node.attrib) == {"id": "u", "name": "Skriv", "{urn:example:verktyg}form": "blankett"}
    assert [kind(child) for child in node] == ["extensionElements"] and len(node[0]) == 1
    check_same_when_read_again(one)


def test_data_that_a_step_used_is_let_go_when_it_becomes_an_event() -> None:
    body = (
        '<dataObject id="d"/><dataObjectReference id="dr" name="Plan" dataObjectRef="d"/><task id="t"><property id="pr"/>'
        '<dataInputAssociation id="da"><sourceRef>dr</sourceRef><targetRef>pr</targetRef></dataInputAssociation></task>'
    )
    one = diagram(body)
    lay_out(one)
    assert "da" in lines(one)
    editing.set_type(one, "t", "intermediateCatchEvent")
    check_whole(one)
    assert "da" not in lines(one) and "da" not in index(one).by_id and "dr" in index(one).artifacts
    check_same_when_read_again(one)


@pytest.mark.parametrize(
    ("own", "type_", "says"),
    [
        ("b", "startEvent", "Flöden leder hit"),
        ("b", "endEvent", "leder vidare"),
        ("b", "boundaryEvent", "Lägg till ett nytt steg"),
        ("g", "eventBasedGateway", "något man väntar på"),
        ("b", "robotTask", "Välj en typ"),
    ],
)
def test_a_type_that_makes_no_sense_is_refused(own: str, type_: str, says: str) -> None:
    one = alarm()
    with pytest.raises(ValueError, match=says):
        editing.set_type(one, own, type_)


def test_a_sub_process_with_steps_and_a_step_with_events_keep_their_types() -> None:
    one = diagram('<subProcess id="sp"><task id="i"/></subProcess><task id="t"/>')
    with pytest.raises(ValueError, match="har steg i sig"):
        editing.set_type(one, "sp", "task")
    editing.add_step(one, after="t", type="boundaryEvent", name="", lane="")
    with pytest.raises(ValueError, match="hänger händelser"):
        editing.set_type(one, "t", "exclusiveGateway")
    editing.set_type(one, "t", "callActivity")
    editing.set_type(one, "sp", "transaction")
    assert [row.type for row in rows(one) if not row.inside][:1] == ["transaction"]


# Where steps lead ----------------------------------------------------------------------------------------------------


def test_ways_that_stay_keep_their_ids_and_places() -> None:
    one = alarm()
    before = lines(one)
    editing.set_next(one, "g", [("e", "nej tack"), ("v", "ja"), ("a", "bedöm igen")])
    assert ways(one)["g"] == [("v", "ja"), ("e", "nej tack"), ("a", "bedöm igen")]
    assert {"f5", "f6"} <= flows(one)
    assert {own: lines(one)[own] for own in ("f5", "f6")} == {own: before[own] for own in ("f5", "f6")}
    editing.set_next(one, "g", [("v", "")])
    assert ways(one)["g"] == [("v", "")] and "f6" not in lines(one) and "f6" not in flows(one)
    editing.set_next(one, "g", [])
    assert ways(one)["g"] == []
    check_whole(one)


def test_two_ways_may_lead_to_the_same_step() -> None:
    one = alarm()
    editing.set_next(one, "g", [("e", "ja"), ("e", "nej")])
    assert ways(one)["g"] == [("e", "ja"), ("e", "nej")] and "f6" in flows(one)


@pytest.mark.parametrize(
    ("own", "target", "says"),
    [
        ("e", "a", "leder inte vidare"),
        ("a", "s", "till en start"),
        ("a", "inner", "delprocess"),
        ("a", "gone", "finns inte"),
    ],
)
def test_ways_that_cannot_be_are_refused(own: str, target: str, says: str) -> None:
    one = alarm()
    found = index(one)
    sub = etree.SubElement(found.containers["larm"], tag("subProcess"))
    sub.set("id", "sub")
    etree.SubElement(sub, tag("task")).set("id", "inner")
    before = write(one)
    with pytest.raises(ValueError, match=says):
        editing.set_next(one, own, [(target, "")])
    assert write(one) == before
