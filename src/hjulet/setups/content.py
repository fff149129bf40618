"""What a set-up is made of, read from `content/` next to this file."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hjulet.cases.content import load_categories
from hjulet.core.clocks import local_date
from hjulet.documents.content import load_types
from hjulet.law.content import load_law_content
from hjulet.org.models import Principal
from hjulet.processes.content import load_processes
from hjulet.receipts.content import load_matters
from hjulet.services.content import load_central, load_services

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
    """Laws, clocks, categories, sorts of documents, what is to be read, and central services, as delivered; may be run
    again and again.

    Returns how many of each.
    """
    laws, levels = load_law_content()
    return {
        "laws": laws,
        "service_levels": levels,
        "categories": load_categories(),
        "matters": load_matters(),
        "document_types": load_types(),
        "central_services": load_central(),
    }


def load_proposals(at: datetime) -> int:
    """Proposals for services and processes, for every principal: those it does not have. Returns how many were new."""
    return sum(proposals_for(principal, at) for principal in Principal.objects.all())


def proposals_for(principal: Principal, at: datetime) -> int:
    return load_services(principal, local_date(at)) + load_processes(principal, at)
