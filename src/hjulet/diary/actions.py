"""Verbs of the diary: registering, adding documents, marking secrecy. Nothing is ever taken away."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core import net
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.core.personal_number import has_personal_number
from hjulet.diary import numbers
from hjulet.diary.choices import Direction
from hjulet.diary.models import Counter, Document, Matter, Series
from hjulet.diary.registry import Provision, provision
from hjulet.org.choices import UnitKind
from hjulet.org.dated import stamp_of_rows
from hjulet.org.models import Principal, Unit
from hjulet.org.tree import chain

OF_ITSELF = "Hjulet"  # who marked, when no person did


@dataclass(frozen=True)
class Paper:
    """A document to enter. `secrecy` is the code of a provision (`osl-26-1`), `entered_on` when it came or was made."""

    direction: str = Direction.IN
    counterpart: str = ""
    subject: str = ""
    secrecy: str | None = None
    entered_on: date | None = None
    authority: str = ""
    submission_key: UUID | None = None


# Series -----------------------------------------------------------------


def board_of(unit: Unit) -> Unit:
    """The nearest board at or above a unit, or the principal's root when there is none."""
    above = list(Unit.objects.filter(path__in=chain(unit.path or "")).order_by("path")) or [unit]
    return next((one for one in reversed(above) if one.kind == UnitKind.COMMITTEE), above[0])


def series_of(board: Unit) -> Series:
    """The board's series, or the one it would get if nobody has decided: not saved."""
    found = Series.objects.filter(board=board).first()
    return found or Series(principal_id=board.principal_id, board=board, prefix=_free_prefix(board))


def set_series(
    *,
    board: Unit,
    prefix: str,
    external: bool,
    pattern: str = numbers.DEFAULT,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Series:
    """Decides how a board's matters are numbered from now on; numbers given out stay. Raises Refused, Stale."""
    _check_series(board, prefix, pattern)
    with transaction.atomic():
        Principal.objects.select_for_update().get(pk=board.principal_id)
        if seen is not None and seen != stamp_of(board):
            raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))
        row = series_of(board)
        was = {name: getattr(row, name) if row.pk else None for name in ("prefix", "pattern", "external")}
        row.prefix, row.pattern, row.external = prefix, pattern, external
        row.save()
        values = {name: [old, getattr(row, name)] for name, old in was.items() if old != getattr(row, name)}
        about = ("diaryseries", row.pk)
        record(
            "diaryseries.changed",
            actor=actor,
            at=at,
            about=about,
            principal_id=row.principal_id,
            unit_id=board.pk,
            values=values,
        )
    return row


def stamp_of(board: Unit) -> str:
    return stamp_of_rows(Series.objects.filter(board=board))


def next_number(series: Series, year: int) -> str:
    """What the next matter of the year would get. Nothing is given out."""
    last = Counter.objects.filter(series_id=series.pk, year=year).values_list("last", flat=True).first()
    return series.number(year, (last or 0) + 1)


def _check_series(board: Unit, prefix: str, pattern: str) -> None:
    if not numbers.LETTERS.fullmatch(prefix):
        raise Refused(_("Förkortningen börjar med en stor bokstav och har högst tio stora bokstäver och siffror."))
    if not numbers.is_pattern(pattern):
        raise Refused(_("Mönstret ska ha PREFIX, ÅÅÅÅ och N en gång var, till exempel PREFIX ÅÅÅÅ/NNNNN."))
    others = Series.objects.filter(principal_id=board.principal_id, prefix=prefix).exclude(board=board)
    if others.exists():
        raise Refused(_("En annan nämnd har redan förkortningen %(prefix)s.") % {"prefix": prefix})


def _free_prefix(board: Unit) -> str:
    """A prefix nobody has: the initials of the board's name."""
    words = [word for word in re.findall(r"\w+", board.name) if word.casefold() not in {"och", "för", "i"}]
    start = "".join(word[0] for word in words).upper()[:8]
    start = start if numbers.LETTERS.fullmatch(start) else "D"
    taken = set(Series.objects.filter(principal_id=board.principal_id).values_list("prefix", flat=True))
    return next(one for one in (start, *(f"{start}{n}" for n in range(2, 100))) if one not in taken)


