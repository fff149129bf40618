"""What people fill in about a year. Texts are kept to the letter; errors say what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.fields import CHOOSE, REQUIRED, Day, Text, WarnsAboutPersonalNumbers
from hjulet.org.models import Role
from hjulet.wheel.actions.deciding import Decision
from hjulet.wheel.actions.marking import LINK, Answer
from hjulet.wheel.actions.planning import COLUMNS
from hjulet.wheel.choices import Quarter, Repeats, Said, WheelReach
from hjulet.wheel.models import Activity


class ActivityForm(WarnsAboutPersonalNumbers):
    """What is to be done, when, by whom, and what there is to show for it."""

    watched = ("title", "about", "produces")
    title = forms.CharField(
        label=gettext_lazy("Vad ska göras?"),
        max_length=160,
        error_messages={"required": gettext_lazy("Skriv vad som ska göras.")},
    )
    about = Text(
        label=gettext_lazy("Hur går det till?"),
        help_text=gettext_lazy("Det som den som gör det behöver veta. Skriv inget om enskilda."),
        rows=4,
        required=False,
        max_length=5_000,
    )
    produces = forms.CharField(
        label=gettext_lazy("Vad ska det bli?"),
        help_text=gettext_lazy("Det som finns att visa när det är klart, till exempel en rapport eller ett protokoll."),
        max_length=160,
        error_messages={"required": gettext_lazy("Skriv vad som ska finnas när det är klart.")},
    )
    starts_on = Day(label=gettext_lazy("Första dag"))
    ends_on = Day(label=gettext_lazy("Sista dag"))
    repeats = forms.ChoiceField(
        label=gettext_lazy("Kommer det tillbaka?"), choices=Repeats, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    role = forms.ModelChoiceField(
        Role.objects.none(),
        label=gettext_lazy("Vilken roll ansvarar?"),
        help_text=gettext_lazy(
            "Den som har rollen på enheten påminns. Utan roll påminns den som planerar enhetens år."
        ),
        required=False,
        empty_label=gettext_lazy("Den som planerar enhetens år"),
        error_messages=CHOOSE,
    )
    reach = forms.ChoiceField(
        label=gettext_lazy("Vem gör det?"),
        help_text=gettext_lazy("Gäller det flera svarar var och en för sig."),
        choices=WheelReach,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    for_providers = forms.BooleanField(
        label=gettext_lazy("Gäller också externa utförare"),
        help_text=gettext_lazy("Utan krysset ser de den inte."),
        required=False,
    )
    quarter = forms.ChoiceField(
        label=gettext_lazy("Vilken del av förbättringshjulet är det?"),
        choices=Quarter,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, principal_id: int, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: Any = self.fields["role"]
        roles.queryset = Role.objects.filter(principal_id=principal_id)
        self.year = year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if last and last.year != self.year:
            self.add_error("ends_on", _("Sista dagen ska ligga i %(year)s.") % {"year": self.year})
        if first and last and last < first:
            self.add_error("ends_on", _("Sista dagen ligger före den första."))
        if first and last and (last - first).days > 366:
            self.add_error("starts_on", _("En aktivitet kan pågå i högst ett år."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """By actions.planning.COLUMNS."""
        return {name: self.cleaned_data[name] for name in COLUMNS}


def initial_of(activity: Activity) -> dict[str, Any]:
    return {name: getattr(activity, name) for name in COLUMNS}


class DoneForm(WarnsAboutPersonalNumbers):
    """What came of it, and where it is."""

    watched = ("produced",)
    produced = Text(
        label=gettext_lazy("Vad blev det?"),
        help_text=gettext_lazy("Det viktigaste på några rader. Skriv inget om enskilda."),
        rows=4,
        max_length=5_000,
    )
    link = forms.RegexField(
        LINK,
        label=gettext_lazy("Var finns det?"),
        help_text=gettext_lazy("En adress som börjar med https://, eller en sida i Hjulet. Får vara tom."),
        required=False,
        max_length=500,
        error_messages={
            "invalid": gettext_lazy("Länken ska börja med https:// eller vara en sida i Hjulet, som /dokument/…")
        },
    )

    def answer(self) -> Answer:
        return Answer(Said.DONE.value, produced=self.cleaned_data["produced"], link=self.cleaned_data["link"])


class SkipForm(WarnsAboutPersonalNumbers):
    watched = ("reason",)
    reason = Text(
        label=gettext_lazy("Varför utgår den?"),
        rows=3,
        max_length=2_000,
        error_messages={"required": gettext_lazy("Skriv varför den utgår.")},
    )

    def answer(self) -> Answer:
        return Answer(Said.SKIPPED.value, reason=self.cleaned_data["reason"])


class RemoveForm(WarnsAboutPersonalNumbers):
    watched = ("reason",)
    reason = Text(label=gettext_lazy("Varför tas den bort?"), rows=3, max_length=2_000, error_messages=REQUIRED)

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class SendBackForm(WarnsAboutPersonalNumbers):
    watched = ("reason",)
    reason = Text(
        label=gettext_lazy("Vad behöver ändras?"),
        rows=4,
        max_length=2_000,
        error_messages={"required": gettext_lazy("Skriv vad som behöver ändras.")},
    )


class AdoptPlanForm(forms.Form):
    """Who decided, and when."""

    decided_by = forms.CharField(
        label=gettext_lazy("Vem har beslutat?"),
        help_text=gettext_lazy("Nämnden, eller chefen som bestämmer över enhetens år."),
        max_length=120,
        error_messages={"required": gettext_lazy("Skriv vem som har beslutat.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Beslutets nummer"),
        help_text=gettext_lazy("Paragraf eller diarienummer, om det finns."),
        max_length=60,
        required=False,
    )
    decided_on = Day(label=gettext_lazy("Vilken dag?"))

    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(data["decided_by"], data["number"], data["decided_on"])
