"""The demo's cases. Each tale tells what happens and when; all live in one time line, by the real actions.

A tale yields the moment of its next event. Whatever lies after the demo's moment has not happened yet, so
cases stop in every state by themselves.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from hjulet.cases import actions, codes, unnamed
from hjulet.cases.choices import Answer, CaseKind, Informed, NoteKind
from hjulet.cases.models import Case, Category, Cause
from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date, next_working_day
from hjulet.measures.actions import assess_effect, mark_done, propose
from hjulet.measures.choices import Effect
from hjulet.measures.models import Measure
from hjulet.org import actions as organisation
from hjulet.org.choices import Track
from hjulet.org.models import Assignment, Person, Principal, Unit
from hjulet.org.reach import actor_for
from hjulet.setups.content import read
from hjulet.setups.learning import Lessons
from hjulet.setups.lex_tales import tried
from hjulet.setups.promises import Checks
from hjulet.setups.receipts import confirmations, confirmed
from hjulet.setups.voices import voice

COUNT = 226
SEED = 20_110_901
STEPS = ("report", "receive", "assess", "annul", "investigate", "decide", "follow-up", "close")
HARM_TOLD = {"adverse-event": "yes", "near-miss": "near", "risk": "no"}
RECEIVED_BY_SAS = {"sol", "lss", "unsure", "several"}
Timeline = Iterator[datetime]


class Ground(Protocol):
    principal: Principal
    units: dict[str, Unit]
    people: dict[str, Person]
    changes: list[tuple[Any, str, dict[str, Any]]]


@dataclass(frozen=True)
class Plot:
    """One case to be: the story, where and who, and how long each step takes."""

    story: dict[str, Any]
    place: Ground
    unit: str
    reporter: str
    handler: str
    told: str
    title: str
    track: str
    guess: str
    reach: int
    named: bool = False
    misconduct: bool = False
    protected: bool = False
    acute: bool = False
    given_to: str = ""


class Tales:
    def __init__(self, places: list[Any], *, begin: datetime, at: datetime) -> None:
        self.places: list[Ground] = places
        self.begin, self.at = begin, at
        self.chance = random.Random(SEED)  # noqa: S311  the same demo every time
        self.script = read("stories")
        self.where: dict[str, dict[str, str]] = read("steps")["steps"]
        self.stories = {story["code"]: story for story in self.script["stories"]}
        self.categories = {category.code: category for category in Category.objects.filter(principal=None)}
        self.tree = {**places[0].units, **places[1].units}
        self.people = {**places[0].people, **places[1].people}
        self.actors: dict[str, Actor] = {}
        self.heads = self._heads()
        self.queue: list[tuple[datetime, int, Timeline]] = []

    def live(self, *, cases: bool) -> None:
        """Lets everything happen, in order, up to the demo's moment."""
        for place in self.places:
            for day, code, row in place.changes:
                self._await(datetime.combine(day, time(8), tzinfo=STOCKHOLM), self._reorganise(place, code, row))
            for moment, login in confirmations(place.principal.pk, at=self.at, varied=cases):
                self._await(moment, self._confirm(login, moment))
        if cases:
            self._cast()
            for moment, tale in Lessons(self.tree, self.stories, self.actor).timelines(self.at):
                self._await(moment, tale)
            self._keep_promises()
            self._hear()
            self._await(days := self.at - timedelta(days=6), self._licensed(days))
            self._await(evening := self.at - timedelta(days=2, hours=11), self._without_name(evening))
        while self.queue and self.queue[0][0] <= self.at:
            moment, number, tale = heapq.heappop(self.queue)
            following = next(tale, None)
            if following is not None:
                heapq.heappush(self.queue, (max(following, moment + timedelta(minutes=1)), number, tale))

    def _confirm(self, login: str, at: datetime) -> Timeline:
        confirmed(self.actor(login, at), at)
        yield from ()

    def _keep_promises(self) -> None:
        """How the units kept what was promised this year."""
        checks = Checks(self.places[0].principal, self.heads, self.people, self.actor)
        for moment, tale in checks.timelines(self.at):
            self._await(moment, tale)

    def _hear(self) -> None:
        """What people outside have said."""
        for row in read("voices")["voices"]:
            at = (self.at - timedelta(days=row["days"])).replace(hour=9, minute=20)
            self._await(at, voice(row, self.tree, self.people, self.actor, at))

    def _without_name(self, at: datetime) -> Timeline:
        """Someone who works with Juno and would rather not say who she is."""
        unit = self.people["juno"].home_unit
        assert unit is not None
        told = actions.Report(
            unit=unit,
            description=self.script["without_name"],
            occurred_at=at - timedelta(hours=3),
            reported_harm="near",
        )
        unnamed.report(told, code=codes.new_code(), at=at)
        yield from ()

    def _licensed(self, at: datetime) -> Timeline:
        """MAS has seen something in cases about care."""
        fatima = self.actor("fatima", at)
        seen = Case.objects.visible_to(fatima).filter(kind=CaseKind.DEVIATION, track=Track.HSL).order_by("-id")
        first = next(
            (case for case in seen.select_related("unit")[:20] if actions.may_open_licensed(case, fatima)), None
        )
        if first is not None:
            actions.open_licensed(first, text=self.script["licensed"], actor=fatima, at=at)
        yield from ()

    def _await(self, moment: datetime, tale: Timeline) -> None:
        heapq.heappush(self.queue, (moment, len(self.queue), tale))

    def _reorganise(self, place: Ground, code: str, row: dict[str, Any]) -> Timeline:
        at = datetime.combine(row["was"]["until"] + timedelta(days=1), time(8), tzinfo=STOCKHOLM)
        unit, parent = place.units[code], place.units[row["parent"]]
        day = local_date(at)
        organisation.rename_unit(unit=unit, name=row["label"], day=day, actor=None, at=at)
        organisation.move_unit(unit=unit, parent=parent, day=day, actor=None, at=at)
        for moved in Unit.objects.of(place.principal.pk):
            place.units[moved.code] = self.tree[moved.code] = moved
        self.actors.clear()
        yield from ()

    # Who and when

    def actor(self, login: str, at: datetime) -> Actor:
        if login not in self.actors:
            person = Person.objects.select_related("principal", "home_unit").get(login=login)
            self.actors[login] = actor_for(person, at=at)
        return self.actors[login]

    def _heads(self) -> dict[str, str]:
        """Who manages each unit: its own manager, else the nearest above."""
        held = Assignment.objects.filter(role__code__in=["unit_manager", "provider_manager"]).select_related(
            "unit", "person"
        )
        at = {row.unit.path or "": row.person.login for row in held}
        heads = {}
        for code, unit in self.tree.items():
            path = unit.path or ""
            above = (path[:end] for end in range(len(path), 0, -6))
            heads[code] = next((at[one] for one in above if one in at), "")
        return heads

    def _reporters(self, code: str) -> list[str]:
        """Staff without a management role, those closest to the unit."""
        path = self.tree[code].path or ""
        near: dict[int, list[str]] = {}
        for login, person in self.people.items():
            home = person.home_unit.path if person.home_unit else None
            if home and login not in self.heads.values() and person.title in STAFF_TITLES:
                near.setdefault(_shared(path, home), []).append(login)
        return near[max(near)]

    def _office(self, moment: datetime) -> datetime:
        """A moment in office hours, on the day or the next working day."""
        day = next_working_day(local_date(moment))
        minutes = self.chance.randrange(8 * 60, 16 * 60)
        found = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=STOCKHOLM)
        return found if found > moment else found + timedelta(days=1 if day.weekday() < 4 else 3)

    def later(self, at: datetime, low: float, high: float) -> datetime:
        return self._office(at + timedelta(days=self.chance.uniform(low, high)))

    # Which cases

    def _cast(self) -> None:
        for row in self.script["named"]:
            plot = self._named(row)
            if "hours" in row:
                moment = self.at - timedelta(hours=row["hours"])
            else:
                moment = (self.at - timedelta(days=row["days"])).replace(hour=7, minute=self.chance.randrange(60))
            self._await(moment, self._tale(plot, moment))
        pool = [story for story in self.stories.values() for _ in range(story["many"])]
        span = (self.at - self.begin) - timedelta(days=1)
        for number in range(COUNT):
            share = (number + self.chance.random()) / COUNT
            moment = self.begin + timedelta(hours=2) + span * share**0.7
            plot = self._random(self.chance.choice(pool))
            self._await(moment, self._tale(plot, moment))

    def _named(self, row: dict[str, Any]) -> Plot:
        story = {**self.stories[row["story"]], **{k: row[k] for k in ("category", "severity") if k in row}}
        given = row.get("track", story["track"])
        track = story["track"] if given == "unsure" else given
        place = next(place for place in self.places if row["unit"] in place.units)
        handler = row.get("handler") or self.heads[row["unit"]]
        misconduct = row.get("misconduct", False)
        return Plot(
            story=story,
            place=place,
            unit=row["unit"],
            reporter=row["by"],
            handler="dag" if misconduct else self.heads[row["unit"]],
            given_to=handler,
            told=row["told"],
            title=row["title"],
            track=track,
            guess=given,
            reach=STEPS.index(row["reach"]),
            named=True,
            misconduct=misconduct,
            protected=row.get("protected", False),
            acute=row.get("acute", False),
        )

    def _random(self, story: dict[str, Any]) -> Plot:
        chance = self.chance
        unit = chance.choice(self.script["places"][chance.choice(story["where"])])
        told = chance.choice(story["told"]).format(when=chance.choice(self.script["when"]))
        track = story["track"]
        misconduct = story.get("misconduct", False) and chance.random() < 0.8
        to_sas = misconduct and track in RECEIVED_BY_SAS
        severe = track == "hsl" and story["severity"] >= 3
        return Plot(
            story=story,
            place=self.places[0],
            unit=unit,
            reporter=chance.choice(self._reporters(unit)),
            handler="dag" if to_sas else self.heads[unit],
            given_to="fatima" if severe and chance.random() < 0.4 else "",
            told=told,
            title=chance.choice(story["titles"]),
            track=track,
            guess=track if chance.random() < 0.6 else "unsure",
            reach=len(STEPS),
            misconduct=misconduct,
            acute=misconduct and chance.random() < 0.3,
        )

    # What happens

    def _tale(self, plot: Plot, at: datetime) -> Timeline:
        case = self._report(plot, at)
        if plot.reach == 0 or self._nobody(plot, at):
            return
        at = at + timedelta(minutes=20) if plot.acute else self._wait(plot, at, 0.2, 1.2, slow=6)
        yield at
        case = self.step(case, "receive", plot.handler, at)
        if plot.reach < STEPS.index("assess"):
            return
        at = self._wait(plot, at, 0.1, 1.5, slow=9)
        yield at
        case = self.step(case, "assess", plot.handler, at, self._assessment(plot))
        case = self._place(case, plot, at)
        if plot.reach == STEPS.index("annul"):
            at = self.later(at, 1, 2)
            yield at
            self.step(case, "annul", "dag", at, {"reason": "Rapporten byggde på en felräkning."})
            return
        yield from self._work(case, plot, at)

    def _place(self, case: Case, plot: Plot, at: datetime) -> Case:
        """Four of five are tied to the step where it happened; a handler in a hurry leaves the rest."""
        sorts = self.where.get(plot.story["category"], {})
        found = [sort for sort, units in self.script["places"].items() if plot.unit in units and sort in sorts]
        step = sorts.get(found[0] if found else "any", "")
        if not step or case.is_lex or plot.place is not self.places[0] or case.pk % 5 == 0:
            return case
        return actions.place(case, step, actor=self.actor(plot.handler, at), at=at)

    def _work(self, case: Case, plot: Plot, at: datetime) -> Timeline:
        for other in Case.objects.unscoped(reason="the demo's stories").filter(pk__in=case.linked_ids):
            if other.is_lex:
                self._await(at, tried(self, other, plot, at))
        if case.is_lex:
            yield from tried(self, case, plot, at)
            return
        if plot.reach < STEPS.index("investigate"):
            return
        handler = plot.given_to or plot.handler
        at = self._wait(plot, at, 0.1, 1.5, slow=15)
        yield at
        case = self.step(case, "investigate", plot.handler, at, {"handler": self.people[handler]})
        at = self._wait(plot, at, 0.5, 3, slow=6)
        yield at
        measure = self.investigate(case, plot, handler, at)
        if plot.reach < STEPS.index("decide"):
            return
        at = self._wait(plot, at, 0.5, 4, slow=35)
        yield at
        words = self.chance.choice(self.script["thanks" if measure else "unchanged"])
        message = words.format(measure=_lower(plot.story["measure"][0]))
        self.step(case, "decide", handler, at, {"message": message})
        if plot.reach >= STEPS.index("follow-up"):
            yield from self._carry_out(case, plot, measure, handler, at)

    def _carry_out(self, case: Case, plot: Plot, measure: Measure | None, handler: str, at: datetime) -> Timeline:
        if measure is None:
            at = self.later(at, 2, 20)
            yield at
            case = self.step(case, "follow-up", handler, at)
            yield from self._finish(case, plot, handler, at, Effect.YES)
            return
        at = self.later(at, 8, 40)
        yield at
        measure = self.done(measure, handler, at)
        at = self.later(at, 0, 2)
        yield at
        case = self.step(case, "follow-up", handler, at)
        at = self.later(at, 35, 95)
        yield at
        if self.chance.random() < 0.06:
            at = yield from self._again(case, plot, measure, handler, at)
            measure = self._fresh(measure, handler, at)
        effect = Effect.PARTLY if self.chance.random() < 0.2 else Effect.YES
        actor = self.actor(handler, at)
        note = "Inga nya rapporter om samma sak." if effect == Effect.YES else "Färre än förut, men det händer."
        assess_effect(measure, effect=effect, note=note, version=measure.version, actor=actor, at=at)
        yield from self._finish(case, plot, handler, at, effect)

    def _again(self, case: Case, plot: Plot, measure: Measure, handler: str, at: datetime) -> Any:
        """The measure did not help: it opens again with a new cause, is done over, and is waited for anew."""
        assess_effect(
            measure,
            effect=Effect.NO,
            note="Samma sak hände två gånger efteråt.",
            new_cause="Det nya arbetssättet är inte känt på alla pass.",
            area="communication",
            due=local_date(at) + timedelta(days=30),
            version=measure.version,
            actor=self.actor(handler, at),
            at=at,
        )
        at = self.later(at, 7, 25)
        yield at
        self.done(self._fresh(measure, handler, at), handler, at)
        self.step(case, "follow-up", handler, at)
        at = self.later(at, 30, 60)
        yield at
        return at

    def _finish(self, case: Case, plot: Plot, handler: str, at: datetime, effect: Effect) -> Timeline:
        at = self.later(at, 0.1, 4)
        yield at
        actions.tell_person_informed(
            case,
            informed=self.chance.choice([Informed.YES, Informed.YES, Informed.RELATIVE]),
            informed_on=local_date(at),
            note="",
            actor=self.actor(handler, at),
            at=at,
        )
        words = self.script["endings"] if effect == Effect.YES else self.script["partly"]
        lesson = plot.story["view"] if self.chance.random() < 0.4 else ""
        self.step(case, "close", handler, at, {"message": self.chance.choice(words), "lesson": lesson})

    # The steps themselves

    def _wait(self, plot: Plot, at: datetime, low: float, high: float, *, slow: float) -> datetime:
        """When the next step is taken. One in eight takes `slow` days; named cases never do."""
        if not plot.named and self.chance.random() < 0.12:
            high = slow
        return self.later(at, low, high)

    def _nobody(self, plot: Plot, at: datetime) -> bool:
        """Reports of the last weeks stay where nobody stands in for the manager."""
        alone = {row["absent"]: row["from"] for row in read("people")["deputies"] if not row["deputy"]}
        return plot.handler in alone and at > self.at + timedelta(days=alone[plot.handler] - 3)

    def _report(self, plot: Plot, at: datetime) -> Case:
        told = actions.Report(
            unit=plot.place.units[plot.unit],
            description=plot.told,
            immediate_action=plot.story["did"],
            title=plot.title,
            occurred_at=at - timedelta(minutes=self.chance.randrange(15, 600)),
            reported_harm=HARM_TOLD[plot.story["kind"]],
            guessed_track=plot.guess,
            suspects_misconduct=plot.misconduct,
            acute=plot.acute,
            protected_identity=plot.protected,
        )
        return actions.report(told, actor=self.actor(plot.reporter, at), at=at)

    def step(self, case: Case, name: str, login: str, at: datetime, data: dict[str, Any] | None = None) -> Case:
        return actions.perform(case, name, actor=self.actor(login, at), at=at, data=data)

    def _assessment(self, plot: Plot) -> dict[str, Any]:
        story = plot.story
        track = "sol" if plot.track == "several" else plot.track
        return {
            "tracks": ["sol", "hsl"] if plot.track == "several" else [track],
            "event_kind": story["kind"],
            "category_id": self.categories[story["category"]].pk,
            "harm": story["harm"],
            "severity": story["severity"],
            "likelihood": story["likelihood"],
            "misconduct": Answer.YES if plot.misconduct else Answer.NO,
            "care_injury": Answer.YES if track == "hsl" and _serious(story, plot) else Answer.NO,
            "title": plot.title,
        }

    def investigate(self, case: Case, plot: Plot, handler: str, at: datetime) -> Measure | None:
        """Notes, a cause, and a measure; or the reason why none is needed."""
        actor, story = self.actor(handler, at), plot.story
        source, fact = story["note"]
        day = local_date(at)
        fact_note = {"kind": NoteKind.FACT, "noted_on": day, "source": source, "text": fact}
        actions.add_note(case, **fact_note, actor=actor, at=at)
        if plot.named or self.chance.random() < 0.3:
            view = {
                "kind": NoteKind.ASSESSMENT,
                "noted_on": day,
                "source": actor.title,
                "text": story["view"],
            }
            actions.add_note(case, **view, actor=actor, at=at)
        area, text = story["cause"]
        cause = actions.add_cause(case, area=area, text=text, actor=actor, at=at)
        if plot.named or self.chance.random() < 0.7:
            return self._propose(case, cause, plot, handler, at)
        reason = self.chance.choice(self.script["reasons"])
        actions.give_no_measure_reason(cause, reason=reason, actor=actor, at=at)
        return None

    def _propose(self, case: Case, cause: Cause, plot: Plot, handler: str, at: datetime) -> Measure:
        title, expected, strength = plot.story["measure"]
        measure = propose(
            unit=plot.place.units[plot.unit],
            track="sol" if plot.track == "several" else plot.track,
            title=title,
            expected_effect=expected,
            strength=strength,
            owner=self.people[handler],
            due=local_date(at) + timedelta(days=self.chance.randrange(20, 60)),
            source=("case", case.pk),
            actor=self.actor(handler, at),
            at=at,
        )
        actions.link_measure(cause, measure, actor=self.actor(handler, at), at=at)
        return measure

    def done(self, measure: Measure, handler: str, at: datetime) -> Measure:
        actor = self.actor(handler, at)
        return mark_done(measure, done_on=local_date(at), note="", version=measure.version, actor=actor, at=at)

    def _fresh(self, measure: Measure, handler: str, at: datetime) -> Measure:
        return Measure.objects.visible_to(self.actor(handler, at)).get(pk=measure.pk)


def _serious(story: dict[str, Any], plot: Plot) -> bool:
    """Lasting harm, and every third of what could have become so."""
    return bool(story["harm"] == "lasting" or (story["severity"] >= 3 and len(plot.told + plot.title) % 3 == 0))


STAFF_TITLES = {
    "undersköterska",
    "stödassistent",
    "stödpedagog",
    "sjuksköterska",
    "arbetsterapeut",
    "boendestödjare",
    "biståndshandläggare",
}


def _shared(one: str, other: str) -> int:
    """How many steps from the root two paths have in common."""
    steps = zip(range(0, len(one), 6), range(0, len(other), 6), strict=False)
    return sum(one[: i + 6] == other[: j + 6] for i, j in steps)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
