"""The brake on the doors without login: fair between places, small, and nothing kept."""

from __future__ import annotations

import pytest

from hjulet.org.crowd import MOST_PLACES, WINDOW, Crowd

pytestmark = pytest.mark.capability("CMP-1")


def test_a_place_gets_its_share_and_then_waits() -> None:
    crowd = Crowd()
    assert [crowd.enter("a", most=3, at=float(n))[0] for n in range(3)] == [0, 0, 0]
    assert crowd.enter("a", most=3, at=10.0) == (WINDOW - 10, 1)
    assert crowd.enter("a", most=3, at=11.0) == (WINDOW - 11, 2)
    assert crowd.enter("a", most=3, at=float(WINDOW)) == (0, 0)  # the first one's time is over, and no one else's
    assert crowd.enter("a", most=3, at=float(WINDOW))[1] == 1


def test_one_place_never_hinders_another() -> None:
    crowd = Crowd()
    for n in range(1000):
        crowd.enter("a", most=30, at=n / 100)
    assert crowd.enter("b", most=30, at=10.0) == (0, 0)


def test_it_remembers_a_bounded_number_of_places_and_no_address() -> None:
    crowd = Crowd()
    for n in range(MOST_PLACES + 50):
        crowd.enter(f"10.0.{n // 256}.{n % 256}", most=30, at=0.0)
    assert len(crowd._places) == MOST_PLACES
    assert not any(b"10.0." in key for key in crowd._places)
    assert set(crowd._places) & set(Crowd()._places) == set()
