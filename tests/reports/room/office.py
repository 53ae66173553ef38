"""A township whose report of 2020 is being drafted: 老周 answers for demolition, and draws the report up; how its figures read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from tests.web.township import Township, a_year, township
from zhenwu.kernel.ledgers.api import history
from zhenwu.kernel.orgs.api import appoint
from zhenwu.kernel.reports.api import (
    Asked,
    Blank,
    Draft,
    SheetInput,
    answer_sheet,
    asked_of,
    blanks_of,
    find_sheet,
    read_draft,
    send_sheets,
    sign,
)
from zhenwu.lib.periods import Period
from zhenwu.sdk import SYSTEM, Actor, Figures, RecordInput, SeriesInput, catch_up, import_series, save_record

LINES = ["demolition", "report", "deeds", "livable", "premises", "income"]
AREA, RATE, QUOTA_NEXT, TOILETS, INCOME = "拆违面积", "拆违完成率", "下年拆违", "公厕新建", "当年收入"
BUILT, ACCEPTED = "livable.toilets_built", "deeds.toilets_accepted"
DUE = date(2021, 1, 31)


@dataclass(frozen=True)
class Office:
    """The township, its records by code, and its draft."""

    town: Township
    records: dict[str, UUID]
    draft: Draft

    def __getitem__(self, name: str) -> Actor:
        return self.town.actor(name)

    @property
    def unit(self) -> UUID:
        return self.town.units["云岭镇"]

    def blanks(self) -> dict[str, Blank]:
        """The figures of the draft as they stand now."""
        catch_up()
        return {blank.key: blank for blank in blanks_of(read_draft(self.draft, Figures()))}

    def prints(self, *keys: str) -> dict[str, str]:
        """What these figures print now."""
        now = self.blanks()
        return {key: now[key].printed or "" for key in keys}

    def correct(self, code: str, **changed: str) -> None:
        """The next version of a structure's record; what it says of the area, say, is otherwise from now on."""
        last = history(self.records[code])[-1]
        save_record(SYSTEM, last.ledger, RecordInput(changed, reason="复测"), uuid4(), last.record_id, last.number)
        catch_up()

    def save(self, ledger: str, village: str, day: str, **data: str) -> UUID:
        return UUID(save_record(SYSTEM, ledger, RecordInput(data, self.town.units[village], day), uuid4())["record"])

    def publish(self, metric: str, period: str, value: str, authority: str = "recognised", by: str = "") -> None:
        row = SeriesInput(metric, self.unit, Period.parse(period), value, authority, "县里的文件")
        import_series(self[by] if by else SYSTEM, [row], uuid4())

    def send(self, *lines: str, by: str = "老周", to: str = "老周", due: date = DUE) -> UUID:
        """A sheet to somebody; returns its id."""
        sent = send_sheets(self[by], self.draft, [SheetInput(self.town.people[to], lines)], due, uuid4())
        return UUID(sent["sheets"][0])

    def asked(self, sheet: UUID) -> dict[str, Asked]:
        return {one.key: one for one in asked_of(find_sheet(sheet), [*self.blanks().values()])}

    def say(self, sheet: UUID, key: str, says: str, words: str = "", by: str = "老周") -> None:
        answer_sheet(self[by], find_sheet(sheet), {key: (says, words)}, self.prints(key), uuid4())

    def sign(self, *keys: str, by: str = "老周") -> None:
        sign(self[by], self.draft, self.prints(*keys), uuid4())


def open_office() -> Office:
    """云岭镇 with its year; 老周's posts are widened to what he answers for here."""
    town = township()
    appoint(SYSTEM, uuid4(), town.people["老周"], "office_head", town.units["综合站"], LINES, date(2015, 1, 1))
    records = a_year(town)
    return Office(town, records, Draft("report.annual", 2020, town.units["云岭镇"]))


def toilets(office: Office) -> dict[str, UUID]:
    """Three toilets as the builders handed them over; the deputies accepted one, one only in January, and one twice."""
    rows = {
        f"F{number}": office.save(
            "premises.facility", "深塘村", f"2020-0{number}-10", code=f"F{number}", title=f"{number}号公厕", kind="toilet", built_on=f"2020-0{number}-01"
        )
        for number in (1, 2, 3)
    }  # fmt: skip
    office.save("deeds.proposal", "云岭镇", "2020-01-15", code="2020-01", title="公厕", kind="toilet", raised_by="deputies", target="3", votes="50", deputies="52", outcome="passed")
    said = {"proposal": "2020-01", "kind": "toilet", "users_say": "content"}
    rows["G1"] = office.save("deeds.acceptance", "深塘村", "2020-03-01", sheet="G1", facility="F1", **said)
    rows["G2"] = office.save("deeds.acceptance", "深塘村", "2021-01-15", sheet="G2", facility="F2", **said)
    rows["村报-1"] = office.save("deeds.acceptance", "深塘村", "2020-03-10", sheet="村报-1", spot="村口", **said)
    catch_up()
    return rows
