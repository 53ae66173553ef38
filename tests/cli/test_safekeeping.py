"""A backup is worth what can be restored from it: on SQLite and on PostgreSQL, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.township import run, set_up
from tests.databases import fresh_database
from tests.kernel.house import House

pytestmark = pytest.mark.slow
NUMBER = "110101199001011237"
EMPTY = {"keys", "keys/session", "serving.lock"}  # what looking at an empty home leaves there


@dataclass
class Store:
    """An installation: its home and, on PostgreSQL, its database."""

    home: Path
    url: str = ""
    photo: str = ""

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run(self.home, *words, ZHENWU_DATABASE_URL=self.url)

    def ask(self, statement: str) -> list[tuple]:
        """What the database answers, by a connection of its own."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url, autocommit=True) as server:
                cursor = server.execute(statement)
                return cursor.fetchall() if cursor.description else []
        with sqlite3.connect(self.home / "zhenwu.sqlite3") as file:
            return file.execute(statement).fetchall()

    def is_empty(self) -> bool:
        left = {path.relative_to(self.home).as_posix() for path in self.home.rglob("*")}
        tables = self.ask("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") if self.url else []
        return left <= EMPTY and tables == []


KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
postgres_only = pytest.mark.parametrize("made", KINDS[1:], indirect=True)


