"""Checklists: written as a draft, published as a version that is never changed, ended when nobody is to use them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hjulet.checks.choices import RoundState, VersionState
from hjulet.checks.content import Ready
from hjulet.checks.models import Checklist, ChecklistVersion, Round
from hjulet.checks.rights import may_write
from hjulet.checks.sheets import problems_of
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.org.models import Unit
from hjulet.wheel.models import above

EMPTY: dict[str, Any] = {
    "scale": {
        **{"min": 0, "max": 2, "anchors": {"0": "Uppfylls inte", "1": "Uppfylls delvis", "2": "Uppfylls helt"}},
        "anchors_en": {"0": "Not met", "1": "Partly met", "2": "Fully met"},
    },
    "target": "1.6",
    "areas": [],
}


def new_checklist(
    unit: Unit,
    title: str,
    *,
    purpose: str = "",
    content: dict[str, Any] | None = None,
    actor: Actor | None,
    at: datetime,
) -> Checklist:
    """A list with a draft, empty or a copy. Raises Refused."""
    _refuse_stranger(unit, actor)
    if not title.strip():
        raise Refused(_("Skriv vad checklistan heter."))
    with transaction.atomic():
        made = Checklist.objects.create(
            principal_id=unit.principal_id,
            unit=unit,
            code=_free_code(unit, title),
            title=title.strip(),
            purpose=purpose,
        )
        ChecklistVersion.objects.create(checklist=made, content=content or EMPTY)
        _record("checklist.made", made, actor, at, {"title": made.title})
    return made


def taken(unit: Unit, actor: Actor | None) -> dict[str, Checklist]:
    """Checklists at or above a unit that the actor may open, by their titles: what is published, and drafts of those
    who write them."""
    rows = Checklist.objects.filter(unit__path__in=above(unit.path or ""), ended_on__isnull=True)
    rows = rows if actor is None else rows.seen_by(actor)
    out = Exists(ChecklistVersion.objects.exclude(state=VersionState.DRAFT).filter(checklist=OuterRef("pk")))
    found = rows.annotate(out=out).select_related("unit").order_by("-id")
    return {row.title: row for row in found if row.out or actor is None or may_write(row.unit, actor)}


def take_ready(unit: Unit, ready: Ready, *, actor: Actor | None, at: datetime) -> Checklist:
    """One that comes with Hjulet, as a draft to go through and publish. Raises Refused, also where it is already."""
    if ready.title in taken(unit, actor):
        raise Refused(_("Den listan finns redan här. Ändra den i stället för att ta in den en gång till."))
    made = new_checklist(unit, ready.title, purpose=ready.purpose, content=ready.content, actor=actor, at=at)
    if ready.title_en:
        made.title_en = ready.title_en
        made.save(update_fields=["title_en"])
    return made


def begin_change(checklist: Checklist, *, actor: Actor | None, at: datetime) -> ChecklistVersion:
    """The draft of the next version: there already, or a copy of what is published. Raises Refused."""
    _refuse_stranger(checklist.unit, actor)
    with transaction.atomic():
        versions = list(checklist.versions.select_for_update().order_by("-number"))
        if versions[0].state == VersionState.DRAFT:
            return versions[0]
        made = ChecklistVersion.objects.create(
            checklist=checklist, number=versions[0].number + 1, content=versions[0].content
        )
        _record("checklist.draft", checklist, actor, at, {"number": made.number})
    return made


def save_draft(
    draft: ChecklistVersion,
    title: str,
    purpose: str,
    content: dict[str, Any],
    *,
    seen: int | None,
    actor: Actor,
    at: datetime,
) -> ChecklistVersion:
    """Keeps what has been written, whole or not. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock(draft, seen, actor)
        rewritten, locked.content = locked.content != content, content
        changed: dict[str, Any] = {}
        checklist = locked.checklist
        if (checklist.title, checklist.purpose) != (title, purpose) and title:
            changed = {"title": [checklist.title, title], "purpose": [checklist.purpose, purpose]}
            checklist.title, checklist.purpose = title, purpose
            checklist.save(update_fields=["title", "purpose"])
        if changed or rewritten:
            locked.seen += 1
            locked.save(update_fields=["content", "seen"])
            _record("checklist.written", checklist, actor, at, changed)
    return locked


def publish(draft: ChecklistVersion, *, seen: int | None, actor: Actor | None, at: datetime) -> ChecklistVersion:
    """From now on it is what new rounds ask; rounds that nobody has begun take it. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock(draft, seen, actor)
        wrong = problems_of(locked.content)
        if wrong:
            raise Refused(wrong[0])
        rows = locked.checklist.versions
        before = list(rows.filter(state=VersionState.PUBLISHED).values_list("pk", flat=True))
        rows.filter(pk__in=before).update(state=VersionState.REPLACED)
        locked.state, locked.published_at = VersionState.PUBLISHED, at
        locked.save(update_fields=["state", "published_at"])
        untouched = Round.objects.filter(state=RoundState.OPEN, answers__isnull=True, evidence__isnull=True)
        Round.objects.filter(pk__in=untouched.filter(version__in=before).order_by().values("pk")).update(version=locked)
        _record("checklist.published", locked.checklist, actor, at, {"number": locked.number})
    return locked


def drop_draft(draft: ChecklistVersion, *, actor: Actor, at: datetime) -> None:
    """Throws the draft away; a list that was never published goes with it. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock(draft, None, actor)
        checklist = locked.checklist
        _record("checklist.dropped", checklist, actor, at, {"number": locked.number, "title": checklist.title})
        locked.delete()
        if not checklist.versions.exists():
            checklist.delete()


def end_checklist(checklist: Checklist, *, actor: Actor, at: datetime) -> Checklist:
    """Nobody plans it anew; what is planned is done. Again: it may be planned. Raises Refused."""
    _refuse_stranger(checklist.unit, actor)
    checklist.ended_on = None if checklist.ended_on else local_date(at)
    checklist.save(update_fields=["ended_on"])
    _record("checklist.ended" if checklist.ended_on else "checklist.again", checklist, actor, at, {})
    return checklist


def _lock(draft: ChecklistVersion, seen: int | None, actor: Actor | None) -> ChecklistVersion:
    rows = ChecklistVersion.objects.select_for_update(of=("self",)).select_related("checklist__unit")
    locked: ChecklistVersion | None = rows.filter(pk=draft.pk).first()
    if locked is None or locked.state != VersionState.DRAFT:
        raise Stale(_("Utkastet är publicerat eller borttaget. Öppna checklistan på nytt."))
    _refuse_stranger(locked.checklist.unit, actor)
    if seen is not None and seen != locked.seen:
        raise Stale(_("Någon annan hann ändra här. Det du skrev finns kvar här nedanför."))
    return locked


def _refuse_stranger(unit: Unit, actor: Actor | None) -> None:
    if actor is not None and not may_write(unit, actor):
        raise Refused(_("Bara den som planerar enhetens år skriver dess checklistor."))


def _free_code(unit: Unit, title: str) -> str:
    stem = slugify(title)[:70] or "checklista"
    alike = Checklist.objects.filter(principal_id=unit.principal_id, code__startswith=stem)
    taken = set(alike.values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 3) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)


def _record(verb: str, checklist: Checklist, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    where = {"principal_id": checklist.principal_id, "unit_id": checklist.unit_id}
    record(verb, actor=actor, at=at, about=("checklist", checklist.pk), values=values, **where)
