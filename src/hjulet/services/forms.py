"""What people fill in about services, promises and checks. Texts are kept to the letter; errors say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.clocks import local_date
from hjulet.core.fields import CHOOSE, Day, Text, WarnsAboutPersonalNumbers
from hjulet.law.models import LawRow
from hjulet.measures.choices import Strength
from hjulet.org.choices import UnitKind
from hjulet.org.models import Person, Role, Unit
from hjulet.services.actions import Finding, NewMeasure
from hjulet.services.choices import Area, Comparator, Every, Source
from hjulet.services.listing import TRACKS
from hjulet.services.models import CentralService, Description, Promise, Service, number_told
from hjulet.services.registry import FIGURES

ENGLISH = gettext_lazy("På engelska. Lämna tomt om du inte vill ha texten på engelska.")


class Number(forms.DecimalField):
    """A number with Swedish or English decimal sign, shown with the Swedish one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 9)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("min_value", Decimal(0))
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)
        wrong = gettext_lazy("Skriv ett tal, till exempel 95 eller 11,5.")
        for name in ("invalid", "max_digits", "max_decimal_places", "max_whole_digits", "min_value"):
            self.error_messages[name] = wrong
        self.validators = [_as_told(one, wrong) for one in self.validators]

    def to_python(self, value: Any) -> Any:
        plain = value.replace(",", ".").replace("\xa0", "").replace(" ", "") if isinstance(value, str) else value
        return super().to_python(plain)

    def prepare_value(self, value: Any) -> Any:
        return number_told(value) if isinstance(value, Decimal) else value


