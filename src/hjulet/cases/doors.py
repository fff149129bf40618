"""What the two doors without login share: the brake, and no cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hjulet.cases.public_texts import texts_in
from hjulet.org.crowd import ALARMS, POSTS
from hjulet.org.login import client_address

SMALL = 256 * 1024  # a form without files
HELPED = 5  # so many are shown their own words again, whatever their size

View = Callable[[HttpRequest], HttpResponse]


def braked(view: View) -> View:
    """Lets in so many posts from one place, before anything that was sent has been read, so that the rest cost little.

    Who is turned away gets the page back with what she typed and how long to wait (`minutes_to_wait`); a flood gets
    a line.
    """

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return view(request)
        seconds, turned_away = POSTS.enter(client_address(request), most=settings.DOOR_MOST)
        if not seconds:
            return view(request)
        minutes = ceil(seconds / 60)
        if turned_away > settings.DOOR_MOST or (turned_away > HELPED and _size(request) > SMALL):
            return _line(request, minutes)
        request.minutes_to_wait = minutes  # type: ignore[attr-defined]
        response = view(request)
        response.headers["Retry-After"] = str(seconds)
        return response

    return guarded


def minutes_to_wait(request: HttpRequest) -> int:
    """How long the one who sent this has to wait; 0 when she does not."""
    return getattr(request, "minutes_to_wait", 0)


def alarms_used_up(request: HttpRequest) -> bool:
    """Counts an alarm sent without a name; too many from one place would wake the one on call for nothing."""
    return bool(ALARMS.enter(client_address(request), most=settings.DOOR_MOST_ACUTE)[0])


def wait_words(minutes: int) -> str:
    return _("Det kommer mycket härifrån just nu. Vänta %(minutes)s minuter och skicka igen.") % {"minutes": minutes}


def _line(request: HttpRequest, minutes: int) -> HttpResponse:
    public = request.path.startswith("/synpunkt/")
    said: Any = (
        texts_in(request.GET.get("sprak", "")).say("err_wait", minutes=minutes) if public else wait_words(minutes)
    )
    headers = {"Retry-After": str(minutes * 60)}
    return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8", headers=headers)


def _size(request: HttpRequest) -> int:
    size = request.META.get("CONTENT_LENGTH") or "0"
    return int(size) if str(size).isdecimal() else SMALL + 1
