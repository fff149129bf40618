"""What is done for people, and what is promised of it (SoL 5 kap. 1 §, LSS 6 §; ORG-6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.management_system.content import More, Note, Piece, Table
from hjulet.management_system.registry import Asked
from hjulet.org.choices import Track
from hjulet.services.registry import promises_on, services_on


def services(asked: Asked) -> Iterable[Piece]:
    """Each service in force with its laws and how many promises are made of it."""
    offered = services_on(asked.principal_id, asked.day)
    if not offered:
        yield Note(_("Inga insatser är inlagda."), gap=True)
        return
    promised = Counter(promise.service for promise in promises_on(asked.principal_id, asked.day))
    tracks = dict(Track.choices)
    yield Table(
        title=_("Insatser i drift"),
        heads=(_("Insats"), _("Område"), _("Lag"), _("Löften")),
        rows=tuple(
            (
                row.label,
                row.central,
                ", ".join(str(tracks[track]) for track in row.tracks),
                str(promised[row.code]),
            )
            for row in offered
        ),
        links=tuple(row.url for row in offered),
    )
    yield More(_("Löften och hur det gick"), reverse("promises"))
