"""What the law's procedures ask for besides free notes: one table of entries, each with its question and its law.

An entry is a note with a code (cases.models.Note): it is never changed, a correction is a new one, and the latest
counts. Forms, the case's page, the API and the guards of the flows read the same table (SAR-1, MAR-1, CMP-2, NEW-8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hjulet.cases.choices import LEX, VOICES, CaseKind
from hjulet.cases.models import Case, Note
from hjulet.org.choices import Duty, Track, UnitKind

Text = str | Promise
INSIDE = frozenset(CaseKind) - VOICES
SARAH, MARIA = frozenset({CaseKind.LEX_SARAH}), frozenset({CaseKind.LEX_MARIA})
CARE = frozenset({Track.HSL})
WORKERS = frozenset({Duty.HANDLE, Duty.LEX})
NEAREST = WORKERS | {Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT}  # also the unit's own manager
YES, NO, NOT_APPLICABLE = "yes", "no", "not-applicable"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One kind of entry. `text`, `day`, `who` and `reference` are the questions of its form; empty: not asked.

    `why` names the answers that need a text. `items` are things to tick; with `all_items` every one, unless the answer
    is no.
    """

    code: str
    group: str
    label: Text
    kinds: frozenset[str]
    basis: str
    help: Text = ""
    answers: tuple[tuple[str, Text], ...] = ()
    text: Text = ""
    why: frozenset[str] = frozenset()
    day: Text = ""
    who: Text = ""
    reference: Text = ""
    items: tuple[tuple[str, Text], ...] = ()
    all_items: bool = False
    needs_reference: bool = False
    by: frozenset[str] = WORKERS
    tracks: frozenset[str] = frozenset(Track)
    provider: bool = False  # only where a private provider runs the unit
    starts: tuple[str, ...] = ()  # clocks, when the answer is the first one, or there is none to choose
    stops: tuple[str, ...] = ()
    after: str = ""  # only when that entry was answered with its first answer
    in_step: bool = False  # written by a step of the flow, never by itself
    for_handler: bool = False  # only the handler herself
    after_report: bool = False  # only when IVO has been told
    arrives: Text = ""  # tells of a document that came in: what the diary calls it
    sender: str = ""  # and from whom

    @property
    def first(self) -> str:
        return self.answers[0][0] if self.answers else ""

    def fits(self, case: Case) -> bool:
        if case.kind not in self.kinds or (case.track_set_at and case.track not in self.tracks):
            return False
        if self.after_report and not case.ivo_reported_on:
            return False
        return not self.provider or run_by_provider(case)


def run_by_provider(case: Case) -> bool:
    return case.unit.kind == UnitKind.PROVIDER


def either(yes: Text, no: Text, other: Text = "") -> tuple[tuple[str, Text], ...]:
    return ((YES, yes), (NO, no), *(((NOT_APPLICABLE, other),) if other else ()))


