"""What a change of the units does to their history: checks, the rows to retire and to add. Pure; no database.

``on`` is always the first day of the new state. A change never rewrites what held before ``on``; the row that
is cut is retired and its shortened copy added, so that what was known earlier can still be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from zhenwu.kernel.orgs.history import History, Placement, Succession
from zhenwu.kernel.orgs.tree import Tree
from zhenwu.lib.problems import Problem

KINDS = {"county": "县", "township": "乡镇", "village": "村", "grid": "网格", "office": "站所"}
# A grid may hang directly under the township: that is where the grids of a divided village wait (未分配).
_BELONGS_UNDER = {
    "county": frozenset[str](),
    "township": frozenset({"county"}),
    "village": frozenset({"township"}),
    "grid": frozenset({"village", "township"}),
    "office": frozenset({"county", "township"}),
}
LONGEST_NAME = 60
LONGEST_CODE = 32


@dataclass(frozen=True)
class NewUnit:
    """A unit to be opened; ``parent_id`` may name another new unit of the same change."""

    unit_id: UUID
    parent_id: UUID | None
    kind: str
    name: str
    code: str = ""


@dataclass(frozen=True)
class Change:
    """Rows to retire, rows to add, successions to add."""

    retire: tuple[Placement, ...] = ()
    add: tuple[Placement, ...] = ()
    successions: tuple[Succession, ...] = ()
    touched: frozenset[UUID] = field(default=frozenset())

    def applied_to(self, history: History) -> History:
        """The history afterwards."""
        gone = set(self.retire)
        kept = [placement for placement in history.placements if placement not in gone]
        return History([*kept, *self.add], [*history.successions, *self.successions])


def opening(history: History, units: Sequence[NewUnit], on: date) -> Change:
    """Open units; raises ``Problem('orgs.unit.*')`` for a bad kind, name, parent or day."""
    return _checked(history, on, add=[_new(unit, on) for unit in units])


def renaming(history: History, unit_id: UUID, name: str, on: date) -> Change:
    """Give a unit another name from a day on."""
    current = _standing(history, unit_id, on)
    return _recut(history, [(current, replace(current, name=worded(name)))], on)


def moving(history: History, unit_id: UUID, parent_id: UUID, on: date) -> Change:
    """Put a unit under another parent of the same township; raises for a cycle or a crossing of townships."""
    current = _standing(history, unit_id, on)
    if current.parent_id is None:
        raise Problem("orgs.unit.root", "最上级单位不能调整上级", "请选择它下面的单位。")
    tree = Tree(on, history)
    _standing_parent(tree, parent_id)
    if parent_id in tree.under(unit_id):
        raise Problem("orgs.tree.cycle", f"“{current.name}”不能归到自己或自己的下级之下", "请另选上级单位。")
    if _township(tree, unit_id) != _township(tree, parent_id):
        raise Problem("orgs.unit.township", f"“{current.name}”不能跨乡镇调整", "请先撤销，再到新乡镇设立。")
    return _recut(history, [(current, replace(current, parent_id=parent_id))], on)


def merging(history: History, units: Sequence[UUID], into: NewUnit, on: date) -> Change:
    """End units of one kind and parent; ``into`` (its kind and parent are taken from them) succeeds them all.

    What lay under them comes to lie under ``into``; names alike there have to be told apart first.
    """
    old = [_standing(history, unit_id, on) for unit_id in dict.fromkeys(units)]
    if len(old) < 2:
        raise Problem("orgs.merge.few", "合并至少要选两个单位", "请再选一个单位。")
    if len({(placement.kind, placement.parent_id) for placement in old}) > 1:
        raise Problem("orgs.merge.unlike", "只能合并同一上级之下的同级单位", "请先把它们调整到同一上级之下。")
    _refuse_root(old[0])
    tree = Tree(on, history)
    fresh = replace(into, parent_id=old[0].parent_id, kind=old[0].kind)
    below = [tree.placement(child) for placement in old for child in tree.children(placement.unit_id)]
    return _recut(
        history,
        [
            *((placement, None) for placement in old),
            *((c, replace(c, parent_id=fresh.unit_id)) for c in below),
        ],
        on,
        add=[_new(fresh, on)],
        successions=[Succession(placement.unit_id, fresh.unit_id, on) for placement in old],
    )


def splitting(
    history: History, unit_id: UUID, into: Sequence[NewUnit], on: date, allotted: Mapping[UUID, UUID]
) -> Change:
    """End a unit; each of ``into`` succeeds it in part. ``allotted``: which child goes to which new unit.

    A child that is not allotted goes directly under the parent (未分配): nobody guesses.
    """
    old = _standing(history, unit_id, on)
    _refuse_root(old)
    if len(into) < 2:
        raise Problem("orgs.split.few", "拆分至少要写两个新单位的名称", "只改名称请用“更名”。")
    tree = Tree(on, history)
    fresh = [replace(unit, parent_id=old.parent_id, kind=old.kind) for unit in into]
    children = tree.children(unit_id)
    if set(allotted) - set(children) or set(allotted.values()) - {unit.unit_id for unit in fresh}:
        raise Problem("orgs.split.allotted", "分配表里有不属于这次拆分的单位", "只能分配它现有的直接下级。")
    below = [tree.placement(child) for child in children]
    cuts = [(p, replace(p, parent_id=allotted.get(p.unit_id, old.parent_id))) for p in below]
    return _recut(
        history,
        [(old, None), *cuts],
        on,
        add=[_new(unit, on) for unit in fresh],
        successions=[Succession(unit_id, unit.unit_id, on) for unit in fresh],
    )


def closing(history: History, unit_id: UUID, on: date) -> Change:
    """End a unit that has nothing below it and no successor."""
    current = _standing(history, unit_id, on)
    _refuse_root(current)
    tree = Tree(on, history)
    if tree.children(unit_id):
        names = "、".join(tree.name(child) for child in tree.children(unit_id)[:5])
        raise Problem("orgs.unit.not_empty", f"“{current.name}”之下还有单位：{names}", "先调整或撤销它们。")
    return _recut(history, [(current, None)], on)


def _standing(history: History, unit_id: UUID, on: date) -> Placement:
    """The unit's last placement, which must hold on the day and have begun by it."""
    last = history.of(unit_id)[-1]
    if last.valid_until is not None:
        raise Problem("orgs.unit.ended", f"“{last.name}”已于{last.valid_until}撤销", "请选择现有的单位。")
    if on < last.valid_from:
        raise Problem(
            "orgs.unit.before",
            f"“{last.name}”在{last.valid_from}已有变动，不能再从{on}改起",
            f"生效日期不早于{last.valid_from}。",
        )
    return last


