"""Who gains and who loses access by a change: worked out by doing it and taking it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hjulet.core.actor import ALL_TRACKS
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Assignment, Deputy, Person, Responsibility, Role, Unit, in_force, path_end
from hjulet.org.tree import chain

Access = dict[int, dict[tuple[str, str], set[int]]]  # person → (duty, track) → units
NAMED_UNITS = 4


@dataclass(frozen=True)
class Change:
    """A change not yet made: `apply` makes it, `people` are those it may touch, `on` the day it shows."""

    apply: Callable[[], object]
    people: frozenset[int]
    on: date


@dataclass(frozen=True)
class AccessChange:
    person: Person
    gains: list[str] = field(default_factory=list)
    loses: list[str] = field(default_factory=list)


class _TakenBack(Exception):
    pass


def access_changes(change: Change) -> list[AccessChange]:
    """Everyone who gains or loses something, by name. Leaves nothing behind; raises what `apply` raises."""
    people = _with_deputies(change.people, change.on)
    before, after, where = access_of(people, change.on), {}, _Words(people)
    try:
        with transaction.atomic():
            change.apply()
            people |= _with_deputies(change.people, change.on)
            after = access_of(people, change.on)
            where.learn()
            raise _TakenBack
    except _TakenBack:
        pass
    found = []
    for person in Person.objects.filter(pk__in=people).order_by("name", "pk"):
        old, new = before.get(person.pk, {}), after.get(person.pk, {})
        gains, loses = (
            where.sentences(_minus(new, old), gained=True),
            where.sentences(_minus(old, new), gained=False),
        )
        if gains or loses:
            found.append(AccessChange(person, gains, loses))
    return found


def _with_deputies(people: Iterable[int], on: date) -> frozenset[int]:
    chosen = frozenset(people)
    rows = Deputy.objects.filter(in_force(on), absent__in=chosen, deputy__isnull=False)
    return chosen | frozenset(rows.values_list("deputy_id", flat=True))


def access_of(people: Iterable[int], on: date) -> Access:
    """What roles give these people on a day: the same rule as reach.actor_for, for many at a time."""
    chosen = frozenset(Person.objects.filter(pk__in=frozenset(people), is_active=True).values_list("pk", flat=True))
    lends: dict[int, set[int]] = defaultdict(set)
    for pk in chosen:
        lends[pk].add(pk)
    for absent, deputy in Deputy.objects.filter(in_force(on), deputy__in=chosen).values_list("absent_id", "deputy_id"):
        lends[absent].add(deputy)
    home = dict(Person.objects.filter(pk__in=chosen | frozenset(lends)).values_list("pk", "principal_id"))
    rows = Assignment.objects.filter(in_force(on), person__in=list(lends), unit__path__isnull=False).values_list(
        "person_id", "unit__principal_id", "unit__path", "role__duties__duty", "role__duties__tracks"
    )
    below = _Below(set(home.values()))
    access: Access = defaultdict(lambda: defaultdict(set))
    for holder, principal, path, duty, tracks in rows:
        for person in lends[holder]:
            if duty and home[person] == principal:
                for track in tracks or ALL_TRACKS:
                    access[person][duty, track] |= below.units(path or "")
    return access


class _Below:
    """Units under a path, looked up once each."""

    def __init__(self, principals: set[int]) -> None:
        rows = Unit.objects.filter(principal_id__in=principals, path__isnull=False).order_by("path")
        self.rows = [(path or "", pk) for path, pk in rows.values_list("path", "pk")]
        self.known: dict[str, frozenset[int]] = {}

    def units(self, path: str) -> frozenset[int]:
        if path not in self.known:
            end = path_end(path)
            self.known[path] = frozenset(pk for each, pk in self.rows if path <= each < end)
        return self.known[path]


def _minus(
    left: dict[tuple[str, str], set[int]], right: dict[tuple[str, str], set[int]]
) -> dict[tuple[str, str], set[int]]:
    gone = {key: units - right.get(key, set()) for key, units in left.items()}
    return {key: units for key, units in gone.items() if units}


class _Words:
    """Turns duties, tracks and units into sentences. Learns names before and after, for new units."""

    def __init__(self, people: Iterable[int]) -> None:
        principals = set(Person.objects.filter(pk__in=frozenset(people)).values_list("principal_id", flat=True))
        self.principals = principals
        self.units: dict[int, tuple[str, str]] = {}
        self.duties: dict[str, str | Promise] = dict(
            Responsibility.objects.filter(principal_id__in=principals).values_list("duty", "label")
        )
        self.duties.update(Duty.choices)
        self.learn()

    def learn(self) -> None:
        rows = Unit.objects.filter(principal_id__in=self.principals, path__isnull=False)
        for pk, name, path in rows.values_list("pk", "name", "path"):
            self.units[pk] = (name, path or "")

    def sentences(self, access: dict[tuple[str, str], set[int]], *, gained: bool) -> list[str]:
        by_duty: dict[tuple[str, frozenset[int]], set[str]] = defaultdict(set)
        for (duty, track), units in access.items():
            by_duty[duty, frozenset(units)].add(track)
        order = {code: place for place, code in enumerate(self.duties)}
        lines = sorted(by_duty.items(), key=lambda item: (order.get(item[0][0], 999), sorted(item[1])))
        return [self._sentence(duty, tracks, units, gained) for (duty, units), tracks in lines]

    def _sentence(self, duty: str, tracks: set[str], units: frozenset[int], gained: bool) -> str:
        words = {"what": self._what(duty, tracks), "where": self._where(units)}
        if gained:
            return _("Får %(what)s på %(where)s") % words
        return _("Får inte längre %(what)s på %(where)s") % words

    def _what(self, duty: str, tracks: set[str]) -> str:
        laws = track_words(tracks)
        if duty == Duty.READ:
            return _("läsa %(laws)s") % {"laws": laws}
        if duty == Duty.HANDLE:
            return _("handlägga %(laws)s") % {"laws": laws}
        label = str(self.duties.get(duty, duty))
        label = label[:1].lower() + label[1:]
        if tracks >= ALL_TRACKS:
            return label
        return _("%(duty)s (%(laws)s)") % {"duty": label, "laws": laws}

    def _where(self, units: frozenset[int]) -> str:
        """The topmost units only: what lies below them follows."""
        paths = {self.units[pk][1] for pk in units if pk in self.units}
        tops = [pk for pk in units if pk in self.units and not any(up in paths for up in chain(self.units[pk][1])[:-1])]
        names = sorted(self.units[pk][0] for pk in tops)
        if len(names) <= NAMED_UNITS:
            return listed(names)
        rest = len(names) - NAMED_UNITS + 1
        shown = ", ".join(names[: NAMED_UNITS - 1])
        return _("%(names)s och %(count)s till") % {"names": shown, "count": rest}


def track_words(tracks: Iterable[str]) -> str:
    """“HSL-ärenden”, “SoL- och LSS-ärenden”, “alla ärenden”."""
    chosen = frozenset(tracks)
    if chosen >= ALL_TRACKS:
        return _("alla ärenden")
    order = (Track.SOL, Track.LSS, Track.HSL)
    laws = [str(track.label) for track in order if track in chosen]
    parts = [_("%(laws)s-ärenden") % {"laws": listed([f"{law}-" for law in laws[:-1]] + laws[-1:])}] if laws else []
    if Track.NONE in chosen:
        parts.append(_("ärenden enligt annan lag"))
    return listed(parts)


def listed(words: list[str]) -> str:
    """“a, b och c”."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s och %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


