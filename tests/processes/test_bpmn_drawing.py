"""The drawing as SVG: whole, safe, readable without colour, and the same steps as the table."""

from __future__ import annotations

import math
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hjulet.processes.bpmn.building import build
from hjulet.processes.bpmn.drawing import draw, heat_level
from hjulet.processes.bpmn.interchange import SHAPE, box_of
from hjulet.processes.bpmn.layout import lay_out
from hjulet.processes.bpmn.model import Beside, Diagram, Next, Row
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.steps import rows
from hjulet.processes.bpmn.text import SHY, fit, width, wrap
from hjulet.processes.bpmn.writing import write

from .drawings import FILES, chain, diagram, flow, large, shape

pytestmark = [pytest.mark.capability("PRO-2")]
SVG = "http://www.w3.org/2000/svg"
ALARM = [
    Row("s", 1, "startEvent", "Larmet kommer in", "Boende", next=(Next("f1", "", "a"),)),
    Row("a", 2, "userTask", "Kvittera larmet", "Omsorgspersonal", next=(Next("f2", "", "g"),)),
    Row(
        "g",
        3,
        "exclusiveGateway",
        "Vårdbehov?",
        "Omsorgspersonal",
        next=(Next("f3", "ja", "v"), Next("f4", "nej", "e")),
    ),
    Row("v", 4, "subProcess", "Ge vård", "Sjuksköterska", next=(Next("f5", "", "e"),)),
    Row(
        "b",
        5,
        "boundaryEvent",
        "Fem minuter",
        "Sjuksköterska",
        beside=(Beside("on", other="v"), Beside("sign", "timer")),
    ),
    Row("e", 6, "endEvent", "", "Omsorgspersonal"),
]


def drawn(one: Diagram, **more: Any) -> Any:
    """The drawing as an XML tree, so that what is not well-formed fails."""
    svg = draw(one, **{"title": "Larm", "description": "Tre banor.", **more})
    plain = svg if more.get("standalone") else svg.replace("<svg ", f'<svg xmlns="{SVG}" ', 1)
    return etree.fromstring(plain)


def all_of(svg: Any, name: str) -> list[Any]:
    return list(svg.iter(f"{{{SVG}}}{name}"))


def of_class(svg: Any, name: str) -> list[Any]:
    return [one for one in svg.iter() if name in (one.get("class") or "").split()]


def texts(svg: Any) -> str:
    return " ".join(" ".join(one.itertext()) for one in all_of(svg, "text"))


def shown(svg: Any) -> list[str]:
    return [one.get("data-id") for one in svg.iter() if "p-shape" in (one.get("class") or "").split()]


# The whole -----------------------------------------------------------------------------------------------------------


def test_a_drawing_has_a_name_and_a_description_and_its_own_ids() -> None:
    one = build("Larm", ALARM, "larm")
    first, second = drawn(one, prefix="a-"), drawn(one, prefix="b-")
    for svg in (first, second):
        title, desc = svg.get("aria-labelledby").split()
        assert svg.find(f"{{{SVG}}}title").get("id") == title and svg.find(f"{{{SVG}}}title").text == "Larm"
        assert svg.find(f"{{{SVG}}}desc").get("id") == desc and svg.find(f"{{{SVG}}}desc").text == "Tre banor."
        ids = [own for element in svg.iter() if (own := element.get("id"))]
        assert len(ids) == len(set(ids))
        used = set(re.findall(r"url\(#([^)]+)\)", etree.tostring(svg, encoding="unicode")))
        assert used and used <= set(ids)
    assert not {one.get("id") for one in first.iter()} & {one.get("id") for one in second.iter() if one.get("id")}
    assert first.get("role") == "img"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shape_of_a_file_is_drawn_and_every_row_of_its_table(path: Path) -> None:
    one = read(path.read_bytes())
    before = write(one)
    svg = drawn(one)
    places = sum(box_of(found) is not None for found in one.tree.getroot().iter(SHAPE))
    assert len(shown(svg)) + len(of_class(svg, "p-band")) >= places
    hidden = {row.id for row in rows(one)} - set(shown(svg))
    assert all(next(row for row in rows(one) if row.id == own).inside for own in hidden)
    assert write(one) == before  # drawing changes nothing


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("standalone", [False, True])
def test_a_drawing_has_no_styles_scripts_or_addresses_of_its_own(path: Path, standalone: bool) -> None:
    svg = drawn(read(path.read_bytes()), standalone=standalone)
    names = {etree.QName(one).localname for one in svg.iter()}
    assert names <= {"svg", "title", "desc", "defs", "marker", "g", "path", "rect", "circle", "text", "tspan"}
    assert not [
        one for one in svg.iter() for name in one.attrib if name == "style" or name.startswith("on") or "href" in name
    ]


