"""What asking for a change and answering it have in common, whatever it is that people read (DOC-6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.documents.choices import RequestState
from hjulet.documents.models import Wish
from hjulet.notify.actions import tell
from hjulet.org.models import Person

Asked = TypeVar("Asked", bound=Wish)
Thing = TypeVar("Thing")
Draft = TypeVar("Draft")


class AddTo(Protocol):
    """The draft of the thing's next version, begun if there is none."""

    def __call__(self, thing: Any, /, *, actor: Actor, at: datetime) -> Any: ...


@dataclass(frozen=True)
class Desk(Generic[Asked, Thing, Draft]):
    """How one room answers. `name` begins its verbs, `answered` is the kind of notice to who asked.

    `hold` locks the thing that was asked about until the transaction ends, and refuses those who do not write it.
    """

    name: str
    answered: str
    hold: Callable[[Asked, Actor], Thing]
    draft: AddTo
    event: Callable[..., None]
    link: Callable[[Asked], str]

    def accept(self, asked: Asked, *, text: str = "", actor: Actor, at: datetime) -> Draft:
        """It becomes part of the next version's draft, begun now if there is none. Raises Refused."""
        with transaction.atomic():
            thing, locked = self._waiting(asked, actor)
            version: Draft = self.draft(thing, actor=actor, at=at)
            locked.became = version  # type: ignore[attr-defined]  # each kind of Wish has its own
            self._answer(locked, thing, RequestState.ACCEPTED, text, actor, at)
        return version

    def decline(self, asked: Asked, *, reason: str, actor: Actor, at: datetime) -> None:
        """It stays as it is, and the asker reads why. Raises Refused."""
        if not reason.strip():
            raise Refused(_("Skriv varför det inte ändras. Den som frågade läser det."))
        with transaction.atomic():
            thing, locked = self._waiting(asked, actor)
            self._answer(locked, thing, RequestState.DECLINED, reason, actor, at)

    def _waiting(self, asked: Asked, actor: Actor) -> tuple[Thing, Asked]:
        thing = self.hold(asked, actor)
        rows = type(asked)._default_manager.select_for_update(of=("self",)).select_related("person")
        locked = rows.get(pk=asked.pk)
        if not locked.waits:
            raise Refused(_("Någon har redan svarat på det här önskemålet. Läs svaret."))
        return thing, locked

    def _answer(self, asked: Asked, thing: Thing, state: RequestState, text: str, actor: Actor, at: datetime) -> None:
        asked.state, asked.answer, asked.answered_by_id, asked.answered_at = state, text, actor.person_id, at
        asked.save(update_fields=["state", "became", "answer", "answered_by", "answered_at"])
        values = {"request": asked.pk, "text": text}
        self.event(f"{self.name}.request-{state.value}", thing, actor=actor, at=at, values=values)
        people = [asked.person] if asked.person_id != actor.person_id else []
        tell(people=people, kind=self.answered, link=self.link(asked), at=at)


def done(version: Any, *, kind: str, link: str, at: datetime) -> None:
    """The version holds now: what it answers is done, and those who asked are told."""
    version.answers.filter(state=RequestState.ACCEPTED).update(state=RequestState.DONE)
    asked = Person.objects.filter(pk__in=version.answers.values("person"), is_active=True)
    tell(people=asked, kind=kind, link=link, at=at)


def wait_again(version: Any) -> None:
    """The draft is thrown away: what was to become part of it waits for an answer."""
    version.answers.filter(state=RequestState.ACCEPTED).update(became=None, state=RequestState.NEW)
