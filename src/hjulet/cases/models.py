"""Everything that comes in. A case is scoped; all that hangs on it is scoped through it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import get_language

from hjulet.cases.choices import (
    LEX,
    OPEN,
    RESTRICTED,
    TO_IVO,
    VOICES,
    Answer,
    CaseKind,
    CauseArea,
    Channel,
    ContentPoint,
    EventKind,
    Grade,
    Harm,
    Informed,
    Likelihood,
    MessageKind,
    NoteKind,
    Relation,
    ReportedHarm,
    Severity,
    SourceType,
    State,
)
from hjulet.cases.policy import AUTHOR, CASES, TOLD_ME, behind_lex
from hjulet.cases.sight import LEX_CODES, OPEN_CODES, READS_LEX, Managed, Places, Seen
from hjulet.core.actor import Actor
from hjulet.core.clocks import Limit, local_date
from hjulet.core.kept import Kept
from hjulet.core.lookups import AnyOf, PerPlace
from hjulet.core.net import Mode
from hjulet.core.numbers import whole_number
from hjulet.core.paging import COUNTED
from hjulet.core.scope import ScopedModel, ScopedQuerySet
from hjulet.files.models import StoredFile
from hjulet.measures.models import Measure
from hjulet.org.choices import Duty, Track
from hjulet.org.dated import holding
from hjulet.org.models import Person, Principal, Unit, in_force
from hjulet.processes import activities
from hjulet.processes.models import Element


class CategoryQuerySet(models.QuerySet["Category"]):
    def on(self, day: date) -> CategoryQuerySet:
        return self.filter(in_force(day))

    def for_principal(self, principal_id: int) -> CategoryQuerySet:
        return self.filter(Q(principal__isnull=True) | Q(principal_id=principal_id))


class Category(models.Model):
    """A kind of event. Codes are stable; a new wording is a new row from its day, and old cases keep theirs."""

    code = models.CharField(max_length=80)
    track = models.CharField(max_length=10, choices=Track)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    label = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120, blank=True)
    help = models.TextField(blank=True)
    order = models.PositiveIntegerField(default=0)
    counts_with = models.CharField(max_length=80, blank=True)
    principal = models.ForeignKey(Principal, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["track", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="category_code_from")]

    def __str__(self) -> str:
        return self.label_en if (get_language() or "sv").startswith("en") and self.label_en else self.label

    @property
    def top(self) -> Category:
        return self.parent or self


class ExpertRule(models.Model):
    """When MAS, MAR or SAS is asked to look: a score (severity × likelihood) or a severity at or above these.

    It only asks; what an event is in law is decided by a person. A principal's own row wins over the default.
    """

    SOURCE = "Nationell handbok för riskanalys och händelseanalys, 4×4; gränserna är Hjulets förslag och kan ändras"

    principal = models.ForeignKey(Principal, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(default=8)
    severity = models.PositiveSmallIntegerField(default=3)
    source = models.TextField(default=SOURCE)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["principal_id", "valid_from", "id"]
        constraints = [models.UniqueConstraint(fields=["principal", "valid_from"], name="expert_rule_from")]

    def __str__(self) -> str:
        return f"{self.score}/{self.severity} {self.valid_from}"

    @classmethod
    def of(cls, principal_id: int, on: date) -> ExpertRule:
        """The rule on a day: the principal's own, else the default."""
        rows = cls.objects.filter(Q(principal_id=principal_id) | Q(principal__isnull=True))
        found: ExpertRule = holding(rows, on) or cls(valid_from=on)
        return found

    def asks(self, severity: int | None, likelihood: int | None) -> bool:
        return bool(severity and likelihood and (severity * likelihood >= self.score or severity >= self.severity))


def _categories(principal_id: int) -> dict[int, Category]:
    return {row.pk: row for row in Category.objects.for_principal(principal_id).select_related("parent")}


CATEGORIES = Kept(_categories)
EXPERT_RULE = Kept(ExpertRule.of)

