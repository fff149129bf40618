from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection, transaction

from hjulet.core import jobs as schedule
from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM
from hjulet.notify.actions import choose, tell
from hjulet.notify.choices import Group, OutboxState
from hjulet.notify.jobs import BATCH, WAITS, send_mail
from hjulet.notify.models import Notice, Outbox, Preference, QuietHours
from hjulet.notify.wording import KINDS
from hjulet.org.models import Person, Principal, Unit

DAY = datetime(2026, 11, 5, 9, 0, tzinfo=STOCKHOLM)
LINK = "/arenden/2026-0440/"


def _tell(
    *people: Person, kind: str = "case.assigned", at: datetime = DAY, urgent: bool = False, **params: str
) -> None:
    tell(people=people, kind=kind, link=LINK, at=at, urgent=urgent, **(params or {"ref": "2026-0440"}))


def test_by_day_the_mail_goes_within_one_run(postbox: Any, asa: Person) -> None:
    _tell(asa)
    assert "send-mail" in schedule.run_due(DAY)
    (mail,) = postbox.to("asa@provby.example")
    assert mail["Subject"].strip() == "Hjulet: Du har fått ärende 2026-0440 att handlägga"
    assert "https://hjulet.example/arenden/2026-0440/" in mail.get_content()
    row = Outbox.objects.get(to="asa@provby.example")  # the other jobs of the hour may have told others
    assert (row.state, row.sent_at, row.attempts) == (OutboxState.SENT, DAY, 1)
    send_mail(DAY + timedelta(minutes=1))
    assert len(postbox.to("asa@provby.example")) == 1


def test_the_mail_of_a_whole_night_goes_in_one_run(postbox: Any, asa: Person, bo: Person) -> None:
    for number in range(BATCH + 5):
        _tell(asa, bo, ref=f"2026-{number:04}")
    assert send_mail(DAY) == len(postbox.mails) == 2 * (BATCH + 5)


def test_nothing_personal_is_in_any_mail(postbox: Any, asa: Person, bo: Person, ekbacken: Unit) -> None:
    for kind in KINDS:
        _tell(asa, bo, kind=kind, urgent=True, ref="2026-0440", due_on="2026-11-24")
    assert send_mail(DAY) == 2 * len(KINDS)
    for mail in postbox.mails:
        whole = mail["Subject"] + mail.get_content()
        for secret in ("Åsa", "Andersson", "Bo Berg", "Ekbacken", "Provby", "enhetschef"):
            assert secret not in whole
        lines = [line for line in mail.get_content().splitlines() if line]
        assert lines[2] == "https://hjulet.example/arenden/2026-0440/"
        assert lines[-1] == "https://hjulet.example/konto/aviseringar/"
        assert len(lines) == 6


@pytest.mark.parametrize(
    "params",
    [
        {"name": "Karin"},
        {"ref": "Karin Nilsson"},
        {"ref": "Ekbacken 3"},
        {"ref": "19121212-1212"},
        {"ref": "121212-1212"},
        {"ref": "2026-0440\nBcc: x@example.org"},
        {"due_on": "snart"},
    ],
)
def test_only_a_ref_and_a_day_may_be_told(asa: Person, params: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        _tell(asa, **params)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "link", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "arenden/"]
)
def test_a_notice_links_into_hjulet_only(asa: Person, link: str) -> None:
    with pytest.raises(ValueError):
        tell(people=[asa], kind="case.reply", link=link, at=DAY)


def test_at_night_the_mail_waits_for_seven(postbox: Any, asa: Person) -> None:
    night = datetime(2026, 11, 5, 22, 40, tzinfo=STOCKHOLM)
    _tell(asa, at=night)
    assert Notice.objects.of(asa.pk).unread().count() == 1
    assert send_mail(night) == 0
    assert send_mail(datetime(2026, 11, 6, 6, 59, 59, tzinfo=STOCKHOLM)) == 0
    assert send_mail(datetime(2026, 11, 6, 7, 0, tzinfo=STOCKHOLM)) == 1


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-05T20:59:59", "2026-11-05T20:59:59"),
        ("2026-11-05T21:00:00", "2026-11-06T07:00:00"),
        ("2026-11-06T00:10:00", "2026-11-06T07:00:00"),
        ("2026-11-06T07:00:00", "2026-11-06T07:00:00"),
        ("2026-12-31T23:00:00", "2027-01-01T07:00:00"),
        ("2026-10-24T23:30:00", "2026-10-25T07:00:00"),
        ("2026-03-28T23:30:00", "2026-03-29T07:00:00"),
    ],
)
def test_quiet_hours_are_swedish_wall_clock(at: str, opens: str) -> None:
    start = datetime.fromisoformat(at).replace(tzinfo=STOCKHOLM)
    found = QuietHours().next_open(start.astimezone(UTC)).astimezone(STOCKHOLM)
    assert found.replace(tzinfo=None) == datetime.fromisoformat(opens)


