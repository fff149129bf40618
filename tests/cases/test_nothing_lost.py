"""What was typed is given back, also when it can go nowhere."""

from __future__ import annotations

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
