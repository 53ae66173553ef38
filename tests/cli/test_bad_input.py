"""What a person may get wrong: told with its place and what to do, exit status 1, and nothing half-done stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from tests.cli.township import found_township, say
from zhenwu.kernel.ledgers.api import find_record

pytestmark = pytest.mark.django_db
STRUCTURE = "demolition.structure"


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    """A new pack, sound as yet."""
    assert say("pack", "new", "tea", "茶产业", "--to", str(tmp_path)).exit_code == 0
    assert "检查通过" in say("pack", "check", str(tmp_path / "tea")).output
    return tmp_path / "tea"


def refused(*words: str) -> str:
    """What a command says that ends with 1; a traceback is neither said nor hidden."""
    done = say(*words)
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit), (done.output, done.exception)
    assert "Traceback" not in done.output and "程序出错" not in done.output and "怎么办：" in done.output
    return done.output


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


DEEP = "NOT (" * 200 + "quantity > 1" + ")" * 200
LONG = " OR ".join(f"quantity = {n}" for n in range(5000))
ENTRY, METRICS = "ledgers/entry.toml", "metrics.toml"
WHERE = ('basis = "当年登记的数量之和。"', 'basis = "当年登记的数量之和。"\nwhere = "{}"')


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (ENTRY, "max = 20", "max = 20\ncolour = 1", ["entry.toml", "colour", "pattern"]),
        (METRICS, 'measure = "quantity"', 'measure = "weight"', ["metrics.toml", "weight", "quantity"]),
        (METRICS, 'unit = "个"', 'unit = "元"', ["metrics.toml", "个", "元"]),
        (METRICS, WHERE[0], WHERE[1].format("wieght > 1"), ["metrics.toml", "wieght", "quantity"]),
        (METRICS, WHERE[0], WHERE[1].format(DEEP), ["metrics.toml", "where"]),
        (METRICS, WHERE[0], WHERE[1].format(LONG), ["metrics.toml", "where"]),
        (METRICS, WHERE[0], WHERE[1].format("load_extension('x') = 1"), ["metrics.toml", "where"]),
        (METRICS, WHERE[0], WHERE[1].format("quantity / 2 > 1"), ["metrics.toml", "where"]),
    ],
    ids=["unknown key", "missing field", "unit", "missing column", "too deep", "too long", "a call", "division"],
)
def test_a_fault_in_a_pack_is_told_by_file_and_key_with_what_is_allowed(tea: Path, file: str, old: str, new: str, told: list[str]) -> None:
    spoil(tea / file, old, new)
    said = refused("pack", "check", str(tea))
    assert [word for word in told if word not in said] == [], said


@pytest.fixture
def town(tmp_path: Path, settings: object) -> Path:
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]
    found_township()
    return tmp_path


def test_a_record_out_of_bounds_is_told_by_row_and_column_and_no_row_is_written(town: Path) -> None:
    rows = "图斑号,网格,日期,建筑面积,状态\nA1,一网格,2020-03-01,5,已拆除\nA2,一网格,2020-03-01,99999999,已拆除\n"
    (town / "rows.csv").write_text(rows)
    said = refused("ledger", "import", STRUCTURE, str(town / "rows.csv"), "--as", "laozhou")
    assert "rows.csv · 第3行 · 建筑面积" in said
    assert find_record(STRUCTURE, "A1") is None


def a_picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n" + bytes(500))


def a_torn_document(path: Path) -> None:
    docx.Document().save(str(path))
    path.write_bytes(path.read_bytes()[:-400])


def an_empty_file(path: Path) -> None:
    path.touch()


@pytest.mark.parametrize("make", [a_picture, a_torn_document, an_empty_file])
def test_a_damaged_document_is_told_and_no_report_is_written(town: Path, make: Callable[[Path], None]) -> None:
    make(town / "template.docx")
    said = refused("report", "fill", str(town / "template.docx"), "--year", "2020", "-o", str(town / "out.docx"))
    assert "template.docx" in said
    assert not (town / "out.docx").exists()


def test_a_period_without_data_is_said_and_nothing_is_invented(town: Path) -> None:
    assert "为什么待补：2003年没有记录" in say("explain", "demolition.area@2003").output
    assert "为什么待补：算它的数里有待补的" in say("explain", "demolition.completion@2003").output
    filled = say("report", "fill", "report.annual", "--year", "2003", "-o", str(town / "r.txt"))
    assert filled.exit_code == 0 and "待补" in filled.output
    assert "违法建筑待补万平方米" in (town / "r.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", ["demolition.area@202013", "demolition.nothing@2020", "demolition.area@2020/无此村", "demolition", "demolition.area@2020#0"])
def test_a_wrong_address_is_told_with_what_to_do(town: Path, address: str) -> None:
    refused("explain", address)
