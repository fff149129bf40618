"""What is filled in about the organisation. Errors say what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import ALL_TRACKS
from hjulet.org.choices import Duty, Mandate, UnitKind
from hjulet.org.fields import (
    ALL_LAWS,
    CHOOSE,
    CODE,
    LAWS,
    Day,
    PersonField,
    RoleField,
    Tracks,
    UnitField,
    Words,
    words_of,
)
from hjulet.org.models import Responsibility, Role, RoleDuty, Unit


class OrgForm(forms.Form):
    """`seen` says what the row looked like when the page was shown."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def shown(self) -> list[tuple[Any, Any]]:
        """(label, value as words) of what was chosen, for the page that asks for a confirmation."""
        return [
            (field.label, words_of(field.field, self.cleaned_data.get(name)))
            for name, field in ((bound.name, bound) for bound in self.visible_fields())
        ]

    def differences(self) -> list[tuple[Any, Any, Any]]:
        """(label, what the register says now, what was typed) where they differ."""
        rows = []
        for bound in self.visible_fields():
            clean = bound.field.to_python if hasattr(bound.field, "to_python") else lambda value: value
            initial = bound.initial
            theirs = words_of(bound.field, clean(initial) if initial not in (None, "") else initial)
            mine = words_of(bound.field, self.cleaned_data.get(bound.name))
            if str(theirs) != str(mine):
                rows.append((bound.label, theirs, mine))
        return rows


class FactsForm(OrgForm):
    kind = forms.ChoiceField(label=gettext_lazy("Slag"), choices=UnitKind.choices, error_messages=CHOOSE)
    tracks = Tracks(label=gettext_lazy("Lagar som enheten arbetar efter"))
    is_caregiver = forms.BooleanField(required=False, label=gettext_lazy("Är vårdgivare"))
    services = Words(required=False, max_length=300, label=gettext_lazy("Insatser som enheten ger"))


class NewUnitForm(FactsForm):
    code = Words(
        max_length=40,
        validators=[CODE],
        label=gettext_lazy("Kod"),
        help_text=gettext_lazy("Kort och för alltid, till exempel ekbacken. Koden ändras inte när namnet ändras."),
    )
    name = Words(max_length=120, label=gettext_lazy("Namn"))
    day = Day(label=gettext_lazy("Finns från"), help_text=gettext_lazy("I dag eller tidigare."))
    field_order = ("name", "code", "kind", "tracks", "is_caregiver", "services", "day")


class RenameForm(OrgForm):
    name = Words(max_length=120, label=gettext_lazy("Nytt namn"))
    day = Day(label=gettext_lazy("Gäller från"), help_text=gettext_lazy("I dag eller tidigare."))


class MoveForm(OrgForm):
    parent = UnitField(label=gettext_lazy("Ska ligga under"))
    day = Day(label=gettext_lazy("Gäller från"), help_text=gettext_lazy("I dag eller tidigare."))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "parent", units)


class CloseForm(OrgForm):
    valid_to = Day(label=gettext_lazy("Sista dag"))


class MergeForm(OrgForm):
    into = UnitField(label=gettext_lazy("Gå upp i"))
    day = Day(label=gettext_lazy("Gäller från"), help_text=gettext_lazy("I dag eller tidigare."))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "into", units)


class SplitForm(OrgForm):
    name = Words(max_length=120, label=gettext_lazy("Den nya enhetens namn"))
    code = Words(max_length=40, validators=[CODE], label=gettext_lazy("Kod"))
    children = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Följer med till den nya enheten"),
    )
    day = Day(label=gettext_lazy("Gäller från"), help_text=gettext_lazy("I dag eller tidigare."))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "children", units)


class PersonForm(OrgForm):
    name = Words(max_length=120, label=gettext_lazy("Namn"))
    title = Words(required=False, max_length=80, label=gettext_lazy("Titel"))
    email = forms.EmailField(
        required=False,
        label=gettext_lazy("E-post"),
        error_messages={"invalid": gettext_lazy("Skriv adressen som namn@kommun.se.")},
    )
    home_unit = UnitField(required=False, label=gettext_lazy("Arbetar på"))
    protected_identity = forms.BooleanField(
        required=False,
        label=gettext_lazy("Skyddade personuppgifter"),
        help_text=gettext_lazy("Visas då inte i listor för andra än dem som sköter organisationen."),
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "home_unit", units)


class NewPersonForm(PersonForm):
    login = Words(max_length=60, validators=[CODE], label=gettext_lazy("Användarnamn"))
    field_order = ("name", "login", "title", "email", "home_unit", "protected_identity")