def _as_told(validator: Any, words: Any) -> Any:
    def check(value: Any) -> None:
        try:
            validator(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(str(words)) from error

    return check


class ServiceForm(forms.Form):
    """What the service is called, who answers for it and which units carry it out."""

    label = forms.CharField(
        label=gettext_lazy("Vad heter insatsen?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Skriv vad insatsen heter.")},
    )
    label_en = forms.CharField(
        label=gettext_lazy("Namn på engelska"), max_length=120, required=False, help_text=ENGLISH
    )
    central = forms.ModelChoiceField(
        CentralService.objects.all(),
        label=gettext_lazy("Vilken central tjänst hör den till?"),
        empty_label=gettext_lazy("Välj"),
        error_messages=CHOOSE,
    )
    tracks = forms.MultipleChoiceField(
        label=gettext_lazy("Enligt vilken lag?"),
        choices=[(track.value, track.label) for track in TRACKS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Välj minst en lag.")},
    )
    owner_role = forms.ModelChoiceField(
        Role.objects.none(),
        label=gettext_lazy("Vilken roll ansvarar för den?"),
        required=False,
        empty_label=gettext_lazy("Ingen vald"),
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Vem ansvarar för den?"),
        required=False,
        empty_label=gettext_lazy("Ingen vald"),
    )
    valid_from = Day(label=gettext_lazy("Från vilken dag erbjuds den?"))
    valid_to = Day(label=gettext_lazy("Till och med vilken dag?"), required=False)
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Vilka utför den?"),
        help_text=gettext_lazy("En förvaltning, en avdelning eller ett område betyder alla enheter under."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, principal_id: int, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = local_date(at)
        units, owner, role = (self.fields[name] for name in ("units", "owner", "owner_role"))
        alive = Unit.objects.of(principal_id).alive(today).filter(path__isnull=False)
        units.queryset = alive.exclude(kind=UnitKind.WARD).order_by("path")  # type: ignore[attr-defined]
        units.label_from_instance = _indented  # type: ignore[attr-defined]
        owner.queryset = Person.objects.filter(principal_id=principal_id).staff(today)  # type: ignore[attr-defined]
        role.queryset = Role.objects.filter(principal_id=principal_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("Sista dagen ligger före den första."))
        return cleaned


def _indented(unit: Unit) -> str:
    return f"{'– ' * (unit.depth - 1)}{unit.name}"


def initial_of(service: Service) -> dict[str, Any]:
    plain = ("label", "label_en", "central", "tracks", "owner", "owner_role", "valid_from", "valid_to")
    units = [row.unit_id for row in service.places.all()]
    return {name: getattr(service, name) for name in plain} | {"units": units}


class DescriptionForm(forms.Form):
    """The description of operations: each text, in English too for who wants it, and the provisions, one a line."""

    purpose = Text(label=gettext_lazy("Vad är insatsen till för?"), rows=3)
    purpose_en = Text(label=gettext_lazy("Vad den är till för, på engelska"), rows=2, required=False)
    goal = Text(label=gettext_lazy("Vilket är målet?"), rows=3, required=False)
    goal_en = Text(label=gettext_lazy("Målet, på engelska"), rows=2, required=False)
    scope = Text(label=gettext_lazy("Vad ingår, och för vem?"), rows=3)
    scope_en = Text(label=gettext_lazy("Vad som ingår, på engelska"), rows=2, required=False)
    how = Text(label=gettext_lazy("Hur går det till?"), rows=4, required=False)
    how_en = Text(label=gettext_lazy("Hur det går till, på engelska"), rows=2, required=False)
    laws = Text(
        label=gettext_lazy("Vilka lagrum gäller?"),
        help_text=gettext_lazy("Ett på varje rad, som de står under Lagar: SoL 11 kap. 1 §."),
        rows=3,
        required=False,
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_laws(self) -> list[str]:
        asked = [" ".join(line.split()) for line in self.cleaned_data["laws"].splitlines() if line.strip()]
        known: dict[str, str] = {}
        for code, citation in LawRow.objects.on(self.on).values_list("code", "citation"):
            known |= {citation.casefold(): code, code.casefold(): code}
        unknown = [line for line in asked if line.casefold() not in known]
        if unknown:
            words = _("Det här finns inte bland lagarna: %(names)s. Se hur det skrivs under Lagar.")
            raise forms.ValidationError(words % {"names": ", ".join(unknown)})
        return list(dict.fromkeys(known[line.casefold()] for line in asked))


def description_initial(description: Description, citations: dict[str, str]) -> dict[str, Any]:
    texts = {name: getattr(description, name) for part in Description.TEXTS for name in (part, f"{part}_en")}
    return texts | {"laws": "\n".join(citations.get(code, code) for code in description.laws)}


class DeclarationForm(forms.Form):
    intro = Text(
        label=gettext_lazy("Vad vill ni säga först?"),
        help_text=gettext_lazy("En eller två meningar till den som läser servicedeklarationen."),
        rows=3,
    )
    intro_en = Text(label=gettext_lazy("På engelska"), rows=2, required=False)


class PromiseForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Vad lovar ni?"),
        max_length=300,
        help_text=gettext_lazy("Skriv till den som får insatsen: Du träffar …"),
        error_messages={"required": gettext_lazy("Skriv vad ni lovar. En mening räcker.")},
    )
    text_en = forms.CharField(label=gettext_lazy("Löftet på engelska"), max_length=300, required=False)
    measure = forms.CharField(
        label=gettext_lazy("Hur ser ni om det hålls?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Skriv vad ni mäter eller frågar om.")},
    )
    measure_en = forms.CharField(label=gettext_lazy("Hur ni ser det, på engelska"), max_length=200, required=False)
    comparator = forms.ChoiceField(
        label=gettext_lazy("Hur bedöms det?"),
        choices=Comparator.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    target = Number(label=gettext_lazy("Målet som tal"), required=False)
    target_unit = forms.CharField(
        label=gettext_lazy("Talet är i"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Till exempel procent, dagar eller personer."),
    )
    target_words = forms.CharField(
        label=gettext_lazy("Målet med ord"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("När det bedöms med ord."),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Var kommer resultatet ifrån?"),
        choices=Source.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    figure = forms.ChoiceField(
        label=gettext_lazy("Vad ska Hjulet räkna?"),
        required=False,
        help_text=gettext_lazy("När Hjulet räknar ut resultatet."),
        error_messages=CHOOSE,
    )
    every = forms.ChoiceField(
        label=gettext_lazy("Hur ofta kontrolleras det?"),
        choices=Every.choices,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Vilka områden av god kvalitet gäller det?"),
        choices=Area.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["figure"]
        field.choices = [("", _("Välj")), *((code, one.label) for code, one in sorted(FIGURES.items()))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("comparator") == Comparator.WORDS:
            self._clean_words(cleaned)
        elif cleaned.get("comparator"):
            self._clean_number(cleaned)
        if cleaned.get("source") == Source.OWN:
            self._clean_own(cleaned)
        else:
            cleaned["figure"] = ""
        return cleaned

    def _clean_words(self, cleaned: dict[str, Any]) -> None:
        cleaned["target"], cleaned["target_unit"] = None, ""
        if not cleaned.get("target_words", "").strip():
            self.add_error("target_words", _("Skriv med ord när löftet är hållet."))

    def _clean_number(self, cleaned: dict[str, Any]) -> None:
        cleaned["target_words"] = ""
        if cleaned.get("target") is None and "target" not in self.errors:
            self.add_error("target", _("Skriv målet som ett tal, eller välj att bedöma med ord."))

    def _clean_own(self, cleaned: dict[str, Any]) -> None:
        figure = FIGURES.get(cleaned.get("figure", ""))
        if figure is None:
            self.add_error("figure", _("Välj vad Hjulet ska räkna, eller att resultatet skrivs in."))
        elif cleaned.get("comparator") == Comparator.WORDS:
            self.add_error("comparator", _("Det Hjulet räknar ut är ett tal. Välj minst eller högst."))
        else:
            cleaned["target_unit"] = figure.unit


def promise_initial(promise: Promise) -> dict[str, Any]:
    return {name: getattr(promise, name) for name in PromiseForm.base_fields}


class AdoptForm(forms.Form):
    """The decision: by whom, its number and day, and from when it is in force."""

    decided_by = forms.CharField(
        label=gettext_lazy("Vem har beslutat?"),
        max_length=120,
        error_messages={"required": gettext_lazy("Skriv vem som har beslutat.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Beslutets nummer"),
        max_length=60,
        help_text=gettext_lazy("Paragraf i protokollet: § 84."),
        error_messages={"required": gettext_lazy("Skriv beslutets nummer, så att det går att hitta.")},
    )
    decided_on = Day(label=gettext_lazy("Vilken dag fattades beslutet?"))
    valid_from = Day(label=gettext_lazy("Från vilken dag gäller det?"))
    sure = forms.BooleanField(
        label=gettext_lazy("Texten är den som är beslutad"),
        help_text=gettext_lazy("Den går inte att ändra sedan. En ändring blir en ny version med ett nytt beslut."),
        error_messages={"required": gettext_lazy("Kryssa i rutan när du har läst igenom texten.")},
    )

    def __init__(self, *args: Any, boards: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if boards:
            self.fields["decided_by"] = forms.ChoiceField(
                label=gettext_lazy("Vem har beslutat?"),
                choices=[(name, name) for name in boards],
                error_messages=CHOOSE,
            )


NEXT = (
    ("measure", gettext_lazy("Föreslå en åtgärd")),
    ("none", gettext_lazy("Ingen åtgärd behövs")),
)
MEASURE = ("title", "expected_effect", "strength", "owner", "due")


class CheckForm(WarnsAboutPersonalNumbers):
    """How a promise was kept. What is asked when it was not, is asked for only then."""

    watched: tuple[str, ...] = ("evidence", "analysis", "reason", "title", "expected_effect")

    value = Number(label=gettext_lazy("Resultat"), required=False)
    met = forms.ChoiceField(
        label=gettext_lazy("Hölls löftet?"),
        choices=[("yes", gettext_lazy("Ja, det hölls")), ("no", gettext_lazy("Nej, det hölls inte"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages=CHOOSE,
    )
    impossible = forms.BooleanField(label=gettext_lazy("Det gick inte att kontrollera"), required=False)
    evidence = Text(
        label=gettext_lazy("Hur vet du det?"),
        help_text=gettext_lazy("Vad du räknade eller frågade om. Skriv inga namn och inget om enskilda."),
        rows=3,
        error_messages={"required": gettext_lazy("Skriv hur du vet det. En mening räcker.")},
    )
    analysis = Text(label=gettext_lazy("Varför blev det så?"), rows=3, required=False)
    then = forms.ChoiceField(
        label=gettext_lazy("Vad gör ni åt det?"),
        choices=NEXT,
        widget=forms.RadioSelect,
        required=False,
        error_messages=CHOOSE,
    )
    reason = Text(label=gettext_lazy("Varför behövs ingen åtgärd?"), rows=2, required=False)
    title = forms.CharField(label=gettext_lazy("Vad ska göras?"), max_length=300, required=False)
    expected_effect = Text(
        label=gettext_lazy("Vilken effekt räknar du med?"),
        help_text=gettext_lazy("Skriv så att det går att se efteråt om det blev så."),
        rows=2,
        required=False,
    )
    strength = forms.ChoiceField(
        label=gettext_lazy("Hur stark är åtgärden?"),
        choices=Strength.choices,
        widget=forms.RadioSelect,
        required=False,
        error_messages=CHOOSE,
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Vem ansvarar?"),
        empty_label=gettext_lazy("Välj person"),
        required=False,
        error_messages=CHOOSE,
    )
    due = Day(label=gettext_lazy("När ska det vara klart?"), required=False)
    correction = Text(
        label=gettext_lazy("Varför ändras kontrollen?"),
        rows=2,
        error_messages={"required": gettext_lazy("Skriv varför kontrollen ändras.")},
    )

    def __init__(
        self, *args: Any, promise: Promise, again: bool, has_measure: bool, people: Any, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.promise, self.today, self.has_measure = promise, local_date(at), has_measure
        owner: Any = self.fields["owner"]
        owner.queryset = people
        del self.fields["met" if promise.measured else "value"]
        if promise.measured:
            unit = promise.unit_told
            self.fields["value"].label = _("Resultat i %(unit)s") % {"unit": unit} if unit else _("Resultat")
        if not again:
            del self.fields["correction"]

    @property
    def not_kept(self) -> bool:
        """Whether what is filled in says that the promise was not kept."""
        if not self.is_bound or self.cleaned_data.get("impossible"):
            return False
        value = self.cleaned_data.get("value")
        if self.promise.measured:
            return value is not None and not self.promise.met_by(value)
        return bool(self.cleaned_data.get("met") == "no")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("impossible"):
            self._clean_result(cleaned)
        if self.not_kept:
            self._clean_not_kept(cleaned)
        return cleaned

    def _clean_result(self, cleaned: dict[str, Any]) -> None:
        if self.promise.measured and cleaned.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("Skriv resultatet som ett tal."))
        elif not self.promise.measured and not cleaned.get("met") and "met" not in self.errors:
            self.add_error("met", _("Svara om löftet hölls."))
        elif self.promise.target_unit == "procent" and (cleaned.get("value") or 0) > 100:
            self.add_error("value", _("Det kan inte vara mer än 100 procent."))

    def _clean_not_kept(self, cleaned: dict[str, Any]) -> None:
        if not str(cleaned.get("analysis") or "").strip():
            self.add_error("analysis", _("Löftet hölls inte. Skriv varför det blev så."))
        then = cleaned.get("then")
        if then == "measure":
            self._clean_measure(cleaned)
        elif then == "none" and not str(cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Skriv varför ingen åtgärd behövs."))
        elif not then and "then" not in self.errors and not self.has_measure:
            self.add_error("then", _("Löftet hölls inte. Föreslå en åtgärd, eller skriv varför ingen behövs."))

    def _clean_measure(self, cleaned: dict[str, Any]) -> None:
        needed = {
            "title": _("Skriv vad som ska göras."),
            "expected_effect": _("Skriv vilken effekt du räknar med."),
            "strength": _("Välj ett alternativ."),
            "owner": _("Välj vem som ansvarar."),
            "due": _("Välj när det ska vara klart."),
        }
        for name, words in needed.items():
            if name not in self.errors and not str(cleaned.get(name) or "").strip():
                self.add_error(name, words)
        due = cleaned.get("due")
        if due is not None and due < self.today:
            self.add_error("due", _("Datumet har redan varit. Välj i dag eller senare."))

    def finding(self, *, computed: bool = False) -> Finding:
        """What a valid form says."""
        data = self.cleaned_data
        wants = self.not_kept and data.get("then") == "measure"
        measure = NewMeasure(*(data[name] for name in MEASURE)) if wants else None
        met = {"yes": True, "no": False}.get(data.get("met", ""))
        return Finding(
            value=data.get("value"),
            computed=computed,
            met=met,
            possible=not data["impossible"],
            evidence=data["evidence"],
            analysis=data["analysis"],
            measure=measure,
            reason=data["reason"] if data.get("then") == "none" else "",
            correction=data.get("correction", ""),
        )