GROUPS: dict[str, Text] = {
    "protection": _("Skydd genast"),
    "inquiry": _("Utredningen"),
    "person": _("Den enskilde i ärendet"),
    "patient": _("Patienten"),
    "ivo": _("Beslut och IVO"),
    "told": _("Återkoppling"),
    "answer": _("Svaret"),
    "side": _("Andra anmälningar"),
    "secrecy": _("Sekretess"),
}
CHANNELS = (("e-service", _("IVO:s e-tjänst")), ("post", _("Post")))
PATIENT_ITEMS = (
    ("event", _("Att det har hänt något som har orsakat eller kunnat orsaka en vårdskada")),
    ("measures", _("Vad som görs för att det inte ska hända igen")),
    ("complaint", _("Att vi är skyldiga att ta emot och svara på klagomål")),
    ("board", _("Att patientnämnden kan hjälpa till")),
    ("ivo", _("Att det går att klaga hos IVO")),
    ("compensation", _("Att det kan finnas rätt till ersättning")),
)
# The clocks of a side duty that are not the one called as it is. Going to the police has none in law.
STARTED: dict[str, tuple[str, ...]] = {"police": (), "cyber": ("side.cyber", "side.cyber_notify")}
ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="protection",
        group="protection",
        label=_("Vad har gjorts för att skydda den enskilde nu?"),
        kinds=LEX,
        basis="sol-27-5",
        answers=either(_("Skydd är ordnat"), _("Inget mer behöver göras nu")),
        text=_("Vad har gjorts, eller varför behövs inget?"),
        why=frozenset({YES, NO}),
        day=_("När?"),
        by=NEAREST,
    ),
    Entry(
        code="board-informed",
        group="protection",
        label=_("Har nämnden fått veta om rapporten?"),
        help=_("Den som bedriver verksamhet på uppdrag ska berätta för nämnden om varje rapport."),
        kinds=SARAH,
        basis="sol-27-4",
        who=_("Vem hos nämnden fick veta?"),
        day=_("När?"),
        by=NEAREST,
        provider=True,
        stops=("lexsarah.inform_board",),
    ),
    Entry(
        code="conflict",
        group="inquiry",
        label=_("Är du opartisk i det här ärendet?"),
        help=_("Du får inte själv ha varit inblandad, stå någon inblandad nära eller leda dem som var det."),
        kinds=LEX,
        basis="fl-16",
        answers=either(_("Ja, inget talar mot att jag utreder"), _("Nej, någon annan ska utreda")),
        text=_("Om nej: vad talar emot?"),
        why=frozenset({NO}),
        for_handler=True,
    ),
    Entry(
        code="heard",
        group="person",
        label=_("Har den enskilde fått berätta hur hen upplevde det?"),
        kinds=LEX,
        basis="sosfs-2011-5",
        answers=either(_("Ja"), _("Nej"), _("Gäller ingen enskild person")),
        text=_("Vad sa den enskilde, eller varför inte?"),
        why=frozenset({YES, NO}),
        day=_("När?"),
    ),
    Entry(
        code="consequence",
        group="person",
        label=_("Vad fick det för följder för den enskilde?"),
        kinds=LEX,
        basis="sosfs-2011-5",
        text=_("Följder, också sådana som bara hade kunnat bli"),
    ),
    Entry(
        code="child-view",
        group="person",
        label=_("Är ett barn berört?"),
        kinds=SARAH,
        basis="sosfs-2011-5",
        answers=(
            ("no-child", _("Nej, inget barn är berört")),
            (YES, _("Ja, och barnet har fått säga vad det tycker")),
            (NO, _("Ja, men barnet har inte fått säga vad det tycker")),
        ),
        text=_("Vad sa barnet, eller varför inte?"),
        why=frozenset({YES, NO}),
    ),
    Entry(
        code="apology",
        group="person",
        label=_("Har någon bett den enskilde om ursäkt?"),
        kinds=LEX,
        basis="sosfs-2011-5",
        answers=either(_("Ja"), _("Nej"), _("Gäller ingen enskild person")),
        text=_("Vem gjorde det, eller varför inte?"),
        why=frozenset({YES, NO}),
    ),
    Entry(
        code="commission",
        group="inquiry",
        label=_("Uppdrag att utreda händelsen"),
        help=_("Uppdraget ges skriftligt. Patienten ska få möjlighet att beskriva vad som hände."),
        kinds=MARIA,
        basis="hslf-fs-2017-40",
        answers=either(_("Patienten eller en närstående är inbjuden att berätta"), _("Ingen är inbjuden")),
        text=_("Uppdrag, grupp och tidplan. Är ingen inbjuden: varför?"),
        why=frozenset({YES, NO}),
        who=_("Vem får uppdraget?"),
        in_step=True,
    ),
    Entry(
        code="injury",
        group="inquiry",
        label=_("Bedömning av vårdskada"),
        kinds=MARIA,
        basis="psl-3-3",
        answers=(
            ("serious-injury", _("Allvarlig vårdskada")),
            ("injury-risk", _("Risk för allvarlig vårdskada")),
            ("injury", _("Vårdskada, inte allvarlig")),
            ("no-injury", _("Ingen vårdskada")),
        ),
        items=(("avoidable", _("Den hade gått att undvika")),),
        text=_("Motivering"),
        why=frozenset({"serious-injury", "injury-risk", "injury", "no-injury"}),
        in_step=True,
    ),
    Entry(
        code="patient-told",
        group="patient",
        label=_("Vad har patienten fått veta?"),
        help=_("Allt i listan ska sägas, och det ska antecknas i patientens journal."),
        kinds=MARIA,
        basis="psl-3-8",
        answers=either(
            _("Patienten är informerad"), _("Patienten kan inte informeras"), _("En närstående är informerad")
        ),
        items=PATIENT_ITEMS,
        all_items=True,
        needs_reference=True,
        text=_("Kan patienten inte informeras: varför?"),
        why=frozenset({NO}),
        who=_("Vem informerade?"),
        day=_("När?"),
        reference=_("Antecknat i journalen den, och av vem"),
        stops=("lexmaria.inform_patient",),
    ),
    Entry(
        code="decision",
        group="ivo",
        label=_("Beslut"),
        kinds=LEX,
        basis="sosfs-2011-5",
        text=_("Motivering"),
        in_step=True,
    ),
    Entry(
        code="ivo-early",
        group="ivo",
        label=_("Anmälan till IVO innan utredningen är klar"),
        kinds=LEX,
        basis="sol-27-6",
        text=_("Varför är det uppenbart allvarligt?"),
        day=_("Vilken dag skickades anmälan?"),
        answers=CHANNELS,
        reference=_("IVO:s diarienummer, om ni har fått det"),
        in_step=True,
    ),
    Entry(
        code="ivo-report",
        group="ivo",
        label=_("Anmälan till IVO"),
        kinds=LEX,
        basis="sol-27-6",
        answers=CHANNELS,
        text=_("Vad skickades med?"),
        day=_("Vilken dag skickades anmälan?"),
        reference=_("IVO:s diarienummer, om ni har fått det"),
        in_step=True,
    ),
    Entry(
        code="ivo-supplement",
        group="ivo",
        label=_("Utredningen skickad till IVO"),
        kinds=LEX,
        basis="sosfs-2011-5",
        answers=CHANNELS,
        text=_("Vad skickades?"),
        day=_("Vilken dag?"),
        in_step=True,
    ),
    Entry(
        code="ivo-decision",
        group="ivo",
        label=_("IVO:s beslut"),
        kinds=LEX,
        basis="sol-27-6",
        answers=(
            ("closed", _("IVO avslutar utan krav")),
            ("remarks", _("IVO avslutar med brister påpekade")),
            ("demands", _("IVO ställer krav eller vill veta mer")),
        ),
        text=_("Vad säger beslutet, och till vilken dag?"),
        why=frozenset({"remarks", "demands"}),
        day=_("Beslutets dag"),
        reference=_("IVO:s diarienummer"),
        after_report=True,
        by=WORKERS | {Duty.REGISTER},
        arrives=_("Beslut"),
        sender="IVO",
    ),
    Entry(
        code="told-unit",
        group="told",
        label=_("Hur har enheten fått veta?"),
        kinds=LEX,
        basis="sosfs-2011-5",
        text=_("Vad sades, och var?"),
        day=_("När?"),
    ),
    Entry(
        code="told-board",
        group="told",
        label=_("Hur har nämnden fått veta?"),
        kinds=LEX,
        basis="kl-6-6",
        text=_("Vad fick nämnden?"),
        day=_("När?"),
        reference=_("Paragraf eller diarienummer"),
    ),
    Entry(
        code="effect",
        group="told",
        label=_("Blev det bättre?"),
        kinds=LEX,
        basis="sosfs-2011-9-5",
        answers=((YES, _("Ja")), ("partly", _("Delvis")), (NO, _("Nej"))),
        text=_("Hur vet ni det?"),
        why=frozenset({YES, "partly", NO}),
        stops=("lexsarah.effect", "lexmaria.effect"),
    ),
    Entry(
        code="impartial",
        group="answer",
        label=_("Gäller klagomålet dig?"),
        kinds=VOICES,
        basis="fl-16",
        answers=((NO, _("Nej")), (YES, _("Ja, någon annan ska svara"))),
        for_handler=True,
    ),
    Entry(
        code="secrecy-check",
        group="answer",
        label=_("Får den som frågar veta det du tänker svara?"),
        help=_("En närstående har inte rätt att få veta allt. Pröva varje uppgift."),
        kinds=VOICES,
        basis="osl-26-1",
        answers=(
            ("own", _("Ja, det gäller hen själv")),
            ("consent", _("Ja, den det gäller har sagt ja")),
            ("harmless", _("Ja, det står klart att ingen lider men")),
            ("general", _("Nej, därför svarar jag bara allmänt")),
        ),
        text=_("Hur har du kommit fram till det?"),
        why=frozenset({"consent", "harmless", "general"}),
    ),
    Entry(
        code="translation",
        group="answer",
        label=_("Översättning till svenska"),
        help=_("Det som skickades in står kvar som det skrevs."),
        kinds=VOICES,
        basis="fl-27",
        text=_("Översättning"),
        who=_("Vem översatte?"),
        by=WORKERS | {Duty.REGISTER},
    ),
    Entry(
        code="outcome",
        group="answer",
        label=_("Vad ledde det till?"),
        kinds=VOICES,
        basis="sosfs-2011-9-5",
        answers=((YES, _("Det är åtgärdat")), ("partly", _("Det är delvis åtgärdat")), (NO, _("Det är inte åtgärdat"))),
        text=_("Vad har gjorts, eller varför inte?"),
        why=frozenset({"partly", NO}),
        in_step=True,
    ),
    Entry(
        code="suggested",
        group="answer",
        label=_("Vad ledde förslaget till?"),
        kinds=frozenset({CaseKind.SUGGESTION}),
        basis="sosfs-2011-9-6",
        answers=((YES, _("Ja, vi gör så")), ("partly", _("Vi gör en del av det")), (NO, _("Nej, vi gör inte så"))),
        text=_("Vad händer nu, eller varför inte?"),
        why=frozenset({"partly", NO}),
        in_step=True,
    ),
    # A duty beside the case: first whether it is there, then that it was done. The first starts its clock.
    *(
        entry
        for code, applies, sent, basis, tracks, to in (
            (
                "device",
                _("Är en medicinteknisk produkt inblandad?"),
                _("Anmälan om den medicintekniska produkten"),
                "hslf-fs-2021-52",
                CARE,
                _("Till vem: tillverkaren och Läkemedelsverket, eller IVO"),
            ),
            (
                "drug",
                _("Kan det vara en biverkning av ett läkemedel?"),
                _("Rapport om biverkningen"),
                "psl-3-3",
                CARE,
                _("Till vem: Läkemedelsverket"),
            ),
            (
                "breach",
                _("Har personuppgifter kommit fel, försvunnit eller ändrats?"),
                _("Anmälan av personuppgiftsincidenten"),
                "gdpr-33",
                frozenset(Track),
                _("Till vem: dataskyddsombudet och Integritetsskyddsmyndigheten"),
            ),
            (
                "cyber",
                _("Är det en betydande it-incident?"),
                _("Varning om it-incidenten"),
                "cyb-2",
                frozenset(Track),
                _("Till vem: tillsynsmyndigheten, genom den som ansvarar för informationssäkerhet"),
            ),
            (
                "police",
                _("Ska det polisanmälas?"),
                _("Polisanmälan"),
                "osl-26-1",
                frozenset(Track),
                _("Till vem: Polisen"),
            ),
            (
                "work",
                _("Kom en medarbetare till skada, eller var det nära?"),
                _("Anmälan om arbetsmiljön"),
                "aml-3-3a",
                frozenset(Track),
                _("Till vem: chefen, skyddsombudet och vid allvarlig händelse Arbetsmiljöverket"),
            ),
        )
        for entry in (
            Entry(
                code=f"side-{code}",
                group="side",
                label=applies,
                kinds=frozenset(CaseKind) - {CaseKind.PRAISE, CaseKind.SUGGESTION, CaseKind.QUESTION},
                basis=basis,
                answers=either(_("Ja"), _("Nej")),
                text=_("Vad talar för eller emot?"),
                day=_("Vilken dag fick ni veta?"),
                why=frozenset({YES}),
                by=NEAREST,
                tracks=tracks,
                starts=STARTED.get(code, (f"side.{code}",)),
            ),
            Entry(
                code=f"side-{code}-sent",
                group="side",
                label=sent,
                kinds=frozenset(CaseKind) - {CaseKind.PRAISE, CaseKind.SUGGESTION, CaseKind.QUESTION},
                basis=basis,
                who=to,
                day=_("Vilken dag?"),
                reference=_("Nummer eller kvittens"),
                by=NEAREST,
                tracks=tracks,
                after=f"side-{code}",
                stops=(f"side.{code}",),
            ),
        )
    ),
    # A cyber incident is told of three times, each within its own time (cybersäkerhetslagen 2 kap. 5, 6 and 8 §§).
    Entry(
        code="side-cyber-notified",
        group="side",
        label=_("Anmälan av it-incidenten"),
        help=_("Den görs för sig, också när ni redan har varnat."),
        kinds=frozenset(CaseKind) - {CaseKind.PRAISE, CaseKind.SUGGESTION, CaseKind.QUESTION},
        basis="cyb-2",
        who=_("Till vem: samma myndighet som ni varnade"),
        day=_("Vilken dag?"),
        reference=_("Nummer eller kvittens"),
        by=NEAREST,
        after="side-cyber",
        starts=("side.cyber_final",),
        stops=("side.cyber_notify",),
    ),
    Entry(
        code="side-cyber-final",
        group="side",
        label=_("Slutrapport om it-incidenten"),
        help=_(
            "Pågår incidenten än skickar ni en lägesrapport då, och slutrapporten inom en månad efter att den är "
            "hanterad. Skriv lägesrapporten som en anteckning."
        ),
        kinds=frozenset(CaseKind) - {CaseKind.PRAISE, CaseKind.SUGGESTION, CaseKind.QUESTION},
        basis="cyb-2",
        who=_("Till vem: samma myndighet som ni varnade"),
        day=_("Vilken dag?"),
        reference=_("Nummer eller kvittens"),
        by=NEAREST,
        after="side-cyber-notified",
        stops=("side.cyber_final",),
    ),
    Entry(
        code="disclosure",
        group="secrecy",
        label=_("Lämna uppgifter över väggen"),
        help=_("Hälso- och sjukvården och socialtjänsten har sekretess också mot varandra."),
        kinds=INSIDE,
        basis="osl-8-2",
        answers=(
            ("consent", _("Den enskilde har sagt ja (OSL 10 kap. 1 §)")),
            ("necessary", _("Nödvändigt för det egna arbetet (OSL 10 kap. 2 §)")),
            ("duty", _("Lagen säger att uppgiften ska lämnas (OSL 10 kap. 28 §)")),
            ("cannot-consent", _("Den enskilde kan inte säga ja och behöver vård (OSL 25 kap. 13 §)")),
        ),
        text=_("Varför, och vad har du vägt in?"),
        in_step=True,
    ),
)
BY_CODE = {entry.code: entry for entry in ENTRIES}
Written = dict[str, Note]


