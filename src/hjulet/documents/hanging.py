"""Documents that rest on a provision, for the law register and its work list (DOC-1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.urls import reverse

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.documents.models import Document
from hjulet.documents.rights import may_write
from hjulet.law.registry import Hanging


def hanging(codes: Collection[str], principal_id: int | None, actor: Actor, at: datetime) -> Iterator[Hanging]:
    """What holds and names one of the codes, as the actor may see it."""
    held = Document.objects.readable_by(actor).in_force(local_date(at)).exclude(laws=[])
    for document in held.select_related("unit").order_by("title", "id"):
        for code in dict.fromkeys(code for code in document.laws if code in codes):
            mend = reverse("document-facts", args=[document.code]) if may_write(document, actor) else ""
            yield Hanging(
                code=code,
                kind="document",
                label=document.title,
                url=document.get_absolute_url(),
                unit_name=document.unit.name,
                mend=mend,
            )
