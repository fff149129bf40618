"""What people fill in about lessons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.fields import CHOOSE, Text, WarnsAboutPersonalNumbers
from hjulet.learning.choices import LessonKind
from hjulet.org.models import Unit


class LessonForm(WarnsAboutPersonalNumbers):
    watched: tuple[str, ...] = ("title", "text", "change")

    title = forms.CharField(
        label=gettext_lazy("Rubrik"),
        max_length=120,
        error_messages={"required": gettext_lazy("Skriv en rubrik.")},
    )
    text = Text(
        label=gettext_lazy("Vad hände, och vad lärde ni er?"),
        help_text=gettext_lazy("Skriv så att ingen går att känna igen: inga namn, datum, rum eller ovanliga detaljer."),
        rows=6,
        error_messages={"required": gettext_lazy("Skriv vad andra kan lära sig. En mening räcker.")},
    )
    change = Text(label=gettext_lazy("Vad gör ni på ett annat sätt nu?"), required=False, rows=4)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == LessonKind.SUGGESTION:
            self.fields["text"].label, self.fields["change"].label = (
                _("Vad gick förslaget ut på?"),
                _("Vad svarade ni?"),
            )
            self.fields["change"].required = True
        elif kind == LessonKind.PRAISE:
            self.fields["text"].label, self.fields["change"].label = _("Vad var det som var bra?"), _("Hur gjorde ni?")


class ConfirmForm(forms.Form):
    unrecognisable = forms.BooleanField(
        label=gettext_lazy("Ingen går att känna igen i texten"),
        help_text=gettext_lazy("Tänk på vad den som arbetar eller bor på enheten redan vet."),
        error_messages={"required": gettext_lazy("Kryssa i rutan om det stämmer. Skicka annars tillbaka texten.")},
    )


class ReturnForm(forms.Form):
    reason = Text(
        label=gettext_lazy("Vad behöver ändras?"),
        rows=3,
        error_messages={"required": gettext_lazy("Skriv vad som behöver ändras.")},
    )


class WithdrawForm(forms.Form):
    reason = Text(
        label=gettext_lazy("Varför dras den tillbaka?"),
        rows=3,
        error_messages={"required": gettext_lazy("Skriv en motivering.")},
    )


class TakeUpForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Vilken enhet?"), empty_label=None, error_messages=CHOOSE
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset, unit.label_from_instance = units, lambda row: row.name
