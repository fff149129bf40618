"""What filling in offers to other rooms: its words in the log, its files, and where a deviation was begun."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.audit import hooks
from hjulet.cases import begun
from hjulet.cases.models import Case
from hjulet.checks import answering
from hjulet.checks.answering_page import code_of
from hjulet.checks.choices import RoundState
from hjulet.checks.content_types import sheet_of
from hjulet.checks.models import Answer, Evidence, Round
from hjulet.checks.rights import may_answer
from hjulet.core.actor import Actor
from hjulet.core.numbers import whole_number
from hjulet.files.registry import IN_USE

TOKEN = "kontroll"  # noqa: S105  a name in an address
VERBS = {
    "selfcheck.answered": gettext_lazy("En fråga i en egenkontroll besvarades"),
    "selfcheck.photo_added": gettext_lazy("Ett foto lades till i en egenkontroll"),
    "selfcheck.photo_removed": gettext_lazy("Ett foto togs bort ur en egenkontroll"),
    "selfcheck.sent": gettext_lazy("En egenkontroll skickades in"),
    "selfcheck.deviation": gettext_lazy("En avvikelse gjordes av ett svar i en egenkontroll"),
}


def offer() -> None:
    """Called once, from the room's `ready`."""
    hooks.object_words["selfcheck-round"] = gettext_lazy("Omgång av en egenkontroll")
    hooks.verb_words.update(VERBS)
    IN_USE.append(files_in_use)
    begun.SOURCES[TOKEN] = begun.Source(begin, reported)


def files_in_use(ids: list[int]) -> set[int]:
    return set(Evidence.objects.filter(file_id__in=ids).values_list("file_id", flat=True))


def _of(token: str, actor: Actor) -> tuple[Round, str] | None:
    _name, number, code = (token.split(":", 2) + ["", ""])[:3]
    rounds = Round.objects.seen_by(actor).select_related("version__checklist", "unit")
    found = rounds.filter(pk=whole_number(number) or 0).first()
    if found is None or not may_answer(found, actor) or code not in answering.questions_of(sheet_of(found.version)):
        return None
    return found, code


def begin(token: str, actor: Actor, at: datetime) -> begun.Beginning | None:
    """The question and how it was answered, as first words of a report. Notes stay in the check."""
    found = _of(token, actor)
    if found is None:
        return None
    round_, code = found
    sheet = sheet_of(round_.version)
    row = Answer.objects.filter(round=round_, question=code).first()
    points = code_of(answering.told_by(row))
    words = sheet.scale.words
    said = f"{points} – {words[points]}" if points in words else _("inte besvarad")
    text = _("Egenkontroll: %(check)s. Fråga: %(question)s Svar: %(answer)s.") % {
        "check": round_.version.checklist.name,
        "question": answering.questions_of(sheet)[code].name,
        "answer": said,
    }
    page = "check-answer" if round_.state == RoundState.OPEN else "check-answered"
    back = f"{reverse(page, args=[round_.pk])}#q-{code}"
    return begun.Beginning(token, round_.unit_id, text, back, _("Tillbaka till egenkontrollen"))


def reported(token: str, case: Case, actor: Actor, at: datetime) -> None:
    found = _of(token, actor)
    if found is not None:
        answering.note_case(found[0], found[1], case, actor=actor, at=at)