class Period(OrgForm):
    valid_from = Day(label=gettext_lazy("Från och med"))
    valid_to = Day(
        required=False,
        label=gettext_lazy("Till och med"),
        help_text=gettext_lazy("Lämna tomt om det gäller tills vidare."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("Sista dagen ligger före den första. Välj en senare dag."))
        return cleaned


class AssignForm(Period):
    """A role for a person already chosen."""

    role = RoleField(label=gettext_lazy("Roll"))
    unit = UnitField(label=gettext_lazy("På"), help_text=gettext_lazy("Rollen gäller där och i allt som ligger under."))
    field_order = ("role", "unit", "valid_from", "valid_to")

    def __init__(self, *args: Any, units: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "unit", units)
        _choices(self, "role", roles)


class AssignHereForm(Period):
    """A role at a unit already chosen."""

    who = PersonField(max_length=120, label=gettext_lazy("Vem"), help_text=gettext_lazy("Namn eller användarnamn."))
    role = RoleField(label=gettext_lazy("Roll"))
    field_order = ("who", "role", "valid_from", "valid_to")

    def __init__(self, *args: Any, people: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "who", people)
        _choices(self, "role", roles)


class DelegationForm(Period):
    who = PersonField(max_length=120, label=gettext_lazy("Vem"), help_text=gettext_lazy("Namn eller användarnamn."))
    mandate = forms.ChoiceField(label=gettext_lazy("Får"), choices=Mandate.choices, error_messages=CHOOSE)
    unit = UnitField(
        label=gettext_lazy("Var"), help_text=gettext_lazy("Delegationen gäller där och i allt som ligger under.")
    )
    decided_on = Day(label=gettext_lazy("Nämnden beslutade"))
    reference = Words(
        max_length=120,
        label=gettext_lazy("Nämndens beslut"),
        help_text=gettext_lazy(
            "Paragraf och punkt i delegationsordningen, till exempel Socialnämnden § 12, punkt 4.1."
        ),
    )
    field_order = ("who", "mandate", "unit", "decided_on", "reference", "valid_from", "valid_to")

    def __init__(self, *args: Any, people: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "who", people)
        _choices(self, "unit", units)


class EndForm(OrgForm):
    valid_to = Day(label=gettext_lazy("Sista dag"))


class DeputyForm(Period):
    deputy = PersonField(
        required=False,
        max_length=120,
        label=gettext_lazy("Ersättare"),
        help_text=gettext_lazy("Namn eller användarnamn. Utan ersättare syns frånvaron som ett glapp i ansvaret."),
    )
    reason = Words(
        required=False,
        max_length=200,
        label=gettext_lazy("Kort om varför"),
        help_text=gettext_lazy("Skriv inget om hälsa."),
    )
    field_order = ("deputy", "valid_from", "valid_to", "reason")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "deputy", people)
        self.fields["valid_to"].required = True
        self.fields["valid_to"].help_text = ""


class NothingForm(OrgForm):
    """Only a confirmation."""


class RoleNameForm(OrgForm):
    label = Words(max_length=120, label=gettext_lazy("Ert namn på rollen"))
    help = Words(required=False, max_length=300, label=gettext_lazy("Vad rollen gör"))


class RoleDutiesForm(OrgForm):
    """One question per duty: for which laws the role carries it. No law chosen means that it does not."""

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        carried = dict(RoleDuty.objects.filter(role=role).values_list("duty", "tracks"))
        super().__init__(*args, **kwargs)
        for code, label in duty_labels(role.principal_id, carried).items():
            field = Tracks(label=label, choices=[(ALL_LAWS, _("Alla lagar")), *LAWS])
            field.initial = (carried[code] or [ALL_LAWS]) if code in carried else []
            self.fields[f"duty-{code}"] = field

    def duties(self) -> dict[str, list[str]]:
        chosen = {
            name.removeprefix("duty-"): value for name, value in self.cleaned_data.items() if name.startswith("duty-")
        }
        return {duty: _laws(tracks) for duty, tracks in chosen.items() if tracks}


def _laws(chosen: list[str]) -> list[str]:
    return [] if ALL_LAWS in chosen or set(chosen) >= ALL_TRACKS else chosen


def duty_labels(principal_id: int, also: Iterable[str] = ()) -> dict[str, Any]:
    """The duties that open doors, and others that a role already carries, with their names."""
    labels: dict[str, Any] = dict(Duty.choices)
    own = dict(
        Responsibility.objects.filter(principal_id=principal_id, duty__in=list(also)).values_list("duty", "label")
    )
    return labels | {code: own.get(code, code) for code in also if code not in labels}


class ResponsibilityForm(OrgForm):
    role = RoleField(label=gettext_lazy("Roll som har uppgiften"))
    level = forms.ChoiceField(label=gettext_lazy("Nivå"), choices=UnitKind.choices, error_messages=CHOOSE)

    def __init__(self, *args: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "role", roles)


class ReceiverForm(OrgForm):
    duty = forms.ChoiceField(
        label=gettext_lazy("Tas först emot av den som har uppgiften"),
        choices=[(duty.value, duty.label) for duty in (Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT, Duty.HANDLE)],
        error_messages=CHOOSE,
    )


def _choices(form: forms.Form, name: str, queryset: Any) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = queryset


def _people(form: forms.Form, name: str, queryset: Any) -> None:
    field = form.fields[name]
    if isinstance(field, PersonField):
        field.people = queryset
