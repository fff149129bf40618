"""Forms of the entries that a procedure asks for, made from their table; and of the steps that write one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.choices import GRADES, TO_IVO, VOICES, CaseKind, Grade
from hjulet.cases.entries import BY_CODE, NO, Entry
from hjulet.cases.forms import AsksAboutManager, AssignForm, MessageForm, ReasonForm
from hjulet.cases.models import Case, Note
from hjulet.core.clocks import local_date
from hjulet.core.fields import CHOOSE, REQUIRED, Day, Text, WarnsAboutPersonalNumbers
from hjulet.org.choices import Track
from hjulet.org.models import Unit

LAWS = [(track.value, track.label) for track in (Track.SOL, Track.LSS, Track.HSL, Track.NONE)]


class EntryForm(WarnsAboutPersonalNumbers):
    """The questions of one entry. `cleaned_data` is what `actions.enter` takes."""

    watched: tuple[str, ...] = ("text", "who", "reference")

    def __init__(self, *args: Any, entry: Entry, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.today = entry, local_date(at)
        made = {
            "answer": self._answer(),
            "items": self._items(),
            "text": Text(label=str(entry.text), required=False, rows=4) if entry.text else None,
            "who": forms.CharField(label=str(entry.who), max_length=200, required=False) if entry.who else None,
            "day": Day(label=str(entry.day), required=False, initial=self.today) if entry.day else None,
            "reference": self._reference(),
        }
        asked = {name: field for name, field in made.items() if field is not None}
        self.fields = {**asked, **self.fields}

    def _answer(self) -> forms.Field | None:
        if not self.entry.answers:
            return None
        return forms.ChoiceField(
            label=str(self.entry.label), choices=self.entry.answers, widget=forms.RadioSelect, error_messages=CHOOSE
        )

    def _items(self) -> forms.Field | None:
        if not self.entry.items:
            return None
        label = _("Det här har sagts") if self.entry.all_items else _("Kryssa i det som stämmer")
        return forms.MultipleChoiceField(
            label=label, choices=self.entry.items, widget=forms.CheckboxSelectMultiple, required=False
        )

    def _reference(self) -> forms.Field | None:
        if not self.entry.reference:
            return None
        return forms.CharField(label=str(self.entry.reference), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "answer" in self.errors:
            return cleaned
        told_no = cleaned.get("answer") == NO
        self._needs_text(cleaned)
        for name, message in (("day", _("Välj vilken dag.")), ("who", _("Skriv vem."))):
            if name in self.fields and not told_no and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)
        if self.entry.needs_reference and not told_no and not cleaned.get("reference"):
            self.add_error("reference", _("Skriv när det antecknades, och av vem."))
        if self.entry.all_items and not told_no and len(cleaned.get("items") or ()) < len(self.entry.items):
            self.add_error("items", _("Allt i listan ska sägas. Skriv annars att det inte har gått att informera."))
        if cleaned.get("day") and cleaned["day"] > self.today:
            self.add_error("day", _("Datumet ligger i framtiden. Välj i dag eller tidigare."))
        return cleaned

    def _needs_text(self, cleaned: dict[str, Any]) -> None:
        asked = "text" in self.fields and not str(cleaned.get("text") or "").strip()
        if asked and "text" not in self.errors and (not self.entry.answers or cleaned.get("answer") in self.entry.why):
            self.add_error("text", _("Skriv några ord. De står kvar i ärendet."))


class DecisionForm(MessageForm):
    """Grade, why, and what the reporter is told. `fixed`: the step itself says which grade."""

    watched = ("message", "motivation")
    grade = forms.ChoiceField(
        label=gettext_lazy("Vad är det?"), choices=(), widget=forms.RadioSelect, error_messages=CHOOSE
    )
    motivation = Text(
        label=gettext_lazy("Motivering"),
        help_text=gettext_lazy("Vad visar utredningen, och varför blir beslutet så här?"),
        rows=5,
    )
    field_order = ("grade", "motivation", "message")

    def __init__(self, *args: Any, grades: tuple[Grade, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = _("Besked till den som rapporterade")
        self.fields["message"].help_text = _("Skriv vad ni kom fram till och vad som nu görs.")
        if len(grades) == 1:
            del self.fields["grade"]
        else:
            chosen: Any = self.fields["grade"]
            chosen.choices = [(grade.value, grade.label) for grade in grades]


class EarlyForm(EntryForm):
    """A report to IVO before the inquiry is done, with what it seems to be."""

    def __init__(self, *args: Any, case: Case, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, entry=BY_CODE["ivo-early"], at=at, **kwargs)
        choices = [(grade.value, grade.label) for grade in GRADES[CaseKind(case.kind)] if grade in TO_IVO]
        grade = forms.ChoiceField(
            label=_("Vad är det?"), choices=choices, widget=forms.RadioSelect, error_messages=CHOOSE
        )
        self.fields = {"grade": grade, **self.fields}


class AppointForm(AssignForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].label = _("Vem ska utreda?")


class CommissionForm(EntryForm):
    def __init__(self, *args: Any, people: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, entry=BY_CODE["commission"], at=at, **kwargs)
        handler = AssignForm(people=people).fields["handler"]
        handler.label = _("Vem leder utredningen?")
        self.fields = {"handler": handler, **self.fields}


class ToLexForm(ReasonForm, AsksAboutManager):
    """Why it is tried; and the law, when it is not set."""

    track = forms.ChoiceField(
        label=gettext_lazy("Vilken lag gäller det?"),
        choices=[(t.value, t.label) for t in (Track.SOL, Track.LSS)],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    field_order = ("track", "reason", "about_manager")

    def __init__(self, *args: Any, case: Case, maria: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_about(case)
        if case.track_set_at or maria:
            del self.fields["track"]
        self.maria = maria
        self.unset = not case.track_set_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.maria and self.unset:
            cleaned["track"] = Track.HSL
        return cleaned


class RegisterForm(forms.Form):
    """What the registrar decides: kind, place, law, who answers, and a subject that the public may read."""

    title = forms.CharField(
        label=gettext_lazy("Ärendemening"),
        max_length=120,
        help_text=gettext_lazy("Den syns i det offentliga diariet. Skriv inget som pekar ut någon."),
        error_messages=REQUIRED,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Vad är det?"), choices=(), error_messages=CHOOSE)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Vilken enhet gäller det?"), empty_label=None, error_messages=CHOOSE
    )
    track = forms.ChoiceField(
        label=gettext_lazy("Vilken lag gäller det?"), choices=LAWS, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    handler = AssignForm.base_fields["handler"]

    def __init__(self, *args: Any, units: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(code.value, code.label) for code in CaseKind if code in VOICES]
        unit: Any = self.fields["unit"]
        unit.queryset, unit.label_from_instance = units, lambda row: row.name
        handler: Any = self.fields["handler"]
        handler.queryset, handler.label = people, _("Vem svarar?")


class AnswerForm(MessageForm):
    """An answer; about health care with an explanation and what is planned, each on its own (PSL 3 kap. 8 b §)."""

    watched = ("message", "explanation", "planned")
    explanation = Text(label=gettext_lazy("Förklaring av vad som hände"), rows=4)
    planned = Text(label=gettext_lazy("Vad ni gör för att det inte ska hända igen"), rows=4)

    def __init__(self, *args: Any, care: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = _("Svar till den som skrev")
        if not care:
            del self.fields["explanation"], self.fields["planned"]


class ThankForm(MessageForm):
    """Thanks with the words that are there; an empty text sends them too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].label = _("Tack till den som skrev")
        self.fields["message"].required = False


class SortForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Vad är det?"), choices=(), error_messages=CHOOSE)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(code.value, code.label) for code in CaseKind if code in VOICES and code != case.kind]


class MisconductForm(ReasonForm):
    KINDS = (CaseKind.LEX_SARAH, CaseKind.LEX_MARIA, CaseKind.DEVIATION)

    kind = forms.ChoiceField(
        label=gettext_lazy("Hur ska det utredas?"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    track = forms.ChoiceField(
        label=gettext_lazy("Vilken lag gäller det?"), choices=LAWS, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    field_order = ("kind", "track", "reason")


class DiscloseForm(EntryForm):
    """What is told to the other side of the wall, to whom, and by which provision."""

    def __init__(self, *args: Any, case: Case, parts: list[tuple[str, str, str]], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, entry=BY_CODE["disclosure"], at=at, **kwargs)
        self.told = {key: (label, text) for key, label, text in parts}
        others = [(str(pk), _("Ärendet om samma händelse, nummer %(n)s") % {"n": pk}) for pk in case.linked_ids]
        target = forms.TypedChoiceField(
            label=_("Till vilket ärende?"), choices=others, coerce=int, error_messages=CHOOSE
        )
        chosen = forms.MultipleChoiceField(
            label=_("Vad lämnas ut?"),
            choices=[(key, label) for key, label, _text in parts],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Välj minst en uppgift.")},
        )
        self.fields = {"target": target, "chosen": chosen, **self.fields}
        self.fields["text"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["parts"] = [self.told[key] for key in cleaned.get("chosen", ())]
        return cleaned


def parts_of(case: Case, notes: list[Note]) -> list[tuple[str, str, str]]:
    """What can be disclosed: key, what it is, the text."""
    own = [("description", _("Rapportens ord"), case.description)]
    if case.immediate_action:
        own.append(("immediate_action", _("Det här gjordes direkt"), case.immediate_action))
    label = _("Anteckning %(day)s, %(source)s")
    told = [(note, label % {"day": note.noted_on, "source": note.source}) for note in notes if note.text]
    return own + [(f"note-{note.pk}", what, note.text) for note, what in told]
