"""What Hjulet is delivered with: the central services, and proposals that each principal changes and decides."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from hjulet.org.models import Principal
from hjulet.services.models import CentralService, Declaration, Description, Promise, Service

FILE = Path(__file__).parent / "content" / "services.yaml"
PROMISE: dict[str, Any] = {"areas": [], "comparator": "words", "target": None, "target_unit": "", "target_words": ""}
PROMISE |= {"source": "manual", "figure": "", "every": "quarter"}


@cache
def read_services() -> dict[str, Any]:
    """`central_services` with the fields of CentralService, and `services`. Not to be changed by who reads it."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


def load_central() -> int:
    """Writes the central services; may be run again and again. Returns how many."""
    rows = read_services()["central_services"]
    for place, row in enumerate(rows, start=1):
        rest = {"label": row["label"], "label_en": row["label_en"], "place": place}
        CentralService.objects.update_or_create(code=row["code"], defaults=rest)
    return len(rows)


@transaction.atomic
def load_services(principal: Principal, day: date) -> int:
    """Adds the services that a principal does not have, with proposals that nobody has decided. Returns how many.

    Found by code: what is there, changed or not, is left alone.
    """
    central = {row.code: row for row in CentralService.objects.all()}
    there = set(Service.objects.of(principal.pk).values_list("code", flat=True))
    new = [row for row in read_services()["services"] if row["code"] not in there]
    for row in new:
        _add(principal, row, central[row["central_service"]], day)
    return len(new)


def _add(principal: Principal, row: dict[str, Any], central: CentralService, day: date) -> None:
    service = Service(principal=principal, code=row["code"], label=row["label"], label_en=row["label_en"])
    service.central, service.tracks, service.valid_from = central, row["tracks"], day
    service.search_text = service.words(*(row["description"][name]["sv"] for name in Description.TEXTS))
    service.save(force_insert=True)
    texts: dict[str, Any] = {}
    for name in Description.TEXTS:
        texts |= {name: row["description"][name]["sv"], f"{name}_en": row["description"][name]["en"]}
    Description.objects.create(service=service, laws=row["laws"], **texts)
    intro = row["intro"]
    declaration = Declaration.objects.create(service=service, intro=intro["sv"], intro_en=intro["en"])
    Promise.objects.bulk_create(
        Promise(declaration=declaration, place=place, **(PROMISE | promise))
        for place, promise in enumerate(row["promises"], start=1)
    )
