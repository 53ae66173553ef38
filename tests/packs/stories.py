"""Runs the examples of packs against a real store: the township that ``units: standard`` means, and its people.

The clockwork turns on the morning of each step, after it, and on the story's last day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings

from zhenwu.kernel.ledgers.api import PREFIX, versions_in
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.matters.models import Step as MatterStep
from zhenwu.kernel.orgs.api import SYSTEM, Actor, UnitRow, actor_of, appoint, enrol_person, open_units
from zhenwu.kernel.orgs.models import Person
from zhenwu.kernel.reports.api import UNKNOWN
from zhenwu.kernel.rounds.api import close_spans
from zhenwu.lib.clock import at
from zhenwu.lib.facts import Scope
from zhenwu.lib.periods import Period
from zhenwu.lib.printing import Form, print_number
from zhenwu.lib.problems import Problem, Problems
from zhenwu.packkit.examples import Example, Step
from zhenwu.sdk import (
    Figures,
    RecordInput,
    SeriesInput,
    Until,
    catch_up,
    follow_rounds,
    follow_rules,
    import_series,
    remove_record,
    save_record,
)

BEGINNING = date(2010, 1, 1)
OF_THE_INSPECTION = ("小纪", "小察")  # the only two who are named for the confidential line
UNITS = [
    UnitRow("云岭镇", "township", None, "01"),
    UnitRow("深塘村", "village", 0, "0101"),
    UnitRow("上垟村", "village", 0, "0102"),
    UnitRow("一网格", "grid", 1, "010101"),
    UnitRow("二网格", "grid", 1, "010102"),
    UnitRow("综合站", "office", 0, "0109"),
]
POSTS = {
    "阿莲": ("grid_worker", "一网格"), "老周": ("officer", "综合站"), "窗口": ("clerk", "综合站"), "何书记": ("secretary", "云岭镇"),
    "小林": ("officer", "综合站"), "小纪": ("office_head", "综合站"), "小察": ("officer", "综合站"),
    "主任": ("office_head", "综合站"), "村监": ("village_watch", "深塘村"), "村书记": ("village_secretary", "深塘村"),
}  # fmt: skip


def turn() -> None:
    """A turn of the clockwork: the rounds on the day that it is, then the rules on what they wrote, and on what they wrote themselves."""
    follow_rounds()
    follow_rules()
    follow_rules()


class Stuck(AssertionError):
    """A step was refused that the story goes on from."""

    def __init__(self, step: Step, problem: Problem) -> None:
        super().__init__(str(problem))
        self.step = step
        self.code = problem.code


class Stage:
    """The township on which one story is played; 外乡人 is enrolled but holds no post."""

    def __init__(self) -> None:
        ids = open_units(SYSTEM, uuid4(), UNITS, BEGINNING)
        self.units: dict[str, UUID] = dict(zip((row.name for row in UNITS), ids, strict=True))
        self.people = {name: self._enrolled(number, name) for number, name in enumerate([*POSTS, "外乡人"])}
        self.matters: dict[str, UUID] = {}

    def play(self, example: Example) -> dict[str, str]:
        """Take every step on its day; returns what the expected figures print on the story's last day."""
        with at(min([example.today, *(step.day for step in example.steps)])):
            self._import(example)
        for step in example.steps:
            with at(step.day):
                close_spans()
                self._take(step)
                turn()
        with at(example.today):
            turn()
        catch_up()
        with at(example.today):
            figures = Figures()
            return {address: _printed(figures, address) for address in example.figures}

    def _enrolled(self, number: int, name: str) -> UUID:
        person = enrol_person(SYSTEM, uuid4(), f"person{number}", name, "long-enough-to-pass")
        if name in POSTS:
            kind, unit = POSTS[name]
            lines = ["integrity"] if name in OF_THE_INSPECTION else ["*"]
            appoint(SYSTEM, uuid4(), person, kind, self.units[unit], lines, BEGINNING)
            if kind in ("officer", "office_head") and name not in OF_THE_INSPECTION:  # what is confidential is reached by name alone
                appoint(SYSTEM, uuid4(), person, kind, self.units[unit], list(settings.CLOSED_LINES), BEGINNING)
        return person

    def _actor(self, name: str) -> Actor:
        return actor_of(Person.objects.get(id=self.people[name]))

    def _import(self, example: Example) -> None:
        rows = [
            SeriesInput(
                value.metric, self.units[value.unit or "云岭镇"], Period.parse(value.period), str(value.value),
                value.authority or "recognised", "例子里给出的数",
            )
            for value in example.series
        ]  # fmt: skip
        if rows:
            import_series(SYSTEM, rows, uuid4())

    def _take(self, step: Step) -> None:
        try:
            ACTS[step.act](self, step)
        except Problems as problems:
            assert [problem.code for problem in problems.found] == [step.refused], str(problems)
        except Problem as problem:
            if problem.code != step.refused:
                raise Stuck(step, problem) from problem
        else:
            assert step.refused is None, f"{step.day} {step.act} {step.target} should be refused with {step.refused}"

    def _save(self, step: Step) -> None:
        save_record(self._actor(step.who), step.target, self._input(step, step.day), uuid4())

    def _correct(self, step: Step) -> None:
        found = self._version(step)
        save_record(self._actor(step.who), step.target, self._input(step, None), uuid4(), found.record_id, found.number)

    def _void(self, step: Step) -> None:
        found = self._version(step)
        remove_record(self._actor(step.who), step.target, found.record_id, found.number, step.reason or "", uuid4())

    def _open(self, step: Step) -> None:
        data = dict(step.data)
        pack, dot, _ = step.target.partition(".")
        report = matters.Report(
            data.pop("line", pack if dot else "grid"), self.units[step.unit or ""], data.pop("title"), data.pop("text", ""),
            data.pop("category", ""), data.pop("channel", ""), data.pop("level", ""),
        )  # fmt: skip
        action, data = data.pop("action", "report"), self._keeping_out(data)
        answer = matters.open_matter(self._actor(step.who), uuid4(), report, workflow=step.target, action=action, given=data)
        self.matters["/".join(step.key)] = UUID(answer["matter"])

    def _keeping_out(self, data: Mapping[str, str]) -> dict[str, Any]:
        """What is given, with the persons to be kept out (“老周、小林”) as the kernel knows them."""
        names = [name for name in data.get("barred", "").split("、") if name]
        return dict(data) | ({"barred": [str(self.people[name]) for name in names]} if names else {})

    def _advance(self, step: Step) -> None:
        actor, matter = self._actor(step.who), self._matter(step.key)
        given = self._keeping_out(step.data)
        given |= {"reason": step.reason} if step.reason else {}
        given |= {"unit": str(self.units[step.unit])} if step.unit else {}
        matters.advance_matter(actor, uuid4(), matter, step.target, len(matters.history(SYSTEM, matter)), given)

    def _matter(self, key: tuple[str, ...]) -> UUID:
        """The matter that a story opened under this key, or the one of a category that a rule opened from the record of a key."""
        if "/".join(key) in self.matters:
            return self.matters["/".join(key)]
        records = Version.objects.filter(key="/".join(key[1:]), retired_by=None, removed=False).values("record_id")
        found = MatterStep.objects.filter(matter__record__in=records, retired_by=None, columns__category=key[0])
        return found.get().matter_id

    def _input(self, step: Step, day: date | None) -> RecordInput:
        return RecordInput(
            step.data, self.units[step.unit] if step.unit else None, step.occurred_on or step.valid_from or day,
            Until.OPEN if step.no_end else step.valid_until, step.authority, step.reason or ("核定" if step.act == "authorise" else ""),
        )  # fmt: skip

    def _version(self, step: Step) -> Version:
        return versions_in(Scope(PREFIX + step.target)).get(key="/".join(step.key))


ACTS: dict[str, Callable[[Stage, Step], None]] = {
    "save": Stage._save, "correct": Stage._correct, "void": Stage._void, "authorise": Stage._correct,
    "open": Stage._open, "advance": Stage._advance,
}  # fmt: skip


def _printed(figures: Figures, address: str) -> str:
    figure = figures.figure(address)
    if figure.value is None:
        return UNKNOWN
    return print_number(figure.value, figure.metric.unit, Form(figure.metric.unit, figure.metric.decimals))
