"""What the public fills in, all of it in the language that was chosen; and what the registrar enters for them."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases import codes
from hjulet.cases.choices import VOICES, CaseKind, Channel, Relation, SourceType
from hjulet.cases.forms import reportable_units
from hjulet.cases.public_texts import Texts, languages
from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date
from hjulet.core.fields import CHOOSE, Day, Text, WarnsAboutPersonalNumbers
from hjulet.org.choices import UnitKind
from hjulet.org.models import Principal, Unit

UNKNOWN = "unknown"
ANONYMOUS, NAMED = "anonymous", "named"
KINDS = (CaseKind.COMPLAINT, CaseKind.VIEW, CaseKind.PRAISE, CaseKind.SUGGESTION, CaseKind.QUESTION)
PLACES = frozenset([UnitKind.UNIT, UnitKind.WARD, UnitKind.PROVIDER])
HEADINGS = frozenset([UnitKind.DEPARTMENT, UnitKind.AREA])
SOURCES = {Relation.SELF: SourceType.USER, Relation.OTHER: SourceType.RELATIVE, Relation.NOBODY: SourceType.PUBLIC}
OLDEST = timedelta(days=366 * 20)
CONTACT = ("name", "email", "phone")


class Sealed(forms.CharField):
    """The code that the page carries; it is made before the page is shown, so that sending twice gives the same."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, initial=lambda: codes.sealed(codes.new_code()), **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return codes.unsealed(super().clean(value))
        except signing.BadSignature:
            raise ValidationError(self.error_messages["required"]) from None


def with_fresh_code(form: forms.Form) -> None:
    """A code that could not be opened is exchanged, so that the next try goes through."""
    if "code" in form.errors:
        data: Any = form.data.copy()  # type: ignore[attr-defined]
        data["code"] = codes.sealed(codes.new_code())
        form.data = data


