"""Organisation: units over time, people, roles, duties and deputies (ORG-1–4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from hjulet.core.actor import Actor
from hjulet.org.choices import DEPARTMENTS, Duty, Mandate, Standing, Track, UnitKind

SEGMENT = 6  # digits of one step in a unit's path


class Principal(models.Model):
    """Who answers for the service by law (a municipality, or another principal). Principals never meet."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    setup = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


def in_force(on: date) -> Q:
    """Rows that hold on a day: from and to are both included, an empty end is still open."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def path_end(path: str) -> str:
    """The first path after everything under `path`; digits only, so that every collation agrees."""
    return f"{path[:-SEGMENT]}{int(path[-SEGMENT:]) + 1:0{SEGMENT}d}"


def in_sight(actor: Actor, path: str) -> Q:
    """The part of the organisation the actor may know of; `path` names the column with a unit's path.

    The principal's own people know all of it. A private provider's people know their provider's units, and
    the places where they have a role (rulebook 10.3, UTF: own tenant area).
    """
    return in_bounds(actor.bounds, path)


def in_bounds(bounds: Iterable[str] | None, path: str) -> Q:
    if bounds is None:
        return ~Q(pk__in=[])  # everything, also beside another rule: an empty Q would say nothing in `Q() | rule`
    found = Q(pk__in=[])
    for part in bounds:
        found |= Q(**{f"{path}__gte": part, f"{path}__lt": path_end(part)})
    return found


def inside(grants: Any) -> Q:
    """Units in any of the grants' parts of the tree."""
    reach = Q(pk__in=[])
    for start, stop in parts_of((grant.path, grant.path_end) for grant in grants):
        reach |= Q(path__gte=start, path__lt=stop)
    return reach


def parts_of(ranges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parts of the tree, without those that lie within another."""
    found: list[tuple[str, str]] = []
    for start, stop in sorted(set(ranges)):
        if not found or start >= found[-1][1]:
            found.append((start, stop))
    return found


class UnitQuerySet(models.QuerySet["Unit"]):
    def seen_by(self, actor: Actor) -> UnitQuerySet:
        """Units the actor may know of: the one door of every page, list and choice of units."""
        return self.filter(in_sight(actor, "path"), principal_id=actor.principal_id)

    def under(self, path: str) -> UnitQuerySet:
        """The unit with this path and everything below it."""
        return self.filter(path__gte=path, path__lt=path_end(path))

    def of(self, principal_id: int) -> UnitQuerySet:
        return self.filter(principal_id=principal_id)

    def alive(self, on: date) -> UnitQuerySet:
        return self.filter(in_force(on))

    def within(self, grants: Any) -> UnitQuerySet:
        """Units inside any of the grants' parts of the tree."""
        return self.filter(inside(grants))


class Unit(models.Model):
    """A place in the organisation as it is now. Earlier names and places are UnitVersion rows."""

    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=UnitKind)
    tracks = models.JSONField(default=list)
    is_caregiver = models.BooleanField(default=False)
    services = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=120, unique=True, null=True)  # noqa: DJ001 - unique, so empty must be NULL
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["principal", "code"], name="unit_code_unique"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="unit_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        return len(self.path or "") // SEGMENT

    @property
    def indented(self) -> str:
        """Its name as shown in a choice of places, under what it hangs on."""
        return f"{'– ' * (self.depth - 1)}{self.name}"

    def department(self) -> Unit:
        """The nearest place at or above it that is a department or more; the topmost one where none is."""
        return next((unit for unit in self._upwards() if unit.kind in DEPARTMENTS), self.top())

    def top(self) -> Unit:
        """The topmost place that it hangs under."""
        return next(reversed(self._upwards()), self)

    def _upwards(self) -> list[Unit]:
        path = self.path or ""
        paths = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]
        return list(Unit.objects.filter(path__in=paths).order_by("-path"))


class UnitVersionQuerySet(models.QuerySet["UnitVersion"]):
    def seen_by(self, actor: Actor) -> UnitVersionQuerySet:
        """Earlier names and places of units the actor may know of today."""
        return self.filter(in_sight(actor, "unit__path"), unit__principal_id=actor.principal_id)


