"""What one can do with reviews: plan a year, make a visit, give its result, and answer it."""

from hjulet.internal_reviews.actions.common import may_review
from hjulet.internal_reviews.actions.planning import (
    add_visit,
    change_visit,
    drop_plan,
    keep_plan,
    remove_visit,
    set_rules,
)
from hjulet.internal_reviews.actions.visiting import (
    Found,
    Listed,
    add_measure,
    answer,
    close,
    draw,
    may_answer_area,
    may_reply,
    means_of,
    reply,
    report,
    take_up,
    unanswered,
)

__all__ = [
    "Found",
    "Listed",
    "add_measure",
    "add_visit",
    "answer",
    "change_visit",
    "close",
    "draw",
    "drop_plan",
    "keep_plan",
    "may_answer_area",
    "may_reply",
    "may_review",
    "means_of",
    "remove_visit",
    "reply",
    "report",
    "set_rules",
    "take_up",
    "unanswered",
]