NEWEST = ("-reported_at", "-id")
# what a case is never read with: the whole files of the process that it happened in
HEAVY = tuple(f"activity__{name}" for name in activities.HEAVY)


def key_of(ref: str) -> tuple[int, int] | None:
    """Year and key of a ref such as 2026-0440; None when it is not one."""
    year, _, number = ref.partition("-")
    key, ref_year = whole_number(number), whole_number(year, digits=4)
    return None if key is None or ref_year is None else (ref_year, key)


class CaseQuerySet(ScopedQuerySet):
    def reported_by(self, actor: Actor) -> Self:
        """The reporter's own reports. Her pages show her words, the state and what she was told; nothing else."""
        return self._asked_by(actor, Mode.REPORTER).filter(reporter_id=actor.person_id, principal_id=actor.principal_id)

    def in_part(self, actor: Actor) -> Self:
        """Lex cases from the units that the actor manages: that they are there, how far they are and who has them.

        She does not read what was reported or by whom, since it may be about her; she protects the person concerned
        (rulebook 3.1, 10.3). Of one that is said to be about her she sees nothing.
        """
        rows = self._asked_by(actor, Mode.PART).filter(Managed(actor), principal_id=actor.principal_id)
        return rows.filter(kind__in=LEX, track_set_at__isnull=False).exclude(about_manager=True)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_CODES)

    def overdue(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def by_ref(self, ref: str) -> Self:
        """The case with a ref such as 2026-0440, none when the ref is not one."""
        key = key_of(ref)
        return self.none() if key is None else self.filter(ref_year=key[0], pk=key[1])

    def whole(self) -> Self:
        """Before `visible_to`, for someone who sees much: PostgreSQL then walks all cases in their order and leaves out
        what she may not see, instead of gathering and sorting all that she may.
        """
        queryset = self._chain()
        queryset.query.whole = True
        return queryset

    def part(self, actor: Actor, first: int, last: int) -> Self:
        """Rows `first` to `last` of a list that is in order."""
        walks = self.query.whole or tuple(self.query.order_by) != NEWEST
        if connection.vendor != "postgresql" or walks:
            return self[first:last]
        return self._of_keys(PerPlace(self, "unit_id", Places(actor), first=first, most=last)).order_by(*NEWEST)

    def counted(self, actor: Actor, most: int = COUNTED) -> int:
        """How many, looking at no more than `most` + 1 of them: above `most` says that there are more."""
        if connection.vendor != "postgresql" or self.query.whole:
            return int(self.order_by().values("pk")[: most + 1].count())
        keys = PerPlace(self.order_by(), "unit_id", Places(actor), first=0, most=most + 1)
        return int(self._of_keys(keys).order_by().count())

    def gathered(self, most: int) -> Self:
        """For a few among many: all that match are found first and put in order then. Looking through the order for
        them would read most of what there is.
        """
        return self._of_keys(models.Subquery(self.order_by().values("pk")[: most + 1])).order_by(*NEWEST)

    def _of_keys(self, keys: Any) -> Self:
        """The rows with keys that were asked for in the same statement, where what they must fulfil stands."""
        rows: Self = self.model.objects.all()._marked(self.query.scope, self.query.asks)
        return rows.filter(AnyOf("pk", keys))

    def for_list(self) -> Self:
        return self.select_related("unit", "category", "handler")

    def with_step(self) -> Self:
        """With the step where it happened, but not the whole file it was drawn in."""
        chosen: Self = self.select_related("activity__drawing__process").defer(*HEAVY)
        return chosen


class Case(ScopedModel):
    """One matter. The reporter's own words (description, immediate_action) never change; a trigger sees to it."""

    WORDS = ("description", "immediate_action")
    net = CASES

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    ref_year = models.PositiveSmallIntegerField()
    external_ref = models.CharField(max_length=60, blank=True)
    submission_key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=CaseKind, default=CaseKind.DEVIATION)
    state = models.CharField(max_length=14, choices=State, default=State.REPORTED)
    version = models.PositiveIntegerField(default=1)

    track = models.CharField(max_length=10, choices=Track, default=Track.UNSURE)
    track_set_at = models.DateTimeField(null=True, blank=True)
    receiving_duty = models.CharField(max_length=60, choices=Duty, default=Duty.RECEIVE)
    regime = models.CharField(max_length=40, blank=True)

    reporter = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reporter_title = models.CharField(max_length=80, blank=True)
    # Of one who reported without a name: a digest of the code that opens the case (cases.unnamed). Null and not empty,
    # since SQLite then adds the column without making the table anew.
    code_digest = models.CharField(max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001
    source_type = models.CharField(max_length=20, choices=SourceType, default=SourceType.STAFF)
    title = models.CharField(max_length=160)
    description = models.TextField()
    immediate_action = models.TextField(blank=True)
    reported_harm = models.CharField(max_length=10, choices=ReportedHarm, default=ReportedHarm.UNKNOWN)
    suspects_misconduct = models.BooleanField(default=False)
    # It may be about the manager of the unit, who then neither is told nor sees it in part. Null as code_digest.
    about_manager = models.BooleanField(null=True, blank=True)
    guessed_track = models.CharField(max_length=10, choices=Track, default=Track.UNSURE)
    acute = models.BooleanField(default=False)
    person_ref = models.CharField(max_length=60, blank=True)
    protected_identity = models.BooleanField(default=False)
    # Where it is counted when it is not at its unit (decision 16). Null as code_digest.
    counted_in = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    occurred_at = models.DateTimeField(null=True, blank=True)
    occurred_time_known = models.BooleanField(default=True)
    reported_at = models.DateTimeField()

    event_kind = models.CharField(max_length=14, choices=EventKind, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    harm = models.CharField(max_length=12, choices=Harm, blank=True)
    severity = models.PositiveSmallIntegerField(null=True, blank=True, choices=Severity)
    likelihood = models.PositiveSmallIntegerField(null=True, blank=True, choices=Likelihood)
    misconduct = models.CharField(max_length=3, choices=Answer, blank=True)
    care_injury = models.CharField(max_length=3, choices=Answer, blank=True)
    # Why it is not tried although the report's words spoke for it (cases.triage). Null as code_digest.
    set_aside = models.TextField(null=True, blank=True)  # noqa: DJ001
    # The step of a process where it happened, in the version of its day. Null as code_digest. The database itself keeps
    # a step that a case lies in; Django would look for such cases, in all there are, whenever a draft is drawn.
    activity = models.ForeignKey(
        Element, null=True, blank=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    # Null and not empty, all three, as code_digest.
    grade = models.CharField(max_length=14, null=True, blank=True, choices=Grade)  # noqa: DJ001
    ivo_reported_on = models.DateField(null=True, blank=True)
    diary_number = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001

    handler = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    informed = models.CharField(max_length=15, choices=Informed, blank=True)
    informed_on = models.DateField(null=True, blank=True)
    informed_note = models.TextField(blank=True)
    lesson = models.TextField(blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    feedback_due_on = models.DateField(null=True, blank=True)  # by the limit of the day it was reported, for statistics
    closed_at = models.DateTimeField(null=True, blank=True)
    search_text = models.TextField(blank=True)
    # Cases from the same event under another law. Bare numbers: the other side has its own wall.
    linked_ids = models.JSONField(default=list)

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

    class Meta(ScopedModel.Meta):
        ordering = ["-reported_at", "-id"]
        indexes = [
            models.Index(fields=["unit", "-reported_at", "-id"], name="case_unit_reported"),
            # What is open is a small part of all there is: lists and counts of it never touch the rest.
            models.Index(
                # the rest is what the scope's rule, the policy and the tabs ask about: counting reads the index alone
                fields=[
                    *("unit", "-reported_at", "-id", "due_on", "state", "principal"),
                    *("track", "track_set_at", "receiving_duty", "acute", "handler", "reporter", "kind"),
                ],
                name="case_open",
                condition=Q(state__in=OPEN_CODES),
            ),
            models.Index(fields=["principal", "-reported_at", "-id"], name="case_principal_reported"),
            models.Index(fields=["reporter", "-reported_at"], name="case_reporter"),
            models.Index(fields=["handler", "state", "due_on"], name="case_handler"),
            # at which units someone handles cases: asked in every list, and answered out of the index alone
            models.Index(
                fields=["handler", "unit", "state"],
                name="case_handled_at",
                condition=Q(handler__isnull=False, state__in=OPEN_CODES),
            ),
            models.Index(
                fields=["activity", "-reported_at"], condition=Q(activity__isnull=False), name="case_activity"
            ),
            models.Index(
                fields=["principal", "feedback_due_on"],
                condition=Q(feedback_at__isnull=True),
                name="case_awaits_answer",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(occurred_at__isnull=True) | Q(occurred_at__lte=F("reported_at")),
                name="case_occurred_before",
            ),
            models.CheckConstraint(
                condition=Q(track_set_at__isnull=False)
                | Q(state__in=["reported", "received", "annulled", "handed-over"]),
                name="case_track_set_before_assessed",
            ),
            models.UniqueConstraint(
                fields=["code_digest"], condition=Q(code_digest__isnull=False), name="case_code_digest"
            ),
            models.UniqueConstraint(
                fields=["principal", "external_ref"], condition=~Q(external_ref=""), name="case_external_ref"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.count_at_its_place()
        super().save(*args, **kwargs)

    def count_at_its_place(self) -> None:
        """A case about someone with a protected identity counts for the department and upwards, never for its unit
        (rulebook 10.6); a restricted one only for the whole principal.
        """
        if self.kind in RESTRICTED:
            self.counted_in = self.unit.top()
        else:
            self.counted_in = self.unit.department() if self.protected_identity else None

    @property
    def ref(self) -> str:
        return f"{self.ref_year}-{self.pk:04d}"

    def get_absolute_url(self) -> str:
        return f"/arenden/{self.ref}/"

    @property
    def process_step(self) -> str:
        """Where it happened, as `process/step` by their codes; empty where no one has said."""
        return self.activity.ref if self.activity else ""

    @property
    def unnamed(self) -> bool:
        """Reported by someone who did not say who, and who can be answered through a code."""
        return bool(self.code_digest)

    @property
    def is_lex(self) -> bool:
        return self.kind in LEX

    @property
    def is_restricted(self) -> bool:
        return self.kind in RESTRICTED

    @property
    def is_voice(self) -> bool:
        """Sent in from outside, or a suggestion: answered by name and by the municipality's own times."""
        return self.kind in VOICES

    @property
    def own_initiative(self) -> bool:
        """Inquired into without a report from someone known to be covered by the duty to report (rulebook 3.1)."""
        return self.is_lex and self.reporter_id is None

    @property
    def wall_now(self) -> dict[str, Any]:
        """What a row that is written now keeps of the case, so that it stays with those who can read it now."""
        return {"lex_track": self.track, "lex_handler_id": self.handler_id} if self.is_lex else {}

    def shows(self, row: BehindLex) -> bool:
        """Whether all who see the case may read the row."""
        return row.lex_track is None or (self.is_lex and self.track == row.lex_track)

    @property
    def goes_to_ivo(self) -> bool:
        return self.grade in TO_IVO

    @property
    def answerable(self) -> bool:
        """Whether there is someone to tell what was decided and what changed."""
        return self.reporter_id is not None or self.unnamed

    def take_on(self, person_id: int, at: datetime) -> None:
        """Someone answers before anyone has said which law it belongs to, as praise and suggestions may be: none."""
        if self.track_set_at is None:
            self.track, self.track_set_at = Track.NONE, at
        self.handler_id = self.handler_id or person_id

    @property
    def reported_on(self) -> date:
        return local_date(self.reported_at)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        """What `Seen` says. The reporter has pages of her own (`reported_by`)."""
        if not actor.grants:
            return queryset.none()
        # Beside the rule, which an OR keeps from any index: where her cases can lie at all, in the same statement.
        mine = queryset.filter(Seen(actor), principal_id=actor.principal_id)
        return mine if queryset.query.whole else mine.filter(AnyOf("unit_id", Places(actor)))


class CaseChild(ScopedModel):
    scope_parent = "case"

    class Meta(ScopedModel.Meta):
        abstract = True


class Clock(CaseChild):
    """One running time: what, from when, by which rule as it read that day. Due dates never move by themselves."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    code = models.CharField(max_length=60)
    label = models.CharField(max_length=160)
    unit = models.CharField(max_length=12)
    amount = models.PositiveSmallIntegerField(null=True, blank=True)
    counted_from = models.CharField(max_length=120)
    urgency = models.CharField(max_length=10, blank=True)
    source = models.TextField()
    status = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    # How many steps up a late answer has gone (cases.late_answers). Null and not empty, as code_digest.
    steps_told = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(CaseChild.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["due_on"], condition=Q(stopped_at__isnull=True), name="clock_running_due")]

    @property
    def limit(self) -> Limit:
        return Limit(self.unit, self.amount)  # type: ignore[arg-type]

    @property
    def running(self) -> bool:
        return self.stopped_at is None and self.paused_on is None


class BehindLex(CaseChild):
    """What is written in a case. What was written while it was tried as lex Sarah or lex Maria stays with those who
    could read it then, also when the case goes back: the ones who read lex cases of that law, whoever handled it, and
    whom the row itself is open to. While it is tried under the same law again, all who see it.
    """

    # The law and the handler of the lex case that it was written in; both null when it was written in another one.
    lex_track = models.CharField(max_length=10, null=True, blank=True, choices=Track)  # noqa: DJ001
    lex_handler = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(CaseChild.Meta):
        abstract = True

    @classmethod
    def opened_to(cls, actor: Actor) -> Q:
        """Rows that the actor reads whatever the wall says."""
        return Q(pk__in=[])

    def is_of(self, actor: Actor, case: Case) -> bool:
        """The same for this row, of a case that the actor sees."""
        return False

    @classmethod
    def scope_rule(cls, queryset: Any, actor: Actor) -> Any:
        mine = cls.opened_to(actor) | Q(lex_handler_id=actor.person_id)
        allowed = mine | Q(lex_track__isnull=True) | Q(case__kind__in=LEX_CODES, case__track=F("lex_track"))
        for grant in actor.reach(*READS_LEX):
            here = Q(case__unit__path__gte=grant.path, case__unit__path__lt=grant.path_end)
            allowed |= here & Q(lex_track__in=sorted(grant.tracks))
        return super().scope_rule(queryset, actor).filter(allowed)

    def read_by(self, actor: Actor | None, case: Case) -> bool:
        """The same for a row of a case that the actor sees; None: whether everyone does who sees the case."""
        if case.shows(self):
            return True
        if actor is None:
            return False
        if actor.person_id == self.lex_handler_id or self.is_of(actor, case):
            return True
        return any(actor.holds_at(duty, case.unit.path or "", self.lex_track) for duty in READS_LEX)


class Note(BehindLex):
    """A note of the investigation: date, source, fact or assessment, author with title (SOSFS 2011:5 5 kap.).

    With a code it is an entry that the procedure asks for (cases.entries): then `answer` is its choice and `details`
    the rest of what its form held. `point` says which part of the record's content a free note belongs to.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind)
    noted_on = models.DateField()
    source = models.CharField(max_length=200)
    text = models.TextField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=120)
    author_title = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    point = models.CharField(max_length=12, null=True, blank=True, choices=ContentPoint)  # noqa: DJ001
    code = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001
    answer = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001
    details = models.JSONField(null=True, blank=True)

    net_besides = behind_lex("cases_note", AUTHOR)

    class Meta(BehindLex.Meta):
        ordering = ["noted_on", "id"]

    @classmethod
    def opened_to(cls, actor: Actor) -> Q:
        return Q(author_id=actor.person_id)

    def is_of(self, actor: Actor, case: Case) -> bool:
        return self.author_id == actor.person_id


class Cause(BehindLex):
    """Why it happened. Each cause gets a measure, or a reason why none (RiR 2023:4)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="causes")
    number = models.PositiveSmallIntegerField()
    area = models.CharField(max_length=30, choices=CauseArea)
    text = models.TextField()
    no_measure_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    net_besides = behind_lex("cases_cause")

    class Meta(BehindLex.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="cause_number_unique")]


class CauseMeasure(ScopedModel):
    """A measure meets a cause. Who works with the case sees its measures there."""

    scope_parent = "cause"
    net_opens = ("measure",)
    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="measure_links")
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="+")

    class Meta(ScopedModel.Meta):
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cause", "measure"], name="cause_measure_unique")]


class Complainant(CaseChild):
    """Who sent something in from outside, as far as they said; apart from the case, so that no list shows it."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="complainant")
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    language = models.CharField(max_length=8, default="sv")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    relation = models.CharField(max_length=8, choices=Relation, default=Relation.NOBODY)
    wants = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta(CaseChild.Meta):
        ordering = ["id"]

    @property
    def reachable(self) -> bool:
        """Whether there is some way to reach them besides a code."""
        return bool(self.email or self.phone or self.address)


class PublicDoor(models.Model):
    """What a principal has decided about its page for the public: the number for those who want help to write."""

    principal = models.OneToOneField(Principal, on_delete=models.CASCADE, related_name="+")
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["principal_id"]

    def __str__(self) -> str:
        return self.phone


class LocalProcedure(models.Model):
    """What a principal has added to a procedure: stages of its own, each passed before a certain step.

    `stages` is a list of {"code", "label", "before": a step's name}. One row for each kind of case and period; `source`
    is the decision behind it.
    """

    principal = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=CaseKind)
    stages = models.JSONField(default=list)
    source = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["principal_id", "kind", "valid_from", "id"]
        constraints = [models.UniqueConstraint(fields=["principal", "kind", "valid_from"], name="local_procedure_from")]

    @classmethod
    def stages_of(cls, case: Case) -> list[dict[str, str]]:
        """The stages that hold for a case: those of the day it came in."""
        return STAGES(case.principal_id, case.kind, case.reported_on)


def _stages(principal_id: int, kind: str, on: date) -> list[dict[str, str]]:
    rows = LocalProcedure.objects.filter(in_force(on), principal_id=principal_id, kind=kind)
    return rows.order_by("-valid_from").values_list("stages", flat=True).first() or []


STAGES = Kept(_stages)


class CaseFile(BehindLex):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    from_reporter = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    net_besides = behind_lex("cases_casefile")

    class Meta(BehindLex.Meta):
        ordering = ["id"]


class MessageQuerySet(ScopedQuerySet):
    def reported_by(self, actor: Actor) -> Self:
        """What was said in the reporter's own cases."""
        return self._asked_by(actor, Mode.REPORTER).filter(
            case__reporter_id=actor.person_id, case__principal_id=actor.principal_id
        )


class Message(BehindLex):
    """The talk between handler and reporter, and what she was told. The reporter reads all of it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind)
    text = models.TextField()
    author_name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    net_besides = behind_lex("cases_message", TOLD_ME)
    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta(BehindLex.Meta):
        ordering = ["id"]

    @classmethod
    def opened_to(cls, actor: Actor) -> Q:
        return Q(case__reporter_id=actor.person_id)

    def is_of(self, actor: Actor, case: Case) -> bool:
        return case.reporter_id == actor.person_id
