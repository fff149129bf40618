"""What every page's frame knows. Asked for only when the frame is drawn, so that error pages need no database."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from hjulet.core.actor import Actor
from hjulet.core.jobs import too_old
from hjulet.core.now import now
from hjulet.org.choices import Duty
from hjulet.org.models import Person
from hjulet.shell.navigation import navigation


class Site:
    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.actor: Actor | None = getattr(request, "actor", None)

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        return navigation(self.actor, self.request.path) if self.actor else []

    @cached_property
    def unread(self) -> int:
        """As many as when the page was asked for: it comes with the person's row."""
        return self.request.user.unread if self.actor else 0  # type: ignore[union-attr]

    @property
    def may_report(self) -> bool:
        return self.actor is not None and self.actor.holds(Duty.REPORT)

    @property
    def may_set(self) -> bool:
        return self.actor is not None and self.actor.holds(Duty.MANAGE_SETTINGS)

    @property
    def is_login(self) -> bool:
        return self.request.path.startswith("/konto/logga-in/")

    @property
    def login(self) -> str:
        return self.request.user.login if self.actor else ""  # type: ignore[union-attr]

    @property
    def demo(self) -> bool:
        return settings.DEMO

    @property
    def jobs_stale(self) -> bool:
        """As when the page was asked for: it comes with the person's row."""
        return self.actor is not None and too_old(self.request.user.jobs_sign, now())  # type: ignore[union-attr]

    @property
    def demo_people(self) -> list[tuple[str, str]]:
        people: list[tuple[str, str]] | None = cache.get("demo-people")
        if not people:
            rows = Person.objects.filter(login__in=DEMO_PEOPLE, is_active=True).order_by("login")
            people = [(person.login, f"{person.name}, {person.title}") for person in rows]
            cache.set("demo-people", people, 60)
        return people


DEMO_PEOPLE = [
    "asa",
    "bo",
    "cilla",
    "dag",
    "eva",
    "fatima",
    "goran",
    "hanna",
    "ivar",
    "juno",
    "klara",
    "lars",
    "mona",
    "nils",
    "olga",
    "petra",
    "rolf",
    "sara",
    "root",
]


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": Site(request)}
