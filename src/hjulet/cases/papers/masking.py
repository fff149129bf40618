"""A copy of what is kept in a case, for whoever asks, with what is secret masked (TF 2 kap., OSL 21, 25, 26 kap.).

What is masked is taken out here, before anything is drawn: the preview and the PDF never hold it. A mask is always as
long as every other, so that its length tells nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from hjulet.cases.actions.telling import event
from hjulet.cases.choices import LEX
from hjulet.cases.dossier import Dossier
from hjulet.cases.entries import BY_CODE
from hjulet.cases.models import Case, Note
from hjulet.cases.papers.archive import BOXED
from hjulet.cases.papers.content import author, day
from hjulet.cases.papers.content import told as told_entry
from hjulet.core import pdf
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.law.choices import Kind
from hjulet.law.models import LawRow
from hjulet.law.rules import law_on
from hjulet.org.choices import Duty, Track

TEMPLATES = Path(__file__).parent / "templates"
MASK = "████"
SHORT = 4  # letters; a shorter word is masked only where it stands alone
COPIES = (Duty.REGISTER, Duty.LEX, Duty.HANDLE)
SPACES = re.compile(r"\s+")


def may_copy(case: Case, actor: Actor) -> bool:
    """Whether the actor may hand out from a case that she sees: registrar, whoever works with it, its handler."""
    path, track = case.unit.path or "", case.track if case.track_set_at else None
    works = Duty.LEX if case.kind in LEX else Duty.HANDLE
    held = actor.holds_at(Duty.REGISTER, path) or actor.holds_at(works, path, track)
    return held or case.handler_id == actor.person_id


def provisions(on: date) -> list[tuple[str, str]]:
    """The provisions one can choose among: code and words."""
    rows = LawRow.objects.on(on).filter(kind=Kind.SECRECY).order_by("code", "-valid_from")
    return [(row.code, f"{row.citation}, {row.title[:1].lower()}{row.title[1:]}") for row in rows]


def usual(case: Case) -> str:
    """The provision that most often holds for what such a case says about a person."""
    return "osl-25-1" if case.track == Track.HSL else "osl-26-1"


@dataclass(frozen=True)
class Passage:
    """A piece of a case that is handed out or masked as a whole. `heading` holds nothing that someone has typed."""

    key: str
    heading: str
    text: str
    meta: str = ""


@dataclass(frozen=True)
class Masks:
    """What is masked: passages by key and words, each with the code of its provision."""

    passages: Mapping[str, str] = field(default_factory=dict)
    words: tuple[tuple[str, str], ...] = ()

    @property
    def codes(self) -> list[str]:
        return sorted({*self.passages.values(), *(code for _word, code in self.words)})


@dataclass(frozen=True)
class Masked:
    passages: list[Passage]
    counts: Mapping[str, int]  # by provision: how many places are masked
    unused: int  # words that stood nowhere


# What there is to hand out ------------------------------------------------------


def passages_of(case: Case, reader: Actor | None = None) -> list[Passage]:
    """Everything that the case says to the reader, in the order of its page."""
    with translation.override("sv"):
        dossier = Dossier.of(case, reader)
        return [p for p in [*_about(case), *_words(case), *_worked(dossier), *_said(dossier)] if p.text.strip()]


def _about(case: Case) -> list[Passage]:
    who = "" if case.unnamed or case.reporter is None else case.reporter.name
    sent = f"{who}, {case.reporter_title}".strip(", ")
    place = f"{case.principal.name}, {case.unit.name}. {day(case.reported_on)}"
    return [
        Passage("title", _("Rubrik"), case.title),
        Passage("unit", _("Enhet och dag"), place),
        Passage("person", _("Den enskilde"), "" if case.protected_identity else case.person_ref),
        Passage("reporter", _("Den som rapporterade"), sent),
        Passage("handler", _("Handläggare"), case.handler.name if case.handler else ""),
    ]


def _words(case: Case) -> list[Passage]:
    return [
        Passage("description", _("Rapportens ord"), case.description),
        Passage("immediate", _("Det här gjordes direkt"), case.immediate_action),
        Passage("informed", _("Vad den enskilde har fått veta"), case.informed_note),
        Passage("set-aside", _("Varför det inte prövas"), case.set_aside or ""),
        Passage("lesson", _("Lärdom"), case.lesson),
    ]


def _worked(dossier: Dossier) -> list[Passage]:
    found = []
    for note in dossier.notes:
        meta = ", ".join([day(note.noted_on), str(note.get_kind_display()), note.source, author(note)])
        found.append(Passage(f"note-{note.pk}", _("Anteckning"), note.text, meta))
    for note in dossier.coded:
        found.append(Passage(f"note-{note.pk}", _entry_heading(note), "\n".join(told_entry(note)) or note.text))
    for cause in dossier.causes:
        measures = [f"{row.title} ({row.owner.name}, {day(row.due_on)})" for row in dossier.measures_of(cause)]
        text = "\n".join([cause.text, cause.no_measure_reason, *measures])
        found.append(Passage(f"cause-{cause.pk}", _("Orsak %s") % cause.number, text))
    return found


def _entry_heading(note: Note) -> str:
    entry = BY_CODE.get(note.code or "")
    return str(entry.label) if entry else _("Uppgift")


def _said(dossier: Dossier) -> list[Passage]:
    said = [
        Passage(
            f"message-{row.pk}",
            str(row.get_kind_display()),
            row.text,
            f"{day(local_date(row.created_at))}, {row.author_name}",
        )
        for row in dossier.messages
    ]
    sender = dossier.complainant
    if sender is None:
        return said
    ways = (sender.name, sender.email, sender.phone, sender.address)
    return [
        Passage("sender", _("Den som skrev"), "\n".join(way for way in ways if way)),
        Passage("wants", _("Vad den som skrev vill"), sender.wants),
        *said,
    ]


def fingerprint(passages: Iterable[Passage]) -> str:
    """Changes when anything is added to the case, so that nothing goes out that nobody has looked at."""
    told = [[p.key, p.heading, p.meta, p.text] for p in passages]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


# Masking --------------------------------------------------------------------------


def masked(passages: Iterable[Passage], masks: Masks) -> Masked:
    """The passages with `MASK` where something was. Words are found in any letter case, also inside longer words."""
    counts: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    shown, patterns = [], patterns_of(masks)
    for passage in passages:
        code = masks.passages.get(passage.key)
        if code:
            counts[code] += 1
            shown.append(replace(passage, text=MASK, meta=MASK if passage.meta else ""))
            continue
        texts = {"text": _plain(passage.text), "meta": _plain(passage.meta)}
        for word, code, pattern in patterns:
            for name, text in texts.items():
                texts[name], n = pattern.subn(MASK, text)
                counts[code] += n
                hits[word] += n
        shown.append(replace(passage, **texts))
    return Masked(shown, dict(counts), sum(1 for word, _code in masks.words if not hits[word]))


def patterns_of(masks: Masks) -> list[tuple[str, str, re.Pattern[str]]]:
    """The longest first, so that a name does not leave half of a full name behind."""
    ordered = sorted(masks.words, key=lambda pair: -len(pair[0]))
    return [(word, code, pattern_of(word)) for word, code in ordered]


def without(text: str, masks: Masks) -> str:
    """What is typed about the copy is masked as what is copied."""
    plain = _plain(text)
    for _word, _code, pattern in patterns_of(masks):
        plain = pattern.sub(MASK, plain)
    return plain


def pattern_of(word: str) -> re.Pattern[str]:
    """Matches a word or phrase with the whole words it is part of; a short one only by itself, or with a genitive s."""
    parts = [re.escape(part) for part in SPACES.split(_plain(word).strip())]
    core = r"\s+".join(parts)
    if len(word.strip()) < SHORT:
        return re.compile(rf"(?<!\w){core}s?(?!\w)", re.IGNORECASE)
    return re.compile(rf"\w*{core}\w*", re.IGNORECASE)


def _plain(text: str) -> str:
    """As it will be drawn: one form of each letter, and no invisible characters that hide a word from the search."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"})


