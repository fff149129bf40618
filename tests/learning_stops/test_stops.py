"""Learning stops: begun with figures, answered by several at once, signed, opened again, handed over (YEAR-3, NEW-11)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.learning_stops import actions, pack
from hjulet.learning_stops.choices import StopStanding
from hjulet.learning_stops.content import delivered, place_themes
from hjulet.learning_stops.models import Question, Reply, Stop, Theme, standing_of
from hjulet.learning_stops.pack import PARTS, WORDS, Bar, Part, kept_pack, may_see, narrowed, read_back
from hjulet.org.models import Principal
from hjulet.wheel.models import Mark

pytestmark = [pytest.mark.django_db, pytest.mark.capability("YEAR-3")]


def test_five_themes_lie_in_their_months_and_every_part_has_a_maker_or_a_name() -> None:
    held = list(Theme.objects.filter(principal__units__code="ekbacken").order_by("month"))
    assert [row.month for row in held] == [1, 3, 4, 10, 11]
    for row in delivered():
        assert set(row["packs"]) <= set(PARTS) | set(WORDS), row["code"]
        for question in row["questions"]:
            assert set(question["beside"]) <= set(row["packs"]), question["code"]
    principal = Principal.objects.get(units__code="ekbacken")
    before = Question.objects.count()
    place_themes(principal)
    assert Question.objects.count() == before


@pytest.mark.capability("NEW-11")
def test_a_stop_opens_with_its_figures_and_its_questions(begun: Any, reported: Any, actor: Any, at: Any) -> None:
    for number in range(3):
        reported(title=f"Fall {number}")
    stop = begun()
    assert stop.replies.count() == 8 and begun().pk == stop.pk
    told = {part.code: part for part in kept_pack(stop, actor("asa")).parts}
    assert told["deviations"].headline.startswith("3 avvikelser") and told["deviations"].links
    assert "documents_due" not in told and "lessons" in told
    first = stop.replies.get(code="stop_deviations_q1")
    assert "deviations" in first.beside


def test_others_neither_begin_nor_write(begun: Any, unit: Any, theme: Any, actor: Any, at: Any) -> None:
    for who in ("juno", "goran"):
        with pytest.raises(Refused):
            actions.begin(unit("ekbacken"), theme("deviations"), 2026, actor=actor(who), at=at)
    with pytest.raises(Refused):
        actions.begin(unit("ekbacken"), theme("deviations"), 2027, actor=actor("asa"), at=at)
    stop = begun()
    with pytest.raises(Refused):
        actions.save_reply(stop, "stop_deviations_q1", "Nej", version=1, actor=actor("juno"), at=at)
    with pytest.raises(Refused):
        actions.refresh(stop, actor=actor("juno"), at=at)
    with pytest.raises(Refused, match="egen chef"):  # who plans from above may help with the answers, but not sign
        rest = {"people": 1, "took_part": "x", "rest_empty": True, "version": None}
        actions.sign(stop, **rest, actor=actor("mona"), at=at)


def test_two_write_the_same_answer_and_nothing_is_lost(begun: Any, actor: Any, at: Any) -> None:
    stop, asa = begun(), actor("asa")
    one = actions.save_reply(stop, "stop_deviations_q1", "Natten.", version=1, actor=asa, at=at)
    assert one.version == 2
    other = actions.save_reply(stop, "stop_deviations_q2", "Inget.", version=1, actor=asa, at=at)
    assert other.version == 2
    with pytest.raises(actions.Conflict) as met:
        actions.save_reply(stop, "stop_deviations_q1", "Dagen.", version=1, actor=asa, at=at)
    assert met.value.theirs.text == "Natten."
    # the same words are no conflict, and are not written twice
    assert actions.save_reply(stop, "stop_deviations_q1", "Natten.", version=1, actor=asa, at=at).version == 2
    assert actions.save_reply(stop, "stop_deviations_q1", "Båda.", version=2, actor=asa, at=at).version == 3


def test_signing_asks_for_all_answers_and_who_took_part(begun: Any, actor: Any, at: Any) -> None:
    stop, asa = begun(), actor("asa")
    values: dict[str, Any] = {"people": 6, "version": None, "actor": asa, "at": at}
    with pytest.raises(Refused, match="deltog"):
        actions.sign(stop, took_part=" ", **values)
    with pytest.raises(Refused, match="8 frågor"):
        actions.sign(stop, took_part="Dagpasset", **values)
    with pytest.raises(Stale):
        actions.sign(stop, took_part="Dagpasset", **values | {"version": 9})
    done = actions.sign(stop, took_part="Dagpasset", rest_empty=True, **values)
    assert done.signed and all(row.nothing for row in done.replies.all())
    with pytest.raises(Refused, match="underskriven"):
        actions.save_reply(stop, "stop_deviations_q1", "Sent", version=None, actor=asa, at=at)


def test_a_signed_stop_marks_the_wheel_and_may_be_opened_with_a_reason(
    year: Any, signed: Any, actor: Any, at: Any
) -> None:
    stop = signed()
    mark = Mark.objects.get(activity__series="stop-deviations", unit=stop.unit)
    assert mark.link == stop.get_absolute_url() and mark.said == "done"
    with pytest.raises(Refused):
        actions.reopen(stop, " ", version=None, actor=actor("asa"), at=at)
    opened = actions.reopen(stop, "En siffra blev fel.", version=None, actor=actor("asa"), at=at)
    assert not opened.signed and opened.replies.get(position=1).text == "Svar på 1."
    values = {"people": 7, "took_part": "Alla", "version": None, "actor": actor("asa"), "at": at}
    assert actions.sign(opened, **values).signed and Mark.objects.filter(activity=mark.activity).count() == 1
    assert Event.objects.filter(verb="learning-stop.reopened", object_id=stop.pk).count() == 1


def test_figures_stay_as_they_were_signed(signed: Any, reported: Any, actor: Any, at: Any) -> None:
    stop = signed()
    before = kept_pack(stop, actor("asa")).parts
    reported(title="Efteråt")
    assert kept_pack(Stop.objects.get(pk=stop.pk), actor("asa")).parts == before
    with pytest.raises(Refused):
        actions.refresh(stop, actor=actor("asa"), at=at)


def test_a_question_that_changes_does_not_change_what_was_asked(begun: Any, theme: Any, actor: Any, at: Any) -> None:
    stop, one = begun(), theme("deviations")
    rows = [actions.Asking(row.code, row.text) for row in one.questions.filter(asked=True)]
    planned = [actions.Asking("", "Vad är nytt?"), actions.Asking(rows[1].code, "Annat?"), *rows[2:]]
    with pytest.raises(Refused):
        actions.plan_theme(one, 12, "", planned, version=1, actor=actor("asa"), at=at)
    new = actions.plan_theme(one, 12, "Ny ingress.", planned, version=1, actor=actor("mona"), at=at)
    asked = list(new.questions.filter(asked=True))
    assert [str(row) for row in asked][:2] == ["Vad är nytt?", "Annat?"] and asked[0].code == "stop_deviations_q9"
    assert new.month == 12 and new.questions.get(code=rows[0].code).asked is False
    assert str(stop.replies.get(position=1)) == rows[0].text
    with pytest.raises(Stale):
        actions.plan_theme(one, 12, "", planned, version=1, actor=actor("mona"), at=at)
    with pytest.raises(Refused):
        actions.plan_theme(one, 12, "", [], version=None, actor=actor("mona"), at=at)


def test_only_the_highest_level_is_handed_to_the_board_and_then_stays(signed: Any, actor: Any, at: Any) -> None:
    to = actions.HandOver("Vård- och omsorgsnämnden", date(2026, 11, 10))
    with pytest.raises(Refused):
        actions.hand_over(signed(), to, version=None, actor=actor("asa"), at=at)
    stop = signed("mona", "forvaltningen")
    with pytest.raises(Refused, match="framtiden"):
        later = actions.HandOver("Nämnden", at.date() + timedelta(days=1))
        actions.hand_over(stop, later, version=None, actor=actor("mona"), at=at)
    done = actions.hand_over(stop, to, version=None, actor=actor("mona"), at=at)
    assert done.handed_on and all(row["links"] == [] for row in done.board)
    with pytest.raises(Refused, match="nämnden"):
        actions.reopen(done, "Fel", version=None, actor=actor("mona"), at=at)


def test_who_reads_a_stop(signed: Any, begun: Any, actor: Any, at: Any) -> None:
    stop, top = signed(), signed("mona", "forvaltningen")
    reads = {who: stop in Stop.objects.seen_by(actor(who)) for who in ("asa", "mona", "lars", "ivar", "klara")}
    assert reads["asa"] and reads["mona"] and reads["lars"] and not reads["ivar"]
    board = [who for who in ("klara", "dag", "fatima") if set(actor(who).duties) <= {"view_masked_statistics"}]
    for who in board:
        assert top not in Stop.objects.seen_by(actor(who))


def test_figures_behind_the_wall_are_for_those_who_see_the_same(unit: Any, actor: Any) -> None:
    asa, home = actor("asa"), unit("ekbacken")
    part = Part("x", "X", "1", needs=pack.COUNTED, tracks=("hsl", "sol"))
    tracks = frozenset().union(*(g.tracks for g in asa.reach("view_statistics")))
    assert may_see(part, home, asa) == ({"hsl", "sol"} <= tracks)
    assert not may_see(part, home, actor("ivar")) and not may_see(part, unit("forvaltningen"), asa)
    assert may_see(Part("x", "X", "1"), home, actor("juno"))


@settings(max_examples=30)
@given(st.sampled_from(["", "open", "signed"]), st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(1, 12))
def test_a_stop_is_late_only_after_its_month_and_never_when_signed(state: str, day: date, month: int) -> None:
    told = standing_of(Theme(month=month), 2026, state, day)
    assert (told == StopStanding.SIGNED) == (state == "signed")
    assert (told == StopStanding.LATE) == (state != "signed" and (day.year, day.month) > (2026, month))
    assert (told == StopStanding.COMING) == (state == "" and (day.year, day.month) < (2026, month))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.text(max_size=8), st.none() | st.integers(0, 99)), max_size=5), st.text(max_size=20))
def test_a_part_reads_the_same_after_it_was_kept(bars: list[tuple[str, int | None]], text: str) -> None:
    part = Part("a", text, text, bars=tuple(Bar(label, n, str(n)) for label, n in bars), rows=((text, "1"),))
    assert read_back(part.kept()) == part


def test_an_actor_narrowed_to_a_unit_reaches_nothing_else(unit: Any, actor: Any) -> None:
    home = unit("ekbacken")
    for who in ("mona", "asa", "juno"):
        small = narrowed(actor(who), home)
        assert all(grant.path.startswith(home.path) for grant in small.grants)
        assert small.duties <= actor(who).duties
    assert Reply.objects.count() == 0
