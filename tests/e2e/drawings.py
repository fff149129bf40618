"""A process drawn for the tests, and the page where it is changed: its two addresses are answered here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any
from xml.sax.saxutils import escape

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import ROOT, Visitor

LIBRARY = ROOT / "node_modules" / "bpmn-js" / "lib"
GONE, LOST = 0, 1  # no network at all; what was sent arrives, but its answer does not
NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:hjulet="urn:hjulet:process:1" xmlns:annat="urn:annat:verktyg"'
)
STEPS = {  # id: (BPMN's name of it, name, lane, x, y, width, height)
    "Start": ("startEvent", "Någon har fallit", 0, 182, 122, 36, 36),
    "Hjalp": ("task", "Hjälp upp", 0, 290, 100, 100, 80),
    "Bedom": ("task", "Bedöm skadan", 1, 450, 260, 100, 80),
    "Slut": ("endEvent", "Klart", 1, 642, 282, 36, 36),
}
FOREIGN = '<bpmn:extensionElements><annat:rad nr="1">Två går bättre</annat:rad></bpmn:extensionElements>'
OURS = 'hjulet:stage="genomfora" hjulet:role="uska" hjulet:purpose="Ingen ska ligga kvar" hjulet:documented="Journalen"'


def drawing(first: str = "Någon har fallit", more: str = "") -> str:
    """A process in two lanes, with our own attributes and another tool's on the step Hjalp."""
    ids = list(STEPS)
    flows = list(zip(ids, ids[1:], strict=False))
    steps = shapes = lanes = ""
    for key, (kind, name, _lane, x, y, width, height) in STEPS.items():
        extra = f'{OURS} annat:kod="F12"' if key == "Hjalp" else ""
        words = escape(first if key == "Start" else name, {'"': "&quot;", "\r": "&#13;", "\n": "&#10;"})
        steps += f'<bpmn:{kind} id="{key}" name="{words}" {extra}>{FOREIGN if key == "Hjalp" else ""}</bpmn:{kind}>'
        shapes += (
            f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}">{bounds(x, y, width, height)}</bpmndi:BPMNShape>'
        )
    for place, name in enumerate(("Omvårdnad", "Sjuksköterska")):
        inside = "".join(f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>" for key in ids if STEPS[key][2] == place)
        lanes += f'<bpmn:lane id="Bana{place}" name="{name}">{inside}</bpmn:lane>'
        shapes += _wide(f"Bana{place}", 130, 60 + 160 * place, 730, 160)
    for here, there in flows:
        steps += f'<bpmn:sequenceFlow id="{here}_{there}" sourceRef="{here}" targetRef="{there}"/>'
        shapes += f'<bpmndi:BPMNEdge id="{here}_{there}_di" bpmnElement="{here}_{there}">{_points(here, there)}</bpmndi:BPMNEdge>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions {NAMESPACES} id="Fall" targetNamespace="urn:prov">'
        '<bpmn:collaboration id="Samarbete"><bpmn:participant id="Boende" name="Särskilt boende" processRef="Rutin"/>'
        f'</bpmn:collaboration><bpmn:process id="Rutin"><bpmn:laneSet id="Banor">{lanes}</bpmn:laneSet>{steps}{more}'
        '</bpmn:process><bpmndi:BPMNDiagram id="Bild"><bpmndi:BPMNPlane id="Plan" bpmnElement="Samarbete">'
        f"{_wide('Boende', 100, 60, 760, 320)}{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )


def bounds(x: int, y: int, width: int, height: int) -> str:
    return f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'


def _wide(key: str, *place: int) -> str:
    return (
        f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}" isHorizontal="true">{bounds(*place)}</bpmndi:BPMNShape>'
    )


