"""Which fields a case is read from, and what they are called in another system's file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

REQUIRED = ("ref", "reported_at", "description")
DATES = ("reported_at", "occurred_at", "due_at", "closed_at")
FIELDS = (
    *REQUIRED,
    "kind",
    "unit_code",
    "area",
    "category",
    "law",
    "severity",
    "status",
    "reporter_id",
    "assignee_id",
    "occurred_at",
    "due_at",
    "closed_at",
    "title",
    "immediate_action",
    "cause",
)


@dataclass(frozen=True)
class Mapping:
    """Where our fields lie in another file: a column's name, or a text with {column} in it; fixed values; and
    how the file's words are said here. `own_categories`: a category we lack becomes the principal's own."""

    columns: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    own_categories: bool = False

    @classmethod
    def read(cls, path: Path) -> Mapping:
        """Raises ValueError when the file names a field that does not exist."""
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        mapping = cls(
            columns={str(k): str(v) for k, v in content.get("columns", {}).items()},
            fixed={str(k): str(v) for k, v in content.get("fixed", {}).items()},
            values={
                str(k): {str(a).lower(): str(b) for a, b in v.items()} for k, v in content.get("values", {}).items()
            },
            own_categories=bool(content.get("own_categories", False)),
        )
        unknown = ({*mapping.columns, *mapping.fixed, *mapping.values} - set(FIELDS)) | (
            set(content) - {"columns", "fixed", "values", "own_categories"}
        )
        if unknown:
            raise ValueError(_("Mappningsfilen har okända fält: %(names)s.") % {"names": ", ".join(sorted(unknown))})
        return mapping

    def apply(self, row: dict[str, str]) -> dict[str, str]:
        """The row under our names. Without columns of its own a file has ours already."""
        if not (self.columns or self.fixed or self.values):
            return row
        told = {name: row.get(name, "") for name in FIELDS} if not self.columns else {}
        for name, column in self.columns.items():
            told[name] = _Blanks(row).fill(column) if "{" in column else row.get(column, "")
        told |= self.fixed
        for name, words in self.values.items():
            value = told.get(name, "")
            told[name] = words.get(value.lower(), value)
        return told

    def needed(self) -> set[str]:
        """Columns without which the file cannot be read."""
        required = set(REQUIRED) - set(self.fixed)
        if not self.columns:
            return required
        named = [self.columns.get(name, name) for name in required]
        return {column for text in named for column in (re.findall(r"{(.*?)}", text) or [text])}

    def dates(self) -> set[str]:
        """Columns that hold a day or a moment and nothing else."""
        return {self.columns.get(name, name) for name in DATES}


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""

    def fill(self, template: str) -> str:
        return template.format_map(self)
