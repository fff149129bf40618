"""What people fill in at a learning stop. Texts are kept to the letter; errors say what to do."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from hjulet.core.fields import REQUIRED, Day, Text, WarnsAboutPersonalNumbers
from hjulet.learning_stops.actions import MOST_QUESTIONS, Asking, HandOver
from hjulet.learning_stops.models import Theme

LONGEST = 10_000


def month_name(month: int) -> str:
    """“november” for 11."""
    return date_format(date(2000, month, 1), "F").lower()


class ReplyForm(WarnsAboutPersonalNumbers):
    """One answer. `nothing`: the group has nothing to say about it."""

    watched = ("text",)
    text = Text(required=False, max_length=LONGEST, rows=4)
    nothing = forms.BooleanField(required=False)


class SignForm(WarnsAboutPersonalNumbers):
    """Who took part, and that what is not answered is meant so."""

    watched = ("took_part",)
    people = forms.IntegerField(
        label=gettext_lazy("Hur många deltog?"),
        min_value=1,
        max_value=2_000,
        error_messages={
            "required": gettext_lazy("Skriv hur många som deltog."),
            "invalid": gettext_lazy("Skriv ett antal, som 7."),
            "min_value": gettext_lazy("Minst en deltog."),
            "max_value": gettext_lazy("Skriv hur många som var med på hållplatsen."),
        },
    )
    took_part = Text(
        label=gettext_lazy("Vilka deltog?"),
        help_text=gettext_lazy(
            "Till exempel: alla på dagpasset, två från natten och sjuksköterskan. Skriv inget om enskilda."
        ),
        rows=3,
        max_length=2_000,
        error_messages={"required": gettext_lazy("Skriv vilka som deltog.")},
    )
    rest_empty = forms.BooleanField(
        label=gettext_lazy("Vi har inget att säga om frågorna som inte är besvarade"),
        required=False,
    )

    def __init__(self, *args: Any, empty: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not empty:
            del self.fields["rest_empty"]


class ReopenForm(WarnsAboutPersonalNumbers):
    watched = ("reason",)
    reason = Text(label=gettext_lazy("Varför öppnas den igen?"), rows=3, max_length=2_000, error_messages=REQUIRED)


class HandOverForm(forms.Form):
    to = forms.CharField(
        label=gettext_lazy("Vilken nämnd?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Skriv vilken nämnd som får den.")},
    )
    on = Day(label=gettext_lazy("Vilken dag lämnas den?"))

    def hand_over(self) -> HandOver:
        return HandOver(self.cleaned_data["to"], self.cleaned_data["on"])


class ThemeForm(forms.Form):
    """The month, what stands first, and the questions; an empty question is no longer asked."""

    month = forms.TypedChoiceField(label=gettext_lazy("Månad"), coerce=int, choices=())
    lead = Text(label=gettext_lazy("Ingress"), rows=2, max_length=600, required=False)

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        questions = list(theme.questions.filter(asked=True))
        initial = {"month": theme.month, "lead": theme.lead}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["month"].choices = [(n, month_name(n)) for n in range(1, 13)]  # type: ignore[attr-defined]
        self.codes = [row.code for row in questions] + [""] * max(0, min(3, MOST_QUESTIONS - len(questions)))
        for number, code in enumerate(self.codes, start=1):
            label = gettext_lazy("Fråga %(n)s") if code else gettext_lazy("Ny fråga")
            self.fields[f"q{number}"] = forms.CharField(
                label=str(label) % {"n": number} if code else label,
                initial=questions[number - 1].text if code else "",
                required=False,
                max_length=300,
            )

    def asked(self) -> list[Asking]:
        return [Asking(code, self.cleaned_data[f"q{number}"]) for number, code in enumerate(self.codes, start=1)]
