"""The stores of ``bench/increment.py``: a pack with two hundred metrics over one ledger, and records through the verb.

Everything is seeded: the same number of rows gives the same rows. A store is a home of its own (``ZHENWU_HOME``) with 20
villages of 10 grids; days lie in 2016–2020; three of ten records have ended.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from zhenwu.lib.memory import collect_rarely

VILLAGES, GRIDS = 20, 10
LEDGER = "holding.holding"
KINDS, STATES, CAUSES, HOLDERS = 12, 6, 20, 300
FIRST_DAY, DAYS = date(2016, 1, 1), 1826
LOADED = 20_000  # rows of one call of the verb
PERIOD = "2020"

_LEDGER = """
id = "holding"
label = "存量台账"
unit_level = "grid"
shape = "stock"
key = ["code"]
day_label = "起始日期"
fill_by = ["grid_worker"]
[[field]]
id = "code"
label = "编号"
type = "text"
required = true
[[field]]
id = "holder"
label = "承办者"
type = "text"
[[field]]
id = "area"
label = "面积"
type = "decimal"
unit = "平方米"
scale = 2
min = "0"
max = "100000"
[[field]]
id = "amount"
label = "金额"
type = "integer"
unit = "元"
[[field]]
id = "people"
label = "人数"
type = "integer"
unit = "人"
"""
_CHOICE = """
[[field]]
id = "{name}"
label = "{label}"
type = "choice"
choices = [{choices}]
"""
_EXAMPLE = """
- name: 记一条，算一条
  today: "2020-12-31"
  given: {units: standard}
  do:
    - {day: "2020-03-01", who: 阿莲, act: save holding.holding, unit: 一网格, data: {code: A1, area: "1", kind: kind1}}
  expect: {figures: {"holding.flow0@2020": "1"}}
