"""A sample drawn from a file with a fault in it, judged and closed; and a list of decisions read in and looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]
pytestmark = pytest.mark.e2e


@pytest.mark.both
@pytest.mark.capability("CHK-4")
def test_a_sample_from_a_file_with_a_fault_to_its_protocol(desk: Open, tmp_path: Path) -> None:
    listed = tmp_path / "akter.csv"
    listed.write_text("Akt;Enhet\n" + "".join(f"SOL-{n};Myndighet\n" for n in range(40)) + "19121212-1212;Myndighet\n")
    dag = desk("dag")
    dag.go("/stickprov/nytt/")
    dag.check("sample new")
    dag.page.get_by_label("Vad granskas?").fill("Rättssäker handläggning")
    dag.page.get_by_label("Lista som fil").set_input_files(listed)
    dag.page.get_by_label("Hur många ska dras?").fill("3")
    dag.page.get_by_role("button", name="Dra stickprovet").click()
    assert "Rad 42. Akt: är ett personnummer" in dag.main()
    dag.check("sample new with a bad row")
    dag.page.get_by_label("Lista som fil").set_input_files(listed)
    dag.page.get_by_label("Läs in de andra raderna ändå").check()
    dag.page.get_by_role("button", name="Dra stickprovet").click()
    dag.page.wait_for_url("**/stickprov/*/")
    assert "3 akter är kvar att bedöma" in dag.main()
    dag.check("sample")
    for number in range(1, 4):
        row = dag.page.locator(f"#akt-{number}")
        row.locator("select").select_option("remark" if number == 1 else "ok")
        row.get_by_label("Anteckning").fill("Skälen är tunna" if number == 1 else "")
        row.get_by_role("button", name="Spara").click()
        dag.page.wait_for_load_state()
    dag.page.get_by_label("Sammanfatta det ni såg").fill("Skälen behöver bli tydligare.")
    dag.page.get_by_role("button", name="Avsluta stickprovet").click()
    assert "avslutade stickprovet" in dag.main()
    dag.page.get_by_role("link", name="Protokoll").click()
    assert "Skälen är tunna" in dag.main() and "Fingeravtryck" in dag.main()
    dag.check("sample protocol")


@pytest.mark.both
@pytest.mark.capability("CHK-5")
def test_a_list_of_decisions_on_a_phone(phone: Open, tmp_path: Path) -> None:
    listed = tmp_path / "beslut.csv"
    rows = [f"SOL-EKB-{n};Ekbacken;SoL;2024-03-0{n};{'' if n < 3 else '2026-09-01'};2026-08-01;" for n in range(1, 9)]
    head = "Referens;Enhet;Lag;Beslutsdatum;Senast uppföljt;Genomförandeplan;Genomförandeplan uppföljd"
    listed.write_text("\n".join([head, *rows]))
    asa = phone("asa")
    asa.go("/uppfoljning-beslut/las-in/")
    asa.page.get_by_label("Fil", exact=True).set_input_files(listed)
    asa.page.get_by_role("button", name="Läs in listan").click()
    asa.page.wait_for_url("**/uppfoljning-beslut/")
    assert "6 av 8 beslut är uppföljda i tid" in asa.main()
    asa.check("decision follow-up")
    asa.page.get_by_role("link", name="Ekbacken").click()
    assert "SOL-EKB-1" in asa.main() and "SOL-EKB-8" not in asa.main()
    asa.check("decisions")
