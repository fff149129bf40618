"""A unit says that an activity is done, or that it will not be, and may take it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.org.models import Unit
from hjulet.wheel.choices import Said
from hjulet.wheel.models import Activity, Mark, alive_on, does, provider_of
from hjulet.wheel.registry import held_back
from hjulet.wheel.rights import refuse_stranger

LINK = re.compile(r"(https?://[^\s/]|/(?![/\\]))[^\s\\]*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """`produced` says what came of it, `link` leads there (https, or a path in Hjulet), `reason` why it is skipped."""

    said: str
    produced: str = ""
    link: str = ""
    reason: str = ""


def mark(activity: Activity, unit: Unit, answer: Answer, *, actor: Actor, at: datetime) -> Mark:
    """Raises Refused."""
    _check(answer)
    with transaction.atomic():
        locked = _lock(activity, unit, actor)
        if Mark.objects.filter(activity=locked, unit=unit).exists():
            raise Refused(_("Enheten har redan svarat. Ta tillbaka svaret först om det ska ändras."))
        done = answer.said == Said.DONE
        if done and (why := held_back(locked, unit)):
            raise Refused(why)
        told = {"produced": answer.produced, "link": answer.link} if done else {"reason": answer.reason}
        made = Mark(activity=locked, unit=unit, said=answer.said, said_by_id=actor.person_id, said_at=at, **told)
        made.save(force_insert=True)
        _record("wheel.done" if done else "wheel.skipped", locked, unit, actor, at, told)
    return made


def undo(activity: Activity, unit: Unit, *, actor: Actor, at: datetime) -> None:
    """The activity waits again. What was said is kept in the log. Raises Refused."""
    with transaction.atomic():
        locked = _lock(activity, unit, actor)
        found = Mark.objects.filter(activity=locked, unit=unit).first()
        if found is None:
            raise Refused(_("Enheten har inte svarat."))
        told = {name: getattr(found, name) for name in ("said", "produced", "link", "reason")}
        found.delete()
        _record("wheel.undone", locked, unit, actor, at, told)


def _check(answer: Answer) -> None:
    if answer.said == Said.SKIPPED and not answer.reason.strip():
        raise Refused(_("Skriv varför den utgår."))
    if answer.said == Said.DONE and not answer.produced.strip():
        raise Refused(_("Skriv vad det blev."))
    if answer.link and not LINK.fullmatch(answer.link):
        raise Refused(_("Länken ska börja med https:// eller vara en sida i Hjulet, som /dokument/…"))


def _lock(activity: Activity, unit: Unit, actor: Actor) -> Activity:
    rows = Activity.objects.select_for_update(of=("self",)).select_related("plan", "role")
    locked = rows.get(pk=activity.pk)
    refuse_stranger(locked, unit, actor)
    if not locked.plan.adopted:
        raise Refused(_("Planen är inte beslutad än."))
    meant = does(unit, provider_of(unit))
    if not alive_on(unit, locked.ends_on) or not Activity.objects.filter(meant, pk=locked.pk).exists():
        raise Refused(_("Aktiviteten gäller inte den här enheten."))
    return locked


def _record(verb: str, activity: Activity, unit: Unit, actor: Actor, at: datetime, values: dict[str, Any]) -> None:
    about, where = ("wheel-activity", activity.pk), {"principal_id": unit.principal_id, "unit_id": unit.pk}
    record(verb, actor=actor, at=at, about=about, values=values | {"unit": unit.code}, **where)
