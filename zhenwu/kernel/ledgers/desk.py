"""The desk where entries of one ledger are received: form, rights, places and closed years, looked up once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from zhenwu.kernel.definitions.api import Definition, current
from zhenwu.kernel.journal.api import IN, ask, ask_of, read_date
from zhenwu.kernel.ledgers.entering import ABSENT, Remembered
from zhenwu.kernel.ledgers.filling_rights import RANK, Filler
from zhenwu.kernel.ledgers.forms import Form, make_form
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.readers import read_day, read_plain
from zhenwu.kernel.ledgers.scoping import live_by_key, live_version
from zhenwu.kernel.ledgers.subjects import Sealer
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused

_HELD = "SELECT key, record_id FROM ledgers_version WHERE ledger = %s AND retired_by_id IS NULL AND NOT removed AND key IN (%s)"
_NAMED = "SELECT key, starts_on, ends_on, data FROM ledgers_version WHERE ledger = %s AND retired_by_id IS NULL AND NOT removed AND key IN (%s)"
LONGEST_KEY, LONGEST_REASON = 200, 200  # as the database keeps them
AUTHORITIES = {"self": "自报", "reviewed": "初核", "recognised": "县认定"}
LEVELS = {"grid": "网格", "village": "村（社区）", "township": "乡镇"}


class Until(Enum):
    """``Until.OPEN`` says that a record has no end, also where it had one: no text that anybody can type means it."""

    OPEN = True


class Standing(NamedTuple):
    """Where and when a version stands, and on whose word."""

    unit: UUID
    starts_on: date
    ends_on: date | None
    authority: str
    reason: str


class Desk:
    """One ledger and one actor. What it refuses it refuses as a ``Problem`` without a place.

    ``day``, ``unit``, ``writable``, ``authority`` and ``reason`` map what was entered to what is stored.
    """

    def __init__(self, actor: Actor, ledger: str) -> None:
        self.actor = actor
        self.definition: Definition = current("ledger", ledger)
        self.form: Form = form_of(self.definition)
        self.sealer = Sealer(self.form)
        self.closed = closed_years()
        self._plain_key = len(self.form.key_fields) == 1 and self.form.key_fields[0] not in self.form.personal
        self._tree = tree(today())
        self._filler = Filler(actor, self.form, self._tree)
        self._last_day = today() + timedelta(days=1)
        self.day, self.until = Remembered(self._day), Remembered(_until)
        self.unit, self.writable = Remembered(self._unit), Remembered(self._may_write)
        self.authority, self.reason = Remembered(_authority), Remembered(_reason)

    def days(
        self, day: date | str | None, until: date | str | Until | None, before: Version | None
    ) -> tuple[date, date | None]:
        """First day and (exclusive) last; what is not entered stays as it was ``before``."""
        start = self.day[day] if day else before.starts_on if before else self.day[None]
        end = None if until is Until.OPEN else self.until[until] if until else before.ends_on if before else None
        if end is not None and self.form.shape == "flow":
            raise Problem("ledger.until", "发生一次的记录没有截止日期", "去掉截止日期。")
        if end is not None and end < start:
            raise Problem("ledger.until", f"截止日期 {end} 早于开始日期 {start}", "请核对两个日期。")
        return start, end

    def graded(self, told: str | None, otherwise: str, unit: UUID) -> str:
        """Whose number it is; only who answers for the township says another than it was (``otherwise``)."""
        authority = self.authority[told or otherwise]
        if authority != otherwise and not self._filler.may_grade(unit):
            message = f"您不能把数据性质定为{AUTHORITIES[authority]}"
            raise Refused("ledger.grade", message, "由站所负责核定；您登记的先按自报。")
        return authority

    def lowered(self, standing: Standing) -> Standing:
        """A standing whose content the actor changed: at most on the word that they themselves can give."""
        return standing._replace(authority=min(standing.authority, self._filler.most(standing.unit), key=RANK.__getitem__))

    def key(self, told: Sequence[Any]) -> str:
        """The key made of what the key fields say (personal ones as texts), in their order; "" when they say nothing."""
        if self._plain_key:
            key = "" if told[0] is None or told[0] is ABSENT else str(told[0])
        else:
            key = self._joined(told)
        if len(key) > LONGEST_KEY:
            raise Problem("ledger.key_long", f"编号太长（{len(key)} 字，最多 {LONGEST_KEY} 字）", "请缩短编号。")
        return key

    def keys(self, told: Sequence[Sequence[Any]], count: int) -> list[str]:
        """The keys of so many rows; ``told`` holds a column for each key field."""
        if self._plain_key and set(map(type, told[0])) == {str} and max(map(len, told[0])) <= LONGEST_KEY:
            return list(told[0])
        return list(map(self.key, zip(*told, strict=True))) if told else [""] * count

    def _joined(self, told: Sequence[Any]) -> str:
        parts = [
            "" if value is None or value is ABSENT
            else self.sealer.token(name, value) if name in self.form.personal
            else str(value)
            for name, value in zip(self.form.key_fields, told, strict=True)
        ]  # fmt: skip
        return "/".join(parts) if any(parts) else ""

    def key_after(self, before: Version, told: Sequence[Any]) -> str:
        """The key of a correction: what its key fields do not say stays as it was."""
        if all(value is ABSENT for value in told):
            return before.key
        said = {**before.data, **self.sealer.standing(before.data)} if ABSENT in told else {}
        named = zip(self.form.key_fields, told, strict=True)
        return self.key([said.get(name) if value is ABSENT else value for name, value in named]) or before.key

    def live(self, record_id: UUID, base_version: int) -> Version:
        """The version to be replaced; a stale base returns both (``Conflict``)."""
        found = live_version(record_id)
        if found is None or found.removed or found.ledger != self.form.key:
            raise NotFound("record.unknown", "没有这条记录，或已经作废", "请刷新台账后再试。")
        if found.number != base_version:
            raise Conflict(
                f"这条记录已由别人更正到第 {found.number} 版，您手里的是第 {base_version} 版",
                base_version,
                found.number,
            )
        return found

    def voided(self, record_id: UUID, base_version: int) -> Version:
        """The version that says a record is void, to be replaced by one that stands again; a stale base returns both (``Conflict``)."""
        found = Version.objects.filter(record_id=record_id, retired_by=None, ledger=self.form.key).first()
        if found is None or not found.removed and found.number == base_version:
            raise NotFound("record.not_void", "没有这条作废的记录", "可能已经恢复，请刷新这一页。")
        if found.number != base_version:
            raise Conflict(f"这条记录已由别人改到第 {found.number} 版，您手里的是第 {base_version} 版", base_version, found.number)
        return found

    def live_by_key(self, keys: Sequence[str]) -> dict[str, Version]:
        """Live versions by record key, for bulk corrections."""
        return live_by_key(self.form.key, keys)

    def holders(self, keys: Sequence[str]) -> dict[str, str]:
        """Key → the record (32 hexadecimal digits) that has it, of those keys that are taken."""
        if len(keys) <= IN:
            return dict(_held(self.form.key, keys))
        rows = Version.objects.filter(ledger=self.form.key, retired_by=None, removed=False).values_list("key", "record_id")
        if rows.order_by("key")[len(keys) :].exists():
            return dict(_held(self.form.key, keys))
        wanted = set(keys)  # the ledger is the shorter list
        return {key: record.hex for key, record in rows if key in wanted}

    def _day(self, told: date | str | None) -> date:
        if not told:
            raise Problem("ledger.required", f"{self.form.day_label}：必须填写", "请补上日期。")
        day = date.fromisoformat(read_day(told))
        if day > self._last_day or day.year < 1900:
            remedy = "不能晚于今天，也不能早于1900年；计划请记在计划里。"
            raise Problem("ledger.day_range", f"{self.form.day_label} {day} 不可能", remedy)
        return day

    def _unit(self, unit: UUID | None) -> UUID:
        if unit is None:
            raise Problem("ledger.unit", "没有写所在的网格或村", "请选择记录发生的地方。")
        if unit not in self._tree:
            raise Problem("ledger.unit", "所选的地方已经撤并或不存在", "请改选撤并后的网格或村。")
        level = self.form.unit_level
        if self._tree.kind(unit) != level:
            message = f"“{self._tree.name(unit)}”不是{LEVELS.get(level, level)}"
            raise Problem("ledger.unit_level", message, f"“{self.form.label}”按{LEVELS.get(level, '规定的一级')}登记。")
        return self.writable[unit]

    def _may_write(self, unit: UUID) -> UUID:
        if not self._filler.covers(unit):
            message = f"您没有在这里填报“{self.form.label}”的权限"
            raise Refused("ledger.refused", message, "请联系本模块负责人，或改选您负责的地方。")
        return unit


def closed_years() -> frozenset[int]:
    """The business years that were declared complete."""
    return frozenset(year for (year,) in ask("SELECT year FROM ledgers_yearclosing"))


def existing_keys(ledger: str, keys: Iterable[str]) -> set[str]:
    """Those of the keys that a live record of a ledger has."""
    return {key for key, _ in _held(ledger, sorted(set(keys)))}


def named_by(ledger: str, keys: Iterable[str]) -> dict[str, tuple[date, date | None, dict[str, Any]]]:
    """key → from when until when (exclusive) the live record of it stands, and what it says."""
    wanted = sorted(set(keys))
    return {key: (read_date(first), read_date(end), orjson.loads(data)) for key, first, end, data in ask_of(_NAMED, wanted, ledger)}


def _held(ledger: str, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(key, record) of those of the keys that a live record of a ledger has."""
    return ((key, record if isinstance(record, str) else record.hex) for key, record in ask_of(_HELD, keys, ledger))


@lru_cache(maxsize=512)
def form_of(definition: Definition) -> Form:
    """The form of a ledger's revision."""
    return make_form(definition.body)


def _until(told: date | str) -> date:
    return date.fromisoformat(read_day(told))


def _authority(told: str) -> str:
    if told not in AUTHORITIES:
        known = "、".join(AUTHORITIES.values())
        raise Problem("ledger.authority", "没有这种数据性质", f"可选：{known}。")
    return told


def _reason(told: str) -> str:
    text = read_plain(told.strip())
    if len(text) > LONGEST_REASON:
        raise Problem("ledger.reason", f"原因太长（最多 {LONGEST_REASON} 字）", "请写得简短一些。")
    return text
