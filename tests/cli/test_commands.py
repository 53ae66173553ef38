"""The commands on a township in the database: what 老周 reads, and what stops him."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest

from tests.cli.township import ROWS, found_township, say
from zhenwu.kernel.ledgers.api import find_record, history
from zhenwu.kernel.orgs.api import SYSTEM, actor_of, find_person, merge_units, tree
from zhenwu.kernel.reports.api import Draft, Edit, begin_manuscript, find_manuscript, live_paragraphs, save_paragraph
from zhenwu.lib.periods import Period
from zhenwu.sdk import Figures, SeriesInput, current, import_series

pytestmark = pytest.mark.django_db
STRUCTURE = "demolition.structure"


@pytest.fixture
def town(tmp_path: Path, settings: object) -> Path:
    """A township with two structures; an empty folder beside it."""
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    found_township()
    sheet = tmp_path / "rows.csv"
    sheet.write_text(ROWS.replace("二网格", "010102"), encoding="gbk")
    done = say("ledger", "import", STRUCTURE, str(sheet), "--as", "laozhou")
    assert done.exit_code == 0, done.output
    return tmp_path


def area() -> object:
    return Figures().figure("demolition.area@2020").value


def test_an_imported_sheet_is_at_once_in_the_figures(town: Path) -> None:
    assert float(area()) == 150.5


def test_the_same_file_imported_twice_counts_once(town: Path) -> None:
    done = say("ledger", "import", STRUCTURE, str(town / "rows.csv"), "--as", "laozhou")
    assert (done.exit_code, "没有重复写入" in done.output) == (0, True)
    assert float(area()) == 150.5


def test_one_wrong_row_leaves_nothing_behind_and_every_fault_is_named(town: Path) -> None:
    (town / "bad.csv").write_text("图斑号,网格,日期,建筑面积,状态\nB1,一网格,2020-03-01,5,已拆除\n\nB2,无此格,2020-03-01,多,已拆除\n")
    done = say("ledger", "import", STRUCTURE, str(town / "bad.csv"), "--as", "laozhou")
    assert done.exit_code == 1
    assert "bad.csv · 第4行 · 网格" in done.output and "bad.csv · 第4行 · 建筑面积" in done.output
    assert find_record(STRUCTURE, "B1") is None


def test_two_grids_of_one_name_must_be_told_apart(town: Path) -> None:
    head = "图斑号,网格,日期,建筑面积,状态\n"
    (town / "two.csv").write_text(head + "B1,二网格,2020-03-01,5,已拆除\n")
    refused = say("ledger", "import", STRUCTURE, str(town / "two.csv"), "--as", "laozhou")
    assert (refused.exit_code, "上垟村/二网格" in refused.output) == (1, True)
    (town / "two.csv").write_text(head + "B1,上垟村/二网格,2020-03-01,5,已拆除\n")
    assert say("ledger", "import", STRUCTURE, str(town / "two.csv"), "--as", "laozhou").exit_code == 0


def test_a_dry_run_writes_nothing(town: Path) -> None:
    (town / "more.csv").write_text("图斑号,网格,日期,建筑面积,状态\nB1,一网格,2020-03-01,5,已拆除\n")
    done = say("ledger", "import", STRUCTURE, str(town / "more.csv"), "--as", "laozhou", "--dry-run")
    assert "将新增 1 条" in done.output
    assert find_record(STRUCTURE, "B1") is None


def test_an_export_changed_and_imported_corrects_only_what_was_changed(town: Path) -> None:
    assert say("ledger", "export", STRUCTURE, "-o", str(town / "out.xlsx"), "--as", "laozhou").exit_code == 0
    made = openpyxl.load_workbook(town / "out.xlsx")
    sheet = made["拆违台账"]
    headings = [cell.value for cell in sheet[1]]
    sheet.cell(2, headings.index("建筑面积（平方米）") + 1).value = 130
    made.save(town / "out.xlsx")
    assert say("ledger", "import", STRUCTURE, str(town / "out.xlsx"), "--as", "laozhou", "--correct").exit_code == 1  # no reason
    done = say("ledger", "import", STRUCTURE, str(town / "out.xlsx"), "--as", "laozhou", "--correct", "--reason", "复测")
    assert "更正 1 条" in done.output, done.output
    assert float(area()) == 160
    assert history(find_record(STRUCTURE, "A1"))[-1].reason == "复测"


def test_a_grid_worker_may_not_fill_in_for_another_grid_nor_export(town: Path) -> None:
    (town / "far.csv").write_text("图斑号,网格,日期,建筑面积,状态\nB1,010102,2020-03-01,5,已拆除\n")
    assert "ledger.refused" in say("ledger", "import", STRUCTURE, str(town / "far.csv"), "--as", "alian").output
    assert say("ledger", "export", STRUCTURE, "-o", str(town / "out.csv"), "--as", "alian").exit_code == 1
    assert not (town / "out.csv").exists()


def test_an_export_says_who_took_how_many_rows(town: Path) -> None:
    say("ledger", "export", STRUCTURE, "-o", str(town / "out.xlsx"), "--as", "laozhou")
    notes = {row[0].value: row[1].value for row in openpyxl.load_workbook(town / "out.xlsx")["说明"]}
    assert (notes["导出人"], notes["行数"]) == ("老周", "2")
    assert "ledger.exported" in say("journal", "show", "--last", "3").output


def test_an_empty_sheet_filled_in_is_imported(town: Path) -> None:
    say("ledger", "template", STRUCTURE, "-o", str(town / "empty.xlsx"))
    made = openpyxl.load_workbook(town / "empty.xlsx")
    sheet = made["拆违台账"]
    values = {"图斑号": "C1", "网格/村": "一网格", "建筑面积（平方米）": 7, "状态": "已拆除"}
    headings = [cell.value for cell in sheet[1]]
    for column, heading in enumerate(headings, start=1):
        sheet.cell(2, column).value = values.get(heading) or ("2020-05-01" if heading.startswith("日期") else None)
    made.save(town / "full.xlsx")
    done = say("ledger", "import", STRUCTURE, str(town / "full.xlsx"), "--as", "laozhou")
    assert "新增 1 条" in done.output, done.output


def test_a_figure_is_explained_down_to_its_rows(town: Path) -> None:
    told = say("explain", "demolition.area@2020/一网格").output
    assert "120.50 平方米" in told and "口径：" in told and "A1" in told and "A2" not in told and "合计：120.5" in told


def test_another_count_is_told_beside_a_figure_with_the_gap(town: Path) -> None:
    (town / "sown.csv").write_text("表号,网格/村,日期,季别,作物,播种面积\n2020-深塘村,深塘村,2020-09-01,秋粮,稻谷,320\n")
    imported = say("ledger", "import", "agri.sowing", str(town / "sown.csv"), "--as", "laozhou")
    assert imported.exit_code == 0, imported.output
    row = SeriesInput("agri.grain_sown_area_survey", tree().root, Period.year(2020), "300", "statutory", "县调查队反馈数")
    import_series(SYSTEM, [row], uuid4())
    told = say("explain", "agri.grain_sown_area@2020").output
    assert "并列的数：粮食播种面积（调查数） 300 亩（法定统计数），本数与它相差 20 亩" in told


def test_a_figure_is_explained_as_it_was_known(town: Path) -> None:
    before = Figures().stands_at
    (town / "more.csv").write_text("图斑号,网格,日期,建筑面积,状态\nB1,一网格,2020-03-01,5,已拆除\n")
    say("ledger", "import", STRUCTURE, str(town / "more.csv"), "--as", "laozhou")
    assert "155.50" in say("explain", "demolition.area@2020").output
    assert "150.50" in say("explain", f"demolition.area@2020#{before}").output
    assert say("explain", "demolition.area@2020#99999").exit_code == 1


def test_a_grid_worker_is_not_told_the_figure_of_another_grid(town: Path) -> None:
    assert say("explain", "demolition.area@2020/一网格", "--as", "alian").exit_code == 0
    refused = say("explain", "demolition.area@2020", "--as", "alian")
    assert (refused.exit_code, "150.5" in refused.output) == (1, False)


def test_a_report_is_filled_issued_verified_and_its_ripple_followed(town: Path) -> None:
    filled = say("report", "fill", "report.annual", "--year", "2020", "-o", str(town / "r.docx"), "--edition", "marked")
    assert "处待补" in filled.output and (town / "r.docx").read_bytes().startswith(b"PK")
    issued = say("report", "issue", "report.annual", "--year", "2020", "--title", "年报", "--as", "laozhou")
    assert "定稿第 1 号" in issued.output
    assert say("report", "export", "1", "-o", str(town / "issued.txt")).exit_code == 0
    assert (town / "issued.txt").read_text().splitlines()[-1] in issued.output
    assert say("report", "export", "1", "-o", str(town / "issued.pdf")).exit_code == 1
    assert "核验通过" in say("report", "verify", "1").output
    assert "demolition.area@2020" in say("report", "ripple", f"{STRUCTURE}:A1").output
    assert say("report", "ripple", f"{STRUCTURE}:Z9").exit_code == 1


def test_a_report_is_filled_issued_and_followed_by_the_words_that_the_township_drafted(town: Path) -> None:
    who = actor_of(find_person("laozhou"))
    draft = Draft("report.annual", 2020, tree().root)
    begin_manuscript(who, draft, "template", uuid4())
    manuscript = find_manuscript(draft.key, draft.year, draft.unit)
    assert manuscript is not None
    row = next(row for row in live_paragraphs(manuscript) if "⟦拆违面积⟧" in row.text)
    save_paragraph(who, draft, row.paragraph, Edit("拆掉的旧房一共⟦拆违面积⟧万平方米。", "写得短些", row.number, True), uuid4())
    assert say("report", "fill", "report.annual", "--year", "2020", "-o", str(town / "own.txt")).exit_code == 0
    assert "拆掉的旧房一共" in (town / "own.txt").read_text()
    assert say("report", "fill", "report.annual", "--year", "2019", "-o", str(town / "other.txt")).exit_code == 0
    assert "拆掉的旧房一共" not in (town / "other.txt").read_text()
    assert "拆掉的旧房一共0.02万平方米" in say("report", "ripple", f"{STRUCTURE}:A1").output
    assert say("report", "issue", "report.annual", "--year", "2020", "--title", "年报", "--as", "laozhou").exit_code == 0
    say("report", "export", "1", "-o", str(town / "issued.txt"))
    assert "拆掉的旧房一共" in (town / "issued.txt").read_text()


def test_what_is_pending_and_touched_is_told_in_filled_words(town: Path) -> None:
    filled = say("report", "fill", "report.annual", "--year", "2020", "-o", str(town / "r.txt")).output
    assert "处待补" in filled and "⟦" not in filled and "2020" in filled.partition("待补：")[2]
    assert "⟦" not in say("report", "list").output
    rippled = say("report", "ripple", f"{STRUCTURE}:A1").output
    assert "2020 年 待补镇2020年工作总结和2021年工作计划" in rippled and "⟦" not in rippled


def test_who_may_not_enter_is_told_so_before_the_file_is_looked_at(town: Path) -> None:
    refused = say("ledger", "import", "honour.honour", str(town / "nothing.xlsx"), "--as", "alian")
    assert (refused.exit_code, "没有填报“" in refused.output, "nothing.xlsx" in refused.output) == (1, True, False)
    unknown = say("ledger", "import", "honour.honour", str(town / "nothing.xlsx"), "--as", "laozhou")
    assert "nothing.xlsx" in unknown.output


def test_rows_of_a_merged_grid_keep_its_name(town: Path) -> None:
    one, two = (next(unit for unit in tree().order if tree().code(unit) == code) for code in ("010101", "010102"))
    merge_units(SYSTEM, uuid4(), [one, two], "溪边网格", date(2020, 6, 1))
    said = say("explain", "demolition.area@2020").output
    assert "一网格（已撤并，现归溪边网格）" in said and "二网格（已撤并，现归溪边网格）" in said


@pytest.mark.pdf
def test_an_edition_is_chosen_by_name_and_its_form_by_the_file(town: Path) -> None:
    proof = say("report", "fill", "report.annual", "--year", "2020", "-o", str(town / "p.pdf"), "--edition", "proof")
    assert proof.exit_code == 0 and (town / "p.pdf").read_bytes().startswith(b"%PDF")
    missing = say("report", "fill", "report.annual", "--year", "2020", "-o", str(town / "m.xlsx"), "--edition", "pending")
    assert missing.exit_code == 0 and (town / "m.xlsx").read_bytes().startswith(b"PK")


def test_a_form_that_an_edition_lacks_leaves_no_file(town: Path) -> None:
    done = say("report", "fill", "report.annual", "--year", "2020", "-o", str(town / "p.xlsx"), "--edition", "proof")
    assert done.exit_code == 1 and "可选：docx、pdf" in done.output
    assert not (town / "p.xlsx").exists()


def test_a_template_is_never_overwritten_by_its_own_filling(town: Path) -> None:
    template = town / "t.txt"
    template.write_text("拆除xx平方米。")
    done = say("report", "fill", str(template), "--year", "2020", "-o", str(template))
    assert (done.exit_code, template.read_text()) == (1, "拆除xx平方米。")


def test_a_changed_record_fails_the_proof(town: Path) -> None:
    from django.db import connection

    assert "核验通过" in say("journal", "verify").output
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledgers_version SET data = replace(data, '12050', '99050')")
    refused = say("journal", "verify")
    assert (refused.exit_code, "台账记录被改动" in refused.output) == (1, True)


def test_a_forgotten_person_cannot_be_read_again(town: Path) -> None:
    (town / "h.csv").write_text("户编号,网格,立户日期\nH1,一网格,2018-01-01\n")
    assert say("ledger", "import", "residents.household", str(town / "h.csv"), "--as", "laozhou").exit_code == 0
    head = "人员编号,网格,登记日期（出生、迁入之日）,姓名,身份证号,所在户,与户主关系\n"
    rows = "P1,一网格,2018-01-01,王小明,110101199001011237,H1,户主\n"
    (town / "p.csv").write_text(head + rows)
    assert say("ledger", "import", "residents.person", str(town / "p.csv"), "--as", "laozhou").exit_code == 0
    assert say("subject", "forget", "110101199001011237", "--reason", "本人申请", typed="n\n").exit_code == 1
    assert say("subject", "forget", "110101199001011237", "--reason", "本人申请", "--yes").exit_code == 0
    say("ledger", "export", "residents.person", "-o", str(town / "p2.csv"))
    exported = (town / "p2.csv").read_text(encoding="utf-8-sig")
    assert exported.count("（已删除）") == 2 and "王" not in exported
    assert "核验通过" in say("journal", "verify").output


def test_what_is_entered_after_a_closed_year_is_marked_late(town: Path) -> None:
    assert say("year", "close", "2020").exit_code == 0
    assert say("year", "close", "2020").exit_code == 1
    (town / "late.csv").write_text("图斑号,网格,日期,建筑面积,状态\nL1,一网格,2020-03-01,5,已拆除\n")
    say("ledger", "import", STRUCTURE, str(town / "late.csv"), "--as", "laozhou")
    assert history(find_record(STRUCTURE, "L1"))[-1].late


def test_a_stranger_is_not_known(town: Path) -> None:
    refused = say("ledger", "export", STRUCTURE, "-o", str(town / "x.csv"), "--as", "waixiangren")
    assert (refused.exit_code, "waixiangren" in refused.output) == (1, True)


PICKING = """id = "picking"
label = "采茶"
state = [{id = "open", label = "待采"}, {id = "done", label = "采完", end = true}]
action = [{id = "report", label = "登记", marks = "reported", move = [{to = "open", posts = ["officer"]}]},
          {id = "end", label = "采完", marks = "closed", move = [{from = "open", to = "done", posts = ["officer"]}]}]
