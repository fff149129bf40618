from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from hjulet.core.clocks import IMMEDIATE, Limit
from hjulet.core.swedish_time import (
    ClockWords,
    clock_words,
    date_short,
    day_short,
    elapsed,
    limit_words,
    moment_short,
    urgency_words,
)

NOW = datetime(2026, 11, 12, 8, 10, tzinfo=UTC)
TODAY = date(2026, 11, 12)
FORTNIGHT = Limit("days", 14)


@pytest.fixture(autouse=True)
def swedish():
    with translation.override("sv"):
        yield


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_days_name_the_weekday_and_the_year_only_when_another() -> None:
    assert day_short(date(2026, 11, 24)) == "tis 24 nov"
    assert day_short(date(2026, 11, 24), today=TODAY) == "tis 24 nov"
    assert day_short(date(2027, 1, 8), today=TODAY) == "fre 8 jan 2027"
    assert date_short(date(2026, 11, 3), today=TODAY) == "3 nov"
    weekdays = [day_short(date(2026, 11, n)).split()[0] for n in range(9, 16)]
    assert weekdays == ["mån", "tis", "ons", "tor", "fre", "lör", "sön"]
    months = [date_short(date(2026, n, 1)).split()[1] for n in range(1, 13)]
    assert months == ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"]


def test_moments_are_swedish_with_a_point() -> None:
    assert moment_short(utc("2026-11-24T21:40")) == "tis 24 nov kl. 22.40"
    assert moment_short(utc("2026-07-01T22:05")) == "tor 2 juli kl. 00.05"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2026-11-12T08:09:30", "mindre än en minut"),
        ("2026-11-12T09:00", "mindre än en minut"),
        ("2026-11-12T08:09", "1 minut"),
        ("2026-11-12T07:30", "40 minuter"),
        ("2026-11-12T07:10", "1 timme"),
        ("2026-11-12T05:20", "2 timmar"),
        ("2026-11-11T08:10", "1 dag"),
        ("2026-11-09T08:10", "3 dagar"),
    ],
)
def test_time_gone(start: str, words: str) -> None:
    assert elapsed(utc(start), NOW) == words


def test_time_gone_counts_real_hours_when_the_clock_is_turned_back() -> None:
    start = datetime.fromisoformat("2026-10-24T23:00+02:00")
    assert elapsed(start, datetime.fromisoformat("2026-10-25T05:00+01:00")) == "7 timmar"


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit("working-days", 1), "1 arbetsdag"),
        (Limit("working-days", 10), "10 arbetsdagar"),
        (Limit("days", 1), "1 dag"),
        (Limit("months", 3), "3 månader"),
        (Limit("hours", 72), "72 timmar"),
        (IMMEDIATE, "Lagen anger ingen dag."),
    ],
)
def test_limits_in_words(limit: Limit, words: str) -> None:
    assert limit_words(limit) == words


def test_the_word_of_the_law() -> None:
    words = [urgency_words(code) for code in ("immediate", "asap", "prompt", "no_delay")]
    assert words == ["Genast.", "Snarast.", "Skyndsamt.", "Utan dröjsmål."]


def test_coming() -> None:
    ten = Limit("working-days", 10)
    told = clock_words(NOW, due_on=date(2026, 11, 24), limit=ten, counted_from="sedan synpunkten kom in")
    assert told == ClockWords("plain", "Förfaller tis 24 nov", "– 10 arbetsdagar sedan synpunkten kom in.")
    assert clock_words(NOW, due_on=date(2026, 11, 19)).kind == "soon"
    assert clock_words(NOW, due_on=date(2026, 11, 20)).kind == "plain"
    assert str(clock_words(NOW, due_on=date(2026, 11, 24))) == "Förfaller tis 24 nov – 12 dagar kvar"


def test_today() -> None:
    told = clock_words(NOW, due_on=TODAY, limit=FORTNIGHT, counted_from="sedan bedömningen")
    assert told == ClockWords("soon", "Förfaller i dag", "– 14 dagar sedan bedömningen.")
    assert str(clock_words(NOW, due_on=TODAY)) == "Förfaller i dag"


def test_today_turns_at_swedish_midnight() -> None:
    due = date(2026, 11, 12)
    assert clock_words(utc("2026-11-12T22:59"), due_on=due).kind == "soon"
    assert clock_words(utc("2026-11-12T23:00"), due_on=due).kind == "late"


def test_late() -> None:
    told = clock_words(NOW, due_on=date(2026, 11, 9), limit=FORTNIGHT, counted_from="sedan bedömningen")
    assert told == ClockWords("late", "3 dagar sen.", "Förföll mån 9 nov – 14 dagar sedan bedömningen.")
    assert str(clock_words(NOW, due_on=date(2026, 11, 11))) == "1 dag sen. Förföll ons 11 nov."


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit("working-days", 1), "Förföll mån 9 nov – 1 arbetsdag sedan beslutet."),
        (Limit("months", 2), "Förföll mån 9 nov – 2 månader sedan beslutet."),
        (Limit("hours", 72), "Förföll mån 9 nov – 72 timmar sedan beslutet."),
    ],
)
def test_late_in_each_unit(limit: Limit, words: str) -> None:
    assert clock_words(NOW, due_on=date(2026, 11, 9), limit=limit, counted_from="sedan beslutet").rest == words


def test_immediate_tells_time_gone_and_never_a_day() -> None:
    told = clock_words(NOW, limit=IMMEDIATE, started_at=utc("2026-11-12T06:10"))
    assert told == ClockWords("now", "Genast.", "Lagen anger ingen dag. Det har gått 2 timmar.")
    assert str(clock_words(NOW, urgency="asap")) == "Snarast. Lagen anger ingen dag."
    assert clock_words(NOW, started_at=NOW).rest == "Lagen anger ingen dag. Det har gått mindre än en minut."


def test_paused() -> None:
    told = clock_words(NOW, due_on=date(2026, 11, 9), paused_since=date(2026, 11, 3), waiting_for="svar från IVO")
    assert (told.kind, str(told)) == ("paused", "Pausad sedan 3 nov: väntar på svar från IVO.")
    assert str(clock_words(NOW, paused_since=date(2026, 11, 3))) == "Pausad sedan 3 nov."


def test_done() -> None:
    def told(**dates: date) -> str:
        words = clock_words(NOW, **dates)  # type: ignore[arg-type]
        assert words.kind == "ok"
        return str(words)

    assert told(done_on=date(2026, 11, 10)) == "Klart tis 10 nov."
    assert told(done_on=date(2026, 11, 10), due_on=date(2026, 11, 9)) == "Klart tis 10 nov. 1 dag efter sista dagen."
    assert told(done_on=date(2026, 11, 9), due_on=date(2026, 11, 10)) == "Klart mån 9 nov. Sista dag: tis 10 nov."


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-09", "3 dagar sen – förföll mån 9 nov"),
        ("2026-11-12", "Tor 12 nov – i dag"),
        ("2026-11-13", "Fre 13 nov – i morgon"),
        ("2026-11-17", "Tis 17 nov – 5 dagar kvar"),
    ],
)
def test_short_words_of_a_list(due: str, words: str) -> None:
    assert str(clock_words(NOW, due_on=date.fromisoformat(due), short=True)) == words


def test_short_words_of_an_immediate_duty() -> None:
    assert str(clock_words(NOW, started_at=utc("2026-11-12T07:10"), short=True)) == "Genast – 1 timme sedan"
    assert str(clock_words(NOW, started_at=NOW, short=True)) == "Genast – nyss"
    assert str(clock_words(NOW, short=True)) == "Genast"
