"""What people fill in about processes and their steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import Actor
from hjulet.core.fields import CHOOSE, REQUIRED, Text
from hjulet.documents.laws import laws_to_choose
from hjulet.documents.models import Document
from hjulet.documents.rights import units_to_write_at
from hjulet.org.fields import PersonField, Tracks, UnitField
from hjulet.org.models import Person, Role, Unit
from hjulet.processes.actions import ProcessFacts
from hjulet.processes.bpmn.model import NODE_TYPES
from hjulet.processes.choices import Level, LinkKind, Stage
from hjulet.processes.models import Element, Process
from hjulet.services.models import Service

TABLE_TYPES = (
    *("task", "userTask", "manualTask", "subProcess", "callActivity", "exclusiveGateway", "parallelGateway"),
    *("startEvent", "endEvent", "intermediateCatchEvent"),
)


class ProcessForm(forms.Form):
    """What is true of a process whatever its version."""

    name = forms.CharField(
        label=gettext_lazy("Namn"), max_length=160, error_messages={"required": gettext_lazy("Skriv ett namn.")}
    )
    level = forms.ChoiceField(label=gettext_lazy("Nivå"), choices=Level, error_messages=CHOOSE)
    purpose = Text(
        label=gettext_lazy("Syfte"),
        help_text=gettext_lazy("Vad processen ska leda till, för den det gäller."),
        required=False,
        rows=3,
        max_length=2_000,
    )
    unit = UnitField(label=gettext_lazy("Gäller för"), help_text=gettext_lazy("Enheten och allt under den."))
    owner = PersonField(
        label=gettext_lazy("Ägare"),
        help_text=gettext_lazy("Den som svarar för processen. Skriv namn eller användarnamn."),
    )
    review_months = forms.IntegerField(
        label=gettext_lazy("Ses över var"),
        help_text=gettext_lazy("Antal månader. Rutiner och processer ses över minst en gång om året."),
        min_value=1,
        max_value=120,
        initial=12,
        error_messages={"required": gettext_lazy("Skriv hur många månader det får gå mellan två översyner.")},
    )
    tracks = Tracks(label=gettext_lazy("Lagområde"))
    laws = forms.MultipleChoiceField(
        label=gettext_lazy("Lagrum"), widget=forms.CheckboxSelectMultiple, required=False, error_messages=CHOOSE
    )
    for_providers = forms.BooleanField(
        label=gettext_lazy("Gäller också externa utförare"),
        help_text=gettext_lazy("De läser den, men bara det som gäller dem."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, actor: Actor, process: Process | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        here = [process.unit_id] if process else []
        units = [*(unit.pk for unit in units_to_write_at(actor)), *here]
        fields["unit"].queryset = Unit.objects.filter(pk__in=units).order_by("path")
        fields["owner"].people = Person.objects.filter(principal_id=actor.principal_id, is_active=True)
        fields["laws"].choices = laws_to_choose(process.laws if process else ())
        self.process = process

    def facts(self) -> ProcessFacts:
        data = self.cleaned_data
        plain = {name: data[name] for name in ("name", "level", "purpose", "unit", "owner", "review_months")}
        return ProcessFacts(
            **plain,
            owner_role=self.process.owner_role if self.process else "",
            tracks=tuple(data["tracks"]),
            laws=tuple(data["laws"]),
            for_providers=data["for_providers"],
        )


def facts_of(process: Process) -> dict[str, Any]:
    """The form's first values."""
    names = ("name", "level", "purpose", "unit", "owner", "review_months", "tracks", "laws", "for_providers")
    return {name: getattr(process, name) for name in names}


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("BPMN-fil"),
        help_text=gettext_lazy(
            "BPMN 2.0 från ett annat verktyg. Allt i filen behålls, också det som Hjulet inte visar."
        ),
        error_messages={
            "required": gettext_lazy("Välj en fil."),
            "empty": gettext_lazy("Filen är tom. Välj en annan."),
        },
    )


class ChangesForm(forms.Form):
    changes = Text(
        label=gettext_lazy("Vad är nytt?"),
        help_text=gettext_lazy("Det läser den som arbetar efter förra versionen. En eller två meningar räcker."),
        required=False,
        rows=3,
        max_length=2_000,
    )


