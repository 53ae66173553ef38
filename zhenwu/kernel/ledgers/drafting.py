"""From entries to versions ready to write: everything that is read, checked, computed or sealed before the transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from zhenwu.kernel.ledgers.desk import Desk, Standing, Until, existing_keys, named_by
from zhenwu.kernel.ledgers.entering import ABSENT, read_entries
from zhenwu.kernel.ledgers.forms import Field, apart, beside
from zhenwu.kernel.ledgers.measuring import unmeasured
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.subjects import Sealed
from zhenwu.lib.ids import new_ids
from zhenwu.lib.problems import Place, Problem, Problems

MOST_FAULTS = 200
# Of hundreds of thousands of rows, whatever is asked row by row is seen in the whole.
_data, _unit, _day, _until, _authority, _reason = map(attrgetter, ("data", "unit", "day", "until", "authority", "reason"))


@dataclass(frozen=True, slots=True)
class RecordInput:
    """What a caller enters for one record. ``day``/``until`` may be days or texts; ``until`` is exclusive (stock only),
    None leaves it as it was and ``Until.OPEN`` takes it away."""

    data: Mapping[str, Any]
    unit: UUID | None = None
    day: date | str | None = None
    until: date | str | Until | None = None
    authority: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Sheet:
    """The rows of one act: ``source`` is the file's name; ``numbers`` are the rows' numbers there, else they count from 1.
    ``correct`` turns rows whose key exists into corrections. A ``single`` row has no number."""

    rows: Sequence[RecordInput]
    source: str = ""
    correct: bool = False
    numbers: Sequence[int] | None = None
    single: bool = False

    def place(self, index: int, desk: Desk) -> Place:
        """Where a row stands."""
        number = None if self.single else self.numbers[index] if self.numbers else index + 1
        return Place(self.source or desk.form.label, number)


@dataclass(slots=True)
class Draft:
    """A version to be written: ``record`` is the record's id as 32 hexadecimal digits, ``at`` its row among those that were
    checked with it, ``before`` the version it replaces."""

    record: str
    number: int
    key: str
    standing: Standing
    data: Mapping[str, Any]
    at: int = 0
    removed: bool = False
    before: Version | None = None
    sealed: Sealed | None = None

    @property
    def says_nothing_new(self) -> bool:
        """Whether the version it would replace says the same already."""
        old = self.before
        return old is not None and not self.removed and not self.changes_content and old.authority == self.standing.authority

    @property
    def changes_content(self) -> bool:
        """Whether it says something else than the version it would replace, apart from whose number that is."""
        old = self.before
        return old is None or (
            (old.unit_id, old.starts_on, old.ends_on, old.key, _filled(old.data))
            != (*self.standing[:3], self.key, _filled(self.data))
        )  # fmt: skip

    def counts_in(self, years: Collection[int], shape: str) -> bool:
        """Whether it, or what it replaces, counts in one of the years: those of its day, or (stock) of its life."""
        if not years:
            return False
        spans = [(self.standing.starts_on, self.standing.ends_on)] + (
            [(self.before.starts_on, self.before.ends_on)] if self.before else []
        )
        if shape == "flow":
            return any(start.year in years for start, _ in spans)
        return any(start.year <= year and (end is None or end.year >= year) for start, end in spans for year in years)


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """A field left out and a field left empty say the same: nothing."""
    return {name: value for name, value in data.items() if value is not None}


class Standings(NamedTuple):
    """Where and when many new records stand, by columns: open in time, on the actor's own word."""

    units: list[UUID]
    days: list[date]
    reasons: list[str]


@dataclass(frozen=True)
class Fresh:
    """New records by columns, ready to be spelled; ``data`` holds a column for each field, ``first`` is the first one's row."""

    records: list[str]
    keys: list[str]
    units: list[UUID]
    days: list[date]
    reasons: list[str]
    data: Mapping[str, Sequence[Any]]
    first: int


