"""A checklist's content while it is being written: out of a form, one thing added, moved or removed, and what is wrong.

All in plain dictionaries, as they lie in ChecklistVersion.content.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from hjulet.core.numbers import whole_number

MOST_AREAS, MOST_QUESTIONS, MOST_POINTS = 12, 40, 10
WEIGHTS = (1, 2, 3)
Content = dict[str, Any]


def read(post: Mapping[str, str], before: Content) -> Content:
    """What the form says. Codes and English texts that the form does not show are kept from `before`."""
    areas = [_area(post, f"a{n}", area) for n, area in enumerate(before["areas"])]
    low, high = _number(post, "min", before["scale"]["min"]), _number(post, "max", before["scale"]["max"])
    points = range(low, min(high, low + MOST_POINTS) + 1)
    kept, english = before["scale"]["anchors"], before["scale"].get("anchors_en", {})
    anchors = {str(n): post.get(f"anchor{n}", kept.get(str(n), "")).strip()[:120] for n in points}
    same = {point: english[point] for point, words in anchors.items() if point in english and kept[point] == words}
    target = post.get("target", before["target"]).strip().replace(",", ".")[:6]
    scale = {"min": low, "max": high, "anchors": anchors, "anchors_en": same}
    return {"scale": scale, "target": target, "areas": areas}


def _number(post: Mapping[str, str], name: str, before: int) -> int:
    found = whole_number(post.get(name, ""), digits=2)
    return before if found is None else found


def _area(post: Mapping[str, str], name: str, before: Content) -> Content:
    label = post.get(f"{name}-label", before["label"]).strip()[:120]
    questions = [_question(post, f"{name}q{n}", one) for n, one in enumerate(before["questions"])]
    kept = before if before["label"] == label else {**before, "label_en": ""}
    return {**kept, "label": label, "questions": questions}


def _question(post: Mapping[str, str], name: str, before: Content) -> Content:
    texts = {
        part: post.get(f"{name}-{part}", before.get(part, "")).strip()[:400]
        for part in ("text", "evidence", "reference", "follow_up")
    }
    weight = whole_number(post.get(f"{name}-weight", str(before.get("weight", 1)))) or 1
    kept = before if before["text"] == texts["text"] else {**before, "text_en": ""}
    return {**kept, **texts, "weight": weight if weight in WEIGHTS else 1}


def changed(content: Content, what: str) -> Content:
    """After one press of a button: `add`, `add:A`, `drop:A`, `drop:A:Q`, `up:A`, `up:A:Q`, `down:A`, `down:A:Q`.

    A and Q are places, from nought. What makes no sense changes nothing.
    """
    verb, *places = what.split(":")
    at = [n for place in places if (n := whole_number(place, digits=3)) is not None]
    new = copy.deepcopy(content)
    areas: list[Content] = new["areas"]
    if len(at) != len(places) or (at and at[0] >= len(areas)):
        return new
    if verb == "add":
        _add(areas, at)
    elif at:
        rows = areas if len(at) == 1 else areas[at[0]]["questions"]
        _move(rows, at[-1], verb)
    return new


def _add(areas: list[Content], at: list[int]) -> None:
    if not at and len(areas) < MOST_AREAS:
        areas.append({"code": _code(), "label": "", "questions": [_empty()]})
    elif at and len(areas[at[0]]["questions"]) < MOST_QUESTIONS:
        areas[at[0]]["questions"].append(_empty())


def _move(rows: list[Content], place: int, verb: str) -> None:
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if place >= len(rows):
        return
    if verb == "drop":
        del rows[place]
    elif 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]


def _empty() -> Content:
    return {"code": _code(), "text": "", "weight": 1, "evidence": "", "reference": "", "follow_up": ""}


def _code() -> str:
    """A code that is never used again: answers are kept by it."""
    return f"q{uuid4().hex[:12]}"


def problems_of(content: Content) -> list[str]:
    """What must be mended before it is published, in words that say where."""
    return [*_wrong_scale(content), *_wrong_areas(content["areas"])]


def _wrong_scale(content: Content) -> list[str]:
    scale, wrong = content["scale"], []
    if not scale["min"] < scale["max"] <= scale["min"] + MOST_POINTS:
        return [_("Skalans högsta poäng ska vara större än den lägsta, och högst tio steg bort.")]
    for point in range(scale["min"], scale["max"] + 1):
        if not scale["anchors"].get(str(point)):
            wrong.append(_("Skriv vad %(point)s poäng betyder.") % {"point": point})
    try:
        inside = scale["min"] < Decimal(content["target"]) <= scale["max"]
    except InvalidOperation:
        inside = False
    if not inside:
        wrong.append(_("Målet ska vara ett tal på skalan, till exempel 1,6."))
    return wrong


def _wrong_areas(areas: list[Content]) -> list[str]:
    if not areas:
        return [_("Lägg till minst ett område med en fråga.")]
    wrong = []
    for number, area in enumerate(areas, start=1):
        if not area["label"]:
            wrong.append(_("Skriv vad område %(n)s heter.") % {"n": number})
        if not area["questions"]:
            wrong.append(_("Område %(n)s har ingen fråga. Lägg till en, eller ta bort området.") % {"n": number})
        for place, question in enumerate(area["questions"], start=1):
            if not question["text"]:
                wrong.append(_("Skriv fråga %(n)s.") % {"n": f"{number}.{place}"})
    return wrong
