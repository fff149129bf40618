"""Fields of the organisation's forms, and how a value reads on a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.org.choices import Track
from hjulet.org.models import Person, Role, Unit

LAWS = [(track.value, track.label) for track in (Track.SOL, Track.LSS, Track.HSL, Track.NONE)]
ALL_LAWS = "all"
NEEDED = {"required": gettext_lazy("Fyll i det här.")}
CHOOSE = {
    "required": gettext_lazy("Välj ett alternativ."),
    "invalid_choice": gettext_lazy("Välj ett av alternativen."),
}
CODE = RegexValidator(r"^[\w.-]+$", gettext_lazy("Använd bara bokstäver, siffror, punkt och bindestreck."))


class Words(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", NEEDED)
        super().__init__(**kwargs)


class Day(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y%m%d", "%y%m%d", "%d/%m/%Y"])
        super().__init__(**kwargs)
        self.error_messages["invalid"] = gettext_lazy("Skriv datumet som 2026-11-24.")
        self.error_messages["required"] = gettext_lazy("Välj ett datum.")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 1900 <= value.year <= 2199:
            raise forms.ValidationError(_("Kontrollera årtalet."))


class UnitField(forms.ModelChoiceField):
    """A place in the tree, shown indented under what it hangs on."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", CHOOSE)
        super().__init__(Unit.objects.none(), empty_label=gettext_lazy("Välj"), **kwargs)

    def label_from_instance(self, obj: Unit) -> str:
        return obj.indented


class PersonField(Words):
    """A login name, or a name only one person has. `people` is set by the form: whom one may name."""

    people = Person.objects.none()

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        found = list(self.people.filter(Q(login=text.lower()) | Q(name__iexact=text))[:4])
        if not found:
            raise forms.ValidationError(_("Ingen heter så här. Skriv hela namnet eller användarnamnet."))
        if len(found) > 1:
            logins = ", ".join(person.login for person in found)
            raise forms.ValidationError(_("Flera heter så. Skriv användarnamnet: %(logins)s.") % {"logins": logins})
        return found[0]

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        return None

    def prepare_value(self, value: Any) -> Any:
        return value.login if isinstance(value, Person) else value


def words_of(field: forms.Field, value: Any) -> Any:
    """A cleaned value as it reads on a page."""
    if isinstance(value, bool):
        return _("Ja") if value else _("Nej")
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, time):
        return value.strftime("%H.%M")
    choices = _labels(field)
    if isinstance(value, str | date | Person):
        return choices.get(value, value)
    if isinstance(value, Iterable):
        return ", ".join(str(choices.get(each, each)) for each in value)
    return value


def _labels(field: forms.Field) -> dict[Any, Any]:
    if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
        return {}
    pairs: Any = field.choices
    return dict(pairs)


class Tracks(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("choices", LAWS)
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(required=False, **kwargs)


class RoleField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", CHOOSE)
        super().__init__(Role.objects.none(), empty_label=gettext_lazy("Välj"), **kwargs)
