from typing import Any

from django import template

from hjulet.org import login

register = template.Library()


@register.simple_tag(takes_context=True)
def owner_token(context: dict[str, Any]) -> str:
    """Says whose text a form holds, so that it is given back to no one else after a lost session."""
    actor = getattr(context["request"], "actor", None)
    return login.owner_token(actor.person_id) if actor else ""