# Who a change may touch -----------------------------------------------------------------------------------


def people_around(*paths: str | None) -> frozenset[int]:
    """People with a role at one of these places or above: those whose reach a changed tree can change."""
    above = {each for path in paths if path for each in chain(path)}
    return frozenset(Assignment.objects.filter(unit__path__in=above).values_list("person_id", flat=True))


def people_under(path: str | None) -> frozenset[int]:
    """People with a role at a place or below it."""
    if not path:
        return frozenset()
    rows = Assignment.objects.filter(unit__path__gte=path, unit__path__lt=path_end(path))
    return frozenset(rows.values_list("person_id", flat=True))


def people_in(role: Role) -> frozenset[int]:
    return frozenset(Assignment.objects.filter(role=role).values_list("person_id", flat=True))


def people_standing_in_for(person_id: int) -> frozenset[int]:
    rows = Deputy.objects.filter(Q(absent_id=person_id), deputy__isnull=False)
    return frozenset(rows.values_list("deputy_id", flat=True))


def access_words(person: Person, on: date) -> list[str]:
    """What a person may do on a day, deputies' roles included, in sentences."""
    access = access_of([person.pk], on)
    return _Words([person.pk]).sentences(access.get(person.pk, {}), gained=True)


def receiver_changes(principal_id: int, track: str, old: str, new: str, on: date) -> list[AccessChange]:
    """Who from now on receives new reports first, and who no longer does, when a receiving rule changes."""
    before, after = _carriers(principal_id, track, old, on), _carriers(principal_id, track, new, on)
    found = []
    for person in Person.objects.filter(pk__in=before ^ after).order_by("name", "pk"):
        gains = [_("Får ta emot nya rapporter först")] if person.pk in after else []
        loses = [_("Får inte längre ta emot nya rapporter först")] if person.pk in before else []
        found.append(AccessChange(person, gains, loses))
    return found


def _carriers(principal_id: int, track: str, duty: str, on: date) -> frozenset[int]:
    rows = Assignment.objects.filter(
        in_force(on), unit__principal_id=principal_id, role__duties__duty=duty, person__is_active=True
    ).values_list("person_id", "role__duties__tracks")
    any_law = track not in ALL_TRACKS
    return _with_deputies((pk for pk, tracks in rows if any_law or not tracks or track in tracks), on)
