"""Reminders: once for each time it falls due, soon or late, to those who are employed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from hjulet.core.jobs import JOBS
from hjulet.notify.models import Notice, Outbox
from hjulet.notify.wording import sentence
from hjulet.org.models import Person
from hjulet.receipts.actions import confirm
from hjulet.receipts.jobs import remind
from hjulet.receipts.models import Matter, Receipt

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-3")]


def told() -> list[str]:
    return list(Notice.objects.filter(kind="receipt.due").order_by("pk").values_list("person__login", flat=True))


def forget(*logins: str) -> None:
    Receipt.objects.unscoped(reason="test").filter(person__login__in=logins).delete()


def test_nobody_is_told_before_it_is_time(at: datetime) -> None:
    assert remind(at) == 0 and told() == []
    assert JOBS["remind-receipts"].run is remind


def test_a_new_colleague_is_told_once(at: datetime, person: Any) -> None:
    forget("juno")
    assert [remind(at), remind(at), remind(at + timedelta(days=40))] == [1, 0, 0]
    assert told() == ["juno"]
    notice = Notice.objects.get(kind="receipt.due")
    assert notice.link == "/kvittens/lex-sarah/"
    assert sentence(notice.kind, notice.params) == "Du har något att läsa och bekräfta."
    assert Outbox.objects.filter(notice=notice).count() == 1


def test_once_for_each_year(at: datetime, actor: Any) -> None:
    forget("juno")
    matter = Matter.objects.get(code="lex-sarah")
    confirm(matter, answer="report", actor=actor("juno"), at=at)
    days = [(2027, 10, 11), (2027, 10, 12), (2027, 10, 13), (2027, 11, 13), (2027, 12, 1)]
    for day in days:
        remind(datetime(*day, 9, tzinfo=at.tzinfo))
    assert told().count("juno") == 1
    notice = Notice.objects.get(kind="receipt.due", person__login="juno")
    assert notice.created_at.date().isoformat() == "2027-10-12" and notice.params == {"due_on": "2027-11-12"}
    later = datetime(2027, 12, 2, 9, tzinfo=at.tzinfo)
    confirm(matter, answer="report", actor=actor("juno", later), at=later)
    remind(datetime(2028, 12, 24, 9, tzinfo=at.tzinfo))
    assert told().count("juno") == 2


def test_without_mail_and_without_work(at: datetime) -> None:
    forget("juno", "gittan", "eva")
    Person.objects.filter(login="juno").update(email="")
    Person.objects.filter(login="gittan").update(is_active=False)
    assert remind(at) == 1 and told() == ["juno"] and not Outbox.objects.filter(notice__kind="receipt.due")


def test_a_new_version_tells_everyone_anew(at: datetime) -> None:
    forget("juno")
    remind(at)
    Matter.objects.create(code="lex-sarah", version=2, title="x", text="x", valid_from=at.date())
    assert remind(at) > 30 and told().count("juno") == 2
    assert "sixten" in told()
