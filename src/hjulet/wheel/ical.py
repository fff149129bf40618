"""A calendar file by RFC 5545: all-day events, folded and escaped. Pure; the same input gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST = 75  # octets of a line, without the line break (RFC 5545 3.1)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
PRODUCT = "-//Hjulet//Annual wheel//SV"


@dataclass(frozen=True)
class Entry:
    """One day in the calendar. `uid` is the same for ever, `changed_at` when what it says last changed."""

    uid: str
    day: date
    summary: str
    description: str
    url: str
    changed_at: datetime


def calendar_file(name: str, entries: Iterable[Entry]) -> bytes:
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"),
        f"X-WR-CALNAME:{escaped(name)}",
        *("REFRESH-INTERVAL;VALUE=DURATION:PT12H", "X-PUBLISHED-TTL:PT12H"),
    ]
    for entry in entries:
        lines += _event(entry)
    return b"".join(folded(line) for line in (*lines, "END:VCALENDAR"))


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(entry.uid)}"
    yield f"DTSTAMP:{entry.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{escaped(entry.description)}"
    yield f"URL:{entry.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """TEXT (3.3.11): backslash, semicolon, comma and line breaks; what no text may hold is left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = CONTROL.sub("", plain.replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    for char in ("\\", ";", ","):
        plain = plain.replace(char, f"\\{char}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """The line in octets with its end; what is longer goes on after a space. A character is never cut in two."""
    parts: list[bytes] = []
    part, room = b"", LONGEST
    for char in line:
        octets = char.encode("utf-8", "ignore")  # half a surrogate pair is no character
        if len(part) + len(octets) > room:
            parts.append(part)
            part, room = b"", LONGEST - 1
        part += octets
    return b"\r\n ".join((*parts, part)) + b"\r\n"
