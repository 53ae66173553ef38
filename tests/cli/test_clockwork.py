"""One turn of the clockwork."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.cli.township import found_township, say
from zhenwu.jobs import clockwork
from zhenwu.jobs.clockwork import Clockwork, write_seal
from zhenwu.kernel.journal.api import hold_lease, seal_head
from zhenwu.kernel.matters.api import Report, notices_for, open_matter
from zhenwu.kernel.metrics.api import position
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.lib.clock import LOCAL, at

pytestmark = pytest.mark.django_db


def test_a_turn_gives_positions_counts_and_seals_outside_the_database(tmp_path: Path) -> None:
    found_township()
    work = Clockwork(tmp_path)
    assert work.turn()
    head, digest = seal_head()
    assert position() == head > 0
    assert (tmp_path / "seals.log").read_text() == f"{head} {digest}\n"
    assert not work.turn()
    assert not Clockwork(tmp_path).turn()


def test_a_seal_is_written_whole_after_one_that_a_crash_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "seals.log"
    path.write_text(f"3 {'a' * 64}\n9 abc")
    write_seal(path, 4, "b" * 64)
    assert path.read_text().splitlines()[-1] == f"4 {'b' * 64}"
    assert Clockwork(tmp_path)._sealed == 4


def test_a_fault_is_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found_township()
    stop, tries = threading.Event(), []
    work = Clockwork(tmp_path)
    turn = work.turn

    def falter() -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("disk full")
        stop.set()
        return turn()

    monkeypatch.setattr(work, "turn", falter)
    monkeypatch.setattr(clockwork, "_drop_connections", lambda: None)
    work.run(stop)
    assert len(tries) == 2 and position() == seal_head()[0]


def test_without_the_lease_nothing_is_turned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found_township()
    monkeypatch.setattr("zhenwu.kernel.journal.sequencer._holder", lambda: "elsewhere:1")
    assert hold_lease(clockwork.LEASE)
    monkeypatch.undo()
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    Clockwork(tmp_path).run(stop)
    assert position() == 0


def test_what_is_due_is_told_at_the_start_and_the_rest_in_the_turns_that_follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found_township()
    grid = tree().of_kind("grid")[0]
    with at(datetime(2026, 3, 2, 10, tzinfo=LOCAL)):
        first, second = (UUID(open_matter(SYSTEM, uuid4(), Report("grid", grid, title))["matter"]) for title in ("路灯坏了", "井盖松了"))
    monkeypatch.setattr("zhenwu.kernel.matters.telling.tell_due.__defaults__", (1,))
    with at(datetime(2026, 3, 23, 9, tzinfo=LOCAL)):
        work = Clockwork(tmp_path)
        while work.turn():
            pass
        assert [notices.what for notices in notices_for(SYSTEM)] == ["propose", "overdue"] * 2
        assert {one.matter_id for one in notices_for(SYSTEM)} == {first, second}
        assert (tmp_path / "seals.log").read_text().splitlines()[-1] == " ".join(map(str, seal_head()))
        assert not Clockwork(tmp_path).turn()
        told = say("matters", "due", "--on", "2026-03-23").output
        assert "没有要提醒的" in told and "已经过了" in say("matters", "due", "--on", "2026-03-22").output
    told = say("matters", "timeline", str(first))
    assert told.exit_code == 0 and "超期了" in told.output and "窗口（现在没有人）" in told.output and "已发" in told.output
    assert "没有这个事项" in say("matters", "timeline", str(uuid4())).output
    assert "已重算，2 条" in say("matters", "rebuild").output