def latest(notes: Iterable[Note]) -> Written:
    """The newest note of each code; what was written before it no longer counts."""
    found: Written = {}
    for note in sorted((note for note in notes if note.code), key=lambda note: note.pk):
        found[note.code or ""] = note
    return found


def asked_of(case: Case, written: Written) -> list[Entry]:
    """Entries that the case's page asks for: those that fit it and are written by themselves."""
    return [entry for entry in ENTRIES if not entry.in_step and entry.fits(case) and _is_time(entry, written)]


def _is_time(entry: Entry, written: Written) -> bool:
    if not entry.after:
        return True
    before, asked = written.get(entry.after), BY_CODE[entry.after]
    return before is not None and (before.answer or "") == asked.first and _is_time(asked, written)


def following(code: str) -> list[Entry]:
    """What is asked for because of an entry, and because of that in turn."""
    found = [entry for entry in ENTRIES if entry.after == code]
    return [one for entry in found for one in (entry, *following(entry.code))]


def local_entry(stage: Mapping[str, str], case: Case) -> Entry:
    """A stage that the principal has put into a procedure, as something to fill in."""
    return Entry(
        code=f"stage-{stage['code']}",
        group="inquiry",
        label=stage["label"],
        kinds=frozenset({case.kind}),
        basis="",
        text=_("Vad har gjorts?"),
        day=_("När?"),
        by=NEAREST,
    )
