"""The statistics page and its export, as each role meets them."""

from __future__ import annotations

import html
import io
import re
from datetime import date

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook
from tests.stats.conftest import Enter, Town

from hjulet.core.models import Event
from hjulet.core.spreadsheet import csv_rows, write_xlsx
from hjulet.org.choices import Duty
from hjulet.stats.charts import Point, bar_chart, line_chart, nice_top


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_the_page_is_closed_to_others(enter: Enter) -> None:
    assert enter(Duty.REPORT).get("/statistik/").status_code == 404
    assert enter(Duty.REPORT).get("/statistik/export/").status_code == 404


def test_an_exact_number_leads_to_its_cases(town: Town, enter: Enter) -> None:
    town.cases(3, "a1", date(2026, 8, 20))
    page = text_of(enter(Duty.STATISTICS, Duty.READ), "/statistik/")
    assert "3 ärenden kom in." in page and "<svg" in page and "‹saknas" not in page
    assert "category=t_fall" in page and "style=" not in page
    assert "/arenden/?" not in text_of(enter(Duty.STATISTICS), "/statistik/")


def test_a_unit_leads_into_its_own_table_one_step_at_a_time(town: Town, enter: Enter) -> None:
    town.cases(3, "a1", date(2026, 8, 20))
    town.cases(2, "b1", date(2026, 8, 20))
    reader = enter(Duty.STATISTICS, Duty.READ)
    address, steps = "/statistik/?by=quarter,unit&from=2026K3&to=2026K3&tree=now", []
    while found := re.search(r'<th scope="row"><a href="([^"]*unit=(\w+)[^"]*)">', text_of(reader, address)):
        address = f"/statistik/{html.unescape(found[1])}"
        steps.append(found[2])
    assert steps == ["a", "a1"]
    assert "3 ärenden kom in" in text_of(reader, address)


def test_the_board_page_hides_and_says_so(town: Town, enter: Enter) -> None:
    town.cases(9, "a1", date(2026, 8, 20))
    town.cases(2, "b1", date(2026, 8, 20))
    board = enter(Duty.MASKED_STATISTICS)
    page = text_of(board, "/statistik/?by=quarter,unit&severity=4&from=2026K1&to=2026K4&tree=then")
    assert "&lt;5" in page and "även noll" in page and "hela kvartal" in page
    assert "/arenden/?" not in page and "har lämnats därhän" in page
    assert re.search(r"<td[^>]*>2</td>", page) is None


def test_no_cases_and_odd_addresses(enter: Enter) -> None:
    client = enter(Duty.STATISTICS)
    assert "Inga ärenden i urvalet." in text_of(client, "/statistik/")
    for odd in (
        "from=x",
        "by=x,y",
        "by=year,month,quarter",
        "unit=finns-inte",
        "kol=-1",
        "kol=99",
        "from=9999K1",
        "to=0001-01-01",
    ):
        assert "‹saknas" not in text_of(client, f"/statistik/?{odd}")


@pytest.mark.parametrize("by", ["month,unit", "unit", "state,kind,track", "severity", "year", "category,unit,kind"])
def test_every_division_has_a_page(town: Town, enter: Enter, by: str) -> None:
    for unit in ("a1", "a2", "b1"):
        town.cases(2, unit)
    page = text_of(enter(Duty.STATISTICS, Duty.READ), f"/statistik/?by={by}&from=2026K1")
    assert "6 ärenden kom in." in page and "‹saknas" not in page


@pytest.mark.capability("PLT-1")
def test_the_export_opens_in_a_spreadsheet(town: Town, enter: Enter) -> None:
    unit = town.units["a1"]
    unit.name = "=cmd|'/C calc'!A0"
    unit.save()
    town.cases(6, "a1", date(2026, 8, 20))
    town.cases(1, "a2", date(2026, 8, 20))
    client = enter(Duty.STATISTICS, unit="a")
    response = client.get("/statistik/export/?format=xlsx&by=quarter,unit")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    assert book.sheet_names == ["Statistik", "Om uppgifterna"]
    assert book.get_sheet_by_name("Statistik").to_python() == [
        ["Kvartal", "Enhet", "Antal ärenden"],
        ["K3 2026", "=cmd|'/C calc'!A0", 6],
        ["K3 2026", "A2", 1],
    ]
    told = dict(row[:2] for row in book.get_sheet_by_name("Om uppgifterna").to_python())
    assert told["Område"] == "A" and "Makulerade" in told["Räknat"]
    text = b"".join(client.get("/statistik/export/?format=csv&by=quarter,unit").streaming_content)
    assert text.startswith(b"\xef\xbb\xbfKvartal;Enhet;")
    assert "\r\nK3 2026;'=cmd" in text.decode()
    assert Event.objects.filter(kind="read", verb="export", object_type="statistics").count() == 2


def test_the_boards_export_hides_the_same(town: Town, enter: Enter) -> None:
    town.cases(9, "a1", date(2026, 8, 20))
    town.cases(2, "b1", date(2026, 8, 20))
    client = enter(Duty.MASKED_STATISTICS)
    text = b"".join(client.get("/statistik/export/?format=csv&by=quarter,unit").streaming_content).decode()
    assert not re.search(r";2\r\n", text)
    assert client.get("/statistik/export/?by=quarter&category=t_fall_injury").status_code == 400


def test_spreadsheets_stay_text() -> None:
    rows = [["-1+1", "  =1", "\t@x", -3, 1.5, None, date(2026, 1, 2), 'åäö;"\n']]
    text = b"".join(csv_rows(["=a"], rows)).decode("utf-8-sig")
    assert text == "'=a\r\n'-1+1;'  =1;'\t@x;-3;1,5;;2026-01-02;\"åäö;\"\"\n\"\r\n"
    with write_xlsx(["a"], [["=1+1", -3, "http://x", "\x01b"]]) as book:
        found = CalamineWorkbook.from_filelike(io.BytesIO(book.read())).get_sheet_by_index(0).to_python()
    assert found == [["a", "", "", ""], ["=1+1", -3, "http://x", " b"]]


def test_charts_start_at_zero_and_name_themselves() -> None:
    chart = line_chart("c", "<T>", "D", [Point("K1", 3, "3"), Point("K2", None, "<5"), Point("K3", 8, "8")])
    assert 'role="img"' in chart and "&lt;T&gt;" in chart and ">0</text>" in chart and "&lt;5" in chart
    assert chart.count("<circle") == 2 and "style" not in chart
    assert bar_chart("b", "T", "D", [Point("a", 3, "3"), Point("b", 0, "0")]).count('class="bar"') == 1
    assert nice_top(0) == (1, 1) and nice_top(37) == (40, 10) and nice_top(1000) == (1000, 200)
