"""改稿: prose changed by hand is kept, figures are found again and refreshed, changed figures are stopped."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from lxml import etree

from tests.reports.documents import seed_text
from tests.reports.drafts.word import NS, W, bookmark, control, dele, docx, edited, ins, p, r, tagged, xml_of
from tests.reports.township import SHORT, Township, a_year_of_work
from zhenwu.kernel.reports.api import Choices, Original, TakenBack, fill, read_original, take_back
from zhenwu.kernel.reports.docx_template import read_docx
from zhenwu.lib.problems import Problem
from zhenwu.sdk import catch_up

pytestmark = pytest.mark.django_db
SENTENCE = "拆除违法建筑12220.50平方米，完成任务的122.2%；五年共12500余平方米。在册低收入农户4人。"


@pytest.fixture
def records(town: Township) -> dict[str, object]:
    return dict(a_year_of_work(town))


@pytest.fixture
def original(records: dict[str, object]) -> Original:
    return read_original(sent(), "原稿.docx", 2020, (SHORT.encode(), "short.md"))


def sent() -> bytes:
    """The document that went out."""
    return fill(SHORT.encode(), "short.md", 2020).document


def back(data: bytes, original: Original, approximate: int = 0, leave_out: int = 0) -> TakenBack:
    choices = Choices(frozenset({approximate} - {0}), frozenset({leave_out} - {0}))
    return take_back(data, "改稿.docx", original, 2020, choices)


def line(taken: TakenBack, number: int = -1) -> str:
    assert taken.document is not None, taken.stopped
    return read_docx(taken.document).text.split("\n")[number]


def report(area: str = "", rate: str = "", five: str = "", people: str = "", between: str = "，完成任务的") -> bytes:
    """The report as Word saved it, with the marks of some figures said otherwise."""
    return docx(
        p(control("镇名", r("云坪")), r("镇"), control("年份", r("2020")), r("年小结")),
        p(
            r("拆除违法建筑"), area or control("拆违", r("12220.50")), r("平方米" + between), rate or control("完成率", r("122.2")),
            r("%；五年共"), five or control("五年", r("12500")), r("余平方米。在册低收入农户"), people or control("在册", r("4")), r("人。"),
        ),
    )  # fmt: skip


def test_a_document_nobody_touched_comes_back_as_it_went(original: Original) -> None:
    taken = back(sent(), original)
    assert line(taken) == SENTENCE and not taken.changes and not taken.unsourced and not taken.gone
    assert {one.found.by for one in taken.decisions} == {"control"} and len(taken.decisions) == 6


def test_words_changed_by_hand_stay_and_figures_are_refreshed(original: Original, town: Township) -> None:
    town.removed("A3", "100", "2020-07-01")
    catch_up()
    taken = back(report(between="，大伙儿齐心，完成任务的"), original)
    assert line(taken) == "拆除违法建筑12320.50平方米，大伙儿齐心，完成任务的123.2%；五年共12600余平方米。在册低收入农户4人。"


def test_a_number_of_many_runs_and_smart_tags_is_one_figure(original: Original) -> None:
    split = f'<w:smartTag w:element="chmetcnv">{r("12220")}{r(".5")}</w:smartTag>{r("0")}'
    assert line(back(report(area=control("拆违", split)), original)) == SENTENCE


def test_bookmarks_find_what_lost_its_control(original: Original) -> None:
    taken = back(report(bookmark("拆违", r("12220.50")), bookmark("完成率", r("122.2"))), original)
    assert line(taken) == SENTENCE
    assert [one.found.by for one in taken.decisions][2:4] == ["bookmark", "bookmark"]


def test_words_around_find_what_lost_both_marks_and_the_marks_come_back(original: Original) -> None:
    taken = back(docx(p(r("云坪镇2020年小结")), p(r("今年，" + SENTENCE))), original)
    assert line(taken) == "今年，" + SENTENCE
    assert {one.found.by for one in taken.decisions} == {"words"} and len(taken.decisions) == 6
    assert all(f"zw:{key}:" in xml_of(taken.document or b"") for key in ("镇名", "拆违", "在册"))


def test_sentences_that_changed_places_take_their_figures_along(original: Original) -> None:
    moved = docx(
        p(r("云坪镇2020年小结")),
        p(r("在册低收入农户"), control("在册", r("4")), r("人。拆除违法建筑"), tagged("拆违", r("12220.50")), r("平方米。")),
    )
    taken = back(moved, original)
    assert line(taken) == "在册低收入农户4人。拆除违法建筑12220.50平方米。"
    assert {one.title for one in taken.gone} == {"完成率", "五年"}


def test_tracked_changes_to_words_are_accepted_and_listed_by_author(original: Original) -> None:
    tracked = ins("，群众满意，完成", "何书记") + dele("，完成") + r("任务的")
    data = docx(
        p(control("镇名", r("云坪")), r("镇"), control("年份", r("2020")), r("年小结")),
        p(r("拆除违法建筑"), control("拆违", r("12220.50")), r("平方米"), tracked, control("完成率", r("122.2")), r("%。")),
    )
    taken = back(data, original)
    assert line(taken) == "拆除违法建筑12220.50平方米，群众满意，完成任务的122.2%。"
    assert [(one.author, one.kind, one.words) for one in taken.changes] == [("何书记", "增加", "，群众满意，完成"), ("赵六", "删去", "，完成")]
    assert "w:ins" not in xml_of(taken.document or b"") and "w:del" not in xml_of(taken.document or b"")


@pytest.mark.parametrize(
    ("area", "author"),
    [
        (control("拆违", dele("12220.50"), ins("15000")), "赵六"),
        (control("拆违", r("15000")), ""),
        (bookmark("拆违", dele("12220.50"), ins("15000")), "赵六"),
        (r("15000"), ""),
        (control("拆违", r("1"), dele("2220.50"), ins("5000")), "赵六"),
    ],
)
def test_a_changed_figure_is_stopped_whoever_changed_it_and_however(original: Original, area: str, author: str) -> None:
    taken = back(report(area), original)
    assert taken.document is None
    (one,) = taken.stopped
    assert (one.number, one.was, one.typed, one.now, one.author) == (3, "12220.50", "15000", "12220.50", author)
    assert one.address == "demolition.area@2020" and "拆除违法建筑15000平方米" in one.sentence


@pytest.mark.parametrize("area", [control("拆违"), r("大量"), control("拆违", dele("12220.50")), control("拆违", r("单击此处输入文字"), more="<w:showingPlcHdr/>")])
def test_a_figure_struck_from_a_sentence_that_stays_is_stopped(original: Original, area: str) -> None:
    (one,) = back(report(area), original).stopped
    assert one.number == 3 and one.typed in ("", "大量")


@pytest.mark.parametrize(
    ("old", "new", "number", "unit"),
    [
        ("方米，完成", "方公里，完成", 3, ("平方米", "平方公里")),
        ("平方米，", "万平方米，", 3, ("平方米", "万平方米")),
        ("%；", "‰；", 4, ("%", "‰")),
        ("%；", "；", 4, ("%", "")),
        ("人。", "万人。", 6, ("人", "万人")),
    ],
)
def test_a_changed_unit_is_a_changed_figure(original: Original, old: str, new: str, number: int, unit: tuple[str, str]) -> None:
    (one,) = back(edited(report(), lambda root: _retype(root, old, new)), original).stopped
    assert (one.number, one.unit) == (number, unit)


@pytest.mark.parametrize("area", [control("拆违", r("12220.50")) + r("5"), r("9") + control("拆违", r("12220.50")), ins("1") + bookmark("拆违", r("12220.50"))])
def test_digits_typed_right_beside_the_marks_change_the_figure(original: Original, area: str) -> None:
    (one,) = back(report(area), original).stopped
    assert one.number == 3 and one.typed in ("12220.505", "912220.50", "112220.50")


def test_two_figures_run_together_are_stopped_and_no_choice_writes_over_both(original: Original) -> None:
    data = docx(p(r("云坪镇2020年小结")), p(r("拆除违法建筑"), control("拆违", r("12220.50")), control("完成率", r("122.2")), r("%。")))
    assert {one.number for one in back(data, original).stopped} == {3, 4}
    with pytest.raises(Problem, match="连在了一起"):
        back(data, original, leave_out=3)


def test_a_figure_typed_as_its_corrected_source_says_passes(original: Original, town: Township, records: dict[str, object]) -> None:
    data = report(control("拆违", dele("12220.50"), ins("12320.50")))
    assert back(data, original).stopped
    town.correct(records["A1"], area="8220.50")  # type: ignore[arg-type]
    catch_up()
    assert "拆除违法建筑12320.50平方米" in line(back(data, original))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("12000", "约12000"), ("13000", "约12000"), ("12300", "约12200"), ("1.3", "约12220.5"), ("近13000", "约12000"), ("20000", "约12000")],
)
def test_said_roughly_a_figure_is_rounded_truly(original: Original, typed: str, printed: str) -> None:
    taken = back(report(control("拆违", r(typed))), original, approximate=3)
    assert line(taken).startswith(f"拆除违法建筑{printed}平方米，")


def test_what_is_below_its_rounding_is_near_it(original: Original, town: Township) -> None:
    town.removed("A3", "700", "2020-07-01")
    catch_up()
    assert line(back(report(control("拆违", r("13000"))), original, approximate=3)).startswith("拆除违法建筑近13000平方米")


def test_what_was_said_roughly_is_said_so_again_from_the_newest_figure(original: Original, town: Township) -> None:
    first = back(report(control("拆违", r("12000"))), original, approximate=3).document or b""
    assert line(back(first, original)).startswith("拆除违法建筑约12000平方米")
    town.removed("A3", "1700", "2020-07-01")
    catch_up()
    again = read_original(first, "二稿.docx", 2020, (SHORT.encode(), "short.md"))
    assert line(back(first, again)).startswith("拆除违法建筑近14000平方米")


def test_a_number_rounded_by_a_word_already_is_not_rounded_twice(original: Original) -> None:
    with pytest.raises(Problem) as caught:
        back(report(five=control("五年", r("13000"))), original, approximate=5)
    assert caught.value.code == "draft.not_round" and "余" in caught.value.message


def test_a_figure_left_out_goes_with_its_unit_and_stays_out(original: Original) -> None:
    first = back(report(control("拆违", r("15000"))), original, leave_out=3)
    assert line(first).startswith("拆除违法建筑，完成任务的122.2%")
    second = back(first.document or b"", original)
    assert line(second) == line(first) and not second.gone and "zw_拆违_3x" in xml_of(second.document or b"")


def test_a_forged_mark_of_a_figure_left_out_lets_no_number_through(original: Original) -> None:
    forged = '<w:bookmarkStart w:id="3" w:name="zw_拆违_3x"/><w:bookmarkEnd w:id="3"/>'
    assert [one.number for one in back(report(forged + r("15000")), original).stopped] == [3]


def test_a_mark_put_round_another_number_stops_it(original: Original) -> None:
    swapped = report(tagged("在册", r("12220.50")), people=tagged("拆违", r("4")))
    assert {one.number for one in back(swapped, original).stopped} == {3, 6}


@pytest.mark.seed
def test_the_seed_comes_back_whole_though_every_mark_is_lost(records: dict[str, object]) -> None:
    sent = fill(seed_text().encode(), "seed.txt", 2020)
    original = read_original(sent.document, "原稿.docx", 2020)
    assert len(original.printed) == len([one for one in sent.answers if one.binding])
    bare = edited(sent.document, _unmark)
    taken = back(bare, original)
    numbers = {one.found.printed.number for one in taken.decisions}
    assert len(numbers) == len(original.printed) and not taken.stopped and not taken.unsourced
    assert read_docx(taken.document or b"").text.split("\n") == read_docx(sent.document).text.split("\n")
    again = read_original(taken.document or b"", "新稿.docx", 2020)
    assert [one.binding for one in again.printed] == [one.binding for one in original.printed]


def test_words_typed_in_the_place_of_a_figure_left_out_stay(original: Original) -> None:
    data = edited(report(control("拆违", r("一大批"))), lambda root: _retype(root, "方米，完成", "，完成"))
    data = edited(data, lambda root: _retype(root, "平", ""))
    assert line(back(data, original, leave_out=3)).startswith("拆除违法建筑一大批，完成任务的")


def test_a_copied_sentence_brings_a_second_figure_of_the_same_source(original: Original, town: Township) -> None:
    data = edited(report(), lambda root: root[0].append(_second(tagged("拆违", r("12220.50")))))
    town.removed("A3", "100", "2020-07-01")
    catch_up()
    taken = back(data, original)
    assert "再说一遍：12320.50平方米。" in line(taken) and sum(one.found.copied for one in taken.decisions) == 1


def test_new_digits_without_a_source_are_listed_and_old_ones_are_not(original: Original) -> None:
    taken = back(report(between="，复垦35亩、造林三百二十亩，完成任务的"), original)
    assert [one.text for one in taken.unsourced] == ["35", "三百二十"]
    assert "复垦35亩" in taken.unsourced[0].sentence and taken.document


def test_words_added_beside_a_number_inside_its_control_are_words(original: Original) -> None:
    assert "建筑12220.50（含围墙）平方米" in line(back(report(control("拆违", r("12220.50（含围墙）"))), original))


def test_the_template_stands_for_the_document_that_went_out(records: dict[str, object]) -> None:
    assert line(back(report(), read_original(SHORT.encode(), "short.md", 2020))) == SENTENCE


def test_a_choice_for_a_figure_that_is_not_there_is_refused(original: Original) -> None:
    with pytest.raises(Problem, match="没有第 99 个数"):
        back(report(), original, leave_out=99)


def test_our_remarks_go_and_those_of_people_are_listed(records: dict[str, object]) -> None:
    marked = fill(SHORT.encode(), "short.md", 2020).marked
    original = read_original(marked, "批注版.docx", 2020, (SHORT.encode(), "short.md"))
    taken = back(marked, original)
    assert line(taken) == SENTENCE and "commentReference" not in xml_of(taken.document or b"") and not taken.comments


def test_taking_back_twice_changes_nothing_more(original: Original) -> None:
    first = back(report(between="，齐心协力，完成任务的"), original).document or b""
    assert xml_of(back(first, original).document or b"") == xml_of(first)


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("through", [["docx"], ["odt", "docx"], ["doc", "docx"]])
def test_libreoffice_saves_it_and_every_figure_is_found(original: Original, libreoffice: str, tmp_path: Path, through: list[str]) -> None:
    tracked = edited(sent(), lambda root: _insert(root, "，群众满意"))
    data = converted(tracked, libreoffice, tmp_path, through)
    taken = back(data, original)
    assert line(taken) == SENTENCE + "，群众满意" and len(taken.decisions) == 6
    assert [(one.author, one.kind) for one in taken.changes] == [("赵六", "增加")]
    changed = edited(data, lambda root: _retype(root, "12220.50", "15000"))
    assert [one.number for one in back(changed, original).stopped] == [3]


@pytest.mark.seed
@pytest.mark.libreoffice
@pytest.mark.slow
def test_the_seed_saved_by_libreoffice_comes_back_whole(records: dict[str, object], libreoffice: str, tmp_path: Path) -> None:
    sent = fill(seed_text().encode(), "seed.txt", 2020)
    original = read_original(sent.document, "原稿.docx", 2020)
    taken = back(converted(sent.document, libreoffice, tmp_path, ["odt", "docx"]), original)
    assert len(taken.decisions) == len(original.printed) and not taken.stopped and not taken.gone
    assert read_docx(taken.document or b"").text.split() == read_docx(sent.document).text.split()


def converted(data: bytes, libreoffice: str, folder: Path, forms: list[str]) -> bytes:
    """A document opened and saved by LibreOffice in each form in turn."""
    here = folder / "sent.docx"
    here.write_bytes(data)
    for number, form in enumerate(forms):
        command = [libreoffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form, "--outdir", str(folder / str(number)), str(here)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        here = folder / str(number) / f"sent.{form}"
    return here.read_bytes()


def _retype(root: etree._Element, old: str, new: str) -> None:
    """Replace words that lie in one text, or in two that follow each other."""
    texts = [node for node in root.iter(W + "t")]
    for node, following in zip(texts, [*texts[1:], None], strict=True):
        if old in (node.text or ""):
            node.text = (node.text or "").replace(old, new, 1)
            return
        both = (node.text or "") + (following.text or "" if following is not None else "")
        if following is not None and old in both:
            node.text, following.text = both.replace(old, new, 1), ""
            return
    raise AssertionError(old)


def _second(figure: str) -> etree._Element:
    return etree.fromstring(f'<w:x xmlns:w="{NS}">{p(r("再说一遍："), figure, r("平方米。"))}</w:x>')[0]


def _insert(root: etree._Element, words: str) -> None:
    last = [node for node in root.iter(W + "p") if "".join(t.text or "" for t in node.iter(W + "t"))][-1]
    last.append(etree.fromstring(f'<w:x xmlns:w="{NS}">{ins(words)}</w:x>')[0])


def _unmark(root: etree._Element) -> None:
    """Drop every control and bookmark, as a program does that knows neither."""
    for node in [*root.iter(W + "bookmarkStart", W + "bookmarkEnd")]:
        node.getparent().remove(node)
    for box in [*root.iter(W + "sdt")]:
        for child in list(box.find(W + "sdtContent")):
            box.addprevious(child)
        box.getparent().remove(box)
