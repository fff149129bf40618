"""What one chooses when a copy is handed out, and who an extract is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.papers.masking import MASK, Masks, Passage
from hjulet.core.fields import CHOOSE, REQUIRED, Text

MOST_WORDS = 200
LONGEST_WORD = 120


class CopyForm(forms.Form):
    """For each passage whether it is masked, and by which provision; words to mask everywhere, by provision."""

    def __init__(
        self, *args: Any, passages: Sequence[Passage], provisions: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.passages, self.provisions = passages, provisions
        shown = [("", _("Lämnas ut")), *((code, _("Maskas: %s") % label) for code, label in provisions)]
        for passage in passages:
            self.fields[passage.key] = forms.ChoiceField(
                label=passage.heading, choices=shown, required=False, error_messages=CHOOSE
            )
        for code, label in provisions:
            self.fields[f"words-{code}"] = Text(label=label, required=False, rows=3)
        self.fields["to"] = forms.CharField(
            label=_("Vem får kopian?"),
            help_text=_("Lämna tomt om den som frågar inte vill säga vem hen är. Det behöver hen inte göra."),
            max_length=200,
            required=False,
        )
        self.fields["decided_by"] = forms.CharField(
            label=_("Vem har prövat vad som får lämnas ut?"), max_length=200, error_messages=REQUIRED
        )
        self.fields["reason"] = Text(
            label=_("Varför är något maskat?"),
            help_text=_("Står sist i kopian. Skriv så att det du har maskat inte går att räkna ut."),
            required=False,
            rows=3,
            max_length=min(2_000, settings.TEXT_MAX_CHARACTERS),
        )

    @property
    def rows(self) -> list[tuple[Passage, forms.BoundField]]:
        return [(passage, self[passage.key]) for passage in self.passages]

    @property
    def word_fields(self) -> list[forms.BoundField]:
        return [self[f"words-{code}"] for code, _label in self.provisions]

    @property
    def about_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("to", "decided_by", "reason")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        total = 0
        for code, _label in self.provisions:
            words = words_in(cleaned.get(f"words-{code}") or "")
            total += len(words)
            self._check(code, words)
        if total > MOST_WORDS:
            self.add_error(None, _("Det är för många ord. Maska hela stycken i stället."))
        if self.masks().codes and not str(cleaned.get("reason") or "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Skriv varför något är maskat."))
        return cleaned

    def _check(self, code: str, words: list[str]) -> None:
        if any(len(word) > LONGEST_WORD for word in words):
            self.add_error(f"words-{code}", _("Ett ord är för långt. Skriv ett ord eller namn på varje rad."))
        if any(not any(c.isalnum() for c in word) for word in words):
            self.add_error(f"words-{code}", _("Varje rad ska ha minst en bokstav eller siffra."))

    def masks(self) -> Masks:
        """What was chosen. After is_valid()."""
        given = self.cleaned_data
        passages = {p.key: given[p.key] for p in self.passages if given.get(p.key)}
        words = [
            (word, code) for code, _label in self.provisions for word in words_in(given.get(f"words-{code}") or "")
        ]
        return Masks(passages, tuple(words))


def words_in(text: str) -> list[str]:
    """One word or phrase a line, each once."""
    lines = (line.strip() for line in text.replace("\x00", "").splitlines())
    return list(dict.fromkeys(line for line in lines if line and line != MASK))


class ExtractForm(forms.Form):
    person_ref = forms.CharField(
        label=gettext_lazy("Personens beteckning i ärendena"),
        help_text=gettext_lazy(
            "Skriv den exakt som den står, till exempel initialer eller ett nummer. Sökningen loggas."
        ),
        max_length=60,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
