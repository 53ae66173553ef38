"""Bindings: what stands in each blank. Data in TOML, joined to foreign text by anchors, to our own by keys.

    [[slot]]
    id = 32
    meaning = "拆除违法建筑面积"
    kind = "number"   unit = "万平方米"   decimals = 1
    metric = "demolition.area"   period = "year"
    anchor = "number 32 <hashes> <hashes>"

The source is exactly one of ``metric`` (with ``period``), ``record`` (words of a record, see ``wording``), ``profile``, ``text`` (a year, such as ``year+1``)
or ``pending = true`` (with a ``hint``): the last is what nothing can know, and prints 待补.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from zhenwu.kernel.reports.anchors import Anchor
from zhenwu.kernel.reports.claims import Claim, read_claim
from zhenwu.kernel.reports.constraints import Rule, read_rule
from zhenwu.kernel.reports.periods import resolve_period
from zhenwu.kernel.reports.slots import KINDS, Slot
from zhenwu.kernel.reports.wording import Wording, read_wording
from zhenwu.lib.printing import Form, read_rough
from zhenwu.lib.problems import Place, Problem, Problems
from zhenwu.lib.units import read_unit

BindingId = int | str

SOURCES = ("metric", "record", "profile", "text", "pending")
_FILE_KEYS = {"format", "label", "fingerprint", "slot", "rule", "claim"}
_SLOT_KEYS = {"id", "meaning", "kind", "unit", "decimals", "anchor", "period", "hint", "rough", *SOURCES}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_METRIC = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_YEAR = re.compile(r"year(?:[+-]\d{1,4})?")


@dataclass(frozen=True)
class Binding:
    """What one blank says; exactly one of ``metric``, ``record``, ``profile``, ``text``, ``pending`` is set."""

    id: BindingId
    meaning: str
    kind: str
    unit: str = ""
    decimals: int = 0
    metric: str = ""
    period: str = ""
    profile: str = ""
    text: str = ""
    pending: bool = False
    hint: str = ""
    anchor: Anchor | None = None
    key: str = ""
    record: Wording | None = None
    rough: str = ""

    def say(self, year: int) -> str:
        """What a ``text`` source prints: the year under review moved by so many years (``year-1920`` of 2020: 100)."""
        return str(year + int(self.text.removeprefix("year") or 0))

    def form(self, slot: Slot) -> Form:
        """Unit and decimals are the binding's, the rounding word and percent sign the text's."""
        return Form(self.unit or slot.unit, self.decimals, self.kind == "percent", slot.word, slot.sign, self.rough)


@dataclass(frozen=True)
class Bindings:
    """All bindings of one template, the rules its text lays on the figures, and the claims it makes without a figure."""

    slots: tuple[Binding, ...]
    rules: tuple[Rule, ...] = ()
    label: str = ""
    fingerprint: str = ""
    claims: tuple[Claim, ...] = ()

    def __getitem__(self, binding_id: BindingId) -> Binding:
        return self._by_id[binding_id]

    @cached_property
    def _by_id(self) -> Mapping[BindingId, Binding]:
        return {binding.id: binding for binding in self.slots}


def read_bindings(path: Path) -> Bindings:
    """Read a bindings file; raises ``Problem`` for no TOML, or ``Problems`` with all that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem("binding.no_file", "找不到取数关联文件", "请检查文件名。", Place(path.name)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(
            "binding.toml",
            f"文件不是合格的 TOML：{error}",
            "请按提示的行改正。",
            Place(path.name),
        ) from error
    return parse_bindings(data, path.name)


def parse_bindings(data: Mapping[str, Any], name: str) -> Bindings:
    """Bindings from the plain tables of a file called ``name``; raises ``Problems`` listing every fault."""
    found: list[Problem] = []
    _refuse_unknown(data, _FILE_KEYS, Place(name), found)
    slots = [_collect(found, read_slot, entry, name) for entry in _tables(data, "slot", name, found)]
    rules = [_collect(found, read_rule, entry, name) for entry in _tables(data, "rule", name, found)]
    claims = [_collect(found, read_claim, entry, name) for entry in _tables(data, "claim", name, found)]
    _refuse_twins([slot.id for slot in slots if slot], name, found)
    if found:
        raise Problems(found)
    return Bindings(
        tuple(slot for slot in slots if slot),
        tuple(rule for rule in rules if rule),
        str(data.get("label", "")),
        str(data.get("fingerprint", "")),
        tuple(claim for claim in claims if claim),
    )


def read_slot(entry: Mapping[str, Any], file: str, key: str = "") -> Binding:
    """One ``[[slot]]`` table (or one ``name = {…}`` line of our own front matter, then with ``key``)."""
    place = Place(file, key=key or f"slot {entry.get('id', '?')}")
    found: list[Problem] = []
    _refuse_unknown(entry, _SLOT_KEYS - ({"id", "anchor"} if key else set()), place, found)
    if found:
        raise found[0]
    sources = [source for source in SOURCES if entry.get(source)]
    if len(sources) != 1:
        raise Problem(
            "binding.source",
            "取数来源要写且只写一个",
            f"从 {'、'.join(SOURCES)} 中选一个。",
            place,
        )
    anchor = Anchor.read(str(entry["anchor"])) if "anchor" in entry else None
    fields = {name: entry[name] for name in _SLOT_KEYS & set(entry) - {"id", "anchor"}}
    if "rough" in fields:
        read_rough(str(fields["rough"]))
    if "record" in fields:
        fields["record"] = read_wording(fields["record"], place)
    kind = fields.setdefault("kind", _kind_implied(sources[0], str(fields.get("unit", ""))))
    fields.setdefault("meaning", key)
    binding = Binding(id=key or entry.get("id", 0), anchor=anchor, key=key, **fields)
    _check(binding, kind, place)
    return binding


def _kind_implied(source: str, unit: str) -> str:
    if source == "text":
        return "year"
    if source != "metric":
        return "name"
    return "percent" if unit in ("%", "‰") else "number"


def _check(binding: Binding, kind: str, place: Place) -> None:
    if kind not in KINDS:
        raise Problem("binding.kind", f"没有“{kind}”这种待填项", f"可用：{'、'.join(KINDS)}。", place)
    if type(binding.id) not in (int, str) or not binding.id:
        raise Problem("binding.id", "每个待填项要有 id", "写 id = 1、id = 2……，不重复。", place)
    if type(binding.decimals) is not int or not 0 <= binding.decimals <= 6:
        raise Problem("binding.decimals", "小数位数要是 0 到 6 的整数", "例如 decimals = 1。", place)
    texts = (
        binding.meaning,
        binding.unit,
        binding.metric,
        binding.period,
        binding.profile,
        binding.text,
        binding.hint,
        binding.rough,
    )
    if not all(isinstance(text, str) for text in texts) or not isinstance(binding.pending, bool):
        raise Problem(
            "binding.type",
            "有一项的写法不对",
            "除 id、decimals、pending 外都写成带引号的文字。",
            place,
        )
    if binding.metric and not _METRIC.fullmatch(binding.metric):
        raise Problem(
            "binding.metric",
            f"指标名“{binding.metric}”写法不对",
            "写成 模块.指标，如 demolition.area。",
            place,
        )
    if binding.profile and not _NAME.fullmatch(binding.profile):
        raise Problem(
            "binding.profile",
            f"镇情项“{binding.profile}”写法不对",
            "只用小写字母、数字和下划线。",
            place,
        )
    if binding.metric or binding.period:
        resolve_period(binding.period, 2020)
    if binding.text and not _YEAR.fullmatch(binding.text):
        raise Problem("binding.text", f"看不懂的年份“{binding.text}”", "写成 year、year+1、year-5。", place)
    if binding.metric and kind in ("number", "percent"):
        read_unit(binding.unit)


def _tables(data: Mapping[str, Any], name: str, file: str, found: list[Problem]) -> list[Mapping[str, Any]]:
    tables = data.get(name, [])
    if isinstance(tables, list) and all(isinstance(entry, dict) for entry in tables):
        return tables
    found.append(
        Problem("binding.type", f"{name} 要写成 [[{name}]]", "每项一段，以双方括号开头。", Place(file))
    )
    return []


def _collect(found: list[Problem], read: Any, entry: Mapping[str, Any], file: str) -> Any:
    try:
        return read(entry, file)
    except Problem as problem:
        place = Place(file, key=f"{entry.get('id', '?')}")
        found.append(problem if problem.place.file else problem.at(place))
        return None


def _refuse_unknown(entry: Mapping[str, Any], allowed: set[str], place: Place, found: list[Problem]) -> None:
    for key in sorted(set(entry) - allowed):
        remedy = f"可用的键：{'、'.join(sorted(allowed))}。"
        found.append(Problem("binding.unknown_key", f"不认识的键“{key}”", remedy, place))


def _refuse_twins(ids: Iterable[BindingId], file: str, found: list[Problem]) -> None:
    seen: set[BindingId] = set()
    for one in ids:
        if one in seen:
            found.append(
                Problem(
                    "binding.twice", f"id {one} 写了两次", "每个 id 只写一次。", Place(file, key=str(one))
                )
            )
        seen.add(one)
