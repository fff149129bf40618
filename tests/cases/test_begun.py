"""A report that is begun from something else starts with its words, leads back, and tells it of the case."""

from __future__ import annotations

import pytest

from hjulet.cases import begun
from hjulet.cases.models import Case

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-6")]


@pytest.fixture
def told(monkeypatch, person) -> list[tuple[str, int, str]]:
    heard: list[tuple[str, int, str]] = []

    def begin(token, actor, at):
        unit = person("juno").home_unit_id
        text = "Egenkontroll: Måltider. Fråga: Serveras kvällsmål?"
        return begun.Beginning(token, unit, text, "/tillbaka/#q", "Tillbaka") if token == "prov:1" else None

    source = begun.Source(begin, lambda token, case, actor, at: heard.append((token, case.pk, actor.name)))
    monkeypatch.setitem(begun.SOURCES, "prov", source)
    return heard


def test_it_starts_with_the_words_and_leads_back(told, browse) -> None:
    juno = browse("juno")
    page = juno.get("/rapportera/?fran=prov:1").content.decode()
    assert "Serveras kvällsmål?" in page and 'value="prov:1"' in page and "/tillbaka/#q" in page
    assert 'data-draft-form="report-prov:1"' in page  # an older draft does not take its place
    data = {
        "description": "Inget kvällsmål serverades.",
        "when": "now",
        "unit": juno.get("/rapportera/").context["form"]["unit"].value(),
        "reported_harm": "no",
        "submission_key": "3f0c7a52-94b4-4f7e-a0d2-6dd6a3a4f1aa",
        "begun_from": "prov:1",
    }
    sent = juno.post("/rapportera/", data)
    assert sent.status_code == 302 and sent["Location"].endswith("?fran=prov%3A1")
    after = juno.get(sent["Location"]).content.decode()
    assert "/tillbaka/#q" in after and 'data-draft-form="report-prov:1"' in after
    case = Case.objects.unscoped(reason="test").order_by("-pk").first()
    assert [(token, pk) for token, pk, _name in told] == [("prov:1", case.pk)]


@pytest.mark.parametrize("token", ["prov:2", "okänt:1", "prov:1" * 50, "'\"><b>", ""])
def test_what_nobody_knows_begins_nothing(told, browse, token: str) -> None:
    answer = browse("juno").get("/rapportera/", {"fran": token})
    assert answer.status_code == 200 and "Tillbaka" not in answer.content.decode()
