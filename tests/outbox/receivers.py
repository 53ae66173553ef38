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


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.heard.append(Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            receiver.meanwhile()
            way = receiver.ways.pop(0) if receiver.ways else 204
            with suppress(OSError):
                self._answer(way)

        def _answer(self, way: int | str) -> None:
            self.close_connection = True
            if isinstance(way, int):
                self.send_response(way)
                if way in (429, 503):
                    self.send_header("Retry-After", "7200")
                self.end_headers()
            elif way == "redirect":
                self.send_response(307)
                self.send_header("Location", "/elsewhere")
                self.end_headers()
            elif way == "hang":
                receiver.over.wait(30)
            elif way == "drip":
                while not receiver.over.wait(0.2):
                    self.wfile.write(b"H")
            elif way == "garbage":
                self.wfile.write(b"\x00\xff\x01 no such protocol\r\n\r\n")
            elif way == "flood":
                self.send_response(200)
                self.end_headers()
                while not receiver.over.is_set():
                    self.wfile.write(b"x" * 65536)
            elif way == "cut":
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
