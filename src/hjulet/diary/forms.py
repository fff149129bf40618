"""What a registrar fills in. Errors say what to do."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.fields import CHOOSE, Day, Text
from hjulet.core.personal_number import has_personal_number
from hjulet.diary.choices import Direction
from hjulet.diary.registry import Provision
from hjulet.org.fields import UnitField, Words
from hjulet.org.forms import OrgForm
from hjulet.org.models import Unit


class NoPersonalNumber(Words):
    """One line of text in which a personal number is never accepted."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.error_messages["max_length"] = gettext_lazy("Texten är för lång. Korta den till 200 tecken.")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if has_personal_number(str(value or "")):
            raise forms.ValidationError(
                _("Det ser ut som ett personnummer. I diariet får det aldrig stå. Ta bort det.")
            )


class DocumentForm(forms.Form):
    direction = forms.ChoiceField(
        label=gettext_lazy("Vad är det för handling?"),
        choices=Direction.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    entered_on = Day(label=gettext_lazy("Vilken dag kom den in, skickades eller blev klar?"))
    counterpart = NoPersonalNumber(
        label=gettext_lazy("Från eller till vem?"),
        help_text=gettext_lazy("Lämna tomt för det som är upprättat här. Alla ser det om du inte väljer sekretess."),
        required=False,
    )
    subject = NoPersonalNumber(
        label=gettext_lazy("Vad gäller handlingen?"),
        help_text=gettext_lazy("Lämna tomt om det är samma som ärendet. Alla kan läsa det: skriv inga namn."),
        required=False,
    )
    secrecy = forms.ChoiceField(
        label=gettext_lazy("Sekretess"),
        help_text=gettext_lazy("Då döljs från och till vem i det öppna diariet, för hela ärendet."),
        required=False,
        error_messages=CHOOSE,
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def __init__(self, *args: Any, provisions: Iterable[Provision], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("entered_on", today)
        field: Any = self.fields["secrecy"]
        field.choices = [("", _("Ingen sekretessmarkering")), *choices_of(provisions)]

    def clean_entered_on(self) -> date:
        day: date = self.cleaned_data["entered_on"]
        if day > self.today:
            raise forms.ValidationError(_("Datumet ligger i framtiden. Välj i dag eller tidigare."))
        return day


class MatterForm(DocumentForm):
    unit = UnitField(label=gettext_lazy("Vilken enhet gäller det?"))
    external_number = NoPersonalNumber(
        label=gettext_lazy("Nummer i det andra diariet"),
        help_text=gettext_lazy("Bara om nämnden har sitt diarium i ett annat system. Det går att skriva in senare."),
        required=False,
        max_length=60,
    )
    field_order = ("subject", "unit", "direction", "entered_on", "counterpart", "secrecy", "external_number")

    def __init__(self, *args: Any, units: Any, elsewhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = units
        subject = self.fields["subject"]
        subject.label, subject.required = _("Vad gäller ärendet?"), True
        subject.help_text = _("Till exempel: Synpunkt, Ekbackens äldreboende. Alla kan läsa det: skriv inga namn.")
        if not elsewhere:
            del self.fields["external_number"]


class MarkForm(forms.Form):
    provision = forms.ChoiceField(
        label=gettext_lazy("Enligt vilken bestämmelse?"), widget=forms.RadioSelect, error_messages=CHOOSE
    )
    authority = forms.CharField(
        label=gettext_lazy("Vilken myndighet har bestämt det?"),
        help_text=gettext_lazy("Lämna tomt om det är den egna nämnden."),
        required=False,
        max_length=120,
    )

    def __init__(self, *args: Any, provisions: Iterable[Provision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["provision"]
        field.choices = choices_of(provisions)


class UnmarkForm(forms.Form):
    reason = Text(label=gettext_lazy("Varför tas markeringen bort?"), rows=3)


class SubjectForm(forms.Form):
    subject = NoPersonalNumber(
        label=gettext_lazy("Ny rubrik"), help_text=gettext_lazy("Alla kan läsa den: skriv inga namn.")
    )
    reason = Text(label=gettext_lazy("Varför ändras den?"), rows=3)


class NumberForm(forms.Form):
    number = NoPersonalNumber(
        label=gettext_lazy("Nummer i det andra diariet"),
        help_text=gettext_lazy("Det går inte att ändra efteråt."),
        max_length=60,
    )


class SeriesForm(OrgForm):
    """How a board's matters are numbered."""

    short = Words(
        label=gettext_lazy("Förkortning"),
        help_text=gettext_lazy("Står först i numret, till exempel SN. Stora bokstäver."),
        max_length=10,
    )
    pattern = Words(
        label=gettext_lazy("Så skrivs numret"),
        help_text=gettext_lazy("PREFIX byts mot förkortningen, ÅÅÅÅ mot året och N mot siffror, en för varje N."),
        max_length=40,
    )
    external = forms.BooleanField(
        label=gettext_lazy("Nämnden har sitt diarium i ett annat system"),
        help_text=gettext_lazy("Då skriver registratorn in numret därifrån. Hjulet ger inga egna nummer."),
        required=False,
    )


def choices_of(provisions: Iterable[Provision]) -> list[tuple[str, str]]:
    return [(row.code, f"{row.citation}, {row.title.lower()}") for row in provisions]


def units_within(actor: Any, duty: str) -> Any:
    """Open units where she holds the duty."""
    return Unit.objects.seen_by(actor).within(actor.reach(duty)).filter(valid_to__isnull=True).order_by("path")
