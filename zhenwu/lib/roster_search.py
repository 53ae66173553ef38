"""How a roster is found: who comes first, then constraint programming (CP-SAT), then exchanges that even out. Pure.

Watch by watch whoever has stood least gives a roster that is often full and even already. What it leaves open goes to the
solver, which knows whether anything can be done; what is uneven is exchanged between two people while that helps, and goes to
the solver once more. One worker, a fixed seed and a bound on work instead of time: the same question gets the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from zhenwu.lib.roster_evening import Burden, even_out
from zhenwu.lib.roster_rules import (
    DAY,
    WEEK,
    Duty,
    Rules,
    Tally,
    Watch,
    Watcher,
    WatchId,
    hindrance,
    missing,
    stood_by,
    tallied,
)

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver

TANGENTS = 40  # a square is told to the solver by so many lines; beyond the last it goes on straight
Place = tuple[str, WatchId, str]  # watcher, watch, role


class Search:
    """The question for some of the roles; nobody who has one of them has another beside."""

    def __init__(
        self, watches: Sequence[Watch], watchers: Sequence[Watcher], rules: Rules, kept: Sequence[Duty], roles: Collection[str], effort: float
    ) -> None:  # fmt: skip
        self.watchers = sorted((one for one in watchers if not one.roles.isdisjoint(roles)), key=lambda one: one.code)
        self.by_id: dict[WatchId, Watch] = {one.id: one for one in watches}
        self.roles, self.rules, self.kept, self.effort = frozenset(roles), rules, tuple(kept), effort
        self.open = self._missing(())
        self._held = stood_by(self.kept)
        self.burden = Burden(list(self.by_id.values()), self.watchers)

    def lacking(self, duties: Sequence[Duty]) -> int:
        """How many people are missing."""
        return sum(self._missing(duties).values())

    def solve(self) -> tuple[list[Duty], bool]:
        """The fairest among the fullest: the duties, and whether that is proved or cannot be seen to be better."""
        found, is_full = self.fill()
        if self._is_even(found):
            return found, is_full
        found = even_out(found, self.watchers, self.rules, self.kept, self.burden)
        if self._is_even(found):
            return found, is_full
        model, places, lacks = self._model(found)
        model.add(sum(lacks.values()) <= self.lacking(found))
        model.minimize(self._squares(model, places, found))
        solver, status = _search(model, self.effort)
        return (found if status == "UNKNOWN" else self._read(solver, places)), is_full and status == "OPTIMAL"

    def fill(self) -> tuple[list[Duty], bool]:
        """As few missing as possible: the duties, and whether that is proved."""
        first = self._first_come()
        least = self.lacking(first)
        if not least:
            return first, True
        model, places, lacks = self._model(first)
        model.minimize(sum(lacks.values()))
        solver, status = _search(model, self.effort)
        found = first if status == "UNKNOWN" else self._read(solver, places)
        return (found if self.lacking(found) < least else first), status == "OPTIMAL"

    def _missing(self, duties: Sequence[Duty]) -> dict[tuple[WatchId, str], int]:
        found = missing(self.by_id.values(), [*self.kept, *duties])
        return {one: count for one, count in found.items() if one[1] in self.roles}

    def _first_come(self) -> list[Duty]:
        """Watch by watch, whoever may stand it and has stood least."""
        stood = stood_by(self.kept)
        tally = {one.code: one.carried for one in self.watchers}
        duties = []
        for (watch_id, role), count in sorted(self.open.items(), key=lambda one: (self.by_id[one[0][0]].starts, one[0])):
            watch = self.by_id[watch_id]
            able = [one for one in self.watchers if role in one.roles and not hindrance(one, watch, stood[one.code], self.rules)]
            able.sort(key=lambda one: (_weight(tally[one.code], watch), one.code))
            for one in able[:count]:
                duties.append(Duty(one.code, role, watch))
                stood[one.code].append(watch)
                tally[one.code] = tally[one.code].plus([watch])
        return duties

    def _is_even(self, duties: Sequence[Duty]) -> bool:
        """Whether no two comparable people are more than one watch apart in anything."""
        step = max((one.minutes for one in self.by_id.values()), default=0)
        groups: dict[Any, list[Tally]] = defaultdict(list)
        sums = tallied(self.watchers, duties)
        for one in self.watchers:
            groups[one.group].append(sums[one.code][1])
        return all(
            max(values) - min(values) <= most
            for some in groups.values()
            for values, most in (([one.minutes for one in some], step), ([one.nights for one in some], 1), ([one.holidays for one in some], 1))
        )

    def _model(self, hint: Sequence[Duty]) -> tuple[CpModel, dict[Place, Any], dict[tuple[WatchId, str], Any]]:
        from ortools.sat.python.cp_model import CpModel  # half a second and much memory: only for who makes a roster

        model, chosen = CpModel(), {(duty.watcher, duty.watch.id, duty.role) for duty in hint}
        short, places, lacks = self._missing(hint), {}, {}
        for (watch_id, role), count in self.open.items():
            watch = self.by_id[watch_id]
            able = [one.code for one in self.watchers if role in one.roles and not hindrance(one, watch, self._held[one.code], self.rules)]
            for code in able:
                places[code, watch_id, role] = model.new_bool_var("")
                model.add_hint(places[code, watch_id, role], (code, watch_id, role) in chosen)
            lacks[watch_id, role] = model.new_int_var(0, count, "")
            model.add_hint(lacks[watch_id, role], short.get((watch_id, role), 0))
            model.add(sum(places[code, watch_id, role] for code in able) + lacks[watch_id, role] == count)
        self._rule(model, places)
        return model, places, lacks

    def _rule(self, model: CpModel, places: Mapping[Place, Any]) -> None:
        """What each person's new watches may be beside one another and beside the kept ones."""
        theirs: dict[str, dict[WatchId, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for (code, watch_id, _), variable in places.items():
            theirs[code][watch_id].append(variable)
        for code, stands in theirs.items():
            watches = [self.by_id[watch_id] for watch_id in stands]
            for watch in watches:  # those that are not over, rest included, when this one starts
                clique = [one for one in watches if one.starts <= watch.starts < one.ends + self.rules.rest]
                model.add_at_most_one(variable for one in clique for variable in stands[one.id])
            if self.rules.week_shifts is not None:
                self._window(model, code, stands, WEEK, self.rules.week_shifts, nights=False)
            if self.rules.nights_row is not None:
                self._window(model, code, stands, self.rules.nights_row + 1, self.rules.nights_row, nights=True)

    def _window(
        self, model: CpModel, code: str, stands: Mapping[WatchId, list[Any]], span: int, most: int, *, nights: bool
    ) -> None:  # fmt: skip
        kept = [one.id.day for one in self._held[code] if one.is_night or not nights]
        by_day: dict[date, list[Any]] = defaultdict(list)
        for one, found in stands.items():
            if self.by_id[one].is_night or not nights:
                by_day[one.day] += found
        for first in sorted({day - DAY * back for day in by_day for back in range(span)}):
            days = [first + DAY * on for on in range(span)]
            some = [variable for day in days for variable in by_day.get(day, ())]
            left = most - sum(day in days for day in kept)
            if len(some) > left:
                model.add(sum(some) <= max(left, 0))

    def _squares(self, model: CpModel, places: Mapping[Place, Any], hint: Sequence[Duty]) -> Any:
        """The burden of all, as the solver reckons it."""
        stands: dict[str, list[tuple[Watch, Any]]] = defaultdict(list)
        for (code, watch_id, _), variable in places.items():
            stands[code].append((self.by_id[watch_id], variable))
        hinted, terms = tallied(self.watchers, hint), []
        for one in self.watchers:
            counted = [(self.burden.counts(Tally().plus([watch])), x) for watch, x in stands[one.code]]
            base, given = self.burden.carried(one.carried), self.burden.counts(hinted[one.code][0])
            for at, weight in enumerate(self.burden.weights):
                parts = [(counts[at], x) for counts, x in counted if counts[at]]
                terms.append(weight * _square(model, parts, base[at], given[at]))
        return sum(terms)

    def _read(self, solver: CpSolver, places: Mapping[Place, Any]) -> list[Duty]:
        return [Duty(code, role, self.by_id[watch_id]) for (code, watch_id, role), x in places.items() if solver.value(x)]


def _weight(tally: Tally, watch: Watch) -> tuple[int, int]:
    """What somebody has stood, seen from a watch: nights and days off weigh where it is one."""
    heavy = watch.is_night * tally.nights + watch.is_holiday * tally.holidays
    return tally.minutes + heavy * watch.minutes, heavy


def _square(model: CpModel, parts: Sequence[tuple[int, Any]], carried: int, hint: int) -> Any:
    """A variable that the minimum makes (carried + parts)² − carried², touched by tangents between whole numbers."""
    most = sum(weight for weight, _ in parts)
    if not most:
        return 0
    total = sum(weight * x for weight, x in parts)
    square = model.new_int_var(0, (carried + most) ** 2 - carried**2, "")
    model.add_hint(square, (carried + hint) ** 2 - carried**2)
    for at in range(min(most, TANGENTS)):
        low = carried + at
        model.add(square >= (2 * low + 1) * (carried + total) - low * (low + 1) - carried**2)
    return square


def _search(model: CpModel, effort: float) -> tuple[CpSolver, str]:
    from ortools.sat.python.cp_model import CpSolver

    solver = CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    solver.parameters.symmetry_level = 0  # what breaks symmetries breaks the hint too, and with it the first solution
    solver.parameters.cp_model_presolve = False  # costs more here than it saves
    solver.parameters.linearization_level = 2
    return solver, solver.status_name(solver.solve(model))
