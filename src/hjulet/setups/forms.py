"""What is filled in about settings. Errors say what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hjulet.cases.choices import Severity
from hjulet.cases.expert import HIGHEST
from hjulet.cases.procedures import LONGEST, MOST, Stage, places
from hjulet.law.actions import LOCAL_UNITS
from hjulet.org.fields import CHOOSE, Day, Words
from hjulet.org.forms import OrgForm
from hjulet.stats.models import LEAST_DENOMINATOR, LEAST_THRESHOLD


class Number(forms.IntegerField):
    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        errors = {
            "required": _("Skriv ett heltal."),
            "invalid": _("Skriv ett heltal."),
            "min_value": _("Skriv ett tal som är minst %(limit_value)s."),
            "max_value": _("Skriv ett tal som är högst %(limit_value)s."),
        }
        super().__init__(min_value=least, max_value=most, error_messages=errors, **kwargs)


class DatedForm(OrgForm):
    """A setting that holds from a day, with the decision behind it."""

    source = Words(
        max_length=300,
        label=_("Beslut eller källa"),
        help_text=_("Vem som har bestämt det och när, till exempel Vård- och omsorgsnämnden 2026-11-24 § 112."),
    )
    day = Day(label=_("Gäller från"), help_text=_("I morgon eller senare."))


class TimeForm(DatedForm):
    amount = Number(least=1, most=730, label=_("Antal"))
    unit = forms.ChoiceField(
        label=_("Enhet"), choices=[(unit.value, unit.label) for unit in LOCAL_UNITS], error_messages=CHOOSE
    )
    warn_before = Number(
        least=1,
        most=730,
        required=False,
        label=_("Påminn så långt före"),
        help_text=_("I samma enhet. Lämna tomt för ingen påminnelse före sista dagen."),
    )
    field_order = ("amount", "unit", "warn_before", "source", "day")


class ExpertForm(DatedForm):
    score = Number(
        least=1,
        most=HIGHEST,
        label=_("Allvar gånger sannolikhet, minst"),
        help_text=_("Båda bedöms från 1 till 4, så högsta värdet är 16."),
    )
    severity = forms.TypedChoiceField(
        coerce=int, label=_("Eller allvar, minst"), choices=Severity.choices, error_messages=CHOOSE
    )
    field_order = ("score", "severity", "source", "day")


class MaskingForm(DatedForm):
    threshold = Number(
        least=LEAST_THRESHOLD,
        most=50,
        label=_("Minsta tal som visas"),
        help_text=_("Tal som är mindre döljs, och fler så att de inte går att räkna ut."),
    )
    min_denominator = Number(least=LEAST_DENOMINATOR, most=1000, label=_("Minsta antal ärenden för procent"))
    field_order = ("threshold", "min_denominator", "source", "day")


class StagesForm(DatedForm):
    """A line for each own stage. `held` are today's; one whose name is wiped out ends."""

    def __init__(self, *args: Any, kind: str, held: list[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        steps = [("", gettext("Välj")), *((step.name, step.label) for step in places(kind))]
        own: dict[str, forms.Field] = {}
        for number in range(1, MOST + 1):
            stage = held[number - 1] if number <= len(held) else {"label": "", "before": ""}
            own[f"label_{number}"] = Words(
                required=False,
                max_length=LONGEST,
                label=gettext("Eget steg %(number)s") % {"number": number},
                help_text=gettext("Töm rutan för att ta bort steget.") if stage["label"] else "",
                initial=stage["label"],
            )
            own[f"before_{number}"] = forms.ChoiceField(
                required=False,
                choices=steps,
                label=gettext("Steg %(number)s ska vara klart före") % {"number": number},
                error_messages=CHOOSE,
                initial=stage["before"],
            )
        self.fields = {**own, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "stages": [stage for stage in map(self._stage, range(1, MOST + 1)) if stage]}

    def _stage(self, number: int) -> Stage | None:
        label, before = (self.cleaned_data.get(f"{name}_{number}") or "" for name in ("label", "before"))
        known = self.held[number - 1]["code"] if number <= len(self.held) else ""
        if label and not before:
            self.add_error(f"before_{number}", gettext("Välj före vilket steg det ska vara klart."))
        if before and not label and not known and f"label_{number}" not in self.errors:
            self.add_error(f"label_{number}", gettext("Skriv vad steget heter."))
        return {"code": known, "label": label, "before": before} if label else None

    def shown(self) -> list[tuple[Any, Any]]:
        """Without the empty lines."""
        return [(label, value) for label, value in super().shown() if value != "–"]


class QuietForm(OrgForm):
    starts = forms.TimeField(
        label=_("Från klockan"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"required": _("Välj ett klockslag."), "invalid": _("Skriv klockslaget som 21:00.")},
    )
    ends = forms.TimeField(
        label=_("Till klockan"),
        help_text=_("Samma klockslag två gånger betyder inga tysta timmar."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"required": _("Välj ett klockslag."), "invalid": _("Skriv klockslaget som 21:00.")},
    )


class PhoneForm(OrgForm):
    phone = Words(
        max_length=30,
        required=False,
        label=_("Telefonnummer"),
        help_text=_(
            "Till någon som kan skriva åt den som ringer. Tom ruta: numret för hela installationen, eller växeln."
        ),
        error_messages={"max_length": _("Skriv ett telefonnummer med siffror, som 0999-120 00.")},
    )
