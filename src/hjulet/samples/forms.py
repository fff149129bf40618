"""What is asked before a draw, a review of an extract and a list of decisions; and how their files are read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.audit.forms import UnitField, months_back
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.fields import CHOOSE, Text
from hjulet.core.personal_number import has_personal_number
from hjulet.core.tables import RowProblem
from hjulet.org.models import Unit
from hjulet.samples import reading
from hjulet.samples.actions import Line
from hjulet.samples.actions.decisions import laws_at
from hjulet.samples.actions.draws import MOST_DRAWN
from hjulet.samples.choices import LAWS, GroupBy, Source
from hjulet.samples.drawing import Entry, entry
from hjulet.samples.rules import YES, Hours, Reading

SHOWN = 50  # bad rows that are told one by one
NUMBER = {
    name: gettext_lazy("Skriv ett helt tal som ryms i gränserna.")
    for name in ("required", "invalid", "min_value", "max_value")
}


class ListFile(forms.FileField):
    """A file with rows, of a size that is told."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Fil"))
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ".xlsx,.xls,.xlsm,.xlsb,.ods,.csv,.txt,.tsv"
        self.error_messages["required"] = gettext_lazy("Välj en fil.")
        self.error_messages["empty"] = gettext_lazy("Filen är tom. Välj en annan.")

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if found and found.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(_("Filen är för stor. Dela den."))
        return found


class FileForm(forms.Form):
    """A form with a file of rows. What could not be read is told row by row, and nothing is done unless she says so.

    After `clean` `self.read` has the rows, and `self.bad` what is wrong with the others.
    """

    headings: reading.Headings = {}
    needed: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    labels: dict[str, Any] = {}  # noqa: RUF012 - never changed
    read: reading.Read[Any] = reading.Read()
    bad: list[tuple[int, str]] = []  # noqa: RUF012 - never changed

    skip_bad = forms.BooleanField(
        label=gettext_lazy("Läs in de andra raderna ändå"),
        help_text=gettext_lazy("Raderna som inte går att läsa lämnas utanför."),
        required=False,
    )

    def row(self, line: int, told: dict[str, str]) -> Any:
        raise NotImplementedError

    def read_upload(self, upload: Any) -> None:
        try:
            self.read = reading.read_file(
                upload, self.headings, self.needed, self.row, days=self.days, labels=self.labels
            )
        except reading.BadFile as problem:
            self.add_error("file", str(problem))
            return
        self.tell_bad(self.read.bad)

    def tell_bad(self, bad: list[tuple[int, str]]) -> None:
        self.bad = bad[:SHOWN]
        if bad and not self.cleaned_data.get("skip_bad"):
            words = {"count": len(bad)}
            self.add_error("file", _("%(count)s rader går inte att läsa. Inget är inläst.") % words)

    @property
    def asks_to_skip(self) -> bool:
        return bool(self.bad)


def units_with(actor: Actor, *duties: str) -> Any:
    return Unit.objects.of(actor.principal_id).within(actor.reach(*duties)).filter(path__isnull=False).order_by("path")


UNIT_ERRORS = {
    "required": gettext_lazy("Välj enhet."),
    "invalid_choice": gettext_lazy("Den enheten kan du inte välja."),
}


# Samples -----------------------------------------------------------------------------

FILES: reading.Headings = {
    "reference": (
        "akt",
        "aktnummer",
        "aktnr",
        "akt nr",
        "referens",
        "ärende",
        "ärendenummer",
        "dnr",
        "pseudonym",
        "id",
    ),
    "unit": ("enhet", "enhetsnamn", "enhetskod", "verksamhet", "grupp", "område"),
    "handler": ("handläggare", "ansvarig handläggare", "utredare", "handl"),
}


