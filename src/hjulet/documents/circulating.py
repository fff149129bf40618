"""What is shown of who has read a document: the text to confirm, how many have done it, whom one may ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.richtext import with_anchors
from hjulet.documents.actions.circulating import PREFIX, code_of, matter_of
from hjulet.documents.models import Document, Version
from hjulet.documents.registry import Beside
from hjulet.org.models import Role
from hjulet.receipts.choices import COUNTERS, MASKED
from hjulet.receipts.coverage import total_of, units_of
from hjulet.receipts.models import Matter


def text_to_read(matter: Matter) -> SafeString | None:
    """The whole wording that a matter is about, for the page where one confirms."""
    if not matter.code.startswith(PREFIX):
        return None
    pk = matter.code.removeprefix(PREFIX)
    body = Version.objects.filter(document_id=int(pk), number=matter.version).values_list("body", flat=True).first()
    return with_anchors(body) if body else None


def readers_beside(document: Document, version: Version, actor: Actor, at: datetime) -> Iterable[Beside]:
    """How many have confirmed, for those who follow it up."""
    if version.pk != document.current_id or not actor.reach(*COUNTERS, *MASKED):
        return
    matter = matter_of(document, local_date(at))
    if matter is None:
        return
    total = total_of(units_of(matter, actor, at))
    said = _("%(part)s av %(whole)s har bekräftat") % {"part": total.confirmed, "whole": total.asked}
    yield Beside(_("Läst"), said, reverse("receipt-coverage", args=[code_of(document)]))


def roles_to_choose(principal_id: int) -> list[tuple[str, str]]:
    rows = Role.objects.filter(principal_id=principal_id, assignments__isnull=False).distinct()
    return list(rows.order_by("label").values_list("code", "label"))