def test_a_file_without_a_picture_is_drawn_with_a_place_for_every_step() -> None:
    svg = drawn(diagram(chain(4)))
    assert shown(svg) == ["t0", "t1", "t2", "t3"]
    assert len(of_class(svg, "p-edge")) == 3


def test_a_file_with_several_pictures_shows_them_all() -> None:
    one = read(next(path for path in FILES if path.stem == "sub_processes").read_bytes())
    inner = [row.id for row in rows(one) if row.inside]
    assert inner and set(inner) & set(shown(drawn(one)))


def test_an_empty_file_becomes_an_empty_drawing() -> None:
    svg = drawn(diagram(""))
    assert shown(svg) == [] and svg.find(f"{{{SVG}}}title").text == "Larm"


def test_print_has_fixed_colours_and_needs_no_style_sheet() -> None:
    svg = draw(build("Larm", ALARM, "larm"), title="Larm", description="", standalone=True, heat={"a": (9, "9 fel")})
    assert svg.startswith(f'<svg xmlns="{SVG}"')
    assert "class=" not in svg and "currentColor" not in svg and 'fill="#' in svg and 'stroke="#' in svg
    assert "font-family" in svg


def test_a_page_has_classes_and_shows_without_them() -> None:
    svg = draw(build("Larm", ALARM, "larm"), title="Larm", description="")
    assert 'class="p-map"' in svg and "currentColor" in svg and "#" not in svg.replace("url(#", "")


# What it says --------------------------------------------------------------------------------------------------------


def test_types_are_told_by_shape() -> None:
    svg = drawn(build("Larm", ALARM, "larm"))
    by_id = {one.get("data-id"): one for one in svg.iter() if one.get("data-id")}

    def looks(own: str) -> list[str]:
        return [
            f"{etree.QName(one).localname} {one.get('class')}" for one in by_id[own].iter() if one is not by_id[own]
        ]

    assert looks("s")[0] == "circle p-node" and len(all_of(by_id["s"], "circle")) == 1
    assert looks("e")[0] == "circle p-thick"
    assert len(all_of(by_id["b"], "circle")) == 2 and len(all_of(by_id["b"], "path")) == 1  # double, with a clock
    assert looks("a")[0] == "rect p-node" and len(all_of(by_id["a"], "path")) == 1  # someone at a system
    assert looks("g") == ["path p-node", "path p-sign", "text p-ts"]
    assert looks("v")[:2] == ["rect p-node", "path p-sign"]  # closed: with a plus
    assert [one.get("marker-end") for one in all_of(by_id["f1"], "path")] == ["url(#p-arrow)"]


def test_gateways_are_told_apart_by_their_sign() -> None:
    kinds = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
    svg = drawn(diagram("".join(f'<{kind} id="{kind}"/>' for kind in kinds)))
    signs = {one.get("data-id"): all_of(one, "path")[-1].get("d") for one in of_class(svg, "p-shape")}
    assert len(set(signs.values())) == len(kinds)


def test_messages_are_dashed_and_lanes_and_pools_have_their_names() -> None:
    one = read(next(path for path in FILES if path.stem == "pools_messages").read_bytes())
    svg = drawn(one)
    assert of_class(svg, "p-message") and all(line.get("stroke-dasharray") for line in of_class(svg, "p-message"))
    names = {name for row in rows(one) if (name := row.lane)}
    said = " ".join(texts(svg).split())
    assert all(name.split()[0] in said for name in names)


def test_unknown_shapes_are_boxes_with_their_names() -> None:
    one = diagram('<task id="t" name="Ring"/>', drawn=shape("t", 0, 0) + shape("gone", 200, 0))
    one.tree.getroot().append(etree.fromstring('<oddThing xmlns="urn:example:x" id="gone" name="Något annat"/>'))
    svg = drawn(one)
    assert shown(svg) == ["t", "gone"] and "Något annat" in texts(svg)