def _locked_series(unit: Unit, actor: Actor | None, at: datetime) -> Series:
    """The series of the unit's board, locked to the end of the transaction: whoever comes next waits for its number."""
    board = board_of(unit)
    held = Series.objects.select_for_update().filter(board=board).first()
    if held is None:
        Principal.objects.select_for_update().get(pk=board.principal_id)  # two first matters at once
        row = series_of(board)
        if row.pk is None:
            set_series(board=board, prefix=row.prefix, external=False, actor=actor, at=at)
        held = Series.objects.select_for_update().get(board=board)
    return held


def _give_out(series: Series, year: int) -> tuple[int, str]:
    """The next number. A number that the board already has from elsewhere is passed by."""
    counter, _made = Counter.objects.get_or_create(series=series, year=year)
    taken = Matter.objects.unscoped(reason="numbers given out").filter(principal_id=series.principal_id)
    while True:
        counter.last += 1
        number = series.number(year, counter.last)
        if not taken.filter(number=number).exists():
            counter.save(update_fields=["last"])
            return counter.last, number


# Matters ----------------------------------------------------------------


def register(
    *,
    principal: Principal,
    unit: Unit,
    subject: str,
    counterpart: str = "",
    direction: str = Direction.IN,
    about: tuple[str, int] | None = None,
    external_number: str | None = None,
    secrecy: str | None = None,
    entered_on: date | None = None,
    submission_key: UUID | None = None,
    actor: Actor | None,
    at: datetime,
) -> Matter:
    """Enters a matter with its first document and gives it a number, in the caller's transaction (OSL 5 kap. 1 §).

    `subject` must stand in public: no names. `about` is what the matter is about, as ("case", 12): once only.
    `external_number` is for a board that keeps its diary elsewhere; without it the matter waits for one
    (`give_number`). A second time with the same `submission_key` gives the first matter back. `actor` None: Hjulet
    itself. Raises Refused.
    """
    if unit.principal_id != principal.pk:
        raise ValueError("the unit belongs to another principal")
    paper = Paper(direction, counterpart, "", secrecy, entered_on, submission_key=submission_key)
    subject = _subject(subject)
    _check_paper(paper, at)
    with transaction.atomic(), _writing(principal.pk):
        if about and (earlier := matter_of(about)):
            raise Refused(_("Det är redan registrerat med nummer %(number)s.") % {"number": earlier.number or "–"})
        series, year = _locked_series(unit, actor, at), local_date(at).year
        if sent := _sent_before(submission_key):
            return sent.matter
        serial, number = _number(series, year, external_number)
        matter = Matter(
            principal=principal,
            unit=unit,
            series=series,
            number=number,
            year=year,
            serial=serial,
            subject=subject,
            about_type=about[0] if about else "",
            about_id=about[1] if about else None,
            registered_by_id=actor.person_id if actor else None,
            created_at=at,
        )
        matter.save(force_insert=True)
        _record("matter.registered", matter, actor, at, {"number": number, "subject": subject})
        _enter(matter, 1, paper, actor, at)
    return matter


def add_document(
    matter: Matter,
    *,
    direction: str,
    counterpart: str = "",
    subject: str = "",
    secrecy: str | None = None,
    entered_on: date | None = None,
    submission_key: UUID | None = None,
    actor: Actor | None,
    at: datetime,
) -> Document:
    """Enters one more document with the matter's number. An empty subject is the matter's. Raises Refused.

    While one document of a matter is marked, from and to whom the others came or went is kept from the public too.
    """
    paper = Paper(direction, counterpart, _subject(subject) if subject.strip() else "", secrecy, entered_on)
    paper = replace(paper, submission_key=submission_key)
    _check_paper(paper, at)
    with transaction.atomic(), _writing(matter.principal_id):
        locked = _lock(matter)
        if sent := _sent_before(submission_key):
            return sent
        last = locked.documents.order_by("-line").values_list("line", flat=True).first() or 0
        return _enter(locked, last + 1, paper, actor, at)


