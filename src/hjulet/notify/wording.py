"""The words of every notice, in the reader's language. They say what kind of thing waits, not about whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.swedish_time import day_short
from hjulet.notify.choices import Group


@dataclass(frozen=True)
class Kind:
    """`text` is one sentence or two. When the notice has a ref, `text_ref` is used instead."""

    group: Group
    text: str | Promise
    text_ref: str | Promise = ""


KINDS: dict[str, Kind] = {
    "case.reported": Kind(
        Group.CASES,
        gettext_lazy("En ny rapport väntar på att du tar emot den."),
        gettext_lazy("En ny rapport väntar på att du tar emot den: %(ref)s."),
    ),
    "case.acute": Kind(
        Group.ACUTE,
        gettext_lazy("Akut fara är rapporterad. Läs rapporten nu."),
        gettext_lazy("Akut fara är rapporterad i %(ref)s. Läs rapporten nu."),
    ),
    "case.assigned": Kind(
        Group.CASES,
        gettext_lazy("Du har fått ett ärende att handlägga."),
        gettext_lazy("Du har fått ärende %(ref)s att handlägga."),
    ),
    "case.lex": Kind(
        Group.CASES,
        gettext_lazy("Ett ärende ska prövas enligt lex Sarah eller lex Maria och väntar på dig."),
        gettext_lazy("Ärende %(ref)s ska prövas enligt lex Sarah eller lex Maria och väntar på dig."),
    ),
    "case.protect": Kind(
        Group.CASES,
        gettext_lazy("En händelse hos dig prövas av SAS eller MAS. Se till att den enskilde är skyddad."),
        gettext_lazy("Ärende %(ref)s hos dig prövas av SAS eller MAS. Se till att den enskilde är skyddad."),
    ),
    "case.came_in": Kind(
        Group.CASES,
        gettext_lazy("En synpunkt har kommit in och ska registreras."),
        gettext_lazy("En synpunkt har kommit in och ska registreras: %(ref)s."),
    ),
    "case.suggestion": Kind(
        Group.CASES,
        gettext_lazy("En medarbetare har lämnat ett förslag. Det väntar på ditt svar."),
        gettext_lazy("En medarbetare har lämnat ett förslag, %(ref)s. Det väntar på ditt svar."),
    ),
    "lesson.to_review": Kind(Group.CASES, gettext_lazy("En lärdom ska granskas innan andra får läsa den.")),
    "lesson.returned": Kind(Group.OWN, gettext_lazy("En lärdom du har skrivit behöver ändras.")),
    "lesson.published": Kind(Group.OWN, gettext_lazy("En lärdom du har skrivit är publicerad.")),
    "case.disclosed": Kind(
        Group.CASES,
        gettext_lazy("Uppgifter har lämnats ut till ditt ärende."),
        gettext_lazy("Uppgifter har lämnats ut till ditt ärende %(ref)s."),
    ),
    "case.feedback": Kind(
        Group.OWN,
        gettext_lazy("Du har fått återkoppling på det du rapporterade."),
        gettext_lazy("Du har fått återkoppling på din rapport %(ref)s."),
    ),
    "case.closed_for_reporter": Kind(
        Group.OWN,
        gettext_lazy("Det du rapporterade är färdigbehandlat."),
        gettext_lazy("Din rapport %(ref)s är färdigbehandlad."),
    ),
    "case.due_soon": Kind(
        Group.CASES,
        gettext_lazy("Ett ärende förfaller snart."),
        gettext_lazy("Ärende %(ref)s förfaller snart."),
    ),
    "case.overdue": Kind(Group.CASES, gettext_lazy("Ett ärende är sent."), gettext_lazy("Ärende %(ref)s är sent.")),
    "case.late_answer": Kind(
        Group.CASES,
        gettext_lazy("Ett svar till någon utanför skulle vara klart nu. Se till att det blir gjort."),
        gettext_lazy("Ärende %(ref)s skulle vara besvarat nu. Se till att det blir gjort."),
    ),
    "case.question": Kind(
        Group.OWN,
        gettext_lazy("Du har fått en fråga om det du rapporterade."),
        gettext_lazy("Du har fått en fråga om din rapport %(ref)s."),
    ),
    "case.reply": Kind(
        Group.CASES,
        gettext_lazy("Den som rapporterade har svarat."),
        gettext_lazy("Den som rapporterade %(ref)s har svarat."),
    ),
    "case.no_receiver": Kind(
        Group.ACUTE,
        gettext_lazy("En rapport har kommit in men ingen är utsedd att ta emot den. Utse en mottagare nu."),
    ),
    "measure.effect_failed": Kind(
        Group.CASES,
        gettext_lazy("En åtgärd hade ingen effekt och har öppnats igen."),
        gettext_lazy("En åtgärd i ärende %(ref)s hade ingen effekt och har öppnats igen."),
    ),
    "measure.assigned": Kind(
        Group.MEASURES,
        gettext_lazy("Du har fått en åtgärd att ansvara för."),
        gettext_lazy("Du har fått en åtgärd att ansvara för: %(ref)s."),
    ),
    "measure.due_soon": Kind(
        Group.MEASURES,
        gettext_lazy("En åtgärd ska snart vara klar."),
        gettext_lazy("Åtgärd %(ref)s ska snart vara klar."),
    ),
    "measure.overdue": Kind(Group.MEASURES, gettext_lazy("En åtgärd är sen."), gettext_lazy("Åtgärd %(ref)s är sen.")),
    "measure.effect_due": Kind(
        Group.MEASURES,
        gettext_lazy("Det är dags att bedöma om en åtgärd gav effekt."),
        gettext_lazy("Det är dags att bedöma om åtgärd %(ref)s gav effekt."),
    ),
    "promise.due_soon": Kind(Group.CHECKS, gettext_lazy("Det är dags att kontrollera om ni höll det ni har lovat.")),
    "promise.overdue": Kind(Group.CHECKS, gettext_lazy("En kontroll av ett löfte är sen.")),
    "wheel.due_soon": Kind(Group.WHEEL, gettext_lazy("Något på årshjulet ska snart vara klart.")),
    "wheel.overdue": Kind(Group.WHEEL, gettext_lazy("Något på årshjulet är sent.")),
    "wheel.plan_asked": Kind(Group.WHEEL, gettext_lazy("Ett förslag till årsplan väntar på ditt beslut.")),
    "wheel.plan_sent_back": Kind(Group.WHEEL, gettext_lazy("Förslaget till årsplan behöver ändras.")),
    "wheel.plan_adopted": Kind(Group.WHEEL, gettext_lazy("Årsplanen som du lämnade till beslut är beslutad.")),
    "check.due_soon": Kind(Group.WHEEL, gettext_lazy("En egenkontroll ska snart vara klar.")),
    "check.overdue": Kind(Group.WHEEL, gettext_lazy("En egenkontroll är sen.")),
    "internal-review.reported": Kind(
        Group.CHECKS, gettext_lazy("Resultatet av en intern granskning är lämnat. Läs det och svara med en tidplan.")
    ),
    "handover.words": Kind(
        Group.OWN, gettext_lazy("Ditt uppdrag ska lämnas över. Skriv det som efterträdaren behöver veta.")
    ),
    "handover.coming": Kind(Group.OWN, gettext_lazy("Du ska ta över ett uppdrag. Läs vad som väntar.")),
    "handover.done": Kind(
        Group.OWN, gettext_lazy("Ett uppdrag har lämnats över till dig. Bekräfta att du har tagit över.")
    ),
    "handover.ended": Kind(Group.OWN, gettext_lazy("Ditt uppdrag är överlämnat.")),
    "handover.given": Kind(
        Group.CASES, gettext_lazy("Du har fått ärenden eller åtgärder från någon som lämnar sitt uppdrag.")
    ),
    "handover.taken-over": Kind(Group.OWN, gettext_lazy("Efterträdaren har bekräftat en överlämning.")),
    "handover.withdrawn": Kind(Group.OWN, gettext_lazy("En överlämning har tagits tillbaka.")),
    "receipt.due": Kind(Group.READING, gettext_lazy("Du har något att läsa och bekräfta.")),
    "document.review": Kind(Group.DOCUMENTS, gettext_lazy("Någon ber dig läsa ett utkast till ett dokument.")),
    "document.reviewed": Kind(Group.DOCUMENTS, gettext_lazy("Alla som granskar ett utkast har svarat.")),
    "document.changed": Kind(Group.DOCUMENTS, gettext_lazy("Ett dokument som du ville ändra har en ny version.")),
    "document.request": Kind(Group.DOCUMENTS, gettext_lazy("Någon vill ändra ett dokument som du ansvarar för.")),
    "document.answered": Kind(Group.DOCUMENTS, gettext_lazy("Du har fått svar om ett dokument som du ville ändra.")),
    "document.due": Kind(Group.DOCUMENTS, gettext_lazy("Det är dags att se över ett dokument som du ansvarar för.")),
    "document.watch": Kind(
        Group.DOCUMENTS,
        gettext_lazy("Något nytt i lag eller kunskap: se över ett dokument som du ansvarar för."),
    ),
    "process.asked": Kind(Group.DOCUMENTS, gettext_lazy("En process väntar på att kvalitetsgruppen godkänner den.")),
    "process.answered": Kind(Group.DOCUMENTS, gettext_lazy("En process behöver ändras innan den publiceras.")),
    "process.published": Kind(Group.DOCUMENTS, gettext_lazy("En process som du skickade för godkännande gäller nu.")),
    "process.changed": Kind(Group.DOCUMENTS, gettext_lazy("En process som du ville ändra har en ny version.")),
    "process.request": Kind(Group.DOCUMENTS, gettext_lazy("Någon vill ändra en process som du ansvarar för.")),
    "process.request-answered": Kind(
        Group.DOCUMENTS, gettext_lazy("Du har fått svar om en process som du ville ändra.")
    ),
    "process.due": Kind(Group.DOCUMENTS, gettext_lazy("Det är dags att se över en process som du ansvarar för.")),
    "management-system.due": Kind(
        Group.DOCUMENTS, gettext_lazy("Det är snart dags att se över ledningssystemet och lägga fram det för nämnden.")
    ),
    "export.ready": Kind(Group.FILES, gettext_lazy("En fil du har beställt är klar att hämta.")),
    "export.failed": Kind(Group.FILES, gettext_lazy("En fil du har beställt gick inte att skriva.")),
    "breakglass.asked": Kind(Group.ACCESS, gettext_lazy("Någon ber om nödåtkomst. Du kan besluta om den.")),
    "breakglass.approved": Kind(Group.ACCESS, gettext_lazy("Din nödåtkomst är godkänd.")),
    "breakglass.refused": Kind(Group.ACCESS, gettext_lazy("Din begäran om nödåtkomst fick nej.")),
    "breakglass.told": Kind(Group.ACCESS, gettext_lazy("En nödåtkomst är godkänd. Du får veta det som tillsyn.")),
    "log_review.incident": Kind(
        Group.ACCESS,
        gettext_lazy("En loggranskning har visat misstänkt obehörig läsning. Granskaren hör av sig till dig."),
    ),
    "delegation.ends": Kind(
        Group.ACCESS, gettext_lazy("En delegation att besluta i nämndens namn går snart ut, och ingen ny är inlagd.")
    ),
    "access.changed": Kind(Group.ACCESS, gettext_lazy("Dina uppdrag i Hjulet har ändrats.")),
}

_REF = re.compile(r"(?=.*\d)[A-ZÅÄÖ0-9][A-ZÅÄÖ0-9 /-]{0,29}")
_PERSONAL_NUMBER = re.compile(r"\d{6}[-+ ]?\d{4}")


def check(kind: str, link: str, params: dict[str, str]) -> None:
    """Raises ValueError for an unknown kind, a link out of Hjulet, or `params` beyond a ref and a day."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of notice {kind!r}")
    check_link(link)
    if not params.keys() <= {"ref", "due_on"}:
        raise ValueError("a notice holds a ref and a day, nothing else")
    ref = params.get("ref")
    if ref is not None and (not _REF.fullmatch(ref) or _PERSONAL_NUMBER.search(ref)):
        raise ValueError("not a ref")
    if "due_on" in params:
        date.fromisoformat(params["due_on"])


