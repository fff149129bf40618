"""Words and widgets for every template: days, moments, form fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect

from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.swedish_time import day_short, moment_short

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """tis 24 nov, with the year when it is another than this."""
    return day_short(value, today=local_date(now())) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """tis 24 nov kl. 22.40"""
    return moment_short(value, today=local_date(now())) if value else ""


@register.filter
def moment_day(value: datetime | None) -> str:
    return day_short(local_date(value), today=local_date(now())) if value else ""


@register.filter
def widget_kind(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "checkbox" if isinstance(widget, CheckboxInput) else "plain"


@register.filter
def first_control(field: BoundField) -> str:
    """The id that a link to the field leads to: of a group its first choice, which takes the focus."""
    first = next(iter(field.subwidgets), None) if widget_kind(field) == "choices" else None
    return first.id_for_label if first else field.auto_id


@register.simple_tag
def described(field: BoundField) -> str:
    """The field's control, tied to its hint and its error."""
    notes = []
    if field.help_text:
        notes.append(f"{field.auto_id}-h")
    if field.errors:
        notes.append(f"{field.auto_id}-e")
    attrs: dict[str, Any] = {"aria-describedby": " ".join(notes)} if notes else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def page_range(page: Any) -> Iterable[Any]:
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
