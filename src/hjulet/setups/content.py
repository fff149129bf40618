"""What a set-up is made of, read from `content/` next to this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hjulet.cases.content import load_categories
from hjulet.law.content import load_law_content
from hjulet.receipts.content import load_matters

FOLDER = Path(__file__).parent / "content"


@cache
def read(name: str) -> Any:
    """A content file: organisation, access, people or stories. Not to be changed by who reads it."""
    with (FOLDER / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe either way


def design(code: str) -> dict[str, Any]:
    """An organisation with its role labels and its tree. Raises KeyError."""
    for one in read("organisation")["designs"]:
        if one["code"] == code:
            found: dict[str, Any] = one
            return found
    raise KeyError(code)


def load_basics() -> dict[str, int]:
    """Laws, clocks, categories and what is to be read and confirmed, as delivered; may be run again and again.

    Returns how many of each.
    """
    laws, levels = load_law_content()
    return {"laws": laws, "service_levels": levels, "categories": load_categories(), "matters": load_matters()}
