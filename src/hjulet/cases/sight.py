"""Which cases a person may see, as one condition on a case: role × place in the tree × track.

It goes into every question about cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import BigAutoField, BooleanField

from hjulet.cases.choices import LEX, OPEN, RESTRICTED, VOICES
from hjulet.core.actor import Actor, Grant
from hjulet.core.scope import Sight
from hjulet.org.choices import Duty
from hjulet.org.models import Unit, parts_of

READS = (Duty.HANDLE, Duty.READ)
READS_LEX = (Duty.LEX, Duty.READ_LEX, Duty.DECIDE_LEX)
READS_RESTRICTED = (Duty.LICENSED,)
SEES = (*READS, *READS_LEX, *READS_RESTRICTED, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT, Duty.ON_CALL, Duty.REGISTER)
BY_LAW = frozenset({*READS, *READS_LEX, *READS_RESTRICTED})  # once the law is set
LEX_CODES, VOICE_CODES = sorted(map(str, LEX)), sorted(map(str, VOICES))
RESTRICTED_CODES = sorted(map(str, RESTRICTED))
OPEN_CODES = sorted(str(state) for state in OPEN)

Said = tuple[str, list[Any]]  # SQL with its values


class Seen(Sight):
    """Whether `actor` may see the case.

    The one who handles it sees it while it is open; a restricted one only with its own duty. Without a set track: the
    unit's receiving duty only, and the on-call duty when the report says that someone is in danger now. Lex Sarah and
    lex Maria have duties of their own; what the public sent is also the registrar's.
    """

    COLUMNS = ("handler_id", "state", "unit_id", "track", "track_set_at", "receiving_duty", "acute", "kind")
    output_field = BooleanField()
    conditional = True

    @classmethod
    def said(cls, actor: Actor, named: dict[str, str]) -> Said:
        rules = [_handles(actor, named), *(_reaches(named, places, shown) for places, shown in _shown(actor))]
        return f"({' OR '.join(sql for sql, _ in rules)})", [value for _, values in rules for value in values]


def _handles(actor: Actor, named: dict[str, str]) -> Said:
    sql, values = handled(actor, named["handler_id"], named["state"])
    return f"({sql} AND {named['kind']} NOT IN ({_places(RESTRICTED_CODES)}))", [*values, *RESTRICTED_CODES]


def _reaches(named: dict[str, str], places: frozenset[tuple[str, str]], shown: list[Grant]) -> Said:
    conditions = [_condition(grant, named) for grant in shown]
    here, range_values = units_within(places)
    sql = f"(({' OR '.join(sql for sql, _ in conditions)}) AND {named['unit_id']} IN ({here}))"
    return sql, [*(value for _, values in conditions for value in values), *range_values]


def handled(actor: Actor, handler: str, state: str) -> Said:
    """Open cases that the actor handles, by what their columns are called."""
    return f"({handler} = %s AND {state} IN ({_places(OPEN_CODES)}))", [actor.person_id, *OPEN_CODES]


class Places(Sight):
    """Keys of the units where cases that the actor sees can lie: in her parts of the tree, or where she handles one."""

    output_field = BigAutoField()

    @classmethod
    def said(cls, actor: Actor, named: dict[str, str]) -> Said:
        here, values = units_within({(grant.path, grant.path_end) for grant in actor.reach(*SEES)})
        handles, own = handled(actor, "handler_id", "state")
        return f"({here} UNION SELECT unit_id FROM cases_case WHERE {handles})", [*values, *own]  # noqa: S608


class Managed(Sight):
    """Whether the case lies at a unit that the actor receives reports of, under a law that she does it for."""

    COLUMNS = ("unit_id", "track")
    output_field = BooleanField()
    conditional = True

    @classmethod
    def said(cls, actor: Actor, named: dict[str, str]) -> Said:
        parts: list[str] = []
        values: list[Any] = []
        for tracks, places in _by_tracks(actor.reach(Duty.RECEIVE)):
            here, range_values = units_within(places)
            # as an array it is worked out first and used on the column's index
            one_of = "= ANY(ARRAY({}))" if connection.vendor == "postgresql" else "IN ({})"
            parts.append(f"{named['unit_id']} {one_of.format(here)} AND {named['track']} IN ({_places(tracks)})")
            values += [*range_values, *tracks]
        return f"({' OR '.join(parts) or '1 = 0'})", values


def _by_tracks(grants: Iterable[Grant]) -> list[tuple[list[str], set[tuple[str, str]]]]:
    found: dict[frozenset[str], set[tuple[str, str]]] = {}
    for grant in grants:
        if grant.tracks:
            found.setdefault(grant.tracks, set()).add((grant.path, grant.path_end))
    return [(sorted(tracks), places) for tracks, places in sorted(found.items(), key=lambda pair: sorted(pair[0]))]


def units_within(ranges: Iterable[tuple[str, str]]) -> Said:
    """Keys of the units in these parts of the tree."""
    wanted = parts_of(ranges)
    sql = " OR ".join(["(path >= %s AND path < %s)"] * len(wanted)) or "1 = 0"
    return f"SELECT id FROM {Unit._meta.db_table} WHERE {sql}", [end for pair in wanted for end in pair]  # noqa: S608


def _condition(grant: Grant, named: dict[str, str]) -> Said:
    if grant.duty in BY_LAW:
        tracks = sorted(grant.tracks)
        sql = f"{named['track_set_at']} IS NOT NULL AND {named['track']} IN ({_places(tracks)})"
        which, kinds = _kinds(grant.duty)
        return f"({sql} AND {named['kind']} {which} ({_places(kinds)}))", [*tracks, *kinds]
    unset = f"{named['track_set_at']} IS NULL"
    if grant.duty == Duty.ON_CALL:
        return f"({unset} AND {named['acute']})", []
    receives = f"({unset} AND {named['receiving_duty']} = %s)"
    if grant.duty == Duty.REGISTER:
        return f"({receives} OR {named['kind']} IN ({_places(VOICE_CODES)}))", [grant.duty, *VOICE_CODES]
    return receives, [grant.duty]


def _kinds(duty: str) -> tuple[str, list[str]]:
    """Which kinds of cases a duty reads, once the law is set."""
    if duty in READS:
        return "NOT IN", [*LEX_CODES, *RESTRICTED_CODES]
    if duty in READS_RESTRICTED:
        return "IN", RESTRICTED_CODES
    return "IN", sorted([*LEX_CODES, *VOICE_CODES]) if duty == Duty.READ_LEX else LEX_CODES


def _shown(actor: Actor) -> list[tuple[frozenset[tuple[str, str]], list[Grant]]]:
    """What grants show of the cases at their units, each once; what is shown at the same units goes together."""
    by_sight: dict[tuple[str, frozenset[str]], list[Grant]] = {}
    for grant in actor.reach(*SEES):
        reads = grant.duty in BY_LAW
        alike = {Duty.HANDLE: Duty.READ, Duty.DECIDE_LEX: Duty.LEX}
        sight = (alike.get(Duty(grant.duty), grant.duty), grant.tracks if reads else frozenset())
        if grant.tracks or not reads:
            by_sight.setdefault(sight, []).append(grant)
    by_place: dict[frozenset[tuple[str, str]], list[Grant]] = {}
    for grants in by_sight.values():
        by_place.setdefault(frozenset((grant.path, grant.path_end) for grant in grants), []).append(grants[0])
    return list(by_place.items())


def _places(values: list[str]) -> str:
    return ", ".join(["%s"] * len(values))
