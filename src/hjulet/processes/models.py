"""Processes, their versions and the steps read out of each (PRO-1–3, SOSFS 2011:9 4 kap. 2–4 §§)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hjulet.core.actor import Actor
from hjulet.core.swedish_words import index_words
from hjulet.documents.choices import RequestState
from hjulet.documents.models import WORDS_KEPT, LookedOver, Wish, WishQuerySet, in_sight_of, written_at
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Principal, Unit
from hjulet.processes.bpmn.model import NODE_TYPES
from hjulet.processes.choices import ONCE_PUBLISHED, UNFINISHED, DrawnState, Level, LinkKind, Stage

# pages beside the processes, in the same address
RESERVED = frozenset({"ny", "hamta", "gor-ont", "mina", "onskemal"})


class ProcessQuerySet(models.QuerySet["Process"]):
    def seen_by(self, actor: Actor) -> ProcessQuerySet:
        """Published ones that hold where the actor may know of the organisation; unfinished ones for those who write
        and those who publish."""
        rule = in_sight_of(actor) & Q(current__isnull=False)
        publishes = Q(unit__in=written_at(actor, Duty.PUBLISH_PROCESSES))
        return self.filter(rule | _written(actor) | publishes, principal_id=actor.principal_id)

    def readable_by(self, actor: Actor) -> ProcessQuerySet:
        """Those with a version that holds: the one door of lists, search and pages for readers."""
        return self.filter(in_sight_of(actor), principal_id=actor.principal_id, current__isnull=False)

    def written_by(self, actor: Actor) -> ProcessQuerySet:
        return self.filter(_written(actor), principal_id=actor.principal_id)

    def kept_up(self) -> ProcessQuerySet:
        """Those to look over and draw anew: they hold, and nobody has decided that they end."""
        return self.filter(current__isnull=False, withdrawn_on__isnull=True)


def _written(actor: Actor) -> Q:
    return Q(owner_id=actor.person_id) | Q(unit__in=written_at(actor))


class Process(models.Model):
    """One process through all its versions. It holds at its unit and everything below.

    `tracks` and `laws` are codes. `current` is the published version.
    """

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("gäller för"))
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    level = models.CharField(max_length=12, choices=Level, default=Level.OPERATING)
    purpose = models.TextField(blank=True)
    tracks = models.JSONField(default=list, blank=True)
    laws = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_role = models.SlugField(max_length=60, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    review_months = models.PositiveSmallIntegerField(default=12)
    review_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)  # the review day that its owner was reminded of
    for_providers = models.BooleanField(default=True)
    current = models.OneToOneField("Drawing", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_for = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)  # of the row, against two who change it at once
    search_text = models.TextField(blank=True)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        ordering = ["level", "place", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["principal", "code"], name="process_code_unique")]
        indexes = [models.Index(fields=["owner", "review_on"], name="process_owner")]

    def __str__(self) -> str:
        return self.name_en or self.name if (get_language() or "sv").startswith("en") else self.name

    def get_absolute_url(self) -> str:
        return f"/processer/{self.code}/"

    def step_url(self, step: str) -> str:
        return f"{self.get_absolute_url()}steg/{quote(step)}/"

    def words(self, text: str) -> str:
        """What the process is found by: its name and purpose, then its steps."""
        return index_words(" ".join((self.name, self.purpose, text)), WORDS_KEPT)


class Drawing(models.Model):
    """One version of a process. `xml` is the whole BPMN file as it came or was drawn, nothing left out.

    `svg` is our own drawing of it, made when it was published. `revision` counts the times it was saved, against two
    who draw at once; `editing_by` is who has it open. `warnings`: what the file lacks against the standard, in words.
    """

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="drawings")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=DrawnState, default=DrawnState.DRAFT)
    xml = models.TextField()
    svg = models.TextField(blank=True)
    warnings = models.JSONField(default=list, blank=True)
    changes = models.TextField(blank=True)  # what is new, for those who work by the one before
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    editing_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    editing_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)  # why it was sent back
    published_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["process", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="drawing_number_once"),
            models.UniqueConstraint(
                fields=["process"], condition=Q(state__in=UNFINISHED), name="drawing_one_draft_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["process"], condition=Q(state=DrawnState.PUBLISHED), name="drawing_one_published_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ONCE_PUBLISHED) | Q(published_on__isnull=False), name="drawing_published_has_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.number}"

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED


class Element(models.Model):
    """A step of a version as the table shows it, read out of its file. The id is the file's own, the same from version
    to version. `next` holds dicts {flow, label, target}; `stage` one of Stage; `role` a role's code.
    """

    drawing = models.ForeignKey(Drawing, on_delete=models.CASCADE, related_name="elements")
    code = models.CharField(max_length=200)
    place = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=60)
    name = models.CharField(max_length=2000, blank=True)
    lane = models.CharField(max_length=2000, blank=True)
    inside = models.CharField(max_length=200, blank=True)
    next = models.JSONField(default=list, blank=True)
    stage = models.CharField(max_length=12, blank=True, choices=Stage)
    role = models.CharField(max_length=60, blank=True)
    purpose = models.TextField(blank=True)
    documented = models.TextField(blank=True)
    beside = models.JSONField(default=list, blank=True)  # dicts of bpmn.model.Beside: messages, data, notes, signs

    class Meta:
        ordering = ["drawing", "place"]
        constraints = [models.UniqueConstraint(fields=["drawing", "code"], name="element_code_once")]

    def __str__(self) -> str:
        return self.name or self.label

    @property
    def ref(self) -> str:
        """`process/step`, the same from version to version."""
        return f"{self.drawing.process.code}/{self.code}"

    @property
    def label(self) -> str:
        return str(NODE_TYPES.get(self.type, self.type))


class ElementLink(models.Model):
    """Something that hangs on a step whatever its version: a document, a provision, a service, by its code."""

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="links")
    element = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=LinkKind)
    code = models.CharField(max_length=120)

    class Meta:
        ordering = ["process", "element", "kind", "code"]
        constraints = [models.UniqueConstraint(fields=["process", "element", "kind", "code"], name="element_link_once")]
        indexes = [models.Index(fields=["kind", "code"], name="element_link_code")]


class ProcessRequestQuerySet(WishQuerySet["ProcessRequest"]):
    def seen_by(self, actor: Actor) -> ProcessRequestQuerySet:
        """One's own, and those about processes that one writes."""
        written = Process.objects.written_by(actor).order_by().values("pk")
        rule = Q(person_id=actor.person_id) | Q(process__in=written)
        return self.filter(rule, process__principal_id=actor.principal_id)


class ProcessRequest(Wish):
    """A change to a process that an employee asks for (DOC-6). `element` is the step's code, `about` its name then."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="requests")
    element = models.CharField(max_length=200, blank=True)
    read = models.ForeignKey(Drawing, null=True, on_delete=models.PROTECT, related_name="+")
    became = models.ForeignKey(Drawing, null=True, blank=True, on_delete=models.PROTECT, related_name="answers")

    objects = ProcessRequestQuerySet.as_manager()

    class Meta(Wish.Meta):
        indexes = [
            models.Index(fields=["process", "state"], name="process_request_process"),
            models.Index(fields=["person", "asked_at"], name="process_request_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=RequestState.NEW) | Q(answered_at__isnull=False), name="process_request_answered"
            )
        ]


class ProcessReviewed(LookedOver):
    """A process was looked over."""

    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="looked_over")
    drawing = models.ForeignKey(Drawing, on_delete=models.PROTECT, related_name="+")

    class Meta(LookedOver.Meta):
        indexes = [models.Index(fields=["process", "done_on"], name="process_reviewed_process")]


def stage_label(code: str) -> Any:
    return Stage(code).label if code in Stage.values else ""
