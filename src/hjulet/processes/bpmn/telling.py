"""What the drawing says with arrows and signs, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.processes.bpmn.elements import family
from hjulet.processes.bpmn.model import Next, Row

Call = Callable[[Row], str]

SIGNS: dict[str, str | Promise] = {
    "message": gettext_lazy("Meddelande"),
    "timer": gettext_lazy("Tid"),
    "error": gettext_lazy("Något går fel"),
    "escalation": gettext_lazy("Lyfts till någon annan"),
    "signal": gettext_lazy("Signal"),
    "conditional": gettext_lazy("Villkor"),
    "link": gettext_lazy("Hör ihop med ett annat ställe i ritningen"),
    "terminate": gettext_lazy("Avslutar allt"),
    "cancel": gettext_lazy("Avbryts"),
    "compensate": gettext_lazy("Gör ogjort"),
    "compensation": gettext_lazy("Görs för att göra något ogjort"),
    "loop": gettext_lazy("Upprepas"),
    "multiple": gettext_lazy("Görs en gång för var och en"),
    "event": gettext_lazy("Startas av en händelse"),
    "meanwhile": gettext_lazy("Avbryter inte det som pågår"),
}

_SENTENCES: dict[str, str | Promise] = {
    "on": gettext_lazy("Hör till %(name)s"),
    "sends": gettext_lazy("Skickar %(text)s till %(name)s"),
    "gets": gettext_lazy("Får %(text)s från %(name)s"),
    "uses": gettext_lazy("Använder %(text)s"),
    "gives": gettext_lazy("Ger %(text)s"),
    "calls": gettext_lazy("Utförs som processen %(name)s"),
    "note": "%(text)s",
    "text": "%(text)s",
}


def numbered(row: Row) -> str:
    """`3 Ring sjuksköterskan`; a step without a name by its type."""
    return f"{row.place} {unnumbered(row)}"


def _line(text: str) -> str:
    return " ".join(text.split())


def unnumbered(row: Row) -> str:
    """A step's name on one line; without one, its type."""
    name = _line(row.name)
    if not name and family(row.type) == "gateway" and len(row.next) < 2:
        return _("Vägarna möts")
    return name or row.label


def told(row: Row, names: Mapping[str, Row], call: Call = numbered) -> str:
    """Where a step leads, in words: `Sedan 3 Ring`, `Om ja: 4 Larma. Annars: 5 Vänta`, `Slut`. No last full stop.

    `names`: all rows of the diagram by id; `call`: how a step is named.
    """
    if not row.next:
        return _end(row, names, call)
    if len(row.next) == 1:
        return _single(row, row.next[0], names, call)
    steps = [_step(row, one, names, call) for one in row.next]
    unlabelled = not any(one.label for one in row.next)
    if row.type == "eventBasedGateway":
        return _("Det som händer först: %(steps)s") % {"steps": _list(steps, _("eller"))}
    if row.type == "parallelGateway" or (unlabelled and family(row.type) != "gateway"):
        return _("Samtidigt: %(steps)s") % {"steps": _list(steps, _("och"))}
    if unlabelled and row.type == "exclusiveGateway":
        return _("Ett av: %(steps)s") % {"steps": _list(steps, _("eller"))}
    if unlabelled:
        return _("Ett eller flera av: %(steps)s") % {"steps": _list(steps, _("och"))}
    last = len(steps) - 1
    return _sentences([_branch(one, steps[at], at == last) for at, one in enumerate(row.next)])


def _end(row: Row, names: Mapping[str, Row], call: Call) -> str:
    for one in row.beside:
        if one.kind == "link" and one.other in names:
            return _("Fortsätter i %(step)s") % {"step": call(names[one.other])}
    if row.inside in names:
        return _("Slut på %(step)s") % {"step": call(names[row.inside])}
    return _("Slut")


def _single(row: Row, one: Next, names: Mapping[str, Row], call: Call) -> str:
    target = names.get(one.target)
    if target is not None and target.place <= row.place:
        words = _("Tillbaka till %(step)s") % {"step": call(target)}
    else:
        words = _("Sedan %(step)s") % {"step": _called(target, call)}
    return f"{words} ({_line(one.label)})" if one.label else words


def _step(row: Row, one: Next, names: Mapping[str, Row], call: Call) -> str:
    target = names.get(one.target)
    if target is not None and target.place <= row.place:
        return _("tillbaka till %(step)s") % {"step": call(target)}
    return _called(target, call)


def _called(target: Row | None, call: Call) -> str:
    return call(target) if target is not None else _("ett steg som saknas")


def _branch(one: Next, step: str, last: bool) -> str:
    label = _line(one.label).rstrip(":")
    if not label:
        return (_("Annars: %(step)s") if last else _("I ett annat fall: %(step)s")) % {"step": step}
    if label.lower() in {"ja", "nej", "yes", "no"}:
        label = label.lower()
    if label.lower().startswith(("om ", "annars", "if ", "otherwise")):
        return f"{label[0].upper()}{label[1:]}: {step}"
    return _("Om %(label)s: %(step)s") % {"label": label, "step": step}


def _list(steps: list[str], word: str) -> str:
    return f"{', '.join(steps[:-1])} {word} {steps[-1]}"


def _sentences(parts: list[str]) -> str:
    """Joined with full stops, save after what already ends with one."""
    return " ".join(part if part[-1:] in ".?!…" else f"{part}." for part in parts).removesuffix(".")


def shown(row: Row, names: Mapping[str, Row], call: Call = numbered) -> list[str]:
    """What the drawing shows at a step beside where it leads, a sentence each."""
    found = []
    for one in row.beside:
        if one.kind == "sign":
            found.append(str(SIGNS.get(one.text, one.text)))
        elif one.kind in _SENTENCES:
            other = names.get(one.other)
            name = call(other) if other is not None else _line(one.name) or _("någon annan")
            text = one.text if one.kind in {"note", "text"} else _line(one.text) or _("meddelande")
            found.append(str(_SENTENCES[one.kind]) % {"text": text, "name": name})
    return found
