"""Each thing that can be wrong with a pack is told with its file, its key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhenwu.packkit import check_pack, check_packs, new_pack

ENTRY, METRICS, FIRST = "ledgers/entry.toml", "metrics.toml", "examples/first.yaml"

# file, words to replace, replacement, problem code, key named
FAULTS = [
    ("pack.toml", 'version = "0.1"', "version = 0.1", "pack.kind", "version"),
    ("pack.toml", 'id = "river"', 'id = "brook"', "pack.folder_name", "id"),
    ("pack.toml", 'version = "0.1"', 'version = "0.1"\nreads = ["sea"]', "pack.not_found", "reads"),
    ("pack.toml", 'version = "0.1"', 'version = "0.1"\nreads = ["river"]', "pack.reads_itself", "reads"),
    (ENTRY, 'shape = "flow"', 'shape = "flux"', "pack.kind", "shape"),
    (ENTRY, 'shape = "flow"', 'shape = "flow"\ncolour = "red"', "pack.unknown_key", "colour"),
    (ENTRY, 'id = "entry"', 'id = "other"', "ledger.file", "other.id"),
    (ENTRY, 'key = ["code"]', "key = []", "ledger.no_key", "entry.key"),
    (ENTRY, 'key = ["code"]', 'key = ["number"]', "ledger.key", "entry.key"),
    (ENTRY, "max = 20\nrequired = true", "max = 20", "ledger.key", "entry.key"),
    (ENTRY, 'day_label = "发生日期"', 'day_label = "发生日期"\nsubject = "code"', "ledger.subject", "entry.subject"),
    (ENTRY, 'day_label = "发生日期"', 'day_label = "发生日期"\nunique = ["code"]', "ledger.unique_field", "entry.unique"),
    (ENTRY, 'type = "text"\nmax = 20', 'type = "words"', "pack.type", "code"),
    (ENTRY, 'type = "text"\nmax = 20', 'type = "text"\nmax = 20\nunit = "个"', "pack.unknown_key", "code.unit"),
    (ENTRY, "max = 20\n", "max = 0\n", "ledger.bounds_declared", "code.max"),
    (ENTRY, "max = 20\n", "max = 20\npattern = '(a+)+'\n", "ledger.pattern", "code.pattern"),
    (ENTRY, "max = 20\n", "max = 20\npattern = '[a-'\n", "ledger.pattern", "code.pattern"),
    (ENTRY, "min = 1\n", "min = 20000\n", "ledger.bounds_declared", "quantity.min"),
    (ENTRY, "min = 1\n", 'min = "0.5"\n', "ledger.bounds_declared", "quantity.min"),
    (ENTRY, "min = 1\n", "min = 0.5\n", "pack.kind", "quantity.min"),
    (ENTRY, 'unit = "个"', 'unit = "丈"', "unit.unknown", "quantity.unit"),
    (ENTRY, 'id = "code"\nlabel = "编号"', 'id = "code"\nlabel = "数量"', "glossary.same_label", "quantity.label"),
    (ENTRY, '[[field]]\nid = "code"', '[[follow]]\nledger = "log"\nlabel = "接着"\ngiven = {code = "code"}\n[[field]]\nid = "code"', "ledger.follow", "entry.follow"),
    (ENTRY, '[[field]]\nid = "code"', '[[follow]]\nledger = "entry"\nlabel = "接着"\ngiven = {code = "quantity"}\n[[field]]\nid = "code"', "ledger.follow", "entry.follow"),
    (ENTRY, '[[field]]\nid = "code"', '[[follow]]\nledger = "entry"\nlabel = "接着"\nwhen = "volume > 3"\ngiven = {code = "code"}\n[[field]]\nid = "code"', "expression.column", "entry.follow"),
    (METRICS, 'kind = "flow"', 'kind = "sum"', "pack.kind", "entries"),
    (METRICS, 'kind = "flow"', 'kind = "stock"', "metric.shape", "entries.kind"),
    (METRICS, 'ledger = "entry"', 'ledger = "log"', "metric.ledger", "entries.ledger"),
    (METRICS, 'ledger = "entry"\n', "", "metric.source", "entries.ledger"),
    (METRICS, 'measure = "quantity"', 'measure = "amount"', "metric.measure", "quantity.measure"),
    (METRICS, 'measure = "quantity"', 'measure = "code"', "metric.measure", "quantity.measure"),
    (METRICS, 'unit = "件"', 'unit = "亩"', "metric.unit", "entries.unit"),
    (METRICS, 'unit = "个"', 'unit = "户"', "unit.mismatch", "quantity.unit"),
    (METRICS, 'unit = "件"', 'unit = "件"\ndecimals = 9', "metric.decimals", "entries.decimals"),
    (METRICS, 'unit = "件"', 'unit = "件"\ntime = "born_on"', "metric.time", "entries.time"),
    (METRICS, 'unit = "件"', 'unit = "件"\nwhere = "volume > 3"', "expression.column", "entries.where"),
    (METRICS, 'unit = "件"', 'unit = "件"\nwhere = "quantity + 1"', "metric.where", "entries.where"),
    (METRICS, 'unit = "件"', 'unit = "件"\nwhere = "authority = \'county\'"', "metric.choice", "entries.where"),
    (METRICS, 'unit = "件"', 'unit = "件"\nbetter = "left"', "pack.kind", "entries.better"),
    (METRICS, 'id = "entries"', 'id = "status"', "glossary.banned", "status.id"),
    (FIRST, "act: save", "act: keep", "example.act", "第1个例子第1步"),
    (FIRST, ", reason: 漏数", "", "example.reason", "第1个例子第2步"),
    (FIRST, "key: [A1], ", "", "example.key", "第1个例子第2步"),
    (FIRST, 'day: "2020-03-01"', 'day: "2020-02-30"', "pack.kind", "第1个例子第1步.day"),
    (FIRST, "who: 老周, act", "whom: 老周, who: 老周, act", "pack.unknown_key", "第1个例子第1步.whom"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "key"), FAULTS)
def test_a_fault_is_told_with_its_file_and_key(river, change, file, old, new, code, key) -> None:
    change(file, old, new)
    told = {(problem.code, problem.place.file, problem.place.key) for problem in check_pack(river)}
    assert (code, file, key) in told
    assert all(problem.message and problem.remedy for problem in check_pack(river))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("river.entries@2020", "river.entry@2020", "example.metric"),
        ("river.entries@2020", "river.entries", "example.address"),
        ("river.entries@2020", "river.entries@MMXX", "period.form"),
        ("river.entries@2020", "river.entries@0000", "period.form"),
        ("save river.entry", "save river.log", "example.ledger"),
        ("code: A1, ", "code: A1, colour: red, ", "example.field"),
        ('code: A1, quantity: "3"', "code: A1", "example.required"),
        ("key: [A1]", "key: [A1, A2]", "example.key"),
        ('"2020-12-31"', '"2020-01-31"', "example.day"),
        ("unit: 深塘村, ", "", "example.unit"),
    ],
)
def test_an_example_speaks_only_of_what_exists(change, codes, old, new, code) -> None:
    change(FIRST, old, new)
    assert code in codes()


def test_an_unknown_key_is_refused_with_the_allowed_ones(change, only) -> None:
    change(ENTRY, 'day_label = "发生日期"', 'day_label = "发生日期"\ndaylabel = "日期"')
    problem = only()
    assert problem.code == "pack.unknown_key" and "day_label" in problem.remedy


def test_a_filter_on_a_choice_that_does_not_exist_is_not_a_silent_zero(change, only) -> None:
    change(METRICS, 'unit = "个"', "unit = \"个\"\nwhere = \"authority IN ('self', 'approved')\"")
    problem = only()
    assert problem.code == "metric.choice" and "recognised" in problem.remedy


def test_using_another_pack_must_be_declared(shelf: Path, change, only) -> None:
    new_pack("sea", "海", shelf)
    change(METRICS, 'ledger = "entry"', 'ledger = "sea.entry"')
    assert only().code == "pack.undeclared"


def test_a_declared_neighbour_may_be_used(shelf: Path, change, codes) -> None:
    new_pack("sea", "海", shelf)
    change(METRICS, 'ledger = "entry"', 'ledger = "sea.entry"')
    change("pack.toml", 'version = "0.1"', 'version = "0.1"\nreads = ["sea"]')
    assert codes() == []


@pytest.mark.parametrize(
    ("beside", "code"),
    [("quantity", "metric.beside"), ("nowhere", "metric.beside"), ("entries", "unit.mismatch"), ("sea.entries", "pack.undeclared")],
)
def test_what_stands_beside_a_metric_is_another_count_of_the_same_thing(shelf: Path, change, codes, beside: str, code: str) -> None:
    new_pack("sea", "海", shelf)
    change(METRICS, 'measure = "quantity"', f'measure = "quantity"\nbeside = ["{beside}"]')
    assert code in codes()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ('same = {code = "code"}', ""),
        ('same = {code = "code"}\ncompare = {occurred_on = "occurred_on"}', ""),
        ('same = {code = "nothing"}', "metric.match"), ('same = {code = "quantity"}', "metric.match"), ("same = {}", "metric.match"),
        ('same = {code = 3}', "metric.match"), ('compare = {code = "code"}', "pack.missing_key"), ('same = {code = "code"}\nlike = "x"', "pack.unknown_key"),
    ],
)
def test_how_rows_are_matched_names_columns_of_both_that_hold_the_same_kind_of_value(
    shelf: Path, change, codes, told: str, code: str
) -> None:
    new_pack("sea", "海", shelf)
    change("pack.toml", 'version = "0.1"', 'version = "0.1"\nreads = ["sea"]')
    basis = 'basis = "当年登记的数量之和。"'
    change(METRICS, basis, f'{basis}\nbeside = ["sea.quantity"]\n[metric.match."sea.quantity"]\n{told}')
    assert codes() == ([code] if code else [])


def test_rows_are_matched_only_with_a_metric_that_stands_beside_and_has_rows(shelf: Path, change, codes) -> None:
    change(METRICS, 'measure = "quantity"', 'measure = "quantity"\nmatch = {entries = {same = {code = "code"}}}')
    assert "metric.match" in codes()


def test_a_faulty_neighbour_is_told_and_nothing_is_compiled_from_it(shelf: Path, change, codes) -> None:
    sea = new_pack("sea", "海", shelf)
    (sea / "ledgers" / "entry.toml").write_text("id = 3", encoding="utf-8")
    change(METRICS, 'ledger = "entry"', 'ledger = "sea.entry"')
    change("pack.toml", 'version = "0.1"', 'version = "0.1"\nreads = ["sea"]')
    assert "pack.reads_faulty" in codes()


def test_packs_that_read_one_another_in_a_circle_are_all_told(river: Path, shelf: Path) -> None:
    for name, other in (("sea", "rain"), ("rain", "river"), ("river", "sea")):
        folder = river if name == "river" else new_pack(name, name, shelf)
        with (folder / "pack.toml").open("a", encoding="utf-8") as file:
            file.write(f'reads = ["{other}"]\n')
    found = check_packs(shelf)
    assert {name: [p.code for p in problems] for name, problems in found.items()} == dict.fromkeys(
        ("rain", "river", "sea"), ["pack.circle"]
    )


def test_a_metric_made_from_itself_is_told(river: Path, codes) -> None:
    with (river / METRICS).open("a", encoding="utf-8") as file:
        for one, other in (("a", "b"), ("b", "a")):
            file.write(
                f'[[metric]]\nid = "{one}"\nlabel = "{one}"\nkind = "cumulative"\nof = "{other}"\nunit = "件"\nbasis = "x"\n'
            )
    assert "metric.circle" in codes()


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ('plus = ["entries"]\nless = ["quantity"]\nunit = "件"', ["unit.mismatch"]),
        ('plus = ["entries"]\nless = ["entries"]\nunit = "件"', ["metric.terms"]),
        ('plus = ["entries", "entry"]\nunit = "件"', ["metric.of"]),
        ('plus = []\nless = ["entries"]\nunit = "件"', ["metric.plus"]),
        ('plus = ["a"]\nunit = "件"', ["metric.circle"]),
        ('plus = ["sea.entries"]\nunit = "件"', ["pack.undeclared"]),
        ('plus = ["entries"]\nunit = "件"\nunit_level = "county"', ["pack.kind"]),
        ('plus = ["entries"]\nunit_level = "township"\nwhole_years = true\nunit = "万件"', []),
    ],
)
def test_the_terms_of_a_number_exist_convert_and_stand_on_one_side_once(river: Path, terms: str, expected: list[str], codes) -> None:
    with (river / METRICS).open("a", encoding="utf-8") as file:
        file.write(f'[[metric]]\nid = "a"\nlabel = "甲"\nkind = "net"\n{terms}\nbasis = "x"\n')
    assert codes() == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("import os", "hooks.import"),
        ("from zhenwu.kernel.ledgers import api", "hooks.import"),
        ("from . import secrets", "hooks.import"),
        ("eval('1')", "hooks.forbidden"),
        ("().__class__", "hooks.forbidden"),
        ("def (:", "hooks.syntax"),
        ("x = 1\n" * 200, "hooks.long"),
    ],
)
def test_hooks_are_read_and_not_run(river: Path, line: str, code: str, codes) -> None:
    (river / "hooks.py").write_text(line, encoding="utf-8")
    assert codes() == [code]


def test_hooks_may_compute_with_the_sdk(river: Path, codes) -> None:
    (river / "hooks.py").write_text("from decimal import Decimal\nfrom zhenwu.sdk import seam\n", encoding="utf-8")
    assert codes() == []


PARAM = '[days]\nlabel = "整改时限"\nsource = "示例，不是真规定"\nunit = "天"\n[days.from."2026-01-01"]\nhigh = 3\nlow = "15"\n'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ('"2026-01-01"', '"2026-02-30"', ["param.day"]),
        ("high = 3", "high = 3.5", ["param.value"]),
        ('unit = "天"', 'unit = "旬"', ["unit.unknown"]),
        ("high = 3\nlow", "abolished", ["param.value"]),
        ('source = "示例，不是真规定"\n', "", ["pack.missing_key"]),
    ],
)
def test_a_limit_has_a_day_a_value_and_a_source(river: Path, codes, old, new, expected) -> None:
    (river / "params.toml").write_text(PARAM.replace(old, new, 1) if old else PARAM, encoding="utf-8")
    assert codes() == expected


REPORT = """+++
面积 = {metric = "river.quantity", period = "year", unit = "万个", decimals = 1}
镇 = {profile = "town"}
+++
# ⟦镇⟧镇小结
全年⟦面积⟧万个。
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("全年⟦面积⟧万个。", "全年。", ["report.unused"]),
        ("全年⟦面积⟧", "全年⟦面积⟧⟦长度⟧", ["report.unbound"]),
        ("全年⟦面积⟧", "全年⟦面积⟧⟦", ["report.sign"]),
        ('"year"', '"this year"', ["report.period"]),
        ('"万个"', '"亩"', ["unit.mismatch"]),
        ('profile = "town"', 'profile = "town", text = "year"', ["report.source"]),
        ("river.quantity", "tourism.visits", []),
        ("+++\n面积", "面积", ["report.front", "report.unbound", "report.unbound"]),
        ("# ⟦镇⟧", "⟦镇⟧", ["report.title"]),
    ],
)
def test_every_blank_of_a_report_has_one_source(river: Path, codes, old, new, expected) -> None:
    (river / "reports").mkdir()
    (river / "reports" / "note.md").write_text(REPORT.replace(old, new, 1) if old else REPORT, encoding="utf-8")
    assert codes() == expected


