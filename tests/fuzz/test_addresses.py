"""Any query string on any list is a page: words that mean nothing are left aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.test_access_matrix import OPEN, patterns

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2")]
DAYS = [
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "2026-W01-1",
    "0000K1",
    "9999K4",
    "2026K1",
    "\x00",
    "²",
]
NUMBERS = ["9" * 5000, "²", "٣", "-1", "0", "1e9", "\x00", "999999999999999999", "nan", "2"]
WORDS = ["a\x00b", "\x00", "'\"><b>", "%s%(x)s{0}", "🚑", "\ud7ff\uffff", "å" * 300, "none", "unsure", "-"]
KNOWN = {
    "val": ["alla", "sena", *WORDS[2:]], "sort": ["-klart", "handlaggare", *WORDS[2:]], "unit": WORDS, "track": ["unsure", *WORDS[1:]],
    "state": WORDS, "kind": WORDS, "category": ["none", *WORDS[1:]], "tree": ["then", "now", *WORDS[2:]], "q": WORDS,
    "by": ["month,unit,category", "severity", "year,year,state", ",,,", *WORDS[4:]], "roll": WORDS, "person": WORDS,
    "atgard": WORDS, "typ": WORDS, "next": WORDS, "lista": WORDS, "enhet": WORDS, "guessed_track": WORDS,
    "sida": NUMBERS, "kol": NUMBERS, "severity": NUMBERS, "annulled": NUMBERS, "overdue": NUMBERS, "dag": DAYS,
    "from": DAYS, "to": DAYS[::-1], "fran": DAYS, "till": DAYS[::-1], "glapp": NUMBERS, "natt": ["1", *NUMBERS[1:]],
    "stangda": ["1", *NUMBERS[1:]], "upphavda": ["1", *NUMBERS[1:]], "format": ["csv", "xlsx", *WORDS[2:]],
}  # fmt: skip
# Pages that read nothing from the address. A new page is tried until it is put here.
NO_LISTS = {
    *(
        "readyz",
        "healthz",
        "robots",
        "service-worker",
        "accessibility",
        "help",
        "account",
        "password",
        "logged-out",
        "law-clocks",
        "tokens",
    ),
    *(
        "quarter-plan",
        "quarter-do",
        "quarter-check",
        "quarter-act",
        "start",
        "notice-preferences",
        "person-new",
        "report",
    ),
    *("receivers", "roles", "api-docs"),
}


def lists() -> dict[str, str]:
    """Every page without a number in its address, and someone who may open it: Åsa if she may."""
    named = {p.name: reverse(p.name) for p in patterns() if p.name in OPEN and p.name not in NO_LISTS}
    return {path: "asa" if "asa" in OPEN[name] else sorted(OPEN[name])[0] for name, path in named.items()}


def read_to_the_end(answer: Any) -> None:
    """Which closes the file behind a download."""
    if answer.streaming:
        b"".join(answer.streaming_content)


def visit(client: Client, path: str, query: str) -> None:
    answer = client.get(path, QUERY_STRING=query)
    read_to_the_end(answer)
    assert answer.status_code in {200, 302, 400}, (path, query[:300], answer.status_code)
    if answer.status_code == 302:
        assert answer["Location"].startswith("/") and not answer["Location"].startswith("//")


@pytest.mark.parametrize("path", sorted(lists()))
def test_odd_values_of_every_name(path: str, browse: Callable[[str], Client]) -> None:
    client = browse(lists()[path])
    answer = client.get(path)
    read_to_the_end(answer)
    assert answer.status_code == 200
    for turn in range(10):
        visit(client, path, urlencode({name: values[turn] for name, values in KNOWN.items()}))


@pytest.mark.parametrize("login", ["hanna", "eva"])
def test_odd_values_for_someone_who_sees_little(login: str, browse: Callable[[str], Client]) -> None:
    client = browse(login)
    for turn in range(10):
        query = urlencode({name: values[turn] for name, values in KNOWN.items()})
        for path in ("/statistik/", "/statistik/export/", "/organisation/"):
            answer = client.get(path, QUERY_STRING=query)
            read_to_the_end(answer)
            assert answer.status_code in {200, 400, 404}


PAIRS = st.lists(
    st.tuples(st.sampled_from(sorted(KNOWN)), st.text(st.characters(exclude_categories=["Cs"]), max_size=30)),
    max_size=6,
)
QUERIES = st.one_of(PAIRS.map(urlencode), st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(sorted(lists())), query=QUERIES)
def test_any_query_string(path: str, query: str, browse: Callable[[str], Client]) -> None:
    visit(browse(lists()[path]), path, query)


@pytest.mark.parametrize("chosen", ["q=a%00b", "\x00", "%00=%00", "=&=&", "a" * 9000, "q=%ff%fe", "sida=" + "9" * 5000])
def test_any_choice_of_a_file_is_answered(chosen: str, browse: Callable[[str], Client]) -> None:
    asa = browse("asa")
    for code in ("cases", "people", "\x00"):
        answer = asa.post("/exporter/ny/", {"code": code, "form": "xlsx", "chosen": chosen, "total": "²"})
        assert answer.status_code == 302