class UnitVersion(models.Model):
    """What a unit was called and where it hung, from one day to another; for the tree of then (ORG-2)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = UnitVersionQuerySet.as_manager()

    class Meta:
        ordering = ["unit_id", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_version_unique")]
        indexes = [models.Index(fields=["path", "valid_from"], name="unit_version_path")]


class PersonQuerySet(models.QuerySet["Person"]):
    def seen_by(self, actor: Actor, on: date) -> PersonQuerySet:
        """People the actor may know of: the one door of every page, list and choice of people.

        Where she may not know the whole organisation: herself, those who work in her part of it, and those who
        have a role there on the day.
        """
        people = self.filter(principal_id=actor.principal_id)
        if actor.bounds is None:
            return people
        here = Assignment.objects.seen_by(actor).filter(in_force(on)).order_by()
        mine = Q(pk=actor.person_id) | in_sight(actor, "home_unit__path") | Q(pk__in=here.values("person"))
        return people.filter(mine)

    def staff(self, on: date) -> PersonQuerySet:
        """People one may give work to: active, employed on the day, and not with a protected identity."""
        working = Assignment.objects.filter(
            in_force(on), role__duties__duty__in=[Duty.REPORT, Duty.HANDLE, Duty.MEASURES]
        )
        people = self.filter(is_active=True, protected_identity=False)
        return people.filter(pk__in=working.order_by().values("person")).order_by("name", "id")


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Person:
        found: Person = self.get(login=(username or "").lower())
        return found


class Person(AbstractBaseUser):
    """Someone who can log in. There is no superuser: what one sees follows roles only."""

    login = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    title = models.CharField(_("titel"), max_length=80, blank=True)
    email = models.EmailField(blank=True)
    principal = models.ForeignKey(Principal, on_delete=models.PROTECT, related_name="people")
    home_unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    protected_identity = models.BooleanField(default=False)
    language = models.CharField(max_length=5, default="sv")
    sessions_ended_at = models.DateTimeField(null=True, blank=True)  # sessions begun before are over
    break_glass_until = models.DateTimeField(null=True, blank=True)  # set with an approved BreakGlass: saves a query

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry: changes with the password and when all sessions are ended."""
        ended = self.sessions_ended_at.timestamp() if self.sessions_ended_at else ""
        said = salted_hmac("hjulet.session", f"{self.password} {ended}", secret=secret, algorithm="sha256")
        return said.hexdigest()


class Role(models.Model):
    """A role under a municipality's own name; the code is fixed, the label is theirs."""

    principal = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="roles")
    code = models.SlugField(max_length=60)
    label = models.CharField(max_length=120)
    help = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["label", "id"]
        constraints = [models.UniqueConstraint(fields=["principal", "code"], name="role_code_unique")]

    def __str__(self) -> str:
        return self.label


class RoleDuty(models.Model):
    """A role carries a duty, for some tracks. An empty list of tracks means all."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="duties")
    duty = models.CharField(max_length=60)
    tracks = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["role_id", "duty"]
        constraints = [models.UniqueConstraint(fields=["role", "duty"], name="role_duty_unique")]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def seen_by(self, actor: Actor) -> AssignmentQuerySet:
        """Roles at units the actor may know of."""
        return self.filter(in_sight(actor, "unit__path"), unit__principal_id=actor.principal_id)


class Assignment(models.Model):
    """A person holds a role at a unit, from one day to another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["unit__path", "role__label", "person__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "unit", "valid_from"], name="assignment_unique"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="assignment_dates"
            ),
        ]
        indexes = [models.Index(fields=["person", "valid_from"], name="assignment_person")]


