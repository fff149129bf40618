"""What a report may be: proposals from a table over words and answers, each with its provision (NEW-1, DEV-2).

The table is `content/triage.yaml`, to be read and changed by people. It errs towards the stricter side, learns nothing
by itself and decides nothing: whoever assesses the case confirms or changes, and says why when she sets aside what the
law would have tried (rulebook 2, SOSFS 2011:9 5 kap.).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hjulet.core.swedish_words import forms, plain, stem, words
from hjulet.law.models import LawRow
from hjulet.law.rules import laws_on
from hjulet.org.choices import Track

TABLE = Path(__file__).parent / "content" / "triage.yaml"
SENTENCE = re.compile(r"[.!?\n]+")


class Proposal(TextChoices):
    """Strictest first. The last ones stand beside what the case is and have their own clocks."""

    LEX_SARAH = "lex-sarah", _("Ska prövas enligt lex Sarah")
    LEX_MARIA = "lex-maria", _("Ska prövas enligt lex Maria")
    DEVIATION_HSL = "deviation-hsl", _("Avvikelse i hälso- och sjukvården")
    DEVIATION_SOL = "deviation-sol", _("Avvikelse i socialtjänsten")
    DEVIATION = "deviation", _("Avvikelse")
    COMPLAINT = "complaint", _("Klagomål")
    SUGGESTION = "suggestion", _("Förslag")
    PRAISE = "praise", _("Beröm")
    MEDICAL_DEVICE = "medical-device", _("Medicinteknisk produkt")
    DATA_BREACH = "data-breach", _("Personuppgiftsincident")
    CYBER = "cyber", _("It-incident")
    POLICE = "police", _("Ta ställning till polisanmälan")
    WORK_ENVIRONMENT = "work-environment", _("Arbetsmiljö")


TRACKS = {
    Proposal.LEX_SARAH: Track.SOL,
    Proposal.LEX_MARIA: Track.HSL,
    Proposal.DEVIATION_HSL: Track.HSL,
    Proposal.DEVIATION_SOL: Track.SOL,
}
# Questions of the assessment that a proposal would have answered yes, and that a no sets aside.
ASKED_BY = {Proposal.LEX_SARAH: "misconduct", Proposal.LEX_MARIA: "care_injury"}
COVERS = {Proposal.LEX_SARAH: Proposal.DEVIATION_SOL, Proposal.LEX_MARIA: Proposal.DEVIATION_HSL}  # the same law
LIGHT = frozenset({Proposal.SUGGESTION, Proposal.PRAISE})
BESIDE = frozenset(list(Proposal)[8:])


@dataclass(frozen=True)
class Rule:
    """One row of the table. `groups` hold stems: one of each in the same sentence."""

    code: str
    proposes: Proposal
    law: str
    why_sv: str
    why_en: str
    groups: tuple[frozenset[str], ...] = ()
    in_order: bool = False
    anywhere: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    answers: tuple[tuple[str, frozenset[Any]], ...] = ()
    told: tuple[tuple[str, ...], ...] = ()  # the groups as they are written, to be read by people

    @property
    def why(self) -> str:
        return self.why_en if (get_language() or "sv").startswith("en") else self.why_sv


@dataclass(frozen=True)
class Proposed:
    """A proposal with the rule behind it and the words of the text that it rests on."""

    proposal: Proposal
    rule: Rule | None
    found: tuple[str, ...] = ()
    law: LawRow | None = None

    @property
    def label(self) -> str:
        return str(self.proposal.label)


Word = tuple[str, frozenset[str]]  # as written, and its forms


@cache
def table() -> tuple[str, tuple[Rule, ...]]:
    """The version of the table and its rows."""
    content = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return str(content["version"]), tuple(_rule(row) for row in content["rules"])


def _rule(row: Mapping[str, Any]) -> Rule:
    answers = {name: value if isinstance(value, list) else [value] for name, value in row.get("answers", {}).items()}
    return Rule(
        code=row["code"],
        proposes=Proposal(row["proposes"]),
        law=row["law"],
        why_sv=row["why"],
        why_en=row["why_en"],
        groups=tuple(_stems(group) for group in row.get("words", ())),
        in_order=row.get("in_order", False),
        anywhere=_stems(row.get("anywhere", ())),
        unless=_stems(row.get("unless", ())),
        answers=tuple((name, frozenset(wanted)) for name, wanted in answers.items()),
        told=tuple(tuple(group) for group in row.get("words", ())),
    )


def _stems(group: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(plain(str(word))) for word in group)


def propose(text: str, answers: Mapping[str, Any] | None = None) -> list[Proposed]:
    """What a text with these answers may be, strictest first, what stands beside last. Never empty.

    `answers` are `suspects_misconduct` and `reported_harm` of the report.
    """
    said = [_words(sentence) for sentence in SENTENCE.split(text)]
    everything = [word for sentence in said for word in sentence]
    first: dict[Proposal, Proposed] = {}
    for rule in table()[1]:
        found = _rests_on(rule, said, everything, answers or {})
        if found is not None:
            first.setdefault(rule.proposes, Proposed(rule.proposes, rule, found))
    for stricter, milder in COVERS.items():
        if stricter in first:
            first.pop(milder, None)
    if first.keys() & (TRACKS.keys() | {Proposal.COMPLAINT}):
        first = {proposal: row for proposal, row in first.items() if proposal not in LIGHT}
    if not first.keys() - BESIDE:
        first[Proposal.DEVIATION] = Proposed(Proposal.DEVIATION, None)
    return [first[proposal] for proposal in Proposal if proposal in first]


def proposed_for(case: Any) -> list[Proposed]:
    """What a case's report may be, by the reporter's own words and answers."""
    answers = {"reported_harm": case.reported_harm, "suspects_misconduct": case.suspects_misconduct}
    found = propose(f"{case.description}\n{case.immediate_action}", answers)
    # what someone outside sent is what they said it is, unless the words speak for something that must be tried
    return [row for row in found if not case.is_voice or row.proposal != Proposal.DEVIATION]


def with_laws(proposed: list[Proposed], on: date) -> list[Proposed]:
    """The same with each rule's provision as it read on a day, asked for once."""
    codes = {row.rule.law for row in proposed if row.rule}
    laws = laws_on(codes, on) if codes else {}
    return [Proposed(p.proposal, p.rule, p.found, laws.get(p.rule.law) if p.rule else None) for p in proposed]