@pytest.fixture(scope="module", params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A township, a person known by number, and a photo."""
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database()) if request.param == "postgres" else ""
        store = Store(tmp_path_factory.mktemp("safe") / "home", url)
        set_up(store.home, ZHENWU_DATABASE_URL=url)
        store.photo = House(store.home, url).run("furnish", NUMBER)
        yield store


@pytest.fixture
def store(made: Store, tmp_path: Path) -> Iterator[Store]:
    """A copy of it."""
    home = Path(shutil.copytree(made.home, tmp_path / "home"))
    with ExitStack() as stack:
        yield Store(home, stack.enter_context(fresh_database(made.url)) if made.url else "", made.photo)


@pytest.fixture
def other(made: Store, tmp_path: Path) -> Iterator[Store]:
    """An empty place of the same kind."""
    with ExitStack() as stack:
        yield Store(tmp_path / "other", stack.enter_context(fresh_database()) if made.url else "")


@pytest.fixture
def archive(store: Store, tmp_path: Path) -> Path:
    path = tmp_path / "b.tar.gz"
    done = store.run("backup", str(path))
    assert done.returncode == 0 and "密钥" in done.stderr, done.stderr
    return path


def test_a_backup_restores_into_an_empty_place_and_proves_itself(store: Store, archive: Path, other: Store) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    assert names[0] == "manifest.json" and {"keys/session", "keys/master"} < set(names)
    restored = other.run("restore", str(archive))
    assert (restored.returncode, "核验通过" in restored.stdout) == (0, True), restored.stderr
    assert "150.50" in other.run("explain", "demolition.area@2020").stdout
    assert "核验通过" in other.run("journal", "verify").stdout
    assert "完全一致" in other.run("metric", "rebuild").stdout
    assert House(other.home, other.url).run("show_photo", store.photo)
    assert other.run("unit", "add", "三网格", "--kind", "grid", "--under", "深塘村").returncode == 0
    again = other.run("restore", str(archive))
    assert (again.returncode, "restore.not_empty" in again.stderr) == (1, True)


def repacked(archive: Path, change: Callable[[dict[str, bytes]], object], link: str = "") -> None:
    with tarfile.open(archive) as tar:
        parts = {info.name: tar.extractfile(info).read() for info in tar}  # type: ignore[union-attr]
    change(parts)
    with tarfile.open(archive, "w:gz") as tar:
        for name, body in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
        if link:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(info)


def database_in(parts: dict[str, bytes]) -> str:
    return next(name for name in parts if name in ("zhenwu.sqlite3", "zhenwu.pgdump"))


def flip(parts: dict[str, bytes]) -> None:
    body = bytearray(parts[database_in(parts)])
    body[len(body) // 2] ^= 1
    parts[database_in(parts)] = bytes(body)


def escape(parts: dict[str, bytes]) -> None:
    manifest = json.loads(parts["manifest.json"])
    manifest["members"]["../escaped"] = [1, "0" * 64]
    parts["manifest.json"], parts["../escaped"] = json.dumps(manifest).encode(), b"x"


def test_an_altered_backup_is_refused_and_leaves_nothing(archive: Path, other: Store, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    for change, link in ((flip, ""), (escape, ""), (dict, "keys/master2"), (lambda parts: parts.pop("keys/session"), "")):
        archive.write_bytes(whole)
        repacked(archive, change, link)
        done = other.run("restore", str(archive))
        assert done.returncode == 1 and "restore." in done.stderr and "Traceback" not in done.stderr
        assert other.is_empty() and not (tmp_path / "escaped").exists()
    archive.write_bytes(whole[: len(whole) // 2])
    assert "restore.damaged" in other.run("restore", str(archive)).stderr
    assert other.is_empty()


@postgres_only
def test_a_dump_that_does_not_load_leaves_nothing(archive: Path, other: Store) -> None:
    def spoil(parts: dict[str, bytes]) -> None:
        parts["zhenwu.pgdump"] = dump = parts["zhenwu.pgdump"][:-2000]
        manifest = json.loads(parts["manifest.json"])
        manifest["members"]["zhenwu.pgdump"] = [len(dump), hashlib.sha256(dump).hexdigest()]
        parts["manifest.json"] = json.dumps(manifest).encode()

    whole = archive.read_bytes()
    repacked(archive, spoil)
    done = other.run("restore", str(archive))
    assert (done.returncode, "store.pg_restore" in done.stderr) == (1, True)
    assert other.is_empty()
    archive.write_bytes(whole)
    assert other.run("restore", str(archive)).returncode == 0


@postgres_only
def test_a_backup_of_one_kind_is_not_poured_into_the_other(archive: Path, other: Store, tmp_path: Path) -> None:
    plain = Store(tmp_path / "plain")
    assert "restore.postgres" in plain.run("restore", str(archive)).stderr and plain.is_empty()
    set_up(tmp_path / "small" / "home")
    Store(tmp_path / "small" / "home").run("backup", str(tmp_path / "small.tar.gz"))
    assert "restore.sqlite" in other.run("restore", str(tmp_path / "small.tar.gz")).stderr and other.is_empty()
    other.ask("CREATE TABLE somebody_elses (n integer)")
    assert "restore.not_empty" in other.run("restore", str(archive)).stderr


@postgres_only
def test_what_waited_under_another_servers_count_of_transactions_gets_its_position(store: Store, other: Store) -> None:
    archive = store.home.parent / "waiting.tar.gz"
    event = (
        "INSERT INTO journal_event (uuid, kind, subject, principal, op_id, recorded_at, body, transaction, taken) "
        "VALUES (gen_random_uuid(), 'test.done', 'late', 'system', gen_random_uuid(), now(), '{}', 4000000000, false)"
    )
    store.ask(event)
    assert store.run("backup", str(archive)).returncode == 0
    assert other.run("restore", str(archive)).returncode == 0
    assert "核验通过" in other.run("journal", "verify").stdout
    assert other.ask("SELECT kind FROM journal_event WHERE NOT taken") == []


def test_who_was_forgotten_after_the_backup_does_not_come_back_in_silence(store: Store, archive: Path, other: Store) -> None:
    assert store.run("subject", "forget", NUMBER, "--reason", "本人申请", "--yes").returncode == 0
    listed = store.home / "forgotten.log"
    assert len(listed.read_text().split()) == 1 and NUMBER not in listed.read_text()

    restored = other.run("restore", str(archive), "--forgotten", str(listed))
    assert (restored.returncode, "1 人在备份里还有密钥，已再次删除" in restored.stdout) == (0, True), restored.stderr
    assert other.ask("SELECT count(*) FROM ledgers_subject WHERE token IS NOT NULL") == [(0,)]
    assert (other.home / "forgotten.log").read_text() == listed.read_text()
    assert "核验通过" in other.run("journal", "verify").stdout


def test_a_restore_without_the_list_says_who_may_have_come_back(archive: Path, other: Store) -> None:
    (other.home.parent / "wrong.log").write_text("王小明\n")
    refused = other.run("restore", str(archive), "--forgotten", str(other.home.parent / "wrong.log"))
    assert (refused.returncode, "forgotten.line" in refused.stderr, other.is_empty()) == (1, True, True)
    restored = other.run("restore", str(archive))
    assert restored.returncode == 0 and "又能打开了" in restored.stderr and "--forgotten" in restored.stderr


def test_a_backup_made_while_people_write_restores_and_verifies(store: Store, other: Store) -> None:
    busy = House(store.home, store.url)
    writers = [busy.spawn("write", 60), busy.spawn("turn", 60)]
    try:
        for writer in writers:
            assert writer.stdout and [writer.stdout.readline() for _ in range(5)][-1]
        archive = store.home.parent / "busy.tar.gz"
        assert store.run("backup", str(archive)).returncode == 0
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    restored = other.run("restore", str(archive))
    assert (restored.returncode, "核验通过" in restored.stdout) == (0, True), restored.stderr
