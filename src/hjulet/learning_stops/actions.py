"""What one can do with a learning stop: begin, answer, sign, open again, hand to the board; and plan themes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.core.versions import check_version, write_version
from hjulet.learning_stops import listing, pack
from hjulet.learning_stops.choices import NO_STOP, PLANS, StopState
from hjulet.learning_stops.content import place_themes
from hjulet.learning_stops.models import Question, Reply, Stop, Theme, asked_now, may_sign, may_write
from hjulet.org.choices import UnitKind
from hjulet.org.models import Principal, Unit
from hjulet.wheel import actions as on_wheel
from hjulet.wheel.actions.marking import Answer
from hjulet.wheel.choices import PlanState, Said
from hjulet.wheel.models import Activity, does, provider_of

MOST_QUESTIONS = 12


class Conflict(Stale):
    """Someone else has saved another answer since this one was read. `theirs` is that reply."""

    def __init__(self, theirs: Reply) -> None:
        super().__init__(_("Någon annan har skrivit här. Spara, så ser du båda texterna och väljer."))
        self.theirs = theirs


def begin(unit: Unit, theme: Theme, year: int, *, actor: Actor, at: datetime) -> Stop:
    """Opens the stop with its data pack; gives the one that is there if someone has begun. Raises Refused."""
    _refuse_stranger(unit, actor)
    if unit.kind in NO_STOP or theme.principal_id != unit.principal_id:
        raise Refused(_("Hållplatsen gäller inte den här enheten."))
    if theme.first_day(year) > local_date(at):
        raise Refused(_("Hållplatsen öppnar den 1:a i sin månad."))
    figures = pack.make(unit, theme, year, actor=actor, at=at)
    with transaction.atomic():
        made, new = Stop.objects.get_or_create(
            unit=unit,
            theme=theme,
            year=year,
            defaults={
                **{"principal_id": unit.principal_id, "begun_by_id": actor.person_id, "begun_at": at},
                **{"pack": [part.kept() for part in figures.parts], "pack_at": at},
            },
        )
        if new:
            Reply.objects.bulk_create(Reply(stop=made, **values) for values in asked_now(theme))
            _record("learning-stop.begun", made, actor, at, {"theme": theme.code, "year": year})
    return made


def refresh(stop: Stop, *, actor: Actor, at: datetime) -> Stop:
    """The figures as they are now, as the actor sees them. Raises Refused."""
    figures = pack.make(stop.unit, stop.theme, stop.year, actor=actor, at=at)
    with transaction.atomic():
        locked = _lock(stop, None, actor)
        _refuse_signed(locked)
        write_version(locked, {"pack": [part.kept() for part in figures.parts], "pack_at": at})
        _record("learning-stop.figures", locked, actor, at, {})
    return locked


def save_reply(
    stop: Stop, code: str, text: str, *, version: int | None, nothing: bool = False, actor: Actor, at: datetime
) -> Reply:
    """One answer. Raises Conflict when someone saved another one since `version`, Refused when the stop is signed."""
    with transaction.atomic():
        locked = _lock(stop, None, actor)
        _refuse_signed(locked)
        row = Reply.objects.select_for_update().get(stop=locked, code=code)
        new = {"text": text.strip(), "nothing": nothing and not text.strip()}
        if (row.text, row.nothing) == (new["text"], new["nothing"]):
            return row
        if version is not None and row.version != version:
            raise Conflict(row)
        write_version(row, new | {"saved_by_id": actor.person_id, "saved_at": at})
        # several write at once and it is saved often: what the log needs is that and which, not each letter
        digest = hashlib.sha256(row.text.encode()).hexdigest()[:16]
        _record("learning-stop.answered", locked, actor, at, {"question": code, "text": digest, "nothing": row.nothing})
    return row


def note_people(stop: Stop, people: int | None, took_part: str, *, actor: Actor, at: datetime) -> Stop:
    """Who took part. Raises Refused."""
    with transaction.atomic():
        locked = _lock(stop, None, actor)
        _refuse_signed(locked)
        write_version(locked, {"people": people, "took_part": took_part.strip()})
        _record("learning-stop.people", locked, actor, at, {"people": people, "took_part": locked.took_part})
    return locked


def sign(
    stop: Stop,
    *,
    people: int | None,
    took_part: str,
    rest_empty: bool = False,
    version: int | None,
    actor: Actor,
    at: datetime,
) -> Stop:
    """The manager signs: nothing changes after this unless it is opened again, with a reason.

    `rest_empty` says of what is not answered that there is nothing to say. Marks the wheel's activity as done, where
    the unit's year has one that waits. Raises Refused, Stale.
    """
    with transaction.atomic():
        locked = _lock(stop, version, actor)
        _refuse_signed(locked)
        _refuse_other_than_manager(locked, actor)
        if not took_part.strip():
            raise Refused(_("Skriv vilka som deltog."))
        _fill_empty(locked, rest_empty, actor, at)
        write_version(
            locked,
            {
                **{"state": StopState.SIGNED, "signed_by_id": actor.person_id, "signed_at": at},
                **{"people": people, "took_part": took_part.strip()},
            },
        )
        values = {"people": people, "took_part": locked.took_part}
        _record("learning-stop.signed", locked, actor, at, values | {"answers": _answers(locked)})
        _mark_wheel(locked, actor, at)
    return locked


def _fill_empty(stop: Stop, rest_empty: bool, actor: Actor, at: datetime) -> None:
    empty = [row for row in stop.replies.select_for_update() if not row.answered]
    if empty and not rest_empty:
        words = ngettext("%(n)s fråga är inte besvarad.", "%(n)s frågor är inte besvarade.", len(empty))
        raise Refused(words % {"n": len(empty)} + " " + _("Svara, eller säg att ni inte har något att säga om dem."))
    for row in empty:
        write_version(row, {"nothing": True, "saved_by_id": actor.person_id, "saved_at": at})


def _answers(stop: Stop) -> dict[str, str]:
    return {row.code: row.text or "–" for row in stop.replies.all()}


def _mark_wheel(stop: Stop, actor: Actor, at: datetime) -> None:
    """The activity that waits for this unit, if there is one; what is already answered there is left."""
    found = waiting_activity(stop)
    if found is not None:
        produced = _("Hållplatsen är underskriven. %(n)s deltog.") % {"n": stop.people or _("Gruppen")}
        on_wheel.mark(found, stop.unit, Answer(Said.DONE.value, produced, stop.get_absolute_url()), actor=actor, at=at)


def waiting_activity(stop: Stop) -> Activity | None:
    rows = Activity.objects.of_year(stop.year).filter(
        does(stop.unit, provider_of(stop.unit)), series=stop.theme.series, plan__state=PlanState.ADOPTED
    )
    found: Activity | None = rows.exclude(marks__unit=stop.unit).order_by("ends_on", "id").first()
    return found if stop.theme.series else None


def reopen(stop: Stop, reason: str, *, version: int | None, actor: Actor, at: datetime) -> Stop:
    """Opens a signed stop again; what was signed is kept in the log. Raises Refused, Stale."""
    if not reason.strip():
        raise Refused(_("Skriv varför den öppnas igen."))
    with transaction.atomic():
        locked = _lock(stop, version, actor)
        _refuse_other_than_manager(locked, actor)
        if not locked.signed:
            raise Refused(_("Hållplatsen är redan öppen."))
        if locked.handed_on:
            raise Refused(_("Den är lämnad till nämnden och ändras inte mer. Skriv det nya i nästa hållplats."))
        write_version(locked, {"state": StopState.OPEN, "signed_by": None, "signed_at": None})
        _record("learning-stop.reopened", locked, actor, at, {"reason": reason.strip()})
    return locked


@dataclass(frozen=True)
class HandOver:
    """`to` is the board's name, `on` the day it gets it."""

    to: str
    on: date


