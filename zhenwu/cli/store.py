"""The installation a command works on: is it there, is it up to date, who is acting, who else is using it."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import traceback
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhenwu.lib.memory import collect_rarely
from zhenwu.lib.problems import NotFound, Problem

if TYPE_CHECKING:
    from zhenwu.kernel.orgs.api import Actor

LOG = "zhenwu.log"


def open_site() -> None:
    """Set Django up, quietly. Raises ``Problem('home.unwritable')``."""
    os.umask(0o077)  # what we write holds people's affairs: nobody else on this machine needs to read it
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenwu.site.settings")
    if os.environ.get("ZHENWU_DEBUG") != "1":
        warnings.simplefilter("ignore")
        logging.getLogger().addHandler(logging.NullHandler())
    import django

    try:
        django.setup()
    except PermissionError as error:
        raise Problem("home.unwritable", f"不能在 {error.filename or '数据目录'} 里写文件", "检查目录权限，或用 ZHENWU_HOME 换一个目录。") from error
    collect_rarely()


def home() -> Path:
    """Where everything of the installation lies."""
    from django.conf import settings

    return Path(settings.HOME)


def is_there() -> bool:
    """Whether the store was ever made; never makes one by looking."""
    from django.db import connection

    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        if not str(file).startswith("file:") and (not file.exists() or file.stat().st_size == 0):
            return False
    return "journal_event" in connection.introspection.table_names()


def pending_migrations() -> list[str]:
    """Steps by which the store lags behind the program."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def require_store() -> None:
    """Raises ``Problem`` unless there is a store that fits this program."""
    if not is_there():
        raise Problem("store.none", f"{home()} 里还没有数据", "先试用：./zw demo；正式使用：./zw init。已有数据的，请检查 ZHENWU_HOME。")
    if pending_migrations():
        raise Problem("store.behind", "程序已更新，数据库还是旧的", "先备份（./zw backup），再执行 ./zw init。")
    from zhenwu.kernel.journal.api import keep_session_key

    keep_session_key()  # a store restored without its keys has none yet


def migrate() -> None:
    """Bring the store to the program's version."""
    from django.core.management import call_command

    home().mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


@contextlib.contextmanager
def synced_loosely() -> Iterator[None]:
    """Do not wait for the disk at every commit: for a store that is made anew when its making is cut short.

    A killed process loses nothing even so; a power failure may lose the last commits, never the store. SQLite brings its log home
    seldom meanwhile: a page that changes day after day is written home once.
    """
    from django.db import connection

    loose: Sequence[str] = ("PRAGMA synchronous=NORMAL", "PRAGMA wal_autocheckpoint=16000")  # pages of 4 KiB
    strict: Sequence[str] = ("PRAGMA synchronous=FULL", "PRAGMA wal_autocheckpoint=1000")
    if connection.vendor == "postgresql":
        loose, strict = ("SET synchronous_commit = off",), ("SET synchronous_commit = on",)
    _tell(loose)
    try:
        yield
    finally:
        _tell(strict)


def _tell(statements: Sequence[str]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for one in statements:
            cursor.execute(one)


def acting(username: str | None) -> Actor:
    """The person of that log-in name as an actor; without a name, the system."""
    from zhenwu.kernel.orgs.api import SYSTEM, actor_of, find_person

    if username is None:
        return SYSTEM
    person = find_person(username)
    if person is None:
        raise NotFound("orgs.person.unknown", f"没有登录名为“{username}”的人员，或账号已停用", "核对登录名；新开账号用 zhenwu user add。")
    return actor_of(person)


@contextlib.contextmanager
def hold(name: str, busy: str) -> Iterator[None]:
    """Hold a lock of the home for as long as we live; raises ``Problem('home.busy')`` when another has it."""
    home().mkdir(parents=True, exist_ok=True)
    with open(home() / f"{name}.lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Problem("home.busy", busy, "等它结束，或先停掉它（在那个窗口按 Ctrl-C）。") from error
        yield


def write_log(error: BaseException) -> Path | None:
    """Keep a fault's traceback in the home's log; None when even that fails."""
    try:
        path = home() / LOG
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{''.join(traceback.format_exception(error))}\n")
        return path
    except Exception:  # telling the person comes first
        return None


def database_trouble(error: Exception) -> Problem | None:
    """What a person can mend of a database's refusal."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    text = str(error)
    if isinstance(error, ImproperlyConfigured) and "psycopg" in text:
        return Problem("store.driver", "没有安装 PostgreSQL 的驱动", "用 ./zw 启动会自动安装；或 pip install -r requirements-county.lock。")
    if isinstance(error, OSError) and error.errno == 28:
        return Problem("home.full", "磁盘已满", "清理磁盘后再试；已经写完的内容不会丢。")
    if not isinstance(error, DatabaseError):
        return None
    if "locked" in text:
        return Problem("store.locked", "数据库正被别的程序占用", "稍等片刻再试；一直如此，请检查有没有没关掉的程序。")
    if "disk image is malformed" in text or "not a database" in text:
        return Problem("store.damaged", "数据库文件已损坏", "不要再写入；从最近的备份恢复（./zw restore）。")
    if "readonly" in text or "unable to open" in text:
        return Problem("home.unwritable", f"不能写 {home()} 里的数据库", "检查目录权限，或用 ZHENWU_HOME 换一个目录。")
    if "full" in text:
        return Problem("home.full", "磁盘已满", "清理磁盘后再试；已经写完的内容不会丢。")
    if "connection" in text or "connect" in text:
        return Problem("store.unreachable", "连不上数据库", "检查数据库是否在运行，以及 ZHENWU_DATABASE_URL 是否正确。")
    return None


def read_given(path: Path) -> bytes:
    """A file that a person named; raises ``Problem`` for what cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("file.none", f"没有“{path}”这个文件", "检查路径和文件名。") from None
    except IsADirectoryError:
        raise Problem("file.folder", f"“{path}”是文件夹", "请给出文件名。") from None
    except OSError as error:
        raise Problem("file.unreadable", f"“{path}”打不开", "检查文件权限，或是否正被别的程序占用。") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    scratch = path.with_name(f".{path.name[:100]}.{os.getpid()}")
    try:
        with open(scratch, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(scratch, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise Problem("file.unwritable", f"“{path}”写不进去", "检查文件夹是否存在、有没有权限、文件是否正打开着。") from error


def ask_password(generate: bool) -> str:
    """A new password: typed twice, or made and shown once."""
    if not generate:
        return click.prompt("密码（至少10位，输入时不显示）", hide_input=True, confirmation_prompt="再输一次")
    import secrets

    return secrets.token_urlsafe(12)
