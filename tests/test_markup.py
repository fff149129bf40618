"""Every page's markup is whole: each element that is opened is closed, in order."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.test_access_matrix import OPEN, patterns

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-2")]

VOID = set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


class Whole(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"{tag} at {self.getpos()}")


def faults(page: str) -> list[str]:
    reader = Whole()
    reader.feed(page)
    reader.close()
    return reader.wrong[:3] + reader.open[:3]


@pytest.mark.parametrize("login", ["asa", "root", "petra", "hanna"])
def test_pages_are_whole(login: str, browse) -> None:
    visitor = browse(login)
    wrong = {}
    for name, allowed in OPEN.items():
        if login not in allowed or name in {
            "cases-export",
            "statistics-export",
            "development-export",
            "management-system-pdf",
            "robots",
            "service-worker",
            "healthz",
            "readyz",
        }:
            continue
        path = f"/{next(p for p in patterns() if p.name == name).pattern}"
        wrong[name] = faults(visitor.get(path).content.decode())
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_case_is_whole(assessed, browse) -> None:
    visitor, case = browse("asa"), assessed("sol")
    for tail in ("", "anteckning/", "orsak/", "den-enskilde/", "fraga/", "fil/", "steg/reclassify/", "steg/annul/"):
        assert faults(visitor.get(f"/arenden/{case.ref}/{tail}", follow=True).content.decode()) == [], tail
