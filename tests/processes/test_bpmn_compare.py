"""Two versions: each thing that differs is said once, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hjulet.processes.bpmn.compare import Change, _longest_rising, compare
from hjulet.processes.bpmn.model import BPMN, Diagram
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.writing import write

pytestmark = [pytest.mark.capability("PRO-2")]
FILES = sorted((Path(__file__).parent / "vectors").glob("*.bpmn"))


def vector(name: str) -> str:
    return next(path for path in FILES if path.stem == name).read_bytes().decode()


def between(name: str, *changes: tuple[str, str]) -> list[Change]:
    """What differs when texts in a file are put in others' place."""
    old = new = vector(name)
    for before, after in changes:
        assert new.count(before) == 1, before
        new = new.replace(before, after)
    return compare(read(old.encode()), read(new.encode()))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_nothing_differs_from_itself(path: Path) -> None:
    diagram = read(path.read_bytes())
    assert compare(diagram, read(write(diagram))) == []


def test_a_new_name_and_a_moved_shape_are_two_things() -> None:
    found = between(
        "default_namespace",
        ('name="Svara på larmet"', 'name="Svara inom en minut"'),
        ('x="660" y="185"', 'x="700" y="200"'),
        # the lines follow the step
        ('<omgdi:waypoint x="660" y="225"/>', '<omgdi:waypoint x="700" y="240"/>'),
        ('<omgdi:waypoint x="770" y="225"/>', '<omgdi:waypoint x="810" y="240"/>'),
    )
    assert found == [
        Change("renamed", "sid-svara", "”Svara på larmet” heter nu ”Svara inom en minut”"),
        Change("drawn", "sid-skriv", "”Skriv vad som gjordes” står på ett annat ställe i ritningen"),
    ]


def test_a_line_that_runs_another_way() -> None:
    old = vector("data_and_notes")
    new = old.replace('<linje:waypoint x="290" y="118"/>', '<linje:waypoint x="290" y="120"/>')
    assert new != old
    (change,) = compare(read(old.encode()), read(new.encode()))
    assert change == Change(
        "drawn", "bc", "Linjen från ”Jämför med listan” till ”Ge läkemedlet” går en annan väg i ritningen"
    )


def test_a_step_put_in_is_one_thing() -> None:
    found = between(
        "no_drawing",
        ('<sequenceFlow id="f2" sourceRef="skriv" targetRef="las"/>', '<task id="vila" name="Sov på saken"/>'
         '<sequenceFlow id="x1" sourceRef="skriv" targetRef="vila"/><sequenceFlow id="f2" sourceRef="vila" targetRef="las"/>'),
    )  # fmt: skip
    assert found == [Change("added", "vila", "Nytt steg efter ”Skriv planen”: ”Sov på saken”")]


def test_a_step_taken_out_is_one_thing() -> None:
    found = between(
        "no_drawing",
        ('<userTask id="las" name="Läs tillsammans"/>', ""),
        ('<sequenceFlow id="f3" sourceRef="las" targetRef="ok"/>', ""),
        ('sourceRef="skriv" targetRef="las"', 'sourceRef="skriv" targetRef="ok"'),
    )
    assert found == [Change("removed", "las", "Borttaget steg: ”Läs tillsammans”")]


def test_another_lane_type_and_branch() -> None:
    found = between(
        "default_namespace",
        ("<flowNodeRef>sid-skriv</flowNodeRef>", ""),
        (
            "<flowNodeRef>sid-svara</flowNodeRef>",
            "<flowNodeRef>sid-svara</flowNodeRef><flowNodeRef>sid-skriv</flowNodeRef>",
        ),
        ('<sequenceFlow id="sid-f3" name="Ja"', '<sequenceFlow id="sid-f3" name="Ja, strax"'),
        (
            '<endEvent id="sid-slut" name="Klart"><incoming>sid-f8</incoming></endEvent>',
            '<intermediateThrowEvent id="sid-slut" name="Klart"/>',
        ),
    )
    assert found == [
        Change(
            "next",
            "sid-akut",
            "Efter ”Är det bråttom?”: Om Ja, strax: ”Åk till den enskilde”. Annars: ”Ring upp och fråga hur det är”. "
            "Förut: Om ja: ”Åk till den enskilde”. Annars: ”Ring upp och fråga hur det är”",
        ),
        Change("lane", "sid-skriv", "”Skriv vad som gjordes” görs nu av Larmcentral, förut av Nattpatrull"),
        Change("type", "sid-slut", "”Klart” är nu ”Händelse”, förut ”Slut”"),
    ]


def test_a_renamed_lane_is_one_thing_however_many_steps_stand_in_it() -> None:
    assert between("default_namespace", ('name="Nattpatrull"', 'name="Nattlaget"')) == [
        Change("renamed", "sid-nattpatrull", "”Nattpatrull” heter nu ”Nattlaget”")
    ]


def test_our_own_facts_with_the_codes_names() -> None:
    old = vector("no_drawing")
    new = old.replace('hjulet:stage="plan"', 'hjulet:stage="do"').replace(' hjulet:documented="Genomförandeplan"', "")
    found = compare(read(old.encode()), read(new.encode()), {"plan": "Planera", "do": "Genomföra"})
    assert found == [
        Change("facts", "skriv", "Delprocessen för ”Skriv planen” är nu ”Genomföra”, förut ”Planera”"),
        Change("facts", "skriv", "Det som skrivs för ”Skriv planen” är nu inte ifyllt, förut ”Genomförandeplan”"),
    ]


