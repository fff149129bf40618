from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.installation import KEY, Installation, installation


@pytest.fixture(scope="session")
def server() -> str:
    """The address of the PostgreSQL that the tests run on, empty on SQLite."""
    return os.environ.get("HJULET_DATABASE_URL", "")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[Installation]:
    """A municipality in use: people, cases, a sealed log."""
    with installation(tmp_path_factory.mktemp("town"), server) as it:
        it.make_tables()
        built = it.run("tests/e2e/world.py")
        assert built.returncode == 0, built.stderr
        it.manage("jobs", "--once")
        yield it


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[Installation]:
    """A place with nothing in it."""
    with installation(tmp_path_factory.mktemp("elsewhere"), server) as it:
        yield it


@pytest.fixture(scope="session")
def copy(town: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A back-up of the town, made with KEY."""
    path = tmp_path_factory.mktemp("copies") / "town.hjulet"
    town.manage("backup", str(path), HJULET_BACKUP_KEY=KEY)
    return path
