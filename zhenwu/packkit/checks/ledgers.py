"""Ledgers: the key names real fields, bounds lie within the scale, links lead somewhere, units exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from zhenwu.lib.problems import Place, Problem
from zhenwu.lib.units import read_unit
from zhenwu.packkit.checks import signs
from zhenwu.packkit.columns import ledger_columns
from zhenwu.packkit.conditions import judge
from zhenwu.packkit.draft import Draft, Entry
from zhenwu.packkit.vocabulary import MEASURED_IN, MEASURES, PERSONAL, RESERVED_FIELDS

MAX_SCALE = 6
MAX_TEXT = 4000
_KEY_TYPES = ("text", "choice", "integer", "date", "link")


def check(pack: Draft, others: Mapping[str, Draft]) -> list[Problem]:
    found: list[Problem] = []
    for ledger in pack.ledgers.values():
        found += [*_whole(ledger), *_forgetting(pack, ledger), *_followed(pack, ledger), *signs.check_sign(pack, ledger)]
        for field in ledger.table.get("field", ()):
            if "id" in field:
                place = Place(ledger.file, key=field["id"])
                found += [
                    *_name(field, place),
                    *_unit(field, place),
                    *_bounds(field, place),
                    *_pattern(field, place),
                ]
                found += _link(pack, others, field, place)
                found += _measured(ledger, field, place)
    return found


def _whole(ledger: Entry) -> list[Problem]:
    found: list[Problem] = []
    table = ledger.table
    if Path(ledger.file).stem != table["id"]:
        found.append(
            Problem(
                "ledger.file",
                f"台账代号“{table['id']}”与文件名不同",
                "把文件改成与代号同名。",
                ledger.place("id"),
            )
        )
    if "field" not in table:
        return found
    fields = {field["id"]: field for field in table["field"] if "id" in field}
    names = [field["id"] for field in table["field"] if "id" in field]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append(
            Problem(
                "ledger.field_twice",
                f"字段“{name}”写了两次",
                "改掉其中一个的 id。",
                Place(ledger.file, key=name),
            )
        )
    found += _key(ledger, fields)
    found += _subject(ledger, fields)
    found += _unique(ledger)
    return found


def _subject(ledger: Entry, fields: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """At most one identity number in a record, and it says whose record this is: a record seals one person's data."""
    subject, place = ledger.table.get("subject"), ledger.place("subject")
    identities = [name for name, field in fields.items() if field.get("type") == "identity"]
    if subject and subject not in identities:
        remedy = "写一个 type 为 identity（身份证号）的字段，或者去掉这一行。"
        return [Problem("ledger.subject", f"subject 里的“{subject}”不是身份证号字段", remedy, place)]
    if identities != ([subject] if subject else []):
        message = f"身份证号字段（{'、'.join(identities)}）没有写成 subject"
        return [Problem("ledger.subject", message, "一条记录只登记一个人：写 subject，并只留一个身份证号字段。", place)]
    return []


def _forgetting(pack: Draft, ledger: Entry) -> list[Problem]:
    """A parameter of whole days, on a ledger of people that end."""
    name = ledger.table.get("forget_after")
    if not name:
        return []
    place, personal = ledger.place("forget_after"), {field.get("type") for field in ledger.table.get("field", ())} & set(PERSONAL)
    if ledger.table.get("shape") != "stock" or not personal or ledger.table.get("subject"):
        remedy = "只用于持续存在的（stock）、有姓名或电话、不登身份证号的台账。"
        return [Problem("ledger.forget_after", "这本台账不能到期删除个人信息", remedy, place)]
    if pack.full(str(name)) not in pack.params:
        return [Problem("ledger.forget_after", f"没有参数“{name}”", "先在 params.toml 里写上（单位：天）。", place)]
    return []


