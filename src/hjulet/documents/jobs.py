"""What happens by itself: versions begin to hold on their day, and owners are reminded of the yearly review."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.documents.actions import begin_to_hold
from hjulet.documents.choices import VersionState
from hjulet.documents.models import Document, Version
from hjulet.notify.actions import tell

AHEAD = timedelta(days=30)  # a routine takes weeks to look over together with staff
MOST = 500


@scheduled("begin-documents", every=timedelta(hours=1))
def begin(at: datetime) -> int:
    """Adopted versions whose first day has come begin to hold. Returns how many."""
    waiting = Version.objects.filter(state=VersionState.COMING, valid_from__lte=local_date(at))
    return sum(_begin(pk, at) for pk in waiting.order_by("valid_from", "id").values_list("pk", flat=True)[:MOST])


@transaction.atomic
def _begin(pk: int, at: datetime) -> int:
    document_id = Version.objects.filter(pk=pk).values_list("document_id", flat=True).get()
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    version = Version.objects.select_for_update(of=("self",)).get(pk=pk)
    if version.state != VersionState.COMING:
        return 0
    version.document = document
    begin_to_hold(version, at=at)
    return 1


@scheduled("remind-document-reviews", every=timedelta(hours=6))
def remind(at: datetime) -> int:
    """Tells owners whose document is to be looked over soon, once for each review day. Returns how many."""
    soon = Document.objects.kept_up().filter(review_on__lte=local_date(at) + AHEAD, owner__isnull=False)
    new = soon.filter(Q(reminded_on=None) | ~Q(reminded_on=F("review_on"))).select_related("owner")
    told = 0
    for document in new.order_by("review_on", "id")[:MOST]:
        with transaction.atomic():
            link, day = document.get_absolute_url(), document.review_on
            people = [document.owner] if document.owner else []
            tell(people=people, kind="document.due", link=link, at=at, due_on=day.isoformat() if day else "")
            Document.objects.filter(pk=document.pk).update(reminded_on=day)
            told += 1
    return told
