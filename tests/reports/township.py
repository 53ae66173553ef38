"""A township in a real store, for the tests of reports: its places, the packs of the house, records as people enter them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from tests.reports.documents import ROOT
from tests.shelves import our_packs
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.ledgers.api import history
from zhenwu.kernel.metrics.api import SeriesInput, catch_up, import_series
from zhenwu.kernel.orgs.api import SYSTEM, UnitRow, open_units
from zhenwu.kernel.reports.api import Issue, issue_report
from zhenwu.lib.periods import Period
from zhenwu.packkit.installing import drafts_of
from zhenwu.sdk import RecordInput, remove_record, save_record

PACKS = ROOT / "packs"
ANNUAL = PACKS / "report" / "reports" / "annual.md"
TODAY = date(2021, 1, 15)
ROWS = [
    UnitRow("云坪镇", "township", None, "01"),
    UnitRow("深塘村", "village", 0, "0101"),
    UnitRow("上垟村", "village", 0, "0102"),
    UnitRow("一网格", "grid", 1, "010101"),
    UnitRow("二网格", "grid", 1, "010102"),
    UnitRow("三网格", "grid", 2, "010201"),
]
GRIDS = ("一网格", "二网格", "三网格")
STRUCTURE, FACT, HOUSEHOLD = "demolition.structure", "profile.fact", "household.household"
SHORT = """+++
年份 = {text = "year"}
镇名 = {profile = "town"}
拆违 = {metric = "demolition.area", period = "year", unit = "平方米", decimals = 2}
完成率 = {metric = "demolition.completion", period = "year", unit = "%", decimals = 1}
五年 = {metric = "demolition.area", period = "five_years", unit = "平方米", decimals = 0}
在册 = {metric = "household.people", period = "year", unit = "人", decimals = 0}
+++
# ⟦镇名⟧镇⟦年份⟧年小结
拆除违法建筑⟦拆违⟧平方米，完成任务的⟦完成率⟧%；五年共⟦五年⟧余平方米。在册低收入农户⟦在册⟧人。
"""


@cache
def drafts() -> list[Draft]:
    """The definitions of all packs of the house."""
    return [draft for pack in our_packs() for draft in drafts_of(pack)]


@dataclass(frozen=True)
class Township:
    """The ids of the places by name, and how its people enter things."""

    units: dict[str, UUID]

    def __getitem__(self, name: str) -> UUID:
        return self.units[name]

    def save(self, ledger: str, unit: str, day: str, until: str = "", **data: Any) -> UUID:
        entry = RecordInput(data, self.units[unit], day, until or None)
        return UUID(save_record(SYSTEM, ledger, entry, uuid4())["record"])

    def removed(self, code: str, area: str, day: str, unit: str = "一网格", state: str = "removed") -> UUID:
        """A structure demolished on a day."""
        return self.save(STRUCTURE, unit, day, code=code, area=area, state=state)

    def correct(self, record: UUID, unit: str = "", day: str = "", until: str = "", **data: Any) -> None:
        last = history(record)[-1]
        entry = RecordInput(data, self.units.get(unit), day or None, until or None, reason="复测")
        save_record(SYSTEM, last.ledger, entry, uuid4(), record, last.number)

    def void(self, record: UUID) -> None:
        last = history(record)[-1]
        remove_record(SYSTEM, last.ledger, record, last.number, "重复录入", uuid4())

    def series(self, metric: str, period: str, value: str, authority: str = "recognised") -> None:
        row = SeriesInput(metric, self.units["云坪镇"], Period.parse(period), value, authority, "县里下达的文件")
        import_series(SYSTEM, [row], uuid4())

    def issue(self, text: str = SHORT, name: str = "short.md", year: int = 2020) -> Issue:
        return issue_report(SYSTEM, text.encode(), name, year, "年度小结", uuid4())


def found_township() -> Township:
    """云坪镇 with two villages and three grids since 2015, and every pack installed."""
    ids = open_units(SYSTEM, uuid4(), ROWS, date(2015, 1, 1))
    install(SYSTEM, drafts(), uuid4())
    return Township(dict(zip((row.name for row in ROWS), ids, strict=True)))


def a_year_of_work(town: Township) -> dict[str, UUID]:
    """Some records and series of 2016 to 2020, by the names the tests use for them."""
    records = {
        "A1": town.removed("A1", "8120.50", "2020-03-01"),
        "A2": town.removed("A2", "4100", "2020-06-01", "三网格"),
        "旧": town.removed("B1", "300", "2017-06-01", "二网格"),
        "镇名": town.save(FACT, "云坪镇", "2015-01-01", key="town", turn="1", value="云坪"),
        "户册": town.save("residents.household", "一网格", "2015-01-01", code="H1", head="蓝大山"),
        "人": town.save(
            "residents.person", "一网格", "2015-01-01", code="P1", person="蓝大山", id_number="11010519491231002X", household="H1",
            relation="head",
        ),
        "户": town.save(HOUSEHOLD, "一网格", "2019-05-01", household="H1", people="4", category="edge"),
    }  # fmt: skip
    town.series("demolition.quota", "2020", "10000")
    catch_up()
    return records


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back at the end: hypothesis gives one test many histories."""
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass


class _Undone(Exception):
    pass
