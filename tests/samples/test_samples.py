"""Samples of case files: who draws, what is kept, what is told, and what is erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hjulet.core.flow import Refused
from hjulet.core.models import Event, EventValue
from hjulet.org.models import Unit
from hjulet.samples import actions
from hjulet.samples.drawing import entry
from hjulet.samples.jobs import erase_samples
from hjulet.samples.listing import waits_for
from hjulet.samples.models import Draw, DrawnFile
from tests.samples.conftest import FILES

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-4")]
Browse = Callable[[str], Client]
GOOD = {"title": "Rättssäker handläggning", "track": "sol", "source": "list", "count": "5", "group_by": "none"}


@pytest.fixture
def drawn(actor: Callable[..., Any], unit: Callable[[str], Unit], at: datetime) -> Draw:
    asked = actions.Asked(unit("ekbacken"), "sol", "Rättssäker handläggning", count=5)
    return actions.draw_files(asked, [entry(one) for one in FILES], actor=actor("dag"), at=at)


def _files(draw: Draw, who: Any) -> list[DrawnFile]:
    return list(DrawnFile.objects.visible_to(who).filter(draw=draw))


def test_a_list_is_drawn_judged_and_closed_on_the_pages(
    browse: Browse, unit: Callable[[str], Unit], workbook: Callable[..., Any], actor: Callable[..., Any]
) -> None:
    dag = browse("dag")
    assert "Inget stickprov är draget än" in dag.get("/stickprov/").content.decode()
    rows = [["Uttag 2026-11-02", ""], [], ["Aktnr", "Handläggare"], *([one, "Kim"] for one in FILES)]
    told = GOOD | {"unit": unit("ekbacken").pk, "file": workbook(rows)}
    answer = dag.post("/stickprov/nytt/", told)
    assert answer.status_code == 302, answer.content.decode()
    made = Draw.objects.visible_to(actor("dag")).get()
    assert (made.population, len(made.seed), answer["Location"]) == (60, 32, f"/stickprov/{made.pk}/")
    page = dag.get(answer["Location"]).content.decode()
    assert made.seed in page and made.digest in page and "5 akter är kvar" in page
    for number, one in enumerate(_files(made, actor("dag"))):
        judged = {"file": one.pk, "outcome": "ok" if number else "remark", "note": "" if number else "Skäl saknas"}
        dag.post(answer["Location"], judged)
    dag.post(f"{answer['Location']}avsluta/", {"summary": "Skälen är tunna i en akt."})
    made.refresh_from_db()
    assert made.sums == {"": {"ok": 4, "remark": 1}} and made.closed_at
    protocol = dag.get(f"{answer['Location']}protokoll/").content.decode()
    assert "Skäl saknas" in protocol and "Skälen är tunna" in protocol and made.seed in protocol
    assert not waits_for(actor("dag"), made.drawn_at)
    # The unit's manager sees the sums, and not which files.
    seen = browse("asa").get(answer["Location"]).content.decode()
    assert "Skälen är tunna" in seen and "AKT-0" not in seen and "Skäl saknas" not in seen


def test_the_list_is_not_kept_and_the_reading_is_logged(drawn: Draw, browse: Browse, actor: Callable[..., Any]) -> None:
    kept = {one.reference for one in _files(drawn, actor("dag"))}
    assert len(kept) == 5 and kept < set(FILES)
    words = str([list(EventValue.objects.values_list("values", flat=True)), drawn.groups, drawn.sums])
    assert not any(one in words for one in FILES)
    browse("dag").get(f"/stickprov/{drawn.pk}/")
    read = Event.objects.filter(kind="read", object_type="sample").latest("id")
    assert (read.verb, read.object_id, read.unit_id) == ("read", drawn.pk, drawn.unit_id)


def test_the_draw_is_made_again_from_the_same_list_only(drawn: Draw, browse: Browse, actor: Callable[..., Any]) -> None:
    dag, address = browse("dag"), f"/stickprov/{drawn.pk}/igen/"
    page = dag.post(address, {"pasted": "\n".join(reversed(FILES))}).content.decode()
    assert "Samma lista, samma akter" in page
    first = [one.reference for one in _files(drawn, actor("dag"))]
    assert [page.index(f"<li>{one}</li>") for one in first] == sorted(page.index(f"<li>{one}</li>") for one in first)
    assert "annan lista" in dag.post(address, {"pasted": "\n".join(FILES[1:])}).content.decode()


def test_who_is_reviewed_neither_draws_nor_sees_before_it_is_closed(
    drawn: Draw, browse: Browse, actor: Callable[..., Any], unit: Callable[[str], Unit], at: datetime
) -> None:
    asa = browse("asa")
    assert asa.get("/stickprov/nytt/").status_code == 404
    for tail in ("", "protokoll/"):
        assert asa.get(f"/stickprov/{drawn.pk}/{tail}").status_code == 404
    # On the other side of the wall between SoL and HSL it does not exist.
    assert browse("fatima").get(f"/stickprov/{drawn.pk}/").status_code == 404
    with pytest.raises(Refused, match="drar inte stickprov"):
        actions.draw_files(actions.Asked(unit("ekbacken"), "hsl", "x"), [entry("A")], actor=actor("dag"), at=at)


def test_one_may_not_draw_until_the_lot_pleases(
    drawn: Draw, actor: Callable[..., Any], unit: Callable[[str], Unit], at: datetime
) -> None:
    asked = actions.Asked(unit("ekbacken"), "sol", "En gång till", count=9)
    with pytest.raises(Refused, match="redan draget ur samma lista"):
        actions.draw_files(asked, [entry(one) for one in reversed(FILES)], actor=actor("dag"), at=at)


def test_ones_own_files_are_left_out(actor: Callable[..., Any], unit: Callable[[str], Unit], at: datetime) -> None:
    dag = actor("dag")
    asked = actions.Asked(unit("ekbacken"), "sol", "Per handläggare", group_by="handler", count=4)
    rows = [entry(one, dag.name if number % 2 else "Kim Å") for number, one in enumerate(FILES)]
    made = actions.draw_files(asked, rows, actor=dag, at=at)
    assert (made.population, made.left_out, made.groups) == (30, 30, {"Kim Å": [30, 4]})
    assert all(FILES.index(one.reference) % 2 == 0 for one in _files(made, dag))


def test_a_bad_row_is_told_and_nothing_is_drawn_until_she_says_so(
    browse: Browse, unit: Callable[[str], Unit], csv_file: Callable[..., Any], actor: Callable[..., Any]
) -> None:
    dag = browse("dag")

    def send(**more: str) -> Any:
        rows = [["Akt", "Enhet"], ["19121212-1212", "A"], ["", "B"], ["AKT 7", "C"], ["AKT 8", "D"]]
        told = GOOD | {"unit": unit("ekbacken").pk, "file": csv_file(rows, encoding="cp1252")} | more
        return dag.post("/stickprov/nytt/", told)

    answer = send()
    page = answer.content.decode()
    assert answer.status_code == 422 and "Rad 2. Akt: är ett personnummer" in page and "19121212" not in page
    assert "Rad 3. Akt: saknas" in page and not Draw.objects.visible_to(actor("dag")).exists()
    assert send(skip_bad="on").status_code == 302
    assert Draw.objects.visible_to(actor("dag")).get().population == 2


def test_hjulets_own_cases_are_drawn_without_those_she_handled(
    assessed: Callable[..., Any], actor: Callable[..., Any], at: datetime
) -> None:
    from hjulet.cases.models import Case
    from hjulet.samples.own_cases import entries_of

    cases = [assessed("sol") for _n in range(3)]
    rows = Case.objects.unscoped(reason="test").filter(pk__in=[one.pk for one in cases])
    rows.update(closed_at=at, state="closed", handler_id=actor("asa").person_id)
    Case.objects.unscoped(reason="test").filter(pk=cases[0].pk).update(handler_id=actor("lars").person_id)
    Case.objects.unscoped(reason="test").filter(pk=cases[1].pk).update(protected_identity=True)
    place = Unit.objects.get(code="ekbacken")
    found = entries_of(place, "sol", at.year, "unit", actor("lars"))
    assert [(one.reference, one.group) for one in found] == [(cases[2].ref, cases[2].unit.name)]
    assert entries_of(place, "sol", at.year - 1, "none", actor("lars")) == []


def test_what_waits_is_told_in_one_query(
    drawn: Draw, actor: Callable[..., Any], at: datetime, django_assert_num_queries: Any
) -> None:
    dag = actor("dag")
    with django_assert_num_queries(1):
        (one,) = waits_for(dag, at)
    assert one.url == f"/stickprov/{drawn.pk}/" and one.due_on == drawn.due_on and one.unit_name == "Ekbacken"


def test_the_files_are_erased_on_their_day(drawn: Draw, actor: Callable[..., Any], at: datetime) -> None:
    assert erase_samples(at) == 0
    later = at + timedelta(days=800)
    assert erase_samples(later) == 1 and erase_samples(later) == 0
    assert not _files(drawn, actor("dag"))
    drawn.refresh_from_db()
    assert drawn.erased_at and drawn.seed and drawn.groups == {"": [60, 5]}


def test_a_wrong_word_or_number_is_refused(
    drawn: Draw, browse: Browse, actor: Callable[..., Any], at: datetime
) -> None:
    one, dag = _files(drawn, actor("dag"))[0], browse("dag")
    for told in (
        {"outcome": "kanske"},
        {"outcome": "serious", "note": " "},
        {"outcome": "ok", "note": "19121212-1212"},
    ):
        assert dag.post(f"/stickprov/{drawn.pk}/", {"file": one.pk} | told).status_code == 302
    one.refresh_from_db()
    assert one.outcome == ""
    assert dag.post(f"/stickprov/{drawn.pk}/", {"file": "0"}).status_code == 404
    with pytest.raises(Refused, match="5 akter är inte bedömda"):
        actions.close_draw(drawn, summary="", actor=actor("dag"), at=at)
