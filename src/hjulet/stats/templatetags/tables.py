"""The cells of a table of numbers. Made in one go: a table may have a thousand."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from hjulet.stats.layout import Number

register = template.Library()


@register.simple_tag
def number_cells(numbers: Iterable[Number]) -> SafeString:
    return mark_safe("".join(map(_cell, numbers)))  # noqa: S308 - every word is escaped below


def _cell(number: Number) -> str:
    css = f' class="{escape(number.css)}"' if number.css else ""
    text = escape(number.text)
    return f'<td{css}><a href="{escape(number.href)}">{text}</a></td>' if number.href else f"<td{css}>{text}</td>"
