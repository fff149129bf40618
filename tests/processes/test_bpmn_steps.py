"""The table of steps says what the drawing says, in the order one reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hjulet.processes.bpmn import steps
from hjulet.processes.bpmn.model import BPMN, Beside, Next, Row
from hjulet.processes.bpmn.order import reading_order
from hjulet.processes.bpmn.reading import read

pytestmark = [pytest.mark.capability("PRO-2")]
VECTORS = Path(__file__).parent / "vectors"


def rows(name: str) -> list[Row]:
    return steps.rows(read((VECTORS / f"{name}.bpmn").read_bytes()))


def of(body: str) -> list[Row]:
    text = f'<definitions xmlns="{BPMN}" targetNamespace="u"><process id="p">{body}</process></definitions>'
    return steps.rows(read(text.encode()))


def flow(*ways: tuple[str, str]) -> str:
    return "".join(f'<sequenceFlow id="{a}{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in ways)


def tasks(*names: str) -> str:
    return "".join(f'<task id="{name}"/>' for name in names)


def in_words(found: list[Row]) -> list[str]:
    names = {row.id: row for row in found}
    return [f"{row.place} {row.name or row.label}: {steps.told(row, names)}" for row in found]


def beside(found: list[Row]) -> dict[str, list[str]]:
    names = {row.id: row for row in found}
    return {row.id: steps.shown(row, names) for row in found if row.beside}


def test_choice_lanes_and_where_the_ways_meet() -> None:
    found = rows("default_namespace")
    assert in_words(found) == [
        "1 Larm kommer in: Sedan 2 Svara på larmet",
        "2 Svara på larmet: Sedan 3 Är det bråttom?",
        "3 Är det bråttom?: Om ja: 5 Åk till den enskilde. Annars: 4 Ring upp och fråga hur det är",
        "4 Ring upp och fråga hur det är: Sedan 6 Vägarna möts",
        "5 Åk till den enskilde: Sedan 6 Vägarna möts",
        "6 Val, en väg: Sedan 7 Skriv vad som gjordes",
        "7 Skriv vad som gjordes: Sedan 8 Klart",
        "8 Klart: Slut",
    ]
    assert [row.lane for row in found] == ["Larmcentral"] * 3 + ["Nattpatrull"] * 5
    assert found[2].next == (Next("sid-f3", "Ja", "sid-aka"), Next("sid-f4", "", "sid-ring"))


def test_an_event_on_a_steps_border_comes_after_the_step_and_its_way_after_the_main_path() -> None:
    found = rows("bpmn2_prefix")
    assert [row.id for row in found][2:6] == ["SendTask_1", "BoundaryEvent_1", "ManualTask_1", "UserTask_2"]
    assert in_words(found)[2] == "3 Ring sjuksköterskan: Sedan 6 Skriv en avvikelse (svar)"
    assert beside(found) == {
        "UserTask_1": ["Titta, fråga & känn. Lyft <aldrig> ensam."],
        "BoundaryEvent_1": ["Hör till 3 Ring sjuksköterskan", "Tid"],
    }


def test_nested_lanes_loops_and_starts_last_in_the_file() -> None:
    found = rows("semantic_latin1")
    assert [(row.id, row.lane) for row in found] == [
        ("_n1", "Undersköterska"),
        ("_n2", "Undersköterska"),
        ("_n3", "Enhetschef"),
        ("_n4", "Enheten"),  # the innermost lane has no name
        ("_n5", "Kvalitetsgruppen"),
        ("_n6", "Kvalitetsgruppen"),
    ]
    assert in_words(found)[2:4] == [
        "3 Utred\nvad som hände: Sedan 4 Vad behövs?",
        "4 Vad behövs?: Om lärdom för fler: 5 Sprid lärdomen. Om mer att berätta: tillbaka till 2 Skriv avvikelsen",
    ]
    assert in_words(found)[1].endswith("Sedan 3 Utred vad som hände")


def test_pools_and_what_goes_between_them() -> None:
    found = rows("pools_messages")
    assert [row.lane for row in found] == ["Myndighet"] * 8 + ["Utförare"] * 2
    assert in_words(found)[2] == "3 Vad händer?: Det som händer först: 4 Svar kommer eller 6 Två veckor har gått"
    assert beside(found) == {
        "Start_ansokan": ["Meddelande", "Får Ansökan från Den som söker"],
        "Task_fraga": ["Skickar Fråga om mer till Den som söker"],
        "Event_svar": ["Meddelande"],
        "Event_tid": ["Tid"],
        "Task_bestall": ["Skickar meddelande till 9 Beställning"],
        "Start_bestallning": ["Meddelande", "Får meddelande från 5 Besluta och beställ"],
    }


def test_what_a_sub_process_holds_comes_after_it() -> None:
    found = rows("sub_processes")
    assert [(row.id, row.inside) for row in found] == [
        ("start", ""),
        ("utred", ""),
        ("utred_start", "utred"),
        ("utred_mote", "utred"),
        ("utred_samrad", "utred"),
        ("samrad_lakare", "utred_samrad"),
        ("samrad_anhorig", "utred_samrad"),
        ("utred_slut", "utred"),
        ("aterkallad", ""),
        ("besluta", ""),
        ("rakna", ""),
        ("slut", ""),
        ("avskriven", ""),
        ("fraga", ""),
        ("fraga_start", "fraga"),
        ("fraga_slut", "fraga"),
    ]
    told = in_words(found)
    assert told[6] == "7 Prata med anhöriga: Slut på 5 Samråd"
    assert told[1] == "2 Utred: Sedan 10 Besluta"
    near = beside(found)
    assert near["utred_mote"] == ["Görs en gång för var och en"]
    assert near["besluta"] == ["Utförs som processen beslut-process"]
    assert near["fraga"] == ["Startas av en händelse"]
    assert near["fraga_start"] == ["Meddelande", "Avbryter inte det som pågår"]


def test_data_and_notes_at_their_steps_and_the_rest_by_themselves() -> None:
    found = rows("data_and_notes")
    assert beside(found) == {
        "b": ["Använder Signeringslista"],
        "c": ["Ger Journalen", "Två personer vid narkotikaklassat"],
    }
    diagram = read((VECTORS / "data_and_notes.bpmn").read_bytes())
    assert steps.remarks(diagram) == ["Görs av två personer", "Gäller även helger"]


def test_our_own_facts_and_at_the_same_time() -> None:
    found = rows("no_drawing")
    facts = ("plan", "contact-person", "Den enskilde vet vad som görs", "Genomförandeplan")
    assert (found[1].stage, found[1].role, found[1].purpose, found[1].documented) == facts
    assert found[0].stage == found[0].lane == ""
    assert in_words(found)[3:5] == [
        "4 Stämmer den?: Om ja: 5 Samtidigt. Om nej: tillbaka till 2 Skriv planen",
        "5 Samtidigt: Samtidigt: 6 Lägg in i planeringen och 7 Berätta för gruppen",
    ]


def test_a_type_that_nobody_knows_is_a_step_all_the_same() -> None:
    found = rows("unknown_types")
    assert [(row.type, row.label) for row in found][1] == ("robotTask", "robotTask")
    assert in_words(found)[1] == "2 Roboten sorterar: Sedan 3 Diarieför"


def test_references_with_a_prefix_lanes_by_the_drawing_and_links() -> None:
    found = rows("prefixed_references")
    assert [row.lane for row in found] == ["Kontaktperson"] * 3 + ["Sjuksköterska"] * 3
    assert in_words(found)[2] == "3 A: Fortsätter i 4 A"
    assert Beside("link", other="hit") in found[2].beside


def test_a_way_to_nowhere_is_no_end() -> None:
    found = rows("faults")
    assert in_words(found)[1] == "2 Ett steg: Sedan ett steg som saknas"


@pytest.mark.parametrize(
    ("gateway", "told"),
    [
        ("exclusiveGateway", "Ett av: 2 Steg, 3 Steg eller 4 Steg"),
        ("inclusiveGateway", "Ett eller flera av: 2 Steg, 3 Steg och 4 Steg"),
        ("complexGateway", "Ett eller flera av: 2 Steg, 3 Steg och 4 Steg"),
        ("parallelGateway", "Samtidigt: 2 Steg, 3 Steg och 4 Steg"),
        ("eventBasedGateway", "Det som händer först: 2 Steg, 3 Steg eller 4 Steg"),
        ("task", "Samtidigt: 2 Steg, 3 Steg och 4 Steg"),
    ],
)
def test_ways_without_words(gateway: str, told: str) -> None:
    found = of(f'<{gateway} id="g"/>{tasks("a", "b", "c")}{flow(("g", "a"), ("g", "b"), ("g", "c"))}')
    assert steps.told(found[0], {row.id: row for row in found}) == told


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (("Ja", "Nej"), "Om ja: 2 A. Om nej: 3 B"),
        (("IVO svarar", ""), "Om IVO svarar: 2 A. Annars: 3 B"),
        (("", "Åsa vet"), "I ett annat fall: 2 A. Om Åsa vet: 3 B"),
        (("Om det\nbrinner:", "annars"), "Om det brinner: 2 A. Annars: 3 B"),
    ],
)
def test_branches_in_words(labels: tuple[str, str], told: str) -> None:
    ways = tuple(Next(f"f{to}", label, to) for to, label in zip("ab", labels, strict=True))
    found = [
        Row("g", 1, "exclusiveGateway", "Hur är det?", next=ways),
        Row("a", 2, "task", "A"),
        Row("b", 3, "task", "B"),
    ]
    assert steps.told(found[0], {row.id: row for row in found}) == told


def test_a_name_that_ends_with_a_sign_gets_no_full_stop_more() -> None:
    ways = (Next("f", "Ja", "a"), Next("h", "Nej", "b"))
    found = [Row("g", 1, "exclusiveGateway", "?", next=ways), Row("a", 2, "task", "Klar?"), Row("b", 3, "task", "B")]
    assert steps.told(found[0], {row.id: row for row in found}) == "Om ja: 2 Klar? Om nej: 3 B"


def test_back_to_where_it_began() -> None:
    found = of('<task id="a" name="Läs"/><task id="b" name="Fråga"/>' + flow(("a", "b"), ("b", "a")))
    assert in_words(found) == ["1 Läs: Sedan 2 Fråga", "2 Fråga: Tillbaka till 1 Läs"]


def test_words_follow_the_readers_language() -> None:
    found = of(tasks("a"))
    with translation.override("en"):
        assert str(found[0].label) in {"Step", "Steg"}  # the catalogue may be older than the words
    assert steps.told(found[0], {}) == "Slut"


def test_found_by_every_name_and_text_once() -> None:
    text = steps.searchable(rows("no_drawing"))
    assert text.splitlines().count("Genomförandeplan") == 1
    for word in ("Nytt beslut", "Den enskilde vet vad som görs", "Nej", "Berätta för gruppen"):
        assert word in text
    assert "timer" not in steps.searchable(rows("bpmn2_prefix"))
    assert "Lyft <aldrig> ensam" in steps.searchable(rows("bpmn2_prefix"))
    assert "Den som söker" in steps.searchable(rows("pools_messages"))


# The order ---------------------------------------------------------------------------


def test_branches_in_the_documents_order_and_the_main_path_before_what_starts_elsewhere() -> None:
    body = tasks("alone", "d", "b", "a") + '<endEvent id="e"/><startEvent id="s"/>'
    found = of(body + flow(("s", "a"), ("s", "b"), ("a", "d"), ("b", "d"), ("d", "e"), ("d", "s")))
    assert [row.id for row in found] == ["s", "b", "a", "d", "e", "alone"]
    assert [row.place for row in found] == [1, 2, 3, 4, 5, 6]


def test_only_round_and_round() -> None:
    assert [row.id for row in of(tasks("a", "b", "c") + flow(("b", "a"), ("a", "c"), ("c", "b")))] == ["a", "c", "b"]
    assert [row.id for row in of(tasks("a") + flow(("a", "a")))] == ["a"]


def test_ten_thousand_steps_in_a_row() -> None:
    names = [f"t{n}" for n in range(9_000)]
    found = of(tasks(*reversed(names)) + flow(*zip(names, names[1:], strict=False)))
    assert [row.id for row in found] == names


NODES = [f"n{number}" for number in range(8)]
WAYS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=24)


def ways_of(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source, target in pairs:
        found.setdefault(source, []).append(target)
    return found


@given(
    WAYS,
    st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=4),
    st.sets(st.sampled_from(NODES)),
)
def test_every_step_once_whatever_the_ways(
    pairs: list[tuple[str, str]], hung: list[tuple[str, str]], starts: set[str]
) -> None:
    order = reading_order(NODES, ways_of(pairs), ways_of(hung), sorted(starts))
    assert sorted(order) == NODES
    assert order == reading_order(NODES, ways_of(pairs), ways_of(hung), sorted(starts))


@given(WAYS)
def test_a_step_comes_after_all_that_lead_to_it_where_nothing_goes_round(pairs: list[tuple[str, str]]) -> None:
    forward = [(source, target) for source, target in pairs if source < target]
    reached = {"n0"}
    for source, target in sorted(forward):
        reached |= {target} if source in reached else set()
    order = reading_order(NODES, ways_of(forward), {}, ["n0"])
    place = {node: at for at, node in enumerate(order)}
    assert order[0] == "n0" and {order[at] for at in range(len(reached))} == reached
    assert all(place[source] < place[target] for source, target in forward if source in reached)
