"""Review of other systems' logs, its plan, and what is new in the review of Hjulet's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hjulet.audit import reviews
from hjulet.audit.choices import Outcome, Reason
from hjulet.audit.models import LogReview, ReviewRow
from hjulet.cases.models import Case
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.models import Event, EventValue
from hjulet.notify.models import Notice
from hjulet.org.models import Unit
from hjulet.samples import actions
from hjulet.samples.actions.extracts import EMPTY
from hjulet.samples.jobs import erase_samples
from hjulet.samples.listing import waits_for
from hjulet.samples.models import Extract, ExtractRow
from hjulet.samples.plan import outcomes, plan

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-4")]
Browse = Callable[[str], Client]
HEAD = ["Tidpunkt", "Användarnamn", "Användarens namn", "Patient-ID", "Patientens namn", "Skyddad", "Relation"]
OCTOBER = date(2026, 10, 1)


def _rows() -> list[list[str]]:
    rows = [
        [f"2026-10-{day:02d} {hour}:15", f"anv{day % 5}", "Kim Åberg", f"P-{day:03d}", "Bo Ek", "nej", "ja"]
        for day in range(1, 29)
        for hour in ("08", "14")
    ]
    rows[3][0] = "2026-10-02 23:40"
    rows[10][5], rows[11][6], rows[12][4] = "ja", "", "Åberg, Siv"
    return [HEAD, *rows]


@pytest.fixture
def extract(
    browse: Browse, csv_file: Callable[..., Any], unit: Callable[[str], Unit], actor: Callable[..., Any]
) -> Extract:
    told = {"unit": unit("ekbacken").pk, "system": "Journalen", "month": "2026-10", "share": "2"}
    told |= {"first": "06:30", "last": "22:00", "file": csv_file(_rows())}
    answer = browse("petra").post("/logg/granskning/vardsystem/", told)
    assert answer.status_code == 302, answer.content.decode()
    return Extract.objects.visible_to(actor("petra")).get()


def _drawn(made: Extract, who: Any) -> dict[int, ExtractRow]:
    return {row.number: row for row in ExtractRow.objects.visible_to(who).filter(extract=made)}


def test_rules_and_chance_draw_and_names_are_thrown_away(extract: Extract, actor: Callable[..., Any]) -> None:
    rows = _drawn(extract, actor("petra"))
    assert extract.population == 56
    assert {rows[n].reason for n in (14,)} == {Reason.RELATIVE} and rows[12].reason == Reason.PROTECTED
    assert rows[13].reason == Reason.NO_RELATION and rows[5].reason == Reason.OFF_HOURS
    assert extract.hits == {"relative": 1, "protected": 1, "no_relation": 1, "off_hours": 1}
    assert sum(row.reason == Reason.SAMPLE for row in rows.values()) <= 2  # two per cent of 56, rounded up
    kept = str([vars(row) for row in rows.values()]) + str(list(EventValue.objects.values_list("values", flat=True)))
    assert "Åberg" not in kept and "Bo Ek" not in kept


def test_an_unclear_reading_is_found_out_before_all_is_closed_and_emptied(
    extract: Extract, browse: Browse, actor: Callable[..., Any], at: datetime
) -> None:
    petra, client, address = actor("petra"), browse("petra"), f"/logg/granskning/vardsystem/{extract.pk}/"
    (waiting,) = waits_for(petra, at)
    assert waiting.url == address
    rows = list(_drawn(extract, petra).values())
    for row in rows[1:]:
        client.post(address, {"row": row.pk, "outcome": "ok", "note": ""})
    client.post(address, {"row": rows[0].pk, "outcome": "unclear", "note": "Frågar chefen"})
    rows[0].refresh_from_db()
    assert rows[0].follow_up_on == local_date(at) + timedelta(days=14)
    with pytest.raises(Refused, match="oklara"):
        actions.close_extract(extract, note="", actor=petra, at=at)
    assert "Utreds senast" in client.get(address).content.decode()
    client.post(address, {"row": rows[0].pk, "outcome": "misuse", "note": "Läste grannens journal"})
    assert Notice.objects.filter(kind="log_review.incident", person__login="olga").count() == 1
    client.post(f"{address}avsluta/", {"note": "En läsning lämnad till dataskyddsombudet."})
    emptied = list(ExtractRow.objects.visible_to(petra).filter(extract=extract))
    assert all(getattr(row, name) == value for row in emptied for name, value in EMPTY.items())
    assert sorted(row.outcome for row in emptied) == ["misuse", *["ok"] * (len(rows) - 1)]
    page = client.get(address).content.decode()
    assert "Bara utfallen är kvar" in page and "anv1" not in page
    with pytest.raises(Refused, match="avslutad"):
        actions.judge_row(emptied[0], outcome="ok", note="", actor=petra, at=at)
    assert dict(outcomes(petra, local_date(at)))[str(Outcome.MISUSE.label)] == 1


@pytest.mark.parametrize(
    ("column", "word", "said"),
    [(1, "petra", "Dina egna läsningar"), (2, "Petra Lund", "Dina egna läsningar"), (0, "2026-09-02 08:15", "Rad 2")],
)
def test_the_reviewer_is_never_the_reviewed(
    column: int, word: str, said: str, browse: Browse, csv_file: Callable[..., Any], unit: Callable[[str], Unit]
) -> None:
    rows = _rows()
    rows[1][column] = word
    told = {"unit": unit("ekbacken").pk, "system": "Journalen", "month": "2026-10", "share": "2"}
    answer = browse("petra").post("/logg/granskning/vardsystem/", told | {"file": csv_file(rows)})
    assert answer.status_code in {409, 422} and said in answer.content.decode()
    assert not Extract.objects.unscoped(reason="test").exists()


def test_a_file_without_the_columns_says_which(
    browse: Browse, csv_file: Callable[..., Any], unit: Callable[[str], Unit]
) -> None:
    told = {"unit": unit("ekbacken").pk, "system": "Journalen", "month": "2026-10", "share": "2"}
    page = browse("petra").post("/logg/granskning/vardsystem/", told | {"file": csv_file([["Namn"], ["x"]])})
    assert page.status_code == 422 and "saknar kolumnen Tid, Användare, Person" in page.content.decode()


def test_only_those_who_review_see_it_and_it_is_logged(extract: Extract, browse: Browse) -> None:
    address = f"/logg/granskning/vardsystem/{extract.pk}/"
    assert browse("asa").get(address).status_code == browse("dag").get(address).status_code == 404
    browse("petra").get(address)
    read = Event.objects.filter(kind="read", object_type="log-extract").latest("id")
    assert (read.object_id, read.purpose) == (extract.pk, "log review")


def test_what_nobody_closed_is_emptied_on_its_day(extract: Extract, actor: Callable[..., Any], at: datetime) -> None:
    assert erase_samples(at + timedelta(days=800)) == 1
    assert {row.login for row in _drawn(extract, actor("petra")).values()} == {""}


def test_the_plan_says_what_is_late_and_a_review_above_counts_below(
    actor: Callable[..., Any], unit: Callable[[str], Unit], person: Callable[[str], Any], at: datetime, browse: Browse
) -> None:
    petra, today = actor("petra"), local_date(at)
    rows = {row.unit.code: row for row in plan(petra, today)}
    assert rows["ekbacken"].late and rows["ekbacken"].last is None
    place = unit("ekbacken")
    more = {"principal": place.principal, "share": 5, "seed": "x", "population": 0, "drawn_at": at}
    LogReview.objects.create(unit=place.parent, month=date(2026, 8, 1), closed_at=at, reviewer=person("petra"), **more)
    LogReview.objects.create(unit=place, month=date(2026, 5, 1), reviewer=person("petra"), **more)
    row = next(row for row in plan(petra, today) if row.unit.code == "ekbacken")
    assert (row.last, row.next, row.late, row.under_way) == (date(2026, 8, 1), date(2026, 11, 1), False, True)
    later = next(row for row in plan(petra, date(2026, 12, 1)) if row.unit.code == "ekbacken")
    assert later.late and "Sen" in browse("petra").get("/logg/granskning/plan/").content.decode()


def test_hjulets_own_log_is_tried_for_protected_people(
    assessed: Callable[..., Case], actor: Callable[..., Any], unit: Callable[[str], Unit], at: datetime
) -> None:
    case, asa, october = assessed("sol"), actor("asa"), at.replace(month=10, day=5)
    Case.objects.unscoped(reason="test").filter(pk=case.pk).update(protected_identity=True)
    for key in (case.pk, *range(90_000, 90_030)):
        log_read("read", actor=asa, at=october, about="case", ids=[key], unit_id=case.unit_id)
    review = reviews.draw(unit=unit("ekbacken"), month=OCTOBER, share=1, actor=actor("petra"), at=at)
    row = review.rows.select_related("event").get(event__object_id=case.pk)
    assert row.reason in {Reason.PROTECTED, Reason.SAMPLE}
    reviews.judge(row, outcome="unclear", note="Varför?", actor=actor("petra"), at=at)
    assert ReviewRow.objects.get(pk=row.pk).follow_up_on == local_date(at) + timedelta(days=14)
