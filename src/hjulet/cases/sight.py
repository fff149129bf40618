"""Which cases a person may see, as one condition on a case: role × place in the tree × track.

It is put together as text. Through the ORM's own conditions it took longer to say than the database needed to answer
(docs/performance.md), and it goes into every question about cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigAutoField, BooleanField, Expression, F

from hjulet.cases.choices import LEX, OPEN, RESTRICTED, VOICES
from hjulet.core.actor import Actor, Grant
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
COLUMNS = ("handler_id", "state", "unit_id", "track", "track_set_at", "receiving_duty", "acute", "kind")

Said = tuple[str, list[Any]]  # SQL with its values


class Seen(Expression):
    """Whether `actor` may see the case.

    The one who handles it sees it while it is open; a restricted one only with its own duty. Without a set track: the
    unit's receiving duty only, and the on-call duty when the report says that someone is in danger now. Lex Sarah and
    lex Maria have duties of their own; what the public sent is also the registrar's.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self.actor = actor
        self.columns: list[Any] = [F(name) for name in COLUMNS]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        named = dict(zip(COLUMNS, (compiler.compile(column)[0] for column in self.columns), strict=True))
        rules = [self._handles(named), *(self._reaches(named, places, shown) for places, shown in _shown(self.actor))]
        return f"({' OR '.join(sql for sql, _ in rules)})", [value for _, values in rules for value in values]

    def _handles(self, named: dict[str, str]) -> Said:
        sql, values = handled(self.actor, named["handler_id"], named["state"])
        return f"({sql} AND {named['kind']} NOT IN ({_places(RESTRICTED_CODES)}))", [*values, *RESTRICTED_CODES]

    def _reaches(self, named: dict[str, str], places: frozenset[tuple[str, str]], shown: list[Grant]) -> Said:
        conditions = [_condition(grant, named) for grant in shown]
        here, range_values = units_within(places)
        sql = f"(({' OR '.join(sql for sql, _ in conditions)}) AND {named['unit_id']} IN ({here}))"
        return sql, [*(value for _, values in conditions for value in values), *range_values]


def handled(actor: Actor, handler: str, state: str) -> Said:
    """Open cases that the actor handles, by what their columns are called."""
    return f"({handler} = %s AND {state} IN ({_places(OPEN_CODES)}))", [actor.person_id, *OPEN_CODES]


class Places(Expression):
    """Keys of the units where cases that the actor sees can lie: in her parts of the tree, or where she handles one."""

    output_field = BigAutoField()

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self.actor = actor

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        here, values = units_within({(grant.path, grant.path_end) for grant in self.actor.reach(*SEES)})
        handles, own = handled(self.actor, "handler_id", "state")
        return f"({here} UNION SELECT unit_id FROM cases_case WHERE {handles})", [*values, *own]  # noqa: S608


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
