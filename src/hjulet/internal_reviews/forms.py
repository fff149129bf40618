"""What people fill in about reviews. Nothing is written of persons; a personal number is refused."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.fields import CHOOSE, REQUIRED, Day, Text
from hjulet.core.workbooks import is_workbook, workbook_rows
from hjulet.internal_reviews.actions import Listed
from hjulet.internal_reviews.choices import FunctionKind, Mode
from hjulet.internal_reviews.planner import MOST_IN_A_MONTH, YEAR, Constraints, month_name
from hjulet.measures.forms import MeasureForm
from hjulet.org.models import Unit

NO_PERSONS = gettext_lazy("Skriv inget om enskilda.")
MOST_LISTED = 5_000
MOST_BYTES = 1_000_000


def _count(label: Any, most: int, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, error_messages=REQUIRED, **kwargs)


class RulesForm(forms.Form):
    per_month = _count(gettext_lazy("Besök i månaden"), MOST_IN_A_MONTH)
    more = _count(gettext_lazy("Månader som får ha ett besök till"), YEAR)
    closed = forms.MultipleChoiceField(
        label=gettext_lazy("Månader utan besök"), required=False, widget=forms.CheckboxSelectMultiple
    )
    function = _count(gettext_lazy("Besök om året på varje avdelning eller funktion"), 60)
    authority_visits = _count(gettext_lazy("Besök om året på varje funktion med myndighetsutövning"), 60)
    authority = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=gettext_lazy("Funktioner med myndighetsutövning"),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    providers = forms.BooleanField(label=gettext_lazy("Minst en extern utförare ska ingå varje år"), required=False)
    between = _count(gettext_lazy("Minst antal månader mellan besök på samma enhet"), 60)
    unannounced = _count(gettext_lazy("Andel oanmälda besök, i procent"), 100)
    length = forms.IntegerField(
        label=gettext_lazy("Antal månader som ett varv tar"),
        min_value=1,
        max_value=2 * YEAR,
        error_messages=REQUIRED,
    )
    source = forms.CharField(label=gettext_lazy("Vem har bestämt reglerna?"), max_length=200, error_messages=REQUIRED)
    valid_from = Day(label=gettext_lazy("Gäller från"))

    def __init__(self, *args: Any, functions: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed: Any = self.fields["closed"]
        closed.choices = [(str(month), month_name(month)) for month in range(1, YEAR + 1)]
        authority: Any = self.fields["authority"]
        authority.queryset = Unit.objects.filter(pk__in=[one.pk for one in functions]).order_by("path")

    def constraints(self) -> Constraints:
        told = self.cleaned_data
        return Constraints(
            **{name: told[name] for name in ("per_month", "more", "providers", "between", "unannounced", "length")},
            closed=frozenset(int(month) for month in told["closed"]),
            visits={
                FunctionKind.FUNCTION.value: told["function"],
                FunctionKind.AUTHORITY.value: told["authority_visits"],
            },
        )


def rules_initial(rules: Constraints, authority: Iterable[str], source: str, today: date) -> dict[str, Any]:
    told = {
        name: getattr(rules, name) for name in ("per_month", "more", "providers", "between", "unannounced", "length")
    }
    return {
        **told,
        "closed": [str(month) for month in sorted(rules.closed)],
        "function": rules.visits.get(FunctionKind.FUNCTION.value, 0),
        "authority_visits": rules.visits.get(FunctionKind.AUTHORITY.value, 0),
        "authority": sorted(authority),
        "source": source,
        "valid_from": today,
    }


class DayForm(forms.Form):
    day = Day(label=gettext_lazy("Vilken dag?"))
    mode = forms.ChoiceField(
        label=gettext_lazy("Ska enheten veta om det i förväg?"),
        help_text=gettext_lazy("Ett oanmält besök syns bara för den som granskar, till den dag det görs."),
        choices=Mode,
        widget=forms.RadioSelect,
        error_messages=CHOOSE,
    )


class NewVisitForm(DayForm):
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=gettext_lazy("Vilken enhet?"), to_field_name="code", error_messages=CHOOSE
    )
    field_order = ("unit", "day", "mode")

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = units


class DrawForm(forms.Form):
    """A list pasted or as a file: a code and a day of birth on each row."""

    pasted = Text(
        label=gettext_lazy("Klistra in listan"),
        help_text=gettext_lazy(
            "En person på varje rad: en kod, och födelsedag som 1951-06-30. Inga namn och inga personnummer."
        ),
        required=False,
        rows=6,
        max_length=200_000,
    )
    file = forms.FileField(
        label=gettext_lazy("Eller välj en fil"),
        help_text=gettext_lazy("Excel eller CSV med kolumnerna kod och född."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file, text = cleaned.get("file"), cleaned.get("pasted") or ""
        if file is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("Filen är för stor. En lista över en enhet får plats i 1 MB."))
        try:
            rows = _of_file(file) if file is not None else _of_text(text)
        except (ValueError, OSError) as problem:
            raise forms.ValidationError(str(problem)) from problem
        if not rows:
            raise forms.ValidationError(_("Klistra in en lista eller välj en fil."))
        cleaned["rows"] = rows
        return cleaned


def _of_text(text: str) -> list[Listed]:
    """Rows with a code and a day, between them a tab, semicolon, comma or space. Raises ValueError."""
    if len(text.splitlines()) > MOST_LISTED:
        raise ValueError(_("Listan är för lång för en enhet."))
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.replace(";", " ").replace("\t", " ").replace(",", " ").split()
        if not parts or (number == 1 and not any(sign.isdigit() for sign in parts[-1])):
            continue  # an empty row, or a head
        found.append(_row(number, " ".join(parts[:-1]), parts[-1]))
    return found


def _of_file(file: Any) -> list[Listed]:
    content = file.read()
    if is_workbook(Path(file.name)):
        with tempfile.NamedTemporaryFile(suffix=Path(file.name).suffix) as kept:
            kept.write(content)
            kept.flush()
            rows = workbook_rows(Path(kept.name), {"kod", "född"}, dates={"född"}, fold=lambda name: name.casefold())
            return [_row(number, row["kod"], row["född"]) for number, row in rows]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    lines = [" ".join(row) for row in csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ",")]
    return _of_text("\n".join(lines))


def _row(number: int, pseudonym: str, day: str) -> Listed:
    """Raises ValueError, which never says what stood there."""
    pseudonym = pseudonym.replace("\x00", "").strip()
    try:
        born = datetime.strptime(day.strip()[:10], "%Y-%m-%d" if "-" in day else "%Y%m%d").date()  # noqa: DTZ007
    except ValueError as problem:
        raise ValueError(_("Rad %(row)s: skriv födelsedagen som 1951-06-30.") % {"row": number}) from problem
    if not pseudonym or len(pseudonym) > 60:
        raise ValueError(_("Rad %(row)s: skriv en kod före dagen, högst 60 tecken.") % {"row": number})
    return Listed(pseudonym, born)


class ResultForm(forms.Form):
    outcome = Text(label=gettext_lazy("Vad visade besöket?"), help_text=NO_PERSONS, rows=4, max_length=5_000)
    reflection = Text(
        label=gettext_lazy("Vad är din reflektion?"),
        help_text=gettext_lazy("Det som enheten kan bygga vidare på, och det som oroar. Skriv inget om enskilda."),
        rows=4,
        max_length=5_000,
    )
    concerns_others = Text(
        label=gettext_lazy("Kan något gälla fler enheter?"),
        help_text=gettext_lazy("Det du skriver här går till ledningsgruppen. Lämna tomt om det bara gäller enheten."),
        required=False,
        rows=3,
        max_length=5_000,
    )


class ReplyForm(forms.Form):
    text = Text(label=gettext_lazy("Vad gör ni av resultatet?"), help_text=NO_PERSONS, rows=4, max_length=5_000)


class TakeUpForm(forms.Form):
    on = Day(label=gettext_lazy("Vilken dag togs det upp?"))
    text = Text(label=gettext_lazy("Vad bestämdes?"), help_text=NO_PERSONS, rows=3, max_length=5_000)


class TimetableForm(MeasureForm):
    area = forms.ChoiceField(label=gettext_lazy("Vilket område gäller det?"), error_messages=CHOOSE)
    field_order = ("area",)

    def __init__(self, *args: Any, areas: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.choices = list(areas)
