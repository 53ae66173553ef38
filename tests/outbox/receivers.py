"""Real receivers on the loopback: they answer as they are told and keep what they heard."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request: its headers in lower case, the very bytes of its body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        whole: dict[str, Any] = json.loads(self.body)
        return whole

    @property
    def position(self) -> int:
        return int(self.told["data"]["position"])


@dataclass
class Receiver:
    """``ways`` says how the next requests are answered, one after the other: a status, or ``hang``, ``drip``, ``garbage``, ``cut``,
    ``redirect``, ``flood``; then 204 for ever. ``meanwhile`` runs before each answer."""

    port: int = 0
    ways: list[int | str] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=zhenwu"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.heard]


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        heard = Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.receiver.heard.append(heard)
        self.receiver.meanwhile()
        way = self.receiver.ways.pop(0) if self.receiver.ways else 204
        self.close_connection = True
        with suppress(OSError):
            if isinstance(way, int):
                self._say(way, {"Retry-After": "7200"} if way == 503 else {})
            else:
                getattr(self, f"_{way}")()

    def _say(self, status: int, more: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.end_headers()

    def _redirect(self) -> None:
        self._say(307, {"Location": "/elsewhere"})

    def _hang(self) -> None:
        self.receiver.over.wait(30)

    def _drip(self) -> None:
        while not self.receiver.over.wait(0.2):
            self.wfile.write(b"H")

    def _garbage(self) -> None:
        self.wfile.write(b"\x00\xff\x01 no such protocol\r\n\r\n")

    def _flood(self) -> None:
        self._say(200, {})
        while not self.receiver.over.is_set():
            self.wfile.write(b"x" * 65536)

    def _cut(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"receiver": receiver}))
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
