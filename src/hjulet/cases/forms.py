"""What people fill in. Texts are kept to the letter; errors say what to do."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.choices import (
    Answer,
    CauseArea,
    ContentPoint,
    EventKind,
    Harm,
    Informed,
    Likelihood,
    NoteKind,
    ReportedHarm,
    Severity,
)
from hjulet.cases.models import Case, Category
from hjulet.cases.triage import ASKED_BY, proposed_for
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.fields import CHOOSE, REQUIRED, Day, Text, WarnsAboutPersonalNumbers
from hjulet.core.now import STOCKHOLM
from hjulet.org.choices import Track, UnitKind
from hjulet.org.models import Person, Unit


class ReportForm(WarnsAboutPersonalNumbers):
    JUST_NOW, TODAY, YESTERDAY, OTHER = "now", "today", "yesterday", "other"
    WHEN = (
        (JUST_NOW, gettext_lazy("Nyss")),
        (TODAY, gettext_lazy("Tidigare i dag")),
        (YESTERDAY, gettext_lazy("I går")),
        (OTHER, gettext_lazy("Annan dag")),
    )
    watched: tuple[str, ...] = ("description", "immediate_action", "person_ref")

    acute = forms.BooleanField(required=False, label=gettext_lazy("Någon är i fara just nu"))
    description = Text(
        label=gettext_lazy("Vad har hänt?"),
        help_text=gettext_lazy("Skriv med egna ord. Skriv inte namn eller personnummer."),
        rows=6,
        error_messages={"required": gettext_lazy("Skriv vad som hände. En mening räcker.")},
    )
    when = forms.ChoiceField(
        label=gettext_lazy("När hände det?"), choices=WHEN, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    day = Day(required=False, label=gettext_lazy("Vilken dag?"))
    at_time = forms.TimeField(
        required=False,
        label=gettext_lazy("Ungefär klockan, om du vet"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Skriv tiden som 22.40.")},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Var?"),
        empty_label=None,
        error_messages=CHOOSE,
        widget=forms.Select,
    )
    reported_harm = forms.ChoiceField(
        label=gettext_lazy("Kom någon till skada?"),
        choices=ReportedHarm.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    immediate_action = Text(label=gettext_lazy("Vad gjorde du direkt?"), required=False, rows=3)
    guessed_track = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Vilken lag tror du att det gäller?"),
        choices=[(t.value, t.label) for t in (Track.UNSURE, Track.SOL, Track.LSS, Track.HSL, Track.SEVERAL)],
        initial=Track.UNSURE,
        error_messages=CHOOSE,
    )
    suspects_misconduct = forms.BooleanField(
        required=False,
        label=gettext_lazy("Jag misstänker att någon har farit illa eller riskerar att göra det"),
    )
    about_manager = forms.BooleanField(required=False, label=gettext_lazy("Det kan gälla enhetens chef"))
    person_ref = forms.CharField(
        required=False,
        max_length=60,
        label=gettext_lazy("Vem gäller det?"),
        help_text=gettext_lazy("Ett ärendenummer eller alias, inte namn. Det går bra att hoppa över."),
    )
    protected_identity = forms.BooleanField(required=False, label=gettext_lazy("Personen har skyddade personuppgifter"))
    process_step = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)  # a box on the page
    begun_from = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, actor: Actor | None, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.places = reportable_units(actor, local_date(at))
        field: Any = self.fields["unit"]
        field.queryset = self.places
        field.label_from_instance = lambda unit: unit.name
        if actor and actor.unit_id:
            field.initial = actor.unit_id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "when" in cleaned:
            self._set_moment(cleaned)
        return cleaned

    def _set_moment(self, cleaned: dict[str, Any]) -> None:
        today = local_date(self.at)
        days = {self.TODAY: today, self.YESTERDAY: today - timedelta(days=1), self.OTHER: cleaned.get("day")}
        if cleaned["when"] == self.JUST_NOW:
            cleaned["occurred_at"], cleaned["occurred_time_known"] = self.at, True
            return
        day = days[cleaned["when"]]
        if day is None:
            if "day" not in self.errors:
                self.add_error("day", _("Välj vilken dag det hände."))
            return
        clock = cleaned.get("at_time")
        cleaned["occurred_time_known"] = clock is not None
        moment = datetime.combine(day, clock or time(0, 0), tzinfo=STOCKHOLM)
        if day > today:
            self.add_error("day", _("Datumet ligger i framtiden. Välj i dag eller tidigare."))
        elif moment > self.at:
            self.add_error("at_time", _("Tiden ligger i framtiden. Välj en tid som har varit."))
        elif day < today - timedelta(days=366 * 20):
            self.add_error("day", _("Datumet ligger mer än tjugo år bakåt. Kontrollera årtalet."))
        cleaned["occurred_at"] = moment


def reportable_units(actor: Actor | None, on: date) -> Any:
    """Places to report from: units of the actor's principal; a provider's people see their own part only. Without an
    actor, who reports without a name: all.
    """
    known = Unit.objects.seen_by(actor) if actor else Unit.objects.all()
    units = known.alive(on).filter(path__isnull=False)
    if actor and actor.bounds is not None:
        return units.order_by("name", "id")
    kinds = [
        UnitKind.UNIT,
        UnitKind.WARD,
        UnitKind.PROVIDER,
        UnitKind.AREA,
        UnitKind.DEPARTMENT,
        UnitKind.STAFF,
    ]
    return units.filter(kind__in=kinds).order_by("name", "id")


class SuggestionForm(WarnsAboutPersonalNumbers):
    watched: tuple[str, ...] = ("text", "change")

    text = Text(
        label=gettext_lazy("Vad föreslår du?"),
        help_text=gettext_lazy("Skriv med egna ord. Skriv inte namn eller personnummer."),
        error_messages={"required": gettext_lazy("Skriv ditt förslag. En mening räcker.")},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Vilken enhet gäller det?"), empty_label=None, error_messages=CHOOSE
    )
    change = Text(
        label=gettext_lazy("Vad skulle det ändra?"),
        help_text=gettext_lazy("Det går bra att hoppa över."),
        required=False,
        rows=2,
    )
    submission_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, actor: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset, unit.label_from_instance = reportable_units(actor, local_date(at)), lambda row: row.name
        unit.initial = actor.unit_id


class AsksAboutManager(forms.Form):
    """Whether it may be about the manager of the unit, until someone has said yes: nobody takes that back."""

    about_manager = forms.BooleanField(
        required=False,
        label=gettext_lazy("Det kan gälla enhetens chef"),
        help_text=gettext_lazy(
            "Prövas det som lex Sarah eller lex Maria blir det i stället chefens chef som ska skydda den enskilde."
        ),
    )

    def asked_about(self, case: Case) -> None:
        if case.about_manager:
            del self.fields["about_manager"]


class AssessForm(AsksAboutManager):
    TRACKS = [(t.value, t.label) for t in (Track.SOL, Track.LSS, Track.HSL, Track.NONE)]

    title = forms.CharField(
        label=gettext_lazy("Kort rubrik"),
        max_length=120,
        help_text=gettext_lazy("Den syns i listor. Skriv inget som pekar ut någon."),
        error_messages=REQUIRED,
    )
    tracks = forms.MultipleChoiceField(
        label=gettext_lazy("Vilken lag gäller det?"),
        choices=TRACKS,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Väljer du flera blir det ett ärende per lag, med en vägg emellan."),
        error_messages={"required": gettext_lazy("Välj minst en lag.")},
    )
    event_kind = forms.ChoiceField(
        label=gettext_lazy("Vad var det?"),
        choices=EventKind.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("Kategori"),
        empty_label=gettext_lazy("Välj kategori"),
        error_messages=CHOOSE,
    )
    harm = forms.ChoiceField(label=gettext_lazy("Vilken skada blev det?"), choices=Harm.choices, error_messages=CHOOSE)
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Hur allvarligt är det, eller kunde det ha blivit?"),
        coerce=int,
        choices=Severity.choices,
        error_messages=CHOOSE,
    )
    likelihood = forms.TypedChoiceField(
        label=gettext_lazy("Hur sannolikt är det att det händer igen?"),
        coerce=int,
        choices=Likelihood.choices,
        error_messages=CHOOSE,
    )
    misconduct = forms.ChoiceField(
        label=gettext_lazy("Kan det vara ett missförhållande?"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    care_injury = forms.ChoiceField(
        label=gettext_lazy("Kan det vara en vårdskada, eller risk för en?"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )

    set_aside = Text(
        required=False,
        rows=3,
        label=gettext_lazy("Varför inte?"),
        help_text=gettext_lazy(
            "Behövs bara när du svarar nej fast rapportens ord talar för att det ska prövas. Det du skriver står "
            "kvar i ärendet."
        ),
    )

    def __init__(self, *args: Any, case: Case, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tried = [
            name
            for proposal in proposed_for(case)
            if (name := ASKED_BY.get(proposal.proposal))
            and (not case.track_set_at or getattr(case, name) == Answer.YES)
        ]
        if not self.tried:
            del self.fields["set_aside"]
        self.order_fields([name for name in self.fields if name != "about_manager"])  # last
        self.asked_about(case)
        categories = Category.objects.on(local_date(case.reported_at)).for_principal(case.principal_id)
        field: Any = self.fields["category"]
        field.queryset = categories.filter(parent__isnull=False).select_related("parent")
        field.choices = [("", field.empty_label), *grouped(field.queryset)]
        if case.track_set_at:
            # an assessed case keeps to one law; another law for the same event is a case of its own
            self.fields["tracks"].help_text = _("Byter du lag flyttar ärendet, och andra handläggare ser det.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        category, tracks = cleaned.get("category"), cleaned.get("tracks")
        if category and tracks and category.track not in tracks and Track.NONE not in tracks:
            self.add_error("category", _("Kategorin hör till en annan lag än den du har valt."))
        if category and tracks and category.track in tracks:
            cleaned["tracks"] = sorted(tracks, key=lambda track: track != category.track)
        if not cleaned.get("set_aside") and any(cleaned.get(name) == Answer.NO for name in self.tried):
            self.add_error(
                "set_aside", _("Rapportens ord talar för att det ska prövas. Skriv varför det inte ska det.")
            )
        return cleaned

    def data_for_step(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["category_id"] = data.pop("category").pk
        return data


def grouped(categories: Any) -> list[tuple[str, list[tuple[int, str]]]]:
    """Sub-categories under their law and category, for a select."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for category in categories:
        label = f"{Track(category.track).label}: {category.parent}"
        groups.setdefault(label, []).append((category.pk, str(category)))
    return list(groups.items())


