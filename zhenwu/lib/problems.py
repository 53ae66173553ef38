"""Problems: what went wrong, where, and what to do next, in plain Chinese.

A ``Problem`` is raised for anything a person can mend. It carries a stable code (a page in the manual),
the place (file, row, column, field), what was found and the remedy. Nothing else may reach a user: a traceback is a bug.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where a problem lies; every part is optional."""

    file: str = ""
    row: int | None = None
    column: str = ""
    key: str = ""

    def __str__(self) -> str:
        parts = [self.file, f"第{self.row}行" if self.row is not None else "", self.column, self.key]
        return " · ".join(part for part in parts if part)


class Problem(Exception):
    """Something a person can mend.

    ``code`` is stable (``pack.unknown_key``); ``message`` says what is wrong; ``remedy`` what to do next. ``fields``: the ids of what was
    filled in that it is about; ``beside``: what else stands in the way of the same act, so that all is mended at once.
    """

    fields: tuple[str, ...] = ()
    beside: tuple[Problem, ...] = ()

    def __init__(self, code: str, message: str, remedy: str = "", place: Place | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.place = place or Place()

    def at(self, place: Place) -> Problem:
        """The same problem, of the same kind, at a more exact place."""
        moved = type(self).__new__(type(self), *self.args)
        moved.__dict__ |= {**self.__dict__, "place": place}
        return moved

    def about(self, *fields: str) -> Problem:
        """The same problem, told of these fields."""
        self.fields = fields
        return self

    @property
    def all(self) -> tuple[Problem, ...]:
        """It and what stands beside it."""
        return self, *self.beside

    def __str__(self) -> str:
        where = f"{self.place}：" if str(self.place) else ""
        tail = f"\n  怎么办：{self.remedy}" if self.remedy else ""
        return "\n".join([f"{where}{self.message}（{self.code}）{tail}", *map(str, self.beside)])


def together(found: Sequence[Problem]) -> Problem:
    """The first of several problems of one act, with the others beside it."""
    first, *rest = found
    first.beside = tuple(rest)
    return first


class Problems(Exception):
    """Several problems found in one go, so that a person can mend them all at once."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(f"{len(found)} problems")
        self.found = found

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.found)


class Refused(Problem):
    """The acting person may not do this."""


class NotFound(Problem):
    """There is no such thing, or it is not this person's to see (both read the same, on purpose)."""


class Conflict(Problem):
    """Somebody else was quicker: carries both versions so that the caller can choose."""

    def __init__(self, message: str, ours: object, theirs: object) -> None:
        super().__init__("write.conflict", message, "请刷新后核对两边的内容，再决定保留哪一份。")
        self.ours = ours
        self.theirs = theirs
