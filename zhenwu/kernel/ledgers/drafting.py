"""From entries to versions ready to write: everything that is read, checked, computed or sealed before the transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.desk import Desk, existing_keys
from zhenwu.kernel.ledgers.entering import read_entries
from zhenwu.kernel.ledgers.forms import apart, beside
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.subjects import Sealed
from zhenwu.lib.ids import new_ids
from zhenwu.lib.problems import Place, Problem, Problems

MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class RecordInput:
    """What a caller enters for one record. ``day``/``until`` may be days or texts; ``until`` is exclusive (stock only)."""

    data: Mapping[str, Any]
    unit: UUID | None = None
    day: date | str | None = None
    until: date | str | None = None
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
        number = None if self.single else self.numbers[index] if self.numbers else index + 1
        return Place(self.source or desk.form.label, number)


@dataclass(slots=True)
class Draft:
    """A version to be written: ``record`` is the record's id as 32 hexadecimal digits, ``index`` the row it comes from,
    ``before`` the version it replaces."""

    record: str
    number: int
    key: str
    unit: UUID
    starts_on: date
    ends_on: date | None
    data: Mapping[str, Any]
    authority: str
    reason: str
    index: int = 0
    removed: bool = False
    before: Version | None = None
    sealed: Sealed | None = None

    @property
    def says_nothing_new(self) -> bool:
        """Whether the version it would replace says the same already."""
        old = self.before
        return old is not None and not self.removed and (
            (old.unit_id, old.starts_on, old.ends_on, _filled(old.data), old.authority, old.key)
            == (self.unit, self.starts_on, self.ends_on, _filled(self.data), self.authority, self.key)
        )  # fmt: skip

    def counts_in(self, years: Collection[int], shape: str) -> bool:
        """Whether it, or what it replaces, counts in one of the years: those of its day, or (stock) of its life."""
        if not years:
            return False
        spans = [(self.starts_on, self.ends_on)] + ([(self.before.starts_on, self.before.ends_on)] if self.before else [])
        if shape == "flow":
            return any(start.year in years for start, _ in spans)
        return any(start.year <= year and (end is None or end.year >= year) for start, end in spans for year in years)


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """A field left out and a field left empty say the same: nothing."""
    return {name: value for name, value in data.items() if value is not None}


def draft_rows(desk: Desk, sheet: Sheet, waiting: Sequence[int], befores: Mapping[int, Version]) -> list[Draft]:
    """Drafts of the rows that wait (by index), in order; ``befores`` are the versions that rows correct.

    Raises ``Problems`` with all that is wrong, or for a single row the one ``Problem`` that is no fault of a field.
    """
    drafting = _Drafting(desk, sheet)
    drafting.take([index for index in waiting if index not in befores], {})
    drafting.take([index for index in waiting if index in befores], befores)
    drafts = [drafting.drafts[index] for index in waiting if index in drafting.drafts]
    if drafting.faults:
        found = [problem for index in sorted(drafting.faults) for problem in drafting.faults[index]]
        raise found[0] if sheet.single and not drafting.misread else Problems(found[: MOST_FAULTS + 1])
    _raise_lost_links(desk, sheet, drafts)
    return drafts


def draft_removal(desk: Desk, before: Version, reason: str) -> Draft:
    """A last version that says the record is void. Nothing is deleted."""
    place = Place(desk.form.label)
    if not reason.strip():
        raise Problem("ledger.reason", "作废必须写明原因", "写一句为什么作废，例如“重复录入”。", place)
    try:
        desk.writable[before.unit_id]
        told = desk.reason[reason]
    except Problem as problem:
        raise problem.at(place) from None
    return Draft(
        before.record_id.hex, before.number + 1, before.key, before.unit_id, before.starts_on, before.ends_on,
        before.data, before.authority, told, removed=True, before=before,
    )  # fmt: skip


def keys_of(desk: Desk, sheet: Sheet, waiting: Sequence[int]) -> dict[int, str]:
    """index → the key an entry would have; rows without one, or whose key cannot be read, are left out."""
    named = desk.form.key_fields
    entries = read_entries(desk.form, [{name: sheet.rows[index].data.get(name) for name in named} for index in waiting], True)
    keys = {}
    for at, (index, row) in enumerate(zip(waiting, entries.rows(), strict=True)):
        if at in entries.faults:
            continue  # it will be found wrong when it is drafted
        try:
            keys[index] = desk.key(*apart(desk.form, row))
        except Problem:
            continue  # so will this
    return {index: key for index, key in keys.items() if key}


class _Drafting:
    """The drafts and the faults of a sheet so far, by index."""

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        self.desk, self.sheet = desk, sheet
        self.drafts: dict[int, Draft] = {}
        self.faults: dict[int, list[Problem]] = {}
        self.misread = False

    def take(self, indexes: Sequence[int], befores: Mapping[int, Version]) -> None:
        """Draft rows that are all new, or all corrections."""
        desk, rows = self.desk, self.sheet.rows
        partial = bool(befores)
        entries = read_entries(desk.form, [rows[index].data for index in indexes], partial)
        said = [apart(desk.form, row) for row in entries.rows()]
        if desk.form.personal:
            desk.sealer.expect((personal for _, personal in said), (one.data for one in befores.values()))
        make = self._correction(befores) if partial else self._first()
        for at, (index, (data, personal)) in enumerate(zip(indexes, said, strict=True)):
            try:
                if partial:
                    self._may_correct(rows[index], befores[index])
                if at in entries.faults:
                    self._note(index, entries.faults[at])
                    self.misread = True
                else:
                    self.drafts[index] = make(index, rows[index], data, personal)
            except Problem as problem:
                self._note(index, [problem])

    def _note(self, index: int, problems: list[Problem]) -> None:
        place = self.sheet.place(index, self.desk)
        self.faults[index] = [problem.at(beside(place, problem)) for problem in problems]

    def _first(self) -> Callable[[int, RecordInput, dict[str, Any], dict[str, str]], Draft]:
        desk = self.desk
        fresh: Iterator[str] = iter(new_ids(len(self.sheet.rows)))
        seals = bool(desk.form.personal)

        def first(index: int, row: RecordInput, data: dict[str, Any], personal: dict[str, str]) -> Draft:
            starts_on, ends_on = self._days(row, None)
            unit = desk.unit[row.unit]
            authority, reason = desk.authority[row.authority or "self"], desk.reason[row.reason]
            sealed = desk.sealer.seal(data, personal, {}) if seals else None
            said = sealed.data if sealed else data
            record = next(fresh)
            key = desk.key(said, sealed.personal if sealed else {}) or record
            return Draft(record, 1, key, unit, starts_on, ends_on, said, authority, reason, index, sealed=sealed)

        return first

    def _may_correct(self, row: RecordInput, before: Version) -> None:
        if not row.reason.strip():
            raise Problem("ledger.reason", "更正必须写明原因", "写一句为什么改，例如“复测”“录错”。")
        self.desk.writable[before.unit_id]

    def _correction(self, befores: Mapping[int, Version]) -> Callable[[int, RecordInput, dict[str, Any], dict[str, str]], Draft]:
        """What is not entered stays as it was."""
        desk, form = self.desk, self.desk.form

        def correction(index: int, row: RecordInput, data: dict[str, Any], personal: dict[str, str]) -> Draft:
            before = befores[index]
            starts_on, ends_on = self._days(row, before)
            unit = desk.unit[row.unit] if row.unit and row.unit != before.unit_id else before.unit_id
            authority, reason = desk.authority[row.authority or before.authority], desk.reason[row.reason]
            sealed = desk.sealer.seal(data, personal, before.data)
            renamed = not row.data.keys().isdisjoint(form.key_fields)
            key = desk.key(sealed.data, sealed.personal) if renamed else ""
            return Draft(
                before.record_id.hex, before.number + 1, key or before.key, unit, starts_on, ends_on, sealed.data, authority,
                reason, index, before=before, sealed=sealed,
            )  # fmt: skip

        return correction

    def _days(self, row: RecordInput, before: Version | None) -> tuple[date, date | None]:
        try:
            return self.desk.days(row.day, row.until, before)
        except Problem as problem:
            raise problem.at(Place(column=self.desk.form.day_label)) from None


def _raise_lost_links(desk: Desk, sheet: Sheet, drafts: Sequence[Draft]) -> None:
    """Refuse links that lead nowhere, each with its row."""
    lost = []
    for one in desk.form.fields:
        if one.type != "link":
            continue
        there = existing_keys(one.ledger, {draft.data[one.id] for draft in drafts if draft.data.get(one.id) is not None})
        for draft in drafts:
            key = draft.data.get(one.id)
            if key is not None and key not in there:
                where = Place(sheet.place(draft.index, desk).file, sheet.place(draft.index, desk).row, one.label)
                lost.append(Problem("ledger.link", f"{one.label}：没有“{key}”这条记录", "先登记它，或核对编号。", where))
    if lost:
        raise Problems(lost)