def check_link(link: str) -> None:
    """Raises ValueError for a link out of Hjulet."""
    if not link.startswith("/") or link.startswith(("//", "/\\")) or len(link) > 300:
        raise ValueError("a notice links to a path in Hjulet")


def sentence(kind: str, params: dict[str, str]) -> str:
    """The notice in the active language, with its ref and last day when it has them."""
    words = KINDS.get(kind)
    if words is None:
        return _("Något väntar på dig.")
    text = str(words.text_ref if words.text_ref and "ref" in params else words.text) % params
    if "due_on" in params:
        day = day_short(date.fromisoformat(params["due_on"]))
        text += " " + _("Sista dag: %(day)s.") % {"day": day}
    return text


def mail(kind: str, params: dict[str, str], *, link: str, choices_link: str) -> tuple[str, str]:
    """Subject and body. Both links are whole addresses."""
    text = sentence(kind, params)
    body = "\n\n".join(
        [
            text,
            _("Öppna i Hjulet. Du loggar in först:\n%(link)s") % {"link": link},
            _("Mejlet säger inget om vem eller vad det gäller, eftersom vanlig e-post inte är skyddad."),
            _("Välj vilka mejl du vill ha:\n%(link)s") % {"link": choices_link},
        ]
    )
    return _("Hjulet: %(text)s") % {"text": text.rstrip(".")}, body + "\n"
