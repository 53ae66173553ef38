"""The four people of every story, in a small township that has a year of records.

阿莲 is a grid worker of 深塘一格; 老周 an officer of the demolition and report lines; 何书记 the township's secretary; 外乡人 has an
account and no post. ``township()`` opens the units, installs the packs, appoints the people; ``a_year()`` enters records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from zhenwu.kernel.orgs.api import UnitRow, appoint, enrol_person, open_units
from zhenwu.kernel.orgs.models import Person
from zhenwu.lib.periods import Period
from zhenwu.packkit.installing import install_packs
from zhenwu.sdk import (
    SYSTEM,
    Actor,
    RecordInput,
    SeriesInput,
    actor_of,
    catch_up,
    import_series,
    save_record,
)

PACKS = Path(__file__).resolve().parents[2] / "packs"
PASSWORD = "long-enough-to-pass"
BEGINNING = date(2015, 1, 1)
PLACES = [
    UnitRow("云岭镇", "township", None, "01"),
    UnitRow("深塘村", "village", 0, "0101"),
    UnitRow("深塘一格", "grid", 1, "010101"),
    UnitRow("深塘二格", "grid", 1, "010102"),
    UnitRow("上垟村", "village", 0, "0102"),
    UnitRow("上垟一格", "grid", 4, "010201"),
    UnitRow("综合站", "office", 0, "0199"),
]
# login name, name, post, unit, lines
STAFF = [
    ("alian", "阿莲", "grid_worker", "深塘一格", ["*"]),
    ("laozhou", "老周", "officer", "综合站", ["demolition", "report"]),
    ("he", "何书记", "secretary", "云岭镇", ["*"]),
]
STRANGER = ("waixiang", "外乡人")


@dataclass(frozen=True)
class Township:
    """The ids of places and people by name."""

    units: dict[str, UUID]
    people: dict[str, UUID]

    def person(self, name: str) -> Person:
        return Person.objects.get(id=self.people[name])

    def actor(self, name: str) -> Actor:
        """The person with today's posts."""
        return actor_of(self.person(name))


def township() -> Township:
    """云岭镇: two villages, three grids, an office; all packs; the four people."""
    ids = open_units(SYSTEM, uuid4(), PLACES, BEGINNING)
    units = dict(zip((row.name for row in PLACES), ids, strict=True))
    install_packs(SYSTEM, [PACKS], uuid4())
    people = {name: enrol_person(SYSTEM, uuid4(), login, name, PASSWORD) for login, name, *_ in STAFF}
    for _, name, kind, unit, lines in STAFF:
        appoint(SYSTEM, uuid4(), people[name], kind, units[unit], lines, BEGINNING)
    people[STRANGER[1]] = enrol_person(SYSTEM, uuid4(), *STRANGER, PASSWORD)
    return Township(units, people)


def demolish(town: Township, code: str, area: str, day: str, grid: str, by: str = "", **more: str) -> UUID:
    """An illegal structure taken down, entered by a person (or imported); returns the record's id."""
    data = {"code": code, "owner": "蓝阿土", "location": f"{grid}水口", "area": area, "origin": "new", "state": "removed", **more}
    actor = town.actor(by) if by else SYSTEM
    return UUID(save_record(actor, "demolition.structure", RecordInput(data, town.units[grid], day), uuid4())["record"])


def correct(record: UUID, base: int, reason: str, actor: Actor = SYSTEM, **changed: str) -> None:
    """The next version of a structure's record."""
    save_record(actor, "demolition.structure", RecordInput(changed, reason=reason), uuid4(), record, base)


def set_quota(town: Township, year: int, value: str, authority: str = "recognised") -> None:
    """The county's task of demolition for a year, in square metres."""
    row = SeriesInput("demolition.quota", town.units["云岭镇"], Period.year(year), value, authority, "县三改一拆办文件")
    import_series(SYSTEM, [row], uuid4())


def a_year(town: Township) -> dict[str, UUID]:
    """2020 in 云岭镇: three structures removed (one entered by 阿莲 and corrected by 老周), one found, the county's task."""
    records = {
        "A1": demolish(town, "A1", "120.50", "2020-03-01", "深塘一格", "阿莲"),
        "A2": demolish(town, "A2", "80", "2020-06-15", "深塘二格"),
        "B1": demolish(town, "B1", "299.50", "2020-09-09", "上垟一格"),
        "B2": demolish(town, "B2", "60", "2020-10-20", "上垟一格", state="found"),
    }
    correct(records["A1"], 1, "复测", town.actor("老周"), area="130.50")
    set_quota(town, 2020, "500")
    catch_up()
    return records