def give_number(matter: Matter, *, number: str, actor: Actor, at: datetime) -> Matter:
    """Writes the number that the diary elsewhere gave. Once. Raises Refused."""
    with transaction.atomic(), _writing(matter.principal_id):
        locked = _lock(matter)
        if locked.number:
            raise Refused(_("Ärendet har redan numret %(number)s. Det går inte att ändra.") % {"number": locked.number})
        locked.number = _outside_number(locked.principal_id, number)
        locked.save(update_fields=["number"])
        _find_again(locked)
        _record("matter.numbered", locked, actor, at, {"number": locked.number})
    return locked


def change_subject(thing: Matter | Document, *, subject: str, reason: str, actor: Actor, at: datetime) -> None:
    """Gives a matter or one of its documents another subject. Raises Refused."""
    new = _subject(subject)
    if not reason.strip():
        raise Refused(_("Skriv varför rubriken ändras."))
    with transaction.atomic(), _writing(_principal_of(thing)):
        locked: Any = _lock(thing)
        matter = locked.matter if isinstance(locked, Document) else locked
        old = locked.told_subject if isinstance(locked, Document) else locked.subject
        if old == new:
            raise Refused(_("Det är samma rubrik som förut."))
        locked.subject = new
        locked.save(update_fields=["subject"])
        _find_again(matter)
        values = {"subject": [old, new], "reason": reason, **_line(locked)}
        _record("matter.subject", matter, actor, at, values)


# Secrecy ----------------------------------------------------------------


def mark_secrecy(
    document: Document, *, provision: str, authority: str = "", actor: Actor | None, at: datetime
) -> Document:
    """Marks a document as secret: provision, day and authority (OSL 5 kap. 5 §). Raises Refused.

    `provision` is the code of a provision in force, `authority` the one that had it marked: the board, if none is said.
    """
    law = _provision(provision, at)
    with transaction.atomic(), _writing(_principal_of(document)):
        locked: Document = _lock(document)
        old = locked.secrecy_provision
        _mark(locked, law, authority, actor, at)
        locked.save(update_fields=[*MARK])
        _record_mark("matter.marked", locked, {"provision": [old, law.citation]}, actor, at)
    return locked


