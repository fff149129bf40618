"""Development over time in a browser: from the statistics to a verdict, a chart and the table behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

PAGE = "/statistik/utveckling/"


@pytest.mark.capability("NEW-18")
def test_from_statistics_to_a_verdict(desk: Callable[..., Visitor], phone: Callable[..., Visitor]) -> None:
    dag = desk("dag")
    dag.go("/statistik/")
    dag.page.click("text=Utveckling över tid")
    dag.page.click("summary:has-text('Ändra urvalet')")
    dag.page.select_option("#u-per", "week")
    dag.page.select_option("#u-rules", "mdc")
    dag.page.click("main form button[type=submit]")
    assert "per=week" in dag.page.url and "rules=mdc" in dag.page.url
    assert dag.page.locator("svg.chart-time[role=img]").count() == 1
    assert dag.page.locator("main .verdict p").first.inner_text()
    assert dag.page.locator("main tbody tr").count() == dag.page.locator(".chart .pt, .chart .sig").count()
    dag.check("development by week")
    with dag.page.expect_download() as waiting:
        dag.page.click("text=Hämta som Excel")
    assert waiting.value.suggested_filename.startswith("utveckling-")
    for measure in ("feedback", "closing", "harm"):
        dag.go(f"{PAGE}?measure={measure}")
        dag.check(f"development {measure}")
    small = phone("asa")
    small.go(PAGE)
    small.check("development on the phone")


@pytest.mark.capability("STA-1")
def test_the_board_meets_the_reason(desk: Callable[..., Visitor]) -> None:
    hanna = desk("hanna")
    hanna.go(f"{PAGE}?per=week&measure=harm")
    shown = hanna.main()
    assert "har lämnats därhän" in shown and "vecka" not in " ".join(hanna.page.locator("thead").all_inner_texts())
    hanna.check("development for the board")