WARNED = timedelta(days=60)  # a board meets about once a month, and a matter is prepared before that


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def held_by(self, person_id: int, mandate: str, path: str, on: date) -> DelegationQuerySet:
        """Those that let a person decide at a place on a day, the nearest first."""
        here_and_above = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]
        rows = self.filter(in_force(on), person_id=person_id, mandate=mandate, unit__path__in=here_and_above)
        return rows.order_by("-unit__path", "-id")

    def seen_by(self, actor: Actor) -> DelegationQuerySet:
        """Delegations at units the actor may know of."""
        return self.filter(in_sight(actor, "unit__path"), unit__principal_id=actor.principal_id)

    def standing(self, standing: str, on: date) -> DelegationQuerySet:
        """Those that on a day are in force, coming or ended (org.choices.Standing)."""
        which = {Standing.COMING: Q(valid_from__gt=on), Standing.ENDED: Q(valid_to__lt=on)}
        return self.filter(which.get(Standing(standing), in_force(on)))

    def with_renewed(self) -> DelegationQuerySet:
        """Each with `renewed`: whether the same mandate goes on there after its last day, by another decision."""
        return self.annotate(renewed=self._followed())

    @staticmethod
    def _followed() -> Exists:
        day_after = ExpressionWrapper(OuterRef("valid_to") + timedelta(days=1), output_field=models.DateField())
        more = Delegation.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")),
            person=OuterRef("person"),
            mandate=OuterRef("mandate"),
            unit=OuterRef("unit"),
            valid_from__lte=day_after,
        )
        return Exists(more)

    def running_out(self, on: date) -> DelegationQuerySet:
        """Those in force that end within WARNED days and that nothing follows."""
        return self.filter(in_force(on), ~self._followed(), valid_to__lte=on + WARNED)


class Delegation(models.Model):
    """The board's decision that someone may decide in its name, at a unit and below, between two days.

    A decision in a case points at the row it was taken by, so a row is never changed or removed but ended.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mandate = models.CharField(max_length=12, choices=Mandate)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField()
    reference = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)  # when those concerned were told that it runs out

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["mandate", "unit__path", "person__name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="delegation_dates"
            ),
        ]
        indexes = [models.Index(fields=["person", "mandate"], name="delegation_person")]

    def __str__(self) -> str:
        return f"{self.reference}, {self.decided_on.isoformat()}"


class Deputy(models.Model):
    """Someone stands in for another on certain days, with the absent person's roles.

    Without a deputy the row is an absence that no one covers: a gap in the register of responsibilities (ORG-4).
    """

    absent = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="deputies")
    deputy = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="stands_in_for")
    valid_from = models.DateField()
    valid_to = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["valid_from", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="deputy_dates"),
            models.CheckConstraint(condition=~Q(absent=F("deputy")), name="deputy_other"),
        ]


class Responsibility(models.Model):
    """A duty of the management system and the role that holds it (SOSFS 2011:9 3 kap.; ORG-4)."""

    principal = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="responsibilities")
    duty = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=120)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="responsibilities")
    level = models.CharField(max_length=20, choices=UnitKind)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["principal", "duty"], name="responsibility_unique")]


class ReceivingRule(models.Model):
    """Who receives a report first, per track and whether misconduct is suspected. Set-up data, not code."""

    principal = models.ForeignKey(Principal, on_delete=models.CASCADE, related_name="receiving_rules")
    track = models.CharField(max_length=10, choices=Track)
    misconduct = models.BooleanField()
    duty = models.CharField(max_length=60, choices=Duty)

    class Meta:
        ordering = ["principal_id", "track", "misconduct"]
        constraints = [
            models.UniqueConstraint(fields=["principal", "track", "misconduct"], name="receiving_rule_unique")
        ]


class BreakGlass(models.Model):
    """Temporary reach in an emergency: asked for with a reason, approved by a second person, timed, told."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    track = models.CharField(max_length=10, choices=Track)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]


class UnknownLogin(models.Model):
    """How many tried to log in on a Swedish day with a name nobody has. What was typed is kept nowhere."""

    day = models.DateField(primary_key=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]


class LoginAttempt(models.Model):
    """Failed logins per login name and address digest, to slow down guessing."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()


class Token(models.Model):
    """An API key of one person. Only a digest is kept; it reaches at most what she reaches herself.

    Without `duties` it carries all of hers. `decides`: it may take steps that the pages ask the password for.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    duties = models.JSONField(default=list, blank=True)
    read_only = models.BooleanField(default=False)
    decides = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.name

    def valid(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at
