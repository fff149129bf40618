"""Addresses of lists: one parameter changed, the rest kept."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html

register = template.Library()


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """`{% query sida=2 val=None %}` gives the query string with these parameters set, or left out when None."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value is not None:
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag(takes_context=True)
def query_without(context: dict[str, Any], names: Iterable[str]) -> str:
    return query(context, **dict.fromkeys([*names, "sida"]))


@register.simple_tag(takes_context=True)
def sort_query(context: dict[str, Any], current: str, key: str) -> str:
    """The address that sorts by this column; a second press turns the order."""
    return query(context, sort=f"-{key}" if current == key else key, sida=None)


@register.simple_tag
def sorted_by(current: str, key: str) -> str:
    if current.lstrip("-") != key:
        return ""
    return format_html(' aria-sort="{}"', "descending" if current.startswith("-") else "ascending")
