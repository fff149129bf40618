from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.clocks import local_date
from hjulet.core.fields import CHOOSE, Day, Text
from hjulet.measures.choices import Effect, Strength
from hjulet.measures.models import Measure
from hjulet.org.models import Person


class MeasureForm(forms.Form):
    """What is to be done, by whom, when, and the effect one counts on."""

    title = forms.CharField(
        label=gettext_lazy("Vad ska göras?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Skriv vad som ska göras.")},
    )
    expected_effect = Text(
        label=gettext_lazy("Vilken effekt räknar du med?"),
        help_text=gettext_lazy("Skriv så att det går att se efteråt om det blev så."),
        rows=3,
    )
    strength = forms.ChoiceField(
        label=gettext_lazy("Hur stark är åtgärden?"),
        choices=Strength.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Vem ansvarar?"),
        empty_label=gettext_lazy("Välj person"),
        error_messages=CHOOSE,
    )
    due = Day(label=gettext_lazy("När ska det vara klart?"))

    def __init__(self, *args: Any, people: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = local_date(at)
        field: Any = self.fields["owner"]
        field.queryset = people

    def clean_due(self) -> date:
        due: date = self.cleaned_data["due"]
        if due < self.today:
            raise forms.ValidationError(_("Datumet har redan varit. Välj i dag eller senare."))
        return due


class DoneForm(forms.Form):
    done_on = Day(label=gettext_lazy("Vilken dag blev det klart?"))
    note = Text(label=gettext_lazy("Vad gjordes?"), rows=3)


class EffectForm(forms.Form):
    effect = forms.ChoiceField(
        label=gettext_lazy("Blev det som du räknade med?"),
        choices=Effect.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    note = Text(label=gettext_lazy("Hur märks det?"), rows=3)
    new_cause = Text(
        label=gettext_lazy("Vilken orsak kom åtgärden inte åt?"),
        help_text=gettext_lazy("Fyll i om åtgärden inte hade effekt. Då öppnas den igen med den nya orsaken."),
        required=False,
        rows=3,
    )
    area = forms.ChoiceField(label=gettext_lazy("Vad hör den orsaken till?"), required=False, error_messages=CHOOSE)
    due = Day(label=gettext_lazy("Nytt datum, om åtgärden öppnas igen"), required=False)

    def __init__(self, *args: Any, areas: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if areas:
            field: Any = self.fields["area"]
            field.choices = [("", _("Välj")), *areas]
        else:
            del self.fields["area"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("effect") == Effect.NO:
            if not str(cleaned.get("new_cause") or "").strip():
                self.add_error("new_cause", _("Skriv vilken orsak åtgärden inte kom åt."))
            if "area" in self.fields and not cleaned.get("area"):
                self.add_error("area", _("Välj vad den nya orsaken hör till."))
            if not cleaned.get("due") and "due" not in self.errors:
                self.add_error("due", _("Välj ett nytt datum när åtgärden ska vara klar."))
        return cleaned


class CancelForm(forms.Form):
    reason = Text(label=gettext_lazy("Varför görs den inte?"), rows=3)


def initial_of(measure: Measure) -> dict[str, Any]:
    return {
        "title": measure.title,
        "expected_effect": measure.expected_effect,
        "strength": measure.strength,
        "owner": measure.owner_id,
        "due": measure.due_on,
    }