# The copy -------------------------------------------------------------------------


def make_copy(case: Case, masks: Masks, *, to: str, decided_by: str, reason: str, actor: Actor, at: datetime) -> bytes:
    """The masked copy as PDF, logged and recorded with how much was masked. Raises PdfFailed."""
    ids, unit = [case.pk], case.unit_id
    log_read("export", actor=actor, at=at, about="case", ids=ids, purpose="copy", unit_id=unit)
    result = masked(passages_of(case, actor), masks)
    with translation.override("sv"):
        sheet = _pdf(case, result, masks, decided_by=without(decided_by, masks), reason=without(reason, masks), at=at)
    values: dict[str, Any] = {
        "to": to,
        "decided_by": decided_by,
        "reason": reason,
        "passages": len(masks.passages),
        "places": sum(result.counts.values()),
        "provisions": masks.codes,
        "sha256": hashlib.sha256(sheet).hexdigest(),
    }
    event("case.copy", case, actor, at, values)
    return sheet


def title_of(case: Case) -> str:
    return _("Kopia ur ärende %s") % case.ref


def decision_rows(case: Case, decided_by: str, reason: str, at: datetime) -> list[list[str]]:
    rows = [[_("Prövat av"), decided_by], [_("Dag"), local_date(at).isoformat()], [_("Huvudman"), case.principal.name]]
    return [*rows, *([[_("Varför något är maskat"), reason]] if reason else [])]


def provision_rows(result: Masked, masks: Masks, on: date) -> list[list[str]]:
    """Citation, what it protects and how many places."""
    laws = [(code, law_on(code, on)) for code in masks.codes]
    return [[law.citation, law.summary, str(result.counts.get(code, 0))] for code, law in laws if law]


def _pdf(case: Case, result: Masked, masks: Masks, *, decided_by: str, reason: str, at: datetime) -> bytes:
    rows = provision_rows(result, masks, local_date(at))
    lead = _("Det som står som %s är maskat. Sist i kopian står enligt vilken bestämmelse.") % MASK
    appeal = [
        _("Du kan begära ett skriftligt beslut om det som är maskat. Beslutet kan du överklaga till kammarrätten."),
        _("Det följer av TF 2 kap. 19 § och OSL 6 kap. 3, 7 och 8 §§."),
    ]
    data = {
        "lead": [lead] if rows else [_("Inget är maskat i kopian.")],
        "page": _("Sida"),
        "passages": [{"heading": p.heading, "meta": p.meta, "text": p.text} for p in result.passages],
        "decision_heading": _("Prövningen"),
        "decision": decision_rows(case, decided_by, reason, at),
        "provision_heads": [_("Bestämmelse"), _("Vad den skyddar"), _("Ställen")],
        "provisions": rows,
        "appeal": appeal if rows else [],
        "boxed_words": BOXED,
    }
    return pdf.make(TEMPLATES / "copy.typ", data, title=title_of(case), at=at)
