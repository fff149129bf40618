"""Verbs on cases. Each takes who does it and when, writes its event, and tells those who wait."""

from hjulet.cases.actions.licensed import may_open_licensed, open_licensed
from hjulet.cases.actions.passing import held_by, pass_on
from hjulet.cases.actions.placing import place
from hjulet.cases.actions.reporting import Report, first_words, receiving_duty, report
from hjulet.cases.actions.steps import effect_failed, note_measure_change, perform
from hjulet.cases.actions.suggestions import Suggestion, suggest
from hjulet.cases.actions.voices import Voice, take_in_voice
from hjulet.cases.actions.working import (
    IN_PART,
    add_cause,
    add_file,
    add_note,
    ask_reporter,
    asks_for_expert,
    enter,
    enter_in_part,
    entry_of,
    give_no_measure_reason,
    link_measure,
    may_enter,
    may_work,
    may_write_lesson,
    note_lesson,
    reply,
    reply_without_name,
    tell_person_informed,
)

__all__ = [
    "IN_PART",
    "Report",
    "Suggestion",
    "Voice",
    "add_cause",
    "add_file",
    "add_note",
    "ask_reporter",
    "asks_for_expert",
    "effect_failed",
    "enter",
    "enter_in_part",
    "entry_of",
    "first_words",
    "give_no_measure_reason",
    "held_by",
    "link_measure",
    "may_enter",
    "may_open_licensed",
    "may_work",
    "may_write_lesson",
    "note_lesson",
    "note_measure_change",
    "pass_on",
    "open_licensed",
    "perform",
    "place",
    "receiving_duty",
    "reply",
    "reply_without_name",
    "report",
    "suggest",
    "take_in_voice",
    "tell_person_informed",
]
