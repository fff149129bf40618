"""Reading ahead changes nothing but the time it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count

import pytest
from django.utils import translation

from hjulet.core.ahead import ahead

pytestmark = pytest.mark.capability("PLT-1")


@pytest.mark.parametrize("size", [0, 1, 499, 500, 501, 5_000])
def test_the_same_items_in_the_same_order(size: int) -> None:
    assert list(ahead(range(size))) == list(range(size))


def test_what_goes_wrong_comes_after_what_came_before() -> None:
    def broken() -> Iterator[int]:
        yield from range(1_234)
        raise ValueError("the file ended")

    taken: list[int] = []
    with pytest.raises(ValueError, match="the file ended"):
        for item in ahead(broken()):
            taken.append(item)
    assert taken == list(range(1_234))


def test_it_stops_with_the_listener_and_waits_for_a_slow_one() -> None:
    taken: list[int] = []
    before = threading.active_count()

    def endless() -> Iterator[int]:
        for number in count():
            taken.append(number)
            yield number

    items = ahead(endless(), some=10, most=2)
    assert next(items) == 0
    time.sleep(0.5)
    assert len(taken) <= 50
    items.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_the_language_is_the_listeners() -> None:
    with translation.override("en"):
        assert set(ahead(translation.get_language() for _n in range(3))) == {"en"}


APART = """
import os, signal, sys, time
import django; django.setup()
from hjulet.core.ahead import ahead
from hjulet.core.tables import RowProblem
mine = os.getpid()

def pids():
    for _n in range(1200): yield os.getpid()

def broken():
    yield from range(700)
    raise RowProblem("unit", "finns inte")

def endless():
    n = 0
    while True:
        yield n
        n += 1

def killed():
    yield from range(600)
    os.kill(os.getpid(), signal.SIGKILL)

assert list(ahead(range(5_001), apart=True)) == list(range(5_001))
assert list(ahead(iter(()), apart=True)) == []
others = set(ahead(pids(), apart=True))
assert len(others) == 1 and mine not in others, others
taken = []
try:
    for item in ahead(broken(), apart=True): taken.append(item)
except RowProblem as problem:
    assert (problem.column, problem.reason, len(taken)) == ("unit", "finns inte", 700)
else:
    sys.exit("nothing was raised")
few = ahead(endless(), apart=True)
assert [next(few) for _n in range(3)] == [0, 1, 2]
few.close()
try:
    list(ahead(killed(), apart=True))
except RuntimeError as problem:
    assert "has ended" in str(problem)
else:
    sys.exit("the killed one was not noticed")
print("as told")
"""


def test_in_a_process_of_its_own_it_is_the_same() -> None:
    """In a process without threads, which the one that runs the tests is not."""
    same = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "DJANGO_SETTINGS_MODULE": "hjulet.config.settings"}
    told = subprocess.run([sys.executable, "-c", APART], capture_output=True, text=True, timeout=60, env=same)
    assert told.stdout.strip() == "as told", told.stderr
