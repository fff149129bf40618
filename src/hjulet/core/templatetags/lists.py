"""Lists whose order and filters lie in the address."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def turned(current: str, key: str) -> str:
    """What to sort by after a press on the column `key`: a second press turns the order."""
    return f"-{key}" if current == key else key


@register.simple_tag
def sorted_by(current: str, key: str) -> str:
    if current.lstrip("-") != key:
        return ""
    return format_html(' aria-sort="{}"', "descending" if current.startswith("-") else "ascending")


@register.simple_tag(takes_context=True)
def without(context: dict[str, Any], name: str) -> str:
    """The address with one filter taken away, on its first page."""
    params = context["request"].GET.copy()
    for gone in (name, "sida"):
        params.pop(gone, None)
    return f"?{params.urlencode()}"


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """The choices of a list, code and label. They may be hundreds: made in one go, not one by one in a template."""
    chosen = escape(str(chosen))
    made = ((escape(str(code)), escape(str(label))) for code, label in choices)
    marked = (f'<option value="{c}"{" selected" if c == chosen else ""}>{label}</option>' for c, label in made)
    return mark_safe("".join(marked))  # noqa: S308 - every word is escaped above


@register.simple_tag
def place_options(units: Iterable[Any], chosen: Any) -> SafeString:
    """The same for places, set in by how deep they lie."""
    return options(((unit.code, unit.indented) for unit in units), getattr(chosen, "code", ""))
