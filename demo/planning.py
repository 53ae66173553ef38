"""The plan of the report: which sentences and tasks its template makes, read without a store, and what becomes of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from demo.books import Books
from demo.deeds import Adopting, Handed, Settling
from demo.diary import PROGRESS, Note
from demo.people import CADRES
from demo.places import MAYOR, TOWNSHIP
from zhenwu.kernel.reports.api import resolve_period
from zhenwu.kernel.reports.own_template import read_own
from zhenwu.kernel.reports.planning.owning import Lines
from zhenwu.kernel.reports.planning.reading import Promise, read_plan
from zhenwu.kernel.reports.planning.sections import written

PACKS = Path(__file__).parents[1] / "packs"
SENTENCE, TASK = "plan.sentence", "plan.task"
LEADERS = (MAYOR, "季青松", "毛立夏", "徐望川")


def adopting(year: int, rng: Random, who: str) -> Adopting:
    """The adoption of the plan for a year, a fortnight after the congress."""
    said, handed = [], []
    for number, one in enumerate(_promises(year), start=1):
        code = f"{year}-{number:03d}"
        said.append((code, one.sort))
        for at, goal in enumerate(one.goals, start=1):
            name = f"R{code}" if at == 1 else f"R{code}-{at}"
            target = goal.metric if goal.period == str(year) else ""
            measure = _measures().get(target, "")
            handed.append(Handed(name, rng.choice(LEADERS), rng.choice(CADRES), goal.due_on or one.due_on, one.sort, target, measure))
    return Adopting(date(year, 2, 8), who, year, date(year, 1, 27), tuple(said), tuple(handed))


def adopted_notes(deed: Adopting) -> Iterator[Note]:
    """What the adoption writes into the ledgers, for the books."""
    for code, sort in deed.sentences:
        yield Note(deed.day, deed.who, SENTENCE, code, {"code": code, "sort": sort}, TOWNSHIP, deed.passed)
    for one in deed.tasks:
        yield Note(deed.day, deed.who, TASK, one.code, {"code": one.code, "sort": one.sort, "state": "running"}, TOWNSHIP, deed.day)


def settled_notes(deed: Settling, books: Books) -> list[Note]:
    """The measured tasks whose metric has reached the target by the year's end."""
    return [_settled(deed, one) for one in deed.tasks if one.measure and _is_reached(one, books, deed.year)]


def _settled(deed: Settling, one: Handed) -> Note:
    on = date(deed.year, 12, 28)
    data = {"code": one.code, "state": "done", "done_on": on.isoformat(), "proof": "指标已达到目标，见指标明细"}
    return Note(deed.day, deed.who, TASK, one.code, data, until=on, reason="年末核对，指标已达到目标", manner=PROGRESS)


def _is_reached(one: Handed, books: Books, year: int) -> bool:
    target, value = books.value(one.target, year), books.value(one.measure, year)
    return target is not None and value is not None and value >= target


@cache
def _promises(year: int) -> tuple[Promise, ...]:
    """The promises of the report's template: how many there are and of which sort does not depend on the figures."""
    template, bindings = read_own((PACKS / "report/reports/annual.md").read_text(encoding="utf-8"), "annual.md")
    by_key = {one.key or str(one.id): one for one in bindings.slots}
    about = {
        slot.index: (bound.unit, bound.metric, str(resolve_period(bound.period, year - 1)))
        for slot in template.slots
        if (bound := by_key[slot.key]).metric
    }
    return tuple(read_plan(written(template, {}, about), year, Lines({}), lambda key: key))


@cache
def _measures() -> dict[str, str]:
    """target → the metric that measures it, as the packs say."""
    rows = [(path.parent.name, row) for path in sorted(PACKS.glob("*/metrics.toml")) for row in tomllib.loads(path.read_text(encoding="utf-8"))["metric"]]
    return {f"{pack}.{row['id']}": _full(pack, row["measures"]) for pack, row in rows if row.get("measures")}


def _full(pack: str, key: str) -> str:
    return key if "." in key else f"{pack}.{key}"
