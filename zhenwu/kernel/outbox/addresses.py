"""Where may be sent to: only what whoever runs the machine has named (``ZHENWU_OUTBOX_ALLOW``); nothing by default (decision 0023).

An entry is a host name, an address, a network (``10.20.0.0/16``) or ``public`` (every address of the open internet). A host name
opens whatever it resolves to, but never loopback, link-local or other special addresses: those are named by address.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from zhenwu.lib.problems import Problem

PUBLIC = "public"
LONGEST = 500
SETTING = "ZHENWU_OUTBOX_ALLOW"
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?")
_REST = re.compile(r"[!-\[\]-_a-z{|}~]*")  # printable ASCII without backslash and backquote
_NETWORK = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Target:
    """A receiver's URL, taken apart; ``path`` with its query."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def literal(self) -> Address | None:
        """The host as an address, when it is written as one."""
        return _address(self.host)

    @property
    def authority(self) -> str:
        """What the ``Host`` header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def read_url(url: str) -> Target:
    """Take a URL apart; raises ``Problem('outbox.url')`` for anything but a plain http(s) address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _unreadable("地址写得不对") from None
    if len(url) > LONGEST or not _REST.fullmatch(url):
        raise _unreadable(f"地址太长（最多 {LONGEST} 个字符），或有空格、中文等不能用的字符")
    if parts.scheme not in ("https", "http"):
        raise _unreadable("地址要以 https:// 开头")
    if parts.username is not None or parts.password is not None or "#" in url:
        raise _unreadable("地址里不能带用户名、口令或 #")
    if not (_HOST.fullmatch(host) or _address(host)) or port == 0:
        raise _unreadable("地址里的主机名或端口不对")
    secure = parts.scheme == "https"
    return Target(secure, host, port or (443 if secure else 80), (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def check_named(target: Target, allow: Sequence[str], plain: bool) -> None:
    """Refuse what could never be sent to, without asking the network; raises ``Problem('outbox.plain' | 'outbox.not_allowed')``."""
    literal = target.literal
    loopback = target.host == "localhost" or (literal is not None and _bare(literal).is_loopback)
    if not target.secure and not loopback and not plain:
        raise Problem("outbox.plain", "地址是 http，不加密", "请对方改用 https；内网里确实没有的，由运行维护人员设 ZHENWU_OUTBOX_PLAIN=1。")
    if literal is not None:
        check_addresses(target.host, [literal], allow)
    elif not (target.host in _names(allow) or _networks(allow) or PUBLIC in allow):
        raise _refused(f"没有允许往“{target.host}”发")


def resolve(target: Target) -> list[Address]:
    """The addresses of a host, asked once: the connection goes to one of these and asks no more. Raises ``OSError``."""
    if target.literal is not None:
        return [target.literal]
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_, where in found))


def check_addresses(host: str, addresses: Sequence[Address], allow: Sequence[str]) -> None:
    """Refuse a host of which any address is not allowed: ``Problem('outbox.not_allowed')``."""
    for address in addresses:
        if not _allowed(host, _bare(address), allow):
            where = "" if host == str(address) else f"（{host}）"
            raise _refused(f"没有允许往 {address}{where}发")


def bad_entries(allow: Iterable[str]) -> list[str]:
    """Entries of the setting that are neither host, address nor network."""
    return [one for one in allow if one != PUBLIC and _network(one) is None and not _HOST.fullmatch(one)]


def _allowed(host: str, address: Address, allow: Sequence[str]) -> bool:
    if any(address in network for network in _networks(allow)):
        return True
    if host == "localhost" and address.is_loopback and "localhost" in allow:
        return True
    if _special(address):
        return False
    return host in _names(allow) or (PUBLIC in allow and address.is_global)


def _special(address: Address) -> bool:
    """Addresses that no name may lead to."""
    kinds = (address.is_loopback, address.is_link_local, address.is_multicast, address.is_unspecified, address.is_reserved)
    return any(kinds) or str(address) == "255.255.255.255"


def _bare(address: Address) -> Address:
    """An IPv4 address in whatever IPv6 dress: it is judged as what is reached in the end."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _address(text: str) -> Address | None:
    try:
        return None if "%" in text else ipaddress.ip_address(text)  # no zones: they mean another thing on each machine
    except ValueError:
        return None


def _network(text: str) -> _NETWORK | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _networks(allow: Sequence[str]) -> list[_NETWORK]:
    return [network for network in map(_network, allow) if network is not None]


def _names(allow: Sequence[str]) -> set[str]:
    return {one.lower() for one in allow if one != PUBLIC and _network(one) is None}


def _unreadable(message: str) -> Problem:
    return Problem("outbox.url", message, "例如 https://shuju.example.gov.cn/zhenwu；中文域名请写成 xn-- 开头的。")


def _refused(message: str) -> Problem:
    return Problem("outbox.not_allowed", message, f"由运行维护人员在 {SETTING} 里写上对方的主机名或网段，重新启动。")
