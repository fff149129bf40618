"""ETag and If-Match: a version that the reader has seen, so that nobody's change is written over unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from hjulet.core.problem import Problem

Operation = TypeVar("Operation", bound=Callable[..., Any])
FORM = r'^(\*|(W/)?"[!#-~]{0,40}"( ?, ?(W/)?"[!#-~]{0,40}"){0,9})$'


def conditional(operation: Operation) -> Operation:
    """Marks a write that minds If-Match, for the description of the API."""
    operation.conditional = True  # type: ignore[attr-defined]
    return operation


def tag(version: int) -> str:
    return f'"{version}"'


def seen_version(request: HttpRequest, version: int) -> int | None:
    """The version to hold the write to, or None when the caller does not mind. Raises Problem 400, 412.

    The comparison is strong, as RFC 9110 13.1.1 has it: a weak tag never matches.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    if not re.fullmatch(FORM, header):
        raise Problem(400, _("If-Match ska vara en ETag, så som den stod i svaret, eller *."))
    if header == "*":
        return None
    if tag(version) not in [one.strip() for one in header.split(",")]:
        raise Problem(412, _("Det har ändrats sedan du läste det. Läs igen, se vad som är nytt, och försök då."))
    return version
