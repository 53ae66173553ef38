"""Documents of a pack: read, checked with the line of each fault, and stored with the trees of their conditions."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from zhenwu.lib.problems import Problem
from zhenwu.packkit import check_pack, load_pack

PACKS = Path(__file__).resolve().parents[2] / "packs"
SOUND = """+++
id = "notice"
label = "受理告知书"
workflow = "standard"
states = ["handling", "completed"]
number = "告〔⟦year⟧〕⟦serial⟧号"
+++
# 受理告知书
@to 上报人：
您在⟦matter.opened⟧反映的“⟦matter.title⟧”已由⟦matter.office|or 本镇⟧受理，期限到⟦matter.due⟧。
@if returned_times > 0
退回过⟦step.send_back.day⟧，理由：⟦step.send_back.reason⟧。
@else
没有退回过。
@end
@table 日期 3 | 经过 8
@each step
|⟦it.day⟧|⟦it.action⟧⟦it.reason|empty⟧|
@end
@end
@day ⟦today|han⟧
"""


@pytest.fixture
def document(river: Path) -> Callable[..., list[Problem]]:
    """Write a sound document into the river pack, some words of it replaced; what is wrong with the pack then."""

    def write(old: str = "", new: str = "") -> list[Problem]:
        assert old in SOUND
        (river / "documents").mkdir(exist_ok=True)
        (river / "documents" / "notice.md").write_text(SOUND.replace(old, new, 1) if old else SOUND, encoding="utf-8")
        return check_pack(river)

    return write


def test_a_sound_document_is_stored_with_the_trees_of_its_conditions(document: Callable[..., list[Problem]], river: Path) -> None:
    assert document() == []
    body = load_pack(river).documents["river.notice"]
    assert body["workflow"] == "standard" and len(body["conditions"]) == 1 and body["text"].startswith("# 受理告知书")


@pytest.mark.parametrize(
    ("old", "new", "code", "row"),
    [
        ("⟦matter.due⟧", "⟦matter.weather⟧", "document.unknown", 10),
        ("⟦matter.due⟧", "⟦matter.due|capitals⟧", "document.filter", 10),
        ("⟦matter.due⟧", "⟦matter.due|loud⟧", "document.filter", 10),
        ("⟦matter.due⟧", "⟦matter.due", "document.sign", 10),
        ("⟦matter.due⟧", "⟦Due⟧", "document.name", 10),
        ("returned_times > 0", "depth > 0", "expression.column", 11),
        ("returned_times > 0", "returned_times", "document.if", 11),
        ("⟦step.send_back.day⟧", "⟦step.dance.day⟧", "document.unknown", 12),
        ("⟦step.send_back.day⟧", "⟦step.send_back.paper_no⟧", "document.unknown", 12),
        ("@else", "@elsewhere", "document.directive", 13),
        ("@table 日期 3 | 经过 8", "@table 日期 | 经过", "document.table", 16),
        ("@each step", "@each wizard", "document.each", 17),
        ("⟦it.action⟧", "⟦it.colour⟧", "document.unknown", 18),
        ("|⟦it.day⟧|", "⟦it.day⟧", "document.row", 18),
        ("⟦it.reason|empty⟧", "⟦it.reason|empty⟧⟦it.page⟧", "document.unknown", 18),
        ("@day ⟦today|han⟧", "@day ⟦it.day⟧", "document.unknown", 21),
        ("@day ⟦today|han⟧", "@end", "document.directive", 21),
        ("@end\n@table", "@table", "document.end", 11),
        ("@day ⟦today|han⟧", "@photos sideways", "document.photos", 21),
        ("@day ⟦today|han⟧", "@photos before 3", "document.photos", 21),
        ("@table 日期", "@photos after 4 more\n@table 日期", "document.photos", 16),
        ("|⟦it.day⟧|", "@photos\n|⟦it.day⟧|", "document.photos", 18),
        ("returned_times > 0", "photo_count", "document.if", 11),
    ],
)
def test_a_fault_in_the_text_is_told_with_its_line(document: Callable[..., list[Problem]], old: str, new: str, code: str, row: int) -> None:
    found = document(old, new)
    assert (code, "documents/notice.md", row) in {(one.code, one.place.file, one.place.row) for one in found}, list(map(str, found))
    assert all(one.remedy for one in found)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"handling"', '"flying"', "document.state"),
        ('workflow = "standard"', 'workflow = "canoe"', "document.workflow"),
        ('label = "受理告知书"\n', 'label = "受理告知书"\nrecord = "nowhere"\n', "document.record"),
        ('label = "受理告知书"\n', 'label = "受理告知书"\nwhen = "depth > 1"\notherwise = "浅"\n', "expression.column"),
        ('label = "受理告知书"\n', 'label = "受理告知书"\nwhen = "returned_times > 1"\n', "document.otherwise"),
        ('label = "受理告知书"\n', 'label = "受理告知书"\ncolour = "红"\n', "pack.unknown_key"),
        ("⟦serial⟧号", "⟦today⟧号", "document.number"),
        ("⟦serial⟧号", "⟦matter.due⟧号", ""),
        ('id = "notice"', 'id = "letter"', "document.file"),
        ("+++\nid", "id", "document.front"),
        ("states = [", "states = ", "document.front"),
    ],
)
def test_a_fault_in_the_head_is_told(document: Callable[..., list[Problem]], old: str, new: str, code: str) -> None:
    assert {one.code for one in document(old, new)} == ({code} if code else set())


def test_a_field_that_no_step_fills_is_refused(tmp_path: Path) -> None:
    pack = tmp_path / "mediation"
    shutil.copytree(PACKS / "mediation", pack)
    flow = pack / "workflows" / "quarrel.toml"
    flow.write_text(flow.read_text(encoding="utf-8").replace('"perform_way", ', ""), encoding="utf-8")
    found = check_pack(pack)
    assert {one.code for one in found} == {"document.never"} and all(one.place.row for one in found)


def test_rows_are_found_by_the_first_of_their_key(tmp_path: Path) -> None:
    pack = tmp_path / "mediation"
    shutil.copytree(PACKS / "mediation", pack)
    paper = pack / "documents" / "agreement.md"
    paper.write_text(paper.read_text(encoding="utf-8").replace('field = "case_no"', 'field = "side"').replace('equals = "case_no"', 'equals = "colour"'), encoding="utf-8")
    assert [one.code for one in check_pack(pack)] == ["document.rows", "document.rows"]


OF_A_SAMPLE = """+++
id = "result_notice"
label = "水质检测结果告知书"
ledger = "sample"
number = "水告〔⟦year⟧〕⟦serial⟧号"
[rows.again]
ledger = "sample"
field = "sheet"
equals = "record.failed_sheet"
+++
# 水质检测结果告知书
⟦record.station.title⟧：⟦record.day⟧，⟦unit.village⟧，⟦record.turbidity⟧。
@if verdict = 'failed' AND again_count = 0
@each again
⟦it.verdict⟧
@end
@end
"""


@pytest.fixture
def of_a_sample(tmp_path: Path) -> Callable[..., list[Problem]]:
    """Write a sound document of a record into the pack of drinking water, some words of it replaced; what is wrong with the pack then."""
    for name in ("drinking", "premises", "residents"):
        shutil.copytree(PACKS / name, tmp_path / name)

    def write(old: str = "", new: str = "") -> list[Problem]:
        assert old in OF_A_SAMPLE
        paper = tmp_path / "drinking" / "documents" / "result_notice.md"
        paper.write_text(OF_A_SAMPLE.replace(old, new, 1) if old else OF_A_SAMPLE, encoding="utf-8")
        return check_pack(tmp_path / "drinking")

    return write


def test_a_document_of_a_ledger_is_stored_with_its_ledger(of_a_sample: Callable[..., list[Problem]], tmp_path: Path) -> None:
    assert of_a_sample() == []
    body = load_pack(tmp_path / "drinking").documents["drinking.result_notice"]
    assert body["ledger"] == "drinking.sample" and "workflow" not in body and body["rows"]["again"]["ledger"] == "drinking.sample"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('ledger = "sample"\nnumber', 'ledger = "nothing"\nnumber', "document.ledger"),
        ('ledger = "sample"\nnumber', 'ledger = "sample"\nworkflow = "any"\nnumber', "document.of"),
        ('ledger = "sample"\nnumber', "number", "document.of"),
        ('ledger = "sample"\nnumber', 'ledger = "sample"\nstates = ["handling"]\nnumber', "document.of"),
        ('ledger = "sample"\nnumber', 'ledger = "sample"\nrecord = "station"\nnumber', "document.of"),
        ('ledger = "sample"\nnumber', 'ledger = "sample"\nwhen = "depth > 1"\notherwise = "浅"\nnumber', "expression.column"),
        ('ledger = "sample"\nnumber', 'ledger = "sample"\nwhen = "turbidity > 1"\nnumber', "document.otherwise"),
        ("⟦serial⟧", "⟦record.station.keeper⟧", "document.number"),
        ("⟦record.station.title⟧", "⟦record.station.weather⟧", "document.unknown"),
        ("⟦record.day⟧", "⟦matter.title⟧", "document.unknown"),
        ("⟦record.day⟧", "⟦step.accept.day⟧", "document.unknown"),
        ("@each again", "@each step", "document.each"),
        ("@each again", "@each file", "document.each"),
        ("# 水质检测结果告知书", "# 水质检测结果告知书\n@papers", "document.papers"),
        ("# 水质检测结果告知书", "# 水质检测结果告知书\n@photos", "document.photos"),
        ("verdict = 'failed'", "photo_count = 1", "expression.column"),
        ("verdict = 'failed'", "state = 'failed'", "expression.column"),
        ('equals = "record.failed_sheet"', 'equals = "record.colour"', "document.rows"),
        ('equals = "record.failed_sheet"', 'equals = "failed_sheet"', "document.rows"),
        ('equals = "record.failed_sheet"\n', "", "document.rows"),  # the sheet's own number links to no sample
        ('field = "sheet"', 'field = "station"', "document.rows"),
        ("[rows.again]", "[rows.unit]", "document.rows"),
    ],
)
def test_what_a_document_of_a_ledger_could_not_fill_is_refused(of_a_sample: Callable[..., list[Problem]], old: str, new: str, code: str) -> None:
    found = of_a_sample(old, new)
    assert code in {one.code for one in found} and all(one.remedy for one in found), list(map(str, found))
