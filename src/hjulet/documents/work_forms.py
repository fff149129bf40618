"""What people fill in when they ask for a change, answer, look over and note what is new."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.fields import CHOOSE, Day, Text, WarnsAboutPersonalNumbers
from hjulet.documents.actions import News
from hjulet.documents.laws import laws_to_choose
from hjulet.documents.models import WatchItem


class AskForm(WarnsAboutPersonalNumbers):
    watched: tuple[str, ...] = ("about", "text")
    warning = gettext_lazy("Det ser ut som ett personnummer. Ta bort det, eller skicka en gång till.")

    about = forms.CharField(
        label=gettext_lazy("Vilka ord gäller det?"),
        help_text=gettext_lazy("Frivilligt. Klistra in meningen, eller skriv rubriken den står under."),
        max_length=300,
        required=False,
    )
    text = Text(
        label=gettext_lazy("Vad behöver ändras?"),
        help_text=gettext_lazy("En mening räcker. Skriv gärna varför det inte går att arbeta som det står."),
        rows=5,
        max_length=5_000,
        error_messages={"required": gettext_lazy("Skriv vad som behöver ändras. En mening räcker.")},
    )


class RequestAnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Ska det ändras?"),
        choices=(("yes", gettext_lazy("Ja, det ska ändras")), ("no", gettext_lazy("Nej, det ändras inte"))),
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    text = Text(
        label=gettext_lazy("Ditt svar"),
        help_text=gettext_lazy("Den som frågade läser det. Svarar du nej skriver du varför."),
        rows=4,
        max_length=5_000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "no" and not str(cleaned.get("text") or "").strip():
            self.add_error("text", _("Skriv varför det inte ändras. Den som frågade läser det."))
        return cleaned


class LookOverForm(forms.Form):
    reason = Text(
        label=gettext_lazy("Vad har du sett över, och varför ändras inget?"),
        help_text=gettext_lazy("Till exempel vilka du frågade, och vad avvikelserna säger."),
        rows=4,
        max_length=5_000,
        error_messages={"required": gettext_lazy("Skriv varför inget ändras. En mening räcker.")},
    )


class NewsForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Vad är nytt?"),
        max_length=160,
        error_messages={"required": gettext_lazy("Skriv vad som är nytt, med några ord.")},
    )
    text = Text(
        label=gettext_lazy("I korthet"),
        help_text=gettext_lazy("Vad det innebär för oss. Skriv så att den som ska se över en rutin förstår."),
        rows=5,
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("Var står det?"),
        help_text=gettext_lazy("Till exempel HSLF-FS 2025:21, en rapport eller en webbadress."),
        max_length=300,
        required=False,
    )
    applies_from = Day(label=gettext_lazy("Gäller från"), required=False)
    laws = forms.MultipleChoiceField(
        label=gettext_lazy("Lagrum det berör"),
        help_text=gettext_lazy("Dokument som vilar på dem föreslås för översyn."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, item: WatchItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["laws"].choices = laws_to_choose(item.laws if item else ())

    def news(self) -> News:
        data = self.cleaned_data
        return News(**{**data, "laws": tuple(data["laws"])})


def news_of(item: WatchItem) -> dict[str, Any]:
    """The form's first values."""
    return {name: getattr(item, name) for name in ("title", "text", "source", "applies_from", "laws")}


class ChooseForm(forms.Form):
    documents = forms.ModelMultipleChoiceField(
        WatchItem.objects.none(),
        label=gettext_lazy("Vilka dokument ska ses över?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Välj minst ett dokument."),
            "invalid_choice": gettext_lazy("Välj bland dokumenten i listan."),
            "invalid_pk_value": gettext_lazy("Välj bland dokumenten i listan."),
        },
    )
    until = Day(label=gettext_lazy("Översett senast"))

    def __init__(self, *args: Any, documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["documents"].queryset = documents


class NewsAnswerForm(forms.Form):
    change = forms.ChoiceField(
        label=gettext_lazy("Vad betyder det för dokumentet?"),
        choices=(
            ("no", gettext_lazy("Inget behöver ändras")),
            ("yes", gettext_lazy("Det behöver skrivas om: börja en ny version")),
        ),
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    result = Text(
        label=gettext_lazy("Vad kom du fram till?"),
        rows=3,
        max_length=5_000,
        error_messages={"required": gettext_lazy("Skriv vad du kom fram till. En mening räcker.")},
    )


class SettleForm(forms.Form):
    outcome = Text(
        label=gettext_lazy("Vad blev det?"),
        help_text=gettext_lazy("Till exempel vad som ändrades, eller varför det inte berör er."),
        rows=3,
        max_length=5_000,
        error_messages={"required": gettext_lazy("Skriv vad det blev. En mening räcker.")},
    )