def hand_over(stop: Stop, to: HandOver, *, version: int | None, actor: Actor, at: datetime) -> Stop:
    """Hands a level's signed stop to the board, with figures where small numbers are hidden. Raises Refused, Stale."""
    figures = pack.make_for_board(stop.unit, stop.theme, stop.year, actor=actor, at=at)
    with transaction.atomic():
        locked = _lock(stop, version, actor)
        if not goes_to_board(locked.unit):
            raise Refused(_("Bara den högsta nivåns hållplats lämnas till nämnden."))
        if not locked.signed:
            raise Refused(_("Skriv under hållplatsen först."))
        if locked.handed_on:
            raise Refused(_("Den är redan lämnad."))
        if to.on > local_date(at):
            raise Refused(_("Dagen ligger i framtiden. Välj i dag eller tidigare."))
        board = [part.kept() for part in (_units_told(locked, at), *figures.parts)]
        new = {"handed_to": to.to, "handed_on": to.on, "handed_by_id": actor.person_id}
        write_version(locked, new | {"board": board})
        _record("learning-stop.handed", locked, actor, at, new)
    return locked


def _units_told(stop: Stop, at: datetime) -> pack.Part:
    sums = listing.level_of(stop.unit, stop.theme, stop.year, local_date(at))
    words = _("%(done)s av %(all)s enheter har skrivit under.") % {"done": sums.signed, "all": sums.total}
    if sums.people:
        words += " " + _("%(n)s personer deltog.") % {"n": sums.people}
    return pack.Part(code="units", title=_("Enheterna"), headline=words)