class StepForm(forms.Form):
    """One row of the table of steps: what it is, who does it, and where it leads."""

    name = forms.CharField(label=gettext_lazy("Vad görs?"), max_length=200, required=False)
    type = forms.ChoiceField(label=gettext_lazy("Sort"), error_messages=CHOOSE)
    lane = forms.CharField(
        label=gettext_lazy("Utförs av"),
        help_text=gettext_lazy("Den som gör steget. Samma ord ger samma bana i bilden."),
        max_length=200,
        error_messages={"required": gettext_lazy("Skriv vem som gör steget.")},
    )
    role = forms.ChoiceField(label=gettext_lazy("Roll i Hjulet"), required=False, error_messages=CHOOSE)
    stage = forms.ChoiceField(label=gettext_lazy("Delprocess"), required=False, error_messages=CHOOSE)
    purpose = Text(label=gettext_lazy("Syfte"), required=False, rows=2, max_length=1_000)
    documented = Text(label=gettext_lazy("Det här dokumenteras"), required=False, rows=2, max_length=1_000)

    def __init__(self, *args: Any, actor: Actor, kept_type: str = "", nobody: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["lane"].required = not nobody  # a file from elsewhere may say of no one that she does it
        types = dict.fromkeys([*TABLE_TYPES, *([kept_type] if kept_type else [])])
        fields["type"].choices = [(code, NODE_TYPES.get(code, code)) for code in types]
        roles = Role.objects.filter(principal_id=actor.principal_id).values_list("code", "label")
        fields["role"].choices = [("", _("Ingen")), *roles]
        fields["stage"].choices = [("", _("Ingen")), *Stage.choices]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not name.strip() and self.data.get("type", "").lower().endswith("task"):
            raise forms.ValidationError(_("Skriv vad som görs i steget."))
        return name


class NextForm(forms.Form):
    """Where a step leads: a choice and its words for each way on, and one to add."""

    def __init__(self, *args: Any, element: Element, others: list[Element], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Ingen"))] + [(one.code, f"{one.place} {one}") for one in others if one.code != element.code]
        ways = [*element.next, {}]
        self.rows = len(ways)
        for place, way in enumerate(ways):
            self.fields[f"target_{place}"] = forms.ChoiceField(
                label=_("Leder till"),
                choices=choices,
                required=False,
                initial=way.get("target", ""),
                error_messages=CHOOSE,
            )
            self.fields[f"label_{place}"] = forms.CharField(
                label=_("När? Till exempel ja eller nej"), max_length=200, required=False, initial=way.get("label", "")
            )

    def ways(self) -> list[tuple[str, str]]:
        data = self.cleaned_data
        pairs = [(data[f"target_{n}"], data[f"label_{n}"]) for n in range(self.rows)]
        return [(target, label) for target, label in pairs if target]

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"target_{n}"], self[f"label_{n}"]) for n in range(self.rows)]


class HangForm(forms.Form):
    """What belongs to a step, whatever its version."""

    documents = forms.MultipleChoiceField(
        label=gettext_lazy("Dokument"), widget=forms.CheckboxSelectMultiple, required=False, error_messages=CHOOSE
    )
    laws = forms.MultipleChoiceField(
        label=gettext_lazy("Lagrum"), widget=forms.CheckboxSelectMultiple, required=False, error_messages=CHOOSE
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Insatser"), widget=forms.CheckboxSelectMultiple, required=False, error_messages=CHOOSE
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        documents = Document.objects.readable_by(actor).kept_up().order_by("title", "id")
        fields["documents"].choices = [(row.code, row.title) for row in documents]
        fields["laws"].choices = laws_to_choose(self.initial.get("laws", ()))
        fields["services"].choices = [(row.code, str(row)) for row in Service.objects.of(actor.principal_id)]

    def wanted(self) -> dict[LinkKind, list[str]]:
        data = self.cleaned_data
        return {
            LinkKind.DOCUMENT: data["documents"],
            LinkKind.LAW: data["laws"],
            LinkKind.SERVICE: data["services"],
        }


class SendBackForm(forms.Form):
    reason = Text(label=gettext_lazy("Vad behöver ändras?"), rows=3, max_length=2_000, error_messages=REQUIRED)


class WithdrawProcessForm(forms.Form):
    reason = Text(label=gettext_lazy("Varför upphör processen?"), rows=3, max_length=2_000, error_messages=REQUIRED)