class PublicForm(WarnsAboutPersonalNumbers):
    watched = ("description", "wants")

    def __init__(self, *args: Any, texts: Texts, principal: Principal, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.at = texts, at
        self.warning = texts["err_number"]  # type: ignore[assignment]
        t = texts
        self.wrong: dict[str, str] = {
            "required": t["err_choose"],
            "invalid": t["err_choose"],
            "invalid_choice": t["err_choose"],
            "max_length": t["err_long"],
            "null_characters_not_allowed": t["err_chars"],
        }
        kinds = [(kind.value, t[kind.value]) for kind in KINDS]
        who = [(ANONYMOUS, t["who_anonymous"]), (NAMED, t["who_named"])]
        about = [(one.value, t[f"about_{one.value}"]) for one in Relation]
        self.fields = {
            "kind": self._choice(t["kind"], kinds, widget=forms.RadioSelect, initial=CaseKind.COMPLAINT),
            "description": self._text(t["what"], t["what_help"], "err_what", rows=7),
            "wants": self._text(t["want"], "", "", rows=3),
            "unit": self._choice(t["where"], [(UNKNOWN, t["where_unknown"]), *places(principal, at)]),
            "day": self._day(),
            "relation": self._choice(t["about"], about, widget=forms.RadioSelect, initial=Relation.NOBODY),
            "who": self._choice(t["who"], who, widget=forms.RadioSelect, initial=ANONYMOUS),
            "name": self._line(t["name"], 120, "name"),
            "email": self._email(),
            "phone": self._line(t["phone"], 40, "tel"),
            # Seen by no person: what fills it in is a machine, or a browser that is too helpful.
            "website": forms.CharField(required=False, max_length=None, widget=forms.TextInput(attrs=UNSEEN)),
            "submission_key": forms.UUIDField(
                widget=forms.HiddenInput, initial=uuid.uuid4, error_messages={**self.wrong, "invalid": t["err_page"]}
            ),
            "code": Sealed(error_messages={**self.wrong, "required": t["err_page"]}),
            **self.fields,
        }

    def _choice(self, label: str, choices: Any, **more: Any) -> forms.ChoiceField:
        return forms.ChoiceField(label=label, choices=choices, error_messages=self.wrong, **more)

    def _text(self, label: str, hint: str, error: str, rows: int) -> Text:
        said = {**self.wrong, "required": self.texts[error] if error else ""}
        field = Text(label=label, help_text=hint, rows=rows, required=bool(error), error_messages=said)
        field.error_messages["max_length"] = self.wrong["max_length"]
        return field

    def _line(self, label: str, most: int, kind: str) -> forms.CharField:
        look = {"autocomplete": kind, "placeholder": " ", "type": "tel" if kind == "tel" else "text"}
        widget = forms.TextInput(attrs=look)
        return forms.CharField(label=label, required=False, max_length=most, error_messages=self.wrong, widget=widget)

    def _email(self) -> forms.EmailField:
        said = dict.fromkeys(("invalid", "max_length", "null_characters_not_allowed"), self.texts["err_email"])
        widget = forms.EmailInput(attrs={"autocomplete": "email", "placeholder": " "})
        hint = self.texts["email_help"]
        return forms.EmailField(
            label=self.texts["email"],
            help_text=hint,
            required=False,
            max_length=254,
            error_messages=said,
            widget=widget,
        )

    def _day(self) -> Day:
        field = Day(label=self.texts["when"], help_text=self.texts["when_help"], required=False)
        field.error_messages["invalid"] = self.texts["err_day"]
        return field

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            self._change(website="")
            raise ValidationError(self.texts["err_again"])
        return ""

    def _change(self, **values: str) -> None:
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, value in values.items():
            data[name] = value
        self.data = data

    def clean_day(self) -> Any:
        day, today = self.cleaned_data["day"], local_date(self.at)
        if day and day > today:
            raise ValidationError(self.texts["err_future"])
        if day and day < today - OLDEST:
            raise ValidationError(self.texts["err_old"])
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("who") == ANONYMOUS and any(str(self.data.get(name) or "").strip() for name in CONTACT):
            self.add_error("who", self.texts["err_contact"])
        return cleaned

    def told(self) -> dict[str, Any]:
        """What a Voice is made of, besides its unit and language. Needs a valid form."""
        data = self.cleaned_data
        return told_in(data, data["day"])


UNSEEN = {"autocomplete": "off", "tabindex": "-1"}


def told_in(data: dict[str, Any], day: Any) -> dict[str, Any]:
    return {
        **{name: data[name] for name in ("kind", "description", "wants", "relation", *CONTACT, "submission_key")},
        "source_type": SOURCES[Relation(data["relation"])],
        "occurred_at": datetime.combine(day, time(0), tzinfo=STOCKHOLM) if day else None,
    }


def places(principal: Principal, at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """The places one can choose, under the part of the organisation they belong to, in its order."""
    units = Unit.objects.of(principal.pk).alive(local_date(at)).filter(path__isnull=False).order_by("path")
    rows = list(units.only("pk", "name", "kind", "path"))
    heads = {row.path: row.name for row in rows if row.kind in HEADINGS}
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row.kind in PLACES:
            path = row.path or ""
            above = (path[:end] for end in range(len(path) - 6, 0, -6))
            head = next((heads[one] for one in above if one in heads), principal.name)
            groups.setdefault(head, []).append((str(row.pk), row.name))
    return list(groups.items())


class TakenDownForm(WarnsAboutPersonalNumbers):
    """What the registrar writes for someone who rang, wrote or came by."""

    watched = ("description", "wants")
    CHANNELS = (Channel.PHONE, Channel.LETTER, Channel.SPOKEN, Channel.MAIL)

    channel = forms.ChoiceField(
        label=gettext_lazy("Hur kom det in?"),
        choices=[(one.value, one.label) for one in CHANNELS],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    received_on = Day(
        label=gettext_lazy("Vilken dag nådde det kommunen?"),
        help_text=gettext_lazy("Svarstiderna räknas från den dagen, också när det skrivs in senare."),
    )
    received_time = forms.TimeField(
        required=False,
        label=gettext_lazy("Ungefär klockan, om du vet"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Skriv tiden som 22.40.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Vad är det?"),
        choices=[(code.value, code.label) for code in CaseKind if code in VOICES],
        error_messages=CHOOSE,
    )
    description = Text(
        label=gettext_lazy("Vad säger den som hör av sig?"),
        help_text=gettext_lazy("Med hens egna ord så långt det går. Ingen kan ändra texten sedan."),
        rows=7,
        error_messages={"required": gettext_lazy("Skriv vad som sades. En mening räcker.")},
    )
    wants = Text(label=gettext_lazy("Vad vill hen att ni gör?"), required=False, rows=3)
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Vilken enhet gäller det?"),
        empty_label=gettext_lazy("Välj enhet"),
        error_messages=CHOOSE,
    )
    day = Day(label=gettext_lazy("När hände det, om det är känt?"), required=False)
    relation = forms.ChoiceField(
        label=gettext_lazy("Vem gäller det?"),
        choices=Relation.choices,
        widget=forms.RadioSelect,
        initial=Relation.NOBODY,
        error_messages=CHOOSE,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Vilket språk vill hen läsa på?"),
        choices=[(one.code, one.label) for one in languages()],
        initial="sv",
        error_messages=CHOOSE,
    )
    name = forms.CharField(
        label=gettext_lazy("Namn"),
        help_text=gettext_lazy("Den som vill vara anonym ska inte tillfrågas om vem hen är."),
        required=False,
        max_length=120,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-post"),
        required=False,
        max_length=254,
        error_messages={
            "invalid": gettext_lazy("Kontrollera e-postadressen. Den ska se ut som namn@exempel.se."),
        },
    )
    phone = forms.CharField(label=gettext_lazy("Telefon"), required=False, max_length=40)
    address = forms.CharField(label=gettext_lazy("Postadress"), required=False, max_length=200)
    protected_identity = forms.BooleanField(
        required=False,
        label=gettext_lazy("Personen har skyddade personuppgifter"),
        help_text=gettext_lazy("Skriv då inte adress eller telefon här. Koden räcker för att svara."),
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    code = Sealed(error_messages={"required": gettext_lazy("Sidan har varit öppen för länge. Skicka en gång till.")})

    def __init__(self, *args: Any, actor: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["received_on"].initial = local_date(at)
        field: Any = self.fields["unit"]
        field.queryset = reportable_units(actor, local_date(at))
        field.label_from_instance = lambda unit: unit.name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        received = cleaned.get("received_on")
        if received is not None:
            self._set_received(cleaned, received)
        day = cleaned.get("day")
        if day and received and day > received:
            self.add_error("day", _("Det kan inte ha hänt efter att det kom in. Kontrollera dagarna."))
        if cleaned.get("protected_identity") and (cleaned.get("address") or cleaned.get("phone")):
            self.add_error("protected_identity", _("Ta bort adress och telefon. De skyddas bättre utanför Hjulet."))
        return cleaned

    def _set_received(self, cleaned: dict[str, Any], day: Any) -> None:
        today, clock = local_date(self.at), cleaned.get("received_time")
        moment = datetime.combine(day, clock or time(0), tzinfo=STOCKHOLM)
        if day > today:
            self.add_error("received_on", _("Datumet ligger i framtiden. Välj i dag eller tidigare."))
        elif moment > self.at:
            self.add_error("received_time", _("Tiden ligger i framtiden. Välj en tid som har varit."))
        elif day < today - OLDEST:
            self.add_error("received_on", _("Datumet ligger mer än tjugo år bakåt. Kontrollera årtalet."))
        # Without a time: now for today, and else the end of the day, so that what happened that day came before it.
        late = datetime.combine(day, time(23, 59), tzinfo=STOCKHOLM)
        cleaned["received_at"] = moment if clock else min(late, self.at)

    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        more = ("unit", "channel", "language", "address", "protected_identity", "received_at")
        return told_in(data, data["day"]) | {name: data[name] for name in more}
