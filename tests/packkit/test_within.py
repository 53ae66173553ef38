"""What a stock may be counted within: another stock ledger that is called by one field, named by a field of the rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.shelves import our_packs
from zhenwu.packkit import check_pack

PACKS = Path(__file__).resolve().parents[2] / "packs"
RIGHT = '{ledger = "supply", same = "household"}'


def codes(tmp_path: Path, within: str, more: str = "") -> dict[str, str]:
    """What is wrong with the metric 受益人口 when it says this: code → remedy."""
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    file = folder / "drinking" / "metrics.toml"
    text = file.read_text(encoding="utf-8")
    assert f"within = {RIGHT}" in text
    file.write_text(text.replace(f"within = {RIGHT}", f"within = {within}{more}"), encoding="utf-8")
    return {problem.code: problem.remedy for problem in check_pack(folder / "drinking")}


@pytest.mark.parametrize(
    ("within", "code", "helps"),
    [
        (RIGHT, "", ""),
        ('{ledger = "supplies", same = "household"}', "metric.within", "reads"),
        ('{ledger = "sample", same = "household"}', "metric.within", "stock"),
        ('{ledger = "telling", same = "household"}', "metric.within", "key"),
        ('{ledger = "supply", same = "station"}', "metric.within", "household"),
        ('{ledger = "supply", same = "code"}', "", ""),
        ('{ledger = "station", same = "household"}', "", ""),
        ('{ledger = "residents.household", same = "household"}', "", ""),
        ('{ledger = "grid.matter_kind", same = "household"}', "pack.undeclared", "grid"),
        ('{ledger = "supply"}', "pack.missing_key", "same"),
        ('{ledger = "supply", same = "household", where = "1 = 1"}', "pack.unknown_key", "same"),
    ],
)  # fmt: skip
def test_what_is_no_record_of_another_ledger_is_refused_with_what_may_be_written(tmp_path: Path, within: str, code: str, helps: str) -> None:
    found = codes(tmp_path, within)
    assert (code in found and helps in found[code]) if code else found == {}, found


def test_two_links_lead_to_one_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    file = folder / "drinking" / "ledgers" / "supply.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('ledger = "residents.household"', 'ledger = "residents.person"', 1), encoding="utf-8")
    assert "metric.within" in {problem.code for problem in check_pack(folder / "drinking")}


def test_only_a_stock_is_counted_within_another_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(PACKS, folder)
    file = folder / "drinking" / "metrics.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('ledger = "outage"', f'ledger = "outage"\nwithin = {RIGHT}', 1), encoding="utf-8")
    found = [problem for problem in check_pack(folder / "drinking") if problem.code == "pack.unknown_key"]
    assert found and "within" in found[0].message


def test_the_definition_names_both_ledgers_and_other_metrics_are_what_they_were() -> None:
    (pack,) = [one for one in our_packs() if one.id == "drinking"]
    bodies = {key: body for kind, key, body in pack.definitions() if kind == "metric"}
    assert bodies["drinking.fed_people"]["within"] == {"right": "drinking.supply", "same": "household", "named": "household"}
    assert bodies["drinking.fed_people"]["ledger"] == "residents.person" and "within" not in bodies["drinking.fed_households"]
