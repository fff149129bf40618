"""The demo's complaints and praise, by the real actions at past moments; what lies ahead has not happened yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from hjulet.cases import actions, codes, unnamed
from hjulet.cases.choices import Channel, Relation
from hjulet.cases.models import Case
from hjulet.cases.public_forms import SOURCES
from hjulet.core.actor import Actor
from hjulet.org.models import Person, Unit

REGISTRAR = "goran"
GIVEN = ("kind", "wants", "channel", "language", "name", "email", "phone", "address")
ActorOf = Callable[[str, datetime], Actor]


def voice(
    row: dict[str, Any], units: dict[str, Unit], people: dict[str, Person], actor_of: ActorOf, at: datetime
) -> Iterator[datetime]:
    """One of them, from when it came in; yields the moment of its next event."""
    code = codes.new_code()
    told = actions.Voice(
        unit=units[row["unit"]],
        description=row["told"],
        relation=row["relation"],
        source_type=SOURCES[Relation(row["relation"])],
        code_digest=codes.digest_of(code),
        **{name: row[name] for name in GIVEN if name in row},
    )
    by_hand = told.channel != Channel.WEB
    case = actions.take_in_voice(told, actor=actor_of(REGISTRAR, at) if by_hand else None, at=at)
    for turn in row.get("after", ()):
        moment = at + timedelta(days=turn["days"])
        yield moment
        case = _turn(case, row, turn, people, actor_of, moment)


def _turn(
    case: Case, row: dict[str, Any], turn: dict[str, Any], people: dict[str, Person], actor_of: ActorOf, at: datetime
) -> Case:
    handler, text = actor_of(row["handler"], at), turn.get("text", "")
    if "reply" in turn:
        unnamed.reply(case, text=turn["reply"], at=at)
    elif "question" in turn:
        actions.ask_reporter(case, text=turn["question"], actor=handler, at=at)
    elif "entry" in turn:
        actions.enter(case, turn["entry"], data={**turn, "text": text}, actor=handler, at=at)
    elif turn["step"] == "register":
        title = f"{case.get_kind_display()}, {case.unit.name}"
        data = {"track": row["track"], "title": title, "handler": people[row["handler"]]}
        return actions.perform(case, "register", data=data, actor=actor_of(REGISTRAR, at), at=at)
    else:
        data = {"message": text, "reason": text, "text": text, "answer": turn.get("answer")}
        return actions.perform(case, turn["step"], data=data, actor=handler, at=at)
    return case
