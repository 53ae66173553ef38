"""A filled report as a page: paragraphs cut into words and figures, each figure with its link and what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.metrics.api import Figures, withheld
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import UNKNOWN, Answer, Draft, Filled, read_draft
from zhenwu.lib.periods import FIRST_YEAR, LAST_YEAR
from zhenwu.lib.problems import NotFound
from zhenwu.web import doors, sheets

TOO_FEW = "人数过少，对无权看明细的人不显示"


@dataclass(frozen=True)
class Piece:
    """A run of a paragraph. ``href`` leads to the figure; ``pending`` marks 待补; ``label`` is said aloud and on hover."""

    text: str
    href: str = ""
    label: str = ""
    pending: bool = False
    slot: int = 0


@dataclass(frozen=True)
class Line:
    """A paragraph: ``level`` 1 and 2 are headings, 0 is text."""

    level: int
    pieces: tuple[Piece, ...]


def known_year(year: int) -> int:
    """A year that a report can be about; raises ``NotFound``."""
    if not FIRST_YEAR + 10 <= year <= LAST_YEAR - 10:  # a report looks five years back and five ahead
        raise NotFound("web.year", f"没有{year}年的报告", "请在年度报告页选一个年份。")
    return year


def draft_of(year: int, unit: UUID) -> Draft:
    """The yearly report of a township as a draft; raises ``NotFound`` when no pack brings a report."""
    found = every("report")
    if not found:
        raise NotFound("report.none", "还没有启用年度报告模块", "请系统管理员安装“年度工作报告”业务模块。")
    return Draft(found[0].key, year, unit)


def filled_for(who: Actor, year: int) -> tuple[Filled, Figures]:
    """The yearly report as this person may see it, by the draft's own words where it has some."""
    figures = Figures()
    filled = read_draft(draft_of(year, doors.require_report(who)), figures)
    return cloaked(filled, who, figures), figures


def cloaked(filled: Filled, who: Actor, figures: Figures) -> Filled:
    """Counts of few persons are left out for those without row rights."""
    return replace(filled, answers=tuple(cloaked_answer(answer, who, figures) for answer in filled.answers))


def lines_of(text: Sequence[str], pieces_at: Callable[[int], Sequence[tuple[int, int, Piece]]]) -> Iterator[Line]:
    """Cut paragraphs at their blanks; ``pieces_at(paragraph)`` gives (start, end, piece) in order."""
    for number, words in enumerate(text):
        level = 2 if words.startswith("## ") else 1 if words.startswith("# ") else 0
        here, pieces = level + 1 if level else 0, []
        for start, end, piece in pieces_at(number):
            pieces += [Piece(words[here:start]), piece]
            here = end
        pieces.append(Piece(words[here:]))
        kept = tuple(piece for piece in pieces if piece.text)
        if kept:
            yield Line(level, kept)


def report_lines(filled: Filled, figures: Figures, who: Actor) -> list[Line]:
    """The report with a link at every figure this person may open."""

    def pieces_at(paragraph: int) -> list[tuple[int, int, Piece]]:
        found = [answer for answer in filled.answers if answer.slot.paragraph == paragraph]
        return [(answer.slot.start, answer.slot.end, _piece(answer, figures, who)) for answer in found]

    return list(lines_of([one.text for one in filled.template.paragraphs], pieces_at))


def _piece(answer: Answer, figures: Figures, who: Actor) -> Piece:
    one = answer.figure
    href = sheets.link(figures, who, one.metric, one.period, one.unit) if one and one.value is not None else ""
    if answer.printed is None:
        return Piece(UNKNOWN, "", f"{answer.meaning}：{answer.why}", True, answer.slot.index)
    label = f"{sheets.label_of(one)} {answer.why}" if one else f"{answer.meaning}。{answer.why}"
    return Piece(answer.printed, href, label, False, answer.slot.index)


def cloaked_answer(answer: Answer, who: Actor, figures: Figures) -> Answer:
    """An answer as this person may see it."""
    if answer.figure is None or not withheld(answer.figure, who, figures):
        return answer
    return replace(answer, printed=None, why=TOO_FEW, figure=None)