"""


def test_a_pack_is_drawn_by_its_id_or_its_folder_each_workflow_a_diagram(town: Path) -> None:
    drawn = say("pack", "draw", "enforcement").output
    assert drawn.count("```mermaid\nstateDiagram-v2\n") == 2 and "## 处罚决定公示" in drawn and "    informed --> hearing: 当事人要求听证" in drawn.splitlines()
    say("pack", "new", "tea", "茶产业", "--to", str(town))
    plain = say("pack", "draw", str(town / "tea")).output
    assert "按一般事项办" in plain and "    handling --> completed: 办结" in plain
    assert "没有“nothing”这个业务模块" in say("pack", "draw", "nothing").output


def test_packs_are_made_checked_and_switched_off(town: Path) -> None:
    assert say("pack", "new", "tea", "茶产业", "--to", str(town)).exit_code == 0
    assert "检查通过" in say("pack", "check", str(town / "tea")).output
    (town / "tea" / "workflows").mkdir()
    (town / "tea" / "workflows" / "picking.toml").write_text(PICKING)
    told = say("pack", "check", str(town / "tea"))
    assert told.exit_code == 0 and "请看一看 tea/workflows/picking.toml · open：“待采”有人要办下一步，却没有时限" in told.output
    (town / "tea" / "pack.toml").write_text("id = 1")
    assert say("pack", "check", str(town / "tea")).exit_code == 1
    assert say("pack", "off", "honour").exit_code == 0
    assert "honour" not in say("pack", "list").output
    assert "honour" in say("pack", "install").output


def test_a_user_is_added_with_a_post_and_three_administrators_stay_apart(town: Path) -> None:
    password = "a-long-password\n"
    done = say("user", "add", "heshuji", "何书记", "--post", "书记", typed=password * 2)
    assert (done.exit_code, "书记（云岭镇）" in done.output) == (0, True)
    assert say("user", "add", "heshuji", "何书记", "--generate").exit_code == 1
    assert say("unit", "add", "三网格", "--kind", "grid", "--under", "深塘村").exit_code == 0
    assert "三网格" in say("unit", "list").output


@pytest.mark.parametrize("words", [["ledger", "list"], ["metric", "list"], ["metric", "show", "demolition.completion"], ["report", "list"], ["catchup"]])
def test_what_can_be_listed_is_listed(town: Path, words: list[str]) -> None:
    assert say(*words).exit_code == 0


def test_a_rebuild_agrees_with_the_daily_count(town: Path) -> None:
    assert "完全一致" in say("metric", "rebuild").output


def test_the_actor_of_an_import_is_the_one_named(town: Path) -> None:
    author = history(find_record(STRUCTURE, "A1"))[-1].author
    assert author != SYSTEM.principal and author.startswith("person:")
    assert current("ledger", STRUCTURE).pack == "demolition"
