"""From an entry to a version ready to write: everything that is read, checked, computed or sealed before the transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import Definition, current
from zhenwu.kernel.ledgers.filling_rights import RANK, Filler
from zhenwu.kernel.ledgers.forms import Form, make_form, read_day, read_plain
from zhenwu.kernel.ledgers.models import Record, Subject, Version
from zhenwu.kernel.ledgers.subjects import Sealed, seal_entry, token_of
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.clock import today
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Conflict, NotFound, Place, Problem, Problems, Refused

LONGEST_KEY, LONGEST_REASON = 200, 200  # as the database keeps them
AUTHORITIES = {"self": "自报", "reviewed": "初核", "recognised": "县认定"}


class Until(Enum):
    """``Until.OPEN`` says that a record has no end, also where it had one: no text that anybody can type means it."""

    OPEN = "open"


@dataclass(frozen=True)
class RecordInput:
    """What a caller enters for one record. ``day``/``until`` may be days or texts; ``until`` is exclusive (stock only),
    None leaves it as it was and ``Until.OPEN`` takes it away."""

    data: Mapping[str, Any]
    unit: UUID | None = None
    day: date | str | None = None
    until: date | str | Until | None = None
    authority: str | None = None
    reason: str = ""


@dataclass
class Draft:
    """A version to be written. ``before`` is the version it replaces."""

    record_id: UUID
    number: int
    key: str
    unit_id: UUID
    starts_on: date
    ends_on: date | None
    data: dict[str, Any]
    authority: str
    reason: str
    place: Place
    removed: bool = False
    before: Version | None = None
    sealed: Sealed | None = None

    @property
    def says_nothing_new(self) -> bool:
        """Whether the version it would replace says the same already."""
        old = self.before
        return old is not None and not self.removed and not self.changes_content and old.authority == self.authority

    @property
    def changes_content(self) -> bool:
        """Whether it says something else than the version it would replace, apart from whose number that is."""
        old = self.before
        return old is None or (
            (old.unit_id, old.starts_on, old.ends_on, _filled(old.data), old.record.key)
            != (self.unit_id, self.starts_on, self.ends_on, _filled(self.data), self.key)
        )  # fmt: skip

    def counts_in(self, years: Collection[int], shape: str) -> bool:
        """Whether it, or what it replaces, counts in one of the years: those of its day, or (stock) of its life."""
        spans = [(self.starts_on, self.ends_on)] + ([(self.before.starts_on, self.before.ends_on)] if self.before else [])
        if shape == "flow":
            return any(start.year in years for start, _ in spans)
        return any(start.year <= year and (end is None or end.year >= year) for start, end in spans for year in years)


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    """A field left out and a field left empty say the same: nothing."""
    return {name: value for name, value in data.items() if value is not None}


class Desk:
    """Drafts versions of one ledger for one actor: form, rights, places and closed years looked up once."""

    def __init__(self, actor: Actor, ledger: str) -> None:
        self.actor = actor
        self.definition: Definition = current("ledger", ledger)
        self.form: Form = form_of(self.definition)
        self.tree = tree(today())
        self.filler = Filler(actor, self.form, self.tree)
        self._may_fill: dict[UUID, bool] = {}
        self._fresh: dict[str, Subject] = {}

    def draft_new(self, entry: RecordInput, place: Place | None = None) -> Draft:
        """A first version. Raises ``Problems``."""
        place = place or Place(self.form.label)
        read = self.form.read(entry.data, place)
        starts_on, ends_on = self._days(entry, None, place)
        unit_id = self._unit(entry.unit, place)
        authority = self._authority(entry, "self", unit_id, place)
        reason = self._reason(entry.reason, place)
        sealed = seal_entry(self.form, read, None, self._fresh)
        record_id = new_id()
        key = self._key(sealed.data, sealed.personal, place) or record_id.hex
        return Draft(
            record_id, 1, key, unit_id, starts_on, ends_on, sealed.data, authority, reason, place, sealed=sealed
        )

    def draft_correction(self, entry: RecordInput, before: Version, place: Place | None = None) -> Draft:
        """The next version of a record: what is not entered stays as it was. A reason is demanded."""
        place = place or Place(self.form.label)
        if not entry.reason.strip():
            raise Problem("ledger.reason", "更正必须写明原因", "写一句为什么改，例如“复测”“录错”。", place)
        self._may_write(before.unit_id, place)
        read = self.form.read(entry.data, place, partial=True)
        starts_on, ends_on = self._days(entry, before, place)
        unit_id = self._unit(entry.unit, place) if entry.unit and entry.unit != before.unit_id else before.unit_id
        authority = self._authority(entry, before.authority, unit_id, place)
        reason = self._reason(entry.reason, place)
        sealed = seal_entry(self.form, read, before.data, self._fresh)
        renamed = not entry.data.keys().isdisjoint(self.form.key_fields)
        key = self._key(sealed.data, sealed.personal, place) if renamed else ""
        draft = Draft(
            before.record_id, before.number + 1, key or before.record.key, unit_id, starts_on, ends_on, sealed.data,
            authority, reason, place, before=before, sealed=sealed,
        )  # fmt: skip
        if authority == before.authority and draft.changes_content:  # what was recognised is not what stands there now
            draft.authority = min(authority, self.filler.most(unit_id), key=RANK.__getitem__)
        return draft

    def draft_removal(self, before: Version, reason: str) -> Draft:
        """A last version that says the record is void. Nothing is deleted."""
        if not reason.strip():
            raise Problem("ledger.reason", "作废必须写明原因", "写一句为什么作废，例如“重复录入”。", Place(self.form.label))
        place = Place(self.form.label)
        self._may_write(before.unit_id, place)
        return Draft(
            before.record_id, before.number + 1, before.record.key, before.unit_id, before.starts_on, before.ends_on,
            before.data, before.authority, self._reason(reason, place), place, removed=True, before=before,
        )  # fmt: skip

    def live(self, record_id: UUID, base_version: int) -> Version:
        """The version to be replaced; a stale base returns both (``Conflict``)."""
        found = Version.objects.select_related("record").filter(record_id=record_id, retired_by=None).first()
        if found is None or found.removed or found.ledger != self.form.key:
            raise NotFound("record.unknown", "没有这条记录，或已经作废", "请刷新台账后再试。")
        if found.number != base_version:
            raise Conflict(
                f"这条记录已由别人更正到第 {found.number} 版，您手里的是第 {base_version} 版", base_version, found.number
            )
        return found

    def live_by_key(self, keys: Sequence[str]) -> dict[str, Version]:
        """Live versions by record key, for bulk corrections."""
        found: dict[str, Version] = {}
        for start in range(0, len(keys), 500):
            chunk = keys[start : start + 500]
            rows = Version.objects.select_related("record").filter(
                record__ledger=self.form.key, record__key__in=chunk, record__removed=False, retired_by=None
            )
            found.update((row.record.key, row) for row in rows)
        return found

    def missing_links(self, drafts: Sequence[Draft]) -> list[tuple[int, str, str]]:
        """(index, field label, key) of every link that leads nowhere."""
        lost = []
        for one in self.form.fields:
            if one.type != "link":
                continue
            wanted = {draft.data.get(one.id) for draft in drafts} - {None}
            there: set[str] = set()
            for chunk in _chunks(sorted(map(str, wanted)), 500):
                rows = Record.objects.filter(ledger=one.ledger, key__in=chunk, removed=False)
                there.update(rows.values_list("key", flat=True))
            for index, draft in enumerate(drafts):
                key = draft.data.get(one.id)
                if key is not None and key not in there:
                    lost.append((index, one.label, key))
        return lost

    def key_of(self, raw: Mapping[str, Any]) -> str:
        """The key an entry would have; "" when it has none."""
        read = self.form.read({name: raw.get(name) for name in self.form.key_fields}, partial=True)
        return self._key(read.data, read.personal, Place(self.form.label))

    def _key(self, data: Mapping[str, Any], personal: Mapping[str, str], place: Place) -> str:
        parts = [
            (token_of(self.form, name, personal[name]) if name in personal else "")
            if self.form.field(name).is_personal
            else ("" if data.get(name) is None else str(data[name]))
            for name in self.form.key_fields
        ]
        key = "/".join(parts) if any(parts) else ""
        if len(key) > LONGEST_KEY:
            raise Problem("ledger.key_long", f"编号太长（{len(key)} 字，最多 {LONGEST_KEY} 字）", "请缩短编号。", place)
        return key

    def _authority(self, entry: RecordInput, otherwise: str, unit: UUID, place: Place) -> str:
        authority = entry.authority or otherwise
        if authority not in AUTHORITIES:
            known = "、".join(AUTHORITIES.values())
            raise Problem("ledger.authority", "没有这种数据性质", f"可选：{known}。", place)
        if authority != otherwise and not self.filler.may_grade(unit):
            message = f"您不能把数据性质定为{AUTHORITIES[authority]}"
            raise Refused("ledger.grade", message, "由站所负责核定；您登记的先按自报。", place)
        return authority

    def _reason(self, reason: str, place: Place) -> str:
        try:
            text = read_plain(reason.strip())
        except Problem as problem:
            raise problem.at(place) from None
        if len(text) > LONGEST_REASON:
            raise Problem("ledger.reason", f"原因太长（最多 {LONGEST_REASON} 字）", "请写得简短一些。", place)
        return text

    def _days(self, entry: RecordInput, before: Version | None, place: Place) -> tuple[date, date | None]:
        label = self.form.day_label
        try:
            start = date.fromisoformat(read_day(entry.day)) if entry.day else (before.starts_on if before else None)
            until = self._until(entry.until, before)
        except Problem as problem:
            raise problem.at(Place(place.file, place.row, label)) from None
        where = Place(place.file, place.row, label)
        if start is None:
            raise Problem("ledger.required", f"{label}：必须填写", "请补上日期。", where)
        if start > today() + timedelta(days=1) or start.year < 1900:
            raise Problem("ledger.day_range", f"{label} {start} 不可能", "不能晚于今天，也不能早于1900年；计划请记在计划里。", where)
        if until is not None and self.form.shape == "flow":
            raise Problem("ledger.until", "发生一次的记录没有截止日期", "去掉截止日期。", where)
        if until is not None and until < start:
            raise Problem("ledger.until", f"截止日期 {until} 早于开始日期 {start}", "请核对两个日期。", where)
        return start, until

    def _until(self, until: date | str | Until | None, before: Version | None) -> date | None:
        if until is Until.OPEN:
            return None
        return date.fromisoformat(read_day(until)) if until else (before.ends_on if before else None)

    def _unit(self, unit: UUID | None, place: Place) -> UUID:
        if unit is None:
            raise Problem("ledger.unit", "没有写所在的网格或村", "请选择记录发生的地方。", place)
        if unit not in self.tree:
            raise Problem("ledger.unit", "所选的地方已经撤并或不存在", "请改选撤并后的网格或村。", place)
        kind = self.tree.kind(unit)
        if kind != self.form.unit_level:
            name = self.tree.name(unit)
            raise Problem(
                "ledger.unit_level", f"“{name}”不是{LEVELS.get(self.form.unit_level, self.form.unit_level)}",
                f"“{self.form.label}”按{LEVELS.get(self.form.unit_level, '规定的一级')}登记。", place,
            )  # fmt: skip
        self._may_write(unit, place)
        return unit

    def _may_write(self, unit: UUID, place: Place) -> None:
        if unit not in self._may_fill:
            self._may_fill[unit] = self.filler.covers(unit)
        if not self._may_fill[unit]:
            raise Refused(
                "ledger.refused", f"您没有在这里填报“{self.form.label}”的权限", "请联系本模块负责人，或改选您负责的地方。", place
            )


LEVELS = {"grid": "网格", "village": "村（社区）", "township": "乡镇"}


@lru_cache(maxsize=512)
def form_of(definition: Definition) -> Form:
    """The form of a ledger's revision."""
    return make_form(definition.body)


def raise_lost_links(desk: Desk, drafts: Sequence[Draft]) -> None:
    """Refuse links that lead nowhere, each with its row."""
    lost = [
        Problem(
            "ledger.link", f"{label}：没有“{key}”这条记录", "先登记它，或核对编号。",
            Place(drafts[index].place.file or desk.form.label, drafts[index].place.row, label),
        )
        for index, label, key in desk.missing_links(drafts)
    ]  # fmt: skip
    if lost:
        raise Problems(lost)


def _chunks(items: list[str], size: int) -> list[list[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
