from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.audit.conftest import World
from tests.conftest import AT

from hjulet.audit import reviews
from hjulet.audit.choices import Outcome, Reason
from hjulet.audit.models import LogReview, ReviewRow
from hjulet.core.clocks import STOCKHOLM
from hjulet.core.events import log_read, record
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.org.models import Person

OCTOBER = date(2026, 10, 1)


def _read(world: World, person: Person, at: datetime, case: int, **more: Any) -> None:
    log_read("read", actor=world.actor(person, at), at=at, about="case", ids=[case], **more)


def _moment(day: int, hour: int, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, 30, tzinfo=STOCKHOLM)


@pytest.fixture
def month(world: World) -> World:
    """October at Norr: 60 readings by day of cases Juno works with, one at night, one of a strange case, 5 by Pia."""
    juno = world.actor(world.juno)
    for case in range(60):
        record("case.noted", actor=juno, at=_moment(2, 8), about=("case", case), principal_id=world.principal.pk)
        _read(world, world.juno, _moment(1 + case % 28, 10), case)
    _read(world, world.juno, _moment(25, 2), 1)
    _read(world, world.juno, _moment(20, 14), 999)
    for case in range(5):
        _read(world, world.pia, _moment(12, 11), case, unit_id=world.north.pk)
    _read(world, world.juno, _moment(1, 0, month=11), 1)
    return world


def _draw(world: World, share: int = 10) -> LogReview:
    return reviews.draw(unit=world.root, month=OCTOBER, share=share, actor=world.actor(world.pia), at=AT)


def test_the_draw_can_be_repeated_by_anyone(month: World) -> None:
    review = _draw(month)
    drawn = {row.event_id: row.reason for row in review.rows.all()}
    assert review.population == 62
    assert list(drawn.values()).count(Reason.SAMPLE) == 7  # a tenth, rounded up
    # What happens afterwards does not change it.
    for case in (1, 999):
        record(
            "case.noted",
            actor=month.actor(month.juno),
            at=AT,
            about=("case", case),
            principal_id=month.principal.pk,
        )
    _read(month, month.juno, AT, 3)
    again = LogReview.objects.get(pk=review.pk)
    assert reviews.drawing(again) == (62, drawn)
    again.seed = "another"
    assert reviews.drawing(again)[1].keys() != drawn.keys()


def test_night_and_strange_cases_are_added(month: World) -> None:
    rows = {row.event.object_id: row for row in _draw(month, share=1).rows.select_related("event")}
    night = ReviewRow.objects.get(event__at=_moment(25, 2))
    assert night.reason in {Reason.OFF_HOURS, Reason.SAMPLE}
    assert rows[999].reason in {Reason.NO_RELATION, Reason.SAMPLE}


def test_the_reviewers_own_readings_are_drawn_by_another_only(month: World) -> None:
    assert not _draw(month, share=100).rows.filter(event__actor_id=month.pia.pk).exists()
    other = reviews.draw(unit=month.north, month=OCTOBER, share=100, actor=month.actor(month.paul), at=AT)
    assert other.rows.filter(event__actor_id=month.pia.pk).count() == 5


def test_a_month_must_be_over_and_ones_own_to_review(month: World) -> None:
    pia, paul = month.actor(month.pia), month.actor(month.paul)
    with pytest.raises(Refused, match="inte slut"):
        reviews.draw(unit=month.root, month=date(2026, 11, 1), share=5, actor=pia, at=AT)
    with pytest.raises(Refused, match="granskar inte"):
        reviews.draw(unit=month.south, month=OCTOBER, share=5, actor=paul, at=AT)
    with pytest.raises(Refused, match="mellan 1 och 100"):
        reviews.draw(unit=month.root, month=OCTOBER, share=0, actor=pia, at=AT)
    _draw(month)
    with pytest.raises(Refused, match="redan gjort"):
        _draw(month)


