"""Reading ahead changes nothing but the time it takes."""

from __future__ import annotations

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
        yield from range(1_000)
        raise ValueError("the file ended")

    taken: list[int] = []
    with pytest.raises(ValueError, match="the file ended"):
        for item in ahead(broken()):
            taken.append(item)
    assert taken == list(range(1_000))


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