def test_another_order_of_branches_is_a_move_and_no_renumbering() -> None:
    one, two = '<task id="k1" name="Lägg in i planeringen"/>', '<task id="k2" name="Berätta för gruppen"/>'
    (change,) = between("no_drawing", (one + two, two + one))
    assert change.kind == "moved" and change.id in {"k1", "k2"}
    assert "kommer nu efter" in change.words


def test_moved_first() -> None:
    assert of("abc", "cab") == [Change("moved", "c", "”c” kommer nu först")]
    assert of("abc", "bca") == [Change("moved", "a", "”a” kommer nu efter ”c”")]


def of(old: str, new: str) -> list[Change]:
    def diagram(names: str) -> Diagram:
        body = "".join(f'<task id="{name}" name="{name}"/>' for name in names)
        text = f'<definitions xmlns="{BPMN}" targetNamespace="u"><process id="p">{body}</process></definitions>'
        return read(text.encode())

    return compare(diagram(old), diagram(new))


def test_into_and_out_of_a_sub_process() -> None:
    start, end = '<subProcess id="d" name="Delen">', "</subProcess>"
    head = f'<definitions xmlns="{BPMN}" targetNamespace="u"><process id="p">'
    task, tail = '<task id="t" name="Ring"/>', "</process></definitions>"
    outside, inside = (head + body + tail for body in (start + end + task, start + task + end))
    assert compare(read(outside.encode()), read(inside.encode())) == [
        Change("inside", "t", "”Ring” ligger nu i ”Delen”")
    ]
    assert compare(read(inside.encode()), read(outside.encode())) == [
        Change("inside", "t", "”Ring” ligger inte längre i en delprocess")
    ]


def test_messages_notes_and_signs() -> None:
    assert between("pools_messages", ('id="Msg_fraga" name="Fråga om mer"', 'id="Msg_fraga" name="Begäran"')) == [
        Change("beside", "Task_fraga", "Nytt vid ”Fråga efter det som saknas”: Skickar Begäran till Den som söker"),
        Change(
            "beside", "Task_fraga", "Borta vid ”Fråga efter det som saknas”: Skickar Fråga om mer till Den som söker"
        ),
    ]
    assert between("data_and_notes", ("Gäller även helger", "Gäller alla dagar")) == [
        Change("renamed", "not_2", "”Gäller även helger” heter nu ”Gäller alla dagar”")
    ]
    assert between("data_and_notes", ('<model:association id="as_1" sourceRef="not_1" targetRef="c"/>', "")) == [
        Change("beside", "c", "Borta vid ”Ge läkemedlet”: Två personer vid narkotikaklassat"),
        Change("added", "not_1", "Nytt i ritningen: ”Två personer vid narkotikaklassat”"),
    ]
    timer = '<bpmn:timerEventDefinition id="TimerEventDefinition_1" />'
    (new, gone) = between("pools_messages", (timer, timer.replace("timer", "conditional").replace(" />", "><bpmn:condition/></bpmn:conditionalEventDefinition>")))  # fmt: skip
    assert (new.words, gone.words) == (
        "Nytt vid ”Två veckor har gått”: Villkor",
        "Borta vid ”Två veckor har gått”: Tid",
    )


def test_pools_come_and_go() -> None:
    pool = '<bpmn:participant id="Participant_utforare" name="Utförare" processRef="Process_utforare" />'
    more = pool + '<bpmn:participant id="P9" name="Regionen" />'
    assert between("pools_messages", (pool, more)) == [Change("added", "P9", "Nytt i ritningen: ”Regionen”")]
    old, new = vector("pools_messages").replace(pool, more), vector("pools_messages")
    assert compare(read(old.encode()), read(new.encode())) == [
        Change("removed", "P9", "Borttaget ur ritningen: ”Regionen”")
    ]


@given(st.permutations("abcdefg"), st.sets(st.sampled_from("abcdefg"), max_size=3), st.sampled_from("abcdefg"))
def test_what_was_done_is_what_is_said(order: list[str], gone: set[str], renamed: str) -> None:
    new = "".join(one for one in order if one not in gone)
    if not new:
        return
    found = of("abcdefg", new + "x")
    assert {change.id for change in found if change.kind == "removed"} == gone
    assert [change.id for change in found if change.kind == "added"] == ["x"]
    moved = {change.id for change in found if change.kind == "moved"}
    left = [one for one in new if one not in moved]
    assert left == sorted(left)
    assert {change.kind for change in found} <= {"removed", "added", "moved"}
    root = etree.fromstring(write(read(vector("no_drawing").encode())))
    for element in root.iter(f"{{{BPMN}}}task"):
        element.set("name", renamed)
    differing = compare(read(vector("no_drawing").encode()), Diagram(root.getroottree()))
    assert [change.kind for change in differing] == ["renamed"] * 3


@given(st.lists(st.integers(0, 30), max_size=12, unique=True))
def test_as_few_as_possible_are_said_to_have_moved(numbers: list[int]) -> None:
    kept = [numbers[at] for at in sorted(_longest_rising(numbers))]
    assert kept == sorted(kept)
    longest = [1] * len(numbers)
    for at, number in enumerate(numbers):
        longest[at] = 1 + max((longest[before] for before in range(at) if numbers[before] < number), default=0)
    assert len(kept) == max(longest, default=0)
