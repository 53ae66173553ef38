"""Where may be sent to: what was named on the machine, and nowhere else, whatever a name leads to."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outbox.conftest import listen, queue, report
from tests.outbox.receivers import Receiver
from tests.people import People
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.outbox.addresses import bad_entries, check_addresses, check_named, read_url
from zhenwu.kernel.outbox.api import send_due, standings
from zhenwu.kernel.outbox.posting import post
from zhenwu.lib.problems import Problem

INNER = ("10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00::1")
SPECIAL = ("127.0.0.1", "127.9.9.9", "169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "ff02::1")
DRESSED = ("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::")
OPEN = ("8.8.8.8", "2400:3200::1")


def reached(allow: list[str], address: str, host: str = "hub.example.gov.cn") -> bool:
    try:
        check_addresses(host, [ipaddress.ip_address(address)], allow)
    except Problem as problem:
        assert problem.code == "outbox.not_allowed" and "ZHENWU_OUTBOX_ALLOW" in problem.remedy
        return False
    return True


@pytest.mark.parametrize("address", [*INNER, *SPECIAL, *DRESSED, *OPEN])
def test_by_default_nothing_is_reached(address: str) -> None:
    assert not reached([], address) and not reached([], address, address)


@pytest.mark.parametrize("address", [*INNER, *OPEN])
def test_a_named_host_is_reached_wherever_it_lies(address: str) -> None:
    assert reached(["hub.example.gov.cn"], address) and not reached(["other.example.gov.cn"], address)


@pytest.mark.parametrize("address", [*SPECIAL, *DRESSED])
def test_no_name_leads_to_this_machine_or_to_special_addresses(address: str) -> None:
    assert not reached(["hub.example.gov.cn", "public"], address)


def test_the_open_internet_is_opened_by_its_word_and_the_inner_networks_by_their_numbers() -> None:
    assert [reached(["public"], address) for address in (*OPEN, *INNER)] == [True] * len(OPEN) + [False] * len(INNER)
    assert [reached(["10.0.0.0/8", "fd00::/8"], address) for address in INNER] == [True, False, False, False, True]
    assert reached(["127.0.0.1"], "::ffff:127.0.0.1") and reached(["169.254.169.254"], "169.254.169.254")
    assert reached(["localhost"], "127.0.0.1", "localhost") and not reached(["localhost"], "127.0.0.1", "127.0.0.1")


def test_one_bad_address_among_good_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Problem, match="169"):
        check_addresses("hub.example", [ipaddress.ip_address(one) for one in ("10.0.0.1", "169.254.169.254")], ["hub.example"])


@pytest.mark.parametrize(
    "url",
    ["ftp://hub/x", "//hub/x", "https://", "https://a b/", "https://hub\\@evil/", "https://user:pw@hub/", "https://hub/#x", "https://hub:0/", "https://hub:99999/",
     "https://hub:x/", "https://中文.cn/", "https://-hub/", "https://hub/\r\nHost: x", "https://[::1", "https://[fe80::1%25eth0]/", "https://" + "a" * 600, ""],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_in_words(url: str) -> None:
    with pytest.raises(Problem) as told:
        read_url(url)
    assert told.value.code == "outbox.url" and told.value.remedy


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    for url in (text, f"https://{text}", f"http://hub/{text}"):
        try:
            target = read_url(url)
        except Problem:
            continue
        assert target.host and 0 < target.port < 65536 and target.path.startswith(("/", "?")) and url.isascii()


def test_http_is_for_this_machine_or_by_setting() -> None:
    check_named(read_url("http://127.0.0.1:8000/"), ["127.0.0.1"], plain=False)
    check_named(read_url("http://hub.cn/"), ["hub.cn"], plain=True)
    with pytest.raises(Problem, match="不加密"):
        check_named(read_url("http://hub.cn/"), ["hub.cn"], plain=False)


def test_an_entry_that_is_neither_host_nor_network_is_found() -> None:
    assert bad_entries(["hub.cn", "10.0.0.0/8", "public", "https://hub.cn", "10.0.0.0/99"]) == ["https://hub.cn", "10.0.0.0/99"]


def test_a_name_is_asked_once_and_the_answer_is_what_is_dialled(people: People, admin: Actor, receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS that says another thing at the second question (rebinding) is never asked a second time."""
    settings.OUTBOX_ALLOW, settings.OUTBOX_PLAIN = ["hub.example"], True
    asked = []
    real = socket.getaddrinfo

    def lookup(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host != "hub.example":
            return real(host, port, *rest, **more)
        asked.append(host)
        where = "10.255.255.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, port))]

    dialled = []

    def dial(where: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        dialled.append(where[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket, "create_connection", dial)
    assert "拒绝" in post(f"http://hub.example:{receiver.port}/", b"{}", {}, settings.OUTBOX_ALLOW).error
    assert (asked, dialled) == (["hub.example"], ["10.255.255.1"])
    assert "没有允许" in post(f"http://hub.example:{receiver.port}/", b"{}", {}, settings.OUTBOX_ALLOW).error  # now it says 127.0.0.1
    assert dialled == ["10.255.255.1"] and receiver.heard == []


def test_what_is_taken_off_the_list_is_not_sent_to_any_more(people: People, admin: Actor, receiver: Receiver, settings: Any) -> None:
    listen(admin, receiver)
    report(people)
    queue()
    settings.OUTBOX_ALLOW = []
    assert send_due() == 0 and receiver.heard == []
    assert "没有允许往 127.0.0.1发" in standings(admin)[0].last_error
