"""Running: the web server and the clockwork under one parent, which ends its own children and nobody else's."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import click

from zhenwu.cli.store import hold, home, require_store
from zhenwu.lib.problems import Problem

CLOCKWORK = [sys.executable, "-m", "zhenwu.jobs.clockwork"]
PATIENCE = 15.0  # seconds that a child has to end
LONGEST_PAUSE = 30.0  # seconds before a clockwork that keeps dying is started again
_PR_SET_PDEATHSIG = 1


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址；0.0.0.0 表示本机所有网卡")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="网页进程数")
def serve(host: str, port: int, workers: int) -> None:
    """启动网页和后台，直到按 Ctrl-C。"""
    require_store()
    run_both(host, port, workers)


@click.command()
def work() -> None:
    """只运行后台：给操作编号、封签，把新登记的内容计入指标。"""
    require_store()
    sys.stdout.flush()
    os.execv(CLOCKWORK[0], CLOCKWORK)  # one process: whoever stops it by its number stops the work itself


def run_both(host: str, port: int, workers: int = 1, ready: Callable[[], None] | None = None) -> None:
    """Serve until a signal; calls ``ready`` when pages are answered. Ends the command: 130 after Ctrl-C, 0 after SIGTERM."""
    refuse_taken(host, port)
    with hold("serving", f"{home()} 已经有一个镇务在运行"):
        (home() / "static").mkdir(exist_ok=True)  # the web server warns when it is absent
        told: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: told.append(number))
        web = _start(_granian(host, port, workers))
        children = [web]
        try:
            _wait_for(web, host, port, told)
            if not told:
                click.echo(f"已启动：http://{_shown(host)}:{port}/　按 Ctrl-C 停止。")
                if ready:
                    ready()
            _watch(web, children, told)
        finally:
            _end(children)
    raise SystemExit(130 if signal.SIGINT in told else 0)


def refuse_taken(host: str, port: int) -> None:
    """Raises ``Problem`` when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError as error:
        raise Problem("serve.port_refused", f"没有权限使用端口 {port}", "换一个 1024 以上的端口，例如 --port 8080。") from error
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == 99:
            raise Problem("serve.host", f"本机没有“{host}”这个地址", "用 127.0.0.1 或 0.0.0.0。") from error
        raise Problem("serve.port_taken", f"端口 {port} 已被别的程序占用", f"停掉那个程序，或换一个端口：zhenwu serve --port {port + 1}。") from error


def _granian(host: str, port: int, workers: int) -> list[str]:
    options = ["--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "4", "--no-ws"]
    return [sys.executable, "-m", "granian", "--interface", "wsgi", *options, "--log-level", "error", "zhenwu.site.wsgi:application"]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    environment = os.environ | {"ZHENWU_PARENT": str(os.getpid())}
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def follow_into_death() -> None:
        """A parent killed outright cannot end its children: the system then does."""
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, preexec_fn=follow_into_death, process_group=0)


def _wait_for(web: subprocess.Popen[bytes], host: str, port: int, told: list[int]) -> None:
    """Until a page is answered: the port is open before anybody stands behind it."""
    until = time.monotonic() + 60
    while not told and time.monotonic() < until:
        if web.poll() is not None:
            raise Problem("serve.web_failed", "网页没有启动起来", f"看上面的提示和 {home() / 'zhenwu.log'}，或换一个端口再试。")
        connection = http.client.HTTPConnection(_shown(host), port, timeout=10)
        try:
            connection.request("HEAD", "/", headers={"Host": "127.0.0.1"})
            connection.getresponse()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()


def _watch(web: subprocess.Popen[bytes], children: list[subprocess.Popen[bytes]], told: list[int]) -> None:
    """Until a signal, keep a clockwork running; a web server that ended is a problem."""
    clockwork, started, pause = None, 0.0, 1.0
    while not told:
        if web.poll() is not None:
            raise Problem("serve.web_failed", "网页意外停止了", f"看 {home() / 'zhenwu.log'}，然后重新启动。")
        if clockwork is None or (clockwork.poll() is not None and time.monotonic() - started > pause):
            if clockwork is not None:
                children.remove(clockwork)
                click.echo("后台意外停止，已重新启动。", err=True)
                pause = 1.0 if time.monotonic() - started > 60 else min(pause * 2, LONGEST_PAUSE)
            clockwork, started = _start(CLOCKWORK), time.monotonic()
            children.append(clockwork)
        time.sleep(0.1)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask, wait, insist; a child's own processes lie in its group and end with it."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host
