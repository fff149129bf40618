"""Another system reads the diary and registers in it (CMP-3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.rest.conftest import Program, program

from hjulet.diary.models import Matter, Series

__all__ = ["program"]
pytestmark = [pytest.mark.django_db, pytest.mark.capability("CMP-3")]
ENTRY = {"unit": "ekbacken", "subject": "Synpunkt, Ekbacken", "counterpart": "Anna", "secrecy": "osl-26-1"}


def test_registering_gives_the_next_number_once(program: Callable[..., Program]) -> None:
    goran = program("goran")
    answers = [goran.post("/diary-entries", ENTRY, **{"Idempotency-Key": "ett"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201], answers[0].content
    told = answers[0].json()
    assert (told["number"], told["document"], told["direction"]) == ("SN 2026/00001", 1, "in")
    assert told["secrecy"]["provision"] == "OSL 26 kap. 1 §" and told["enteredOn"] == "2026-11-12"
    assert Matter.objects.unscoped(reason="test").count() == 1


@pytest.mark.parametrize(
    ("change", "field", "status"),
    [
        ({"unit": "fyren"}, "unit", 422),
        ({"subject": "Om 811228-9874"}, "subject", 422),
        ({"secrecy": "osl-99"}, "secrecy", 422),
        ({"enteredOn": "2027-01-01"}, "enteredOn", 422),
        ({"direction": "sideways"}, "direction", 400),
        ({"namn": "x"}, "namn", 400),
    ],
)
def test_what_is_wrong_is_said(
    change: dict[str, str], field: str, status: int, program: Callable[..., Program]
) -> None:
    answer = program("goran").post("/diary-entries", ENTRY | change)
    assert answer.status_code == status
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_an_own_series_takes_no_number_from_elsewhere(program: Callable[..., Program]) -> None:
    goran, numbered = program("goran"), ENTRY | {"number": "VON 2026-1"}
    assert goran.post("/diary-entries", numbered).status_code == 409
    Series.objects.update(external=True)
    assert goran.post("/diary-entries", numbered).json()["number"] == "VON 2026-1"
    assert goran.post("/diary-entries", numbered).status_code == 409


def test_the_list_is_narrowed_and_hers(program: Callable[..., Program], registered: Callable[..., Matter]) -> None:
    registered(subject="Alfa")
    registered("fyren", by=None, subject="Sundös")
    goran = program("goran")
    assert [one["subject"] for one in goran.get("/diary-entries").json()["items"]] == ["Alfa"]
    assert goran.get("/diary-entries?q=beta").json()["total"] == 0
    assert goran.get("/diary-entries?from=2026-11-13").json()["total"] == 0
    assert goran.get("/diary-entries?from=2026-11-12&to=2026-11-12&q=alfa").json()["total"] == 1
    assert goran.get("/diary-entries?q=811228-9874").status_code == 422
    assert program("goran", read_only=True).post("/diary-entries", ENTRY).status_code == 403


def test_a_document_is_added_to_a_matter_once(
    program: Callable[..., Program], registered: Callable[..., Matter]
) -> None:
    matter, goran = registered(subject="Alfa"), program("goran")
    path = f"/diary-matters/{matter.pk}/documents"
    body = {"direction": "out", "counterpart": "IVO", "secrecy": "osl-26-1"}
    answers = [goran.post(path, body, **{"Idempotency-Key": "tva"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201], answers[0].content
    told = answers[0].json()
    assert (told["matter"], told["number"], told["document"]) == (matter.pk, matter.number, 2)
    assert (told["direction"], told["counterpart"], told["subject"]) == ("out", "IVO", "Alfa")
    assert told["secrecy"]["provision"] == "OSL 26 kap. 1 §" and told["enteredOn"] == "2026-11-12"
    assert matter.documents.count() == 2
    assert goran.post(path, {}).json()["document"] == 3


@pytest.mark.parametrize(
    ("change", "field", "status"),
    [
        ({"subject": "Om 811228-9874"}, "subject", 422),
        ({"secrecy": "osl-99"}, "secrecy", 422),
        ({"enteredOn": "2027-01-01"}, "enteredOn", 422),
        ({"unit": "ekbacken"}, "unit", 400),
    ],
)
def test_a_document_that_is_wrong_is_refused(
    change: dict[str, str],
    field: str,
    status: int,
    program: Callable[..., Program],
    registered: Callable[..., Matter],
) -> None:
    matter = registered()
    answer = program("goran").post(f"/diary-matters/{matter.pk}/documents", change)
    assert answer.status_code == status
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert matter.documents.count() == 1


def test_no_document_is_added_to_what_is_not_hers(
    program: Callable[..., Program], registered: Callable[..., Matter]
) -> None:
    theirs = registered("fyren", by=None, subject="Sundös")
    assert program("goran").post(f"/diary-matters/{theirs.pk}/documents", {}).status_code == 404
    assert program("goran").post("/diary-matters/99999/documents", {}).status_code == 404
    matter = registered()
    assert program("goran", read_only=True).post(f"/diary-matters/{matter.pk}/documents", {}).status_code == 403
