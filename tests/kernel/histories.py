"""Random histories of a township: each step is done to the system and written down in a plain model beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from tests.kernel import yard
from tests.naive import Places
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.metrics.api import SeriesInput, choose_authority, import_series
from zhenwu.kernel.orgs import api as orgs
from zhenwu.kernel.orgs.api import SYSTEM, UnitRow
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Problem

TODAY = date(2021, 6, 30)
FIRST = date(2019, 1, 1)
AREAS = ["0.01", "333.33", "500", "500.01", "1000", "2000"]
STYLES = [None, "tent", "瓦房", "楼" * 80]
PERIODS = [Period.parse(text) for text in ("2019", "2020", "2020-03", "2020H1", "2021", "2019..2020")]
Step = tuple[str, Sequence[int]]


class Story:
    """A township, what was done to it, and the model: rows by record id, places, series by (metric, unit, period)."""

    def __init__(self) -> None:
        rows = [
            UnitRow("云岭镇", "township", None, "33"), UnitRow("深塘村", "village", 0), UnitRow("上垟村", "village", 0),
            UnitRow("深塘一格", "grid", 1), UnitRow("深塘二格", "grid", 1), UnitRow("上垟一格", "grid", 2),
        ]  # fmt: skip
        ids = orgs.open_units(SYSTEM, uuid4(), rows, FIRST)
        self.top, self.places = ids[0], Places()
        self.kinds = {unit: row.kind for unit, row in zip(ids, rows, strict=True)}
        for unit, row in zip(ids, rows, strict=True):
            self.places.open(unit, None if row.parent is None else ids[row.parent], FIRST)
        self.rows: dict[UUID, dict[str, Any]] = {}
        self.numbers: dict[UUID, int] = {}
        self.series: dict[tuple[str, UUID, Period], dict[str, Fraction]] = {}
        self.choices: dict[tuple[str, UUID, Period], str] = {}
        self.wanted, self.fields, self.count = "removed", list(yard.HOUSES), 0
        self.metrics = dict(yard.METRICS)
        yard.install_yard()

    def do(self, step: Step) -> None:
        """One step; what the system refuses is not written down either."""
        verb, numbers = step
        try:
            getattr(self, verb)(*numbers)
        except Problem as problem:
            assert problem.code.startswith("orgs."), problem

    # Records

    def enter(self, unit: int, day: int, area: int, style: int) -> None:
        """A building is found or taken down."""
        self._save(yard.HOUSE, self._house(unit, day, area, style))

    def settle(self, unit: int, day: int, people: int, length: int) -> None:
        """A family comes, and perhaps it is known when it leaves."""
        self._save(yard.FAMILY, self._family(unit, day, people, length))

    def carry(self, unit: int, day: int, area: int, style: int) -> None:
        """Several rows at once, as an import brings them."""
        made = [self._house(unit + n, day + 40 * n, area + n, style + n) for n in range(3)]
        for row in made:
            row["code"] = self._code()
        ledgers.save_records(SYSTEM, yard.HOUSE, [_entry(row) for row in made], uuid4())
        keys = {version.key: version.record_id for version in self._live(yard.HOUSE)}
        for row in made:
            self.rows[keys[row["code"]]], self.numbers[keys[row["code"]]] = row, 1

    def correct(self, which: int, area: int, style: int, state: int) -> None:
        """Another content."""
        record = self._pick(which)
        if record is None:
            return
        row = self.rows[record]
        new: dict[str, Any] = {"style": _at(STYLES, style)}
        if row["ledger"] == yard.HOUSE:
            new |= {"area": _at([None, *AREAS], area), "state": _at([None, "removed", "found"], state)}
        else:
            new |= {"people": area * 3}
        self._correct(record, new)

    def relocate(self, which: int, unit: int, day: int, length: int) -> None:
        """Another place or month."""
        record = self._pick(which)
        if record is not None:
            days = {"valid_from": _day(day)}
            until = self.rows[record]["valid_until"]
            if self.rows[record]["ledger"] == yard.FAMILY and until is not None:
                days["valid_until"] = max(until, _day(day))
            self._correct(record, {**days, "unit": self._grid(unit)})

    def leave(self, which: int, length: int, *_: int) -> None:
        """A family's interval ends, or ends on another day."""
        record = self._pick(which, yard.FAMILY)
        if record is not None:
            self._correct(record, {"valid_until": self.rows[record]["valid_from"] + timedelta(days=length * 23)})

    def remove(self, which: int, *_: int) -> None:
        """A record is void."""
        record = self._pick(which)
        if record is not None:
            ledgers.remove_record(
                SYSTEM, self.rows[record]["ledger"], record, self.numbers[record], "重复录入", uuid4()
            )
            del self.rows[record], self.numbers[record]

    def recount(self, which: int, area: int, style: int, state: int) -> None:
        """An import that corrects by key; a row that says nothing new changes nothing."""
        record = self._pick(which, yard.HOUSE)
        if record is not None:
            row = self.rows[record] | {"area": _at([None, *AREAS], area)}
            answer = ledgers.save_records(SYSTEM, yard.HOUSE, [_entry(row, "核对")], uuid4(), correct=True)
            assert answer["unchanged"] == (row == self.rows[record])
            self.rows[record] = row
            self.numbers[record] += answer["corrected"]

    # Units

    def regrid(self, unit: int, village: int, day: int, *_: int) -> None:
        """A grid goes to another village."""
        chosen, on = self._grid(unit), _day(day)
        above = _at(self._standing("village"), village)
        orgs.move_unit(SYSTEM, uuid4(), chosen, above, on)
        self.places.move(chosen, above, on)

    def merge(self, kind: int, first: int, second: int, day: int) -> None:
        """Two of a kind become one."""
        units, on = self._standing(_at(["grid", "village"], kind)), _day(day)
        old = list(dict.fromkeys([_at(units, first), _at(units, second)]))
        fresh = orgs.merge_units(SYSTEM, uuid4(), old, f"合并{self._code()}", on)
        self.kinds[fresh] = self.kinds[old[0]]
        self.places.open(fresh, self.places.parent(old[0], on), on)
        for child in [child for one in old for child in self.places.children(one, on)]:
            self.places.move(child, fresh, on)
        for one in old:
            self.places.end(one, on, [fresh])

    def split(self, unit: int, day: int, *_: int) -> None:
        """A grid becomes two."""
        old, on = self._grid(unit), _day(day)
        fresh = orgs.split_unit(SYSTEM, uuid4(), old, [f"甲{self._code()}", f"乙{self._code()}"], on)
        for one in fresh:
            self.kinds[one] = "grid"
            self.places.open(one, self.places.parent(old, on), on)
        self.places.end(old, on, fresh)

    def close(self, unit: int, day: int, *_: int) -> None:
        """A grid ends, its place uncertain."""
        if len(self._standing("grid")) > 1:
            orgs.close_unit(SYSTEM, uuid4(), self._grid(unit), _day(day))
            self.places.end(self._grid(unit), _day(day))

    # Definitions and series

    def redefine(self, *_: int) -> None:
        """The metric's filter changes."""
        self.wanted = {"removed": "found", "found": "removed"}[self.wanted]
        where = f"state = '{self.wanted}'"
        self.metrics["area"] = yard.metric("area", "flow", "亩", where, **yard.FLOW)
        yard.install_yard(house=self.fields, metrics=self.metrics)

    def widen(self, *_: int) -> None:
        """The form gets a field that earlier records do not have."""
        self.fields = [*self.fields, yard.field(f"more_{len(self.fields)}", "又一栏", "text")]
        yard.install_yard(house=self.fields, metrics=self.metrics)

    def publish(self, metric: int, unit: int, period: int, value: int) -> None:
        """Somebody else's number arrives."""
        key = _at(["yard.quota", "yard.all_area", "yard.share"], metric)
        authority = _at(["recognised", "forecast", "statutory"], value)
        where, when = _at(list(self.kinds), unit), _at(PERIODS, period)
        rows = [SeriesInput(key, where, when, f"{value}.5", authority, "县统计局年报")]
        import_series(SYSTEM, rows, uuid4())
        self.series.setdefault((key, where, when), {})[authority] = Fraction(2 * value + 1, 2)

    def choose(self, metric: int, unit: int, period: int, value: int) -> None:
        """A person chooses whose number is printed."""
        key = _at(["yard.quota", "yard.all_area", "yard.share"], metric)
        authority = _at(["recognised", "forecast", "statutory"], value)
        where, when = _at(list(self.kinds), unit), _at(PERIODS, period)
        choose_authority(SYSTEM, key, where, when, authority, "以县里为准", uuid4())
        self.choices[(key, where, when)] = authority

    def _house(self, unit: int, day: int, area: int, style: int) -> dict[str, Any]:
        return {
            "ledger": yard.HOUSE, "unit": self._grid(unit), "valid_from": _day(day), "valid_until": None,
            "code": "", "area": _at([None, *AREAS], area), "state": _at([None, "removed", "found"], area + style),
            "style": _at(STYLES, style), "checked": _day(day + 31) if style % 2 else None,
        }  # fmt: skip

    def _family(self, unit: int, day: int, people: int, length: int) -> dict[str, Any]:
        since = _day(day)
        return {
            "ledger": yard.FAMILY, "unit": self._grid(unit), "valid_from": since, "code": "", "people": people,
            "valid_until": since + timedelta(days=length * 17) if length % 3 else None, "style": _at(STYLES, people),
        }  # fmt: skip

    def _save(self, ledger: str, row: dict[str, Any]) -> None:
        row["code"] = self._code()
        answer = ledgers.save_record(SYSTEM, ledger, _entry(row), uuid4())
        self.rows[UUID(answer["record"])], self.numbers[UUID(answer["record"])] = row, 1

    def _correct(self, record: UUID, new: dict[str, Any]) -> None:
        row = self.rows[record] | new
        entry = _entry(row, "复测")
        ledgers.save_record(SYSTEM, row["ledger"], entry, uuid4(), record=record, base_version=self.numbers[record])
        self.rows[record], self.numbers[record] = row, self.numbers[record] + 1

    def _code(self) -> str:
        self.count += 1
        return f"A{self.count}"

    def _pick(self, which: int, ledger: str = "") -> UUID | None:
        """A record whose place still stands, so that it may be written to."""
        found = [one for one, row in self.rows.items() if not ledger or row["ledger"] == ledger]
        return _at(found, which) if found else None

    def _standing(self, kind: str) -> list[UUID]:
        return [unit for unit in self.kinds if self.kinds[unit] == kind and self.places.stands(unit, TODAY)]

    def _grid(self, which: int) -> UUID:
        return _at(self._standing("grid"), which)

    def _live(self, ledger: str) -> list[Any]:
        from zhenwu.lib.facts import Scope

        return list(ledgers.versions_in(Scope(f"ledger:{ledger}")))


VERBS = {
    "enter": 5, "settle": 4, "carry": 1, "correct": 4, "relocate": 3, "leave": 2, "remove": 1, "recount": 2, "regrid": 1,
    "merge": 1, "split": 1, "close": 1, "redefine": 1, "widen": 1, "publish": 2, "choose": 1,
}  # fmt: skip


def _at(things: Sequence[Any], number: int) -> Any:
    return things[number % len(things)]


def _day(number: int) -> date:
    """A day in the two and a half years of the story."""
    return FIRST + timedelta(days=number * 29 % 900)


def _entry(row: dict[str, Any], reason: str = "") -> RecordInput:
    """The row as a caller enters it."""
    places = ("ledger", "unit", "valid_from", "valid_until")
    data = {name: value for name, value in row.items() if name not in places}
    return RecordInput(data, row["unit"], row["valid_from"], row["valid_until"], reason=reason)