def test_judging_and_closing(month: World) -> None:
    pia, paul = month.actor(month.pia), month.actor(month.paul)
    review = _draw(month)
    first, *rest = review.rows.all()
    with pytest.raises(Refused, match="Skriv vad du reagerade på"):
        reviews.judge(first, outcome=Outcome.MISUSE, note=" ", actor=pia, at=AT)
    with pytest.raises(Refused, match="Välj hur"):
        reviews.judge(first, outcome="kanske", note="", actor=pia, at=AT)
    with pytest.raises(Refused, match="En annan granskare"):
        reviews.judge(first, outcome=Outcome.OK, note="", actor=paul, at=AT)
    reviews.judge(first, outcome=Outcome.MISUSE, note="Läste grannens ärende", actor=pia, at=AT)
    with pytest.raises(Refused, match="Går inte än"):
        reviews.close(review, note="", actor=pia, at=AT)
    for row in rest:
        reviews.judge(row, outcome=Outcome.OK, note="", actor=pia, at=AT)
    reviews.close(review, note="En fråga till chefen.", actor=pia, at=AT)
    with pytest.raises(Stale):
        reviews.judge(first, outcome=Outcome.OK, note="", actor=pia, at=AT)
    verbs = Event.objects.filter(object_type="log_review", object_id=review.pk).values_list("verb", flat=True)
    assert set(verbs) == {"log_review.drawn", "log_review.judged", "log_review.closed"}


@pytest.fixture
def enter(client: Client) -> Any:
    def log_in(person: Person) -> Client:
        client.force_login(person)
        return client

    return log_in


def test_the_log_shows_ones_own_part_only(month: World, enter: Any) -> None:
    _read(month, month.gun, AT - timedelta(hours=1), 777)  # at the root
    query = {"fran": "2026-10-01", "till": "2026-11-30"}
    page = enter(month.paul).get(reverse("read-log"), query).content.decode()
    assert "Juno" in page and "Ärende 777" not in page
    page = enter(month.pia).get(reverse("read-log"), query).content.decode()
    assert "Ärende 777" in page


def test_filters_of_the_log(month: World, enter: Any) -> None:
    client = enter(month.pia)

    def numbers(**query: str) -> set[int]:
        answer = client.get(reverse("read-log"), {"fran": "2026-10-01", "till": "2026-10-31", **query})
        return {row["event"].object_id for row in answer.context["shown"]}

    assert numbers(natt="1") == {1}
    assert numbers(person="prov-pia") == {0, 1, 2, 3, 4}
    assert numbers(person="PROV-PIA", fran="2026-10-13") == set()
    assert numbers(atgard="read", fran="2026-10-20", till="2026-10-20", typ="case") >= {999}
    assert numbers(atgard="export") == set()
    assert numbers(typ="measure") == set()
    assert numbers(atgard="write", fran="2026-10-03") == set()
    assert numbers(fran="i går", till="2026-13-45") is not None


def test_looking_at_the_log_is_logged(month: World, enter: Any) -> None:
    before = Event.objects.filter(object_type="event").count()
    enter(month.pia).get(reverse("read-log"), {"fran": "2026-10-01"})
    seen = Event.objects.filter(object_type="event").latest("id")
    assert Event.objects.filter(object_type="event").count() == before + 1
    assert (seen.actor_id, seen.verb, len(seen.refs), seen.purpose) == (
        month.pia.pk,
        "list",
        50,
        "log review",
    )


def test_the_log_is_for_reviewers_only(month: World, enter: Any) -> None:
    client = enter(month.juno)
    review = _draw(month)
    for address in (reverse("read-log"), reverse("log-review"), reverse("log-review-one", args=[review.pk])):
        assert client.get(address).status_code == 404
    assert client.post(reverse("log-review-close", args=[review.pk])).status_code == 404


def test_a_review_from_draw_to_end_on_the_pages(month: World, enter: Any) -> None:
    client = enter(month.pia)
    assert "Ingen granskning är gjord än" in client.get(reverse("log-review")).content.decode()
    wrong = client.post(reverse("log-review"), {"unit": month.root.pk, "month": "2026-10", "share": "900"})
    assert "mellan 1 och 100" in wrong.content.decode()
    answer = client.post(reverse("log-review"), {"unit": month.root.pk, "month": "2026-10", "share": "1"})
    address = answer.headers["Location"]
    page = client.get(address).content.decode()
    assert "Läsningar som Pia själv har gjort är inte med." in page
    assert "Går inte än" in page
    for row in ReviewRow.objects.all():
        client.post(address, {"row": row.pk, "outcome": "ok", "note": ""})
    assert not ReviewRow.objects.filter(outcome="").exists()
    client.post(address + "avsluta/", {"note": "Inget att anmärka."})
    page = client.get(address).content.decode()
    assert "Inget att anmärka." in page and "Avsluta granskningen" not in page


def test_another_part_of_the_organisation_has_its_own_reviews(month: World, enter: Any) -> None:
    review = _draw(month)
    assert enter(month.paul).get(reverse("log-review-one", args=[review.pk])).status_code == 404
