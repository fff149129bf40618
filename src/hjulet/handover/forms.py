"""What is filled in about a handover."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.fields import CHOOSE, Text, WarnsAboutPersonalNumbers
from hjulet.handover.choices import Heading
from hjulet.org.fields import Day, PersonField, Words
from hjulet.org.models import Unit

FARTHEST = timedelta(days=366)  # further ahead than anyone plans who follows whom


class WhoForm(forms.Form):
    vem = PersonField(
        max_length=120, label=gettext_lazy("Vem slutar?"), help_text=gettext_lazy("Namn eller användarnamn.")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "vem", people)


class StartForm(forms.Form):
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Vilka enheter lämnas över?"),
        help_text=gettext_lazy("Enheten och allt som ligger under den."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Välj minst en enhet.")}
        | {"invalid_choice": CHOOSE["invalid_choice"]},
    )
    successor = PersonField(
        max_length=120, label=gettext_lazy("Vem tar över?"), help_text=gettext_lazy("Namn eller användarnamn.")
    )
    first_day = Day(
        label=gettext_lazy("Efterträdarens första dag"),
        help_text=gettext_lazy("Den som slutar har uppdraget till och med dagen före."),
    )

    def __init__(self, *args: Any, units: Any, people: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field: Any = self.fields["units"]
        field.queryset, field.label_from_instance = units, lambda unit: unit.name
        _people(self, "successor", people)

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        if day < self.today:
            raise forms.ValidationError(_("Dagen har redan varit. Välj i dag eller senare."))
        if day > self.today + FARTHEST:
            raise forms.ValidationError(_("Dagen ligger för långt fram. Kontrollera årtalet."))
        return day


class WordsForm(WarnsAboutPersonalNumbers):
    """One text for each heading; empty ones are left out."""

    watched: tuple[str, ...] = tuple(Heading.values)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for heading in Heading:
            self.fields[heading.value] = Text(label=heading.label, required=False, rows=4)


class ShareForm(forms.Form):
    where = forms.ChoiceField(
        label=gettext_lazy("Vad ska hända med de markerade?"),
        choices=[
            ("to", gettext_lazy("De ges till någon annan")),
            ("stay", gettext_lazy("De blir kvar hos den som slutar")),
            ("back", gettext_lazy("Ta tillbaka det som är valt")),
        ],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    to = PersonField(
        required=False,
        max_length=120,
        label=gettext_lazy("Vem ska ha dem?"),
        help_text=gettext_lazy("Namn eller användarnamn. Behövs när de ges till någon annan."),
    )
    reason = Words(
        required=False,
        max_length=300,
        label=gettext_lazy("Varför?"),
        help_text=gettext_lazy("Behövs när något blir kvar. Syns i kvittot, så skriv inget om någon enskild."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "to", people)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("where") == "to" and not cleaned.get("to") and "to" not in self.errors:
            self.add_error("to", _("Skriv vem som ska ha dem."))
        if cleaned.get("where") == "stay" and not str(cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Skriv varför det blir kvar."))
        return cleaned


class WithdrawForm(forms.Form):
    reason = Words(max_length=300, label=gettext_lazy("Varför tas den tillbaka?"))


def _people(form: forms.Form, name: str, people: Any) -> None:
    field: Any = form.fields[name]
    field.people = people