class Checked:
    """Rows of a sheet in which nothing is wrong, column by column; ``drafts`` makes them into versions, some at a time, so
    that hundreds of thousands do not lie in memory at once."""

    def __init__(self, desk: Desk, sheet: Sheet, waiting: Sequence[int], befores: Mapping[int, Version]) -> None:
        self.desk, self.sheet, self.waiting = desk, sheet, waiting
        self.befores = [befores.get(index) for index in waiting] if befores else [None] * len(waiting)
        rows = sheet.rows if len(waiting) == len(sheet.rows) else [sheet.rows[index] for index in waiting]
        partial = {at for at, before in enumerate(self.befores) if before} if befores else ()
        said = list(map(_data, rows))
        if befores and desk.form.measured:
            said = [unmeasured(desk.form, one, before.data) if before else one for one, before in zip(said, self.befores, strict=True)]
        self.entries = read_entries(desk.form, said, partial)
        if desk.form.personal:
            numbers = self.entries.column(desk.form.subject) if desk.form.subject else ()
            desk.sealer.expect((one for one in numbers if type(one) is str), (one.data for one in befores.values()))
        self.keys: list[str] = []
        self._standings: Standings | list[Standing] = []
        self._judge(rows)
        self.records = new_ids(len(rows))
        if befores:
            self.records = [before.record_id.hex if before else fresh for before, fresh in zip(self.befores, self.records, strict=True)]
        if not all(self.keys):
            self.keys = [key or record for key, record in zip(self.keys, self.records, strict=True)]
        self._raise_lost_links()

    def place(self, at: int) -> Place:
        """Where a row stands in its file."""
        return self.sheet.place(self.waiting[at], self.desk)

    def fresh(self, first: int, end: int) -> Fresh | None:
        """The rows from ``first`` up to ``end`` as columns, where all rows are new, whole, open to read and on one's own word."""
        if not isinstance(self._standings, Standings) or self.desk.form.personal or not self.entries.whole:
            return None
        here, data = slice(first, end), {}
        for name, column in zip(self.entries.names, self.entries.columns, strict=True):
            data[name] = column[here]
        units, days, reasons = self._standings
        return Fresh(self.records[here], self.keys[here], units[here], days[here], reasons[here], data, first)

    def drafts(self, first: int, end: int) -> list[Draft]:
        """The rows from ``first`` up to ``end`` as versions to be written."""
        return [self._draft(at, said) for at, said in enumerate(self.entries.rows(first, end), start=first)]

    def _draft(self, at: int, said: dict[str, Any]) -> Draft:
        before, sealed = self.befores[at], None
        if self.desk.form.personal:
            sealed = self._sealed(at, said, before)
            said = sealed.data
        elif before:
            said = {**before.data, **said}
        draft = Draft(
            self.records[at], before.number + 1 if before else 1, self.keys[at], self._standing_of(at), said, at, before=before,
            sealed=sealed,
        )  # fmt: skip
        if before and draft.standing.authority == before.authority and draft.changes_content:
            draft.standing = self.desk.lowered(draft.standing)  # what was recognised is not what stands there now
        return draft

    def _sealed(self, at: int, said: dict[str, Any], before: Version | None) -> Sealed:
        data, personal = apart(self.desk.form, said)
        try:
            return self.desk.sealer.seal(data, personal, before.data if before else {})
        except Problem as problem:
            raise problem.at(self.place(at)) from None

    def _judge(self, rows: Sequence[RecordInput]) -> None:
        """Place, days and key of every row; raises what is wrong with any, a row's first fault only."""
        told = [self.entries.column(name) for name in self.desk.form.key_fields]
        plain = not any(map(_until, rows)) and {None, "self"}.issuperset(map(_authority, rows))
        if plain and not self.entries.faults and not any(self.befores):
            with suppress(Problem):  # which rows are wrong is found out below
                self._standings = self._standings_of(rows)
                self.keys = self.desk.keys(told, len(rows))
                return
        self._standings = self._judge_each(rows, list(zip(*told, strict=True)) or [()] * len(rows))

    def _standings_of(self, rows: Sequence[RecordInput]) -> Standings:
        """Of new rows without an end and of our own word, column by column."""
        desk = self.desk
        return Standings(
            list(map(desk.unit.__getitem__, map(_unit, rows))),
            list(map(desk.day.__getitem__, map(_day, rows))),
            list(map(desk.reason.__getitem__, map(_reason, rows))),
        )

    def _standing_of(self, at: int) -> Standing:
        if isinstance(self._standings, Standings):
            units, days, reasons = self._standings
            return Standing(units[at], days[at], None, "self", reasons[at])
        return self._standings[at]

    def _judge_each(self, rows: Sequence[RecordInput], told: Sequence[tuple[Any, ...]]) -> list[Standing]:
        self.keys, standings = [], []
        faults: dict[int, list[Problem]] = {}
        for at, (row, before) in enumerate(zip(rows, self.befores, strict=True)):
            try:
                if before:
                    self._may_correct(row, before)
                if at in self.entries.faults:
                    faults[at] = self.entries.faults[at]
                    continue
                standings.append(self._standing(row, before))
                self.keys.append(self.desk.key_after(before, told[at]) if before else self.desk.key(told[at]))
            except Problem as problem:
                faults[at] = [problem]
        if faults:
            found = [problem.at(beside(self.place(at), problem)) for at in sorted(faults) for problem in faults[at]]
            raise found[0] if self.sheet.single and not self.entries.faults else Problems(found[: MOST_FAULTS + 1])
        return standings

    def _may_correct(self, row: RecordInput, before: Version) -> None:
        if not row.reason.strip():
            raise Problem("ledger.reason", "更正必须写明原因", "写一句为什么改，例如“复测”“录错”。")
        self.desk.writable[before.unit_id]

    def _standing(self, row: RecordInput, before: Version | None) -> Standing:
        desk = self.desk
        try:
            starts_on, ends_on = desk.days(row.day, row.until, before)
        except Problem as problem:
            raise problem.at(Place(column=desk.form.day_label)) from None
        stays = before is not None and (not row.unit or row.unit == before.unit_id)
        unit = before.unit_id if before and stays else desk.unit[row.unit]
        authority = desk.graded(row.authority, before.authority if before else "self", unit)
        return Standing(unit, starts_on, ends_on, authority, desk.reason[row.reason])

    def _raise_lost_links(self) -> None:
        """Refuse links that lead nowhere, each with its row."""
        lost = []
        for one in self.desk.form.fields:
            if one.type != "link":
                continue
            told = [
                before.data.get(one.id) if before and key is ABSENT else key
                for key, before in zip(self.entries.column(one.id), self.befores, strict=True)
            ]
            wanted = {key for key in told if key is not None and key is not ABSENT}
            gone = wanted - existing_keys(one.ledger, wanted)
            for at in (at for at, key in enumerate(told) if key in gone):
                where = Place(self.place(at).file, self.place(at).row, one.label)
                lost.append(
                    Problem("ledger.link", f"{one.label}：没有“{told[at]}”这条记录", "先登记它，或核对编号。", where)
                )
            if not gone and wanted and (one.on_day or one.only):
                lost += self._unfit(one, told)
        if lost:
            raise Problems(lost)

    def _unfit(self, one: Field, told: Sequence[Any]) -> Iterator[Problem]:
        """Links to what does not stand on the record's own day, or is not of the kind that this field may name."""
        named = named_by(one.ledger, [key for key in told if key is not None and key is not ABSENT])
        for at, key in enumerate(told):
            if key not in named:
                continue
            (first, end, data), day = named[key], self._standing_of(at).starts_on
            where = Place(self.place(at).file, self.place(at).row, one.label)
            if one.on_day and not (first <= day and (end is None or day < end)):
                span = f"{first} 起" + (f"，{end} 起不再有效" if end else "")
                yield Problem("ledger.link_day", f"{one.label}：“{key}”在 {day} 不在有效期内（{span}）", "核对日期和编号，或换一条有效的。", where)
            elif any(str(data.get(name)) != value for name, value in one.only):
                yield Problem("ledger.link_only", f"{one.label}：“{key}”不是可以填在这里的", "换一条合要求的，或先更正那条记录。", where)


