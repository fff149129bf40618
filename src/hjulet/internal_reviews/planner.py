"""A rolling plan of visits out of rules that are data (CHK-3).

When all rules cannot hold at once the planner says which, in figures, and offers choices with the plan that each gives.
The same places, rules and seed always give the same answer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

YEAR = 12
LONG_AGO = -(10**6)
MOST_STATES = 1_500  # a search ends there; few units and a long time between visits may need more
MOST_IN_A_MONTH = 31
MOST_CHOICES = 4


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """`visits` is how many a function gets in one round, by its kind; a kind that is not there gets none.

    `more` is in how many months there may be one visit more than `per_month`. `between` is the least number of months
    from one visit of a unit to the next. `length` is how many months one round takes. `unannounced` is in per cent.
    """

    per_month: int = 1
    more: int = 0
    closed: frozenset[int] = frozenset({7})
    visits: Mapping[str, int] = field(default_factory=dict)
    providers: bool = True
    between: int = 4
    unannounced: int = 50
    length: int = YEAR


@dataclass(frozen=True)
class Place:
    """A unit that can be visited. `last` counts months (see `month_number`); None when nobody has been there."""

    key: int
    function: str
    kind: str
    provider: bool = False
    last: int | None = None


@dataclass(frozen=True, order=True)
class Planned:
    month: int
    place: int
    unannounced: bool = False

    @property
    def year(self) -> int:
        return self.month // YEAR

    @property
    def calendar_month(self) -> int:
        return self.month % YEAR + 1


@dataclass(frozen=True)
class Plan:
    constraints: Constraints
    visits: tuple[Planned, ...]


@dataclass(frozen=True)
class Choice:
    """What to change, in words, and the plan it gives."""

    code: str
    text: str
    plan: Plan


@dataclass(frozen=True)
class Collision:
    """The rules that cannot hold together, in words with figures."""

    rules: tuple[str, ...]
    choices: tuple[Choice, ...]


def month_number(year: int, month: int) -> int:
    """Months counted on from year nought; `month` 1 to 12."""
    return year * YEAR + month - 1


def plan(
    year: int, places: Iterable[Place], rules: Constraints, seed: int, *, taken: Iterable[int] = ()
) -> Plan | Collision:
    """Visits in one round that begins in January of `year`. `taken` are months of visits that are there already."""
    task = _Task(year, tuple(sorted(places, key=lambda place: place.key)), seed, tuple(taken))
    found = task.solve(rules)
    return found if found is not None else Collision(tuple(task.told(rules)), tuple(task.choices(rules)))


def broken(made: Plan, places: Iterable[Place], year: int) -> list[str]:
    """Codes of the rules that a plan does not keep; empty when it keeps all. Also for a plan changed by hand."""
    by_key = {place.key: place for place in places}
    rules, first = made.constraints, month_number(year, 1)
    checks: dict[str, bool] = {
        "closed": all(visit.calendar_month not in rules.closed for visit in made.visits),
        "length": all(first <= visit.month < first + rules.length for visit in made.visits),
        "per_month": _pace_holds(made),
        "visits": _counted(by_key[visit.place].function for visit in made.visits) == _needed(by_key.values(), rules),
        "between": _gaps_hold(made, by_key),
        "providers": not rules.providers
        or not any(place.provider for place in by_key.values())
        or any(by_key[visit.place].provider for visit in made.visits),
    }
    return [code for code, held in checks.items() if not held]


def _pace_holds(made: Plan) -> bool:
    counts = _counted(visit.month for visit in made.visits).values()
    over = [count - made.constraints.per_month for count in counts if count > made.constraints.per_month]
    return all(one == 1 for one in over) and len(over) <= made.constraints.more


def _gaps_hold(made: Plan, places: Mapping[int, Place]) -> bool:
    last = {key: place.last for key, place in places.items()}
    for visit in sorted(made.visits):
        before = last[visit.place]
        if before is not None and visit.month - before < made.constraints.between:
            return False
        last[visit.place] = visit.month
    return True


def _counted(keys: Iterable[Any]) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return counts


def _needed(places: Iterable[Place], rules: Constraints) -> dict[str, int]:
    """Visits of each function that is to have any."""
    kinds = {place.function: place.kind for place in places}
    return {name: rules.visits[kind] for name, kind in sorted(kinds.items()) if rules.visits.get(kind, 0) > 0}


@dataclass
class _State:
    """How far a search has come. `free` is the month from which a place may be visited, `last` when it was."""

    left: dict[str, int]
    last: dict[int, int]
    visits: list[tuple[int, int]]
    provider: bool


@dataclass(frozen=True)
class _Task:
    year: int
    places: tuple[Place, ...]
    seed: int
    taken: tuple[int, ...] = ()

    def solve(self, rules: Constraints) -> Plan | None:
        if any(self._known_short(rules)):
            return None
        free = replace(rules, providers=False)
        for order in (self._even(rules), self._slots(rules)):
            for some in (free, rules):
                found = _Search(self, some, order).run()
                if found is not None and self._providers_hold(found, rules):
                    return self._made(rules, found)
        return None

    def _providers_hold(self, found: list[tuple[int, int]], rules: Constraints) -> bool:
        providers = {place.key for place in self.places if place.provider}
        return not rules.providers or not providers or any(key in providers for _month, key in found)

    def months(self, rules: Constraints) -> list[int]:
        first = month_number(self.year, 1)
        return [month for month in range(first, first + rules.length) if month % YEAR + 1 not in rules.closed]

    def _room(self, rules: Constraints) -> int:
        return len(self._slots(rules))

    def _slots(self, rules: Constraints) -> list[int]:
        """A month for each visit that there is room for; the months with one more are spread over the round."""
        months = self.months(rules)
        fuller = {months[index] for index in _spread(len(months), min(rules.more, len(months)))}
        free = {month: rules.per_month + (month in fuller) - self.taken.count(month) for month in months}
        return [month for month in months for _n in range(free[month])]

    def _even(self, rules: Constraints) -> list[int]:
        """Only as many as are needed, spread over the round."""
        slots = self._slots(rules)
        return [slots[index] for index in _spread(len(slots), sum(_needed(self.places, rules).values()))]

    def _made(self, rules: Constraints, found: list[tuple[int, int]]) -> Plan:
        draw = random.Random(f"{self.seed} {self.year} mode")  # noqa: S311 - a kept seed, to be drawn again
        hidden = set(draw.sample(range(len(found)), (len(found) * rules.unannounced + 50) // 100))
        visits = [Planned(month, key, index in hidden) for index, (month, key) in enumerate(found)]
        return Plan(rules, tuple(sorted(visits)))

    # what cannot hold

    def told(self, rules: Constraints) -> Iterator[str]:
        yield from list(self._known_short(rules)) or [
            _("Takten, de stängda månaderna och minst %(months)s månader mellan besöken går inte ihop.")
            % {"months": rules.between}
        ]

    def _known_short(self, rules: Constraints) -> Iterator[str]:
        """What can be counted without trying."""
        yield from self._short_of_room(rules)
        yield from self._short_of_units(rules)
        yield from self._no_provider(rules)

    def _short_of_room(self, rules: Constraints) -> Iterator[str]:
        needed, months = sum(_needed(self.places, rules).values()), len(self.months(rules))
        if needed <= self._room(rules):
            return
        if rules.per_month == 1 and not rules.more:
            text = _("%(needed)s besök behövs men %(months)s månader finns, med ett besök i månaden.")
        else:
            text = _("%(needed)s besök behövs men det finns plats för %(room)s på %(months)s månader.")
        yield text % {"needed": needed, "months": months, "room": self._room(rules)}

    def _short_of_units(self, rules: Constraints) -> Iterator[str]:
        for name, needed in _needed(self.places, rules).items():
            most = self._most(rules, name)
            if most < needed:
                yield _(
                    "%(function)s ska få %(needed)s besök men kan få högst %(most)s, "
                    "med minst %(months)s månader mellan besöken på samma enhet."
                ) % {"function": name, "needed": needed, "most": most, "months": rules.between}

    def _most(self, rules: Constraints, function: str) -> int:
        """How many a function could have if nobody else had any."""
        total, months = 0, self.months(rules)
        for place in (place for place in self.places if place.function == function):
            last = LONG_AGO if place.last is None else place.last
            for month in months:
                if month - last >= rules.between:
                    last, total = month, total + 1
        return min(total, self._room(rules))

    def _no_provider(self, rules: Constraints) -> Iterator[str]:
        needed = _needed(self.places, rules)
        providers = [place for place in self.places if place.provider]
        if rules.providers and providers and not any(place.function in needed for place in providers):
            yield _("Externa utförare ska ingå, men ingen verksamhet som har utförare ska få besök.")

    # what can be done about it

    def choices(self, rules: Constraints) -> Iterator[Choice]:
        ways: list[Callable[[Constraints], Iterator[tuple[str, Constraints]]]] = [
            self._with_more,
            self._with_open_months,
            self._with_longer_round,
            self._with_shorter_gap,
            self._with_fewer,
            self._without_providers,
        ]
        seen: list[Constraints] = []
        for way in ways:
            for code, changed in way(rules):
                made = self.solve(changed)
                if made is not None and changed not in seen:
                    seen.append(changed)
                    yield Choice(code, self._changes(rules, changed), made)
                    break
            if len(seen) == MOST_CHOICES:
                return

    def _with_more(self, rules: Constraints) -> Iterator[tuple[str, Constraints]]:
        """One visit more in as few months as it takes, then a higher pace."""
        months = len(self.months(rules))
        needed = sum(_needed(self.places, rules).values())
        if not months or needed <= self._room(rules):
            return
        pace = max(rules.per_month, needed // months)
        yield from (
            ("more", replace(rules, per_month=pace, more=more, between=gap))
            for gap in self._gaps(rules)
            for more in (needed - pace * months,)
        )

    def _with_open_months(self, rules: Constraints) -> Iterator[tuple[str, Constraints]]:
        """The closed months opened, one after another until it holds."""
        closed = sorted(rules.closed, reverse=True)
        for count in range(1, len(closed) + 1):
            for gap in self._gaps(rules):
                yield "open", replace(rules, closed=frozenset(closed[count:]), between=gap)

    def _with_longer_round(self, rules: Constraints) -> Iterator[tuple[str, Constraints]]:
        for length in range(rules.length + 1, rules.length + YEAR + 1):
            yield "longer", replace(rules, length=length)

    def _with_shorter_gap(self, rules: Constraints) -> Iterator[tuple[str, Constraints]]:
        for gap in range(rules.between - 1, -1, -1):
            yield "between", replace(rules, between=gap)

    def _with_fewer(self, rules: Constraints) -> Iterator[tuple[str, Constraints]]:
        """One visit less for the kind that has most, again and again; ends where there are none."""
        visits = dict(rules.visits)
        while any(visits.values()):
            most = max(sorted(visits), key=lambda kind: visits[kind])
            visits[most] -= 1
            yield "fewer", replace(rules, visits=dict(visits))
        yield "fewer", replace(rules, visits=dict(visits), providers=False)

    def _without_providers(self, rules: Constraints) -> Iterator[tuple[str, Constraints]]:
        if rules.providers:
            yield "providers", replace(rules, providers=False)

    def _gaps(self, rules: Constraints) -> Sequence[int]:
        return range(rules.between, -1, -1)

    def _changes(self, old: Constraints, new: Constraints) -> str:
        told = [text for text in self._differences(old, new) if text]
        return " ".join(told)

    def _differences(self, old: Constraints, new: Constraints) -> Iterator[str]:
        if new.per_month != old.per_month:
            yield _("Gör %(count)s besök i månaden.") % {"count": new.per_month}
        if new.more != old.more and new.more:
            text = ngettext("Gör ett besök mer i %(count)s månad.", "Gör ett besök mer i %(count)s månader.", new.more)
            yield text % {"count": new.more}
        opened = sorted(old.closed - new.closed)
        if opened:
            yield _("Gör besök även i %(months)s.") % {"months": ", ".join(month_name(month) for month in opened)}
        if new.length != old.length:
            yield _("Låt varvet ta %(count)s månader i stället för %(before)s.") % {
                "count": new.length,
                "before": old.length,
            }
        yield from self._fewer_told(old, new)
        if new.between != old.between:
            yield _("Låt det gå minst %(count)s månader mellan besöken på samma enhet.") % {"count": new.between}
        if new.providers != old.providers:
            yield _("Låt planen vara utan krav på externa utförare.")

    def _fewer_told(self, old: Constraints, new: Constraints) -> Iterator[str]:
        if dict(old.visits) != dict(new.visits):
            before, after = (sum(_needed(self.places, rules).values()) for rules in (old, new))
            yield _("Gör %(count)s besök i stället för %(before)s.") % {"count": after, "before": before}


def _spread(among: int, count: int) -> list[int]:
    """`count` different positions out of `among`, as far from each other as they go."""
    return [(2 * index + 1) * among // (2 * count) for index in range(count)]


class _Search:
    """Which function each slot goes to. Which of its units is no question of what can hold, as long as it may be
    visited then; so it is always the one visited longest ago."""

    def __init__(self, task: _Task, rules: Constraints, slots: list[int]) -> None:
        self.task, self.rules, self.slots = task, rules, slots
        self.providers = {place.key for place in task.places if place.provider}
        draw = random.Random(f"{task.seed} {task.year}")  # noqa: S311 - a kept seed, to be drawn again
        order = list(task.places)
        draw.shuffle(order)
        self.turn = {place.key: index for index, place in enumerate(order)}
        needed = _needed(task.places, rules)
        self.functions = {name: [place.key for place in order if place.function == name] for name in needed}
        self.needed, self.dead, self.tried = needed, set[object](), 0

    def run(self) -> list[tuple[int, int]] | None:
        last = {place.key: LONG_AGO if place.last is None else place.last for place in self.task.places}
        demanded = self.rules.providers and bool(self.providers)
        state = _State(dict(self.needed), last, [], not demanded)
        return state.visits if self._from(0, state) else None

    def _from(self, index: int, state: _State) -> bool:
        left = sum(state.left.values())
        if not left:
            return state.provider
        key = self._key(index, state)
        if len(self.slots) - index < left or key in self.dead or self.tried > MOST_STATES:
            return False
        self.tried += 1
        month = self.slots[index]
        if any(self._take(index, month, name, state) for name in self._by_need(index, state)):
            return True
        if self._from(index + 1, state):
            return True
        self.dead.add(key)
        return False

    def _take(self, index: int, month: int, name: str, state: _State) -> bool:
        place = self._unit(name, month, state)
        if place is None:
            return False
        before, provider = state.last[place], state.provider
        state.left[name] -= 1
        state.last[place] = month
        state.visits.append((month, place))
        state.provider = provider or place in self.providers
        if self._from(index + 1, state):
            return True
        state.left[name] += 1
        state.last[place], state.provider = before, provider
        state.visits.pop()
        return False

    def _unit(self, name: str, month: int, state: _State) -> int | None:
        """The one visited longest ago of those that may be; a provider as long as one is to be visited and none is."""
        may = [key for key in self.functions[name] if month - state.last[key] >= self.rules.between]
        first = [key for key in may if key in self.providers] if not state.provider else []
        return min(first or may, key=lambda key: (state.last[key], self.turn[key]), default=None)

    def _by_need(self, index: int, state: _State) -> list[str]:
        """The function that is furthest behind first: so each function's visits are spread over the round."""
        come = (index + 1) / len(self.slots)

        def behind(name: str) -> tuple[float, str]:
            done = self.needed[name] - state.left[name]
            return (done + 0.5) / self.needed[name] - come, name

        return sorted((name for name, left in state.left.items() if left), key=behind)

    def _key(self, index: int, state: _State) -> object:
        month = self.slots[index] if index < len(self.slots) else 0
        waits = tuple(
            (
                name,
                state.left[name],
                tuple(sorted(max(0, state.last[key] + self.rules.between - month) for key in keys)),
            )
            for name, keys in self.functions.items()
        )
        return index, state.provider, waits


def month_name(month: int) -> str:
    names = [
        _("januari"),
        _("februari"),
        _("mars"),
        _("april"),
        _("maj"),
        _("juni"),
        _("juli"),
        _("augusti"),
        _("september"),
        _("oktober"),
        _("november"),
        _("december"),
    ]
    return names[month - 1]
