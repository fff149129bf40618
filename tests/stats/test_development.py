"""The page on development over time and its export, as each role meets them."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook
from tests.stats.conftest import Enter, Town
from tests.stats.test_pages import text_of

from hjulet.core.models import Event
from hjulet.org.choices import Duty

pytestmark = [pytest.mark.django_db, pytest.mark.capability("NEW-18"), pytest.mark.capability("STA-1")]

PAGE = "/statistik/utveckling/"


def months(town: Town, counts: list[int], unit: str = "a1") -> None:
    for number, count in enumerate(counts):
        town.cases(count, unit, date(2025 + number // 12, number % 12 + 1, 10))


LEVEL = [4, 6, 5, 3, 6, 4, 5, 6, 3, 4, 8, 7, 9, 7, 8, 8, 7, 9, 8, 7, 8, 9]


def test_the_page_is_closed_to_others(enter: Enter) -> None:
    assert enter(Duty.REPORT).get(PAGE).status_code == 404
    assert enter(Duty.REPORT).get(f"{PAGE}export/").status_code == 404


def test_the_verdict_the_chart_and_the_table(town: Town, enter: Enter) -> None:
    months(town, LEVEL)
    page = text_of(enter(Duty.STATISTICS, Duty.READ), f"{PAGE}?base=2025-10")
    assert "Något har förändrats: 12 månader i rad ligger över medel." in page
    assert 'class="sig"' in page and "Grått fält" in page and "till och med okt 2025" in page
    assert "Regler: Anhøj." in page and "style=" not in page and "‹saknas" not in page
    assert "/arenden/?" in page and "from=2026-10-01" in page
    assert "/arenden/?" not in text_of(enter(Duty.STATISTICS), PAGE)


def test_the_statistics_page_leads_here_with_the_same_part(town: Town, enter: Enter) -> None:
    months(town, [5] * 22)
    page = text_of(enter(Duty.STATISTICS), "/statistik/?unit=a&category=t_fall")
    assert f'href="{PAGE}?unit=a&amp;category=t_fall"' in page
    here = text_of(enter(Duty.STATISTICS), f"{PAGE}?unit=a&category=t_fall&measure=closing")
    assert "Enhet: A" in here and "measure=closing" in here


@pytest.mark.parametrize("measure", ["cases", "feedback", "closing", "harm"])
def test_every_measure_has_a_page_without_cases_too(town: Town, enter: Enter, measure: str) -> None:
    client = enter(Duty.STATISTICS)
    assert "‹saknas" not in text_of(client, f"{PAGE}?measure={measure}")
    months(town, [3] * 22)
    for per in ("month", "quarter", "week"):
        page = text_of(client, f"{PAGE}?measure={measure}&per={per}&rules=mdc&chart=c")
        assert "‹saknas" not in page and "Utveckling över tid" in page


def test_odd_addresses_are_told_and_left_aside(town: Town, enter: Enter) -> None:
    months(town, [3] * 22)
    client = enter(Duty.STATISTICS)
    for odd in (
        "measure=x",
        "per=x",
        "rules=x",
        "base=2020-01",
        "from=x",
        "unit=finns-inte",
        "measure=closing&per=week",
    ):
        assert "har lämnats därhän" in text_of(client, f"{PAGE}?{odd}")
    assert "har lämnats därhän" not in text_of(client, f"{PAGE}?chart=c&rules=mdc&per=week&base=")
    refused = text_of(enter(Duty.STATISTICS, unit="a"), f"{PAGE}?unit=b")
    assert "Det går inte att visa" in refused and '<svg class="chart' not in refused


def test_the_board_gets_quarters_and_a_reason(town: Town, enter: Enter) -> None:
    for unit, count in (("a1", 9), ("a2", 2)):
        for quarter in range(15):
            town.cases(count, unit, date(2023 + quarter // 4, quarter % 4 * 3 + 1, 5))
    board = enter(Duty.MASKED_STATISTICS)
    page = text_of(board, f"{PAGE}?per=month&measure=harm&track=hsl&severity=4&from=2023K1")
    assert "Förloppet är stabilt" in page and "har lämnats därhän" in page
    assert "Tal under 5 är dolda" in page and "/arenden/?" not in page
    assert "K3 2026" in page and not re.search(r">(jan|feb|mars|apr) 20\d\d<", page)
    small = text_of(board, f"{PAGE}?unit=a2&from=2023K1")
    assert "&lt;5" in small and not re.search(r"<td[^>]*>\s*2\s*</td>", small)
    assert "Det går inte att bedöma." in small and 'class="mean"' not in small
    text = b"".join(board.get(f"{PAGE}export/?format=csv&unit=a2&from=2023K1").streaming_content).decode()
    assert "<5" in text and not re.search(r";2\b", text)
    assert board.get(f"{PAGE}export/?category=t_fall_injury").status_code == 400


@pytest.mark.capability("PLT-1")
def test_the_export_holds_the_same_table(town: Town, enter: Enter) -> None:
    months(town, LEVEL)
    client = enter(Duty.STATISTICS, unit="a")
    response = client.get(f"{PAGE}export/?format=xlsx&base=2025-10")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheet_names == ["Utveckling", "Om uppgifterna"]
    table = book.get_sheet_by_name("Utveckling").to_python()
    assert table[0] == ["Månad", "Antal", "Signal", "Medel", "Lägsta", "Högsta"]
    assert table[1][:4] == ["jan 2025", 4, "", 4.6] and table[-1][:2] == ["okt 2026", 9]
    assert table[-1][2] == "12 i rad över medel"
    about = dict(row[:2] for row in book.get_sheet_by_name("Om uppgifterna").to_python())
    assert about["Område"] == "A" and about["Bedömning"].startswith("Något har förändrats")
    assert about["Linjerna räknas på"] == "okt 2025"
    text = b"".join(client.get(f"{PAGE}export/?format=csv").streaming_content).decode()
    assert text.startswith("\ufeffMånad;Antal;Signal;") and "\r\njan 2025;4;" in text
    assert Event.objects.filter(kind="read", verb="export", object_type="statistics").count() == 2


@pytest.mark.parametrize(
    "address",
    [
        "",
        "?measure=feedback",
        "?measure=closing",
        "?measure=harm",
        "?per=week&unit=a&category=t_fall",
        "?unit=a&category=t_fall",
    ],
)
def test_the_page_asks_a_fixed_number_of_questions(town: Town, enter: Enter, address: str) -> None:
    months(town, [2] * 22)
    town.cases(3, "a1", date(2026, 3, 3), harm="death")
    client = enter(Duty.STATISTICS, Duty.READ)
    client.get(PAGE + address)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE + address)
    months(town, [3] * 20, "a2")
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE + address)
    assert len(few) == len(many) <= 12, "\n".join(query["sql"][:400] for query in many)


def test_the_board_page_asks_few_questions(town: Town, enter: Enter) -> None:
    months(town, [9] * 22)
    board = enter(Duty.MASKED_STATISTICS)
    board.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        board.get(f"{PAGE}?unit=a&category=t_fall")
    assert len(asked) <= 12, "\n".join(query["sql"][:300] for query in asked)
