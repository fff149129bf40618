"""The demo's steering documents, adopted the way they would have been, and what is under way with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.documents import actions
from hjulet.documents.actions import Decision, Facts, News, Question, Readers
from hjulet.documents.models import Document, DocumentType
from hjulet.documents.rights import adopts_as, ways_to_adopt
from hjulet.org.models import Person, Unit
from hjulet.receipts.actions import confirm
from hjulet.setups.content import read

ActorOf = Callable[[str, datetime], Actor]


def fill_documents(units: dict[str, Unit], people: dict[str, Person], actor: ActorOf, begin: datetime) -> None:
    """Writes and adopts every document that has a text, on a day of the demo's first months."""
    types = {row.code: row for row in DocumentType.objects.all()}
    for number, row in enumerate(read("documents")["documents"]):
        if row["body"]:
            _adopted(row, types, units, people, actor, begin + timedelta(days=7 + 3 * number))


def live_with_documents(units: dict[str, Unit], people: dict[str, Person], actor: ActorOf, at: datetime) -> None:
    """What has become of them since: looked over, rewritten, sent to be read, asked about."""
    told = read("documents")["since"]
    by_title = {row.title: row for row in Document.objects.filter(principal=people["mona"].principal)}
    for place, document in enumerate(by_title.values()):
        for years in (1, 0):
            if place % 4 or years:  # every fourth is late this year
                day = at - timedelta(days=years * 365 + 20 + place)
                owner = document.owner.login if document.owner else "mona"
                actions.look_over(document, reason=told["unchanged"], actor=actor(owner, day), at=day)
    falls = by_title[told["rewritten"]["title"]]
    _rewrite(falls, told["rewritten"], actor, at - timedelta(days=40))
    _read(falls, told["read"], units, actor, at - timedelta(days=38))
    for row in told["asked"]:
        day = at - timedelta(days=row["days"])
        asked = actions.ask_change(by_title[row["title"]], text=row["text"], actor=actor(row["by"], day), at=day)
        if row.get("declined"):
            later = day + timedelta(days=2)
            actions.decline_request(asked, reason=row["declined"], actor=actor(row["answers"], later), at=later)
    _under_review(told["draft"], units, people, actor, at)
    news = actions.note_news(News(**told["news"]), actor=actor("mona", at), at=at - timedelta(days=3))
    until = local_date(at) + timedelta(days=30)
    actions.ask_to_look_over(news, documents=[falls], until=until, actor=actor("mona", at), at=at - timedelta(days=2))


def _rewrite(document: Document, row: dict[str, Any], actor: ActorOf, at: datetime) -> None:
    writer = actor(row["by"], at)
    version = actions.begin_version(document, actor=writer, at=at)
    body = version.body + row["more"]
    words = {"title": document.title, "body": body, "changes": row["changes"]}
    actions.save_text(version, revision=version.revision, **words, actor=writer, at=at)
    actions.adopt(version, Decision(local_date(at)), actor=actor("klara", at), at=at)


def _read(document: Document, row: dict[str, Any], units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
    readers = Readers(tuple(units[code] for code in row["units"]))
    question = Question(row["question"], row["right"], tuple(row["wrong"]))
    document.refresh_from_db()
    matter = actions.send(document, readers, question, actor=actor("mona", at), at=at)
    for number, login in enumerate(row["confirmed"]):
        day = at + timedelta(days=1 + number, hours=3)
        confirm(matter, answer="ratt", actor=actor(login, day), at=day)


def _under_review(
    row: dict[str, Any], units: dict[str, Unit], people: dict[str, Person], actor: ActorOf, at: datetime
) -> None:
    """A guideline that colleagues are reading before it goes to the board."""
    types = {one.code: one for one in DocumentType.objects.all()}
    day = at - timedelta(days=9)
    facts = Facts(
        title=row["title"],
        type=types[row["type"]],
        unit=units[row["unit"]],
        owner=people["mona"],
        review_months=24,
        tracks=tuple(row["tracks"]),
    )
    document = actions.create(facts, body=row["body"], actor=actor("mona", day), at=day)
    until = local_date(at) + timedelta(days=6)
    version = document.versions.get()
    asked = [people[login] for login in row["asked"]]
    version = actions.ask_review(version, people=asked, until=until, actor=actor("mona", day), at=day)
    for answer in row["answers"]:
        later = day + timedelta(days=answer["after"])
        actions.answer_review(
            version, verdict=answer["verdict"], text=answer["text"], actor=actor(answer["by"], later), at=later
        )


def _adopted(
    row: dict[str, Any],
    types: dict[str, DocumentType],
    units: dict[str, Unit],
    people: dict[str, Person],
    actor: ActorOf,
    at: datetime,
) -> Document:
    facts = Facts(
        title=row["title"],
        type=types[row["type"]],
        unit=units[row["unit"]],
        owner=people[row["owner"]],
        keywords=row["keywords"],
        tracks=tuple(row["tracks"]),
        laws=tuple(row["laws"]),
        review_months=row["review_months"],
        activities=tuple(row.get("activities", ())),
    )
    document = actions.create(facts, body=row["body"], actor=actor("mona", at), at=at)
    version = document.versions.get()
    actions.adopt(version, _decision(local_date(at)), actor=_adopter(document, actor, at), at=at)
    return document


def _adopter(document: Document, actor: ActorOf, at: datetime) -> Actor:
    """The demo's director where she may, else MAS, else whoever enters the board's decision."""
    if any(way.body for way in ways_to_adopt(document)):
        return actor("mona", at)
    for login in ("klara", "fatima", "asa", "lars"):
        someone = actor(login, at)
        if adopts_as(document, someone):
            return someone
    raise LookupError(f"nobody adopts {document}")


def _decision(day: date) -> Decision:
    return Decision(valid_from=day, reference=f"§ {10 + day.timetuple().tm_yday // 8}", decided_on=day)
