"""How a version of a process comes to hold, as a table (SOSFS 2011:9 4 kap. 2–4 §§; S0: the quality group approves).

`by` names who may take a step: those who draw the process, or those with the duty to publish processes. A version
becomes replaced when the next is published; no one takes that step.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.flow import Flow, Missing, Step
from hjulet.processes.choices import DrawnState as S

WRITER, PUBLISHER = "writer", "publisher"


def has_steps(drawing: Any) -> list[Missing]:
    if any(element.name and element.type not in {"startEvent", "endEvent"} for element in drawing.elements.all()):
        return []
    return [Missing(_("Det finns inget steg med namn än. Lägg till ett i tabellen eller rita det."), "steg")]


def every_step_is_named(drawing: Any) -> list[Missing]:
    nameless = [one for one in drawing.elements.all() if one.type.lower().endswith("task") and not one.name.strip()]
    if not nameless:
        return []
    places = ", ".join(str(one.place) for one in nameless[:10])
    return [Missing(_("Steg utan namn: %(places)s. Skriv vad som görs.") % {"places": places}, "steg")]


def has_owner(drawing: Any) -> list[Missing]:
    if drawing.process.owner_id or drawing.process.owner_role:
        return []
    return [Missing(_("Ingen äger processen. Välj vem som ansvarar för den."), "uppgifter")]


def tells_what_is_new(drawing: Any) -> list[Missing]:
    if drawing.process.current_id is None or drawing.changes.strip():
        return []
    return [Missing(_("Skriv vad som är nytt, så att den som arbetar efter förra versionen ser det."), "nytt")]


DRAWING = Flow(
    name="drawing",
    label=gettext_lazy("Process"),
    start=S.DRAFT,
    states=tuple((str(code), label) for code, label in S.choices),
    path=(S.DRAFT, S.ASKED, S.PUBLISHED),
    ends=frozenset({S.REPLACED, S.WITHDRAWN, S.DROPPED}),
    steps=(
        Step(
            name="ask",
            label=gettext_lazy("Be om godkännande"),
            frm=frozenset({S.DRAFT}),
            to=S.ASKED,
            by=frozenset({WRITER}),
            done=gettext_lazy("Skickades till kvalitetsgruppen"),
            needs=(has_steps, every_step_is_named, has_owner, tells_what_is_new),
            main=True,
        ),
        Step(
            name="take-back",
            label=gettext_lazy("Ta tillbaka till utkast"),
            frm=frozenset({S.ASKED}),
            to=S.DRAFT,
            by=frozenset({WRITER}),
            done=gettext_lazy("Togs tillbaka till utkast"),
        ),
        Step(
            name="send-back",
            label=gettext_lazy("Skicka tillbaka"),
            frm=frozenset({S.ASKED}),
            to=S.DRAFT,
            by=frozenset({PUBLISHER}),
            done=gettext_lazy("Skickades tillbaka för ändring"),
        ),
        Step(
            name="publish",
            label=gettext_lazy("Godkänn och publicera"),
            frm=frozenset({S.ASKED}),
            to=S.PUBLISHED,
            by=frozenset({PUBLISHER}),
            done=gettext_lazy("Godkändes och började gälla"),
            needs=(has_steps, every_step_is_named, has_owner, tells_what_is_new),
            basis="SOSFS 2011:9 4 kap. 2 §",
            final=True,
            main=True,
        ),
        Step(
            name="drop",
            label=gettext_lazy("Kasta utkastet"),
            frm=frozenset({S.DRAFT, S.ASKED}),
            to=S.DROPPED,
            by=frozenset({WRITER}),
            done=gettext_lazy("Utkastet kastades"),
            final=True,
        ),
        Step(
            name="withdraw",
            label=gettext_lazy("Upphäv processen"),
            frm=frozenset({S.PUBLISHED}),
            to=S.WITHDRAWN,
            by=frozenset({PUBLISHER}),
            done=gettext_lazy("Processen upphävdes"),
            final=True,
        ),
    ),
)
