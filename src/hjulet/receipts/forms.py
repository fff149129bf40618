from __future__ import annotations

from typing import Any

from django import forms

from hjulet.core.fields import CHOOSE
from hjulet.receipts.models import Matter


class ConfirmForm(forms.Form):
    """The control question, when the matter has one. A wrong answer is explained and may be changed."""

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matter = matter
        if matter.choices:
            self.fields["answer"] = forms.ChoiceField(
                label=matter.question_told,
                choices=matter.answers(),
                widget=forms.RadioSelect,
                error_messages=CHOOSE,
            )

    def clean_answer(self) -> str:
        answer: str = self.cleaned_data["answer"]
        if wrong := self.matter.why_wrong(answer):
            raise forms.ValidationError(wrong, code="wrong")
        return answer
