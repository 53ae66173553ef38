"""A binding finds its blank again: after deletion, insertion, moving, and through Word's runs."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.documents import REPORT, TOWN_BINDINGS, docx_of, seed_text
from zhenwu.kernel.reports.anchors import Anchor, make_anchor
from zhenwu.kernel.reports.bindings import Binding, Bindings, read_bindings
from zhenwu.kernel.reports.docx_template import read_docx
from zhenwu.kernel.reports.matching import match
from zhenwu.kernel.reports.text_template import read_text
from zhenwu.lib.problems import Problem

NEW_SENTENCES = [
    "镇党委高度重视此项工作。",
    "何书记多次赴现场督导，提出明确要求，各村各站所抓好落实。",
    "新添置垃圾桶xx只。",
    "外出务工人员返乡xxx人，比上年增加xx%！",
]
TEXTS = [pytest.param(REPORT, id="invented"), pytest.param("seed", id="seed", marks=pytest.mark.seed)]


@cache
def bound(text: str) -> Bindings:
    """Bindings made from a text, ids as its blanks are numbered, no fingerprint, so that anchors must do."""
    template = read_text(text)
    return Bindings(
        tuple(
            Binding(slot.index, "", slot.kind, profile="town", anchor=make_anchor(template, slot))
            for slot in template.slots
        )
    )


def the(text: str) -> str:
    return seed_text() if text == "seed" else text


def signed(lines: list[str]) -> list[list[tuple[str, int]]]:
    """Per line its blanks' numbers, so that a line can be moved and its blanks still be known."""
    template = read_text("\n".join(lines))
    return [
        [("", slot.index) for slot in template.slots if slot.paragraph == row] for row in range(len(lines))
    ]


def numbers(lines: list[str]) -> list[list[int]]:
    return [[number for _, number in line] for line in signed(lines)]


def expected(order: list[list[int]]) -> dict[int, int]:
    return dict(enumerate((number for line in order for number in line), 1))


@pytest.mark.parametrize("text", TEXTS)
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_deleting_a_paragraph_leaves_every_other_binding_in_place(text: str, data: st.DataObject) -> None:
    lines = the(text).split("\n")
    order = numbers(lines)
    gone = data.draw(st.integers(0, len(lines) - 1))
    kept = read_text("\n".join(lines[:gone] + lines[gone + 1 :]))
    assert match(kept, bound(the(text))) == expected(order[:gone] + order[gone + 1 :])


@pytest.mark.parametrize("text", TEXTS)
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_moving_a_paragraph_takes_its_bindings_along(text: str, data: st.DataObject) -> None:
    lines = the(text).split("\n")
    order = numbers(lines)
    gone = data.draw(st.integers(0, len(lines) - 1))
    to = data.draw(st.integers(0, len(lines) - 1))
    for moving in (lines, order):
        moving.insert(to, moving.pop(gone))
    assert match(read_text("\n".join(lines)), bound(the(text))) == expected(order)


@pytest.mark.parametrize("text", TEXTS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_inserting_a_sentence_leaves_every_binding_in_place(text: str, data: st.DataObject) -> None:
    whole = the(text)
    places = [0, *(place + 1 for place, sign in enumerate(whole) if sign in "。\n")]
    place, sentence = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(NEW_SENTENCES))
    before = read_text(whole)
    earlier = sum(before.offset(slot) < place for slot in before.slots)
    added = len(read_text(sentence).slots)
    wanted = {n if n <= earlier else n + added: n for n in range(1, len(before.slots) + 1)}
    assert match(read_text(whole[:place] + sentence + whole[place:]), bound(whole)) == wanted


@given(st.frozensets(st.integers(0, len(REPORT)), max_size=40))
@settings(max_examples=8, deadline=None)
def test_bindings_made_from_a_text_find_their_blanks_in_word_however_its_runs_are_cut(
    cuts: frozenset[int],
) -> None:
    template = read_docx(docx_of(REPORT, cuts))
    assert match(template, bound(REPORT)) == {slot.index: slot.index for slot in template.slots}


def test_other_blank_signs_and_other_widths_do_not_lose_a_binding() -> None:
    other = REPORT.replace("xxxx", "____").replace("xx", "___").replace("x", "_")
    assert match(read_text(other), bound(REPORT)) == {n: n for n in range(1, len(bound(REPORT).slots) + 1)}


def test_a_document_of_another_kind_is_bound_to_nothing() -> None:
    other = read_text("请假条\n本人因事请假xx天，自x月x日起，请予批准。\n请假人：xx")
    assert match(other, bound(REPORT)) == {}


def test_two_equal_candidates_that_moved_are_not_guessed() -> None:
    sentence = "招引对xx发展有带动力的好项目。"
    template = read_text(f"{sentence}\n甲乙丙丁\n新建公厕xx座，修缮公厕xx座，硬化林道xx条。")
    moved = read_text(f"新建公厕xx座，修缮公厕xx座，硬化林道xx条。\n{sentence}\n{sentence}")
    assert match(moved, bound(template.text)) == {1: 2, 2: 3, 3: 4}


def test_an_anchor_survives_being_written_and_keeps_no_words() -> None:
    template = read_text(REPORT)
    for slot in template.slots:
        anchor = make_anchor(template, slot)
        assert Anchor.read(anchor.write()) == anchor
        assert anchor.write().isascii()


@pytest.mark.parametrize(
    "line", ["", "number 1", "figure 1 - -", "number x - -", "number 1 12zz4 -", "number 1 123 -"]
)
def test_a_spoiled_anchor_is_refused(line: str) -> None:
    with pytest.raises(Problem) as told:
        Anchor.read(line)
    assert told.value.code == "binding.anchor"


class TestTheSeed:
    pytestmark = pytest.mark.seed

    def test_its_fingerprint_only_short_cuts_what_the_anchors_find(self) -> None:
        bindings, template = read_bindings(TOWN_BINDINGS), read_text(seed_text())
        assert bindings.fingerprint == template.fingerprint == read_docx(docx_of(seed_text())).fingerprint
        by_anchor = Bindings(bindings.slots)
        assert match(template, by_anchor) == match(template, bindings) == {n: n for n in range(1, 162)}
