"""The figures of a draft one by one: each named by its blank's key, with its sentence and the line that answers for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.definitions.api import packs
from zhenwu.kernel.ledgers.api import PREFIX
from zhenwu.kernel.metrics.api import Figure, line_of
from zhenwu.kernel.orgs.api import Actor, Held, reach, staff, tree
from zhenwu.kernel.reports.filling import Answer, Filled
from zhenwu.kernel.reports.room.rights import REPORT

_RANK = {"office_head": 0, "officer": 0}  # whom one asks for figures first; the window last


@dataclass(frozen=True)
class Blank:
    """One figure of a draft. ``key`` is the blank's, ``line`` the pack whose people answer for it, ``office`` its steward."""

    key: str
    answer: Answer
    sentence: str
    line: str
    office: str

    @property
    def meaning(self) -> str:
        return self.answer.meaning

    @property
    def printed(self) -> str | None:
        return self.answer.printed

    @property
    def figure(self) -> Figure | None:
        return self.answer.figure


def blanks_of(filled: Filled) -> tuple[Blank, ...]:
    """The figures and facts of a draft in reading order, each once; years that follow from the report's own are nobody's."""
    stewards = {pack.key: str(pack.body.get("steward") or "") for pack in packs()}
    found: dict[str, Blank] = {}
    for answer in filled.answers:
        if answer.slot.key in found or not answer.slot.key or answer.binding is None or answer.binding.text:
            continue
        line = _line(answer, stewards)
        found[answer.slot.key] = Blank(answer.slot.key, answer, words_around(filled, answer), line, stewards.get(line, ""))
    return tuple(found.values())


def words_around(filled: Filled, answer: Answer) -> str:
    """The clause a figure stands in, as it now reads; a heading without its marks."""
    return filled.sentence(answer.slot).lstrip("# ")


def _line(answer: Answer, stewards: Mapping[str, str]) -> str:
    """Whose figure it is: the pack of the metric that is printed, of the ledger the words come from, of the profile."""
    binding = answer.binding
    assert binding is not None
    ledger = settings.PROFILE_LEDGER if binding.profile else binding.record.ledger if binding.record else ""
    line = answer.figure.metric.pack if answer.figure else line_of(PREFIX + ledger) if ledger else REPORT
    return line if line in stewards else REPORT


@dataclass(frozen=True)
class Able:
    """Somebody who can answer for a line of a township, by the post that lets them."""

    person: UUID
    name: str
    post: Held


class Staff:
    """Who can answer for which line of a township, read once."""

    def __init__(self, unit: UUID) -> None:
        self._unit, self._actors, self._tree = unit, staff(), tree()

    def able(self, line: str, office: str) -> list[Able]:
        """Everybody of the township who writes on a line for the whole of it, the likeliest first: of the line's own office,
        appointed for this very line, an officer before the window. One row for a person."""
        writers = (Able(one.person_id, one.name, held) for one in self._actors for held in one.posts if one.person_id and self._writes(one, held, line))
        ranked = sorted(writers, key=lambda one: self._rank(one, line, office))
        return list({one.person: one for one in reversed(ranked)}.values())[::-1]

    def office_of(self, one: Able) -> str:
        """The name of the unit somebody sits at."""
        return self._tree.name(one.post.unit_id) if one.post.unit_id in self._tree else ""

    def _writes(self, actor: Actor, held: Held, line: str) -> bool:
        """Whether this one post of theirs writes over the whole township and lies in it."""
        seen = reach(replace(actor, posts=(held,)), "write", line)
        return held.township_id == self._unit and (seen.everywhere or self._unit in seen.units)

    def _rank(self, one: Able, line: str, office: str) -> tuple[bool, bool, int, str]:
        return (line not in one.post.lines, self.office_of(one) != office, _RANK.get(one.post.kind, 1), one.name)


def may_lead(actor: Actor, line: str, unit: UUID) -> bool:
    """Whether somebody sends sheets and rules for a line: who draws up the report, or who writes on the line for the
    whole township."""
    return any(reach(actor, "write", one).covers(unit) for one in {REPORT, line})


def may_answer_for(actor: Actor, line: str, unit: UUID) -> bool:
    """Whether somebody signs the figures of a line: who writes on it for the whole township."""
    return reach(actor, "write", line).covers(unit)


def lines_of(blanks: Iterable[Blank]) -> dict[str, str]:
    """The lines of these figures with their offices, in reading order."""
    return {blank.line: blank.office for blank in blanks}
