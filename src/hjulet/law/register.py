"""The register of laws as it is read: what an address asks for, one provision, what hangs on repealed ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.dateparse import parse_date

from hjulet.core.actor import Actor
from hjulet.core.clocks import add_months_unrolled, local_date
from hjulet.law.choices import Kind, LawState
from hjulet.law.models import LawRow
from hjulet.law.registry import KINDS, Hanging, hangings

PLACE = re.compile(r"\s+(?=\d+(?: [a-z])?(?:[–-]\d*(?: ?[a-z])?)?\s*(?:kap\.|§))|\s+artikel\b")
EVERY = "alla"
MONTHS = (0, 3, 6, 12, 36)
USUAL = 6
FIRST_YEAR, LAST_YEAR = 1900, 2199


def law_of(citation: str) -> str:
    """The law itself, out of a designation: “SoL 27 kap. 2 §” is of “SoL”."""
    return PLACE.split(citation, maxsplit=1)[0]


def day_of(text: str, today: date) -> date:
    """A day in an address, today when it is none."""
    try:
        day = parse_date(text)
    except ValueError:
        return today
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else today


@dataclass(frozen=True)
class Selection:
    """What the address of the list asks for. `state` is one of LawState or EVERY, told as on `day`."""

    day: date
    text: str = ""
    law: str = ""
    kind: str = ""
    state: str = LawState.IN_FORCE.value

    @classmethod
    def read(cls, params: Mapping[str, str], today: date) -> Selection:
        kind, state = params.get("slag", ""), params.get("lage", "")
        usual = EVERY if params.get("upphavda") == "1" else LawState.IN_FORCE.value
        return cls(
            day=day_of(params.get("dag", ""), today),
            text=params.get("q", "").replace("\x00", " ").strip()[:200],
            law=params.get("lag", "")[:80],
            kind=kind if kind in Kind.values else "",
            state=state if state in {*LawState.values, EVERY} else usual,
        )

    def chooses(self, law: LawRow) -> bool:
        if self.kind and law.kind != self.kind:
            return False
        if self.law and law_of(law.citation) != self.law:
            return False
        return self.state == EVERY or law.state_on(self.day) == self.state


def laws_in(selection: Selection) -> list[LawRow]:
    """By designation, chapter 5 before chapter 27, repealed wordings after the one in force."""
    rows = LawRow.objects.select_related("replaced_by")
    chosen = [law for law in rows if selection.chooses(law)]
    return sorted(_search(chosen, selection.text), key=natural)


def laws_named() -> list[str]:
    """The laws that the register has provisions of."""
    names = {law_of(citation) for citation in LawRow.objects.values_list("citation", flat=True)}
    return sorted(names, key=str.casefold)


def _search(laws: list[LawRow], query: str) -> list[LawRow]:
    """The provision with exactly this designation, else those with every word. SQL folds no åäö."""
    exact = [law for law in laws if law.citation.casefold() == query.casefold()]
    return exact or [law for law in laws if _matches(law, query)]


def _matches(law: LawRow, query: str) -> bool:
    text = f"{law.code} {law.citation} {law.title} {law.summary}".casefold()
    return all(word in text for word in query.casefold().split())


def natural(law: LawRow) -> tuple[list[tuple[int, int, str]], int]:
    parts = law.citation.replace(":", " ").replace("§", "").split()
    words = [(0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in parts]
    return words, -law.valid_from.toordinal()


# One provision ------------------------------------------------------------------------


@dataclass(frozen=True)
class Provision:
    """A provision on a day: the wording that is shown, all its wordings newest first, and its neighbours in time.

    `replaced` and `replaced_by` follow the chain, nearest first, with the last wording of each.
    """

    law: LawRow
    wordings: list[LawRow]
    replaced: list[LawRow]
    replaced_by: list[LawRow]

    @property
    def latest(self) -> LawRow:
        return self.wordings[0]


def provision(code: str, day: date) -> Provision | None:
    """The wording of a day, else the first one after it, else the last. None when there is no such code."""
    everything = list(LawRow.objects.select_related("replaced_by", "checked_by__principal").order_by("valid_from"))
    own = [law for law in everything if law.code == code]
    if not own:
        return None
    begun = [law for law in own if law.valid_from <= day]
    shown = begun[-1] if begun else own[0]
    return Provision(shown, own[::-1], _chain(code, everything, forward=False), _chain(code, everything, forward=True))


def _chain(code: str, rows: list[LawRow], *, forward: bool) -> list[LawRow]:
    known, here, found = {code}, [code], []
    latest = {law.code: law for law in rows}
    while here:
        near = [code for law in rows for code in _neighbours(law, set(here), forward=forward)]
        here = [code for code in dict.fromkeys(near) if code not in known]
        known.update(here)
        found += [latest[code] for code in here]
    return found


def _neighbours(law: LawRow, codes: set[str], *, forward: bool) -> Iterable[str]:
    if law.replaced_by is None:
        return ()
    here, there = (law.code, law.replaced_by.code) if forward else (law.replaced_by.code, law.code)
    return (there,) if here in codes else ()


# What still hangs on what is repealed -------------------------------------------------


@dataclass(frozen=True)
class Due:
    """One thing that names a provision which has ended or will; `then` is what holds instead, if that is known."""

    law: LawRow
    then: LawRow | None
    hanging: Hanging


def ending(until: date) -> list[LawRow]:
    """The last wording of each provision that has ended or ends by a day, the one that ended first on top."""
    latest = {law.code: law for law in LawRow.objects.select_related("replaced_by").order_by("valid_from")}
    ended = [law for law in latest.values() if law.valid_to is not None and law.valid_to <= until]
    return sorted(ended, key=lambda law: (law.valid_to or until, natural(law)))


def horizon(months: int, today: date) -> date:
    return add_months_unrolled(today, months)


def months_of(text: str) -> int:
    return int(text) if text in {str(months) for months in MONTHS} else USUAL


def still_hanging(*, months: int, kind: str = "", actor: Actor, at: datetime) -> list[Due]:
    """What the actor may see that hangs on provisions which have ended, or end within so many months."""
    laws = ending(horizon(months, local_date(at)))
    hung: dict[str, list[Hanging]] = {}
    for row in hangings([law.code for law in laws], actor=actor, at=at):
        hung.setdefault(row.code, []).append(row)
    return [
        Due(law, law.replaced_by, row)
        for law in laws
        for row in hung.get(law.code, ())
        if kind not in KINDS or row.kind == kind
    ]
