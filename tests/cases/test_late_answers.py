"""A late answer goes up the tree: handler, unit, department; each told once (rulebook 4 and 11; CMP-2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hjulet.cases import actions
from hjulet.cases.jobs import late_answers, remind
from hjulet.cases.models import Case, Clock
from hjulet.core.models import Event
from hjulet.core.net import asking, of_writer
from hjulet.core.now import STOCKHOLM
from hjulet.law.models import ServiceLevel
from hjulet.notify.models import Notice, Outbox
from hjulet.org.models import Assignment, Deputy, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CMP-2")]

# It comes in on Thursday 12 November 2026; day 0. Working days: 7 is the 23rd, 10 the 26th, 11 the 27th.
DAY_7, DAY_10, DAY_11 = date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 27)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=STOCKHOLM)


@pytest.fixture
def complaint(person: Callable[[str], Any], actor: Any, at: datetime) -> Callable[..., Case]:
    """A complaint about Ekbacken, registered and given to someone; `handler=""` leaves it with the registrar."""

    def make(handler: str = "juno", track: str = "sol", unit: Unit | None = None) -> Case:
        place = unit or person("juno").home_unit
        told = actions.Voice(unit=place, kind="complaint", description="Maten är kall.", email="a@example.se")
        with asking(of_writer(place.principal_id)):
            case = actions.take_in_voice(told, actor=None, at=at)
        if not handler:
            return case
        data = {"title": "Klagomål", "kind": "complaint", "unit": place, "track": track, "handler": person(handler)}
        return actions.perform(case, "register", actor=actor("goran"), at=at, data=data)

    return make


def run_until(last: date, first: date = date(2026, 11, 13)) -> None:
    """Both jobs every day, twice a day."""
    for n in range((last - first).days + 1):
        for hours in (0, 6):
            moment = morning(first + timedelta(days=n)) + timedelta(hours=hours)
            late_answers(moment)
            remind(moment)


def told(kind: str = "case.late_answer") -> list[tuple[str, date]]:
    rows = Notice.objects.filter(kind=kind).order_by("created_at", "id")
    return [(row.person.login, row.created_at.astimezone(STOCKHOLM).date()) for row in rows.select_related("person")]


def answer_reminders(login: str) -> list[tuple[str, date]]:
    rows = Notice.objects.filter(person__login=login, kind__in=["case.due_soon", "case.overdue"]).order_by("id")
    return [(row.kind, row.created_at.astimezone(STOCKHOLM).date()) for row in rows]


def confirmed(case: Case, actor: Any, at: datetime) -> Case:
    return actions.perform(case, "confirm", actor=actor("goran"), at=at, data={"message": "Vi svarar dig."})


def test_the_handler_on_day_seven_the_unit_on_day_ten_the_department_after(complaint, actor, at) -> None:
    confirmed(complaint(), actor, at)
    run_until(date(2026, 12, 18))
    assert answer_reminders("juno") == [("case.due_soon", DAY_7), ("case.overdue", DAY_11)]
    assert told() == [("asa", DAY_10), ("lars", DAY_11)]


def test_each_step_is_told_once_and_stands_in_the_case(complaint, actor, at) -> None:
    case = confirmed(complaint(), actor, at)
    run_until(date(2026, 12, 4))
    before = Notice.objects.count()
    assert late_answers(morning(date(2026, 12, 5))) == 0 and Notice.objects.count() == before
    steps = [event.value.values for event in Event.objects.filter(verb="case.late-answer").order_by("id")]
    assert [step["step"] for step in steps] == ["complaint.tell_unit", "complaint.tell_department"]
    assert Event.objects.filter(verb="case.late-answer", object_id=case.pk).count() == 2


def test_a_manager_who_handles_it_herself_is_not_told_but_the_next_in_line(complaint, actor, at) -> None:
    confirmed(complaint("asa"), actor, at)
    run_until(date(2026, 12, 4))
    assert told() == [("lars", DAY_10), ("klara", DAY_11)]
    assert ("case.due_soon", DAY_7) in answer_reminders("asa")


def test_without_a_manager_of_the_department_it_goes_up_the_tree(complaint, actor, at) -> None:
    confirmed(complaint(), actor, at)
    Assignment.objects.filter(person__login="lars").delete()
    run_until(date(2026, 12, 4))
    assert told() == [("asa", DAY_10), ("klara", DAY_11)]


def test_with_nobody_above_the_steps_end_and_nobody_is_told_twice(complaint, actor, at) -> None:
    confirmed(complaint(), actor, at)
    Assignment.objects.filter(person__login__in=["lars", "klara"]).delete()
    run_until(date(2026, 12, 4))
    assert told() == [("asa", DAY_10)]
    assert Clock.objects.unscoped(reason="test").get(code="complaint.answer").steps_told == 3


def test_a_deputy_is_told_beside_the_one_who_is_away(complaint, actor, person, at) -> None:
    confirmed(complaint(), actor, at)
    days = {"valid_from": date(2026, 11, 1), "valid_to": date(2026, 12, 31)}
    Deputy.objects.create(absent=person("asa"), deputy=person("bo"), **days)
    run_until(DAY_10)
    assert {login for login, _day in told()} == {"asa", "bo"}


def test_nobody_is_told_while_it_is_paused_and_the_days_move(complaint, actor, at) -> None:
    case = confirmed(complaint(), actor, at)
    case = actions.perform(case, "pause", actor=actor("goran"), at=at, data={"reason": "Vi väntar på fullmakten."})
    run_until(date(2026, 12, 10))
    assert told() == [] and answer_reminders("juno") == []
    start = morning(date(2026, 12, 10))
    actions.perform(case, "resume", actor=actor("goran"), at=start)
    assert late_answers(start) == 0
    clock = Clock.objects.unscoped(reason="test").get(code="complaint.answer")
    assert clock.due_on == date(2026, 12, 28)  # ten working days from the 10th, past the eve and Christmas
    run_until(date(2026, 12, 27), first=date(2026, 12, 11))
    assert told() == []
    run_until(date(2026, 12, 29), first=date(2026, 12, 28))
    assert told() == [("asa", date(2026, 12, 28)), ("lars", date(2026, 12, 29))]


def test_what_is_answered_is_late_for_nobody(complaint, actor, at) -> None:
    case = confirmed(complaint("asa"), actor, at)
    actions.enter(case, "impartial", data={"answer": "no"}, actor=actor("asa"), at=at)
    actions.perform(case, "investigate", actor=actor("asa"), at=at)
    actions.perform(case, "answer", actor=actor("asa"), at=at, data={"message": "Maten serveras nu varm."})
    run_until(date(2026, 12, 18))
    assert told() == [] and answer_reminders("asa") == []


def test_who_may_not_see_it_is_told_a_number_and_no_more(complaint, actor, at) -> None:
    """Before it is registered only the registrar sees it: no law is set, and so no wall can be tried."""
    case = complaint(handler="")
    run_until(DAY_10)
    notice = Notice.objects.get(kind="case.late_answer")
    assert not Case.objects.visible_to(actor("asa")).filter(pk=case.pk).exists()
    assert (notice.person.login, notice.link, notice.params) == ("asa", "/", {"ref": case.ref})


def test_who_sees_it_is_led_to_it(complaint, actor, at) -> None:
    case = confirmed(complaint(), actor, at)
    run_until(DAY_11)
    assert {notice.link for notice in Notice.objects.filter(kind="case.late_answer")} == {case.get_absolute_url()}


def test_a_wall_of_law_holds(complaint, actor, person, at) -> None:
    """One who reads another law's cases at the place is passed over."""
    confirmed(complaint(track="hsl"), actor, at)
    lars = Assignment.objects.get(person__login="lars", role__code="department_manager")
    lars.role.duties.update(tracks=["sol", "lss"])
    run_until(DAY_11)
    assert told() == [("asa", DAY_10), ("klara", DAY_11)]


def test_mail_waits_for_the_morning(complaint, actor, at) -> None:
    confirmed(complaint(), actor, at)
    late_answers(datetime(2026, 11, 26, 0, 30, tzinfo=STOCKHOLM))
    mail = Outbox.objects.get(notice__kind="case.late_answer")
    assert mail.not_before == datetime(2026, 11, 26, 7, tzinfo=STOCKHOLM)


def test_a_municipality_has_days_of_its_own(complaint, actor, person, at) -> None:
    given = ServiceLevel.objects.get(code="complaint.tell_unit", principal=None)
    given.pk, given.principal, given.amount = None, person("juno").principal, 5
    given.save()
    confirmed(complaint(), actor, at)
    run_until(DAY_11)
    assert told() == [("asa", DAY_7), ("lars", DAY_11)]  # the steps keep their order


def test_a_job_that_stood_still_tells_everyone_once(complaint, actor, at) -> None:
    confirmed(complaint(), actor, at)
    late_answers(morning(date(2026, 12, 4)))
    late_answers(morning(date(2026, 12, 4)))
    assert [login for login, _day in told()] == ["asa", "lars"]