def _words(sentence: str) -> list[Word]:
    return [(word, frozenset(forms(word))) for _start, _end, word in words(sentence)]


def _rests_on(
    rule: Rule, said: list[list[Word]], everything: list[Word], answers: Mapping[str, Any]
) -> tuple[str, ...] | None:
    """The words a rule rests on, None when it does not hold."""
    if any(answers.get(name) not in wanted for name, wanted in rule.answers):
        return None
    more = _first_of(rule.anywhere, everything) if rule.anywhere else ("", -1)
    if more is None:
        return None
    if not rule.groups:
        return ()
    for sentence in said:
        found = _in_sentence(rule, sentence)
        if found is not None:
            return tuple(dict.fromkeys(word for word in (*found, more[0]) if word))
    return None


def _in_sentence(rule: Rule, sentence: list[Word]) -> list[str] | None:
    if _first_of(rule.unless, sentence) is not None:
        return None
    found, after = [], 0
    for group in rule.groups:
        hit = _first_of(group, sentence, after if rule.in_order else 0)
        if hit is None:
            return None
        found.append(hit[0])
        after = hit[1] + 1
    return found


def _first_of(group: frozenset[str], said: list[Word], start: int = 0) -> tuple[str, int] | None:
    for place in range(start, len(said)):
        if group & said[place][1]:
            return said[place][0], place
    return None