@pytest.mark.parametrize("fold", [0, 1])
def test_on_the_night_when_the_clock_goes_back(postbox: Any, asa: Person, bo: Person, fold: int) -> None:
    """02.30 comes twice on 25 October 2026. Urgent goes at once, the rest at 07.00, which is 06.00 UTC."""
    night = datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=fold).astimezone(UTC)
    assert night.hour == fold
    _tell(asa, kind="case.acute", at=night, urgent=True)
    _tell(bo, at=night)
    assert send_mail(night) == 1
    assert [mail["To"] for mail in postbox.mails] == ["asa@provby.example"]
    assert Outbox.objects.get(to="bo@provby.example").not_before == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)
    assert send_mail(datetime(2026, 10, 25, 5, 59, tzinfo=UTC)) == 0
    assert send_mail(datetime(2026, 10, 25, 6, 0, tzinfo=UTC)) == 1


def test_the_schedule_does_not_stand_still_in_the_hour_that_comes_twice(postbox: Any, asa: Person) -> None:
    """As the worker calls it: with the moment in Swedish time."""
    for second in (0, 20, 40):
        schedule.run_due(datetime(2026, 10, 25, 2, 30, second, tzinfo=STOCKHOLM, fold=1))
    _tell(asa, kind="case.acute", at=datetime(2026, 10, 25, 2, 30, 50, tzinfo=STOCKHOLM, fold=1), urgent=True)
    assert "send-mail" in schedule.run_due(datetime(2026, 10, 25, 2, 31, tzinfo=STOCKHOLM, fold=1))
    assert len(postbox.mails) == 1


def test_a_principal_has_its_own_quiet_hours(asa: Person, provby: Principal) -> None:
    QuietHours.objects.create(principal=provby, starts=time(12), ends=time(13))
    _tell(asa, at=datetime(2026, 11, 5, 12, 30, tzinfo=STOCKHOLM))
    assert Outbox.objects.get().not_before == datetime(2026, 11, 5, 13, 0, tzinfo=STOCKHOLM)


def test_a_mail_server_that_is_down_loses_nothing(postbox: Any, asa: Person) -> None:
    postbox.stop()
    _tell(asa)
    for hours in range(0, 72, 6):
        with pytest.raises(OSError):
            send_mail(DAY + timedelta(hours=hours))
    row = Outbox.objects.get()
    assert (row.state, row.attempts) == (OutboxState.PENDING, 0)
    assert schedule.run_due(DAY + timedelta(hours=72), everything=True)  # the error is kept, the others go on
    assert "Connection" in schedule.JobRun.objects.get(name="send-mail").error
    postbox.start()
    assert send_mail(DAY + timedelta(hours=73)) >= 1
    assert len(postbox.to("asa@provby.example")) == 1


def test_a_refused_mail_is_tried_eight_times_and_does_not_stop_the_others(
    postbox: Any, asa: Person, bo: Person
) -> None:
    postbox.refuse = "asa@provby.example"
    _tell(asa, bo)
    at = DAY
    assert send_mail(at) == 1
    for wait in WAITS:
        assert send_mail(at + wait - timedelta(seconds=1)) == 0
        at += wait
        assert send_mail(at) == 0
    row = Outbox.objects.get(to="asa@provby.example")
    assert (row.state, row.attempts) == (OutboxState.FAILED, 8)
    assert "550" in row.error
    assert Notice.objects.of(asa.pk).unread().count() == 1


