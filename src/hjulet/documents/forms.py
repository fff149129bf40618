"""What people fill in about documents."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import Actor
from hjulet.core.fields import CHOOSE, REQUIRED, Day, RichText, Text, WarnsAboutPersonalNumbers
from hjulet.documents.actions import Facts, Question, Readers
from hjulet.documents.choices import Verdict
from hjulet.documents.circulating import roles_to_choose
from hjulet.documents.laws import laws_to_choose
from hjulet.documents.models import Document, DocumentType
from hjulet.documents.rights import units_to_write_at
from hjulet.org.fields import PersonField, Tracks, UnitField
from hjulet.org.models import Person, Unit

MOST_PEOPLE = 30
MOST_WRONG = 4


class PeopleField(PersonField):
    """Several people, with a comma or a new line between. `people` is set by the form."""

    def to_python(self, value: Any) -> Any:
        names = [part.strip() for part in re.split(r"[,;\n]", str(value or "")) if part.strip()]
        if len(names) > MOST_PEOPLE:
            raise forms.ValidationError(_("Välj högst %(most)s personer.") % {"most": MOST_PEOPLE})
        found = [super(PeopleField, self).to_python(name) for name in names]
        return list({person.pk: person for person in found}.values())

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(person.login for person in value) if isinstance(value, list) else value


class FactsForm(forms.Form):
    """What is true of a document whatever its wording."""

    title = forms.CharField(
        label=gettext_lazy("Rubrik"),
        max_length=160,
        error_messages={"required": gettext_lazy("Skriv en rubrik.")},
    )
    type = forms.ModelChoiceField(
        DocumentType.objects.none(),
        label=gettext_lazy("Slag"),
        empty_label=gettext_lazy("Välj"),
        error_messages=CHOOSE,
    )
    unit = UnitField(
        label=gettext_lazy("Gäller för"),
        help_text=gettext_lazy("Enheten och allt under den. Slaget och nivån avgör vem som fastställer."),
    )
    owner = PersonField(
        label=gettext_lazy("Ägare"),
        help_text=gettext_lazy("Den som svarar för innehållet. Skriv namn eller användarnamn."),
    )
    review_months = forms.IntegerField(
        label=gettext_lazy("Ses över var"),
        help_text=gettext_lazy("Antal månader. Rutiner och processer ses över minst en gång om året."),
        min_value=1,
        max_value=120,
        error_messages={"required": gettext_lazy("Skriv hur många månader det får gå mellan två översyner.")},
    )
    keywords = forms.CharField(
        label=gettext_lazy("Andra ord för det"),
        help_text=gettext_lazy("Ord som kollegor söker på: fall, ramla, golvlarm."),
        max_length=300,
        required=False,
    )
    tracks = Tracks(label=gettext_lazy("Lagområde"))
    laws = forms.MultipleChoiceField(
        label=gettext_lazy("Lagrum"), widget=forms.CheckboxSelectMultiple, required=False, error_messages=CHOOSE
    )
    diary_number = forms.CharField(label=gettext_lazy("Diarienummer"), max_length=60, required=False)
    for_providers = forms.BooleanField(
        label=gettext_lazy("Gäller också externa utförare"),
        help_text=gettext_lazy("De läser det, men bara det som gäller dem."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, actor: Actor, document: Document | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document
        fields: dict[str, Any] = self.fields
        units = units_to_write_at(actor)
        here = [document.unit_id] if document else []
        fields["unit"].queryset = Unit.objects.filter(pk__in=[*(unit.pk for unit in units), *here]).order_by("path")
        fields["type"].queryset = DocumentType.objects.all()
        fields["owner"].people = Person.objects.filter(principal_id=actor.principal_id, is_active=True)
        fields["laws"].choices = laws_to_choose(document.laws if document else ())
        if document and document.current_id:
            fields["title"].disabled = True
            fields["title"].help_text = _("Rubriken hör till texten. Den ändras i nästa version.")

    def facts(self) -> Facts:
        data = self.cleaned_data
        kept = self.document
        return Facts(
            **{name: data[name] for name in ("title", "type", "unit", "owner", "keywords", "diary_number")},
            review_months=data["review_months"],
            review_on=kept.review_on if kept else None,
            tracks=tuple(data["tracks"]),
            laws=tuple(data["laws"]),
            for_providers=data["for_providers"],
            activities=tuple(kept.activities) if kept else (),
        )


def facts_of(document: Document) -> dict[str, Any]:
    """The form's first values."""
    names = ("title", "type", "unit", "owner", "keywords", "diary_number", "review_months", "tracks", "laws")
    return {name: getattr(document, name) for name in (*names, "for_providers")}