class NoteForm(WarnsAboutPersonalNumbers):
    watched = ("text",)
    kind = forms.ChoiceField(
        label=gettext_lazy("Är det fakta eller din bedömning?"),
        choices=NoteKind.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    noted_on = Day(label=gettext_lazy("Datum"))
    source = forms.CharField(
        label=gettext_lazy("Källa"),
        max_length=200,
        help_text=gettext_lazy("Till exempel: larmloggen, samtal med nattpersonal, journalen."),
        error_messages={"required": gettext_lazy("Skriv varifrån uppgiften kommer.")},
    )
    text = Text(label=gettext_lazy("Vad har kommit fram?"))
    point = forms.ChoiceField(
        label=gettext_lazy("Vad handlar den om?"),
        help_text=gettext_lazy("Utredningen ska säga något om varje punkt."),
        choices=[("", gettext_lazy("Något annat")), *ContentPoint.choices],
        required=False,
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, lex: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not lex:
            del self.fields["point"]


class CauseForm(forms.Form):
    area = forms.ChoiceField(
        label=gettext_lazy("Vad hör orsaken till?"),
        choices=CauseArea.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    text = Text(
        label=gettext_lazy("Varför kunde det hända?"),
        help_text=gettext_lazy("Leta i arbetssätt och förutsättningar, inte hos en enskild medarbetare."),
        rows=4,
    )


class ReasonForm(forms.Form):
    reason = Text(
        label=gettext_lazy("Varför?"),
        rows=4,
        error_messages={"required": gettext_lazy("Skriv en motivering.")},
    )


class HandOverForm(ReasonForm):
    recipient = forms.CharField(label=gettext_lazy("Vem tar över?"), max_length=200, error_messages=REQUIRED)
    secrecy = Text(
        label=gettext_lazy("Hur har du prövat sekretessen?"),
        rows=3,
        error_messages={"required": gettext_lazy("Skriv hur du har prövat om uppgifterna får lämnas.")},
    )


class MessageForm(WarnsAboutPersonalNumbers):
    watched: tuple[str, ...] = ("message",)
    message = Text(label=gettext_lazy("Vad vill du säga?"))


class DecideForm(MessageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = _("Besked till den som rapporterade")
        self.fields["message"].help_text = _("Skriv vad ni kom fram till och vad som nu görs.")


class CloseForm(MessageForm):
    lesson = Text(label=gettext_lazy("Vad har ni lärt er?"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = _("Vad har ändrats? Det läser den som rapporterade")


class AssignForm(forms.Form):
    handler = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Ny handläggare"),
        empty_label=gettext_lazy("Välj person"),
        error_messages=CHOOSE,
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["handler"]
        field.queryset = people


class InformedForm(forms.Form):
    informed = forms.ChoiceField(
        label=gettext_lazy("Har den enskilde fått veta vad som hände?"),
        choices=Informed.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    informed_on = Day(label=gettext_lazy("När?"), required=False)
    informed_note = Text(label=gettext_lazy("Vad sades, eller varför inte?"), required=False, rows=3)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = local_date(at)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        told = cleaned.get("informed") in {Informed.YES, Informed.RELATIVE}
        if told and not cleaned.get("informed_on") and "informed_on" not in self.errors:
            self.add_error("informed_on", _("Välj vilken dag."))
        if cleaned.get("informed_on") and cleaned["informed_on"] > self.today:
            self.add_error("informed_on", _("Datumet ligger i framtiden. Välj i dag eller tidigare."))
        if cleaned.get("informed") == Informed.NO and not str(cleaned.get("informed_note") or "").strip():
            self.add_error("informed_note", _("Skriv varför den enskilde inte har fått veta."))
        return cleaned


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Bild eller PDF"), error_messages={"required": gettext_lazy("Välj en fil.")}
    )
