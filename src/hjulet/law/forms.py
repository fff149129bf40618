"""What is filled in about laws. Errors say what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hjulet.law.choices import Kind
from hjulet.law.models import LawRow
from hjulet.law.register import natural
from hjulet.org.fields import CHOOSE, Day, Words
from hjulet.org.forms import OrgForm

CODE = RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Använd bara små bokstäver a–z, siffror och bindestreck."))
SUMMARY = _("Med egna ord, så att den som arbetar förstår. Skriv inte av lagen.")
SOURCE = _("Till exempel SFS 2025:400, riksdagens text.")


class Choice(forms.ChoiceField):
    """Another provision, by its designation; empty is none."""

    def fill(self, *, without: str = "") -> None:
        latest = {law.code: law for law in LawRow.objects.exclude(code=without).order_by("valid_from")}
        rows = sorted(latest.values(), key=natural)
        self.choices = [("", gettext("Inget")), *((law.code, f"{law.citation} {law.title}") for law in rows)]


def _summary() -> Words:
    return Words(max_length=2000, label=_("I korthet"), help_text=SUMMARY, widget=forms.Textarea(attrs={"rows": 4}))


def _source() -> Words:
    return Words(max_length=300, label=_("Källa"), help_text=SOURCE)


class NewLawForm(OrgForm):
    citation = Words(max_length=80, label=_("Beteckning"), help_text=_("Till exempel SoL 27 kap. 2 §."))
    title = Words(max_length=160, label=_("Rubrik"))
    code = Words(
        max_length=60,
        validators=[CODE],
        label=_("Kod"),
        help_text=_("Kort och för alltid, till exempel sol-27-2. Koden ändras inte när lydelsen ändras."),
    )
    kind = forms.ChoiceField(label=_("Slag"), choices=Kind.choices, error_messages=CHOOSE)
    summary = _summary()
    source = _source()
    valid_from = Day(label=_("Gäller från"))
    valid_to = Day(
        required=False, label=_("Gäller till och med"), help_text=_("Lämna tomt om det gäller tills vidare.")
    )
    replaces = Choice(
        required=False,
        label=_("Ersätter"),
        help_text=_("Det lagrummet upphör dagen före."),
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        replaces: Any = self.fields["replaces"]
        replaces.fill()


class WordingForm(OrgForm):
    citation = Words(max_length=80, label=_("Beteckning"))
    title = Words(max_length=160, label=_("Rubrik"))
    summary = _summary()
    source = _source()
    valid_from = Day(label=_("Den nya lydelsen gäller från"), help_text=_("Den förra upphör dagen före."))


class EndForm(OrgForm):
    valid_to = Day(
        required=False,
        label=_("Sista dag som lagrummet gäller"),
        help_text=_("Lämna tomt om det ska gälla tills vidare."),
    )
    replaced_by = Choice(required=False, label=_("Ersätts av"), error_messages=CHOOSE)
    source = Words(
        max_length=300, label=_("Källa"), help_text=_("Den författning som upphäver, till exempel SFS 2025:400.")
    )

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        replaced_by: Any = self.fields["replaced_by"]
        replaced_by.fill(without=code)


class CheckForm(OrgForm):
    checked_on = Day(label=_("Vilken dag lästes källan?"))
    source = Words(
        max_length=300,
        label=_("Vad lästes?"),
        help_text=_("Till exempel SFS 2025:400 i riksdagens lagtext, ändrad till och med 2026:112."),
    )
