"""At 22:40: the report is there at once, the mail waits for seven, and acute danger waits for nobody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.e2e.conftest import Server, Visitor

Open = Callable[..., Visitor]
NIGHT, SEVEN, SIX = "2026-11-12T22:40", "2026-11-13T07:00", "2026-11-13T06:59"


@pytest.mark.capability("NOT-1")
def test_a_report_at_night(
    at_another_time: Callable[[str], AbstractContextManager[Server]], phone: Open, desk: Open
) -> None:
    with at_another_time(NIGHT) as night:
        juno = phone("juno", night)
        juno.report("Larmet ringde länge i natt.")
        juno.send()
        calm = juno.sent_ref()
        juno.go("/rapportera/")
        juno.report("Hon har ramlat och svarar inte på tilltal.")
        juno.page.check("input[name=acute]")
        juno.send()
        acute = juno.sent_ref()
        asa = desk("asa", night)
        assert asa.page.locator(f'a[href="/arenden/{calm}/"]').count() >= 1
        night.manage("jobs", "--once")
        assert night.post.anyone_about(f"{night.url}/arenden/{acute}/"), "acute danger is mailed at any hour"
        assert not night.post.anyone_about(f"{night.url}/arenden/{calm}/")
        morning(night, SIX)
        assert not night.post.anyone_about(f"{night.url}/arenden/{calm}/")
        morning(night, SEVEN)
        assert [mail["To"] for mail in night.post.anyone_about(f"{night.url}/arenden/{calm}/")] == [
            "asa@lovdala.example"
        ]


def morning(server: Server, clock: str) -> None:
    server.environment["HJULET_CLOCK"] = clock
    server.manage("jobs", "--once")


@pytest.mark.capability("ACC-3")
def test_a_decision_asks_for_the_password_again(
    at_another_time: Callable[[str], AbstractContextManager[Server]], server: Server, desk: Open
) -> None:
    dag = desk("dag")
    kept = dag.context.cookies()
    ref = server.refs["causeless"]
    with at_another_time("2026-11-12T10:20") as later:
        dag = desk("", later)
        dag.context.add_cookies([{**cookie, "url": later.url} for cookie in map(without_place, kept)])
        dag.go(f"/arenden/{ref}/steg/annul/")
        dag.page.fill("#id_reason", "Samma händelse är rapporterad två gånger.")
        dag.page.fill("#password", "inte rätt")
        dag.send()
        dag.page.locator("[role=alert], .field-error", has_text="stämmer inte").first.wait_for()
        assert dag.page.input_value("#id_reason") == "Samma händelse är rapporterad två gånger."
        dag.check("password again")
        dag.page.fill("#password", "hjulet")
        dag.send()
        assert "Makulerat" in dag.main() or "makulera" in dag.main().lower()


def without_place(cookie: dict[str, object]) -> dict[str, object]:
    return {name: cookie[name] for name in ("name", "value", "httpOnly", "sameSite")}