def test_numbers_are_those_of_the_table_and_steps_are_links() -> None:
    one = build("Larm", ALARM, "larm")
    numbers = {row.id: row.place for row in rows(one)}
    svg = drawn(
        one,
        numbers=numbers,
        link=lambda own: f"/steg/{own}?a=1&b=2" if own != "e" else "",
        heat={"a": (9, "9 avvikelser")},
    )
    links = {one.get("data-id"): one for one in all_of(svg, "a")}
    assert svg.get("role") == "group" and set(links) == {"s", "a", "g", "v", "b"}
    assert links["a"].get("href") == "/steg/a?a=1&b=2"
    assert links["a"].get("aria-label") == f"{numbers['a']} Kvittera larmet: 9 avvikelser"
    for own, number in numbers.items():
        assert str(number) in [
            text.text for one in of_class(svg, "p-shape") if one.get("data-id") == own for text in of_class(one, "p-tn")
        ]


def test_how_hot_a_step_is_shows_in_size_shape_and_number() -> None:
    heat = {"s": (1, "1"), "a": (9, "9"), "g": (3, "3"), "v": (6, "6"), "e": (0, "inget")}
    svg = drawn(build("Larm", ALARM, "larm"), heat=heat)
    rings = [of_class(svg, f"p-heat-{level}") for level in (1, 2, 3, 4)]
    assert [len(found) for found in rings] == [1, 1, 1, 1]
    sizes = [float(found[0].get("r")) for found in rings]
    assert sizes == sorted(sizes) and len(set(sizes)) == 4
    assert [float(found[0].get("stroke-width") or 0) for found in rings[:3]] == [1.5, 2, 3.5]
    assert rings[3][0].get("fill") == "currentColor" and len(of_class(svg, "p-hot")) == 1
    assert {"1", "3", "6", "9"} <= {text.text for text in all_of(svg, "text")}


@given(st.integers(-5, 500), st.integers(0, 500))
def test_the_hottest_is_hot_and_nothing_is_not(count: int, most: int) -> None:
    level = heat_level(count, max(most, count))
    assert 0 <= level <= 4 and (level == 0) == (count <= 0)
    assert heat_level(count + 1, max(most, count + 1)) >= level or most < count + 1
    assert heat_level(1, 1) == 1 and heat_level(9, 9) == 4


# What others may write -----------------------------------------------------------------------------------------------

EVIL = "<script>alert(1)</script>\"'&]]>"


def test_text_from_files_is_only_text() -> None:
    table = [Row("a", 1, "task", EVIL, EVIL, next=(Next("f", EVIL, "b"),)), Row("b", 2, "endEvent", EVIL, EVIL)]
    one = build(EVIL, table, "p")
    svg = draw(
        one, title=EVIL, description=EVIL, link=lambda _own: f"/x?{EVIL}", heat={"a": (9, EVIL)}, prefix=f'"><{EVIL}'
    )
    assert "<script" not in svg
    tree = etree.fromstring(svg.replace("<svg ", f'<svg xmlns="{SVG}" ', 1))
    assert "script" not in {etree.QName(found).localname for found in tree.iter()}
    assert tree.find(f"{{{SVG}}}title").text == EVIL


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_makes_a_whole_drawing(name: str, description: str) -> None:
    drawn(
        build(name, [Row("a", 1, "task", name, name), Row("b", 2, "endEvent", name)], "p"),
        title=name,
        description=description,
    )


WILD = ("nan", "inf", "-inf", "1e308", "-1e308", "1e9", "-50000", "", "x", "0")


