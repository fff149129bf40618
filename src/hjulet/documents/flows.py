"""How a version comes to hold, as a table (SOSFS 2011:9 4 kap.; S0 1.3.1.2: planned, reviewed, adopted, followed).

`by` names who may take a step: those who write the document, or those whom `AdoptionRule` lets adopt it. A version that
is to hold from a later day waits as `coming`; a version becomes replaced when the next begins to hold. No one takes
those two steps.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.flow import Flow, Missing, Step
from hjulet.documents.choices import VersionState as S

WRITER, ADOPTER = "writer", "adopter"


def has_text(version: Any) -> list[Missing]:
    if version.text.strip() or version.file_id:
        return []
    return [Missing(_("Det finns ingen text än. Skriv den eller ladda upp en fil."), "text")]


def has_owner(version: Any) -> list[Missing]:
    if version.document.owner_id:
        return []
    return [Missing(_("Ingen äger dokumentet. Välj vem som ansvarar för det."), "uppgifter")]


def tells_what_is_new(version: Any) -> list[Missing]:
    if version.document.current_id is None or version.changes.strip():
        return []
    return [Missing(_("Skriv vad som är nytt, så att den som läste förra versionen ser det."), "nytt")]


def is_answered(version: Any) -> list[Missing]:
    """Everyone asked has answered, or the day set for it has passed (`version.today` is set by who asks)."""
    waiting = [review.person.name for review in version.reviews.all() if review.answered_at is None]
    until = version.review_until
    if not waiting or (until is not None and until < version.today):
        return []
    names = ", ".join(waiting)
    said = _("Svar saknas från %(names)s. Vänta till %(day)s eller be om svar.")
    return [Missing(said % {"names": names, "day": until.isoformat() if until else ""}, "granskning")]


def has_review_day(version: Any) -> list[Missing]:
    if version.document.review_months:
        return []
    return [Missing(_("Det står inte hur ofta dokumentet ska ses över."), "uppgifter")]


VERSION = Flow(
    name="version",
    label=gettext_lazy("Styrande dokument"),
    start=S.DRAFT,
    states=tuple((str(code), label) for code, label in S.choices),
    path=(S.DRAFT, S.REVIEW, S.ADOPTED),
    ends=frozenset({S.REPLACED, S.WITHDRAWN, S.DROPPED}),
    steps=(
        Step(
            name="ask",
            label=gettext_lazy("Be om granskning"),
            frm=frozenset({S.DRAFT, S.REVIEW}),
            to=S.REVIEW,
            by=frozenset({WRITER}),
            done=gettext_lazy("Skickades på granskning"),
            needs=(has_text,),
        ),
        Step(
            name="take-back",
            label=gettext_lazy("Ta tillbaka till utkast"),
            frm=frozenset({S.REVIEW}),
            to=S.DRAFT,
            by=frozenset({WRITER}),
            done=gettext_lazy("Togs tillbaka till utkast"),
        ),
        Step(
            name="adopt",
            label=gettext_lazy("Fastställ"),
            frm=frozenset({S.DRAFT, S.REVIEW}),
            to=S.ADOPTED,
            by=frozenset({ADOPTER}),
            done=gettext_lazy("Fastställdes"),
            needs=(has_text, has_owner, has_review_day, tells_what_is_new, is_answered),
            basis="SOSFS 2011:9 4 kap. 4 §",
            final=True,
            main=True,
        ),
        Step(
            name="drop",
            label=gettext_lazy("Kasta utkastet"),
            frm=frozenset({S.DRAFT, S.REVIEW}),
            to=S.DROPPED,
            by=frozenset({WRITER}),
            done=gettext_lazy("Utkastet kastades"),
            final=True,
        ),
        Step(
            name="call-off",
            label=gettext_lazy("Återta beslutet"),
            frm=frozenset({S.COMING}),
            to=S.DRAFT,
            by=frozenset({ADOPTER}),
            done=gettext_lazy("Beslutet återtogs innan det började gälla"),
        ),
        Step(
            name="withdraw",
            label=gettext_lazy("Upphäv dokumentet"),
            frm=frozenset({S.ADOPTED}),
            to=S.WITHDRAWN,
            by=frozenset({ADOPTER}),
            done=gettext_lazy("Dokumentet upphävdes"),
            final=True,
        ),
    ),
)