def goes_to_board(unit: Unit) -> bool:
    return bool(unit.kind == UnitKind.ADMINISTRATION)


# Planning --------------------------------------------------------------------


def may_plan_themes(actor: Actor) -> bool:
    """Those who plan the year where a level's stops go to the board, or higher."""
    return any(True for _unit in _tops(actor)) and actor.bounds is None


def _tops(actor: Actor) -> Any:
    ids = {grant.unit_id for grant in actor.reach(PLANS)}
    kinds = (UnitKind.PRINCIPAL, UnitKind.COMMITTEE, UnitKind.ADMINISTRATION)
    return Unit.objects.of(actor.principal_id).filter(pk__in=ids, kind__in=kinds) if ids else ()


def bring_in(*, actor: Actor, at: datetime) -> list[Theme]:
    """Puts the five delivered themes in place. Raises Refused."""
    _refuse_planner(actor)
    with transaction.atomic():
        made = place_themes(Principal.objects.get(pk=actor.principal_id))
        about = ("learning-theme", made[0].pk)
        record("learning-theme.placed", actor=actor, at=at, about=about, principal_id=actor.principal_id)
    return made


@dataclass(frozen=True)
class Asking:
    """A question as it is planned: an empty `code` is a new one."""

    code: str
    text: str


def plan_theme(
    theme: Theme, month: int, lead: str, questions: Sequence[Asking], *, version: int | None, actor: Actor, at: datetime
) -> Theme:
    """The month and the questions, in order, of stops that begin from now on. Raises Refused, Stale."""
    _refuse_planner(actor)
    kept = [one for one in questions if one.text.strip()]
    if not 1 <= len(kept) <= MOST_QUESTIONS:
        raise Refused(_("En hållplats har minst en och högst %(n)s frågor.") % {"n": MOST_QUESTIONS})
    with transaction.atomic():
        locked = Theme.objects.select_for_update().get(pk=theme.pk, principal_id=actor.principal_id)
        check_version(locked, version)
        values = {"month": month, "lead": lead.strip()}
        if lead.strip() != locked.lead:
            values |= {"lead_en": ""}
        write_version(locked, values)
        _plan_questions(locked, kept)
        about = ("learning-theme", locked.pk)
        told: Mapping[str, Any] = {"month": month, "questions": [one.text for one in kept]}
        record("learning-theme.planned", actor=actor, at=at, about=about, principal_id=locked.principal_id, values=told)
    return locked


def _plan_questions(theme: Theme, kept: Sequence[Asking]) -> None:
    held = {row.code: row for row in theme.questions.all()}
    theme.questions.update(asked=False)
    for position, one in enumerate(kept, start=1):
        row = held.get(one.code) or Question(theme=theme, code=_new_code(theme))
        if row.text != one.text.strip():
            row.text, row.text_en = one.text.strip(), ""
        row.position, row.asked = position, True
        row.save()


def _new_code(theme: Theme) -> str:
    """One above the highest there has been."""
    codes = theme.questions.values_list("code", flat=True)
    numbers = [int(tail) for code in codes if (tail := code.rsplit("_q", 1)[-1]).isdigit()]
    return f"{theme.code}_q{max(numbers, default=0) + 1}"


# Shared ----------------------------------------------------------------------


def _refuse_planner(actor: Actor) -> None:
    if not may_plan_themes(actor):
        raise Refused(_("Bara den som planerar förvaltningens år ändrar hållplatserna."))


def _refuse_stranger(unit: Unit, actor: Actor) -> None:
    if not may_write(unit, actor):
        raise Refused(_("Bara den som planerar enhetens år skriver i dess hållplats."))


def _refuse_other_than_manager(stop: Stop, actor: Actor) -> None:
    if not may_sign(stop.unit, actor):
        raise Refused(_("Bara enhetens egen chef skriver under."))


def _refuse_signed(stop: Stop) -> None:
    if stop.signed:
        raise Refused(_("Hållplatsen är underskriven. Öppna den igen om något ska ändras."))


def _lock(stop: Stop, version: int | None, actor: Actor) -> Stop:
    rows = Stop.objects.select_for_update(of=("self",)).select_related("unit", "theme")
    locked = rows.get(pk=stop.pk)
    _refuse_stranger(locked.unit, actor)
    check_version(locked, version)
    return locked


def _record(verb: str, stop: Stop, actor: Actor, at: datetime, values: dict[str, Any]) -> None:
    about, where = ("learning-stop", stop.pk), {"principal_id": stop.principal_id, "unit_id": stop.unit_id}
    record(verb, actor=actor, at=at, about=about, values=values, **where)
