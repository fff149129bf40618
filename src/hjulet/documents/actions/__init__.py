"""Verbs on steering documents."""

from hjulet.documents.actions.adopting import Decision, adopt, begin_to_hold, call_off, drop, withdraw
from hjulet.documents.actions.asking import accept_request, ask_change, change_because, decline_request
from hjulet.documents.actions.circulating import Question, Readers, send
from hjulet.documents.actions.looking_over import (
    News,
    answer_news,
    ask_to_look_over,
    change_news,
    look_over,
    note_news,
    settle_news,
)
from hjulet.documents.actions.reviewing import answer_review, ask_review, comment, settle_comment, take_back
from hjulet.documents.actions.writing import (
    Facts,
    begin_version,
    change_facts,
    create,
    keep_file,
    lay_down_pen,
    save_text,
    take_pen,
)

__all__ = [
    "Decision",
    "Facts",
    "News",
    "Question",
    "Readers",
    "accept_request",
    "adopt",
    "answer_news",
    "answer_review",
    "ask_change",
    "ask_review",
    "ask_to_look_over",
    "begin_to_hold",
    "begin_version",
    "call_off",
    "change_because",
    "change_facts",
    "change_news",
    "comment",
    "create",
    "decline_request",
    "drop",
    "keep_file",
    "lay_down_pen",
    "look_over",
    "note_news",
    "save_text",
    "send",
    "settle_comment",
    "settle_news",
    "take_back",
    "take_pen",
    "withdraw",
]
