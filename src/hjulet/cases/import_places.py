"""Where imported cases belong: units and categories by what the file calls them."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from pathlib import Path

import yaml
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hjulet.cases.models import Category
from hjulet.core.flow import Refused
from hjulet.core.tables import RowProblem
from hjulet.org.actions import create_unit
from hjulet.org.choices import UnitKind
from hjulet.org.models import Principal, Unit, in_force

FIRST_DAY = date(2011, 1, 1)


class Places:
    """Units by code. An unknown area becomes a department, an unknown unit in an area becomes a unit."""

    def __init__(self, principal: Principal, at: datetime) -> None:
        self.principal, self.at = principal, at
        self.units: dict[str, int] = {}
        self.departments: dict[str, Unit] = {}
        for unit in Unit.objects.of(principal.pk).filter(path__isnull=False).order_by("path"):
            self.units[unit.code] = unit.pk
            if unit.kind in {UnitKind.DEPARTMENT, UnitKind.PRINCIPAL}:
                self.departments.setdefault(unit.name.lower(), unit)

    def unit(self, code: str, area: str) -> int:
        if code in self.units:
            return self.units[code]
        if not code:
            raise RowProblem("unit_code", _("saknas"))
        if not area:
            raise RowProblem("unit_code", _("enheten %(code)s finns inte") % {"code": code})
        if len(code) > 40 or len(area) > 120:
            raise RowProblem("unit_code", _("koden eller området är för långt"))
        self.units[code] = self._plant(self._department(area), code, code, UnitKind.UNIT).pk
        return self.units[code]

    def _department(self, area: str) -> Unit:
        if area.lower() not in self.departments:
            root = Unit.objects.of(self.principal.pk).filter(parent=None, path__isnull=False).first()
            code = f"omrade-{slugify(area)}"[:40]
            if code in self.units:
                code = f"{code[:33]}-{secrets.token_hex(3)}"
            self.departments[area.lower()] = self._plant(root, code, area, UnitKind.DEPARTMENT)
        return self.departments[area.lower()]

    def _plant(self, parent: Unit | None, code: str, name: str, kind: UnitKind) -> Unit:
        try:
            return create_unit(
                principal=self.principal,
                parent=parent,
                code=code,
                name=name,
                kind=kind,
                valid_from=parent.valid_from if parent else FIRST_DAY,
                actor=None,
                at=self.at,
            )
        except Refused as refused:
            raise RowProblem("unit_code", str(refused)) from None


class Categories:
    """Categories by code or label within a track; others go to the nearest, or become the principal's own."""

    def __init__(self, principal: Principal, today: date, *, own: bool) -> None:
        self.principal, self.own = principal, own
        self.found: dict[tuple[str, str], int | None] = {}
        by_code: dict[str, int] = {}
        for category in Category.objects.for_principal(principal.pk).filter(in_force(today)).order_by("-order", "-id"):
            by_code[category.code] = category.pk
            self.found[category.track, category.code.lower()] = category.pk
            self.found[category.track, category.label.lower()] = category.pk
        self.nearest = {} if own else _nearest(by_code)
        self.other = {track: by_code.get(words["other"]) for track, words in table_of_words().items()}

    def find(self, track: str, word: str) -> int | None:
        if not word:
            return None
        key = (track, word.lower())
        if key not in self.found:
            self.found[key] = self._settle(*key, word)
        return self.found[key]

    def _settle(self, track: str, key: str, word: str) -> int | None:
        if not self.own:
            return self.nearest.get((track, key), self.other.get(track))
        return Category.objects.create(
            code=f"{self.principal.code}-{track}-{slugify(word)}"[:80],
            track=track,
            label=word[:120],
            principal=self.principal,
            order=10_000,
            valid_from=FIRST_DAY,
        ).pk


def table_of_words() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "content" / "import_categories.yaml"
    content: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _nearest(by_code: dict[str, int]) -> dict[tuple[str, str], int]:
    return {
        (track, word): by_code[code]
        for track, words in table_of_words().items()
        for word, code in words.items()
        if code in by_code
    }
