"""Every view says who it is for; the middleware refuses one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


class ByMethod(dict[str, frozenset[str] | None]):
    """The marks of an address with several operations, by method. A method it does not have opens for anyone,
    who is told so; an operation that declares nothing is None and is refused."""

    def __missing__(self, method: str) -> frozenset[str]:
        return frozenset({ANYONE})


def marks_of(view: Any, method: str) -> frozenset[str] | None:
    """What a view declares for a method; None when it declares nothing."""
    declared = getattr(view, "access", None)
    return declared[method] if isinstance(declared, Mapping) else declared


def admits(marks: frozenset[str], actor: Actor | None) -> bool:
    """Whether a view with these marks opens for the actor. What she sees inside is the scope's business."""
    if ANYONE in marks:
        return True
    if actor is None:
        return False
    return LOGGED_IN in marks or bool(marks & actor.duties)
