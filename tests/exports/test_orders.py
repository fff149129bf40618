"""Long lists as files made in the background: whole or not there, for the owner alone, logged, gone after a day."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from hjulet.cases.models import Case
from hjulet.core import exports as core_exports
from hjulet.core.models import Event
from hjulet.exports import actions
from hjulet.exports.jobs import LOST_AFTER, remove_exports, write_exports
from hjulet.exports.models import Order, folder
from hjulet.notify.models import Notice
from hjulet.org.models import Assignment

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1")]
Browse = Callable[[str], Client]


@pytest.fixture
def many(assessed: Callable[..., Case], monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Seven cases, where more than three are many and two are read at a time."""
    made = [assessed("sol") for _n in range(7)]
    monkeypatch.setattr(core_exports, "LATER_ABOVE", 3)
    monkeypatch.setattr(core_exports, "CHUNK", 2)
    return made


@pytest.fixture
def ordered(many: list[Case], actor: Callable[..., Any], at: datetime) -> Order:
    return actions.order("cases", "csv", {"val": "alla"}, total=7, actor=actor("asa"), at=at)


def offered(client: Client) -> dict[str, str]:
    """The hidden fields of the page that a long list answers with."""
    context = client.get("/arenden/export/?val=alla&format=xlsx").context
    return {
        "code": context["export"].code,
        "form": context["form"],
        "total": context["total"],
        "chosen": context["chosen"],
    }


def test_from_the_list_to_the_file(many: list[Case], browse: Browse, at: datetime) -> None:
    asa = browse("asa")
    page = asa.get("/arenden/export/?val=alla&format=xlsx")
    assert page.status_code == 200 and "har 7 rader" in page.content.decode()
    assert not Order.objects.exists()
    answer = asa.post("/exporter/ny/", offered(asa), follow=True)
    assert "0 av 7 rader" in answer.content.decode()
    assert write_exports(at) == 1
    assert "Hämta<span" in asa.get("/exporter/").content.decode()
    row = Order.objects.get()
    answer = asa.get(f"/exporter/{row.pk}/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="arenden-2026-11-12.xlsx"'
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head[0] == "Nummer"
    assert {line[0] for line in rows} == {case.ref for case in many}
    assert all(line[9] == at.date() for line in rows)


def test_a_short_list_comes_at_once(assessed: Callable[..., Case], browse: Browse) -> None:
    assessed("sol")
    answer = browse("asa").get("/arenden/export/?val=alla&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))) == 2
    assert not Order.objects.exists()


def test_every_row_is_logged_before_it_leaves(ordered: Order, many: list[Case], at: datetime) -> None:
    write_exports(at)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.done, ordered.total) == ("ready", 7, 7)
    events = Event.objects.filter(kind="read", verb="export", object_type="case", actor_id=ordered.person_id)
    refs = [ref for event in events for ref in (event.refs or [event.object_id])]
    assert sorted(refs) == sorted(case.pk for case in many)
    assert events.count() == 4
    verbs = Event.objects.filter(object_type="export", object_id=ordered.pk).values_list("verb", flat=True)
    assert list(verbs) == ["export.ordered"]


def test_how_far_it_has_come_is_seen(ordered: Order, browse: Browse, at: datetime) -> None:
    Order.objects.filter(pk=ordered.pk).update(state="writing", done=12_000, total=45_210, heard_at=at)
    page = browse("asa").get("/exporter/").content.decode()
    assert "12\u00a0000 av 45\u00a0210 rader" in page.replace("&nbsp;", "\u00a0")
    assert '<progress max="45210" value="12000"' in page


def test_the_owner_is_told_and_only_she_gets_it(ordered: Order, browse: Browse, at: datetime) -> None:
    write_exports(at)
    notice = Notice.objects.get(kind="export.ready")
    assert (notice.person_id, notice.link) == (ordered.person_id, "/exporter/")
    for login in ("cilla", "dag", "root", "eva", "petra"):
        other = browse(login)
        assert other.get(f"/exporter/{ordered.pk}/").status_code == 404
        assert other.post(f"/exporter/{ordered.pk}/ta-bort/").status_code == 404
        assert "Ärenden<span" not in other.get("/exporter/").content.decode()
    answer = browse("asa").get(f"/exporter/{ordered.pk}/")
    b"".join(answer.streaming_content)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert Event.objects.filter(verb="export.fetched", object_id=ordered.pk).count() == 1


def test_it_holds_what_she_may_see_when_it_is_written(ordered: Order, many: list[Case], at: datetime) -> None:
    Assignment.objects.filter(person_id=ordered.person_id).update(valid_to=at.date() - timedelta(days=1))
    write_exports(at)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.key) == ("failed", "")
    assert Notice.objects.filter(kind="export.failed").exists()
    assert list(folder().glob("*")) == []


def test_not_to_be_fetched_by_one_who_no_longer_may(ordered: Order, browse: Browse, at: datetime) -> None:
    write_exports(at)
    asa = browse("asa")
    Assignment.objects.filter(person_id=ordered.person_id).update(valid_to=at.date() - timedelta(days=1))
    assert asa.get(f"/exporter/{ordered.pk}/").status_code == 404