def withdraw_mark(document: Document, *, reason: str, actor: Actor, at: datetime) -> Document:
    """Takes the mark back; the event keeps what it said and why it went. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Skriv varför markeringen tas bort."))
    with transaction.atomic(), _writing(_principal_of(document)):
        locked: Document = _lock(document)
        if not locked.is_marked:
            raise Refused(_("Handlingen har ingen sekretessmarkering."))
        old = {"provision": [locked.secrecy_provision, ""], "marked_on": [locked.marked_on, None]}
        for name in MARK:
            setattr(locked, name, None if name == "marked_on" else "")
        locked.save(update_fields=[*MARK])
        _record_mark("matter.unmarked", locked, {**old, "reason": reason}, actor, at)
    return locked


MARK = ("secrecy_code", "secrecy_provision", "marked_on", "marked_by_name", "authority")


def _mark(document: Document, law: Provision, authority: str, actor: Actor | None, at: datetime) -> None:
    document.secrecy_code, document.secrecy_provision = law.code, law.citation
    document.marked_on, document.marked_by_name = local_date(at), actor.label if actor else OF_ITSELF
    document.authority = authority.strip() or document.matter.series.board.name


def _provision(code: str, at: datetime) -> Provision:
    law = provision(code, local_date(at))
    if law is None:
        raise Refused(_("Välj en bestämmelse om sekretess som gäller."))
    return law


# Finding ----------------------------------------------------------------


def matter_of(about: tuple[str, int]) -> Matter | None:
    """The matter that is about something the caller already has let someone through to."""
    rows = Matter.objects.unscoped(reason="the number of what the caller has let through")
    found: Matter | None = rows.filter(about_type=about[0], about_id=about[1]).select_related("unit").first()
    return found


def number_of(about: tuple[str, int]) -> str:
    """The diary number of something, empty when it has none."""
    found = matter_of(about)
    return (found.number or "") if found else ""


def numbers_of(ids: Collection[int]) -> dict[int, str]:
    """What matters are called in the log."""
    rows = Matter.objects.unscoped(reason="the log names matters by number").filter(pk__in=ids, number__isnull=False)
    return {pk: number or "" for pk, number in rows.values_list("pk", "number")}


# Inside -----------------------------------------------------------------


def _writing(principal_id: int) -> AbstractContextManager[None]:
    """Whoever acts, also nobody: the row is the principal's, and no other's."""
    return net.asking(net.of_writer(principal_id))


def _principal_of(thing: Matter | Document) -> int:
    return thing.matter.principal_id if isinstance(thing, Document) else thing.principal_id


def _lock(thing: Any) -> Any:
    """The row as it is now, held. Whether the actor may see it was asked when she got hold of it."""
    rows = type(thing).objects.unscoped(reason="a row that the caller has let through")
    related = ("matter__series__board",) if isinstance(thing, Document) else ("series__board",)
    return rows.select_for_update(of=("self",)).select_related(*related).get(pk=thing.pk)


def _enter(matter: Matter, line: int, paper: Paper, actor: Actor | None, at: datetime) -> Document:
    document = Document(
        matter=matter,
        line=line,
        direction=Direction(paper.direction),
        entered_on=paper.entered_on or local_date(at),
        counterpart=paper.counterpart.strip(),
        subject=paper.subject,
        submission_key=paper.submission_key,
        created_at=at,
    )
    if paper.secrecy:
        _mark(document, _provision(paper.secrecy, at), paper.authority, actor, at)
    document.search_text = document.words()
    document.save(force_insert=True)
    told = {"direction": paper.direction, "counterpart": document.counterpart, "entered_on": document.entered_on}
    _record_mark("matter.document", document, told | {"provision": document.secrecy_provision}, actor, at)
    return document


def _sent_before(key: UUID | None) -> Document | None:
    if key is None:
        return None
    rows = Document.objects.unscoped(reason="whether a form was sent before").select_related("matter__unit")
    found: Document | None = rows.filter(submission_key=key).first()
    return found


def _check_paper(paper: Paper, at: datetime) -> None:
    _without_personal_number(paper.counterpart)
    if len(paper.counterpart) > 200:
        raise Refused(_("Avsändaren eller mottagaren får ha högst 200 tecken."))
    if paper.entered_on and paper.entered_on > local_date(at):
        raise Refused(_("Datumet ligger i framtiden. Välj i dag eller tidigare."))
    if paper.secrecy:
        _provision(paper.secrecy, at)


def _subject(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Refused(_("Skriv kort vad ärendet gäller."))
    if len(text) > 200:
        raise Refused(_("Rubriken får ha högst 200 tecken."))
    _without_personal_number(text)
    return text


def _without_personal_number(text: str) -> None:
    if has_personal_number(text):
        raise Refused(_("Det ser ut som ett personnummer. I diariet får det aldrig stå. Ta bort det."))


def _number(series: Series, year: int, external_number: str | None) -> tuple[int | None, str | None]:
    """(running number, number as written); both None while the number elsewhere is waited for."""
    if not series.external:
        if external_number:
            raise Refused(_("Nämnden har egna nummer. Lämna numret tomt, så får ärendet nästa."))
        return _give_out(series, year)
    if not external_number:
        return None, None
    return None, _outside_number(series.principal_id, external_number)


def _outside_number(principal_id: int, text: str) -> str:
    number = " ".join(text.split())
    if not number or len(number) > 60:
        raise Refused(_("Skriv numret ur diariet, högst 60 tecken."))
    _without_personal_number(number)
    rows = Matter.objects.unscoped(reason="numbers given out").filter(principal_id=principal_id)
    if rows.filter(number__iexact=number).exists():
        raise Refused(_("Numret %(number)s finns redan i diariet.") % {"number": number})
    return number


def _find_again(matter: Matter) -> None:
    for document in matter.documents.all():
        document.matter = matter
        document.search_text = document.words()
        document.save(update_fields=["search_text"])


def _line(thing: Matter | Document) -> dict[str, int]:
    return {"line": thing.line} if isinstance(thing, Document) else {}


def _record_mark(verb: str, document: Document, values: Mapping[str, Any], actor: Actor | None, at: datetime) -> None:
    _record(verb, document.matter, actor, at, {"line": document.line, **values})


def _record(verb: str, matter: Matter, actor: Actor | None, at: datetime, values: Mapping[str, Any]) -> None:
    record(
        verb,
        actor=actor,
        at=at,
        about=("matter", matter.pk),
        principal_id=matter.principal_id,
        unit_id=matter.unit_id,
        values=values,
    )
