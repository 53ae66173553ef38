"""12345 orders come in by file with their own numbers and limits, and go back in the sender's layout."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.cli.township import say
from tests.exchanges.conftest import who
from tests.exchanges.sheets import HEADINGS, LAMP, RUBBISH, but, opened, sheet
from zhenwu.kernel.exchanges.api import Exchange, exchange_of, import_table, matter_of
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.ledgers.api import PREFIX, masked, versions_in
from zhenwu.kernel.matters.api import Report as MatterReport
from zhenwu.kernel.matters.api import advance_matter, current, deadlines, merge_matters, open_matter, workflow_of
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.lib import clock
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.facts import Scope
from zhenwu.lib.problems import Problem, Problems, Refused
from zhenwu.sdk import Figures, catch_up

pytestmark = pytest.mark.django_db
KEY = "hotline.orders"
ONE, TWO = str(LAMP[1]), str(RUBBISH[1])


def orders() -> Exchange:
    return exchange_of(KEY)


def the_matter(number: str) -> UUID:
    return matter_of(orders(), number)


@contextmanager
def on(day: int, hour: int = 11) -> Iterator[None]:
    """A moment of March 2026; the 2nd is a Monday."""
    with clock.at(datetime(2026, 3, day, hour, tzinfo=LOCAL)):
        yield


def bring(desk: Path, *rows: tuple[object, ...], as_: str = "xiaochuang", more: tuple[str, ...] = ()) -> str:
    if rows:
        (desk / "来单.xlsx").write_bytes(sheet(*rows))
    done = say("exchange", "import", KEY, str(desk / "来单.xlsx"), "--as", as_, *more)
    assert done.exit_code == 0, done.output
    return done.output


def take(username: str, number: str, action: str, **given: object) -> str:
    matter = the_matter(number)
    return str(advance_matter(who(username), uuid4(), matter, action, current(SYSTEM, matter).number, given)["state"])


def office() -> str:
    return str(tree().of_kind("office")[0])


def work(number: str) -> None:
    """An order worked on from its acceptance to 办结."""
    take("xiaochuang", number, "accept")
    take("xiaochuang", number, "dispatch", unit=office())
    take("zhou", number, "sign")
    take("zhou", number, "handle")
    take("zhou", number, "reply", answer="已换灯头，当晚亮了", contact="phoned")
    take("zhou", number, "complete", outcome="solved")


def stored() -> str:
    """All texts of the store that are not sealed."""
    matters = [f"{one.title}{one.text}" for one in Matter.objects.all()]
    steps = [f"{one.columns}{one.given}" for one in Step.objects.all()]
    return "".join([*matters, *steps, *(str(one.body) for one in Event.objects.all()), *(str(one.data) for one in versions_in(Scope(PREFIX + "hotline.order")))])


def test_a_file_comes_in_with_its_numbers_and_limits_and_what_was_guessed_is_shown_and_remembered(desk: Path) -> None:
    with on(2):
        told = bring(desk)
        assert "新来 2 张" in told and "开出事项 2 件" in told and "工单编号" in told and "紧急程度" in told and "原样留在" in told
        due = [deadlines(SYSTEM, the_matter(number)) for number in (ONE, TWO)]
    assert [[(one.limit, one.last_day) for one in some if one.limit == "due"] for some in due] == [[("due", "2026-03-09")], [("due", "2026-03-09")]]
    assert {data["heading"]: data["meaning"] for data in versions_in(Scope(PREFIX + "hotline.layout")).values_list("data", flat=True)}["办理时限"] == "due_on"
    lamp = Matter.objects.get(id=the_matter(ONE))
    assert lamp.title == f"路灯不亮（{ONE}）" and tree().name(current(SYSTEM, lamp.id).unit_id) == "深塘村"
    assert tree().name(current(SYSTEM, the_matter(TWO)).unit_id) == "云岭镇" and current(SYSTEM, the_matter(TWO)).columns["urged"] is True


def test_a_limit_may_be_told_in_months(desk: Path) -> None:
    with on(2):
        bring(desk, but(LAMP, 办理时限="2个月内"), RUBBISH)
        assert current(SYSTEM, the_matter(ONE)).columns["due_on"] == "2026-05-02"


def test_nobody_is_named_but_in_envelopes(desk: Path) -> None:
    with on(2):
        bring(desk)
    for secret in ("王小明", "13857812345", "15900001111", "330127195003124518", "138****0000"):
        assert secret not in stored(), secret
    assert "诉求人称路灯三天不亮，另可打〔电话〕，身份证〔证件号〕" in Matter.objects.get(id=the_matter(ONE)).text
    record = versions_in(Scope(PREFIX + "hotline.order")).get(key=ONE)
    assert masked(record) == {"caller": "王**", "phone": "138****2345", "other_phone": "159****1111"}
    assert record.data["rest"] == "序号：1\n紧急程度：一般"


def test_the_same_file_again_changes_nothing(desk: Path) -> None:
    with on(2):
        bring(desk)
        steps, events = Step.objects.count(), Event.objects.count()
        told = bring(desk)
        assert "新来 0 张，更正 0 张，没有变化 2 张；开出事项 0 件" in told and "第一次见到" not in told
    assert (Step.objects.count(), versions_in(Scope(PREFIX + "hotline.order")).count()) == (steps, 2)
    assert {one.kind for one in Event.objects.order_by("id")[events:]} <= {"record.saved"}


def test_a_changed_row_is_a_correction_and_moves_the_matter(desk: Path) -> None:
    with on(2):
        bring(desk)
    with on(3):
        told = bring(desk, but(LAMP, 办理时限="2026-03-12", 是否督办="是"), RUBBISH)
        assert "新来 0 张，更正 1 张，没有变化 1 张" in told
        step = current(SYSTEM, the_matter(ONE))
        assert (step.columns["due_on"], step.columns["urged"], step.number) == ("2026-03-12", True, 3)
        assert [one.last_day for one in deadlines(SYSTEM, the_matter(ONE)) if one.limit == "due"] == ["2026-03-12"]
        assert "更正 1 张" in bring(desk, LAMP, RUBBISH)  # the old file: the sender took it back
        assert current(SYSTEM, the_matter(ONE)).columns["due_on"] == "2026-03-09"


def test_called_for_again_is_done_again_once(desk: Path) -> None:
    with on(2):
        bring(desk)
        work(ONE)
    again = but(LAMP, 是否重办="是", 办理时限="2026-03-16")
    with on(10):
        assert "其中要求重办 1 张" in bring(desk, again, RUBBISH)
        step = current(SYSTEM, the_matter(ONE))
        assert (step.state, step.columns["reworked_times"], step.columns["due_on"]) == ("handling", 1, "2026-03-16")
        take("zhou", ONE, "reply", answer="已换线", contact="met")
        take("zhou", ONE, "complete", outcome="solved")
        bring(desk, again, but(RUBBISH, 紧急程度="一般"))
        assert current(SYSTEM, the_matter(ONE)).state == "completed"


def test_called_for_again_and_urged_at_once_takes_both_steps(desk: Path) -> None:
    with on(2):
        bring(desk)
        work(ONE)
    with on(10):
        bring(desk, but(LAMP, 是否重办="是", 是否督办="是", 办理时限="2026-03-16"), RUBBISH)
        step = current(SYSTEM, the_matter(ONE))
    assert (step.state, step.action, step.columns["urged"], step.columns["reworked_times"], step.columns["due_on"]) == ("handling", "urge", True, 1, "2026-03-16")


def test_the_file_goes_back_in_the_layout_in_which_it_came(desk: Path) -> None:
    with on(2):
        bring(desk)
        work(ONE)
        done = say("exchange", "export", KEY, str(desk / "来单.xlsx"), "-o", str(desk / "回单.xlsx"), "--as", "xiaochuang")
    assert done.exit_code == 0 and "2 张工单，其中 1 张已办结" in done.output, done.output
    sent, back = (desk / "来单.xlsx").read_bytes(), (desk / "回单.xlsx").read_bytes()
    before, after = opened(sent), opened(back)
    filled = {"P3": "已换灯头，当晚亮了", "Q3": "2026-03-02", "R3": "综合站", "S3": "已电话联系"}
    for row in range(1, 5):
        for column in range(1, len(HEADINGS) + 1):
            cell = after.cell(row, column)
            assert cell.value == filled.get(cell.coordinate, before.cell(row, column).value), cell.coordinate
    assert after.column_dimensions["H"].width == 61 and after["B2"].font.color.rgb == "00FF0000" and after["O3"].fill.fgColor.rgb == "00FFFF00"
    assert after.data_validations.dataValidation[0].formula1 == '"满意,基本满意,不满意"'
    touched = [name for name in zipfile.ZipFile(io.BytesIO(sent)).namelist() if zipfile.ZipFile(io.BytesIO(sent)).read(name) != zipfile.ZipFile(io.BytesIO(back)).read(name)]
    assert touched and set(touched) <= {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert Event.objects.filter(kind="ledger.exported").count() == 1


def test_what_stands_in_a_cell_already_is_left_and_unknown_numbers_are_named(desk: Path) -> None:
    with on(2):
        bring(desk)
        work(ONE)
        (desk / "来单.xlsx").write_bytes(sheet(but(LAMP, 办理结果="中心已自办"), but(RUBBISH, 工单编号="X-9")))
        done = say("exchange", "export", KEY, str(desk / "来单.xlsx"), "-o", str(desk / "回单.xlsx"))
    assert "第 3 行的“办理结果”来时就有内容，没有动" in done.output and "X-9" in done.output
    assert opened((desk / "回单.xlsx").read_bytes())["P3"].value == "中心已自办"


def test_a_csv_goes_back_as_a_csv(desk: Path) -> None:
    text = "工单号,来电日期,手机号,诉求内容,截止日期,答复内容\r\nC1,2026-03-02,13857812345,路灯不亮,2026/3/6,\r\n"
    (desk / "来单.csv").write_bytes(text.encode("gb18030"))
    with on(2):
        assert say("exchange", "import", KEY, str(desk / "来单.csv"), "--as", "xiaochuang", "--layout", "县中心").exit_code == 0
        work("C1")
        done = say("exchange", "export", KEY, str(desk / "来单.csv"), "-o", str(desk / "回单.csv"), "--layout", "县中心")
    assert done.exit_code == 0, done.output
    assert (desk / "回单.csv").read_bytes().decode("gb18030") == text.replace("2026/3/6,", "2026/3/6,已换灯头，当晚亮了")


def test_the_orders_of_a_month_make_a_table_in_the_columns_of_the_layout_without_persons(desk: Path) -> None:
    with on(2):
        bring(desk)
        work(ONE)
        done = say("exchange", "export", KEY, "--period", "2026-03", "-o", str(desk / "三月.xlsx"))
    assert done.exit_code == 0, done.output
    import openpyxl

    rows = list(openpyxl.load_workbook(desk / "三月.xlsx").worksheets[0].iter_rows(values_only=True))
    assert rows[0] == HEADINGS and len(rows) == 3
    lamp = dict(zip(rows[0], rows[1], strict=True))
    assert (lamp["工单编号"], lamp["诉求人"], lamp["联系电话"], lamp["紧急程度"], lamp["办理结果"], lamp["办理单位"]) == (ONE, None, None, "一般", "已换灯头，当晚亮了", "综合站")


BAD = [
    ({"联系电话": "1385781"}, "exchange.phone", "联系电话"), ({"办理时限": "尽快"}, "exchange.due", "办理时限"), ({"来电时间": "昨天"}, "ledger.day", "来电时间"),
    ({"工单编号": None}, "exchange.no_number", "工单编号"), ({"工单编号": TWO}, "ledger.twins", ""), ({"是否督办": "也许"}, "exchange.flag", "是否督办"),
    ({"来电时间": None, "派单时间": None}, "exchange.no_day", "来电时间"), ({"办理时限": "2026-02-01"}, "exchange.due_before", "办理时限"),
    ({"工单编号": 2026030200017123456}, "exchange.lost_digits", "工单编号"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "code", "column"), BAD)
def test_one_bad_row_is_named_and_nothing_is_taken_in(desk: Path, changed: dict[str, object], code: str, column: str) -> None:
    with on(2), pytest.raises(Problems) as raised:
        import_table(who("xiaochuang"), orders(), sheet(RUBBISH, but(LAMP, **changed)), "来单.xlsx")
    (fault,) = raised.value.found
    assert (fault.code, fault.place.file, fault.place.row, fault.place.column, fault.place.key) == (code, "来单.xlsx", 4, column, "派单表") and fault.remedy
    assert Matter.objects.count() == versions_in(Scope(PREFIX + "hotline.order")).count() == versions_in(Scope(PREFIX + "hotline.layout")).count() == 0


def test_a_dry_run_writes_nothing(desk: Path) -> None:
    with on(2):
        before = Event.objects.count()
        assert "检查通过：新来 2 张" in bring(desk, more=("--dry-run",))
    assert Event.objects.count() == before and Matter.objects.count() == 0


def test_who_may_not_receive_orders_is_refused_before_the_file_is_looked_at(desk: Path) -> None:
    for username in ("alian", "zhou"):
        with pytest.raises(Refused):
            import_table(who(username), orders(), b"no table", "来单.xlsx")


def test_a_table_without_numbers_of_orders_is_no_table_of_orders(desk: Path) -> None:
    with on(2), pytest.raises(Problem, match="工单编号"):
        import_table(who("xiaochuang"), orders(), sheet(("a", "b"), headings=("姓名", "村")), "来单.xlsx")


def test_an_office_puts_a_column_right_in_the_ledger_and_the_next_file_is_read_so(desk: Path) -> None:
    rows = "来单格式,对方的栏目,对应我们的哪一项,开始使用日期\n默认,紧急程度,督办标记,2026-01-01\n默认,是否督办,原样留在“其他栏目”,2026-01-01\n"
    (desk / "对照.csv").write_text(rows, encoding="utf-8")
    with on(2):
        assert say("ledger", "import", "hotline.layout", str(desk / "对照.csv"), "--as", "xiaochuang").exit_code == 0
        bring(desk, but(LAMP, 紧急程度="督办"))
    assert current(SYSTEM, the_matter(ONE)).columns["urged"] is True


def test_two_columns_of_one_name_are_told_apart(desk: Path) -> None:
    content = sheet(("Z1", "2026-03-02", "13857812345", "13857812346", "路灯不亮"), headings=("工单编号", "来电时间", "联系电话", "联系电话", "诉求内容"))
    with on(2):
        for _ in range(2):
            done = import_table(who("xiaochuang"), orders(), content, "来单.xlsx")
            assert [meaning for *_, meaning in done.layout.columns] == ["number", "called_on", "phone", "personal", "content"]
    assert masked(versions_in(Scope(PREFIX + "hotline.order")).get(key="Z1")) == {"phone": "138****2345"}


def test_an_import_that_was_cut_short_is_made_up_by_the_next(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhenwu.kernel.exchanges import importing

    with on(2):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(importing, "_opening", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            import_table(who("xiaochuang"), orders(), (desk / "来单.xlsx").read_bytes(), "来单.xlsx")
        assert (versions_in(Scope(PREFIX + "hotline.order")).count(), Matter.objects.count()) == (2, 0)
        bring(desk)
    assert Matter.objects.count() == 2


def test_one_lamp_told_by_the_hotline_and_by_the_grid_counts_once(desk: Path) -> None:
    village = next(one for one in tree().of_kind("village") if tree().name(one) == "深塘村")
    with on(2):
        bring(desk)
        told = open_matter(SYSTEM, uuid4(), MatterReport("grid", village, "村口路灯不亮"))
        merge_matters(who("xiaochuang"), uuid4(), the_matter(ONE), [(Matter.objects.get(line="grid").id, 1)], "说的是同一盏灯")
        assert told["state"] == "reported"
        catch_up()
        figures = Figures()
        counted = {name: figures.figure(f"{name}@2026").value for name in ("hotline.tickets", "hotline.incidents", "grid.reported", "grid.tickets")}
    assert counted == {"hotline.tickets": 2, "hotline.incidents": 2, "grid.reported": 0, "grid.tickets": 1}


def test_an_extension_is_asked_by_the_office_and_granted_once_by_a_head(desk: Path) -> None:
    with on(2):
        bring(desk)
        take("xiaochuang", ONE, "accept")
        take("xiaochuang", ONE, "dispatch", unit=office())
        take("zhou", ONE, "sign")
        take("zhou", ONE, "handle")
        take("zhou", ONE, "ask_extension", limit="due", units=3, reason="等灯具到货")
        with pytest.raises(Refused):
            take("zhou", ONE, "grant_extension")
        advance_matter(SYSTEM, uuid4(), the_matter(ONE), "grant_extension", current(SYSTEM, the_matter(ONE)).number)
        (due,) = [one for one in deadlines(SYSTEM, the_matter(ONE)) if one.limit == "due"]
        assert due.last_day == "2026-03-12" and "写明办到 2026-03-09" in due.due.why
        assert "ask_extension" not in {one.id for one in workflow_of(Matter.objects.get(id=the_matter(ONE))).actions}
        with pytest.raises(Problem):
            take("zhou", ONE, "ask_extension", limit="due", units=1, reason="还没有到货")
