"""One POST to one receiver: to an address that was looked up and allowed, without redirects, proxies or cookies, within one
deadline for everything, and reading no more of the answer than its head.

No Django here, and no database: whoever calls this holds no transaction.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

from zhenwu.kernel.outbox.addresses import Address, Target, check_addresses, read_url, resolve
from zhenwu.lib.problems import Problem

CONNECTING = 5.0  # seconds for a connection
WHOLE = 15.0  # seconds for everything
LONGEST_WAIT = 86_400


@dataclass(frozen=True)
class Answer:
    """What became of a try. ``status`` None: there was no answer; ``error`` in words, "" for a success; ``wait`` the seconds that
    the receiver asked us to wait; ``gone``: it wants no more."""

    status: int | None
    error: str = ""
    wait: int = 0

    @property
    def gone(self) -> bool:
        return self.status == 410


def post(url: str, body: bytes, headers: Mapping[str, str], allow: Sequence[str], authorities: str = "") -> Answer:
    """Send; never raises. ``authorities`` is a PEM file of certificates to trust beside the system's."""
    until = monotonic() + WHOLE
    try:
        target = read_url(url)
        addresses = resolve(target)
        check_addresses(target.host, addresses, allow)
        return _exchange(target, addresses, body, headers, until, authorities)
    except Problem as problem:
        return Answer(None, f"{problem.message}（{problem.code}）")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, _in_words(error, late=monotonic() >= until))


def _in_words(error: Exception, late: bool) -> str:
    """What went wrong on the way; ``late``: the deadline had passed, so it was we who cut the connection."""
    if isinstance(error, socket.gaierror):
        return "找不到这个主机名，检查地址和本机的域名解析"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"对方的证书不能信任：{error.verify_message[:80]}"
    if late or isinstance(error, TimeoutError):
        return f"等了 {WHOLE:.0f} 秒没有答复" if late else "连不上，对方没有反应"
    if isinstance(error, ssl.SSLError):
        return "加密连接没有建立起来"
    if isinstance(error, ConnectionRefusedError):
        return "连接被拒绝，对方的程序可能没有运行"
    if isinstance(error, OSError):
        return "连接中断，没有收到答复"
    return "对方的答复不是 HTTP"


def _exchange(
    target: Target, addresses: Sequence[Address], body: bytes, headers: Mapping[str, str], until: float, authorities: str
) -> Answer:  # fmt: skip
    connection = http.client.HTTPConnection(target.host, target.port, timeout=CONNECTING)
    connection.sock = _connected(target, addresses, until)
    # A receiver that sends one byte now and then never lets a read time out: the whole is cut off from outside.
    guard = threading.Timer(max(0.1, until - monotonic()), _cut, [connection])
    guard.daemon = True
    guard.start()
    try:
        if target.secure:
            _secure(connection, target.host.rstrip("."), authorities)
        connection.sock.settimeout(max(0.1, until - monotonic()))
        connection.request("POST", target.path, body, {"Host": target.authority, "Connection": "close", **headers})
        answer = connection.getresponse()
        return _judged(answer.status, answer.getheader("Retry-After") or "")
    finally:
        guard.cancel()
        connection.close()


def _connected(target: Target, addresses: Sequence[Address], until: float) -> socket.socket:
    """The first of the allowed addresses that takes a connection."""
    trouble: OSError = TimeoutError()
    for address in addresses:
        left = until - monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((str(address), target.port), timeout=min(CONNECTING, left))
        except OSError as error:
            trouble = error
    raise trouble


def _secure(connection: http.client.HTTPConnection, host: str, authorities: str) -> None:
    """TLS over the connection that stands; the certificate is judged by the name, whatever address was dialled."""
    secured = _trust(authorities).wrap_socket(connection.sock, server_hostname=host, do_handshake_on_connect=False)
    connection.sock = secured  # before the handshake: the guard must find the socket that now owns the line
    secured.do_handshake()


def _cut(connection: http.client.HTTPConnection) -> None:
    if (line := connection.sock) is not None:
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)


@lru_cache(maxsize=4)
def _trust(authorities: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authorities:
        try:
            context.load_verify_locations(authorities)
        except OSError as error:
            raise Problem("outbox.authorities", "ZHENWU_OUTBOX_CA 指的证书文件读不了", "写 PEM 格式的证书文件的完整路径。") from error
    return context


def _judged(status: int, wait: str) -> Answer:
    """2xx is a success; a redirect is not followed, because it would lead past the list of what is allowed."""
    seconds = min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() and len(wait) < 9 else 0
    if 200 <= status < 300:
        return Answer(status)
    if 300 <= status < 400:
        return Answer(status, f"对方让转到别的地址（{status}），不跟过去；请把地址改成最终的")
    if status == 410:
        return Answer(status, "对方说不再接收（410）")
    if status in (429, 503):
        return Answer(status, f"对方说太忙（{status}）", seconds)
    told = "对方不认这条推送" if status < 500 else "对方的程序出错"
    return Answer(status, f"{told}（{status}）", seconds)
