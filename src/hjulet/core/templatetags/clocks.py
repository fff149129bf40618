"""What a clock looks like, in every room."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hjulet.core.swedish_time import ClockWords

register = template.Library()
SIGNS = {"late": "late", "now": "late", "ok": "ok"}


@register.simple_tag
def clock(words: ClockWords, label: str = "") -> SafeString:
    """Shape, colour and words; `label` tells what the time is for, where that does not show."""
    what = format_html('<span class="clock-label">{}.</span> ', label) if label else ""
    return format_html(
        '<p class="clock clock-{}"><svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>'
        "<span>{}<b>{}</b> {}</span></p>",
        words.kind,
        SIGNS.get(words.kind, "clock"),
        what,
        words.bold,
        words.rest,
    )