def draft_removal(desk: Desk, before: Version, reason: str) -> Draft:
    """A last version that says the record is void. Nothing is deleted."""
    standing = _switched(desk, before, reason, "作废", "重复录入")
    return Draft(
        before.record_id.hex, before.number + 1, before.key, standing, before.data, removed=True, before=before
    )


def draft_restoration(desk: Desk, void: Version, reason: str) -> Draft:
    """A version that says again what a void record said. What it links to must still be there, and so must its person."""
    place, standing = Place(desk.form.label), _switched(desk, void, reason, "恢复", "作废错了一条")
    if void.data.get("_subject") and len(desk.sealer.standing(void.data)) < sum(bool(void.data.get(name)) for name in desk.form.personal):
        raise Problem("record.forgotten", "这个人的资料已经删除，这条记录恢复不了", "还需要的，另登一条。", place)
    lost = [one.label for one in desk.form.fields if one.type == "link" and (key := void.data.get(one.id)) and not existing_keys(one.ledger, [key])]
    if lost:
        raise Problem("ledger.link", f"{'、'.join(lost)}：所指的记录已经没有了", "先恢复或登记它，再恢复这一条。", place)
    return Draft(void.record_id.hex, void.number + 1, void.key, standing, void.data, before=void)


def _switched(desk: Desk, version: Version, reason: str, what: str, example: str) -> Standing:
    """Where a version stands that is made void or stands again, by whoever may write there and says why."""
    place = Place(desk.form.label)
    if not reason.strip():
        raise Problem("ledger.reason", f"{what}必须写明原因", f"写一句为什么{what}，例如“{example}”。", place)
    try:
        desk.writable[version.unit_id]
        told = desk.reason[reason]
    except Problem as problem:
        raise problem.at(place) from None
    return Standing(version.unit_id, version.starts_on, version.ends_on, version.authority, told)


def keys_of(desk: Desk, sheet: Sheet, waiting: Sequence[int]) -> dict[int, str]:
    """index → the key an entry would have; rows without one, or whose key cannot be read, are left out."""
    named, keys = desk.form.key_fields, {}
    told = [{name: sheet.rows[index].data.get(name) for name in named} for index in waiting]
    entries = read_entries(desk.form, told, range(len(told)))
    for at, values in enumerate(zip(*map(entries.column, named), strict=True)):
        if at not in entries.faults:  # else it will be found wrong when it is checked
            with suppress(Problem):  # so will this
                keys[waiting[at]] = desk.key(values)
    return {index: key for index, key in keys.items() if key}