def test_a_mail_whose_sender_was_killed_is_taken_over(postbox: Any, asa: Person) -> None:
    _tell(asa)
    Outbox.objects.update(state=OutboxState.SENDING, claim="x" * 32, claimed_at=DAY, attempts=1)
    assert send_mail(DAY + timedelta(minutes=4)) == 0
    assert send_mail(DAY + timedelta(minutes=6)) == 1
    assert Outbox.objects.get().state == OutboxState.SENT


class SlowBackend(EmailBackend):
    """While this sender holds its first mail, another sender makes a whole run."""

    others: ClassVar[list[int]] = []

    def send_messages(self, messages: Any) -> int:
        if not SlowBackend.others:
            SlowBackend.others.append(0)
            SlowBackend.others.append(send_mail(DAY))
        return super().send_messages(messages)


def _each_once(postbox: Any, sent: list[int]) -> None:
    assert sum(sent) == BATCH
    subjects = [(mail["To"], mail["Subject"]) for mail in postbox.mails]
    assert len(subjects) == len(set(subjects)) == BATCH
    assert set(Outbox.objects.values_list("state", flat=True)) == {OutboxState.SENT}


def test_a_second_sender_leaves_what_the_first_has_taken(postbox: Any, asa: Person, bo: Person, settings: Any) -> None:
    for number in range(BATCH // 2):
        _tell(asa, bo, ref=f"2026-{number:04}")
    SlowBackend.others.clear()
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    first = send_mail(DAY)
    assert first == 1
    _each_once(postbox, [first, *SlowBackend.others])


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(postbox: Any, asa: Person, bo: Person) -> None:
    """With real concurrency on PostgreSQL; SQLite in memory cannot be shared between threads, and takes turns."""
    for number in range(BATCH // 2):
        _tell(asa, bo, ref=f"2026-{number:04}")
    sent: list[int] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            sent.append(send_mail(DAY))
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        sent += [send_mail(DAY), send_mail(DAY)]
    _each_once(postbox, sent)


@pytest.mark.django_db(transaction=True)
def test_a_notice_goes_the_way_of_its_transaction(asa: Person) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        _tell(asa)
        raise RuntimeError
    assert not Notice.objects.exists() and not Outbox.objects.exists()


def test_who_chose_no_mail_or_has_no_address_still_has_the_notice(
    postbox: Any, asa: Person, asa_actor: Actor, juno: Person
) -> None:
    choose({Group.OWN}, actor=asa_actor, at=DAY)
    _tell(asa, juno)
    assert (Notice.objects.of(asa.pk).unread().count(), Notice.objects.of(juno.pk).unread().count()) == (1, 1)
    assert not Outbox.objects.exists()
    _tell(asa, kind="case.feedback")
    assert send_mail(DAY) == 1


def test_acute_danger_is_always_mailed(asa: Person, asa_actor: Actor) -> None:
    choose(set(), actor=asa_actor, at=DAY)
    assert not Preference.objects.filter(group=Group.ACUTE).exists()
    _tell(asa, kind="case.acute", urgent=True)
    assert Outbox.objects.count() == 1


def test_each_reads_in_her_own_language(postbox: Any, bo: Person) -> None:
    """Untranslated sentences fall back to Swedish, translated ones show; the day is in both."""
    _tell(bo, kind="case.due_soon", ref="2026-0440", due_on=date(2026, 11, 24).isoformat())
    send_mail(DAY)
    assert "2026-0440" in postbox.mails[0]["Subject"]
    assert "24" in postbox.mails[0].get_content()


def test_one_notice_each_and_none_for_those_who_left(asa: Person, bo: Person) -> None:
    bo.is_active = False
    bo.save()
    _tell(asa, asa, bo)
    assert Notice.objects.count() == 1
    tell(people=[], kind="case.reply", link=LINK, at=DAY)


def test_telling_many_takes_few_queries(ekbacken: Unit, django_assert_max_num_queries: Any) -> None:
    people = [
        Person(login=f"p{n}", name=f"P {n}", email=f"p{n}@x.example", principal=ekbacken.principal) for n in range(50)
    ]
    Person.objects.bulk_create(people)
    QuietHours.objects.create(principal=ekbacken.principal)
    with django_assert_max_num_queries(8):
        _tell(*Person.objects.filter(principal=ekbacken.principal))
