"""Processes (SOSFS 2011:9 4 kap. 2–4 §§) that hold for more than one unit: whose, how many steps, looked over when."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.management_system.content import More, Note, Piece, table
from hjulet.management_system.registry import Asked
from hjulet.management_system.sections.rules import OF_ONE_UNIT
from hjulet.org.models import Role
from hjulet.processes.choices import Level
from hjulet.processes.models import Process


def processes(asked: Asked) -> Iterator[Piece]:
    found = Process.objects.filter(principal_id=asked.principal_id, current__isnull=False, withdrawn_on__isnull=True)
    found = found.exclude(unit__kind__in=OF_ONE_UNIT).defer("search_text", "current__xml", "current__svg")
    if asked.for_providers:
        found = found.filter(for_providers=True)
    steps = Count("current__elements", filter=~Q(current__elements__type__in=("startEvent", "endEvent")))
    rows = list(found.select_related("current", "owner").annotate(steps=steps).order_by("level", "place", "name"))
    if not rows:
        yield Note(_("Ingen process är publicerad."), gap=True)
    roles = dict(Role.objects.filter(principal_id=asked.principal_id).values_list("code", "label"))
    heads = (_("Process"), _("Version"), _("Ägare"), _("Steg"), _("Gäller från"), _("Ses över"))
    for level in Level:
        told = [(_line(row, roles), row.get_absolute_url()) for row in rows if row.level == level]
        if told:
            yield table(str(level.label), heads, told, swedish=(0, 2))
    late = sum(row.review_on is not None and row.review_on < asked.day for row in rows)
    if late:
        words = ngettext(
            "%(n)s process skulle redan ha setts över.", "%(n)s processer skulle redan ha setts över.", late
        )
        yield Note(words % {"n": late}, gap=True)
    yield More(_("Processer"), reverse("processes"))


def _line(row: Process, roles: dict[str, str]) -> tuple[str, ...]:
    drawing = row.current
    assert drawing is not None  # asked for
    owner = row.owner.name if row.owner else roles.get(row.owner_role, "–")
    first = drawing.published_on.isoformat() if drawing.published_on else "–"
    review = row.review_on.isoformat() if row.review_on else "–"
    steps: int = row.steps  # type: ignore[attr-defined]
    return row.name, str(drawing.number), owner, str(steps), first, review
