"""What a metric is shown divided by is a choice or a flag of its rows, else it is refused with what may be written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from zhenwu.packkit import check_pack

PACKS = Path(__file__).resolve().parents[2] / "packs"


@pytest.mark.parametrize(
    ("metric", "apart", "right"),
    [
        ("trips", '["kind", "handled"]', True),
        ("trips", '["minutes"]', False),
        ("trips", '["nothing"]', False),
        ("met_rate", '["kind", "closed"]', True),
        ("met_rate", '["handled"]', False),
    ],
)
def test_only_choices_and_flags_of_the_rows_divide_a_metric(tmp_path: Path, metric: str, apart: str, right: bool) -> None:
    pack = tmp_path / "patrol"
    shutil.copytree(PACKS / "patrol", pack)
    file = pack / "metrics.toml"
    before, mark, after = file.read_text(encoding="utf-8").partition(f'id = "{metric}"\n')
    assert mark
    file.write_text(before + mark + after.replace('apart = ["kind"]', f"apart = {apart}", 1), encoding="utf-8")
    found = [problem for problem in check_pack(pack) if problem.code == "metric.apart"]
    assert (found == []) is right
    assert all("kind" in problem.remedy for problem in found)


def test_a_rate_of_what_has_no_rows_is_not_divided(tmp_path: Path) -> None:
    pack = tmp_path / "demolition"
    shutil.copytree(PACKS / "demolition", pack)
    file = pack / "metrics.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('denominator = "quota"', 'denominator = "quota"\napart = ["state"]', 1), encoding="utf-8")
    assert "metric.apart" in {problem.code for problem in check_pack(pack)}