class TextForm(WarnsAboutPersonalNumbers):
    watched: tuple[str, ...] = ("body", "changes")
    warning = gettext_lazy(
        "Det ser ut som ett personnummer. Ett styrande dokument läses av alla. Ta bort det, eller spara en gång till."
    )

    title = forms.CharField(label=gettext_lazy("Rubrik"), max_length=160, error_messages=REQUIRED)
    body = RichText(label=gettext_lazy("Text"), required=False)
    changes = Text(
        label=gettext_lazy("Vad är nytt?"),
        help_text=gettext_lazy("Det läser den som redan har läst förra versionen. En eller två meningar räcker."),
        required=False,
        rows=3,
        max_length=2_000,
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Word- eller pdf-fil"),
        help_text=gettext_lazy("Texten i filen går att söka i. En Word-fil går också att skriva vidare på här."),
        error_messages={
            "required": gettext_lazy("Välj en fil."),
            "empty": gettext_lazy("Filen är tom. Välj en annan."),
        },
    )


class ReviewForm(forms.Form):
    people = PeopleField(
        label=gettext_lazy("Vilka ska läsa?"),
        help_text=gettext_lazy("Namn eller användarnamn, med komma emellan. Ta med någon som arbetar efter rutinen."),
        error_messages={"required": gettext_lazy("Skriv minst ett namn.")},
    )
    until = Day(label=gettext_lazy("Svar senast"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["people"]
        people.people = Person.objects.filter(principal_id=actor.principal_id, is_active=True)


class AnswerForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("Vad tycker du?"), choices=Verdict.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )
    text = Text(label=gettext_lazy("Kommentar"), rows=4, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("verdict") == Verdict.CHANGE and not str(cleaned.get("text") or "").strip():
            self.add_error("text", _("Skriv vad som behöver ändras."))
        return cleaned


class CommentForm(forms.Form):
    about = forms.CharField(label=gettext_lazy("Vilka ord gäller det?"), max_length=300, required=False)
    text = Text(
        label=gettext_lazy("Kommentar"), rows=3, error_messages={"required": gettext_lazy("Skriv din kommentar.")}
    )


class AdoptForm(forms.Form):
    valid_from = Day(label=gettext_lazy("Gäller från"))
    decided_on = Day(label=gettext_lazy("Beslutsdag"), required=False)
    reference = forms.CharField(
        label=gettext_lazy("Beslutets nummer"),
        help_text=gettext_lazy("Till exempel § 87, eller delegationsbeslutets nummer."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, body: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if body:
            self.fields["decided_on"].required = self.fields["reference"].required = True
            self.fields["reference"].error_messages["required"] = _("Skriv beslutets nummer.")
        else:
            del self.fields["decided_on"]


class WithdrawForm(forms.Form):
    reason = Text(
        label=gettext_lazy("Varför upphävs det, och vad gäller i stället?"),
        rows=3,
        error_messages={"required": gettext_lazy("Skriv varför, så att den som söker dokumentet förstår.")},
    )
    on = Day(label=gettext_lazy("Från vilken dag?"))


class CirculateForm(forms.Form):
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Vilka enheter?"),
        help_text=gettext_lazy("Alla som hör till enheten och till det som ligger under den."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Välj minst en enhet.")},
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Bara de med en viss roll?"),
        help_text=gettext_lazy("Välj ingen om alla ska läsa."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages=CHOOSE,
    )
    question = forms.CharField(
        label=gettext_lazy("Kontrollfråga"),
        help_text=gettext_lazy("En fråga som den som har läst kan svara på. Lämna tomt för ingen fråga."),
        max_length=300,
        required=False,
    )
    right = forms.CharField(label=gettext_lazy("Rätt svar"), max_length=200, required=False)
    wrong = Text(
        label=gettext_lazy("Fel svar"),
        help_text=gettext_lazy("Ett på varje rad, högst fyra."),
        rows=3,
        required=False,
        max_length=1_000,
    )

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        below = Unit.objects.under(document.unit.path or "").filter(valid_to__isnull=True)
        fields["units"].queryset = below.order_by("path")
        top = document.unit.depth
        fields["units"].label_from_instance = lambda unit: f"{'– ' * (unit.depth - top)}{unit.name}"
        fields["roles"].choices = roles_to_choose(document.principal_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        wrong = [line.strip() for line in str(cleaned.get("wrong") or "").splitlines() if line.strip()]
        if cleaned.get("question") and not cleaned.get("right"):
            self.add_error("right", _("Skriv det rätta svaret."))
        if cleaned.get("question") and not wrong:
            self.add_error("wrong", _("Skriv minst ett fel svar, annars finns inget att välja på."))
        if len(wrong) > MOST_WRONG:
            self.add_error("wrong", _("Skriv högst fyra."))
        cleaned["wrong"] = wrong
        return cleaned

    def readers(self) -> Readers:
        return Readers(tuple(self.cleaned_data["units"]), tuple(self.cleaned_data["roles"]))

    def asked(self) -> Question | None:
        data = self.cleaned_data
        return Question(data["question"], data["right"], tuple(data["wrong"])) if data["question"] else None
