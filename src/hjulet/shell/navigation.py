"""What lies where on the wheel. A page that is not built yet is said to be so, never hidden behind a dead link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hjulet.cases.sight import SEES
from hjulet.core.access import LOGGED_IN, admits
from hjulet.core.actor import Actor
from hjulet.org.choices import Duty
from hjulet.samples.choices import DRAWS, FOLLOWS, SEES_SUMS

CASES = frozenset(SEES)
STATISTICS = frozenset({Duty.STATISTICS, Duty.MASKED_STATISTICS})


@dataclass(frozen=True)
class Entry:
    label: Any
    about: Any
    name: str = ""  # url name; empty: not built yet
    marks: frozenset[str] = frozenset({LOGGED_IN})


@dataclass(frozen=True)
class Section:
    key: str
    label: Any
    name: str
    lead: Any
    entries: tuple[Entry, ...] = ()


QUARTERS = (
    Section(
        "plan",
        _("Planera"),
        "quarter-plan",
        _("Vad ska göras, enligt vilka regler och av vem?"),
        (
            Entry(
                _("Ledningssystemet"),
                _("Helheten: vad som gäller hos oss, vem som ansvarar och hur vi arbetar."),
                "management-system",
            ),
            Entry(_("Lagar"), _("Vad som gäller, från vilken dag och vad det ersatte."), "law-list"),
            Entry(_("Tider"), _("Hur lång tid varje steg får ta, och enligt vem."), "law-clocks"),
            Entry(_("Ansvar"), _("Vem som har vilken uppgift, och var det saknas någon."), "responsibilities"),
            Entry(_("Delegationer"), _("Vem som får besluta i nämndens namn, och till när."), "delegations"),
            Entry(_("Insatser"), _("Det vi gör för människor, hur det går till och vad vi lovar."), "services"),
            Entry(_("Löften"), _("Det vi har lovat: vad som ska kontrolleras, och hur det gick."), "promises"),
            Entry(_("Överlämningar"), _("När en chef slutar och en annan tar över."), "handovers"),
            Entry(_("Årshjul"), _("Årets aktiviteter: vad som ska göras, när och av vem."), "wheel"),
            Entry(_("Mål"), _("Mål, åtaganden och indikatorer.")),
            Entry(_("Risker"), _("Riskanalyser.")),
            Entry(
                _("Dokument"), _("Riktlinjer och rutiner: vad som gäller, och vem som har beslutat det."), "documents"
            ),
            Entry(_("Översyn"), _("Dokument som ska ses över i år, och hur långt det har kommit."), "document-reviews"),
            Entry(
                _("Önskemål"), _("Ändringar som någon har föreslagit i ett dokument, och svaren."), "document-requests"
            ),
            Entry(_("Omvärldsbevakning"), _("Nytt i lag eller kunskap, och vilka dokument det berör."), "watch"),
        ),
    ),
    Section(
        "do",
        _("Genomföra"),
        "quarter-do",
        _("Det dagliga arbetet, och att säga till när något går fel."),
        (
            Entry(_("Rapportera"), _("Något har hänt eller kan hända."), "report", frozenset({Duty.REPORT})),
            Entry(
                _("Mina rapporter"),
                _("Det du har rapporterat och vad det blev av det."),
                "my-reports",
                frozenset({Duty.REPORT}),
            ),
            Entry(_("Läsa och bekräfta"), _("Det du ska ha läst, och till vilken dag det gäller."), "receipts"),
            Entry(
                _("Skriv in en synpunkt"),
                _("Ta emot ett samtal, ett brev eller ett besök."),
                "voice-new",
                frozenset({Duty.REGISTER}),
            ),
            Entry(_("Processer"), _("Hur vi arbetar, steg för steg."), "processes"),
            Entry(
                _("Önskemål om processer"),
                _("Ändringar som någon har föreslagit i en process, och svaren."),
                "process-requests",
            ),
            Entry(_("Kompetens"), _("Utbildning och delegeringar.")),
            Entry(_("Samverkan"), _("Överenskommelser med andra.")),
        ),
    ),
    Section(
        "check",
        _("Följa upp"),
        "quarter-check",
        _("Hur gick det, och vad säger siffrorna?"),
        (
            Entry(_("Ärenden"), _("Avvikelser som ska bedömas, utredas och avslutas."), "cases", CASES),
            Entry(_("Statistik"), _("Antal, tider och återkoppling."), "statistics", STATISTICS),
            Entry(_("Hållplatser"), _("Fem gånger om året: vad siffrorna säger och vad ni lär."), "learning-stops"),
            Entry(_("Diarium"), _("Registrerade handlingar och klagomål."), "diary", frozenset({Duty.REGISTER})),
            Entry(_("Logg"), _("Vem som har läst vad."), "read-log", frozenset({Duty.LOG_REVIEW})),
            Entry(
                _("Plan för loggranskning"),
                _("Vilka enheters loggar som ska granskas, och andra systems loggar."),
                "log-plan",
                frozenset({Duty.LOG_REVIEW}),
            ),
            Entry(
                _("Registerutdrag"),
                _("Vad som finns om en person, och vem som har läst det."),
                "register-extract",
                frozenset({Duty.REGISTER, Duty.LOG_REVIEW}),
            ),
            Entry(_("Egenkontroll"), _("Det ni kontrollerar själva: vad som ska göras, och vad det visade."), "checks"),
            Entry(
                _("Stickprov"),
                _("Akter som lotten har valt, och vad som kom fram."),
                "samples",
                frozenset(DRAWS + SEES_SUMS),
            ),
            Entry(
                _("Uppföljning av beslut"),
                _("Beslut och genomförandeplaner som ska följas upp."),
                "decision-follow-up",
                frozenset(FOLLOWS),
            ),
            Entry(
                _("Interna granskningar"),
                _("Besök av MAS och SAS på enheterna, och vad de visade."),
                "internal-reviews",
            ),
            Entry(_("Ej verkställda beslut"), _("Beslut som väntar på att bli av.")),
        ),
    ),
    Section(
        "act",
        _("Förbättra"),
        "quarter-act",
        _("Det som ska bli bättre, vem som gör det och om det hjälpte."),
        (
            Entry(_("Åtgärder"), _("Vad ska göras, av vem, när, och vilken effekt det fick."), "measures"),
            Entry(_("Lärande"), _("Det andra har lärt sig, och vilka som gör likadant."), "learning"),
            Entry(_("Förslag"), _("Medarbetarnas förslag och svaren på dem."), "suggestions"),
            Entry(_("Kvalitetsråd"), _("Möten om kvalitet.")),
            Entry(_("Rapporter"), _("Kvalitetsberättelse och patientsäkerhetsberättelse.")),
        ),
    ),
)


def navigation(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The main menu, with the current place marked."""
    items = [{"label": _("Mitt arbete"), "url": "/", "quarter": "", "current": "page" if path == "/" else ""}]
    for section in QUARTERS:
        own = reverse(section.name)
        inside = any(e.name and path.startswith(reverse(e.name)) for e in section.entries)
        current = "page" if path == own else "true" if inside else ""
        items.append({"label": section.label, "url": own, "quarter": section.key, "current": current})
    place = reverse("organisation")
    elsewhere = any(part in path for part in ("/ansvar/", "/delegationer/", "/overlamning/"))  # they lie under Planera
    current = "page" if path == place else "true" if path.startswith(place) and not elsewhere else ""
    return [*items, {"label": _("Organisation"), "url": place, "quarter": "", "current": current}]


def entries_for(section: Section, actor: Actor) -> tuple[list[Entry], list[Entry]]:
    """What the actor may open, and what is not in use yet."""
    built = [entry for entry in section.entries if entry.name and admits(entry.marks, actor)]
    return built, [entry for entry in section.entries if not entry.name]
