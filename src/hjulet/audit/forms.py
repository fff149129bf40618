"""Forms of the log, its review and break-glass."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hjulet.audit.actions import LEAST_REASON, MOST_HOURS
from hjulet.core.actor import Actor
from hjulet.org.choices import Track
from hjulet.org.models import Unit

TRACKS = [(t.value, t.label) for t in (Track.SOL, Track.LSS, Track.HSL, Track.NONE)]


class UnitField(forms.ModelChoiceField):
    """Units in tree order, the depth told by dashes."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{'– ' * (obj.depth - 1)}{obj.name}"


class AskForm(forms.Form):
    unit = UnitField(
        queryset=Unit.objects.none(),
        label=_("Vilken enhet gäller det?"),
        error_messages={
            "required": _("Välj enhet."),
            "invalid_choice": _("Enheten finns inte längre. Välj en annan."),
        },
    )
    track = forms.ChoiceField(
        choices=TRACKS,
        label=_("Vilken lag gäller det?"),
        error_messages={"required": _("Välj lag."), "invalid_choice": _("Välj en av lagarna i listan.")},
    )
    reason = forms.CharField(
        label=_("Varför behöver du läsa?"),
        min_length=LEAST_REASON,
        max_length=2000,
        widget=forms.Textarea,
        error_messages={
            "required": _("Skriv varför du behöver läsa, med minst 20 tecken."),
            "min_length": _("Skriv varför du behöver läsa, med minst 20 tecken."),
            "max_length": _("Skriv högst 2 000 tecken."),
        },
    )
    hours = forms.TypedChoiceField(
        choices=[(n, str(n)) for n in range(1, MOST_HOURS + 1)],
        coerce=int,
        initial=1,
        label=_("I hur många timmar?"),
        error_messages={
            "required": _("Välj mellan 1 och 8 timmar."),
            "invalid_choice": _("Välj mellan 1 och 8 timmar."),
        },
    )

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.seen_by(actor).alive(today).filter(path__isnull=False)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class DrawForm(forms.Form):
    unit = UnitField(
        queryset=Unit.objects.none(),
        label=_("Del av organisationen"),
        error_messages={
            "required": _("Välj enhet."),
            "invalid_choice": _("Du granskar inte loggen för den enheten."),
        },
    )
    month = forms.ChoiceField(
        label=_("Månad"),
        error_messages={"required": _("Välj månad."), "invalid_choice": _("Välj en av månaderna i listan.")},
    )
    share = forms.IntegerField(
        label=_("Andel av läsningarna, i procent"),
        min_value=1,
        max_value=100,
        initial=5,
        error_messages={
            name: _("Välj en andel mellan 1 och 100 procent.")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )

    def __init__(self, *args: Any, units: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units.filter(path__isnull=False).order_by("path")  # type: ignore[attr-defined]
        months = months_back(today)
        self.fields["month"].choices = [(f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months]  # type: ignore[attr-defined]

    def clean_month(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")


def months_back(today: date) -> list[date]:
    """The thirteen months before this one, the last first."""
    return [_months_ago(today, n) for n in range(1, 14)]


def _months_ago(today: date, n: int) -> date:
    year, month0 = divmod(today.year * 12 + today.month - 1 - n, 12)
    return date(year, month0 + 1, 1)
