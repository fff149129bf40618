"""What was typed is given back, also when it can go nowhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hjulet.cases import actions
from hjulet.cases.models import Case

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DEV-1")]

TEXT = "En lång text som ingen vill skriva en gång till."


def test_a_case_that_went_out_of_sight_gives_the_text_back(assessed, actor, person, browse, at):
    case = assessed("sol")
    actions.perform(case, "assign", actor=actor("asa"), at=at, data={"handler": person("bo")})
    visitor = browse("bo")
    actions.perform(case, "assign", actor=actor("asa"), at=at, data={"handler": person("asa")})
    note = {"kind": "fact", "noted_on": "2026-11-12", "source": "Samtal", "text": TEXT}
    answer = visitor.post(f"/arenden/{case.ref}/anteckning/", note)
    assert answer.status_code == 404 and TEXT in answer.content.decode()


def test_more_files_than_five_are_refused_and_the_text_is_kept(browse, person):
    files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4\n%%EOF", "application/pdf") for n in range(6)]
    fields = {"description": TEXT, "when": "now", "reported_harm": "no", "unit": person("juno").home_unit_id}
    key = "0f5b2a8e-7f9e-4a57-9a0e-2d8c8f1f5a11"
    answer = browse("juno").post("/rapportera/", fields | {"files": files, "submission_key": key})
    page = answer.content.decode()
    assert answer.status_code == 422 and TEXT in page and "högst fem filer" in page
    assert not Case.objects.unscoped(reason="test").filter(description=TEXT).exists()


def test_a_text_of_two_megabytes_is_refused_with_words(browse, person):
    fields = {"description": "å" * 1_000_000, "when": "now", "reported_harm": "no", "unit": person("juno").home_unit_id}
    answer = browse("juno").post("/rapportera/", fields | {"submission_key": "0f5b2a8e-7f9e-4a57-9a0e-2d8c8f1f5a12"})
    assert answer.status_code == 422 and "Texten är för lång" in answer.content.decode()


def test_a_municipality_sets_its_own_limit_for_asking_an_expert(assessed, at):
    from hjulet.cases.models import ExpertRule

    case = assessed("sol")  # severity 2, likelihood 2
    assert not actions.asks_for_expert(case)
    ExpertRule.objects.create(principal=case.principal, score=4, valid_from="2026-01-01", source="Lokalt beslut")
    assert actions.asks_for_expert(case)


def test_a_report_changed_after_it_came_through_is_offered_as_a_message(browse, person):
    visitor, key = browse("juno"), "0f5b2a8e-7f9e-4a57-9a0e-2d8c8f1f5a13"
    fields = {"description": TEXT, "when": "now", "reported_harm": "no", "unit": person("juno").home_unit_id}
    fields["submission_key"] = key
    assert visitor.post("/rapportera/", fields).status_code == 302
    answer = visitor.post("/rapportera/", fields | {"description": f"{TEXT} Och sedan ringde hon."})
    case = Case.objects.unscoped(reason="test").get(submission_key=key)
    page = answer.content.decode()
    assert answer.status_code == 409 and "hade redan kommit fram" in page and "Och sedan ringde hon." in page
    assert case.description == TEXT
    address = f"/rapportera/mina/{case.ref}/"
    assert visitor.post(address, {"message": f"{TEXT} Och sedan ringde hon."}).status_code == 302
    assert "Och sedan ringde hon." in visitor.get(address).content.decode()


def test_files_of_a_refused_report_are_gone_after_a_day_and_others_stay(
    browse, person, at, reported, settings, tmp_path
):
    from PIL import Image

    from hjulet.cases.models import CaseFile
    from hjulet.files.jobs import remove_unused_files
    from hjulet.files.models import StoredFile

    settings.DATA_DIR = tmp_path
    Image.new("RGB", (20, 20), "red").save(tmp_path / "golv.png")
    image = (tmp_path / "golv.png").read_bytes()
    fields = {"description": TEXT, "when": "now", "reported_harm": "no", "unit": person("juno").home_unit_id}
    files = [SimpleUploadedFile("golv.png", image, "image/png"), SimpleUploadedFile("x.pdf", b"MZ", "application/pdf")]
    key = "0f5b2a8e-7f9e-4a57-9a0e-2d8c8f1f5a14"
    assert browse("juno").post("/rapportera/", fields | {"files": files, "submission_key": key}).status_code == 422
    files = [SimpleUploadedFile("golv.png", image, "image/png")]
    assert browse("juno").post("/rapportera/", fields | {"files": files, "submission_key": key}).status_code == 302
    assert StoredFile.objects.count() == 2
    assert remove_unused_files(at + timedelta(hours=20)) == 0
    assert remove_unused_files(at + timedelta(hours=26)) == 1
    kept = CaseFile.objects.unscoped(reason="test").get().file
    assert StoredFile.objects.get() == kept and kept.path.exists()


def test_an_empty_complaint_form_says_what_is_missing_and_keeps_the_rest(browse):
    page = browse("goran").post("/synpunkt/ny/", {"name": "Karin Ek", "wants": "Att någon ringer."})
    text = page.content.decode()
    assert page.status_code == 422
    summary = re.search(
        r'<div class="error-summary" role="alert" tabindex="-1" data-island="focus">.*?</ul>', text, re.S
    )
    assert summary is not None
    links = re.findall(r'<a href="#([^"]+)"', summary[0])
    assert {"id_channel_0", "id_description", "id_unit"} <= set(links)
    assert [link for link in links if not re.search(rf'<(input|select|textarea)[^>]*id="{link}"', text)] == []
    assert 'value="Karin Ek"' in text and "Att någon ringer." in text
    assert Case.objects.unscoped(reason="test").count() == 0
