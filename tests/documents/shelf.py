"""Documents to try things on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from hjulet.core.actor import Actor
from hjulet.documents import actions
from hjulet.documents.actions import Decision, Facts
from hjulet.documents.choices import UNDER_WAY
from hjulet.documents.models import Document, DocumentType
from hjulet.org.models import Person

ActorOf = Callable[..., Actor]


def facts(title: str, owner: str = "asa", **changes: Any) -> Facts:
    """Facts of a routine at the home unit of its owner, looked over every year."""
    person = Person.objects.select_related("home_unit").get(login=owner)
    given = {
        "title": title,
        "type": DocumentType.objects.get(code="routine"),
        "unit": person.home_unit,
        "owner": person,
        "review_months": 12,
    }
    return Facts(**{**given, **changes})


def routine(title: str, actor: ActorOf, at: datetime, owner: str = "asa", **changes: Any) -> Document:
    """One that holds since the day of `at`, written and adopted by its owner."""
    document = actions.create(facts(title, owner, **changes), body="<p>Torka golvet.</p>", actor=actor(owner), at=at)
    return adopt(document, actor(owner), at)


def adopt(document: Document, who: Actor, at: datetime) -> Document:
    """The version under way begins to hold."""
    version = document.versions.get(state__in=UNDER_WAY)
    if version.number > 1:
        version.changes = "Nytt."
        version.save()
    actions.adopt(version, Decision(at.date()), actor=who, at=at)
    return Document.objects.select_related("unit", "owner", "current").get(pk=document.pk)


def due(document: Document, day: date) -> Document:
    Document.objects.filter(pk=document.pk).update(review_on=day)
    return Document.objects.select_related("unit", "owner", "current").get(pk=document.pk)
