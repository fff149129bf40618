"""The wheel as drawn: what it says, what a keyboard meets, and that nothing typed by people becomes markup."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from hjulet.shell.wheel import MOST_A_MONTH, Mark, Quarter, day_angle, sector, wheel_svg

TODAY = date(2026, 11, 12)
QUARTERS = [
    Quarter("plan", "Planera", 2, 1, "/planera/"),
    Quarter("do", "Genomföra", 3, 0, "/genomfora/"),
    Quarter("check", "Följa upp", 6, 2, "/folja-upp/"),
    Quarter("act", "Förbättra", 0, 0, "/forbattra/"),
]


def drawn(marks: list[Mark] | None = None, today: date = TODAY, place: str = "Ekbacken") -> ElementTree.Element:
    return ElementTree.fromstring(wheel_svg(QUARTERS, marks or [], today, place))


def texts(picture: ElementTree.Element) -> list[str]:
    return [found.text or "" for found in picture.iter("text")]


def test_four_links_in_the_order_of_the_wheel_tell_what_waits() -> None:
    links = list(drawn().iter("a"))
    assert [link.get("href") for link in links] == ["/planera/", "/genomfora/", "/folja-upp/", "/forbattra/"]
    assert [link.get("aria-label") for link in links] == [
        "Planera: 2, 1 sen",
        "Genomföra: 3 väntar",
        "Följa upp: 6, 2 sena",
        "Förbättra: 0 väntar",
    ]


def test_nothing_waiting_is_shown_as_nought() -> None:
    assert "0" in texts(drawn())


def test_the_hub_tells_day_and_week() -> None:
    assert {"12 nov", "vecka 46"} <= set(texts(drawn()))


def test_the_year_is_hidden_from_assistive_technology_and_holds_no_links() -> None:
    year = next(group for group in drawn([Mark(TODAY, "Råd", "plan", "/x/")]).iter("g"))
    assert year.get("aria-hidden") == "true"
    assert not list(year.iter("a"))


def test_the_sectors_are_the_ones_that_were_designed() -> None:
    assert sector(0, 66, 174) == (
        "M240.0 174.0L254.6 120.9L240.0 66.0A174 174 0 0 1 414.0 240.0L359.1 254.6L306.0 240.0A66 66 0 0 0 240.0 174.0Z"
    )


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2028, 2, 29), date(2026, 6, 30), date(2026, 12, 31)])
def test_every_day_lies_within_its_month(today: date) -> None:
    start = (today.month - 1) * 30
    assert start < day_angle(today) < start + 30
    assert drawn(today=today).get("viewBox") == "-2 -2 484 484"


@pytest.mark.parametrize(
    ("status", "name"), [("done", "mk-done"), ("half", "mk-half"), ("plan", "mk-plan"), ("late", "mk-late")]
)
def test_each_status_has_a_shape_of_its_own(status: str, name: str) -> None:
    shapes = [part.get("class") for part in drawn([Mark(TODAY, "Egenkontroll", status)]).iter()]
    assert shapes.count(name) == 1


def test_more_than_three_in_a_month_are_counted() -> None:
    marks = [Mark(date(2026, 10, day), "Egenkontroll", "done") for day in range(1, 7)]
    picture = drawn(marks)
    assert len([part for part in picture.iter() if part.get("class") == "mk-done"]) == MOST_A_MONTH
    assert "+3" in texts(picture)


def test_what_people_typed_is_never_markup() -> None:
    nasty = '<script>x</script>" onload="y'
    quarters = [Quarter("plan", nasty, 1, 0, '/"><b>'), *QUARTERS[1:]]
    svg = wheel_svg(quarters, [Mark(TODAY, nasty, "plan")], TODAY, nasty)
    picture = ElementTree.fromstring(svg)
    assert not list(picture.iter("script")) and not list(picture.iter("b"))
    assert all("onload" not in part.attrib for part in picture.iter())


def test_the_drawing_carries_no_style_of_its_own() -> None:
    assert all("style" not in part.attrib for part in drawn([Mark(TODAY, "Råd", "late")]).iter())
