"""The words of a case in the form they are searched in, and where in a text they were found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from hjulet.core.swedish_words import asked_words, forms, index_words, words

BEFORE, LENGTH = 60, 180


def searchable(*texts: str) -> str:
    """What a case is found by: forms of its words. The database makes its index of them in the same transaction."""
    return index_words(" ".join(texts))


def words_of(case: Any, notes: Iterable[Any], causes: Iterable[Any]) -> str:
    """What a case is found by, with its notes and causes. What some of those who see it may not read does not count."""
    notes, causes = filter(case.shows, notes), filter(case.shows, causes)
    added = [*(text for note in notes for text in (note.text, note.source)), *(cause.text for cause in causes)]
    return searchable(case.title, case.description, case.immediate_action, *added)


def with_more(search_text: str, *texts: str) -> str:
    """The same with the words of a note or a cause added."""
    return " ".join(dict.fromkeys([*search_text.split(), *index_words(" ".join(texts)).split()]))


def terms(query: str) -> list[str]:
    """The forms a question asks for; every one must be found. At most eight."""
    return asked_words(query)


def marked(text: str, asked: Iterable[str]) -> SafeString:
    """Text as HTML with the words that were found in <mark>, a long text cut to what stands round the first."""
    wanted = set(asked)
    hits = [(start, end) for start, end, word in words(text) if wanted & set(forms(word))]
    first = max(0, hits[0][0] - BEFORE) if hits and len(text) > LENGTH else 0
    if first:
        first = text.rfind(" ", 0, first + 1) + 1
    last = len(text) if len(text) - first <= LENGTH else text.rfind(" ", first, first + LENGTH)
    last = last if last > first else first + LENGTH
    inside = [(start, end) for start, end in hits if start >= first and end <= last]
    pieces, at = [], first
    for start, end in inside:
        pieces += [conditional_escape(text[at:start]), _mark(text[start:end])]
        at = end
    pieces.append(conditional_escape(text[at:last]))
    dots = ("… " if first else "", " …" if last < len(text) else "")
    joined = format_html_join("", "{}", ((piece,) for piece in [dots[0], *pieces, dots[1]]))
    return mark_safe(re.sub(r"\s+", " ", joined))  # noqa: S308 - every piece has been escaped above


def _mark(word: str) -> SafeString:
    return format_html_join("", "<mark>{}</mark>", [(word,)])