def _followed(pack: Draft, ledger: Entry) -> list[Problem]:
    """What is entered next is a ledger of the pack, and each of its fields that is filled in is of the kind of the one it comes from."""
    found, place = [], ledger.place("follow")
    for one in ledger.table["follow"]:
        other = pack.ledgers.get(pack.full(one.get("ledger", "")))
        if other is None or not other.sound or not ledger.sound or "given" not in one:
            found.append(Problem("ledger.follow", f"没有台账“{one.get('ledger', '')}”", f"写本模块的：{'、'.join(key.partition('.')[2] for key in pack.ledgers)}。", place))
            continue
        if one["when"]:
            found += judge(one["when"], ledger_columns(ledger.table["field"]), place)
        own, theirs = ({field["id"]: field for field in table["field"]} for table in (ledger.table, other.table))
        for field, name in one["given"].items():
            if field not in theirs or name not in own or not (_alike(own[name], theirs[field]) or _names(pack, ledger, name, theirs[field])):
                found.append(Problem("ledger.follow", f"“{name}”填不进“{field}”", "左边是下一本台账的字段，右边是这本的；两边要是同一种，关联同一本台账，选项都有；个人信息不能这样填。", place))
    return found


def _names(pack: Draft, ledger: Entry, name: str, field: Mapping[str, Any]) -> bool:
    """Whether a field of what is entered next links to the very record that it follows, by what that is called."""
    return list(ledger.table["key"]) == [name] and field["type"] == "link" and pack.full(field["ledger"]) == ledger.key


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether what one field says can stand in another."""
    if one["type"] != other["type"] or one["type"] in PERSONAL or one.get("ledger") != other.get("ledger"):
        return False
    return {code for code, _ in one.get("choices", ())} <= {code for code, _ in other.get("choices", ())}


def _unique(ledger: Entry) -> list[Problem]:
    """Only a person's identity number: what else tells records apart is the key's business."""
    subject = ledger.table.get("subject")
    return [
        Problem("ledger.unique_field", f"unique 里的“{name}”不是身份证号字段", "这里只写 subject 的那个字段；编号写在 key 里。", ledger.place("unique"))
        for name in ledger.table.get("unique", ())
        if name != subject
    ]


def _key(ledger: Entry, fields: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    place = ledger.place("key")
    if "key" not in ledger.table:
        return []
    if not ledger.table["key"]:
        return [Problem("ledger.no_key", "没有说明靠什么认出一条记录", '例如 key = ["code"]。', place)]
    found: list[Problem] = []
    for name in ledger.table["key"]:
        field = fields.get(name)
        if field is None:
            allowed = "、".join(fields)
            found.append(Problem("ledger.key", f"key 里的“{name}”不是本台账的字段", f"可以用：{allowed}。", place))
        elif field.get("type") not in _KEY_TYPES:
            message = f"字段“{name}”不能用来认记录（{field.get('type')}）"
            found.append(Problem("ledger.key", message, f"用这些种类的字段：{'、'.join(_KEY_TYPES)}。", place))
        elif not field.get("required"):
            found.append(
                Problem("ledger.key", f"字段“{name}”用来认记录，却可以不填", "给它加上 required = true。", place)
            )
    return found


def _name(field: Mapping[str, Any], place: Place) -> list[Problem]:
    name = field["id"]
    if name in RESERVED_FIELDS or name.endswith(("_sex", "_birth_year", "_subject")):
        return [Problem("ledger.reserved", f"“{name}”是系统自己要用的名称", "换一个字段代号。", place)]
    return []


def _unit(field: Mapping[str, Any], place: Place) -> list[Problem]:
    try:
        if field.get("unit"):
            read_unit(field["unit"])
    except Problem as problem:
        return [problem.at(_in(place, "unit"))]
    return []


def _bounds(field: Mapping[str, Any], place: Place) -> list[Problem]:
    if field.get("type") == "text":
        fits = 0 < (field.get("max") or 0) <= MAX_TEXT
        return [] if fits else [_bad("max", f"字数上限要在 1 到 {MAX_TEXT} 之间", place)]
    if field.get("type") not in ("integer", "decimal"):
        return []
    found: list[Problem] = []
    scale = field.get("scale") or 0
    if scale > MAX_SCALE:
        found.append(_bad("scale", f"小数位数最多 {MAX_SCALE} 位", place))
    low, high = field.get("min"), field.get("max")
    for name, bound in (("min", low), ("max", high)):
        if bound is not None and _decimals(bound) > scale:
            found.append(_bad(name, f"界限 {bound} 的小数位数比字段的（{scale} 位）还多", place))
    if low is not None and high is not None and low > high:
        found.append(_bad("min", f"最小值 {low} 比最大值 {high} 还大", place))
    return found


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))


def _bad(name: str, message: str, place: Place) -> Problem:
    return Problem("ledger.bounds_declared", message, f"改正 {name}。", _in(place, name))


def _pattern(field: Mapping[str, Any], place: Place) -> list[Problem]:
    """Patterns run on hostile input, so only those that cannot explode are let in."""
    pattern = field.get("pattern")
    if pattern is None:
        return []
    place = _in(place, "pattern")
    remedy = "写简单的格式，例如 [A-Z]{2}[0-9]{4}；括号后面不要再跟 * + {，可变的重复最多一处。"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return [Problem("ledger.pattern", "格式写法不对", remedy, place)]
    bare = re.sub(r"\[[^\]]*\]", "x", re.sub(r"\\.", "x", pattern))
    repeats = len(re.findall(r"[*+]|\{\d*,\d*\}", bare))
    if len(pattern) > 100 or re.search(r"\)[*+{?]|\(\?", bare) or re.search(r"\\[1-9]", pattern) or repeats > 1:
        return [Problem("ledger.pattern", "格式太复杂，核对起来可能拖垮系统", remedy, place)]
    return []


def _link(pack: Draft, others: Mapping[str, Draft], field: Mapping[str, Any], place: Place) -> list[Problem]:
    if field.get("type") != "link" or "ledger" not in field:
        return []
    place = _in(place, "ledger")
    key = pack.full(field["ledger"])
    owner = key.split(".")[0]
    home = pack if owner == pack.id else others.get(owner)
    if home is None:
        return []  # reads.check says that the pack is missing
    target = home.ledgers.get(key)
    if target is None:
        allowed = "、".join(home.ledgers) or "（没有）"
        return [Problem("ledger.link", f"没有“{key}”这本台账", f"可以关联：{allowed}。", place)]
    names: tuple[str, ...] = target.table.get("key") or ()
    kinds = {item.get("id"): item.get("type") for item in target.table.get("field", ())}
    if target.sound and (len(names) != 1 or kinds.get(names[0]) not in _KEY_TYPES):
        remedy = "只能关联用一个字段认记录的台账。"
        return [Problem("ledger.link", f"“{key}”要用 {len(names)} 个字段才认得出一条记录", remedy, place)]
    return _link_only(target, field, place) if target.sound else []


def _measured(ledger: Entry, field: Mapping[str, Any], place: Place) -> list[Problem]:
    """What is measured is measured from a line of the same record, in the unit of the measure."""
    line, measure = field.get("from"), field.get("measure")
    if not line and not measure:
        return []
    lines = [one["id"] for one in ledger.table["field"] if one.get("type") == "polyline" and "id" in one]
    if line not in lines or measure not in MEASURES:
        remedy = f"from 写本台账里的线：{'、'.join(lines) or '（没有）'}；measure 写量什么：{'、'.join(MEASURES)}。"
        return [Problem("ledger.measure", f"“{field['id']}”从哪条线量、量什么没有写对", remedy, _in(place, "from"))]
    unit = MEASURED_IN[measure]
    return [] if field.get("unit") == unit else [Problem("ledger.measure", f"“{field['id']}”的单位不是{unit}", f'写 unit = "{unit}"。', _in(place, "unit"))]


def _link_only(target: Entry, field: Mapping[str, Any], place: Place) -> list[Problem]:
    """What a link may name is said by choices of the other ledger; only what has a beginning and an end stands on a day."""
    choices = {item["id"]: [code for code, _ in item.get("choices") or ()] for item in target.table["field"] if item["type"] == "choice"}
    found = [
        Problem("ledger.link_only", f"“{name} = {value}”不是那本台账的选项", f"可以写：{'；'.join(f'{one}：{chr(12289).join(codes)}' for one, codes in choices.items()) or '（没有选项）'}。", place)
        for name, value in (field.get("only") or {}).items() if value not in choices.get(name, ())
    ]  # fmt: skip
    if field.get("on_day") and target.table["shape"] != "stock":
        found.append(Problem("ledger.link_day", "on_day 只能写在关联到有起止日期的台账上", "去掉 on_day。", place))
    return found


def _in(place: Place, name: str) -> Place:
    return Place(place.file, key=f"{place.key}.{name}")
