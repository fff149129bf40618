"""Notices in Hjulet, the mails that tell about them, and each person's own choice."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from hjulet.core.clocks import STOCKHOLM
from hjulet.notify.choices import Group, OutboxState
from hjulet.org.models import Person, Principal


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, person_id: int) -> NoticeQuerySet:
        return self.filter(person_id=person_id)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)

    def unread_first(self) -> NoticeQuerySet:
        is_unread = ExpressionWrapper(Q(read_at__isnull=True), output_field=BooleanField())
        return self.alias(is_unread=is_unread).order_by("-is_unread", "-created_at", "-id")


class Notice(models.Model):
    """Something that waits for one person. `params` holds only a ref and a day; wording.py has the words."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["person", "read_at", "-created_at"], name="notice_person")]


def unread_of_person() -> Coalesce:
    """How many notices a person has not read, to be asked for along with her row."""
    unread = Notice.objects.unread().filter(person=OuterRef("pk")).order_by()
    counted = unread.values("person").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=models.IntegerField())


class Outbox(models.Model):
    """A mail to be sent once. `claim` is the sender's mark: only the one who set it may finish the row.

    Without a notice it goes to someone who has no login, and holds its own words: `subject` and `body`.
    """

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="mail", null=True, blank=True)
    subject = models.CharField(max_length=200, blank=True, default="")
    body = models.TextField(blank=True, default="")
    to = models.EmailField()
    not_before = models.DateTimeField()
    state = models.CharField(max_length=8, choices=OutboxState, default=OutboxState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["not_before", "id"]
        indexes = [models.Index(fields=["state", "not_before", "id"], name="outbox_due")]
        constraints = [
            models.CheckConstraint(condition=Q(notice__isnull=False) | ~Q(body=""), name="outbox_has_words"),
        ]


class Preference(models.Model):
    """Whether a person wants mail about a group of notices. No row means yes. In Hjulet they always show."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notice_preferences")
    group = models.CharField(max_length=12, choices=Group)
    mail = models.BooleanField()

    class Meta:
        ordering = ["person_id", "group"]
        constraints = [models.UniqueConstraint(fields=["person", "group"], name="preference_unique")]


class QuietHours(models.Model):
    """When a principal sends urgent mail only: Swedish wall-clock times. At `ends` all mail goes again."""

    principal = models.OneToOneField(Principal, on_delete=models.CASCADE, related_name="quiet_hours")
    starts = models.TimeField(default=time(21))
    ends = models.TimeField(default=time(7))

    @property
    def stamp(self) -> str:
        """What the row looks like, for a form that must not overwrite someone else's change."""
        return f"{self.starts:%H%M}-{self.ends:%H%M}"

    def next_open(self, at: datetime) -> datetime:
        """`at` itself outside the quiet hours, else when they end, also on a night when the clocks change."""
        local = at.astimezone(STOCKHOLM)
        clock = local.time()
        over_midnight = self.starts > self.ends
        quiet = clock >= self.starts or clock < self.ends if over_midnight else self.starts <= clock < self.ends
        if not quiet:
            return at
        day = local.date() + timedelta(days=int(over_midnight and clock >= self.starts))
        return datetime.combine(day, self.ends, tzinfo=STOCKHOLM)
