"""Entries as the case's page and the API show them: what is asked for, what has been written, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hjulet.cases.actions import may_enter
from hjulet.cases.choices import ContentPoint, Grade
from hjulet.cases.dossier import Dossier, stage_code
from hjulet.cases.entries import BY_CODE, GROUPS, Entry, local_entry
from hjulet.cases.models import Note
from hjulet.core.actor import Actor


@dataclass(frozen=True)
class Row:
    """One entry: the latest note of it, if any, and whether the one who looks may write it."""

    entry: Entry
    note: Note | None
    may: bool

    @property
    def answer(self) -> str:
        return answer_words(self.entry, self.note) if self.note else ""

    @property
    def items(self) -> list[str]:
        chosen = (self.note.details or {}).get("items", []) if self.note else []
        return [str(label) for code, label in self.entry.items if code in chosen]


def answer_words(entry: Entry, note: Note) -> str:
    """The label of a note's answer; a decision's answer is its grade."""
    if entry.code == "decision":
        return str(Grade(note.answer).label) if note.answer in Grade.values else ""
    return str(dict(entry.answers).get(note.answer or "", ""))


FOLDED = frozenset({"side", "secrecy"})  # questions that most cases answer no to stand folded until one is answered


def groups_of(dossier: Dossier, actor: Actor) -> list[tuple[Any, str, list[Row], bool]]:
    """(heading, code, rows, folded) for each group that has something to ask or to show."""
    case = dossier.case
    entries = [*dossier.asked, *(local_entry(stage, case) for stage in dossier.stages)]
    written = [BY_CODE[code] for code in dossier.entries if code in BY_CODE and BY_CODE[code] not in entries]
    rows = [Row(entry, dossier.entries.get(entry.code), may_enter(entry, case, actor)) for entry in entries]
    rows += [Row(entry, dossier.entries[entry.code], may=False) for entry in written]
    return [
        (label, group, found, group in FOLDED and not any(row.note for row in found))
        for group, label in GROUPS.items()
        if (found := [row for row in rows if row.entry.group == group])
    ]


def earlier_of(dossier: Dossier) -> list[tuple[Entry, Note, str]]:
    """What was written before and no longer counts, newest first."""
    stages = {stage_code(stage): local_entry(stage, dossier.case) for stage in dossier.stages}
    newest = {note.pk for note in dossier.entries.values()}
    found = []
    for note in sorted(dossier.coded, key=lambda note: -note.pk):
        entry = BY_CODE.get(note.code or "") or stages.get(note.code or "")
        if entry and note.pk not in newest:
            found.append((entry, note, answer_words(entry, note)))
    return found


def points_of(dossier: Dossier) -> list[tuple[ContentPoint, int]]:
    """Each part of the content that the record must have, with how many notes tell of it."""
    told = [note.point for note in dossier.notes]
    return [(point, told.count(point.value)) for point in ContentPoint]
