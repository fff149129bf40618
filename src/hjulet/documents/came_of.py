"""What a measure's page shows of documents: the versions it gave rise to, and the way to change a routine."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.documents.choices import ONCE_ADOPTED, VersionState
from hjulet.documents.models import Version, VersionCause
from hjulet.documents.rights import writes_any
from hjulet.measures.models import Measure
from hjulet.measures.registry import CameOf, Way


def versions(measure: Measure, actor: Actor) -> Iterator[CameOf]:
    """The measure's versions, those begun first on top; without a link where the actor may not read."""
    rows = VersionCause.objects.visible_to(actor).filter(measure=measure).select_related("version__document")
    causes = list(rows)
    seen = set()
    if causes:
        mine = Version.objects.seen_by(actor).filter(pk__in=[cause.version_id for cause in causes])
        seen = set(mine.values_list("pk", flat=True))
    for cause in causes:
        version = cause.version
        said = _("%(title)s, version %(n)s") % {"title": version.document.title, "n": version.number}
        url = _address(version) if version.pk in seen else ""
        yield CameOf(said, str(VersionState(version.state).label), url)


def _address(version: Version) -> str:
    document = version.document
    if version.state == VersionState.DROPPED:
        return document.get_absolute_url()
    if version.state not in ONCE_ADOPTED:
        return reverse("document-draft", args=[document.code])
    if version.pk == document.current_id:
        return document.get_absolute_url()
    return reverse("document-version", args=[document.code, version.number])


def ways(measure: Measure, actor: Actor) -> Iterator[Way]:
    if writes_any(actor):
        yield Way(_("Ändra en rutin"), reverse("measure-document", args=[measure.pk]))
