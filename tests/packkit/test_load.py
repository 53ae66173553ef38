"""Loading a pack yields plain JSON definitions, the same each time, and nothing but problems for any rubbish."""

from __future__ import annotations

import copy
import json
import string
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhenwu.lib.expressions import evaluate, from_json
from zhenwu.lib.problems import Problem, Problems
from zhenwu.packkit import draft as drafts
from zhenwu.packkit import load_pack, load_packs, new_pack
from zhenwu.packkit.reader import Raw, read_folder

PACKS = Path(__file__).parents[2] / "packs"


def test_a_ledger_body_has_every_default_written_out(river: Path) -> None:
    body = load_pack(river).ledgers["river.entry"]
    assert {key: body[key] for key in ("key", "pack", "shape", "key_fields", "subject", "fill_by")} == {
        "key": "river.entry",
        "pack": "river",
        "shape": "flow",
        "key_fields": ["code"],
        "subject": None,
        "fill_by": [],
    }
    assert body["fields"][1] == {
        "id": "quantity",
        "label": "数量",
        "type": "integer",
        "required": True,
        "hint": "",
        "unit": "个",
        "scale": 0,
        "min": "1",
        "max": "10000",
        "pattern": None,
        "choices": [],
        "ledger": None,
    }


def test_bounds_are_exact_text_in_the_unit_of_the_field() -> None:
    fields = {field["id"]: field for field in load_pack(PACKS / "demolition").ledgers["demolition.structure"]["fields"]}
    assert (fields["area"]["scale"], fields["area"]["min"], fields["area"]["max"]) == (2, "0.01", "100000")
    assert fields["code"]["max"] == "30"


def test_a_metric_keeps_its_filter_as_tree_and_as_text() -> None:
    body = load_pack(PACKS / "demolition").metrics["demolition.area"]
    keep = evaluate(from_json(body["where"]))
    assert body["where_text"] == "state = 'removed'"
    assert [keep({"state": state}) for state in ("found", "removed", None)] == [False, True, False]
    assert (body["time"], body["source_unit"], body["scale"]) == ("occurred_on", "平方米", 2)


def test_own_keys_become_full_and_a_count_counts_its_unit() -> None:
    metrics = {key: body for pack in load_packs(PACKS) for key, body in pack.metrics.items()}
    completion, completed = metrics["demolition.completion"], metrics["project.parking_completed"]
    assert (completion["numerator"], completion["denominator"]) == ("demolition.area", "demolition.quota")
    assert (completed["time"], completed["measure"], completed["source_unit"]) == ("completed_on", None, "个")
    assert metrics["household.households_helped"]["distinct"] == "household"


def test_a_limit_keeps_all_its_versions_as_text(river: Path) -> None:
    (river / "params.toml").write_text(
        '[days]\nlabel = "整改时限"\nsource = "示例"\n'
        '[days.from]\n"2026-05-01" = {abolished = true}\n"2026-01-01" = {high = 3, low = "1.5"}\n',
        encoding="utf-8",
    )
    assert load_pack(river).params["river.days"]["versions"] == [
        {"from": "2026-01-01", "abolished": False, "values": {"high": "3", "low": "1.5"}},
        {"from": "2026-05-01", "abolished": True, "values": {}},
    ]


def test_loading_twice_gives_the_same_bytes() -> None:
    def once() -> str:
        return json.dumps([list(pack.definitions()) for pack in load_packs(PACKS)], ensure_ascii=False, sort_keys=True)

    assert once() == once()


def test_a_pack_comes_after_those_it_reads(shelf: Path) -> None:
    for name in ("a_first", "m_middle", "z_last"):
        new_pack(name, name, shelf)
    with (shelf / "a_first" / "pack.toml").open("a", encoding="utf-8") as file:
        file.write('reads = ["z_last", "m_middle"]\n')
    assert [pack.id for pack in load_packs(shelf)] == ["m_middle", "z_last", "a_first"]


def test_a_shelf_with_one_faulty_pack_loads_nothing_and_names_it(shelf: Path, river: Path) -> None:
    sea = new_pack("sea", "海", shelf)
    (sea / "metrics.toml").write_text("[[metric]]\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        load_packs(shelf)
    found = {(problem.code, problem.place.file) for problem in caught.value.found}
    assert ("pack.kind", "sea/metrics.toml") in found
    assert {file.split("/")[0] for _, file in found} == {"sea"}


READ = cache(read_folder)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=8)
    | st.dates()
    | st.sampled_from(
        ["flow", "stock", "ratio", "identity", "link", "river.entry", "entry", "code", "code = 'A1'", "year"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(string.ascii_lowercase, max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def _places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(way for key, inner in items for way in _places(inner, (*path, key)))]


def _replace(node: Any, way: tuple[Any, ...], value: Any) -> None:
    for key in way[:-1]:
        node = node[key]
    node[way[-1]] = value


@pytest.mark.parametrize("name", ["demolition", "household", "project", "income", "report"])
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_value_replaced_by_rubbish_gives_problems_or_a_sound_pack(
    name: str, data: st.DataObject, monkeypatch
) -> None:
    raw = READ(PACKS / name)
    spoiled = Raw(raw.folder, copy.deepcopy(raw.tables), dict(raw.texts), copy.deepcopy(raw.stories))
    whole = {"tables": spoiled.tables, "stories": spoiled.stories}
    for _ in range(data.draw(st.integers(1, 3))):
        ways = [way for way in _places(whole) if len(way) > 1 and (way[0] == "stories" or len(way) > 2)]
        _replace(whole, data.draw(st.sampled_from(ways)), data.draw(JUNK))
    monkeypatch.setattr(drafts, "read_folder", lambda folder: spoiled if folder.name == name else READ(folder))
    try:
        pack = load_pack(PACKS / name)
    except (Problem, Problems) as problem:
        assert str(problem)
    else:
        json.dumps(list(pack.definitions()))
