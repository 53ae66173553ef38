"""The lists that go with a report: for proofreading aloud, what is missing, what contradicts, what the county has not recognised."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import zip_longest

from zhenwu.kernel.metrics.api import AUTHORITIES, Offer
from zhenwu.kernel.reports.filling import Answer, Filled
from zhenwu.kernel.reports.paper.composing import compose
from zhenwu.kernel.reports.paper.passages import MASK, passages
from zhenwu.kernel.reports.paper.sentences import sentences
from zhenwu.lib.numerals import spoken, spoken_year
from zhenwu.lib.paper.model import Cell, Column, Listing, Piece, cell

RECOGNISED = frozenset({"recognised", "statutory"})
_NOT_SAID = ("name",)
_AROUND = 28  # characters shown on each side of a figure or passage
_PER_DIGIT = ("year", "ordinal")


def proof(filled: Filled) -> Listing:
    """校对单: every figure under its sentence, in reading order, with two boxes to tick."""
    answers = {answer.slot.index: answer for answer in filled.answers}
    rows: list[tuple[Cell, ...]] = []
    for sentence in _sentences_with_figures(filled):
        rows.append((tuple(_set_apart(piece) for piece in sentence),))
        for piece, after in zip_longest(sentence, sentence[1:], fillvalue=Piece("")):
            if piece.slot:
                one = answers[piece.slot]
                said = _words(one, after.text[:1])
                rows.append(
                    (
                        cell(str(piece.slot)),
                        cell(_strong(piece.text)),
                        cell(said),
                        cell(_source(one)),
                        cell("□"),
                        cell("□"),
                    )
                )
    columns = (
        Column("号", 4),
        Column("数字", 12),
        Column("读作", 22),
        Column("来处", 34),
        Column("甲", 4),
        Column("乙", 4),
    )
    about = (
        "两人校对：甲读句子，乙看来处，读一个数，两人各勾一格。读作一栏是这个数念出来的样子。",
        "校对人（甲）：　　　　　　（乙）：　　　　　　日期：",
    )
    return Listing(f"{_report(filled)}校对单", about, columns, tuple(rows), "这份文件里没有数字。")


def pending(filled: Filled) -> Listing:
    """What prints 待补, why, and where."""
    told = _told_sentences(filled)
    rows = tuple(
        (cell(str(one.slot.index)), cell(one.meaning), cell(one.why), told[one.slot.index]) for one in filled.pending
    )
    columns = (Column("号", 4), Column("缺什么", 16), Column("为什么", 24), Column("句子", 36))
    about = (f"共 {len(rows)} 处。补齐办法：登记进相应的台账、导入上级数，或在定稿前改写这一句。数字不能凭空填。",)
    return Listing(f"{_report(filled)}待补清单", about if rows else (), columns, rows, "没有待补的数字。")


def contradictions(filled: Filled) -> Listing:
    """What the document says that cannot all be true, with the sentences that say it."""
    by_binding: dict[object, list[int]] = {}
    for answer in filled.answers:
        if answer.binding:
            by_binding.setdefault(answer.binding.id, []).append(answer.slot.index)
    told = _told_sentences(filled)
    rows = []
    for number, found in enumerate(filled.contradictions, start=1):
        slots = [slot for binding in found.slots for slot in by_binding.get(binding, [])]
        said = list(dict.fromkeys("".join(piece.text for piece in told[slot]) for slot in slots))
        rows.append(
            (cell(str(number)), cell(found.message), cell("、".join(map(str, slots))), cell("　／　".join(said)))
        )
    columns = (Column("号", 4), Column("哪里不一致", 30), Column("数字号", 8), Column("有关的句子", 38))
    about = (f"共 {len(rows)} 处。先查来源、更正记录，再填一次；没有改清不能定稿。",) if rows else ()
    return Listing(f"{_report(filled)}数字不一致清单", about, columns, tuple(rows), "没有发现前后矛盾的数字。")


def unrecognised(filled: Filled, expected: Collection[str]) -> Listing:
    """待县里认定: printed figures of metrics whose numbers come from the county, printed by another authority.

    ``expected`` are the metrics for which a recognised or statutory value was ever imported (``metrics.api.recognised_metrics``);
    a ``series`` metric is always one of them, for others publish it.
    """
    told = _told_sentences(filled)
    rows = tuple(
        (cell(str(one.slot.index)), cell(_strong(one.printed or "")), cell(figure.metric.label, f"，{figure.period.label}"),
         cell(AUTHORITIES.get(figure.authority, "")), cell(_standing(figure.offers)), told[one.slot.index])
        for one in filled.answers
        if (figure := one.figure) and one.printed is not None and figure.authority not in RECOGNISED
        and (figure.metric.kind == "series" or figure.metric.key in expected)
    )  # fmt: skip
    columns = (
        Column("号", 4),
        Column("数字", 10),
        Column("指标", 18),
        Column("现在印的", 10),
        Column("县里的数", 16),
        Column("句子", 30),
    )
    about = (
        (f"共 {len(rows)} 处。县里认定过这个指标，或本来由别人公布，现在印的还是镇里的数。认定后导入，再选用。",)
        if rows
        else ()
    )
    return Listing(f"{_report(filled)}待县里认定清单", about, columns, rows, "要县里认定的数字都认定了。")


def _standing(offers: Collection[Offer]) -> str:
    here = next((offer for offer in offers if offer.authority in RECOGNISED), None)
    return f"已有{AUTHORITIES[here.authority]}（{here.source}），没有选用" if here else "还没有"


def _report(filled: Filled) -> str:
    return f"{filled.year}年报告"


def _sentences_with_figures(filled: Filled) -> Iterator[tuple[Piece, ...]]:
    for line in compose(filled.template, filled.values).lines:
        for sentence in sentences(line, clauses=True):
            if any(piece.slot for piece in sentence):
                yield sentence


def _told_sentences(filled: Filled) -> dict[int, Cell]:
    """The words round each blank, filled, the blank set apart."""
    found: dict[int, Cell] = {}
    for sentence in _sentences_with_figures(filled):
        start = 0
        for piece in sentence:
            if piece.slot:
                found[piece.slot] = _pointed(sentence, start, start + len(piece.text))
            start += len(piece.text)
    return found


def _set_apart(piece: Piece) -> Piece:
    return replace(piece, face="hei" if piece.slot else "")


def _strong(text: str) -> Piece:
    return Piece(text, face="hei")


def _words(answer: Answer, after: str) -> str:
    """A figure as it is said; a percent sign that follows the blank is said with it."""
    if answer.printed is None or answer.slot.kind in _NOT_SAID:
        return ""
    if answer.slot.kind in _PER_DIGIT:
        return spoken_year(answer.printed)
    return spoken(answer.printed + after) or spoken(answer.printed)


def _source(answer: Answer) -> str:
    if answer.figure is None or answer.printed is None:
        return f"{answer.meaning}：{answer.why}"
    return f"{answer.figure.metric.label}，{answer.figure.unit_name}，{answer.figure.period.label}，{AUTHORITIES.get(answer.figure.authority, '')}"


def revisit(filled: Filled) -> Listing:
    """请再看一遍: fixed words that were true when they were written."""
    rows: list[tuple[Cell, ...]] = []
    for line in compose(filled.template, filled.values).lines:
        for sentence in sentences(line, clauses=True):
            masked = "".join(MASK * len(piece.text) if piece.slot else piece.text for piece in sentence)
            for found in passages(masked):
                words = masked[found.start : found.end]
                rows.append(
                    (
                        cell(str(len(rows) + 1)),
                        cell(found.kind),
                        cell(_strong(words)),
                        _pointed(sentence, found.start, found.end),
                        cell("□"),
                    )
                )
    columns = (Column("号", 5), Column("是什么", 11), Column("文字", 24), Column("句子", 43), Column("看过", 7))
    about = ("这些字写在模板里，不会跟着数据变。每年定稿前逐条看一遍：还对不对，要不要换。",) if rows else ()
    return Listing(f"{_report(filled)}请再看一遍", about, columns, tuple(rows), "模板里没有要再看的固定文字。")


def _pointed(sentence: tuple[Piece, ...], start: int, end: int) -> Cell:
    """One passage of a sentence set apart, with as much on both sides as tells where it stands."""
    text = "".join(piece.text for piece in sentence)
    before, after = text[:start], text[end:]
    left = before if len(before) <= _AROUND else "……" + before[-_AROUND:]
    right = after if len(after) <= _AROUND else after[:_AROUND] + "……"
    return cell(left, _strong(text[start:end]), right)
