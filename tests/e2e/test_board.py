"""The board's page: whole quarters, small numbers hidden, and no way round by the address or the file."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from python_calamine import load_workbook

from tests.e2e.conftest import Visitor

SMALL = {"1", "2", "3", "4"}


def cells(who: Visitor) -> list[str]:
    return [cell.strip() for cell in who.page.locator("main td").all_inner_texts()]


@pytest.mark.both
@pytest.mark.capability("STA-1")
def test_the_board_sees_numbers_but_no_small_ones(desk: Callable[..., Visitor]) -> None:
    hanna = desk("hanna")
    for division in ("quarter,unit", "quarter,category,unit"):
        hanna.go(f"/statistik/?by={division}&from=2026K3&to=2026K3&unit=forvaltningen")
        shown = cells(hanna)
        assert shown and not SMALL & set(shown), shown
        with hanna.page.expect_download() as waiting:
            hanna.page.click("text=Hämta som Excel")
        sheet = load_workbook(str(waiting.value.path())).get_sheet_by_index(0).to_python()
        assert not SMALL & {str(row[-1]).removesuffix(".0") for row in sheet}, sheet
    units = [cell for cell in shown if cell.isdigit() and 5 <= int(cell) < 100]
    assert units and {"<5", "dolt"} & set(shown), shown
    hanna.check("board with numbers")


@pytest.mark.capability("STA-1")
@pytest.mark.parametrize("address", ["?by=month,unit", "?by=quarter,track", "?from=2026-07-01&to=2026-07-31&by=unit"])
def test_no_shorter_time_by_the_address(desk: Callable[..., Visitor], address: str) -> None:
    hanna = desk("hanna")
    assert hanna.status(f"/statistik/{address}") in {200, 400}
    assert not SMALL & set(cells(hanna))
    heads = " ".join(hanna.page.locator("main thead").all_inner_texts()).lower()
    assert not re.search(r"\b(jan|feb|mars|april|maj|juni|juli|aug|sep|okt|nov|dec)", heads)
