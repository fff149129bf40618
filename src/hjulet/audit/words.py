"""What the log's codes are called on a page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.audit.hooks import object_words
from hjulet.core.models import Event
from hjulet.org.choices import FAILED_LOGIN

READ_WORDS = {
    "read": gettext_lazy("läste"),
    "list": gettext_lazy("såg i en lista"),
    "search": gettext_lazy("sökte fram"),
    "print": gettext_lazy("skrev ut"),
    "export": gettext_lazy("hämtade ut"),
}
LOGIN = "login-failed"
WRITE_WORDS = {
    "person.login": gettext_lazy("loggade in"),
    FAILED_LOGIN: gettext_lazy("försökte logga in med fel lösenord"),
}
OWN_WORDS = {
    "event": gettext_lazy("Logghändelse"),
    "break_glass": gettext_lazy("Nödåtkomst"),
    "log_review": gettext_lazy("Loggranskning"),
    "file": gettext_lazy("Fil"),
    "person": gettext_lazy("Person"),
    "unit": gettext_lazy("Enhet"),
}


def action(event: Event) -> str:
    """What was done: a word for readings, the verb's code for what was written."""
    if event.kind == Event.Kind.READ:
        return str(READ_WORDS.get(event.verb, event.verb))
    return str(WRITE_WORDS.get(event.verb) or _("ändrade: %(verb)s") % {"verb": event.verb})


def who(event: Event) -> str:
    """The one who did it; someone who did not get in is nobody we know."""
    return event.actor_label or (_("Någon, inte inloggad") if event.verb == FAILED_LOGIN else _("Hjulet"))


def kind_of_object(code: str) -> str:
    return str(object_words.get(code) or OWN_WORDS.get(code) or code)


def what(event: Event) -> str:
    """The object with its number, or how many there were."""
    name = kind_of_object(event.object_type)
    if event.object_id is not None:
        return f"{name} {event.object_id}"
    return _("%(name)s, %(count)s stycken") % {"name": name, "count": len(event.refs)}