"""
UNITS = {"area": "平方米", "amount": "元", "people": "人"}


def write_pack(folder: Path) -> None:
    """The pack ``holding``: 100 sums over a period, 45 levels, 15 distinct counts and 40 metrics made from them."""
    (folder / "ledgers").mkdir(parents=True)
    (folder / "examples").mkdir()
    sizes = {"kind": (KINDS, "种类"), "state": (STATES, "状态"), "cause": (CAUSES, "缘由")}
    ledger = _LEDGER
    for name, (size, label) in sizes.items():
        choices = ", ".join(f'["{name}{code}", "{label}{code}"]' for code in range(size))
        ledger += _CHOICE.format(name=name, label=label, choices=choices)
    (folder / "pack.toml").write_text('id = "holding"\nlabel = "存量"\nversion = "1.0"\nsteward = "测试"\n', encoding="utf-8")
    (folder / "README.md").write_text("# 存量\n\n测速用。\n", encoding="utf-8")
    (folder / "ledgers" / "holding.toml").write_text(ledger, encoding="utf-8")
    (folder / "metrics.toml").write_text("\n".join(_metrics()), encoding="utf-8")
    (folder / "examples" / "one.yaml").write_text(_EXAMPLE, encoding="utf-8")


def _metrics() -> Iterator[str]:
    chance = random.Random(7)
    for place in range(100):
        measure = chance.choice([None, *UNITS]) if place else None
        yield _metric(f"flow{place}", "flow", _where(chance) if place else None, measure, time="valid_from")
    for place in range(45):
        yield _metric(f"stock{place}", "stock", _where(chance), chance.choice([None, *UNITS]))
    for place in range(15):
        yield _metric(f"distinct{place}", "distinct", _where(chance), None, time="valid_from", distinct="holder")
    for place in range(20):
        yield _derived(f"ratio{place}", "ratio", numerator=f"distinct{place % 15}", denominator="flow0", unit="%")
    for place in range(10):
        yield _derived(f"change{place}", "change", of="flow0", against="year", unit="处")
    for place in range(10):
        yield _derived(f"cumulative{place}", "cumulative", of="flow0", years=5, unit="处")


def _where(chance: random.Random) -> str:
    kind = chance.choice([f"kind <> 'kind{chance.randrange(KINDS)}'", f"kind IN ('kind{chance.randrange(KINDS)}', 'kind0')"])
    other = chance.choice([f"state <> 'state{chance.randrange(STATES)}'", f"people > {chance.randrange(8)}", "area > 50"])
    return f"{kind} AND {other}"


def _metric(id: str, kind: str, where: str | None, measure: str | None, **more: str) -> str:
    unit = UNITS[measure] if measure else "处"
    lines = [f'[[metric]]\nid = "{id}"\nlabel = "{id}"\nkind = "{kind}"\nledger = "holding"\nunit = "{unit}"\nbasis = "测速"']
    named = {"where": where, "measure": measure, **more}
    return "\n".join(lines + [f'{name} = "{value}"' for name, value in named.items() if value]) + "\n"


def _derived(id: str, kind: str, **keys: str | int) -> str:
    lines = [f'[[metric]]\nid = "{id}"\nlabel = "{id}"\nkind = "{kind}"\nbasis = "测速"']
    return "\n".join(lines + [f"{name} = {value!r}".replace("'", '"') for name, value in keys.items()]) + "\n"


def enter(home: Path) -> None:
    """Make this process one of the store's: settings by environment, then Django."""
    os.environ["ZHENWU_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhenwu.site.settings"
    os.environ.pop("ZHENWU_DEBUG", None)
    import django

    django.setup()
    collect_rarely()  # as every process of ours does


def build(home: Path, rows: int) -> dict[str, float]:
    """Make a store of ``rows`` records; returns the seconds of loading and of counting.

    The metrics are installed after the records, so that they are counted in one pass, as a new pack's are.
    """
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    enter(home)
    from django.core.management import call_command

    from zhenwu.packkit.installing import install_packs
    from zhenwu.sdk import SYSTEM, catch_up, save_records

    call_command("migrate", verbosity=0)
    write_pack(home / "packs" / "holding")
    later = home / "packs" / "holding" / "metrics.toml"
    metrics = later.read_text(encoding="utf-8")
    later.write_text(metrics.partition("\n\n")[0] + "\n", encoding="utf-8")
    install_packs(SYSTEM, [home / "packs"], uuid4())
    grids, chance, began = open_grids(), random.Random(20), time.perf_counter()
    for first in range(0, rows, LOADED):
        entries = [entry(number, grids, chance) for number in range(first, min(first + LOADED, rows))]
        save_records(SYSTEM, LEDGER, entries, uuid5(NAMESPACE_URL, f"load {first}"))
    loaded = time.perf_counter()
    catch_up()
    followed = time.perf_counter()
    later.write_text(metrics, encoding="utf-8")
    install_packs(SYSTEM, [home / "packs"], uuid4())
    catch_up()
    (home / "rows").write_text(str(rows))
    return {"loading": loaded - began, "following": followed - loaded, "counting": time.perf_counter() - followed}


def open_grids() -> list[UUID]:
    """A township with its villages and grids; the ids of the grids."""
    from zhenwu.kernel.orgs.api import SYSTEM, UnitRow, open_units

    rows = [UnitRow("测速镇", "township", None, "01")]
    rows += [UnitRow(f"第{village}村", "village", 0, f"01{village:02}") for village in range(VILLAGES)]
    rows += [
        UnitRow(f"第{village}村第{grid}网格", "grid", 1 + village, f"01{village:02}{grid:02}")
        for village in range(VILLAGES)
        for grid in range(GRIDS)
    ]
    return open_units(SYSTEM, uuid4(), rows, date(2010, 1, 1))[1 + VILLAGES :]


def entry(number: int, grids: list[UUID], chance: random.Random) -> object:
    """The record of a number."""
    from zhenwu.sdk import RecordInput

    start = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    until = start + timedelta(days=chance.randrange(30, 900)) if chance.random() < 0.3 else None
    data = {
        "code": f"C{number}", "kind": f"kind{chance.randrange(KINDS)}", "state": f"state{chance.randrange(STATES)}",
        "cause": f"cause{chance.randrange(CAUSES)}", "holder": f"H{chance.randrange(HOLDERS)}",
        "area": f"{chance.randrange(1, 20000) / 100:.2f}", "amount": chance.randrange(100_000), "people": chance.randrange(9),
    }  # fmt: skip
    return RecordInput(data, chance.choice(grids), start, until)
