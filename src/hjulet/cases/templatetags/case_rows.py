"""The rows of the case list. Made in one go: as template code they took a third of the page (docs/performance.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hjulet.core.templatetags.clocks import clock

register = template.Library()
CHOICE = (
    '<td class="sel-c"><label class="ck"><input type="checkbox" name="ref" value="{0}">'
    '<span class="vh">{1} {0}</span></label></td>'
)
MARKED = mark_safe(' class="has-ck"')
ROW = (
    '<tr{}>{}<th scope="row"><a class="ttl" href="{}">{}</a><span class="sub">{}</span></th>'
    '<td>{} <span class="tag tag-line">{}</span></td><td>{}</td><td>{}</td><td class="hide-s">{}</td>'
    '<td class="hide-s nowrap">{}</td><td class="full">{}</td></tr>\n'
)


@register.simple_tag
def case_rows(rows: Iterable[Any], choosing: bool) -> SafeString:
    """`rows`: as `cases.web.row_of` makes them; `choosing`: whether some of them may be marked."""
    marked = MARKED if choosing else ""
    say = _("Markera")
    return format_html_join("", ROW, (_cells(row, marked, say if choosing else "") for row in rows))


def _cells(row: Any, marked: str, say: str) -> tuple[Any, ...]:
    case = row.case
    return (
        marked,
        format_html(CHOICE, case.ref, say) if say else "",
        case.get_absolute_url(),
        row.title,
        f"{case.ref} · {case.category}" if case.category else case.ref,
        row.kind,
        row.track,
        row.place,
        row.state,
        case.handler.name if case.handler else "–",
        row.came,
        clock(row.clock) if row.clock else "",
    )
