from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hjulet.core.clocks import STOCKHOLM
from hjulet.core.models import Event
from hjulet.notify.actions import tell
from hjulet.notify.choices import Group
from hjulet.notify.models import Notice
from hjulet.org.models import Person

DAY = datetime(2026, 11, 5, 9, 0, tzinfo=STOCKHOLM)


@pytest.fixture
def as_asa(client: Client, asa: Person, settings: Any) -> Client:
    settings.CLOCK = "2026-11-05T09:00"
    client.force_login(asa)
    return client


def _some(person: Person, count: int) -> None:
    for number in range(count):
        at = DAY - timedelta(minutes=count - number)
        tell(
            people=[person],
            kind="case.assigned",
            link=f"/arenden/2026-{number:04}/",
            at=at,
            ref=f"2026-{number:04}",
        )


def test_empty_list_says_what_comes(as_asa: Client) -> None:
    page = as_asa.get(reverse("notices")).content.decode()
    assert "När något väntar på dig står det här." in page


def test_unread_first_and_pages(as_asa: Client, asa: Person) -> None:
    _some(asa, 30)
    newest = Notice.objects.first()
    assert newest is not None
    assert as_asa.get(reverse("notice", args=[newest.pk])).headers["Location"] == newest.link
    assert Notice.objects.of(asa.pk).unread().count() == 29
    first = as_asa.get(reverse("notices")).content.decode()
    assert "2026-0028" in first and "2026-0029" not in first
    assert "Visar 1–25 av 30" in first
    second = as_asa.get(reverse("notices"), {"sida": "2"}).content.decode()
    assert second.index("2026-0000") < second.index("2026-0029")
    assert as_asa.get(reverse("notices"), {"sida": "nittio"}).status_code == 200


def test_all_are_read_by_post_only(as_asa: Client, asa: Person) -> None:
    _some(asa, 3)
    assert as_asa.get(reverse("notices-read")).status_code == 405
    assert as_asa.post(reverse("notices-read")).status_code == 302
    assert Notice.objects.of(asa.pk).unread().count() == 0


def test_another_persons_notice_is_not_there(as_asa: Client, bo: Person) -> None:
    _some(bo, 1)
    assert as_asa.get(reverse("notice", args=[Notice.objects.get().pk])).status_code == 404
    assert Notice.objects.of(bo.pk).unread().count() == 1
    as_asa.post(reverse("notices-read"))
    assert Notice.objects.of(bo.pk).unread().count() == 1


def test_choosing_mail(as_asa: Client, asa: Person) -> None:
    page = as_asa.get(reverse("notice-preferences")).content.decode()
    assert "asa@provby.example" in page and page.count(" checked") == len(Group)
    assert as_asa.post(reverse("notice-preferences"), {"mail": ["cases", "own"]}).status_code == 302
    page = as_asa.get(reverse("notice-preferences")).content.decode()
    assert page.count(" checked") == 3  # acute is always on
    assert Event.objects.filter(verb="notices.chosen", actor_id=asa.pk).count() == 1


def test_not_logged_in_sees_no_notices(client: Client, db: None) -> None:
    assert client.get(reverse("notices")).status_code in {302, 401, 403}
