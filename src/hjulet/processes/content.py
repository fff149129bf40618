"""What Hjulet is delivered with: processes in three levels, proposals that each principal changes and publishes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.events import record
from hjulet.org.choices import UnitKind
from hjulet.org.models import Principal, Role, Unit
from hjulet.processes.actions.common import store
from hjulet.processes.actions.writing import blank, code_for
from hjulet.processes.bpmn.building import build
from hjulet.processes.bpmn.layout import complete
from hjulet.processes.bpmn.model import BPMN, Diagram, Next, Row, Unreadable
from hjulet.processes.bpmn.reading import read
from hjulet.processes.models import Drawing, Process

FILE = Path(__file__).parent / "content" / "processes.yaml"
MONTHS = 12  # SOSFS 2011:9 asks for upkeep; the seeds look over routines and processes once a year


@cache
def read_processes() -> dict[str, Any]:
    """`level_1` with the processes of each level, and `level_3` with those that have activities. Not to be changed."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  safe either way
    return content


@transaction.atomic
def load_processes(principal: Principal, at: datetime) -> int:
    """Adds the processes that a principal does not have, as drafts that nobody has published. Returns how many.

    Found by code: what is there, changed or not, is left alone.
    """
    unit = _where(principal)
    if unit is None:
        return 0
    there = set(Process.objects.filter(principal=principal).values_list("code", flat=True))
    roles = dict(Role.objects.filter(principal=principal).values_list("code", "label"))
    drawn = {row["code"]: row for row in read_processes()["level_3"]}
    new = 0
    for level in read_processes()["level_1"]:
        for place, named in enumerate(level["processes"], start=1):
            row = drawn[named] if isinstance(named, str) else named
            code = slug(row["code"])
            if code not in there:
                _add(
                    Process(principal=principal, unit=unit, code=code, level=level["code"], place=place), row, roles, at
                )
                new += 1
    return new


def slug(code: str) -> str:
    """The code as it stands in an address."""
    return code.replace("_", "-")


def _where(principal: Principal) -> Unit | None:
    """Where they hold: the administration, else the root."""
    rows = Unit.objects.filter(principal=principal, valid_to__isnull=True, path__isnull=False)
    return rows.filter(kind=UnitKind.ADMINISTRATION).order_by("path").first() or rows.order_by("path").first()


def _add(process: Process, row: dict[str, Any], roles: Mapping[str, str], at: datetime) -> None:
    process.name, process.name_en = row["label"], row.get("label_en", "")
    process.tracks, process.owner_role = row.get("tracks", []), row.get("owner_role", "")
    process.purpose, process.review_months = row.get("purpose", ""), MONTHS
    process.search_text = process.words("")
    process.save(force_insert=True)
    diagram = diagram_of(row, roles) if "sub_processes" in row else blank(row["label"])
    store(Drawing(process=process, number=1, created_at=at, saved_at=at), diagram)


def diagram_of(row: dict[str, Any], roles: Mapping[str, str]) -> Diagram:
    """A process of the content file, drawn: its activities in order, from sub-process to sub-process."""
    found = [
        (part["step"], activity)
        for part in sorted(row["sub_processes"], key=lambda part: part["order"])
        for activity in sorted(part["activities"], key=lambda activity: activity["order"])
    ]
    codes = [f"{row['code']}_start", *(activity["code"] for _stage, activity in found), f"{row['code']}_slut"]
    ways = [(Next(f"till_{after}", "", after),) for after in codes[1:]]
    lanes = [roles.get(activity["role"], activity["role"]) for _stage, activity in found]
    rows = [Row(codes[0], 1, "startEvent", "Start", lane=lanes[0], next=ways[0])]
    for place, ((stage, activity), lane, way) in enumerate(zip(found, lanes, ways[1:], strict=True), start=2):
        facts = {"purpose": activity["purpose"], "documented": activity["documented"], "role": activity["role"]}
        rows.append(Row(codes[place - 1], place, "task", activity["label"], lane, next=way, stage=stage, **facts))
    rows.append(Row(codes[-1], len(codes), "endEvent", "Slut", lane=lanes[-1]))
    return build(row["label"], rows, row["code"])


def take_in(principal: Principal, name: str, data: bytes, *, at: datetime) -> Drawing:
    """A BPMN file as the draft of a new process, at the administration. Raises Unreadable."""
    diagram = read(data)
    unit = _where(principal)
    if unit is None:
        raise Unreadable(_("Huvudmannen har ingen enhet än."))
    complete(diagram)
    named = name_of(diagram) or name
    process = Process(principal=principal, unit=unit, name=named[:160], code=code_for(named, principal.pk))
    process.search_text = process.words("")
    process.save(force_insert=True)
    drawing = Drawing(process=process, number=1, created_at=at, saved_at=at)
    store(drawing, diagram)
    about, values = ("process", process.pk), {"name": process.name}
    record("process.created", actor=None, at=at, about=about, principal_id=principal.pk, unit_id=unit.pk, values=values)
    return drawing


def name_of(diagram: Diagram) -> str:
    """What the file calls itself: the first pool's name, else the first process's."""
    for tag in ("participant", "process"):
        for element in diagram.tree.iter(f"{{{BPMN}}}{tag}"):
            if (element.get("name") or "").strip():
                return str(element.get("name")).strip()
    return ""
