"""What the diary and the settings tell the register of laws: they are its siblings, or lie above it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.diary.models import Document
from hjulet.law.registry import Hanging
from hjulet.law.rules import why_locked
from hjulet.org.choices import Duty


def marks(codes: Collection[str], principal_id: int | None, actor: Actor, at: datetime) -> Iterator[Hanging]:
    """How many documents that the actor registers are marked by the provision; which ones, the diary says."""
    if not actor.holds(Duty.REGISTER):
        return
    found = Document.objects.visible_to(actor).filter(secrecy_code__in=codes).order_by()
    for code, number in found.values_list("secrecy_code").annotate(number=Count("pk")).order_by("secrecy_code"):
        words = ngettext("%(n)s handling är sekretessmarkerad", "%(n)s handlingar är sekretessmarkerade", number)
        yield Hanging(code=code, kind="mark", label=words % {"n": number}, url=reverse("diary"))


def clock_page(code: str, actor: Actor) -> str:
    """Where the principal changes a time of its own; saving it anew rests it on what replaced a repealed provision."""
    if not actor.holds(Duty.MANAGE_SETTINGS) or why_locked(code, day=local_date(now())):
        return ""
    return reverse("setting-change", args=[code])
