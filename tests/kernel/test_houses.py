"""What holds of a whole house: of its processes when they race or are killed, and of its files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import fresh_database
from tests.kernel.house import House
from zhenwu.lib.codes import identity_check

_NUMBER = "33252219680512" + "204"
NUMBER = _NUMBER + identity_check(_NUMBER)
PHONE = "13857812345"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "sqlite":
        house = House(tmp_path)
        house.run("prepare")
        yield house
        return
    with fresh_database() as url:
        house = House(tmp_path, url)
        house.run("prepare")
        yield house


postgres_only = pytest.mark.parametrize("house", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


def test_nothing_acknowledged_is_lost_when_processes_are_killed(house: House) -> None:
    told = []
    for _ in range(2):
        processes = [house.spawn("write", 60), house.spawn("write", 60), house.spawn("follow", 60)]
        lines: list[list[str]] = [[], [], []]
        for place, process in enumerate(processes):
            assert process.stdout
            lines[place] = [process.stdout.readline() for _ in range(12)]
        for process in processes:
            os.kill(process.pid, signal.SIGKILL)
        for place, process in enumerate(processes):
            lines[place] += _rest(process)
        told += [json.loads(line) for line in [*lines[0], *lines[1]]]
    assert len(told) >= 48
    assert house.run("examine", told) == []


@pytest.mark.slow
def test_killed_before_any_of_its_statements_a_process_leaves_no_half_step(house: House) -> None:
    said = house.run("die_everywhere")
    assert said["killed"] > 40 and len(said["told"]) > 40
    assert house.run("examine", said["told"]) == []


def _rest(process: subprocess.Popen[str]) -> list[str]:
    """What it had said when it was killed, but for half a line."""
    assert process.stdout
    out = process.stdout.read()  # not communicate(): it would pass over what readline() has fetched already
    process.wait(60)
    return [line for line in out.splitlines(keepends=True) if line.endswith("\n")]


def test_one_operation_sent_at_once_is_done_once_and_all_get_its_answer(house: House) -> None:
    said = house.run("same_operation_twice")
    for first, second in said["answers"]:
        assert first[0] == first[1] == first[2] and first[0]["version"] == 1
        assert second[0] == second[1] == second[2] and second[0]["version"] == 2
    assert said["versions"] == 2 * len(said["answers"])


def test_of_two_correctors_one_wins_and_the_other_sees_both_versions(house: House) -> None:
    for pair in house.run("two_correctors"):
        winner = [answer for answer in pair if isinstance(answer, dict)]
        assert [answer["version"] for answer in winner] == [2]
        assert [answer for answer in pair if isinstance(answer, list)] == [["conflict", 1, 2]]


def test_two_sequencers_at_once_give_gapless_positions(house: House) -> None:
    assert house.run("two_sequencers") == {"gapless": True, "all": True, "breaks": [], "seals": True}


@postgres_only
def test_an_event_that_commits_late_is_missed_by_no_follower(house: House) -> None:
    assert house.run("in_reverse_order") == [[], ["first", "second"]]


@postgres_only
def test_of_two_imports_of_one_figure_one_stands_and_the_other_is_told(house: House) -> None:
    said = house.run("two_importers")
    assert said == {"told": ["series.overtaken"] * 2, "live": [30], "all": 2, "figure": "30"}


@postgres_only
def test_what_saw_an_event_comes_after_it_though_its_transaction_is_older(house: House) -> None:
    assert house.run("three_transactions") == [[], ["cause", "effect"]]


@pytest.mark.parametrize("algorithms", [("sha256", "aes-gcm"), ("sm3", "sm4-gcm")])
def test_a_person_is_nowhere_in_the_open_and_after_forgetting_nowhere_at_all(
    house: House, algorithms: tuple[str, str]
) -> None:
    house.more |= {"ZHENWU_DIGEST": algorithms[0], "ZHENWU_CIPHER": algorithms[1]}
    said = house.run("enter_person", NUMBER, PHONE)
    assert said["subjects"] == 1 and said["women"] == "1"
    assert said["shown"] == {"id_number": NUMBER, "who": "王小明", "phone": "0578-1234567"}
    assert said["masked"] == {"id_number": "3325************" + NUMBER[-2:], "who": "王**", "phone": "057****4567"}
    assert said["looked"] == "person.shown"
    _nowhere(house, NUMBER, PHONE, "王小明", "0578-1234567")
    key = said["key"].encode()
    assert any(key in content for content in house.bytes_kept().values())

    after = house.run("forget", said["found"], said["record"], said["position"])
    gone = {"id_number": "（已删除）", "who": "（已删除）", "phone": "（已删除）"}
    assert after["opened"] == [gone, gone]
    assert after["breaks"] == after["altered"] == after["differed"] == []
    assert after["women"] == after["women_then"] == said["women"]
    assert not any(key in content for content in house.bytes_kept().values())
    _nowhere(house, NUMBER, PHONE, "王小明", "0578-1234567")


def _nowhere(house: House, *texts: str) -> None:
    import polars as pl

    kept = house.bytes_kept()
    for path in house.home.rglob("*.parquet"):
        kept[f"{path} as rows"] = pl.read_parquet(path).write_csv().encode()
    for text in texts:
        assert [where for where, content in kept.items() if text.encode() in content] == []
