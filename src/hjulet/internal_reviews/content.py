"""The protocol that Hjulet is delivered with, kept as a checklist's version, and who answers which area of one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hjulet.checks.choices import ChecklistKind, VersionState
from hjulet.checks.content_types import Area, Question, Sheet, sheet_of
from hjulet.checks.models import Checklist, ChecklistVersion
from hjulet.core.actor import ALL_TRACKS
from hjulet.org.models import Unit

FILE = Path(__file__).parent / "content" / "protocol.yaml"


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return told


def take_in(top: Unit, at: datetime) -> ChecklistVersion:
    """The ready protocol as the principal's; what is there already is left."""
    told = _told()
    checklist, _made = Checklist.objects.get_or_create(
        principal_id=top.principal_id,
        code=told["code"],
        defaults={
            "unit": top,
            "title": told["title"],
            "title_en": told["title_en"],
            "kind": ChecklistKind.REVIEW,
        },
    )
    areas = [{name: value for name, value in area.items() if name != "tracks"} for area in told["areas"]]
    content = {
        **{name: told[name] for name in ("scale", "target")},
        "areas": areas,
        "tracks": {area["code"]: area["tracks"] for area in told["areas"]},
    }
    values = {"state": VersionState.PUBLISHED, "content": content, "published_at": at}
    version, _made = ChecklistVersion.objects.get_or_create(checklist=checklist, number=1, defaults=values)
    return version


def protocol_now(principal_id: int) -> ChecklistVersion | None:
    """The newest published protocol for reviews."""
    versions = ChecklistVersion.objects.filter(
        checklist__principal_id=principal_id, checklist__kind=ChecklistKind.REVIEW, state=VersionState.PUBLISHED
    )
    return versions.select_related("checklist").order_by("-published_at", "-number", "-id").first()


def tracks_of(version: ChecklistVersion, area: str) -> frozenset[str]:
    """Laws whose reviewers answer an area; all where the protocol does not say."""
    told: Iterable[str] = version.content.get("tracks", {}).get(area, ALL_TRACKS)
    return frozenset(told)


def questions_of(version: ChecklistVersion) -> dict[str, tuple[Area, Question]]:
    sheet: Sheet = sheet_of(version)
    return {question.code: (area, question) for area in sheet.areas for question in area.questions}
