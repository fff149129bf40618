"""The named people of the demo municipality, without cases, for every test; the clock stands still."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from hypothesis import settings as property_settings

from hjulet.audit import guards
from hjulet.cases import actions
from hjulet.cases.models import Case, Category
from hjulet.core.actor import Actor
from hjulet.core.now import STOCKHOLM
from hjulet.diary import guards as diary_guards
from hjulet.operations.app_role import provide
from hjulet.org.crowd import ALARMS, POSTS
from hjulet.org.models import Person
from hjulet.org.reach import actor_for
from tests.kept import World

CLOCK = "2026-11-12T09:00"  # a Thursday
AT = datetime.fromisoformat(CLOCK).replace(tzinfo=STOCKHOLM)

property_settings.register_profile("house", deadline=None)  # time is measured in bench/, never in a test
property_settings.load_profile("house")


def build_world() -> None:
    from hjulet.setups.build import build

    build(setup="vetlanda", cases=False, at=AT)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What one test made the server remember for a quarter of an hour is no other test's."""
    cache.clear()


@pytest.fixture(scope="session")
def kept_world(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any) -> Iterator[World]:
    """What the database begins as, before it is made."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        it = World(connection)
        it.begin()
        if connection.vendor == "sqlite":  # called as the first thing of `migrate`, which then finds all done
            patch.setattr(connection, "prepare_database", it.fill)
        yield it


@pytest.fixture(scope="session")
def django_db_modify_db_settings(kept_world: World) -> None:
    """pytest-django asks for this before it makes the database."""


@pytest.fixture(scope="session")
def django_db_setup(kept_world: World, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """On PostgreSQL the tests run as the role of the application, which owns nothing."""
    with django_db_blocker.unblock():
        kept_world.finish(build_world)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # or it plans as for empty tables
        if AS_APP:
            provide(APP_ROLE, None)
            _be(APP_ROLE)
    yield
    if AS_APP:
        with django_db_blocker.unblock():
            _be(None)  # the one who removes the database owns it


# Roles belong to the whole server, which several runs of the tests may share.
APP_ROLE = f"hjulet_test_app_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
AS_APP = connection.vendor == "postgresql" and os.environ.get("HJULET_TEST_AS_OWNER") != "1"


def _be(role: str | None) -> None:
    """Connections from now on are the role's, as the application's are."""
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    options.pop("options", None)
    if role:
        options["options"] = f"-c role={role}"


@contextmanager
def as_owner() -> Iterator[None]:
    """What the owner of the tables does, on the same connection."""
    if not AS_APP:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW role")
        before = cursor.fetchone()[0]
        cursor.execute("SET ROLE NONE")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {before}")


@pytest.fixture(autouse=True)
def _owner(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests marked `owner` do what in earnest the owner does: they change tables."""
    if request.node.get_closest_marker("owner") is None or not AS_APP:
        yield
        return
    request.getfixturevalue("db")
    with as_owner():
        yield


@pytest.fixture(scope="session", autouse=True)
def _guards_lifted_while_the_test_database_is_emptied() -> Iterator[None]:
    """The triggers of the log and of the diary refuse deletes, also the test runner's."""
    original = TransactionTestCase._fixture_teardown

    def teardown(self: Any) -> None:
        with as_owner():
            for room in (guards, diary_guards):
                room.remove(connection)
            try:
                original(self)
            finally:
                for room in (guards, diary_guards):
                    room.install(connection)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def standing_clock(settings: Any) -> None:
    settings.CLOCK = CLOCK


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The data folder of one test."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def person(db: None) -> Callable[[str], Person]:
    return lambda login: Person.objects.select_related("principal", "home_unit").get(login=login)


@pytest.fixture
def actor(person: Callable[[str], Person]) -> Callable[..., Actor]:
    return lambda login, at=AT: actor_for(person(login), at=at)


@pytest.fixture
def browse(person: Callable[[str], Person]) -> Callable[[str], Client]:
    """A test client logged in as one of the people, who gave the password just now."""

    def enter(login: str) -> Client:
        client = Client()
        client.force_login(person(login))
        session = client.session
        session["seen"] = session["authenticated_at"] = AT.isoformat()
        session.save()
        return client

    return enter


@pytest.fixture
def reported(person: Callable[[str], Person], actor: Callable[..., Actor]) -> Callable[..., Case]:
    """A report by Juno from her own unit; keywords change what she tells."""

    def report(login: str = "juno", at: datetime = AT, **changes: Any) -> Case:
        unit = changes.pop("unit", None) or person(login).home_unit
        told = {
            "unit": unit,
            "description": "Hon ramlade i duschen. Golvet var halt.",
            "reported_harm": "yes",
        } | changes
        return actions.report(actions.Report(**told), actor=actor(login, at), at=at)

    return report


ASSESSMENT: dict[str, Any] = {
    "event_kind": "adverse-event",
    "harm": "discomfort",
    "severity": 2,
    "likelihood": 2,
    "misconduct": "no",
    "care_injury": "no",
    "title": "Fall i duschen",
}


@pytest.fixture
def assessed(reported: Callable[..., Case], actor: Callable[..., Actor]) -> Callable[..., Case]:
    """A case that Åsa has received and assessed, on one track or several."""

    def assess(*tracks: str, at: datetime = AT, by: str = "asa", **changes: Any) -> Case:
        case = reported(at=at, **changes)
        who = actor(by, at)
        actions.perform(case, "receive", actor=who, at=at)
        chosen = tracks or ("sol",)
        category = Category.objects.filter(track=chosen[0], parent__isnull=False).first()
        data = ASSESSMENT | {"tracks": list(chosen), "category_id": category.pk if category else None}
        return actions.perform(case, "assess", actor=who, at=at, data=data)

    return assess


@pytest.fixture
def fresh() -> Callable[[Case, Actor], Case]:
    """The case as the database has it, seen by someone who may."""
    return lambda case, who: Case.objects.visible_to(who).get(pk=case.pk)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(autouse=True)
def nobody_at_the_doors() -> None:
    POSTS.forget()
    ALARMS.forget()


@pytest.fixture(autouse=True)
def no_leftover_language() -> Iterator[None]:
    from django.utils import translation

    translation.activate("sv")
    yield
    translation.activate("sv")
