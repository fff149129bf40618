"""The ready wheels that Hjulet is delivered with, read from `content/`, and the activities each becomes in a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from hjulet.wheel.choices import Quarter, Repeats, WheelReach
from hjulet.wheel.recurrence import Rule, parts

FILE = Path(__file__).parent / "content" / "wheels.yaml"
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHARE = {"quarter": ("kvartal", "quarter"), "tertial": ("tertial", "tertial"), "half-year": ("halvår", "half-year")}


@dataclass(frozen=True)
class Ready:
    """An activity of a ready wheel: what Activity holds, with its rule. `role` is the code of a role."""

    code: str
    title: str
    title_en: str
    about: str
    quarter: str
    role: str
    product: str
    produces: str
    produces_en: str
    reach: str
    rule: Rule
    source: str = ""

    @property
    def for_providers(self) -> bool:
        return self.reach == WheelReach.PROVIDERS


@dataclass(frozen=True)
class Wheel:
    code: str
    label_sv: str
    label_en: str
    about: str
    activities: tuple[Ready, ...] = field(repr=False)

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "sv").startswith("en") else self.label_sv


@cache
def wheels() -> dict[str, Wheel]:
    """The ready wheels by code, each with what every principal has to do anyway. Not to be changed by who reads it."""
    content = _read()
    return {
        row["code"]: Wheel(
            row["code"],
            row["label"],
            row["en"],
            row["about"],
            tuple(ready for one in (*row["activities"], *content["common"]) for ready in _ready(one)),
        )
        for row in content["wheels"]
    }


@cache
def products() -> dict[str, dict[str, str]]:
    """What an activity may give, by code: `sv`, `en` and `quarter`."""
    found: dict[str, dict[str, str]] = _read()["products"]
    return found


@cache
def _read() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def _ready(row: dict[str, Any]) -> Iterator[Ready]:
    first, last = row["months"]
    if "every" not in row:
        yield _one(row, row["code"], (row["title"], row["en"]), _rule(row, first, last))
        return
    for number, (start, end) in enumerate(parts(row["every"], first, last), start=1):
        begin, stop = (start, end) if "lag" not in row else (_later(end, row["lag"]), _later(end, row["lag"]))
        sv, en = _share(row["every"], number, start)
        titles = (f"{row['title']}: {sv}", f"{row['en']}: {en}")
        yield _one(row, f"{row['code']}-{number:02d}", titles, Rule(Repeats.MONTHS.value, month=stop, from_month=begin))


def _later(month: int, by: int) -> int:
    return (month - 1 + by) % 12 + 1


def _share(every: str, number: int, month: int) -> tuple[str, str]:
    if every == "month":
        return MONTHS[month - 1], MONTHS_EN[month - 1]
    return f"{SHARE[every][0]} {number}", f"{SHARE[every][1]} {number}"


def _rule(row: dict[str, Any], first: int, last: int) -> Rule:
    if "due" in row:
        month, day = row["due"]
        return Rule(Repeats.DATE.value, month=month, day=day, from_month=first)
    return Rule(Repeats.MONTHS.value, month=last, from_month=first)


def _one(row: dict[str, Any], code: str, titles: tuple[str, str], rule: Rule) -> Ready:
    product = products()[row["product"]]
    asked = "\n".join(f"– {question}" for question in row.get("questions", ()))
    return Ready(
        code=code,
        title=titles[0],
        title_en=titles[1],
        about="\n\n".join(part for part in (row["about"], asked, row.get("source", "")) if part),
        quarter=Quarter(product["quarter"]).value,
        role=row["role"],
        product=row["product"],
        produces=product["sv"],
        produces_en=product["en"],
        reach=WheelReach(row["level"]).value,
        rule=rule,
        source=row.get("source", ""),
    )
