"""What must be there before a step, each with a sentence and the place on the page where it is mended."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hjulet.cases.choices import CaseKind, ContentPoint, Informed, MessageKind, SourceType
from hjulet.core.flow import Guard, Missing
from hjulet.measures.choices import MeasureState
from hjulet.org.choices import Track


def has_notes(dossier: Any) -> list[Missing]:
    if dossier.notes:
        return []
    return [Missing(_("Utredningen har ingen anteckning."), "anteckning")]


def every_cause_answered(dossier: Any) -> list[Missing]:
    """NEW-7: every cause has a measure or a reason why none."""
    if not dossier.causes:
        return [Missing(_("Ingen orsak är beskriven."), "orsak")]
    return [
        Missing(_("Orsak %(number)s saknar åtgärd.") % {"number": cause.number}, f"orsak-{cause.number}")
        for cause in dossier.causes
        if not cause.no_measure_reason and not dossier.measures_of(cause)
    ]


def every_measure_done(dossier: Any) -> list[Missing]:
    return [
        Missing(_("Åtgärden ”%(title)s” är inte genomförd.") % {"title": measure.title}, f"atgard-{measure.pk}")
        for measure in dossier.measures
        if measure.state == MeasureState.PLANNED
    ]


def every_effect_assessed(dossier: Any) -> list[Missing]:
    return [
        Missing(_("Effekten av ”%(title)s” är inte bedömd.") % {"title": measure.title}, f"atgard-{measure.pk}")
        for measure in dossier.measures
        if measure.state == MeasureState.DONE
    ]


def person_informed(dossier: Any) -> list[Missing]:
    case = dossier.case
    if case.informed in {Informed.YES, Informed.RELATIVE, Informed.NOT_APPLICABLE}:
        return []
    if case.informed == Informed.NO and case.informed_note:
        return []
    return [Missing(_("Det framgår inte om den enskilde har fått veta vad som hände."), "den-enskilde")]


def reporter_told(dossier: Any) -> list[Missing]:
    if not dossier.case.answerable or any(m.kind == MessageKind.DECISION for m in dossier.messages):
        return []
    return [Missing(_("Den som rapporterade har inte fått veta vad som beslutades."), "aterkoppling")]


def entered(code: str, reason: str | Promise, *answers: str) -> Guard:
    """The latest entry with this code is there, and with one of these answers when some are named."""

    def guard(dossier: Any) -> list[Missing]:
        note = dossier.written.get(code)
        if note is not None and (not answers or note.answer in answers):
            return []
        return [Missing(str(reason), f"uppgift-{code}")]

    return guard


def for_provider(guard: Guard) -> Guard:
    """Only where a private provider runs the unit."""
    return lambda dossier: guard(dossier) if dossier.by_provider else []


def all_points_told(dossier: Any) -> list[Missing]:
    """The content that the record of an inquiry must have (SOSFS 2011:5 5 kap.)."""
    told = {note.point for note in dossier.notes}
    return [
        Missing(_("Utredningen säger inget om: %(point)s.") % {"point": point.label.lower()}, "anteckning")
        for point in ContentPoint
        if point.value not in told
    ]


def impartial(dossier: Any) -> list[Missing]:
    """Whoever inquires has said that nothing speaks against her, herself and since she was appointed (FL 16 §)."""
    note = dossier.entries.get("conflict")
    if note is None or note.author_id != dossier.case.handler_id:
        return [Missing(_("Utredaren har inte svarat på om hen är opartisk."), "uppgift-conflict")]
    if note.answer == "no":
        return [Missing(_("Utredaren är jävig. Utse någon annan."), "uppgift-conflict")]
    return []


def sent_to_ivo(dossier: Any) -> list[Missing]:
    """What is serious is reported before the work goes on (SoL 27 kap. 6 §, LSS 24 f §; PSL 3 kap. 5 §)."""
    case = dossier.case
    if not case.goes_to_ivo or case.ivo_reported_on:
        return []
    return [Missing(_("Det är allvarligt och ska anmälas till IVO."), "h-nasta")]


def is_serious(dossier: Any) -> list[Missing]:
    if dossier.case.goes_to_ivo:
        return []
    return [Missing(_("Beslutet är att det inte är allvarligt. Då anmäls det inte till IVO."), "h-nasta")]


def not_yet_reported(dossier: Any) -> list[Missing]:
    if not dossier.case.ivo_reported_on:
        return []
    return [Missing(_("Anmälan är redan skickad till IVO. Skicka utredningen som komplettering."), "h-nasta")]


def reported_early(dossier: Any) -> list[Missing]:
    if dossier.case.ivo_reported_on:
        return []
    return [Missing(_("Ingen anmälan är skickad till IVO än."), "h-nasta")]


def patient_told(dossier: Any) -> list[Missing]:
    """All six things, and where it stands in the journal (PSL 3 kap. 8 §); or why not."""
    note = dossier.entries.get("patient-told")
    if note is not None:
        return []
    return [Missing(_("Det framgår inte vad patienten har fått veta."), "uppgift-patient-told")]


def duties_done(dossier: Any) -> list[Missing]:
    """Each side duty that is there has been done."""
    return [
        Missing(_("Det här är inte gjort: %(what)s.") % {"what": str(entry.label).lower()}, f"uppgift-{entry.code}")
        for entry in dossier.asked
        if entry.after and entry.code not in dossier.written
    ]


def contact_exists(dossier: Any) -> list[Missing]:
    if dossier.reachable:
        return []
    return [Missing(_("Det finns inget sätt att nå den som skrev."), "h-nasta")]


def no_contact(dossier: Any) -> list[Missing]:
    if not dossier.reachable:
        return []
    return [Missing(_("Den som skrev går att nå. Bekräfta i stället."), "h-nasta")]


def secrecy_checked(dossier: Any) -> list[Missing]:
    """Before someone is answered about somebody else (OSL 12 kap., 25 kap. 1 §, 26 kap. 1 §)."""
    if not dossier.about_someone_else or "secrecy-check" in dossier.entries:
        return []
    return [Missing(_("Pröva först om den som frågar får veta svaret."), "uppgift-secrecy-check")]


def answerer_impartial(dossier: Any) -> list[Missing]:
    note = dossier.entries.get("impartial")
    if dossier.case.kind != CaseKind.COMPLAINT:
        return []
    if note is None or note.author_id != dossier.case.handler_id:
        return [Missing(_("Den som handlägger har inte svarat på om klagomålet gäller hen."), "uppgift-impartial")]
    if note.answer == "yes":
        return [Missing(_("Klagomålet gäller den som handlägger. Byt handläggare."), "uppgift-impartial")]
    return []


def told_whoever_sent(dossier: Any) -> list[Missing]:
    if not dossier.reachable or any(m.kind == MessageKind.ANSWER for m in dossier.messages):
        return []
    return [Missing(_("Den som skrev har inte fått svar."), "h-nasta")]


def came_from_outside(dossier: Any) -> list[Missing]:
    """Whether it may need a number in the diary; what staff suggest does not."""
    if dossier.case.source_type != SourceType.STAFF:
        return []
    return [Missing(_("Det kom från en medarbetare och behöver inget diarienummer."), "h-nasta")]


def is_care(dossier: Any) -> bool:
    """Whether the complaint is about health care, where the law says what the answer holds (PSL 3 kap. 8 b §)."""
    return bool(dossier.case.track == Track.HSL)
