"""One row of another system's file as the columns of a case, or the reason why it cannot be one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID

from django.conf import settings
from django.utils.translation import gettext as _

from hjulet.cases.clocks import answers_due
from hjulet.cases.import_places import Categories, Places
from hjulet.cases.search import searchable
from hjulet.core.clocks import STOCKHOLM, local_date
from hjulet.core.numbers import whole_number
from hjulet.core.tables import RowProblem
from hjulet.org.models import Person, Principal

ODD_YEARS = 10
_UNREADABLE = re.compile("[\x00\ufffd\ud800-\udfff]")
# Plain words: a row has fifty fields, and there may be a million rows.
VIEW, CLOSED, NONE, DATE_ONLY = "view", "closed", "none", 10
KINDS = {
    "avvikelse": ("deviation", "adverse-event"),
    "tillbud": ("deviation", "near-miss"),
    "risk": ("deviation", "risk"),
    "synpunkt": (VIEW, ""),
    "": ("deviation", ""),
}
STATES = {
    "": "reported",
    "ny": "reported",
    "utreds": "investigating",
    "atgard": "measures",
    "åtgärd": "measures",
    "uppfoljning": "follow-up",
    "uppföljning": "follow-up",
    "avslutad": CLOSED,
}
TRACKS = {"hsl": "hsl", "sol": "sol", "lss": "lss"}
WAITING = {"reported": "deviation.receive", "investigating": "deviation.investigate"}


@dataclass(slots=True)
class Parsed:
    """A row as the columns of a case, when `place` has found where it belongs; the bulk writer adds its `id`.

    `unit_code`, `area` and `category` are the file's words; `odd` says what is strange and taken in all the same.
    """

    line: int
    case: dict[str, Any]
    cause: str
    unit_code: str
    area: str
    category: str
    odd: str


class RowReader:
    """Reads rows for one principal: `read` asks the database nothing, `place` may add units and categories to it."""

    def __init__(self, principal: Principal, at: datetime, *, own_categories: bool) -> None:
        self.principal, self.at = principal, at
        self.most: int = settings.TEXT_MAX_CHARACTERS
        self.places = Places(principal, at)
        self.categories = Categories(principal, local_date(at), own=own_categories)
        self.people = {
            login: (pk, title)
            for login, pk, title in Person.objects.filter(principal=principal).values_list("login", "pk", "title")
        }
        self.answer_due = answers_due(principal.pk, local_date(at))

    def read(self, line: int, told: dict[str, str]) -> Parsed:
        """Raises RowProblem."""
        _check_letters(told)
        ref = _text(told, "ref", most=60, required=True)
        description = _text(told, "description", most=self.most, required=True)
        action = _text(told, "immediate_action", most=self.most)
        title = _text(told, "title", most=160) or _short(description)
        cause = _text(told, "cause", most=self.most)
        kind, event_kind = _choose(told, "kind", KINDS)
        reported_at, occurred_at, closed_at = self._times(told)
        state = _choose(told, "status", STATES)
        if state == CLOSED and closed_at is None:
            raise RowProblem("closed_at", _("saknas fast ärendet är avslutat"))
        law = told.get("law", "").strip()
        track = TRACKS.get(law.lower(), NONE)
        reporter, reporter_title = self._person(told.get("reporter_id", ""))
        reported_on = local_date(reported_at)
        case = {
            "principal_id": self.principal.pk,
            "ref_year": reported_on.year,
            "external_ref": ref,
            "submission_key": _key(f"hjulet:{self.principal.code}:{ref}"),
            "kind": kind,
            "state": state,
            "track": track,
            "track_set_at": reported_at,
            "guessed_track": track,
            "receiving_duty": "receive_deviations",
            "regime": law[:40] if track == NONE else "",
            "reporter_id": reporter,
            "reporter_title": reporter_title,
            "source_type": "public" if kind == VIEW else "staff",
            "title": title,
            "description": description,
            "immediate_action": action,
            "occurred_at": occurred_at,
            "occurred_time_known": len(told.get("occurred_at", "").strip()) > DATE_ONLY,
            "reported_at": reported_at,
            "feedback_due_on": self.answer_due(reported_on) if reporter else None,
            "event_kind": event_kind,
            "severity": _severity(told),
            "handler_id": self._person(told.get("assignee_id", ""))[0],
            "closed_at": closed_at if state == CLOSED else None,
            "due_on": None if state == CLOSED else _day(told),
            "search_text": searchable(title, description, action),
        }
        unit, area, category = (told.get(name, "").strip() for name in ("unit_code", "area", "category"))
        return Parsed(line, case, cause, unit, area, category, _odd_year(occurred_at, reported_at))

    def place(self, parsed: Parsed) -> None:
        """Finds the unit and the category, or makes them. Raises RowProblem."""
        case = parsed.case
        case["unit_id"] = self.places.unit(parsed.unit_code, parsed.area)
        case["category_id"] = self.categories.find(case["track"], parsed.category)

    def _times(self, told: dict[str, str]) -> tuple[datetime, datetime | None, datetime | None]:
        reported_at = _moment(told, "reported_at")
        if reported_at is None:
            raise RowProblem("reported_at", _("saknas"))
        occurred_at, closed_at = _moment(told, "occurred_at"), _moment(told, "closed_at")
        for name, moment in (("reported_at", reported_at), ("closed_at", closed_at)):
            if moment and moment > self.at:
                raise RowProblem(name, _("ligger i framtiden"))
        if closed_at and closed_at < reported_at:
            raise RowProblem("closed_at", _("ligger före dagen då händelsen rapporterades"))
        if occurred_at and occurred_at > reported_at:
            occurred_at = _in_lost_hour(told, reported_at)
        return reported_at, occurred_at, closed_at

    def _person(self, text: str) -> tuple[int | None, str]:
        """A login, or a number that import-users made a login of."""
        login = text.strip().lower()
        if (number := whole_number(login)) is not None:
            login = f"anv{number:05d}"
        return self.people.get(login, (None, ""))


def clock_of(case: dict[str, Any]) -> dict[str, Any]:
    """The date that came with the row, kept as a clock so that the next step stops it."""
    return {
        "case_id": case["id"],
        "code": WAITING.get(case["state"], "deviation.effect"),
        "label": "Klart senast enligt det tidigare systemet",
        "unit": "days",
        "amount": min(max((case["due_on"] - local_date(case["reported_at"])).days, 0), 32_000),
        "counted_from": "sedan rapporten kom in",
        "source": "Dagen följde med när ärendet lästes in.",
        "status": "local",
        "started_at": case["reported_at"],
        "due_on": case["due_on"],
    }


def _key(name: str) -> UUID:
    """The same as uuid5, which is twice as slow."""
    return UUID(bytes=hashlib.sha1(NAMESPACE_URL.bytes + name.encode(), usedforsecurity=False).digest()[:16], version=5)


def _odd_year(occurred_at: datetime | None, reported_at: datetime) -> str:
    earliest = reported_at.year - ODD_YEARS
    if occurred_at and occurred_at.year < earliest and (year := local_date(occurred_at).year) < earliest:
        return _("%(year)s ligger mer än tio år före rapporten; raden läses in ändå") % {"year": year}
    return ""


def _text(told: dict[str, str], name: str, *, most: int, required: bool = False) -> str:
    text = told.get(name, "").strip()
    if required and not text:
        raise RowProblem(name, _("saknas"))
    if len(text) > most:
        raise RowProblem(name, _("är längre än %(most)s tecken") % {"most": most})
    return text


def _check_letters(told: dict[str, str]) -> None:
    """No database keeps a NUL or half a character; U+FFFD is what a file in another coding than UTF-8 becomes."""
    if not _UNREADABLE.search("\n".join(told.values())):
        return
    name = next(name for name, text in told.items() if _UNREADABLE.search(text))
    raise RowProblem(name, _("har tecken som inte går att läsa; spara filen som UTF-8"))


def _short(text: str) -> str:
    line = text.splitlines()[0].split(". ")[0].rstrip(".")
    return line if len(line) <= 70 else line[:70].rsplit(" ", 1)[0] + " …"


def _choose(told: dict[str, str], name: str, words: dict[str, Any]) -> Any:
    word = told.get(name, "").strip().lower()
    if word not in words:
        known = ", ".join(known for known in words if known)
        raise RowProblem(name, _("%(word)s är okänt, skriv något av %(known)s") % {"word": word, "known": known})
    return words[word]


def _severity(told: dict[str, str]) -> int | None:
    text = told.get("severity", "").strip()
    if text and text not in {"1", "2", "3", "4"}:
        raise RowProblem("severity", _("%(word)s är inte 1, 2, 3 eller 4") % {"word": text[:20]})
    return int(text) if text else None


def _read_moment(told: dict[str, str], name: str) -> datetime | None:
    text = told.get(name, "").strip()
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(_tidy(text))
    except ValueError:
        why = _("%(word)s är ingen tid, skriv som 2026-11-24 09:30") % {"word": text[:30]}
        raise RowProblem(name, why) from None


def _tidy(text: str) -> str:
    """Other systems' habits: a year alone, an hour in one digit, a blank before the zone."""
    if re.fullmatch(r"\d{4}", text):
        return f"{text}-01-01"
    padded = re.sub(r"^(\d{4}-\d\d-\d\d)[ T]+(\d):", r"\1 0\2:", text)
    return re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", padded)


def _moment(told: dict[str, str], name: str) -> datetime | None:
    """A time without a zone is Swedish time."""
    moment = _read_moment(told, name)
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)).astimezone(UTC)
    except OverflowError:
        raise RowProblem(name, _("%(word)s är ingen tid, skriv som 2026-11-24 09:30") % {"word": moment.year}) from None


def _in_lost_hour(told: dict[str, str], reported_at: datetime) -> datetime:
    """A time in the hour that spring skips may look right and yet come too late; then it is the report's."""
    occurred, reported = _read_moment(told, "occurred_at"), _read_moment(told, "reported_at")
    if occurred and reported and not (occurred.tzinfo or reported.tzinfo) and occurred <= reported:
        return reported_at
    raise RowProblem("occurred_at", _("ligger efter att händelsen rapporterades"))


def _day(told: dict[str, str]) -> date | None:
    text = told.get("due_at", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise RowProblem("due_at", _("%(word)s är inget datum, skriv som 2026-11-24") % {"word": text[:30]}) from None
