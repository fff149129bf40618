"""What people fill in about the whole: a section's own words, and the board's decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.fields import CHOOSE, Day, Text, WarnsAboutPersonalNumbers
from hjulet.management_system.choices import WRITTEN
from hjulet.org.choices import UnitKind
from hjulet.org.models import Principal, Unit

LONGEST = 40_000  # characters: a few pages
HINTS = {
    "intro": gettext_lazy("Varför ni har ett ledningssystem, och hur det används. Några meningar räcker."),
    "scope": gettext_lazy("Vad verksamheten omfattar. Enheter och lagar fylls i av sig själva."),
    "cooperation": gettext_lazy("Vilka ni samverkar med, inom organisationen och utanför, och hur."),
    "participation": gettext_lazy("Hur medarbetare är med i kvalitetsarbetet."),
}


class SectionForm(WarnsAboutPersonalNumbers):
    watched: tuple[str, ...] = ("body",)
    warning = gettext_lazy(
        "Det ser ut som ett personnummer. Ledningssystemet läses av alla. Ta bort det, eller spara en gång till."
    )

    body = Text(label=gettext_lazy("Text"), required=False, rows=12, max_length=LONGEST)
    for_providers = forms.BooleanField(
        label=gettext_lazy("Externa utförare läser avsnittet"),
        help_text=gettext_lazy("De ser bara det som gäller dem: inga namn på era medarbetare och inga siffror."),
        required=False,
    )

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if section in WRITTEN:
            self.fields["body"].help_text = HINTS[section]
        else:
            del self.fields["body"]


class AdoptForm(forms.Form):
    board = forms.ChoiceField(label=gettext_lazy("Beslutat av"), error_messages=CHOOSE)
    reference = forms.CharField(
        label=gettext_lazy("Beslutets nummer"),
        help_text=gettext_lazy("Till exempel § 87."),
        max_length=120,
        error_messages={"required": gettext_lazy("Skriv beslutets nummer.")},
    )
    decided_on = Day(label=gettext_lazy("Beslutsdag"))
    final = forms.BooleanField(
        label=gettext_lazy("Det är det här innehållet som är beslutat"),
        help_text=gettext_lazy("Det sparas för gott. En ny version kräver ett nytt beslut."),
        error_messages={
            "required": gettext_lazy("Läs igenom innehållet och kryssa i rutan om det är det som är beslutat.")
        },
    )

    def __init__(self, *args: Any, principal_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = boards(principal_id)
        board: Any = self.fields["board"]
        board.choices = [(name, name) for name in names]
        if len(names) > 1:
            board.choices = [("", _("Välj")), *board.choices]


def boards(principal_id: int) -> list[str]:
    """The principal's boards by name; the principal itself where it has none."""
    units = Unit.objects.of(principal_id).filter(kind=UnitKind.COMMITTEE, valid_to__isnull=True, path__isnull=False)
    names = list(units.order_by("path").values_list("name", flat=True))
    return names or [Principal.objects.values_list("name", flat=True).get(pk=principal_id)]