@given(st.lists(st.tuples(*[st.sampled_from([*WILD, "120", "80.5"])] * 4), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_wild_numbers_from_files_never_reach_the_page(places: list[tuple[str, ...]]) -> None:
    drawing = "".join(
        f'<bpmndi:BPMNShape bpmnElement="t{at}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>'
        f'<bpmndi:BPMNLabel><dc:Bounds x="{h}" y="{w}" width="{y}" height="{x}"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>'
        f'<bpmndi:BPMNEdge bpmnElement="f{at}"><di:waypoint x="{x}" y="{y}"/><di:waypoint x="{w}" y="{h}"/></bpmndi:BPMNEdge>'
        for at, (x, y, w, h) in enumerate(places)
    )
    events = "".join(f'<startEvent id="t{at}" name="Start"/>' for at in range(len(places)))
    one = diagram(
        events + "".join(flow(f"f{at}", f"t{at}", f"t{at}", "väg") for at in range(len(places))), drawn=drawing
    )
    svg = draw(one, title="t", description="d", heat={"t0": (3, "3")}, numbers={"t0": 1})
    numbers = [float(found) for found in re.findall(r'(?<=[ "L M])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?', svg)]
    assert "nan" not in svg.lower().replace("finance", "") and "inf" not in svg.lower()
    assert all(math.isfinite(found) and abs(found) < 1e6 for found in numbers)
    _x, _y, wide, high = map(float, re.search(r'viewBox="([^"]+)"', svg).group(1).split())  # type: ignore[union-attr]
    assert 0 < wide < 1e6 and 0 < high < 1e6


def test_nothing_is_drawn_outside_the_picture() -> None:
    one = diagram(chain(3), drawn="".join(shape(f"t{at}", -5000 + 200 * at, -300) for at in range(3)))
    svg = drawn(one)
    _x, _y, wide, high = map(float, svg.get("viewBox").split())
    move = re.search(r"translate\((\S+) (\S+)\)", etree.tostring(svg, encoding="unicode"))
    assert move
    for rect in all_of(svg, "rect"):
        x, y = float(rect.get("x")) + float(move[1]), float(rect.get("y")) + float(move[2])
        assert 0 <= x <= wide - float(rect.get("width")) and 0 <= y <= high - float(rect.get("height"))


# Text ----------------------------------------------------------------------------------------------------------------


@given(st.text(alphabet="abcåäö WM-/" + SHY, max_size=80), st.floats(20, 200), st.sampled_from([10.0, 12.0, 14.0]))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(text: str, room: float, size: float) -> None:
    lines = wrap(text, room, size)
    assert all(width(line, size) <= room + width("-", size) or len(line) <= 2 for line in lines.lines)
    told = "".join("".join(lines.lines).split()).replace("-", "")
    assert told == "".join(text.split()).replace(SHY, "").replace("-", "")


def test_words_break_at_soft_hyphens_first_and_show_none_elsewhere() -> None:
    word = f"verksamhets{SHY}system"
    assert wrap(word, 200, 14).lines == ("verksamhetssystem",)
    assert wrap(word, 90, 14).lines == ("verksamhets-", "system")
    assert not wrap(word, 90, 14).forced and wrap("verksamhetssystem", 90, 14).forced


def test_long_words_break_before_a_consonant_and_its_vowel() -> None:
    lines = wrap("genomförandeplanering", 80, 14).lines
    assert len(lines) > 1 and all(line.endswith("-") for line in lines[:-1])
    assert all(len(line) >= 3 for line in lines)


def test_text_shrinks_before_words_are_broken_and_is_cut_last() -> None:
    assert fit("Ring", 100, 40, (14.0, 12.0)).size == 14
    assert fit("verksamhetssystem", 112, 60, (14.0, 12.0)).lines == ("verksamhetssystem",)
    short = fit("Ett mycket långt namn som inte kan få plats i rutan hur man än gör", 60, 30, (14.0, 10.0))
    assert short.cut and short.lines[-1].endswith("…") and short.height <= 30


def test_names_stay_within_their_steps() -> None:
    name = "Dokumentera händelsen i verksamhetssystemet och informera närmaste chef samma dag"
    one = build("Prov", [Row("a", 1, "task", name, "Personal")], "p")
    svg = drawn(one, numbers={"a": 1})
    box = next(box_of(found) for found in one.tree.getroot().iter(SHAPE) if found.get("bpmnElement") == "a")
    found = next(found for found in of_class(svg, "p-shape") if found.get("data-id") == "a")
    lines = [line for text in of_class(found, "p-t") for line in text]
    assert box and " ".join(line.text for line in lines).replace("- ", "").count("Dokumentera") == 1
    assert all(box.y < float(line.get("y")) < box.bottom for line in lines)
    assert "…" not in texts(svg)


# Size ----------------------------------------------------------------------------------------------------------------


def test_three_hundred_steps_are_drawn_quickly_beside_what_the_machine_does_otherwise() -> None:
    """On a quiet machine a tenth of a second, where counting to three million takes about 55 ms."""
    one = large()
    lay_out(one)
    names = {row.id: row.place for row in rows(one)}
    took, counted = [], []
    for _turn in range(4):
        start = time.process_time()
        svg = draw(one, title="t", description="d", link=lambda own: f"/s/{own}", numbers=names)
        took.append(time.process_time() - start)
        start = time.process_time()
        sum(range(3_000_000))
        counted.append(time.process_time() - start)
    assert min(took) < 3 * min(counted), (took, counted)
    assert svg.count("<a ") == 300
