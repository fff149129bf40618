"""Filters of the organisation's pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import get_language

from hjulet.org.choices import Track, UnitKind
from hjulet.org.models import Responsibility

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    return mapping.get(key, 0)


@register.filter
def alone(value: Any) -> list[Any]:
    return [value]


@register.filter
def unit_kind(code: str) -> Any:
    return dict(UnitKind.choices).get(code, code)


@register.filter
def law(track: str) -> Any:
    return dict(Track.choices).get(track, track)


@register.filter
def own_label(row: Responsibility) -> str:
    """The duty in the reader's language."""
    english = (get_language() or "sv").startswith("en") and row.label_en
    return row.label_en if english else row.label