class DrawForm(FileForm):
    """A list, by file or typed in, and how it is drawn from. The seed is nobody's to choose."""

    headings, needed = FILES, frozenset({"reference"})
    labels = {"reference": gettext_lazy("Aktnummer")}  # noqa: RUF012 - never changed
    title = forms.CharField(
        label=gettext_lazy("Vad granskas?"),
        help_text=gettext_lazy("Till exempel: Rättssäker handläggning, kvartal 4. Skriv inget om enskilda."),
        max_length=120,
        error_messages={"required": gettext_lazy("Skriv vad som granskas.")},
    )
    unit = UnitField(
        queryset=Unit.objects.none(), label=gettext_lazy("Del av organisationen"), error_messages=UNIT_ERRORS
    )
    track = forms.ChoiceField(choices=LAWS, label=gettext_lazy("Vilken lag gäller akterna?"), error_messages=CHOOSE)
    source = forms.ChoiceField(
        choices=Source, initial=Source.LIST, widget=forms.RadioSelect, error_messages=CHOOSE,
        label=gettext_lazy("Vilka akter dras det bland?"),
    )  # fmt: skip
    file = ListFile(
        label=gettext_lazy("Lista som fil"),
        help_text=gettext_lazy("Kalkylblad eller CSV med Akt, gärna Enhet eller Handläggare. Listan sparas inte."),
        required=False,
    )  # fmt: skip
    pasted = Text(
        label=gettext_lazy("Eller klistra in"),
        help_text=gettext_lazy("Ett aktnummer på varje rad. Efter ett semikolon kan enhet eller handläggare stå."),
        rows=5,
        required=False,
    )
    year: Any = forms.TypedChoiceField(
        label=gettext_lazy("Ärenden avslutade år"),
        help_text=gettext_lazy("Bara när du drar bland Hjulets egna ärenden."),
        coerce=int, required=False, error_messages=CHOOSE,
    )  # fmt: skip
    count = forms.IntegerField(
        label=gettext_lazy("Hur många ska dras?"), initial=10, min_value=1, max_value=MOST_DRAWN, error_messages=NUMBER
    )
    group_by = forms.ChoiceField(
        choices=GroupBy, initial=GroupBy.NONE, widget=forms.RadioSelect, error_messages=CHOOSE,
        label=gettext_lazy("Ska alla grupper komma med?"),
    )  # fmt: skip
    field_order = ("title", "unit", "track", "source", "file", "pasted", "year", "count", "group_by", "skip_bad")

    def __init__(self, *args: Any, actor: Actor, units: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        this_year = local_date(at).year
        self.fields["year"].choices = [(year, str(year)) for year in range(this_year, this_year - 4, -1)]  # type: ignore[attr-defined]

    def row(self, line: int, told: dict[str, str]) -> Entry:
        group = {GroupBy.UNIT.value: "unit", GroupBy.HANDLER.value: "handler"}.get(
            self.cleaned_data.get("group_by", "")
        )
        name = reading.short(told, group) if group else ""
        if group and not name:
            raise RowProblem(str(GroupBy(self.cleaned_data["group_by"]).label), _("saknas"))
        return entry(reading.reference(told, "reference", _("Akt")), name)

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if has_personal_number(title):
            raise forms.ValidationError(_("Det ser ut som ett personnummer. Ta bort det."))
        return title

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors or cleaned["source"] != Source.LIST:
            return cleaned
        if cleaned.get("file"):
            self.read_upload(cleaned["file"])
        elif cleaned.get("pasted", "").strip():
            self._read_pasted(cleaned["pasted"])
        else:
            self.add_error("file", _("Välj en fil eller klistra in en lista."))
        if not self.errors:
            self._check_once(self.read.rows)
        return cleaned

    def _read_pasted(self, text: str) -> None:
        found: reading.Read[Entry] = reading.Read()
        for number, line in enumerate(text.splitlines(), start=1):
            first, _mark, second = line.partition(";")
            if not line.strip():
                continue
            try:
                found.rows.append(self.row(number, {"reference": first, "unit": second, "handler": second}))
            except RowProblem as problem:
                found.bad.append((number, f"{problem.column}: {problem.reason}"))
        self.read = found
        self.tell_bad(found.bad)

    def _check_once(self, rows: list[Entry]) -> None:
        groups: dict[str, str] = {}
        for one in rows:
            if groups.setdefault(one.reference, one.group) != one.group:
                words = {"reference": one.reference}
                self.add_error("file", _("Akten %(reference)s står i två grupper. Låt den stå i en.") % words)
                return


class AgainForm(DrawForm):
    """The same list once more, to see that the seed draws the same files."""

    def __init__(self, *args: Any, group_by: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "unit", "track", "source", "year", "count", "group_by"):
            del self.fields[name]
        self.grouping = group_by

    def clean(self) -> dict[str, Any]:
        self.cleaned_data |= {"group_by": self.grouping, "source": Source.LIST}
        return super().clean()


# Extracts of logs --------------------------------------------------------------------

LOG: reading.Headings = {
    "at": ("tid", "tidpunkt", "datum", "datum och tid", "tidsstämpel", "när", "händelsetid"),
    "login": ("användare", "användarnamn", "användar id", "användarid", "inloggning", "hsa id", "signatur"),
    "user_name": ("användarens namn", "namn på användare", "personal", "medarbetare"),
    "unit": ("enhet", "vårdenhet", "verksamhet", "uppdrag enhet"),
    "person": ("person", "brukare", "patient", "personreferens", "brukar id", "patient id", "pseudonym", "klient"),
    "person_name": ("personens namn", "brukarens namn", "patientens namn", "patientnamn", "brukarnamn", "klientnamn"),
    "user_address": ("användarens adress", "användarens adressnyckel", "personalens adress"),
    "person_address": ("personens adress", "personens adressnyckel", "brukarens adress", "patientens adress"),
    "related": ("relation", "vårdrelation", "uppdrag", "har uppdrag", "behörig relation"),
    "protected": ("skyddad", "skyddade personuppgifter", "sekretessmarkering", "sekretess", "skyddad identitet"),
    "action": ("åtgärd", "händelse", "aktivitet", "typ", "gjorde"),
}  # fmt: skip


class ExtractForm(FileForm):
    """A month of another system's log, and what it is tried by."""

    headings, needed, days = LOG, frozenset({"at", "login", "person"}), frozenset({"at"})
    labels = {  # noqa: RUF012 - never changed
        "at": gettext_lazy("Tid"), "login": gettext_lazy("Användare"), "person": gettext_lazy("Person"),
    }  # fmt: skip
    unit = UnitField(
        queryset=Unit.objects.none(), label=gettext_lazy("Del av organisationen"), error_messages=UNIT_ERRORS
    )
    system = forms.CharField(
        label=gettext_lazy("Vilket system?"), max_length=80,
        error_messages={"required": gettext_lazy("Skriv vilket system loggen kommer från.")},
    )  # fmt: skip
    month = forms.ChoiceField(label=gettext_lazy("Månad"), error_messages=CHOOSE)
    file = ListFile(
        label=gettext_lazy("Loggen som fil"),
        help_text=gettext_lazy("Kalkylblad eller CSV med Tid, Användare och Person. Namn jämförs och sparas inte."),
    )  # fmt: skip
    share = forms.IntegerField(
        label=gettext_lazy("Andel av läsningarna, i procent"),
        initial=2,
        min_value=1,
        max_value=100,
        error_messages=NUMBER,
    )
    first = forms.TimeField(
        label=gettext_lazy("Arbetstiden börjar"), required=False, initial="06:30",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Skriv tiden som 06:30.")},
    )  # fmt: skip
    last = forms.TimeField(
        label=gettext_lazy("Arbetstiden slutar"), required=False, initial="22:00",
        help_text=gettext_lazy("Läsningar utanför pekas ut. Lämna båda tomma om någon arbetar dygnet runt."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Skriv tiden som 06:30.")},
    )  # fmt: skip
    field_order = ("unit", "system", "month", "file", "share", "first", "last", "skip_bad")

    def __init__(self, *args: Any, units: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["month"].choices = [(f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months_back(today)]  # type: ignore[attr-defined]

    def row(self, line: int, told: dict[str, str]) -> Reading:
        at = reading.moment(told, "at", _("Tid"))
        if f"{at:%Y-%m}" != f"{self.cleaned_data['month']:%Y-%m}":
            raise RowProblem(_("Tid"), _("%(day)s är i en annan månad") % {"day": at.date().isoformat()})
        login = reading.short(told, "login")
        if not login:
            raise RowProblem(_("Användare"), _("saknas"))
        names = ("unit", "action", "user_name", "person_name", "user_address", "person_address")
        more: dict[str, Any] = {name: reading.short(told, name) for name in names}
        flags = [name for name in ("related", "protected") if name in told]
        more |= {name: told[name].strip().casefold() in YES for name in flags}
        return Reading(line, at, login, reading.reference(told, "person", _("Person")), **more)

    def clean_month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("first")) != bool(cleaned.get("last")):
            self.add_error("last", _("Skriv både när arbetstiden börjar och när den slutar, eller ingetdera."))
        if not self.errors:
            self.read_upload(cleaned["file"])
        return cleaned

    @property
    def hours(self) -> Hours | None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        return Hours(first, last) if first and last else None


# Decisions ---------------------------------------------------------------------------

DECISIONS: reading.Headings = {
    "reference": ("referens", "beslutsnummer", "beslutsid", "ärende", "ärendenummer", "pseudonym", "akt", "aktnummer"),
    "unit": ("enhet", "enhetskod", "enhetsnamn", "utförare", "verkställs av", "verksamhet"),
    "law": ("lag", "lagrum", "lagstiftning"),
    "decided_on": ("beslutsdatum", "beslutsdag", "beslutad", "beslut", "beslut fattat", "datum för beslut"),
    "followed_up_on": (
        *("senast uppföljt", "senast uppföljd", "uppföljt", "uppföljd", "uppföljningsdatum"),
        *("senaste uppföljning", "beslut uppföljt"),
    ),
    "plan_on": ("genomförandeplan", "genomförandeplan upprättad", "plan upprättad", "genomförandeplan datum", "plan"),
    "plan_followed_up_on": (
        *("genomförandeplan uppföljd", "genomförandeplan följdes upp", "plan uppföljd", "planen uppföljd"),
    ),
}  # fmt: skip
LAW_WORDS = {"sol": "sol", "socialtjänstlagen": "sol", "lss": "lss"}


class DecisionsForm(FileForm):
    """A list of decisions for a part of the organisation."""

    headings = DECISIONS
    needed = frozenset({"reference", "unit", "law", "decided_on"})
    days = frozenset({"decided_on", "followed_up_on", "plan_on", "plan_followed_up_on"})
    labels = {  # noqa: RUF012 - never changed
        "reference": gettext_lazy("Referens"), "unit": gettext_lazy("Enhet"), "law": gettext_lazy("Lag"),
        "decided_on": gettext_lazy("Beslutsdatum"), "followed_up_on": gettext_lazy("Senast uppföljt"),
        "plan_on": gettext_lazy("Genomförandeplan"), "plan_followed_up_on": gettext_lazy("Genomförandeplan uppföljd"),
    }  # fmt: skip
    unit = UnitField(
        queryset=Unit.objects.none(), label=gettext_lazy("Vilken del gäller listan?"), error_messages=UNIT_ERRORS,
        help_text=gettext_lazy("Listan ersätter allt som är inläst för den enheten och för dem under den."),
    )  # fmt: skip
    file = ListFile(
        help_text=gettext_lazy(
            "Kalkylblad eller CSV med Referens, Enhet, Lag och Beslutsdatum, och Senast uppföljt, Genomförandeplan och "
            "Genomförandeplan uppföljd. Ta inte med namn eller personnummer."
        )
    )
    field_order = ("unit", "file", "skip_bad")

    def __init__(self, *args: Any, actor: Actor, units: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.today = actor, local_date(at)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.seen: dict[tuple[int, str, str], int] = {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            below = Unit.objects.of(self.actor.principal_id).under(cleaned["unit"].path or "")
            pairs = [(unit.pk, unit.code, unit.name) for unit in below]
            self.by_word = {word.casefold(): pk for pk, code, name in reversed(pairs) for word in (name, code)}
            self.laws = laws_at(cleaned["unit"], self.actor)
            self.read_upload(cleaned["file"])
        return cleaned

    def row(self, line: int, told: dict[str, str]) -> Line:
        ref = reading.reference(told, "reference", _("Referens"))
        unit = self.by_word.get(reading.short(told, "unit").casefold())
        if unit is None:
            words = {"unit": reading.short(told, "unit", 40) or "–"}
            raise RowProblem(_("Enhet"), _("%(unit)s finns inte i den del du valde") % words)
        track = self._law(told)
        days = {name: reading.day(told, name, str(self.labels[name])) for name in sorted(self.days)}
        self._check(days)
        first = self.seen.setdefault((unit, track, ref), line)
        if first != line:
            raise RowProblem(_("Referens"), _("%(ref)s står redan på rad %(line)s") % {"ref": ref, "line": first})
        return Line(unit, track, ref, **days)  # type: ignore[arg-type]

    def _law(self, told: dict[str, str]) -> str:
        words = reading.heading(told.get("law", "")).split()
        track = next((LAW_WORDS[word] for word in words if word in LAW_WORDS), "")
        if track not in self.laws:
            known = ", ".join(law.upper().replace("SOL", "SoL") for law in self.laws)
            raise RowProblem(_("Lag"), _("skriv %(known)s") % {"known": known})
        return track

    def _check(self, days: dict[str, date | None]) -> None:
        decided = days["decided_on"]
        if decided is None:
            raise RowProblem(str(self.labels["decided_on"]), _("saknas"))
        for name, day in days.items():
            if day and day > self.today:
                raise RowProblem(str(self.labels[name]), _("ligger i framtiden"))
        followed, plan, plan_followed = (days[name] for name in ("followed_up_on", "plan_on", "plan_followed_up_on"))
        if followed and followed < decided:
            raise RowProblem(str(self.labels["followed_up_on"]), _("ligger före beslutet"))
        if plan_followed and (plan is None or plan_followed < plan):
            raise RowProblem(str(self.labels["plan_followed_up_on"]), _("ligger före planen, eller planen saknas"))
