"""What the log's codes are called on a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.audit import hooks
from hjulet.core.models import Event
from hjulet.org.choices import FAILED_LOGIN
from hjulet.org.models import Person, Unit

READ_WORDS = {
    "read": gettext_lazy("läste"),
    "list": gettext_lazy("såg i en lista"),
    "search": gettext_lazy("sökte fram"),
    "print": gettext_lazy("skrev ut"),
    "export": gettext_lazy("hämtade ut"),
}
LOGIN = "login-failed"
OWN_WORDS = {
    "event": gettext_lazy("Logghändelse"),
    "break_glass": gettext_lazy("Nödåtkomst"),
    "log_review": gettext_lazy("Loggranskning"),
    "file": gettext_lazy("Fil"),
    "person": gettext_lazy("Person"),
    "unit": gettext_lazy("Enhet"),
    "token": gettext_lazy("API-nyckel"),
    "delegation": gettext_lazy("Delegation"),
}

OWN_VERBS = {
    "breakglass.asked": gettext_lazy("Nödåtkomst begärdes"),
    "breakglass.approved": gettext_lazy("Nödåtkomst godkändes"),
    "breakglass.refused": gettext_lazy("Nödåtkomst nekades"),
    "breakglass.ended": gettext_lazy("Nödåtkomst avslutades"),
    "log_review.drawn": gettext_lazy("Ett urval ur loggen gjordes"),
    "log_review.judged": gettext_lazy("En läsning granskades"),
    "log_review.closed": gettext_lazy("Granskningen avslutades"),
    "file.stored": gettext_lazy("En fil sparades"),
    "file.removed": gettext_lazy("En fil togs bort"),
    "person.created": gettext_lazy("Personen lades till"),
    "person.changed": gettext_lazy("Personens uppgifter ändrades"),
    "person.activated": gettext_lazy("Kontot öppnades"),
    "person.deactivated": gettext_lazy("Kontot stängdes"),
    "person.login": gettext_lazy("Loggade in"),
    FAILED_LOGIN: gettext_lazy("Försökte logga in med fel lösenord"),
    "person.password": gettext_lazy("Lösenordet byttes"),
    "person.sessions_ended": gettext_lazy("Alla inloggningar avslutades"),
    "token.made": gettext_lazy("En API-nyckel skapades"),
    "token.revoked": gettext_lazy("En API-nyckel återkallades"),
    "deputy.created": gettext_lazy("En ersättare utsågs"),
    "deputy.ended": gettext_lazy("Ersättarens tid avslutades"),
    "delegation.created": gettext_lazy("En delegation registrerades"),
    "delegation.ended": gettext_lazy("En delegation avslutades"),
    "assignment.created": gettext_lazy("Ett uppdrag gavs"),
    "assignment.ended": gettext_lazy("Ett uppdrag avslutades"),
    "role.renamed": gettext_lazy("Rollen fick ett nytt namn"),
    "role.duties": gettext_lazy("Rollens uppgifter ändrades"),
    "receivingrule.created": gettext_lazy("Mottagare av rapporter bestämdes"),
    "receivingrule.changed": gettext_lazy("Mottagare av rapporter ändrades"),
    "receivingrule.ended": gettext_lazy("En regel för mottagare avslutades"),
    "notices.chosen": gettext_lazy("Valet av mejl ändrades"),
    "responsibility.changed": gettext_lazy("En ansvarsuppgift ändrades"),
    "unit.created": gettext_lazy("Enheten lades till"),
    "unit.changed": gettext_lazy("Enhetens uppgifter ändrades"),
    "unit.renamed": gettext_lazy("Enheten fick ett nytt namn"),
    "unit.moved": gettext_lazy("Enheten flyttades"),
    "unit.merged": gettext_lazy("Enheten slogs ihop med en annan"),
    "unit.split": gettext_lazy("Enheten delades"),
    "unit.closed": gettext_lazy("Enheten upphörde"),
}
ENDINGS = {
    "created": gettext_lazy("Lades till"),
    "changed": gettext_lazy("Ändrades"),
    "withdrawn": gettext_lazy("Ändringen togs tillbaka"),
    "ordered": gettext_lazy("Beställdes"),
    "fetched": gettext_lazy("Hämtades"),
    "removed": gettext_lazy("Togs bort"),
}
PURPOSES = {
    "own report": gettext_lazy("egen rapport"),
    "start page": gettext_lazy("startsidan"),
    "quarter page": gettext_lazy("kvartalets sida"),
    "file": gettext_lazy("fil"),
    "dossier": gettext_lazy("handlingar till IVO"),
    "copy": gettext_lazy("kopia som lämnas ut"),
    "register extract": gettext_lazy("registerutdrag"),
    "log review": gettext_lazy("loggranskning"),
}
OWN_NAMED: dict[str, Any] = {"person": Person, "unit": Unit}


def action(event: Event) -> str:
    """What was done, in words; the code itself for a verb nobody has given words."""
    if event.kind == Event.Kind.READ:
        return str(READ_WORDS.get(event.verb, event.verb))
    return str(verb_in_words(event.verb) or event.verb)


def verb_in_words(verb: str) -> Any:
    """Words of its own, or those of its ending: `quiethours.changed` says what was done, the object to what."""
    return hooks.verb_words.get(verb) or OWN_VERBS.get(verb) or ENDINGS.get(verb.rpartition(".")[2])


def who(event: Event) -> str:
    """The one who did it; someone who did not get in is nobody we know."""
    return event.actor_label or (_("Någon, inte inloggad") if event.verb == FAILED_LOGIN else _("Hjulet"))


def purpose(event: Event) -> str:
    return str(PURPOSES.get(event.purpose, event.purpose))


def kind_of_object(code: str) -> str:
    return str(hooks.object_words.get(code) or OWN_WORDS.get(code) or code)


def names_of(events: list[Event]) -> dict[tuple[str, int], str]:
    """What the single objects of a page of events are called, by type and key; one question a type."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.object_id is not None:
            wanted.setdefault(event.object_type, set()).add(event.object_id)
    found: dict[tuple[str, int], str] = {}
    for code, ids in wanted.items():
        if ask := hooks.object_names.get(code):
            found |= {(code, pk): name for pk, name in ask(ids).items()}
        elif code in OWN_NAMED:
            named = OWN_NAMED[code].objects.filter(pk__in=ids).values_list("pk", "name")
            found |= {(code, pk): name for pk, name in named}
    return found


def what(event: Event, names: dict[tuple[str, int], str]) -> str:
    """The object with its name or number, or how many there were."""
    kind = kind_of_object(event.object_type)
    if event.object_id is not None:
        return f"{kind} {names.get((event.object_type, event.object_id), event.object_id)}"
    return _("%(name)s, %(count)s stycken") % {"name": kind, "count": len(event.refs)}
