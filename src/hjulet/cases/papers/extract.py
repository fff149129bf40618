"""What is kept about a person and who has read it (GDPR artikel 15; PDL 8 kap. 5 §; SoLPUL 10 §).

A person is found by the reference that stands in the cases, to the letter: it is no search among people. Whoever makes
the extract gets what she sees herself; of the rest only that it is there, counted by the system, since an extract must
not be a way over the wall. The one to ask is named, the same whatever lies behind, so that the answer tells no law.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from hjulet.audit.readings import Reading, readings_of
from hjulet.cases.models import Case
from hjulet.cases.papers.archive import BOXED
from hjulet.cases.papers.masking import Passage, passages_of
from hjulet.core import pdf
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read, record
from hjulet.core.swedish_time import time_short
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Unit
from hjulet.org.reach import holders

TEMPLATES = Path(__file__).parent / "templates"
MAKERS = (Duty.REGISTER, Duty.LOG_REVIEW)
MOST = 100  # cases
MOST_READINGS = 500  # of one case
OF_THE_CASE = frozenset({"title", "person", "description", "immediate", "informed"})


@dataclass(frozen=True)
class Kept:
    """One case about the person. Of a case with protected identity only that it is there."""

    case: Case
    passages: list[Passage]
    readings: list[Reading]

    @property
    def heading(self) -> str:
        return f"{self.case.ref}, {self.case.get_kind_display()}"


@dataclass(frozen=True)
class Extract:
    person_ref: str
    kept: list[Kept] = field(default_factory=list)
    elsewhere: int = 0
    ask: list[str] = field(default_factory=list)
    more: bool = False


def search(person_ref: str, *, actor: Actor, at: datetime) -> Extract:
    """What the actor sees about the one with exactly this reference, and how many cases lie elsewhere. Logged."""
    wanted = person_ref.strip()
    if not wanted:
        return Extract("")
    found = Case.objects.visible_to(actor).filter(person_ref=wanted).select_related("unit", "principal", "reporter")
    rows = list(found.select_related("handler").order_by("-reported_at", "-id")[: MOST + 1])
    cases, more = rows[:MOST], len(rows) > MOST
    log_read(
        "search", actor=actor, at=at, about="case", ids=[case.pk for case in cases] or [0], purpose="register extract"
    )
    everywhere = Case.objects.unscoped(reason="a person is told that there is more, never what")
    elsewhere = everywhere.filter(person_ref=wanted, principal_id=actor.principal_id).count() - found.count()
    ask = whom_to_ask(actor, at) if elsewhere else []
    return Extract(wanted, [_kept(case, actor) for case in cases], elsewhere, ask, more)


def _kept(case: Case, actor: Actor) -> Kept:
    if case.protected_identity:
        return Kept(case, [], [])
    since = case.reported_at
    readings = readings_of("case", case.pk, principal_id=case.principal_id, since=since, most=MOST_READINGS)
    passages = [p for p in passages_of(case, actor) if p.key in OF_THE_CASE]
    return Kept(case, passages, readings)


def whom_to_ask(actor: Actor, at: datetime) -> list[str]:
    """Those who can look behind each wall, and the registrar: always all of them."""
    asked: list[tuple[Duty, Track]] = [(Duty.ANNUL, Track.SOL), (Duty.ANNUL, Track.HSL), (Duty.REGISTER, Track.SOL)]
    units = list(Unit.objects.of(actor.principal_id).alive(local_date(at)).order_by("-path"))
    people: list[str] = []
    for duty, track in asked:
        place = next((unit for unit in units if track in unit.tracks and unit.parent_id), None)
        known = holders(duty, place.path or "", at=at, track=track) if place else []
        people += [
            f"{person.name}, {person.title}".rstrip(", ") for person in known[:1] if person.pk != actor.person_id
        ]
    return list(dict.fromkeys(people))


def make(extract: Extract, *, actor: Actor, at: datetime) -> bytes:
    """The extract as PDF, in Swedish; recorded with whom it is about and how much it holds. Raises PdfFailed."""
    with translation.override("sv"):
        sheet = _pdf(extract, actor, at)
    ids = [one.case.pk for one in extract.kept]
    log_read("export", actor=actor, at=at, about="case", ids=ids, purpose="register extract")
    record(
        "extract.made",
        actor=actor,
        at=at,
        about=("principal", actor.principal_id),
        principal_id=actor.principal_id,
        unit_id=actor.unit_id,
        values={"person_ref": extract.person_ref, "cases": len(ids), "elsewhere": extract.elsewhere},
    )
    return sheet


def elsewhere_words(extract: Extract) -> list[str]:
    if not extract.elsewhere:
        return []
    told = _("Det finns mer om personen som den som har gjort utdraget inte får se.")
    return [told, *([_("Fråga: %s.") % "; ".join(extract.ask)] if extract.ask else [])]


def _pdf(extract: Extract, actor: Actor, at: datetime) -> bytes:
    today = local_date(at).isoformat()
    facts = [
        [_("Gäller"), extract.person_ref],
        [_("Huvudman"), actor.principal_name],
        [_("Gjort av"), actor.label],
        [_("Dag"), today],
    ]
    data = {
        "lead": [_("Uppgifter som finns om dig i Hjulet, varför de finns och vem som har läst dem.")],
        "page": _("Sida"),
        "facts": facts,
        "cases_heading": _("Ärenden"),
        "no_cases": _("Inga ärenden i den del som utdraget gäller."),
        "cases": [_case(kept) for kept in extract.kept],
        "reading_heads": [_("När"), _("Vem"), _("Hur"), _("Läsarens enhet")],
        "elsewhere_heading": _("Mer på annat håll"),
        "elsewhere": elsewhere_words(extract),
        "boxed_words": BOXED,
    }
    return pdf.make(TEMPLATES / "extract.typ", data, title=_("Registerutdrag"), at=at)


def facts_of(kept: Kept) -> list[list[str]]:
    case = kept.case
    purpose = _("Att utreda och rätta till det som gått fel och att göra verksamheten bättre (SoL, LSS, HSL, PSL)")
    facts = [
        [_("Kom in"), case.reported_on.isoformat()],
        [_("Läge"), str(case.get_state_display())],
        [_("Varför det finns"), purpose],
    ]
    flag = [[_("Skyddade personuppgifter"), _("Innehållet lämnas inte i utdraget.")]]
    return facts + (flag if case.protected_identity else [[_("Enhet"), case.unit.name]])


def _case(kept: Kept) -> dict[str, Any]:
    readings = [
        [f"{local_date(one.at).isoformat()} {time_short(one.at)}", one.who, one.what, one.unit] for one in kept.readings
    ]
    passages = [{"heading": p.heading, "meta": "", "text": p.text} for p in kept.passages]
    return {"heading": kept.heading, "facts": facts_of(kept), "passages": passages, "readings": readings}
