"""The shapes of a drawing, one by one: steps, events, gateways, data, notes; and what one box has to know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hjulet.processes.bpmn import signs
from hjulet.processes.bpmn.elements import ANNOTATIONS, DATA, Element, family, is_activity, kind
from hjulet.processes.bpmn.ink import Ink, num
from hjulet.processes.bpmn.interchange import Box, Point
from hjulet.processes.bpmn.text import Lines, fit, width, wrap

TASK_SIZES = (14.0, 13.0, 12.0, 11.0, 10.0)
NAME = 12.0
NUMBER = 11.0
_LONGEST = 600  # letters of a name that are drawn


@dataclass
class Figure:
    """One shape to draw. `label`: where the file says that its name stands; `number`: its place in the step table."""

    own: str
    element: Element | None
    box: Box
    name: str = ""
    label: Box | None = None
    number: int | None = None
    open: bool = False  # a sub-process drawn with what it holds
    hot: bool = False
    marked: bool = True  # whether an exclusive gateway shows its cross

    @property
    def kind(self) -> str:
        return kind(self.element) if self.element is not None else ""


def drawn(figure: Figure, ink: Ink) -> tuple[str, Box]:
    """The SVG of a shape with its name and number, and the room it takes."""
    name = figure.kind
    draw = _BY_KIND.get(name)
    if draw is None:
        sort = family(name)
        draw = {"event": _event, "gateway": _gateway, "sub": _sub_process}.get(sort, _task)
    if draw is _sub_process and not figure.open:
        draw = _task
    return draw(figure, ink)


def _frame(figure: Figure, name: str = "node") -> str:
    return "hot" if figure.hot else name


# Steps --------------------------------------------------------------------------------------------------------------


def _task(figure: Figure, ink: Ink) -> tuple[str, Box]:
    box = figure.box
    known = figure.element is not None and is_activity(figure.kind)
    frame = "thick" if figure.kind == "callActivity" else "node"
    radius = min(7.0, box.height / 4) if known else 0
    out = [ink.rect(box, _frame(figure, frame), radius, _dots(figure))]
    if figure.kind == "transaction":
        out.append(ink.rect(Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6), "sign", max(radius - 2, 0)))
    left = _number_inside(figure, ink, out)
    sign = signs.TASKS.get(figure.kind, "")
    if sign and box.height > 40:
        look = "full" if figure.kind == "sendTask" else "sign"
        out.append(ink.sign(sign, Point(left + 6, box.y + 11), 0.75, look))
    feet = _feet(figure, ink, out)
    top = 15.0 if sign or figure.number is not None else 3.0
    out.append(_inner_name(figure, ink, top, 17.0 if feet else 3.0))
    return "".join(out), box


def _dots(figure: Figure) -> str:
    """A sub-process that starts by itself has a dotted frame."""
    dotted = figure.element is not None and figure.element.get("triggeredByEvent") == "true"
    return ' stroke-dasharray="2 4"' if dotted else ""


def _number_inside(figure: Figure, ink: Ink, out: list[str]) -> float:
    """The number at the left top corner; where the next thing beside it may start."""
    left = figure.box.x + 6
    if figure.number is None:
        return left
    number = str(figure.number)
    out.append(ink.mark(Lines((number,), NUMBER), Point(left, figure.box.y + 4), "tn", "start"))
    return left + width(number, NUMBER, bold=True) + 4


def _feet(figure: Figure, ink: Ink, out: list[str]) -> bool:
    """Signs at the lower edge: closed sub-process, loops."""
    element = figure.element
    if element is None or not is_activity(figure.kind):
        return False
    found = [*([signs.PLUS] if family(figure.kind) == "sub" else []), *signs.of_activity(element)]
    x = figure.box.middle.x - (len(found) - 1) * 9
    for at, sign in enumerate(found):
        out.append(ink.sign(sign, Point(x + at * 18, figure.box.bottom - 10), 1))
    return bool(found)


def _inner_name(figure: Figure, ink: Ink, top: float, foot: float) -> str:
    """The name in the middle; lower when it would meet what stands at the top."""
    box = figure.box
    room = max(box.height - top - foot, 10)
    lines = fit(figure.name[:_LONGEST], box.width - 10, room, TASK_SIZES)
    y = box.middle.y - lines.height / 2
    y = min(max(y, box.y + top), max(box.bottom - foot - lines.height, box.y + top))
    return ink.text(lines, Point(box.middle.x, y))


def _sub_process(figure: Figure, ink: Ink) -> tuple[str, Box]:
    """Open: the name stands at the top, beside the number."""
    box, out = figure.box, []
    out.append(ink.rect(box, _frame(figure, "sub"), 9, _dots(figure)))
    if figure.kind == "transaction":
        out.append(ink.rect(Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6), "sign", 7))
    left = _number_inside(figure, ink, out)
    lines = fit(figure.name[:_LONGEST], box.right - left - 20, 20, (13.0, 12.0, 11.0))
    out.append(ink.text(lines, Point(left + 3, box.y + 5), "tl", "start"))
    return "".join(out), box


# Events and gateways ------------------------------------------------------------------------------------------------


def _event(figure: Figure, ink: Ink) -> tuple[str, Box]:
    box, element = figure.box, figure.element
    assert element is not None
    middle, radius = box.middle, min(box.width, box.height) / 2
    gentle = "false" in (element.get("cancelActivity"), element.get("isInterrupting"))
    dash = ' stroke-dasharray="4 3"' if gentle else ""
    out = [ink.circle(middle, radius, _frame(figure, "thick" if figure.kind == "endEvent" else "node"), dash)]
    if figure.kind not in ("startEvent", "endEvent"):
        out.append(ink.circle(middle, max(radius - 3.5, 1), "sign", dash))
    sign, filled = signs.of_event(element)
    if sign:
        out.append(ink.sign(sign, middle, radius / 18, "full" if filled else "sign"))
    return _named(figure, ink, out)


def _gateway(figure: Figure, ink: Ink) -> tuple[str, Box]:
    box = figure.box
    middle = box.middle
    corners = f"M{num(middle.x)} {num(box.y)}L{num(box.right)} {num(middle.y)}"
    corners += f"L{num(middle.x)} {num(box.bottom)}L{num(box.x)} {num(middle.y)}Z"
    out = [ink.path(corners, _frame(figure))]
    sign = signs.GATEWAYS.get(figure.kind, "")
    if sign and (figure.marked or figure.kind != "exclusiveGateway"):
        out.append(ink.sign(sign, middle, min(box.width, box.height) / 46))
    return _named(figure, ink, out)


# Data and notes -----------------------------------------------------------------------------------------------------


def _data(figure: Figure, ink: Ink) -> tuple[str, Box]:
    x, y, wide, high = figure.box
    fold = min(wide, high) / 4
    page = f"M{num(x)} {num(y)}H{num(x + wide - fold)}L{num(x + wide)} {num(y + fold)}V{num(y + high)}H{num(x)}Z"
    corner = f"M{num(x + wide - fold)} {num(y)}V{num(y + fold)}H{num(x + wide)}"
    out = [ink.path(page, "node"), ink.path(corner, "sign")]
    if figure.kind in ("dataInput", "dataOutput"):
        arrow = signs.EVENTS["linkEventDefinition"]
        filled = "full" if figure.kind == "dataOutput" else "sign"
        out.append(ink.sign(arrow, Point(x + 11, y + 10), 0.8, filled))
    return _named(figure, ink, out)


def _store(figure: Figure, ink: Ink) -> tuple[str, Box]:
    x, y, wide, high = figure.box
    lid = high / 8
    arc = f"A{num(wide / 2)} {num(lid)} 0 0 "
    body = f"M{num(x)} {num(y + lid)}{arc}1 {num(x + wide)} {num(y + lid)}V{num(y + high - lid)}"
    body += f"{arc}1 {num(x)} {num(y + high - lid)}Z"
    rim = f"M{num(x)} {num(y + lid)}{arc}0 {num(x + wide)} {num(y + lid)}"
    return _named(figure, ink, [ink.path(body, "node"), ink.path(rim, "sign")])


def _annotation(figure: Figure, ink: Ink) -> tuple[str, Box]:
    box = figure.box
    bracket = f"M{num(box.x + 10)} {num(box.y)}H{num(box.x)}V{num(box.bottom)}H{num(box.x + 10)}"
    lines = fit(figure.name[:2000], box.width - 12, box.height, (NAME, 11.0, 10.0), keep_breaks=True)
    y = box.middle.y - lines.height / 2
    return ink.path(bracket, "note") + ink.text(lines, Point(box.x + 8, y), "t", "start"), box


def _group(figure: Figure, ink: Ink) -> tuple[str, Box]:
    lines = wrap(figure.name[:_LONGEST], max(figure.box.width - 20, 60), NAME)
    name = ink.text(lines, Point(figure.box.middle.x, figure.box.y + 4), "ts")
    return ink.rect(figure.box, "group", 9) + name, figure.box


# Names beside shapes ------------------------------------------------------------------------------------------------


def _named(figure: Figure, ink: Ink, out: list[str]) -> tuple[str, Box]:
    """With the name where the file says, else below; with the number over the left shoulder."""
    box = figure.box
    room, name = Box(*box), ""
    if figure.name:
        lines, at = beside(figure)
        name = ink.text(lines, at, "ts")
        left = min(box.x, at.x - lines.width / 2)
        right = max(box.right, at.x + lines.width / 2)
        top, bottom = min(box.y, at.y), max(box.bottom, at.y + lines.height)
        room = Box(left, top, right - left, bottom - top)
    if figure.number is not None:
        out.append(_number_outside(figure, ink, room))  # first, as in the name of the link
    return "".join([*out, name]), room


def _number_outside(figure: Figure, ink: Ink, room: Box) -> str:
    """Over the left shoulder; under it when the name stands above."""
    box, over = figure.box, room.y < figure.box.y
    shoulder = 0.2 if family(figure.kind) == "gateway" else 0.1
    y = box.bottom - box.height * shoulder - 3 if over else box.y + box.height * shoulder - 12
    return ink.mark(Lines((str(figure.number),), NUMBER), Point(box.x + box.width * shoulder, y), "tn", "end")


def beside(figure: Figure) -> tuple[Lines, Point]:
    """A name outside its shape: its lines, and the middle of their upper edge."""
    label = figure.label
    if label is not None and trusted(label, figure.box.middle):
        lines = wrap(figure.name[:_LONGEST], max(label.width + 2, 60), NAME)
        over = label.middle.y < figure.box.y  # written for another font: what grows must grow away from the shape
        return lines, Point(label.middle.x, label.bottom - lines.height if over else label.y)
    lines = wrap(figure.name[:_LONGEST], 110, NAME)
    return lines, Point(figure.box.middle.x, figure.box.bottom + 4)


def trusted(label: Box, near: Point) -> bool:
    """Some tools write names' places as zeros or far away; those are not used."""
    middle = label.middle
    return abs(middle.x - near.x) < 400 and abs(middle.y - near.y) < 400


_BY_KIND: dict[str, Callable[[Figure, Ink], tuple[str, Box]]] = {
    **dict.fromkeys(DATA, _data),
    **dict.fromkeys(ANNOTATIONS, _annotation),
    "dataStoreReference": _store,
    "group": _group,
}
