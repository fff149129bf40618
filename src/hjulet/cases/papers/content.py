"""What IVO asks for in a lex Sarah or lex Maria report, item by item, and what the case has of it.

The page, the API and the PDF read the same list. Sources: SOSFS 2011:5 5–6 kap. (lex Sarah), HSLF-FS 2017:40 and
2017:41 with PSL 3 kap. 3, 5 and 8 §§ (lex Maria), and FL 16 § for who may inquire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.choices import LEX, CaseKind, ContentPoint, Harm, Informed
from hjulet.cases.dossier import FILES, Dossier
from hjulet.cases.entries import BY_CODE, MARIA, SARAH, YES
from hjulet.cases.models import Case, CaseFile, Note
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.swedish_time import time_short
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import SEGMENT, Unit

Text = str | Promise
Lines = list[str]
BASIS: dict[str, str] = {CaseKind.LEX_SARAH: "sosfs-2011-5", CaseKind.LEX_MARIA: "hslf-fs-2017-41"}


def may_make(case: Case, actor: Actor) -> bool:
    """Whether the actor holds what is sent to IVO: those who inquire or decide at the case's unit, and its handler.

    That she sees the case has been asked before.
    """
    if case.kind not in LEX:
        return False
    path = case.unit.path or ""
    held = any(actor.holds_at(duty, path, case.track) for duty in (Duty.LEX, Duty.DECIDE_LEX))
    return held or case.handler_id == actor.person_id


@dataclass(frozen=True)
class File:
    """The case with all that its papers are made of."""

    dossier: Dossier
    attachments: list[CaseFile]

    @classmethod
    def of(cls, case: Case) -> File:
        return cls(Dossier.of(case), [file for file in FILES.of(case) if case.shows(file)])

    @property
    def case(self) -> Case:
        return self.dossier.case


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing asked for, as the case has it. `missing` says what is not there; empty when it is complete.

    `mend` is the address where it is filled in; empty where Hjulet has no place for it.
    """

    code: str
    label: str
    basis: str
    lines: tuple[str, ...]
    missing: str = ""
    mend: str = ""

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One row of the table. `read` gives what the case has; nothing means that it is missing, unless `may_lack`."""

    code: str
    label: Text
    read: Callable[[File], Lines]
    lacks: Text = ""
    basis: str = ""  # the law's code; empty: what that kind of report is to hold
    kinds: frozenset[str] = LEX
    may_lack: Text = ""  # what is said instead, where nothing is a good answer
    mend: str = ""  # url name
    argument: str = ""

    def of(self, file: File) -> Item:
        lines = self.read(file)
        missing = "" if lines or self.may_lack else str(self.lacks)
        shown = tuple(lines or ([str(self.may_lack)] if self.may_lack else []))
        mend = self._address(file.case) if missing else ""
        return Item(
            code=self.code,
            label=str(self.label),
            basis=self.basis or BASIS[file.case.kind],
            lines=shown,
            missing=missing,
            mend=mend,
        )

    def _address(self, case: Case) -> str:
        if not self.mend or not case.is_open:
            return ""
        address = reverse(self.mend, args=[case.ref, *([self.argument] if self.mend == "case-entry" else [])])
        return f"{address}?om={self.argument}" if self.mend == "case-note" else address


def items_of(file: File) -> list[Item]:
    """Everything asked for in this kind of case, in the order it is written in the report."""
    return [asked.of(file) for asked in ASKED if file.case.kind in asked.kinds]


def missing_in(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if not item.complete]


def notes_in_order(file: File) -> Iterator[tuple[str, str]]:
    """Every note of the inquiry with day, source, fact or assessment, and author (SOSFS 2011:5 5 kap.): head, text."""
    for note in file.dossier.notes:
        head = [day(note.noted_on), note.get_kind_display(), *([_("källa: %s") % note.source] if note.source else [])]
        yield f"{', '.join(map(str, head))}. {author(note)}", note.text


# Reading a case ---------------------------------------------------------------


def day(value: date) -> str:
    return value.isoformat()


def author(note: Note) -> str:
    return f"{note.author_name}, {note.author_title}".rstrip(", ")


def told(note: Note | None) -> Lines:
    """An entry in words: its choice, its text, its day and who."""
    if note is None:
        return []
    entry = BY_CODE.get(note.code or "")
    answers = dict(entry.answers) if entry else {}
    items = dict(entry.items) if entry else {}
    details = note.details or {}
    lines = [str(answers[note.answer])] if note.answer in answers else []
    lines += note.text.splitlines() if note.text else []
    lines += [str(items[one]) for one in details.get("items", []) if one in items]
    lines += [str(details[name]) for name in ("who", "reference") if details.get(name)]
    return [*lines, f"{day(note.noted_on)}, {author(note)}"] if lines else []


def entry(code: str) -> Callable[[File], Lines]:
    return lambda file: told(file.dossier.entries.get(code))


def point(wanted: ContentPoint) -> Callable[[File], Lines]:
    """What the free notes say about one part of the content."""

    def read(file: File) -> Lines:
        found = [note for note in file.dossier.notes if note.point == wanted]
        return [f"{note.text} ({day(note.noted_on)}, {author(note)})" for note in found]

    return read


def both(*readers: Callable[[File], Lines]) -> Callable[[File], Lines]:
    return lambda file: [line for read in readers for line in read(file)]


def responsible(file: File) -> Lines:
    """The board or the caregiver, and who runs the place when that is someone else."""
    unit = file.case.unit
    above = [unit.path[:end] for end in range(SEGMENT, len(unit.path or "") + 1, SEGMENT)] if unit.path else []
    kinds = (UnitKind.COMMITTEE, UnitKind.PROVIDER)
    found = Unit.objects.of(file.case.principal_id).filter(path__in=above, kind__in=kinds).order_by("path")
    names = [f"{row.get_kind_display()}: {row.name}" for row in found]
    note = _("Organisationsnummer finns inte i Hjulet. Fyll i det hos IVO.")
    return [_("Huvudman: %s") % file.case.principal.name, *names, note]


def place(file: File) -> Lines:
    unit = file.case.unit
    return [unit.name, *([unit.services] if unit.services else [])]


def contact(file: File) -> Lines:
    handler = file.case.handler
    return [f"{handler.name}, {handler.title}".rstrip(", ")] if handler else []


def patient(file: File) -> Lines:
    case = file.case
    if case.protected_identity:
        return [_("Skyddade personuppgifter. Lämna uppgiften om vem det är på det sätt som IVO anger.")]
    if case.person_ref:
        return [case.person_ref, _("Ålder och kön finns inte i Hjulet. Fyll i dem hos IVO.")]
    return [_("Gäller ingen enskild person")] if case.informed == Informed.NOT_APPLICABLE else []


def happened_at(file: File) -> Lines:
    case = file.case
    if case.occurred_at is None:
        return []
    time = f" {time_short(case.occurred_at)}" if case.occurred_time_known else ""
    return [f"{day(local_date(case.occurred_at))}{time}"]


def own_words(file: File) -> Lines:
    case = file.case
    return [_("Rapporten %(day)s: %(text)s") % {"day": day(case.reported_on), "text": case.description}]


def consequence(file: File) -> Lines:
    """What the inquiry says, and the harm as it was assessed; that alone does not tell what came of it."""
    lines = told(file.dossier.entries.get("consequence"))
    known = file.case.harm not in {"", Harm.UNKNOWN}
    return [*lines, _("Skada: %s") % file.case.get_harm_display()] if lines and known else lines


def at_once(file: File) -> Lines:
    text = file.case.immediate_action
    return [_("Direkt, enligt rapporten: %s") % text] if text else []


def informed(file: File) -> Lines:
    case = file.case
    if not case.informed or (case.informed == Informed.NO and not case.informed_note):
        return []
    words = [case.get_informed_display(), *([day(case.informed_on)] if case.informed_on else [])]
    return [", ".join(map(str, words)), *([case.informed_note] if case.informed_note else [])]


def causes(file: File) -> Lines:
    return [f"{cause.number}. {cause.text} ({cause.get_area_display()})" for cause in file.dossier.causes]


def planned(file: File) -> Lines:
    """Each cause with its measures, owner and day, or why none; nothing when some cause has neither."""
    lines: Lines = []
    for cause in file.dossier.causes:
        measures = file.dossier.measures_of(cause)
        for measure in measures:
            words = {"number": cause.number, "title": measure.title, "owner": measure.owner.name}
            told_ = _("Orsak %(number)s: %(title)s. Ansvarig %(owner)s, klar senast %(day)s, %(state)s.")
            state = str(measure.get_state_display()).lower()
            lines.append(told_ % {**words, "day": day(measure.due_on), "state": state})
        if not measures and cause.no_measure_reason:
            words = {"number": cause.number, "reason": cause.no_measure_reason}
            lines.append(_("Orsak %(number)s: ingen åtgärd. %(reason)s") % words)
        elif not measures:
            return []
    return lines


def decision(file: File) -> Lines:
    """The latest decision: grade, motivation, by whom and by which delegation (KL 6 kap. 37 §)."""
    note = file.dossier.entries.get("decision")
    if note is None:
        return []
    by = _("Beslutat av %(who)s den %(day)s.") % {"who": author(note), "day": day(note.noted_on)}
    reference = (note.details or {}).get("reference", "")
    delegated = [_("Delegation: %s") % reference] if reference else []
    grade = [str(file.case.get_grade_display())] if file.case.grade else []
    return [*grade, note.text, by, *delegated]


def people(file: File) -> Lines:
    """Who has taken part in the inquiry: everyone who has written in it, each once."""
    return list(dict.fromkeys(author(note) for note in [*file.dossier.notes, *file.dossier.coded]))


def attachments(file: File) -> Lines:
    return [row.file.name for row in file.attachments]


def others_told(file: File) -> Lines:
    """Other authorities: each duty beside the case that there was, and that it was done; nothing when one is not."""
    entries, lines = file.dossier.entries, []
    for code, note in entries.items():
        side = code.startswith("side-") and not code.endswith("-sent")
        sent = entries.get(f"{code}-sent")
        if side and note.answer == YES and sent is None:
            return []
        if side:
            label = BY_CODE[f"{code}-sent"].label if sent else BY_CODE[code].label
            lines.append(f"{label}: {'; '.join(told(sent or note))}")
    return lines


TAKEN_PART = gettext_lazy("Ingen har skrivit i utredningen än.")
SAYS_NOTHING = gettext_lazy("Utredningen säger inget om det.")
ASKED: tuple[Asked, ...] = (
    Asked(code="responsible", label=gettext_lazy("Nämnd eller vårdgivare"), read=responsible),
    Asked(code="unit", label=gettext_lazy("Enhet där det hände"), read=place),
    Asked(
        code="contact",
        label=gettext_lazy("Den som svarar på IVO:s frågor"),
        read=contact,
        lacks=gettext_lazy("Ärendet har ingen handläggare."),
    ),
    Asked(
        code="person",
        label=gettext_lazy("Vem det gäller"),
        read=patient,
        lacks=gettext_lazy("Ärendet säger inte vem det gäller. Lämna uppgiften hos IVO."),
    ),
    Asked(
        code="when",
        label=gettext_lazy("När det hände"),
        read=both(happened_at, point(ContentPoint.WHEN)),
        lacks=gettext_lazy("Det framgår inte när det hände."),
        mend="case-note",
        argument=ContentPoint.WHEN,
    ),
    Asked(
        code="noticed",
        label=gettext_lazy("När och hur det uppmärksammades"),
        read=point(ContentPoint.NOTICED),
        lacks=SAYS_NOTHING,
        mend="case-note",
        argument=ContentPoint.NOTICED,
    ),
    Asked(
        code="happened",
        label=gettext_lazy("Vad som hände"),
        read=both(own_words, point(ContentPoint.HAPPENED)),
    ),
    Asked(
        code="consequence",
        label=gettext_lazy("Följder för den enskilde, också sådana som hade kunnat bli"),
        read=consequence,
        lacks=gettext_lazy("Det framgår inte vilka följder det fick."),
        mend="case-entry",
        argument="consequence",
    ),
    Asked(
        code="injury",
        label=gettext_lazy("Bedömning av vårdskada"),
        basis="psl-3-3",
        kinds=MARIA,
        read=entry("injury"),
        lacks=gettext_lazy("Vårdskadan är inte bedömd."),
    ),
    Asked(
        code="protection",
        label=gettext_lazy("Vad som gjordes för att skydda den enskilde"),
        basis="sol-27-5",
        read=both(at_once, entry("protection")),
        lacks=gettext_lazy("Det framgår inte hur den enskilde skyddades."),
        mend="case-entry",
        argument="protection",
    ),
    Asked(
        code="taken",
        label=gettext_lazy("Åtgärder som redan är gjorda, och när"),
        read=point(ContentPoint.TAKEN),
        lacks=SAYS_NOTHING,
        mend="case-note",
        argument=ContentPoint.TAKEN,
    ),
    Asked(
        code="informed",
        label=gettext_lazy("Om den enskilde har fått veta vad som hände"),
        kinds=SARAH,
        read=informed,
        lacks=gettext_lazy("Det framgår inte om den enskilde har fått veta."),
        mend="case-informed",
    ),
    Asked(
        code="patient-told",
        label=gettext_lazy("Vad patienten eller en närstående har fått veta"),
        basis="psl-3-8",
        kinds=MARIA,
        read=entry("patient-told"),
        lacks=gettext_lazy("Det framgår inte vad patienten har fått veta."),
        mend="case-entry",
        argument="patient-told",
    ),
    Asked(
        code="heard",
        label=gettext_lazy("Vad den enskilde själv har berättat"),
        read=entry("heard"),
        lacks=gettext_lazy("Det framgår inte om den enskilde har fått berätta."),
        mend="case-entry",
        argument="heard",
    ),
    Asked(
        code="commission",
        label=gettext_lazy("Uppdrag, metod och grupp"),
        basis="hslf-fs-2017-40",
        kinds=MARIA,
        read=entry("commission"),
        lacks=gettext_lazy("Inget uppdrag att utreda är skrivet."),
    ),
    Asked(
        code="causes",
        label=gettext_lazy("Orsaker"),
        read=causes,
        lacks=gettext_lazy("Ingen orsak är beskriven."),
        mend="case-cause",
    ),
    Asked(
        code="similar",
        label=gettext_lazy("Om något liknande har hänt förut"),
        read=point(ContentPoint.SIMILAR),
        lacks=SAYS_NOTHING,
        mend="case-note",
        argument=ContentPoint.SIMILAR,
    ),
    Asked(
        code="recurrence",
        label=gettext_lazy("Om det kan hända igen"),
        read=point(ContentPoint.RECURRENCE),
        lacks=SAYS_NOTHING,
        mend="case-note",
        argument=ContentPoint.RECURRENCE,
    ),
    Asked(
        code="measures",
        label=gettext_lazy("Beslutade åtgärder, med ansvarig och dag"),
        read=planned,
        lacks=gettext_lazy("Någon orsak saknar både åtgärd och motivering, eller så är ingen orsak beskriven."),
        mend="case",
    ),
    Asked(
        code="other",
        label=gettext_lazy("Annat som utredningen visade"),
        read=point(ContentPoint.OTHER),
        may_lack=gettext_lazy("Inget annat är antecknat."),
    ),
    Asked(
        code="decision",
        label=gettext_lazy("Beslut, motivering och delegation"),
        read=decision,
        lacks=gettext_lazy("Inget beslut är fattat än."),
    ),
    Asked(
        code="people",
        label=gettext_lazy("Vilka som har deltagit i utredningen"),
        read=people,
        lacks=TAKEN_PART,
        mend="case-note",
    ),
    Asked(
        code="others-told",
        label=gettext_lazy("Om andra myndigheter har fått veta"),
        read=others_told,
        lacks=gettext_lazy("Det framgår inte om någon annan myndighet ska ha fått veta, eller om det är gjort."),
        mend="case",
    ),
    Asked(
        code="attachments",
        label=gettext_lazy("Bilagor"),
        read=attachments,
        may_lack=gettext_lazy("Ärendet har inga bilagor."),
    ),
)


def title_of(case: Case) -> str:
    words = _("Anmälan enligt lex Sarah") if case.kind == CaseKind.LEX_SARAH else _("Anmälan enligt lex Maria")
    return f"{words}, {case.ref}"
