"""Every view says who it is for; the middleware refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from hjulet.core.actor import Actor


class ActorRequest(HttpRequest):
    """A request to a view that only someone logged in reaches."""

    actor: Actor


ANYONE = "*anyone"
LOGGED_IN = "*logged-in"

View = TypeVar("View", bound=Callable[..., Any])


def access(*marks: str) -> Callable[[View], View]:
    """Declares a view's audience: ANYONE, LOGGED_IN or duty codes, of which one is enough."""
    if not marks:
        raise ValueError("access() needs at least one mark")

    def declare(view: View) -> View:
        view.access = frozenset(marks)  # type: ignore[attr-defined]
        return view

    return declare


def admits(marks: frozenset[str], actor: Actor | None) -> bool:
    """Whether a view with these marks opens for the actor. What she sees inside is the scope's business."""
    if ANYONE in marks:
        return True
    if actor is None:
        return False
    return LOGGED_IN in marks or bool(marks & actor.duties)
