"""A sign that would show what is personal, or what is not there, is refused with the place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.packkit.conftest import Break

LEDGER, FIELD = "ledgers/entry.toml", '[[field]]\nid = "code"'
OTHERS = '\n[[field]]\nid = "keeper"\nlabel = "管理员"\ntype = "name"\n\n[[field]]\nid = "phone"\nlabel = "管理员电话"\ntype = "phone"\n'


def sign(show: str = '["code", "quantity"]', more: str = "") -> str:
    return f'[sign]\nheading = "公示牌"\nshow = {show}\n{more}\n{FIELD}'


def fact(ledger: str = "entry", link: str = "code", when: str = "") -> str:
    return f'[[sign.fact]]\nlabel = "今年几次"\nledger = "{ledger}"\nlink = "{link}"\nwhat = "count"\n{when}'


@pytest.fixture
def stock(change: Break) -> Break:
    change(LEDGER, 'shape = "flow"', 'shape = "stock"')
    change("metrics.toml", 'kind = "flow"\nledger = "entry"\nunit', 'kind = "stock"\nledger = "entry"\nunit')
    change("metrics.toml", 'kind = "flow"\nledger = "entry"\nmeasure', 'kind = "stock"\nledger = "entry"\nmeasure')
    return change


@pytest.mark.parametrize(("written", "code"), [
    (sign(), ""), (sign(more='phone = "code"\nduty = "看水"'), ""), (sign("[]"), "sign.empty"), (sign('["code", "depth"]'), "sign.field"),
    (sign(more='colour = "red"'), "pack.unknown_key"), (sign(more=fact("trip")), "sign.fact"), (sign(more=fact()), "sign.fact"),
    (sign(more=fact() + 'what2 = "x"'), "pack.unknown_key"),
])  # fmt: skip
def test_what_is_wrong_with_a_sign_is_told(stock: Break, codes: Callable[[], list[str]], written: str, code: str) -> None:
    stock(LEDGER, FIELD, written)
    assert [one for one in codes() if not one.startswith("example")][:1] == ([code] if code else [])


@pytest.mark.parametrize("name", ["keeper", "phone"])
@pytest.mark.parametrize("where", ["show", "phone"])
def test_names_and_phones_of_people_are_refused_on_a_sign(stock: Break, codes: Callable[[], list[str]], name: str, where: str) -> None:
    shown = sign(f'["code", "{name}"]') if where == "show" else sign(more=f'phone = "{name}"')
    stock(LEDGER, FIELD, OTHERS.strip() + "\n\n" + FIELD)
    stock(LEDGER, '[[field]]\nid = "keeper"', shown.removesuffix(FIELD) + '[[field]]\nid = "keeper"')
    assert "sign.personal" in codes()


def test_what_happens_once_has_no_sign(change: Break, codes: Callable[[], list[str]]) -> None:
    change(LEDGER, FIELD, sign())
    assert codes() == ["sign.shape"]