def _standing_parent(tree: Tree, parent_id: UUID) -> None:
    last = tree.history.of(parent_id)[-1]
    if parent_id not in tree or last.valid_until is not None:
        raise Problem("orgs.parent.absent", f"“{last.name}”在{tree.day}尚未设立或已撤销", "请另选上级或生效日期。")


def _refuse_root(placement: Placement) -> None:
    if placement.parent_id is None:
        raise Problem("orgs.unit.root", "最上级单位不能撤并", "请选择它下面的单位。")


def worded(name: str) -> str:
    """A name fit to print: no outer blanks, not empty, one line, not too long."""
    kept = name.strip()
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable():
        raise Problem("orgs.unit.name", "单位名称不合要求", f"写1到{LONGEST_NAME}个字，不要换行。")
    return kept


def _new(unit: NewUnit, on: date) -> Placement:
    if unit.kind not in KINDS:
        raise Problem("orgs.unit.kind", f"没有“{unit.kind}”这种单位", "可用：" + "、".join(KINDS) + "。")
    if len(unit.code) > LONGEST_CODE or not unit.code.isprintable():
        raise Problem("orgs.unit.code", "单位编码不合要求", f"不超过{LONGEST_CODE}个字符。")
    return Placement(unit.unit_id, unit.parent_id, unit.kind, worded(unit.name), unit.code.strip(), on)


def _recut(
    history: History,
    cuts: Sequence[tuple[Placement, Placement | None]],
    on: date,
    add: Sequence[Placement] = (),
    successions: Sequence[Succession] = (),
) -> Change:
    """Shorten each placement to end on ``on`` and let its other form (if any) follow."""
    rows = list(add)
    for before, after in cuts:
        if before.valid_until is not None or on < before.valid_from:
            _standing(history, before.unit_id, on)
        if before.valid_from < on:
            rows.append(replace(before, valid_until=on))
        elif after is None:
            raise Problem("orgs.unit.same_day", f"“{before.name}”在{on}当天才有变动", "撤并请往后推一天。")
        if after is not None:
            rows.append(replace(after, valid_from=on, valid_until=None))
    return _checked(history, on, [before for before, _ in cuts], rows, successions)


def _checked(
    history: History,
    on: date,
    retire: Sequence[Placement] = (),
    add: Sequence[Placement] = (),
    successions: Sequence[Succession] = (),
) -> Change:
    """The change, once the tree has been found sound on ``on`` and on every later day already booked."""
    touched = frozenset(placement.unit_id for placement in [*retire, *add])
    change = Change(tuple(retire), tuple(add), tuple(successions), touched)
    after = change.applied_to(history)
    for placement in add:
        if placement.parent_id is not None:
            after.of(placement.parent_id)
    for day in after.boundaries(on):
        _sound(Tree(day, after), touched)
    return change


def _sound(tree: Tree, touched: frozenset[UUID]) -> None:
    """Kinds nest; no two names alike under one parent; no code twice."""
    names = Counter((tree.parent(unit_id), tree.name(unit_id)) for unit_id in tree.order)
    codes = Counter(tree.code(unit_id) for unit_id in tree.order)
    for unit_id in touched & set(tree.order):
        placement = tree.placement(unit_id)
        if placement.code and codes[placement.code] > 1:
            raise Problem("orgs.unit.code_taken", f"编码{placement.code}已被别的单位使用", "请换一个编码。")
        if placement.parent_id is None:
            continue
        above = tree.placement(placement.parent_id)
        if above.kind not in _BELONGS_UNDER[placement.kind]:
            what = f"{KINDS[placement.kind]}“{placement.name}”不能设在{KINDS[above.kind]}“{above.name}”之下"
            raise Problem("orgs.unit.level", what, "请另选上级单位。")
        if names[above.unit_id, placement.name] > 1:
            what = f"“{above.name}”之下不能有两个“{placement.name}”"
            raise Problem("orgs.unit.alike", what, "请换一个名称，或先给原有的更名。")


def _township(tree: Tree, unit_id: UUID) -> UUID | None:
    return next((u for u in (unit_id, *tree.ancestors(unit_id)) if tree.kind(u) == "township"), None)
