"""What the registrar does and sees: documents, marks of secrecy, subjects, and no one else's matters (CMP-3)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.test_access_matrix import EVERYBODY, REGISTRARS

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.diary import actions
from hjulet.diary.models import Document, Matter, Series

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CMP-3")]
Registered = Callable[..., Matter]
LIST, NEW = "/diarium/registrator/", "/diarium/registrator/nytt/"
NUMBER = "811228-9874"  # Skatteverket's own example of one


def told(place: int, **changes: str) -> dict[str, str]:
    return {
        "subject": "Synpunkt, Ekbackens äldreboende", "unit": str(place), "direction": "in", "entered_on": "2026-11-10",
        "counterpart": "Anna Anonymsson", "secrecy": "osl-26-1", "submission_key": str(uuid.uuid4()),
    } | changes  # fmt: skip


def only(matter: Matter) -> Document:
    return Document.objects.unscoped(reason="test").select_related("matter").get(matter=matter, line=1)


def test_a_matter_by_hand(browse: Callable[[str], Client], unit: Any) -> None:
    goran, sent = browse("goran"), told(unit("ekbacken").pk)
    for _ in range(2):  # the form is sent twice
        answer = goran.post(NEW, sent, follow=True)
    page = answer.content.decode()
    assert "SN 2026/00001" in page and "Anna Anonymsson" in page
    assert Matter.objects.unscoped(reason="test").count() == 1
    assert "OSL 26 kap. 1 §" in page and "2026-11-12" in page and "Vård- och omsorgsnämnden" in page
    assert "Göran Ek, registrator" in page
    assert Event.objects.filter(verb="matter.registered").count() == 1
    assert Event.objects.filter(kind="read", verb="read", object_type="matter").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"subject": ""}, "Fyll i"),
        ({"subject": f"Klagomål av {NUMBER}"}, "personnummer"),
        ({"counterpart": f"Anna {NUMBER}"}, "personnummer"),
        ({"entered_on": "2026-11-13"}, "framtiden"),
        ({"unit": "0"}, "Välj"),
        ({"direction": "sideways"}, "Välj"),
        ({"secrecy": "osl-99"}, "Välj"),
        ({"subject": "x" * 201}, "Korta"),
    ],
)
def test_bad_input_is_kept_and_said(
    change: dict[str, str], said: str, browse: Callable[[str], Client], unit: Any
) -> None:
    answer = browse("goran").post(NEW, told(unit("ekbacken").pk, **change))
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "2026-11-1" in page
    assert not Matter.objects.unscoped(reason="test").exists()


@pytest.mark.parametrize("field", ["subject", "counterpart"])
def test_the_verb_itself_refuses_a_personal_number(field: str, registered: Registered) -> None:
    with pytest.raises(Refused, match="personnummer"):
        registered(**{field: f"Anna {NUMBER}"})


def test_more_documents_share_the_number(registered: Registered, browse: Callable[[str], Client], at: datetime) -> None:
    matter, goran = registered(), browse("goran")
    sent = told(0, direction="out", counterpart="Patientnämnden", subject="Svar", secrecy="", entered_on="2026-11-12")
    page = goran.post(f"{LIST}{matter.pk}/handling/", sent, follow=True).content.decode()
    assert "2. Utgående" in page and "Svar" in page
    goran.post(f"{LIST}{matter.pk}/handling/", sent)
    lines = Document.objects.unscoped(reason="test").filter(matter=matter).values_list("line", flat=True)
    assert list(lines) == [1, 2]
    assert "SN 2026/00001" in goran.get(f"{LIST}?q=svar").content.decode()


def test_marking_and_taking_it_back(registered: Registered, browse: Callable[[str], Client]) -> None:
    matter, goran = registered(), browse("goran")
    here = f"{LIST}{matter.pk}/"
    assert goran.post(f"{here}1/sekretess/", {}).status_code == 422
    page = goran.post(f"{here}1/sekretess/", {"provision": "osl-25-1"}, follow=True).content.decode()
    document = only(matter)
    assert (document.secrecy_provision, document.marked_on.isoformat()) == ("OSL 25 kap. 1 §", "2026-11-12")
    assert (document.authority, document.marked_by_name) == ("Vård- och omsorgsnämnden", "Göran Ek, registrator")
    assert "OSL 25 kap. 1 §" in page
    assert goran.post(f"{here}1/ta-bort-sekretess/", {"reason": " "}).status_code == 422
    page = goran.post(f"{here}1/ta-bort-sekretess/", {"reason": "Gällde fel handling"}, follow=True).content.decode()
    assert not only(matter).is_marked and "Skäl: Gällde fel handling" in page
    assert goran.get(f"{here}1/ta-bort-sekretess/").status_code == 404
    values = Event.objects.get(verb="matter.unmarked").value.values
    assert values["provision"] == ["OSL 25 kap. 1 §", ""] and values["line"] == 1


def test_a_provision_not_in_force_marks_nothing(registered: Registered, at: datetime) -> None:
    with pytest.raises(Refused, match="gäller"):
        registered(secrecy="osl-25-1", at=at.replace(year=2001), by=None)
    with pytest.raises(Refused, match="gäller"):
        registered(secrecy="sol-5-1")


def test_a_subject_changes_with_its_reason_and_is_found_again(
    registered: Registered, browse: Callable[[str], Client]
) -> None:
    matter, goran = registered(subject="Klagomål på Anna"), browse("goran")
    here = f"{LIST}{matter.pk}/rubrik/"
    assert goran.post(here, {"subject": "Klagomål", "reason": ""}).status_code == 422
    assert goran.post(here, {"subject": f"Om {NUMBER}", "reason": "x"}).status_code == 422
    page = goran.post(here, {"subject": "Klagomål, Ekbacken", "reason": "Namn"}, follow=True).content.decode()
    assert "Från ”Klagomål på Anna” till ”Klagomål, Ekbacken”" in page
    assert "SN 2026" in goran.get(f"{LIST}?q=klagomål ekbacken").content.decode()
    assert "Inga handlingar" in goran.get(f"{LIST}?q=anna").content.decode()
    goran.post(f"{LIST}{matter.pk}/1/rubrik/", {"subject": "Brev", "reason": "Tydligare"})
    assert only(matter).told_subject == "Brev"


def test_tabs_filters_and_order(registered: Registered, browse: Callable[[str], Client], at: datetime) -> None:
    registered(subject="Alfa", secrecy="osl-26-1", entered_on=at.date() - timedelta(days=3))
    registered(subject="Beta", direction="out", by=None)
    goran = browse("goran")

    def shows(question: str) -> list[str]:
        page = goran.get(f"{LIST}?{question}").content.decode()
        return sorted((word for word in ("Alfa", "Beta") if word in page), key=page.index)

    assert shows("") == ["Beta", "Alfa"] and shows("sort=datum") == ["Alfa", "Beta"]
    assert shows("sort=-rubrik") == ["Beta", "Alfa"] and shows("sort=nonsense&sida=x&ar=²") == ["Beta", "Alfa"]
    assert (shows("val=markta"), shows("val=omarkta"), shows("val=mina")) == (["Alfa"], ["Beta"], ["Alfa"])
    assert (shows("riktning=out"), shows("ar=2025"), shows("ar=2026&q=2026/00001")) == (["Beta"], [], ["Alfa"])
    assert shows("val=utan-nummer") == []
    refused = goran.get(f"{LIST}?q={NUMBER}").content.decode()
    assert "personnummer" in refused and f'value="{NUMBER}' not in refused


@pytest.mark.parametrize("login", sorted(EVERYBODY))
def test_only_the_registrar_reaches_a_matter(login: str, registered: Registered, browse: Callable[..., Client]) -> None:
    here = f"{LIST}{registered(secrecy='osl-26-1').pk}/"
    visitor = browse(login)
    for tail in ("", "handling/", "rubrik/", "nummer/", "1/rubrik/", "1/sekretess/", "1/ta-bort-sekretess/"):
        assert (visitor.get(here + tail).status_code == 200) == (login in REGISTRARS), tail
        if tail and login not in REGISTRARS:
            assert visitor.post(here + tail, {}).status_code == 404
    assert visitor.get(f"{here}9/sekretess/").status_code == 404


def test_another_principals_matters_are_not_there(
    registered: Registered, browse: Callable[[str], Client], actor: Callable[..., Actor]
) -> None:
    theirs = registered("fyren", by=None, subject="Sundös egen")
    goran = browse("goran")
    assert goran.get(f"{LIST}{theirs.pk}/").status_code == 404
    assert "Sundös" not in goran.get(LIST).content.decode()
    assert not Matter.objects.visible_to(actor("goran")).exists()


def test_a_number_waits_for_the_other_diary(
    registered: Registered, browse: Callable[..., Client], at: datetime
) -> None:
    Series.objects.filter(board__code="namnden").update(external=True)
    matter, goran = registered(by=None), browse("goran")
    assert "Nummer väntar" in goran.get(f"{LIST}?val=utan-nummer").content.decode()
    page = goran.post(f"{LIST}{matter.pk}/nummer/", {"number": "VON 2026-5"}, follow=True).content.decode()
    assert "VON 2026-5" in page
    again = goran.post(f"{LIST}{matter.pk}/nummer/", {"number": "VON 2026-6"})
    assert again.status_code == 409 and "går inte att ändra" in again.content.decode()


def test_series_are_decided_by_the_administrator(browse: Callable[[str], Client]) -> None:
    root, here = browse("root"), "/diarium/serier/namnden/"
    assert "SN 2026/00001" in root.get("/diarium/serier/").content.decode()
    sent = {"short": "VON", "pattern": "PREFIX ÅÅÅÅ-NNN"}
    page = root.post(here, sent | {"seen": actions.stamp_of(Series.objects.get(board__code="namnden").board)})
    assert "VON 2026-001" in page.content.decode() and Series.objects.filter(prefix="VON").count() == 0
    assert root.post(here, sent | {"confirm": "1"}).status_code == 302
    assert Series.objects.get(board__code="namnden").prefix == "VON"
    for wrong, said in (({"short": "von"}, "stora bokstäver"), ({"pattern": "NNN"}, "Mönstret")):
        assert said in root.post(here, sent | wrong | {"confirm": "1"}).content.decode()
    assert root.post(here, sent | {"confirm": "1", "seen": "old"}).status_code == 409
    assert root.get("/diarium/serier/sundo-namnd/").status_code == 404
    assert browse("goran").get(here).status_code == 404
    assert Event.objects.filter(verb="diaryseries.changed", actor_label__startswith="Rut").count() == 1


def asked(visitor: Client, address: str) -> int:
    visitor.get("/hjalp/")  # her duties are remembered from the page before
    with CaptureQueriesContext(connection) as captured:
        assert visitor.get(address).status_code == 200
    return len([query for query in captured if "pg_advisory" not in query["sql"]])


@pytest.mark.parametrize(("address", "most"), [(LIST, 8), ("MATTER", 8), ("/diarium/?huvudman=lovdala", 6)])
def test_questions_do_not_grow(
    address: str, most: int, registered: Registered, browse: Callable[[str], Client], at: datetime
) -> None:
    matter, goran = registered(), browse("goran")
    address = f"{LIST}{matter.pk}/" if address == "MATTER" else address
    goran.get(address)
    few = asked(goran, address)
    for _ in range(3):
        registered(secrecy="osl-26-1")
        actions.add_document(matter, direction="out", actor=None, at=at)
    many = asked(goran, address)
    assert many == few and many <= most
