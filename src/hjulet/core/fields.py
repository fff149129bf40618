"""Form fields and checks that several rooms share. Texts are kept to the letter; errors say what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from hjulet.core import richtext
from hjulet.core.personal_number import has_personal_number

REQUIRED = {"required": gettext_lazy("Fyll i det här.")}
CHOOSE = {
    "required": gettext_lazy("Välj ett alternativ."),
    "invalid_choice": gettext_lazy("Välj ett av alternativen."),
}


def without_nul(text: str) -> str:
    """A text taken straight from a request. No one types a NUL, and PostgreSQL keeps none."""
    return text.replace("\x00", "")


class Text(forms.CharField):
    """Free text with a limit that is told, kept as typed but for a NUL."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("strip", False)
        kwargs.setdefault("max_length", settings.TEXT_MAX_CHARACTERS)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs.setdefault("error_messages", REQUIRED)
        super().__init__(**kwargs)
        self.error_messages["max_length"] = gettext_lazy("Texten är för lång. Korta den eller lägg resten i en bilaga.")

    def validate(self, value: Any) -> None:
        if self.required and not str(value or "").strip():
            raise forms.ValidationError(self.error_messages["required"], code="required")
        super().validate(value)


class RichText(Text):
    """Text with headings, lists, links and tables (core.richtext). Show it with `shell/components/editor.html`.

    The box holds HTML, which the editor in the browser works on; without it plain text gets paragraphs, headings
    ("# ") and lists ("- "). `cleaned_data` has the cleaned HTML, and what was typed stays in the box.
    """

    def __init__(self, *, rows: int = 20, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "data-island": "editor"})
        super().__init__(**{"widget": widget, "max_length": richtext.LONGEST, "rows": rows, **kwargs})

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        html = richtext.from_form(value)
        if self.required and not html:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return html


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d/%m %Y", "%y%m%d", "%Y%m%d"])
        super().__init__(**kwargs)
        self.error_messages["invalid"] = gettext_lazy("Skriv datumet som 2026-11-24.")
        self.error_messages["required"] = gettext_lazy("Välj ett datum.")


class WarnsAboutPersonalNumbers(forms.Form):
    """Warns once about a personal identity number in a text; the person may send anyway."""

    personal_number_ok = forms.BooleanField(required=False, widget=forms.HiddenInput)
    watched: tuple[str, ...] = ()
    warned = False
    warning = gettext_lazy("Det ser ut som ett personnummer. Ta bort det om du kan. Behövs det, skicka en gång till.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        found = [name for name in self.watched if has_personal_number(str(cleaned.get(name) or ""))]
        if found and not cleaned.get("personal_number_ok") and not self.errors:
            self.warned = True
            again: Any = self.data.copy()  # type: ignore[attr-defined]
            again[self.add_prefix("personal_number_ok")] = "1"
            self.data = again
            for name in found:
                self.add_error(name, str(self.warning))
        return cleaned
