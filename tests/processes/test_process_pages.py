"""The pages of processes: read step by step, changed in the table, approved, and refused for those they are not for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hjulet.documents.models import Document
from hjulet.processes import actions
from hjulet.processes.choices import LinkKind
from hjulet.processes.models import Process
from tests.processes.conftest import Written, draft, publish

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PRO-1"), pytest.mark.capability("ACC-2")]
CONTRARY = [b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"inte xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""]


def test_from_the_hub_to_a_routine_in_three_clicks(written: Written, browse: Any, actor: Any, at: datetime) -> None:
    made = publish(written(), actor("asa"), at)
    routine = Document.objects.readable_by(actor("juno")).first()
    if routine is None:
        pytest.skip("the town of this test has no documents")
    actions.hang(made, "steg_1", {LinkKind.DOCUMENT: [routine.code]}, actor=actor("asa"), at=at)
    juno = browse("juno")
    assert made.get_absolute_url() in juno.get("/processer/").content.decode()
    page = juno.get(made.get_absolute_url()).content.decode()
    assert f"{made.get_absolute_url()}steg/steg_1/" in page and routine.get_absolute_url() in page
    assert routine.get_absolute_url() in juno.get(f"{made.get_absolute_url()}steg/steg_1/").content.decode()


def test_what_is_not_published_is_not_there_for_others(written: Written, browse: Any) -> None:
    made = written()
    for path in ("", "utkast/", "bpmn/", "jamfor/", "uppgifter/", "bild.svg", "steg/steg_1/"):
        assert browse("juno").get(f"{made.get_absolute_url()}{path}").status_code == 404, path
    assert made.name not in browse("juno").get("/processer/?val=utkast").content.decode()
    assert browse("asa").get(f"{made.get_absolute_url()}utkast/").status_code == 200


def test_the_next_principal_sees_nothing(written: Written, browse: Any, actor: Any, at: datetime) -> None:
    made = publish(written(), actor("asa"), at)
    assert browse("sara").get(made.get_absolute_url()).status_code == 404


def test_readers_change_nothing(written: Written, browse: Any, actor: Any, at: datetime) -> None:
    made = publish(written(), actor("asa"), at)
    juno, url = browse("juno"), made.get_absolute_url()
    for path in ("uppgifter/", "ny-version/", "upphav/", "steg/steg_1/hor-till/"):
        assert juno.post(f"{url}{path}", {}).status_code == 404, path
    assert not made.drawings.filter(state="draft").exists()


def test_a_step_is_added_changed_moved_and_removed(written: Written, browse: Any) -> None:
    made = written()
    asa, url = browse("asa"), f"{made.get_absolute_url()}utkast/"
    step = {"name": "Gå till den boende", "type": "task", "lane": "Undersköterska", "stage": "", "role": ""}

    def revision() -> int:
        return draft(made).revision

    def names() -> list[str]:
        return [row.name for row in draft(made).elements.all()]

    answer = asa.post(f"{url}steg/?efter=steg_1", {**step, "revision": revision()})
    assert answer.status_code == 302
    assert names() == ["Start", "Kvittera larmet", "Gå till den boende", "Slut"]
    new = draft(made).elements.get(name="Gå till den boende")
    assert (new.lane, new.place) == ("Undersköterska", 3)
    asa.post(f"{url}steg/{new.code}/flytta/", {"till": "upp", "revision": revision()})
    assert names() == ["Start", "Gå till den boende", "Kvittera larmet", "Slut"]
    new = draft(made).elements.get(code=new.code)
    ways = {f"vag-target_{n}": way["target"] for n, way in enumerate(new.next)}
    asa.post(f"{url}steg/{new.code}/", {**step, "name": "Gå dit", "revision": revision(), **ways})
    assert "Gå dit" in names()
    asa.post(f"{url}rita-om/", {"revision": revision()})
    assert "Gå dit" in names()
    asa.post(f"{url}steg/{new.code}/ta-bort/", {"revision": revision()})
    assert names() == ["Start", "Kvittera larmet", "Slut"]


def test_a_step_without_a_name_or_doer_is_told(written: Written, browse: Any) -> None:
    made = written()
    url = f"{made.get_absolute_url()}utkast/steg/?efter=steg_1"
    answer = browse("asa").post(url, {"name": "", "type": "task", "lane": "", "revision": draft(made).revision})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Skriv vad som görs i steget." in page and "Skriv vem som gör steget." in page


def test_someone_else_changed_it_first(written: Written, browse: Any) -> None:
    made = written()
    url = f"{made.get_absolute_url()}utkast/steg/?efter=steg_1"
    step = {"name": "Ring", "type": "task", "lane": "Chef", "revision": draft(made).revision - 1}
    answer = browse("asa").post(url, step)
    assert answer.status_code == 409 and "Någon annan har ändrat" in answer.content.decode()
    assert 'value="Ring"' in answer.content.decode()


def test_from_draft_to_what_holds_through_the_pages(written: Written, browse: Any) -> None:
    made = written()
    asa, url = browse("asa"), made.get_absolute_url()
    assert asa.post(f"{url}utkast/be-om-godkannande/").status_code == 302
    assert asa.post(f"{url}utkast/publicera/").status_code == 302
    page = browse("juno").get(url).content.decode()
    assert "Kvittera larmet" in page and "<svg" in page
    assert asa.post(f"{url}ny-version/").status_code == 302
    refused = asa.post(f"{url}utkast/be-om-godkannande/")
    assert refused.status_code == 409 and "Skriv vad som är nytt" in refused.content.decode()
    asa.post(f"{url}utkast/nytt/", {"changes": "Ny ordning."})
    asa.post(f"{url}utkast/be-om-godkannande/")
    asa.post(f"{url}utkast/publicera/")
    assert Process.objects.get(pk=made.pk).current.number == 2  # type: ignore[union-attr]
    assert browse("juno").get(f"{url}version/1/").status_code == 200
    assert browse("juno").get(f"{url}jamfor/").status_code == 200
    assert asa.post(f"{url}upphav/", {"reason": "Nya larm."}).status_code == 302
    assert "upphävd" in browse("juno").get(url).content.decode()


def test_the_file_out_and_in_again_is_the_same(written: Written, browse: Any, actor: Any, at: datetime) -> None:
    made = publish(written(), actor("asa"), at)
    asa, url = browse("asa"), made.get_absolute_url()
    answer = browse("juno").get(f"{url}bpmn/")
    assert answer["Content-Type"].startswith("application/xml") and "attachment" in answer["Content-Disposition"]
    asa.post(f"{url}ny-version/")
    file = SimpleUploadedFile("process.bpmn", answer.content)
    assert asa.post(f"{url}utkast/fil/", {"file": file}).status_code == 302
    assert draft(made).xml.encode() == answer.content
    picture = browse("juno").get(f"{url}bild.svg")
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content


@pytest.mark.parametrize("content", CONTRARY)
def test_a_file_that_cannot_be_read_changes_nothing(content: bytes, written: Written, browse: Any) -> None:
    made = written()
    before = draft(made).xml
    file = SimpleUploadedFile("elak.bpmn", content)
    answer = browse("asa").post(f"{made.get_absolute_url()}utkast/fil/", {"file": file})
    assert answer.status_code == 422
    assert draft(made).xml == before


def test_the_editor_saves_and_is_told_when_someone_else_did(written: Written, browse: Any) -> None:
    made = written()
    asa, url = browse("asa"), f"{made.get_absolute_url()}utkast/"
    told = asa.get(f"{url}bpmn/").json()
    assert told["revision"] == draft(made).revision
    xml = told["xml"].replace("Kvittera larmet", "Kvittera larmet genast")
    saved = asa.post(f"{url}spara/", {"xml": xml, "revision": told["revision"]})
    assert saved.status_code == 200 and saved.json()["revision"] == told["revision"] + 1
    assert draft(made).elements.filter(name="Kvittera larmet genast").exists()
    again = asa.post(f"{url}spara/", {"xml": xml, "revision": told["revision"]})  # the first answer was lost
    assert again.status_code == 200 and again.json()["revision"] == told["revision"] + 1
    late = asa.post(f"{url}spara/", {"xml": told["xml"], "revision": told["revision"]})
    assert late.status_code == 409 and "Någon annan" in late.json()["message"]
    broken = asa.post(f"{url}spara/", {"xml": "<x", "revision": told["revision"] + 1})
    assert broken.status_code == 422
    assert browse("juno").post(f"{url}spara/", {"xml": xml, "revision": 1}).status_code == 404


def test_the_hub_asks_few_questions_however_many_there_are(
    written: Written, browse: Any, actor: Any, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        publish(written(f"Process {number}"), actor("asa"), at)
    juno = browse("juno")
    juno.get("/processer/")
    with django_assert_max_num_queries(12):
        page = juno.get("/processer/").content.decode()
    assert page.count("Process ") >= 6
    made = Process.objects.get(name="Process 3")
    with django_assert_max_num_queries(12):
        juno.get(made.get_absolute_url())
