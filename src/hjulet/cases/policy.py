"""Who sees a case, for the database (core.policies).

It says the same as `Case.scope_rule` but is made from the duties themselves, so that a fault in the one is caught by
the other; `tests/net` compares them for every person.
"""

# ruff: noqa: S608 - codes from our own lists

from __future__ import annotations

from hjulet.cases.choices import LEX, OPEN, RESTRICTED, VOICES
from hjulet.core.net import Mode
from hjulet.core.policies import HOLDS_ANY, PERSON, asked_in, places, units
from hjulet.org.choices import Duty

_OPEN_SQL = ", ".join(f"'{code.value}'" for code in sorted(OPEN))
_LEX_SQL = ", ".join(f"'{code.value}'" for code in sorted(LEX))
_TRIED = (Duty.LEX, Duty.READ_LEX, Duty.DECIDE_LEX)
_VOICES_SQL = ", ".join(f"'{code.value}'" for code in sorted(VOICES))
_RESTRICTED_SQL = ", ".join(f"'{code.value}'" for code in sorted(RESTRICTED))
CASES = f"""{asked_in(Mode.REACH, Mode.REQUEST)} AND (
    (handler_id = {PERSON} AND {HOLDS_ANY} AND state IN ({_OPEN_SQL}) AND kind NOT IN ({_RESTRICTED_SQL}))
    OR (track_set_at IS NOT NULL AND kind NOT IN ({_LEX_SQL}, {_RESTRICTED_SQL})
        AND (unit_id, track::text) IN {places(Duty.HANDLE, Duty.READ)})
    OR (track_set_at IS NOT NULL AND kind IN ({_RESTRICTED_SQL})
        AND (unit_id, track::text) IN {places(Duty.LICENSED)})
    OR (track_set_at IS NOT NULL AND kind IN ({_LEX_SQL})
        AND (unit_id, track::text) IN {places(Duty.LEX, Duty.READ_LEX, Duty.DECIDE_LEX)})
    OR (track_set_at IS NOT NULL AND kind IN ({_VOICES_SQL}) AND (unit_id, track::text) IN {places(Duty.READ_LEX)})
    OR (kind IN ({_VOICES_SQL}) AND unit_id IN {units(Duty.REGISTER, of="unit_id")})
    OR (track_set_at IS NULL
        AND (unit_id, receiving_duty::text) IN {units(Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT, Duty.REGISTER)})
    OR (track_set_at IS NULL AND acute AND unit_id IN {units(Duty.ON_CALL, of="unit_id")})
  )
  OR {asked_in(Mode.REPORTER, Mode.REQUEST)} AND reporter_id = {PERSON}
  OR {asked_in(Mode.PART)} AND kind IN ({_LEX_SQL}) AND track_set_at IS NOT NULL AND about_manager IS NOT TRUE
    AND (unit_id, track::text) IN {places(Duty.RECEIVE)}
  OR {asked_in(Mode.STATISTICS)} AND (
    COALESCE(counted_in_id, unit_id), CASE WHEN track_set_at IS NULL THEN 'unsure' ELSE track::text END
  ) IN {places(Duty.STATISTICS, Duty.MASKED_STATISTICS, unsure=True)}"""


def behind_lex(table: str, *mine: str) -> str:
    """Of what is written in a case: what its time as lex Sarah or lex Maria hides (cases.models.BehindLex).

    `mine` are conditions that open a row to the one who asks.
    """
    own = "".join(f" OR {rule}" for rule in mine)
    return f"""lex_track IS NULL OR lex_handler_id = {PERSON}{own}
  OR (SELECT (c.kind IN ({_LEX_SQL}) AND c.track = {table}.lex_track)
         OR (c.unit_id, {table}.lex_track::text) IN {places(*_TRIED)}
      FROM cases_case c WHERE c.id = {table}.case_id)"""


AUTHOR = f"author_id = {PERSON}"
TOLD_ME = f"(SELECT c.reporter_id FROM cases_case c WHERE c.id = cases_message.case_id) = {PERSON}"
