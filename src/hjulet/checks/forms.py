"""What people fill in about checks: a year's plan, what a result means, and a new list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.checks.actions.planning import COLUMNS, CheckPlan
from hjulet.checks.choices import ChecklistKind, Often, VersionState
from hjulet.checks.models import Checklist, SelfCheck
from hjulet.core.actor import Actor
from hjulet.core.fields import CHOOSE, Text, WarnsAboutPersonalNumbers
from hjulet.documents.models import Document, above
from hjulet.org.choices import Track
from hjulet.org.models import Role, Unit
from hjulet.processes.activities import steps_of
from hjulet.processes.models import Element, Process
from hjulet.wheel.choices import WheelReach

TRACKS = tuple((code, Track(code).label) for code in (Track.SOL, Track.LSS, Track.HSL, Track.NONE))


class CheckPlanForm(WarnsAboutPersonalNumbers):
    """What is checked, how often, by whom, and the mean to reach."""

    watched = ("how",)
    checklist = forms.ModelChoiceField(
        Checklist.objects.none(),
        label=gettext_lazy("Vilken checklista?"),
        empty_label=gettext_lazy("Välj"),
        error_messages=CHOOSE,
    )
    often = forms.ChoiceField(
        label=gettext_lazy("Hur ofta?"), choices=Often, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    reach = forms.ChoiceField(
        label=gettext_lazy("Vem gör den?"),
        help_text=gettext_lazy("Gäller den flera svarar var och en för sig."),
        choices=WheelReach,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    for_providers = forms.BooleanField(
        label=gettext_lazy("Gäller också externa utförare"),
        help_text=gettext_lazy("Utan krysset ser de den inte."),
        required=False,
    )
    role = forms.ModelChoiceField(
        Role.objects.none(),
        label=gettext_lazy("Vilken roll ansvarar?"),
        required=False,
        empty_label=gettext_lazy("Den som leder enheten"),
        error_messages=CHOOSE,
    )
    target = forms.DecimalField(
        label=gettext_lazy("Vilket medelvärde är målet?"),
        help_text=gettext_lazy("På checklistans skala. Tomt betyder listans eget mål."),
        max_digits=4,
        decimal_places=2,
        required=False,
        localize=True,
        error_messages={"invalid": gettext_lazy("Skriv ett tal, till exempel 1,6.")},
    )
    how = Text(
        label=gettext_lazy("Hur görs den?"),
        help_text=gettext_lazy("Till exempel hur många akter, och hur de väljs. Skriv inget om enskilda."),
        rows=3,
        required=False,
        max_length=2_000,
    )
    document = forms.ModelChoiceField(
        Document.objects.none(),
        label=gettext_lazy("Mot vilket dokument?"),
        required=False,
        empty_label=gettext_lazy("Inget"),
        error_messages=CHOOSE,
    )
    process = forms.ChoiceField(
        label=gettext_lazy("Mot vilken process, eller vilket steg i den?"),
        help_text=gettext_lazy("Resultatet visas där, bredvid avvikelserna."),
        required=False,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, unit: Unit, actor: Actor, check: SelfCheck | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["checklist"].queryset = usable(unit, check)
        fields["role"].queryset = Role.objects.filter(principal_id=unit.principal_id)
        fields["document"].queryset = Document.objects.readable_by(actor).order_by("title")
        self.processes = {row.code: row for row in Process.objects.readable_by(actor).order_by("name", "id")}
        if check is not None and check.process is not None:
            self.processes.setdefault(check.process.code, check.process)  # kept, also when she may read it no longer
        choices, now = _steps(self.processes), initial_of(check)["process"] if check is not None else ""
        if now and all(now != value for _label, some in choices for value, _name in some):
            choices.append((str(check), [(now, _("Ett steg som inte finns kvar"))]))
        fields["process"].choices = [("", _("Ingen")), *choices]
        if check is not None:
            del fields["checklist"]
        self.check = check

    def plan(self) -> CheckPlan:
        data = self.cleaned_data
        checklist = self.check.checklist if self.check else data["checklist"]
        target = data["target"]
        if target is None:
            target = Decimal(checklist.versions.get(state=VersionState.PUBLISHED).content["target"])
        process, _slash, step = data["process"].partition("/")
        where = {"process": self.processes.get(process), "step": step}
        rest = {name: data[name] for name in COLUMNS if name not in {"checklist", "target", "role", *where}}
        return CheckPlan(checklist=checklist, target=target, role=data["role"], **where, **rest)


def _steps(processes: dict[str, Process]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each process with its steps, as groups of a choice: `process` or `process/step` by their codes."""
    found: dict[int, list[Element]] = {}
    for row in steps_of(processes.values()):
        found.setdefault(row.drawing_id, []).append(row)
    return [
        (
            str(process),
            [
                (code, _("Hela processen")),
                *((f"{code}/{row.code}", str(row)) for row in found.get(process.current_id or 0, ())),
            ],
        )
        for code, process in processes.items()
    ]


def usable(unit: Unit, check: SelfCheck | None = None) -> Any:
    """Lists that a unit may plan: its own and those from above, published and in use."""
    rows = Checklist.objects.filter(unit__path__in=above(unit.path or ""), kind=ChecklistKind.SELF_CHECK)
    rule = Q(ended_on__isnull=True, versions__state=VersionState.PUBLISHED)
    return rows.filter(rule | Q(pk=check.checklist_id if check else None)).order_by("title").distinct()


def initial_of(check: SelfCheck) -> dict[str, Any]:
    values = {name: getattr(check, name) for name in COLUMNS if name not in {"checklist", "process", "step"}}
    where = "/".join(filter(None, (check.process.code, check.step))) if check.process else ""
    return values | {"process": where}


NEXT = (("measure", gettext_lazy("Föreslå en åtgärd")), ("none", gettext_lazy("Ingen åtgärd behövs")))


class AnalysisForm(WarnsAboutPersonalNumbers):
    """What the result means. Under the target one says what is done about it; above it one may."""

    watched = ("text", "reason")
    text = Text(
        label=gettext_lazy("Vad betyder resultatet?"),
        help_text=gettext_lazy("Varför blev det så, och vad är värt att behålla? Skriv inget om enskilda."),
        rows=5,
        max_length=5_000,
        error_messages={"required": gettext_lazy("Skriv vad resultatet betyder, också när målet är nått.")},
    )
    then = forms.ChoiceField(
        label=gettext_lazy("Vad gör ni åt det?"),
        choices=NEXT,
        widget=forms.RadioSelect,
        required=False,
        error_messages=CHOOSE,
    )
    reason = Text(label=gettext_lazy("Varför behövs ingen åtgärd?"), rows=2, required=False, max_length=2_000)
    track = forms.ChoiceField(
        label=gettext_lazy("Vilket lagrum gäller åtgärden?"), choices=TRACKS, required=False, error_messages=CHOOSE
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = needed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        then = cleaned.get("then")
        if self.needed and not then and "then" not in self.errors:
            self.add_error("then", _("Målet är inte nått. Föreslå en åtgärd, eller skriv varför ingen behövs."))
        if self.needed and then == "none" and not str(cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Skriv varför ingen åtgärd behövs."))
        if then == "measure" and not cleaned.get("track"):
            self.add_error("track", _("Välj ett alternativ."))
        return cleaned


class NewChecklistForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Vad heter checklistan?"),
        max_length=160,
        error_messages={"required": gettext_lazy("Skriv vad checklistan heter.")},
    )
    purpose = Text(label=gettext_lazy("Vad ska den visa?"), rows=2, required=False, max_length=600)