WORKFLOW = """id = "issue"
label = "河道问题"
state = [{id = "found", label = "已发现"}, {id = "closed", label = "已结案", end = true}]

[[action]]
id = "find"
label = "发现"
move = [{to = "found", posts = ["grid_worker"]}]

[[action]]
id = "close"
label = "结案"
move = [{from = "found", to = "closed", posts = ["officer"], not_by = ["find"]}]

[[limit]]
id = "handle"
label = "办理时限"
during = ["found"]
value = 5
clock = "work_day"
owner = ["officer"]
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ('from = "found", to = "closed"', 'from = "lost", to = "closed"', ["workflow.stranger"]),
        ('posts = ["officer"]', "posts = []", ["workflow.nobody"]),
        (", end = true", "", ["workflow.dead_end"] * 2),
        ('{to = "found", posts', '{from = "closed", to = "found", posts', ["workflow.no_opening"]),
        ("value = 5\n", "", ["workflow.limit"]),
        ("value = 5", 'param = "days"', ["workflow.limit"]),
        ("value = 5", "value = 5\nremind = 6", ["workflow.remind"]),
        ('value = 5\nclock = "work_day"', 'value = 3\nremind = 30\nclock = "month"', []),
        ('value = 5\nclock = "work_day"', 'value = 1201\nclock = "month"', ["workflow.limit"]),
        ("value = 5", 'value = 5\nescalate = [{after = 2, to = ["mayor"]}, {after = 1, to = ["overseer"]}]', ["workflow.escalate"]),
        ("value = 5", 'value = 5\nescalate = [{after = 1, to = ["king"]}]', ["workflow.stranger"]),
        ("value = 5", 'value = 5\nescalate = [{when = 1}]', ["workflow.unknown_key"]),
        ('"work_day"', '"day"', ["workflow.clock"]),
        ("value = 5", "value = 5\nclok = 3", ["workflow.unknown_key"]),
    ],
)
def test_a_workflow_can_be_walked_to_its_end(river: Path, codes, old, new, expected) -> None:
    (river / "workflows").mkdir()
    (river / "workflows" / "issue.toml").write_text(
        WORKFLOW.replace(old, new, 1) if old else WORKFLOW, encoding="utf-8"
    )
    assert codes() == expected

@pytest.mark.parametrize(
    ("unit", "value", "clock", "expected"),
    [
        ("月", 3, "month", []),
        ("天", 90, "natural_day", []),
        ("天", 90, "month", ["workflow.limit"]),
        ("月", 3, "natural_day", ["workflow.limit"]),
        ("月", 1201, "month", ["workflow.limit"]),
    ],
)
def test_a_limit_in_months_has_a_parameter_in_months(river: Path, codes, unit, value, clock, expected) -> None:
    (river / "workflows").mkdir()
    told = WORKFLOW.replace("value = 5", 'param = "answer_days"').replace('"work_day"', f'"{clock}"')
    (river / "workflows" / "issue.toml").write_text(told, encoding="utf-8")
    param = f'[answer_days]\nlabel = "答复"\nsource = "示例，不是真规定"\nunit = "{unit}"\n[answer_days.from]\n"2020-01-01" = {{value = {value}}}\n'
    (river / "params.toml").write_text(param, encoding="utf-8")
    assert codes() == expected