def test_gone_after_a_day(ordered: Order, browse: Browse, at: datetime, settings: Any) -> None:
    write_exports(at)
    ordered.refresh_from_db()
    assert ordered.path.stat().st_mode & 0o777 == 0o600
    assert remove_exports(at + timedelta(hours=23)) == 0
    settings.CLOCK = "2026-11-13T09:01"
    asa = browse("asa")
    session = asa.session
    session["seen"] = session["authenticated_at"] = (at + timedelta(hours=24)).isoformat()
    session.save()
    assert asa.get(f"/exporter/{ordered.pk}/").status_code == 404
    assert remove_exports(at + timedelta(hours=24)) == 1
    assert not Order.objects.exists()
    assert "Inget att hämta" in asa.get("/exporter/").content.decode()


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


def test_the_file_goes_with_the_order(ordered: Order, browse: Browse, at: datetime, commits: Any) -> None:
    write_exports(at)
    ordered.refresh_from_db()
    path = ordered.path
    assert path.exists()
    with commits(execute=True):
        browse("asa").post(f"/exporter/{ordered.pk}/ta-bort/")
    assert not path.exists() and not Order.objects.exists()


def test_taken_away_while_it_is_written(ordered: Order, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row goes after the first rows: the writer stops and leaves no file."""
    cases = core_exports.EXPORTS["cases"]
    read: list[int] = []

    def slowly(actor: Any, params: Any, when: datetime) -> core_exports.Listing:
        whole = cases.listing(actor, params, when)

        def some(keys: Any) -> Any:
            read.extend(keys)
            Order.objects.filter(pk=ordered.pk).delete()
            return whole.read(keys)

        return core_exports.Listing(whole.columns, whole.keys, some)

    monkeypatch.setitem(
        core_exports.EXPORTS,
        "cases",
        core_exports.Export("cases", "Ärenden", "arenden", "case", cases.marks, slowly),
    )
    assert write_exports(at) == 0
    assert len(read) == 2
    assert list(folder().glob("*")) == []


def test_a_killed_writers_order_is_begun_anew_three_times(ordered: Order, at: datetime) -> None:
    Order.objects.filter(pk=ordered.pk).update(state="writing", claim="x" * 32, heard_at=at, attempts=1, done=4)
    assert write_exports(at + LOST_AFTER) == 0
    assert write_exports(at + LOST_AFTER * 2) == 1
    Order.objects.filter(pk=ordered.pk).update(state="writing", claim="x" * 32, heard_at=at, attempts=3)
    assert write_exports(at + LOST_AFTER * 3) == 0
    ordered.refresh_from_db()
    assert ordered.state == "failed"


def test_what_a_killed_writer_left_goes(ordered: Order, at: datetime, folder_of_today: Callable[..., Path]) -> None:
    write_exports(at)
    ordered.refresh_from_db()
    half, stray, fresh = (folder_of_today(name, days) for name, days in (("a.half", 2), ("b" * 32, 2), ("c.half", 0)))
    os.utime(ordered.path, (at.timestamp() - 3 * 86_400,) * 2)
    remove_exports(at)
    assert (half.exists(), stray.exists(), fresh.exists(), ordered.path.exists()) == (False, False, True, True)


@pytest.fixture
def folder_of_today(at: datetime) -> Callable[[str, int], Path]:
    def leave(name: str, days: int) -> Path:
        folder().mkdir(exist_ok=True)
        path = folder() / name
        path.write_bytes(b"half")
        os.utime(path, (at.timestamp() - days * 86_400,) * 2)
        return path

    return leave


def test_the_same_order_twice_is_one_and_five_are_enough(
    ordered: Order, actor: Callable[..., Any], at: datetime
) -> None:
    asa = actor("asa")
    assert actions.order("cases", "csv", {"val": "alla", "format": "csv"}, total=7, actor=asa, at=at) == ordered
    for number in range(4):
        actions.order("cases", "csv", {"val": "alla", "from": f"2026-01-0{number + 1}"}, total=7, actor=asa, at=at)
    with pytest.raises(actions.Refused, match="fem filer"):
        actions.order("cases", "xlsx", {}, total=7, actor=asa, at=at)


@pytest.mark.parametrize(
    ("login", "code", "form", "chosen"),
    [
        ("asa", "nothing", "csv", ""),
        ("asa", "cases", "exe", ""),
        ("eva", "cases", "csv", ""),
        ("asa", "cases", "csv", "q=" + "x" * 3000),
    ],
)
def test_orders_that_are_refused(login: str, code: str, form: str, chosen: str, browse: Browse) -> None:
    fields = {"code": code, "form": form, "chosen": chosen, "total": "many"}
    assert browse(login).post("/exporter/ny/", fields).status_code == 302
    assert not Order.objects.exists()


def test_the_page_asks_little(
    many: list[Case], browse: Browse, actor: Any, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        actions.order("cases", "csv", {"unit": str(number)}, total=7, actor=actor("asa"), at=at)
    asa = browse("asa")
    with django_assert_max_num_queries(12):
        asa.get("/exporter/")
