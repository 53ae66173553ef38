"""云岭镇 drafting its report of 2020: 党政办 leads, 老周 owns a paragraph and his figures, 何书记 reads, 外乡人 sits next door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tests.orgs.staff import Town, found_town, posted
from tests.reports.room.office import Office, open_office
from tests.reports.township import TODAY, drafts
from zhenwu.kernel.definitions.api import Draft as Definition
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.kernel.reports.api import Draft, begin_manuscript, find_manuscript, live_paragraphs
from zhenwu.lib.clock import LOCAL, at
from zhenwu.lib.periods import Period
from zhenwu.sdk import RecordInput, SeriesInput, catch_up, import_series, save_record

TEXT = """+++
年份 = {text = "year"}
拆违 = {metric = "demolition.area", period = "year", unit = "平方米", decimals = 2}
完成率 = {metric = "demolition.completion", period = "year", unit = "%", decimals = 1}
+++
# 云岭镇⟦年份⟧年工作小结

各位代表：

山路一步一步走，日子一年一年好。

## 一、三改一拆

全年拆除违法建筑⟦拆违⟧平方米，完成任务的⟦完成率⟧%。干部天天在山上。

## 二、打算

下一年再拆一批。山路一步一步走，日子一年一年好。
"""


@dataclass(frozen=True)
class Room:
    """The people and the draft, its manuscript begun from the template."""

    town: Town
    draft: Draft
    office: Actor  # 党政办
    zhou: Actor  # 分管领导 of the line: reads, writes only what he owns
    he: Actor  # 书记
    alian: Actor  # 网格员: not on the line
    stranger: Actor  # 党政办 next door

    def remove(self, code: str, area: str) -> UUID:
        """A structure taken down in 2020."""
        entry = RecordInput({"code": code, "area": area, "state": "removed"}, self.town["深塘一格"], "2020-05-01")
        record = UUID(save_record(SYSTEM, "demolition.structure", entry, uuid4())["record"])
        catch_up()
        return record

    def correct(self, record: UUID, area: str, base: int = 1) -> None:
        save_record(SYSTEM, "demolition.structure", RecordInput({"area": area}, reason="复测"), uuid4(), record, base)
        catch_up()

    def paragraphs(self) -> list[tuple[UUID, int, str]]:
        manuscript = find_manuscript(self.draft.key, self.draft.year, self.draft.unit)
        assert manuscript is not None
        return [(row.paragraph, row.number, row.text) for row in live_paragraphs(manuscript)]

    def paragraph(self, words: str) -> UUID:
        return next(one for one, _, text in self.paragraphs() if words in text)

    def texts(self) -> list[str]:
        return [text for *_, text in self.paragraphs()]


OFFICE_DAY = datetime(2021, 1, 20, 9, tzinfo=LOCAL)


# The year is told once for a file, in a transaction around those of its tests (``db`` rolls each of them back).
@pytest.fixture(scope="module")
def _opened(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Office]:
    with django_db_blocker.unblock(), transaction.atomic(), at(OFFICE_DAY):  # type: ignore[attr-defined]
        yield open_office()
        transaction.set_rollback(True)


@pytest.fixture
def unbegun(db: None) -> Iterator[Room]:
    with at(TODAY):
        town = found_town()
        others = [one for one in drafts() if one.pack in ("demolition", "profile")]
        install(SYSTEM, [*others, Definition("report", "report.annual", "report", {"label": "小结", "text": TEXT})], uuid4())
        draft = Draft("report.annual", 2020, town["云岭镇"])
        row = SeriesInput("demolition.quota", town["云岭镇"], Period.year(2020), "500", "recognised", "县里的文件")
        import_series(SYSTEM, [row], uuid4())
        yield Room(
            town, draft, posted("dangzhengban", "小郑", "officer", town["综合站"], "report"),
            posted("zhou", "老周", "overseer", town["云岭镇"], "report", "demolition"),
            posted("he", "何书记", "secretary", town["云岭镇"]), posted("alian", "阿莲", "grid_worker", town["深塘一格"], "*"),
            posted("wai", "外乡人", "officer", town["外乡"], "report"),
        )  # fmt: skip


@pytest.fixture
def office(_opened: Office, db: None) -> Iterator[Office]:
    """The township on 20 January 2021: three structures removed, the county's task, 老周 who answers for it."""
    with at(OFFICE_DAY):
        yield _opened


@pytest.fixture
def room(unbegun: Room) -> Room:
    unbegun.remove("A1", "510")
    begin_manuscript(unbegun.office, unbegun.draft, "template", uuid4())
    return unbegun