def _points(here: str, there: str) -> str:
    (*_a, left, top, wide, high), (*_b, x, y, _wide, tall) = STEPS[here], STEPS[there]
    ends = [(left + wide, top + high // 2), (x, y + tall // 2)]
    return "".join(f'<di:waypoint x="{right}" y="{down}"/>' for right, down in ends)


@dataclass
class Map:
    """A page with the tool, and the two addresses behind it. `says`: a status for the saves, else GONE or LOST."""

    one: Visitor
    xml: str
    revision: int = 1
    says: int = 200
    sent: list[dict[str, str]] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.one.page

    def answer(self, route: Route) -> None:
        if self.says == GONE:
            return route.abort("internetdisconnected")
        if route.request.url.endswith("/karta/"):
            return route.fulfill(status=200, json={"xml": self.xml, "revision": self.revision})
        return self.save(route)

    def save(self, route: Route) -> None:
        head = f"Content-Type: {route.request.headers['content-type']}\n\n".encode()
        parts = BytesParser().parsebytes(head + (route.request.post_data_buffer or b"")).walk()
        named = {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True) for part in parts
        }
        said = {name: value.decode() for name, value in named.items() if isinstance(value, bytes)}
        self.sent.append(said)
        stale = said["revision"] != str(self.revision)
        if stale or self.says >= 400:
            return route.fulfill(status=409 if stale else self.says, json={"message": "Mona sparade kl. 9.58."})
        self.xml, self.revision = said["xml"], self.revision + 1
        if self.says == LOST:
            self.says = 200
            return route.abort("connectionreset")
        return route.fulfill(status=200, json={"revision": self.revision})

    def open(self) -> Map:
        self.one.go("/prov/")
        self.page.wait_for_selector("[data-ready]")
        return self

    def said(self, text: str) -> None:
        expect(self.page.locator("[data-savestate]")).to_contain_text(text)

    def saved(self, times: int = 1) -> str:
        """Waits until that many saves have been answered; the XML of the last."""
        for _ in range(200):
            if len(self.sent) >= times:
                break
            self.page.wait_for_timeout(100)
        assert len(self.sent) == times
        self.said("Sparat kl.")
        return self.sent[-1]["xml"]

    def step(self, key: str) -> Any:
        return self.page.locator(f".djs-shape[data-element-id={key}]")

    def middle(self, key: str) -> tuple[float, float]:
        box = self.step(key).locator(".djs-visual").first.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def add(self, tool: str, near: str, right: float, down: float, *, name: str = "") -> None:
        """Takes a thing from the palette and puts it beside a step."""
        self.page.locator(f'.djs-palette [data-action="{tool}"]').click()
        x, y = self.middle(near)
        self.page.mouse.move(x + right - 4, y + down)
        self.page.mouse.move(x + right, y + down)
        self.page.mouse.click(x + right, y + down)
        if name:
            self.page.keyboard.type(name)
            self.page.mouse.click(x + right, y + down + 70)

    def move(self, key: str, right: float, down: float) -> None:
        x, y = self.middle(key)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + right / 2, y + down / 2)
        self.page.mouse.move(x + right, y + down)
        self.page.mouse.up()

    def kept(self) -> list[dict[str, Any]]:
        """What lies in the browser: the drafts of this tool."""
        every = "Object.entries(localStorage).filter(([key]) => key.startsWith('hjulet-draft:modeler:asa:'))"
        return [json.loads(value) for _, value in self.page.evaluate(every)]


def attributes(xml: str, key: str) -> str:
    """The tag of one element, as text."""
    found = re.search(rf'<bpmn:\w+ id="{key}"[^>]*>', xml)
    assert found, xml
    return found[0]


def uncovered(page: Page) -> bool:
    """The library's logo can be seen whole: nothing lies over its corners or its middle."""
    return bool(
        page.evaluate("""() => { const logo = document.querySelector(".bjs-powered-by"); logo.scrollIntoView({block: "end"});
        const { left, right, top, bottom } = logo.getBoundingClientRect();
        const places = [[left + 1, top + 1], [right - 1, bottom - 1], [(left + right) / 2, (top + bottom) / 2]];
        return right - left > 40 && places.every(([x, y]) => logo.contains(document.elementFromPoint(x, y))); }""")
    )


def library_words() -> set[str]:
    """All that the library can say to people, read out of its source."""
    said = set()
    for path in LIBRARY.rglob("*.js"):
        said |= set(re.findall(r"translate\(\s*'(\w[^']+)'", path.read_text()))
    for name in ("popup-menu/PopupEntries.js", "replace/ReplaceOptions.js"):
        text = re.sub(r"^\s*(//|\*).*$", "", (LIBRARY / "features" / name).read_text(), flags=re.M)
        said |= set(re.findall(r"label: '([^']+)'", text))
    feedback = (LIBRARY / "features" / "modeling-feedback" / "ModelingFeedback.js").read_text()
    said |= set(re.findall(r"_MSG = '([^']+)'", feedback))
    ways = {f"Align elements {way}" for way in ("left", "center", "right", "top", "middle", "bottom")}
    return said - {"Align elements "} | ways
