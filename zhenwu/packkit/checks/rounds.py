"""Rounds: their ledgers are there and have the fields that the kernel reads and writes; their conditions read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zhenwu.lib.problems import Place, Problem
from zhenwu.lib.rounds import WORDS
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.rounds import columns_of, fields_of, ledger_named, visit_columns
from zhenwu.packkit.vocabulary import PLAN_FIELDS, PLAN_LIMITS, ROUND_LEDGERS, TALLY_FIELDS

LONGEST_GRACE = 60
_SHAPES = {"of": "stock", "by": "flow", "plan": "stock", "into": "flow"}
_SHAPE_WORDS = {"stock": "一直存在的（stock）", "flow": "发生一次的（flow）"}


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found = [problem for one in pack.rounds.values() if one.sound for problem in _round(pack, others, one)]
    taken: dict[str, Entry] = {}
    for one in pack.rounds.values():
        into = pack.full(one.table.get("into") or "")
        if taken.setdefault(into, one) is not one:
            found.append(Problem("round.into", f"“{into}”已经是另一项周期任务的达标表", "每项周期任务各用一本。", one.place("into")))
    return found


def _round(pack: Draft, others: Mapping[str, Draft], one: Entry) -> Iterator[Problem]:
    ledgers = {name: ledger_named(pack, others, one, name) for name in ROUND_LEDGERS if one.table.get(name)}
    wrong = list(_ledgers(pack, others, one, ledgers)) + list(_how_often(one))
    yield from wrong
    if wrong or not all(ledger is not None and ledger.sound for ledger in ledgers.values()):
        return  # said here or elsewhere
    fields = {name: fields_of(ledger) for name, ledger in ledgers.items()}
    yield from _links(pack, one, fields)
    yield from _tally(one, ledgers, fields["into"])
    yield from _plan(one, fields)
    yield from _named(one, fields)
    yield from _lines(one, fields)
    for name, columns in (("where", columns_of(ledgers["of"])), ("valid", visit_columns(pack, others, one)), ("missed", columns_of(ledgers["into"]))):
        if one.table[name]:
            yield from judge(one.table[name], columns, one.place(name))


def _ledgers(pack: Draft, others: Mapping[str, Draft], one: Entry, ledgers: Mapping[str, Entry | None]) -> Iterator[Problem]:
    for name, ledger in ledgers.items():
        key = pack.full(one.table[name])
        if ledger is None and (key.startswith(f"{pack.id}.") or key.split(".")[0] in others):
            yield Problem("round.ledger", f"没有“{key}”这本台账", f"本模块可以用：{'、'.join(pack.ledgers)}。", one.place(name))
        elif ledger is not None and ledger.sound and ledger.table["shape"] != _SHAPES[name]:
            yield Problem("round.shape", f"“{key}”不是{_SHAPE_WORDS[_SHAPES[name]]}台账", f"{name} 要写这样的台账。", one.place(name))
    if one.table["grace_days"] > LONGEST_GRACE:
        yield Problem("round.grace", f"宽限最多 {LONGEST_GRACE} 天", "写期满以后等几天再算，例如 grace_days = 3。", one.place("grace_days"))
    if one.table["into"] and not pack.full(one.table["into"]).startswith(f"{pack.id}."):
        yield Problem("round.into", "达标表要放在本模块里", "在本模块的 ledgers 里建一本。", one.place("into"))


def _how_often(one: Entry) -> Iterator[Problem]:
    if bool(one.table["plan"]) == bool(one.table["every"]):
        remedy = 'plan = "计划台账"，或 every = "对象里写多少天一次的字段"，写一个。'
        yield Problem("round.plan", "要写明多久做一次", remedy, one.place("plan"))
    elif bool(one.table["plan"]) != bool(one.table["same"]):
        yield Problem("round.same", "plan 和 same 要一起写", "same 写对象和计划里哪些字段要相同，例如 same = [\"kind\"]。", one.place("same"))


def _links(pack: Draft, one: Entry, fields: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Iterator[Problem]:
    link, of = one.table["link"], pack.full(one.table["of"])
    for name in ("by", "into"):
        field = fields[name].get(link)
        if field is None or field["type"] != "link" or pack.full(str(field.get("ledger") or "")) != of:
            yield Problem("round.link", f"“{one.table[name]}”里没有关联“{of}”的字段“{link}”", f"加一个 type = \"link\"、ledger = \"{one.table['of']}\" 的字段。", one.place("link"))


def _tally(one: Entry, ledgers: Mapping[str, Entry | None], fields: Mapping[str, Mapping[str, object]]) -> Iterator[Problem]:
    into, of = ledgers["into"], ledgers["of"]
    assert into is not None and of is not None
    place, link = Place(into.file), one.table["link"]
    yield from _lacking(fields, TALLY_FIELDS, place, "达标表")
    if tuple(into.table["key"]) != (link, "sheet"):
        yield Problem("round.key", "达标表一个对象一期一条", f'写 key = ["{link}", "sheet"]。', place)
    if into.table["unit_level"] != of.table["unit_level"]:
        yield Problem("round.unit_level", "达标表要和对象记在同一级", f'写 unit_level = "{of.table["unit_level"]}"。', place)
    others = [name for name, field in fields.items() if field["required"] and name not in (*TALLY_FIELDS, link) and name not in fields_of(of)]
    if others:
        yield Problem("round.required", f"系统填不出：{'、'.join(others)}", "去掉 required；要人补的事后再补。", place)


def _plan(one: Entry, fields: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Iterator[Problem]:
    if one.table["every"]:
        yield from _lacking(fields["of"], {one.table["every"]: "integer"}, one.place("every"), "对象台账")
        return
    plan = fields["plan"]
    yield from _lacking(plan, PLAN_FIELDS | {name: "integer" for name in PLAN_LIMITS if name in plan}, one.place("plan"), "计划台账")
    choices = plan.get("per", {}).get("choices")
    unknown = [code for code, _ in choices if code not in WORDS] if isinstance(choices, tuple) else []
    if unknown:
        yield Problem("round.per", f"不认得的周期：{'、'.join(unknown)}", f"per 的代号可以用：{'、'.join(WORDS)}。", one.place("plan"))
    for name in one.table["same"]:
        kinds = [fields[of].get(name, {}).get("type") for of in ("of", "plan")]
        if None in kinds or kinds[0] != kinds[1]:
            yield Problem("round.same", f"对象和计划里没有同样的字段“{name}”", "两本台账里各有一个同代号、同种类的字段。", one.place("same"))


def _lines(one: Entry, fields: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Iterator[Problem]:
    told = {name: one.table[name] for name in ("course", "track", "near") if one.table[name]}
    if told and not {"course", "track"} <= set(told):
        yield Problem("round.lines", "course 和 track 要一起写", "course 写对象里的线，track 写记录里的轨迹，都是 type = \"polyline\" 的字段。", one.place(next(iter(told))))
    if told and "covered" in fields["by"]:
        yield Problem("round.lines", f"“{one.table['by']}”里已经有一个字段叫 covered", "covered 是系统算的“走到全线的百分之几”，把字段改个代号。", one.place("track"))
    for name, where, kind in (("course", "of", "polyline"), ("track", "by", "polyline"), ("near", "plan", "integer")):
        if name in told and fields.get(where, {}).get(told[name], {}).get("type") != kind:
            yield Problem("round.field", f"“{one.table[where] or where}”里没有字段“{told[name]}”，或种类不对", f'加一个 id = "{told[name]}"、type = "{kind}" 的字段。', one.place(name))


def _named(one: Entry, fields: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Iterator[Problem]:
    for name, where in (("title", "of"), ("chief", "of"), ("clock", "by")):
        wanted = one.table[name]
        if wanted and fields[where].get(wanted, {}).get("type") not in ("text", "link"):
            yield Problem("round.field", f"“{one.table[where]}”里没有文字字段“{wanted}”", f"可以用：{'、'.join(fields[where])}。", one.place(name))


def _lacking(fields: Mapping[str, Mapping[str, object]], wanted: Mapping[str, str], place: Place, what: str) -> Iterator[Problem]:
    for name, kind in wanted.items():
        if fields.get(name, {}).get("type") != kind:
            yield Problem("round.field", f"{what}里没有字段“{name}”，或种类不对", f'加一个 id = "{name}"、type = "{kind}" 的字段。', place)
