"""Exchanges in a pack: a sound one is stored with its words, and every fault names file, key and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.house.source import ROOT
from zhenwu.packkit.pack import check_pack, load_pack

PACKS = ROOT / "packs"


@pytest.fixture
def hotline(tmp_path: Path) -> Path:
    """A copy of the pack."""
    return Path(shutil.copytree(PACKS / "hotline", tmp_path / "hotline"))


def faults(pack: Path, file: str, old: str, new: str) -> list[tuple[str, str]]:
    """(code, where) of what is wrong with an exchange after one change."""
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = check_pack(pack)
    assert all(problem.remedy for problem in found)
    return [(problem.code, f"{problem.place.file} {problem.place.key}".strip()) for problem in found if problem.code.startswith(("exchange.", "pack."))]


def test_an_exchange_is_stored_with_full_keys_and_the_words_of_its_ledgers() -> None:
    body = load_pack(PACKS / "hotline").exchanges["hotline.orders"]
    assert [body[name] for name in ("keeps", "layouts", "opens")] == ["hotline.order", "hotline.layout", "hotline.order"]
    assert (body["number"], body["day_label"], body["layouts_label"]) == ("number", "来电日期", "热线来单栏目对照")
    columns = {one["id"]: one for one in body["columns"]}
    assert (columns["called_on"]["stored"], columns["caller"]["said"], columns["content"]["longest"]) == (False, "诉求人", 4000)
    assert body["labels"]["due_on"] == "办理时限"


FILE = "exchanges.toml"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "where"),
    [
        (FILE, 'keeps = "order"', 'keeps = "sheet"', "exchange.absent", f"{FILE} orders.keeps"),
        (FILE, 'layouts = "layout"', 'layouts = "heading"', "exchange.absent", f"{FILE} orders.layouts"),
        (FILE, 'opens = "order"', 'opens = "orders"', "exchange.absent", f"{FILE} orders.opens"),
        (FILE, 'read = "number"', 'read = "text"', "exchange.number", f"{FILE} orders.column"),
        (FILE, 'read = "until"', 'read = "deadline"', "pack.read", f"{FILE} due_on"),
        (FILE, 'since = "sent_on"', 'since = "address"', "exchange.since", f"{FILE} orders.due_on"),
        (FILE, 'day = ["called_on", "sent_on"]', 'day = ["rung_on"]', "exchange.unknown", f"{FILE} orders.day"),
        (FILE, 'day = ["called_on", "sent_on"]', 'day = ["called_on", "due_on"]', "exchange.day", f"{FILE} orders.day"),
        (FILE, 'receivers = ["clerk", "office_head"]', 'receivers = ["doorman"]', "exchange.unknown", f"{FILE} orders.receivers"),
        (FILE, 'carry = "urged"', 'carry = "answer"', "exchange.carry", f"{FILE} orders.urged"),
        (FILE, 'from = "answer"', 'from = "reply"', "exchange.answer", f"{FILE} orders.result.from"),
        (FILE, 'action = "report"', 'action = "accept"', "exchange.action", f"{FILE} orders.action"),
        (FILE, 'action = "redate"', 'action = "postpone"', "exchange.action", f"{FILE} orders.change.due_on"),
        (FILE, 'action = "urge"', 'action = "refuse_return"', "exchange.gives", f"{FILE} orders.change.urged"),
        (FILE, 'states = ["closed"]', 'states = ["shut"]', "exchange.unknown", f"{FILE} orders.change.again"),
        (FILE, 'rest = "rest"', 'rest = "urged"', "exchange.field", f"{FILE} orders.rest"),
        (FILE, 'spare_phone = "other_phone"', 'spare_phone = "caller"', "exchange.field", f"{FILE} orders.spare_phone"),
        (FILE, 'id = "called_on"', 'id = "due_on"', "exchange.twice", f"{FILE} orders.column"),
        (FILE, 'item = "工单"', 'thing = "工单"', "pack.unknown_key", f"{FILE} thing"),
        ("ledgers/layout.toml", '["state", "回填：办理状态"]', '["stage", "回填：办理状态"]', "exchange.meaning", "ledgers/layout.toml meaning"),
        ("ledgers/layout.toml", 'id = "place"', 'id = "position"', "exchange.field", "ledgers/layout.toml"),
        ("ledgers/order.toml", 'key = ["number"]', 'key = ["title"]', "exchange.key", "ledgers/order.toml"),
        ("ledgers/order.toml", 'unit_level = "township"', 'unit_level = "village"', "exchange.ledger", "ledgers/order.toml"),
        ("ledgers/order.toml", 'type = "phone"', 'type = "text"', "exchange.field", f"{FILE} orders.phone"),
        ("ledgers/order.toml", 'id = "content"', 'id = "story"', "exchange.field", f"{FILE} orders.content"),
    ],
)
def test_what_is_wrong_with_an_exchange_is_named(hotline: Path, file: str, old: str, new: str, code: str, where: str) -> None:
    assert (code, where) in faults(hotline, file, old, new)


def test_a_required_field_that_no_column_fills_is_named(hotline: Path) -> None:
    path = hotline / "ledgers/order.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[[field]]\nid = "county"\nlabel = "县区"\ntype = "text"\nrequired = true\n', encoding="utf-8")
    assert "exchange.required" in {problem.code for problem in check_pack(hotline)}


def test_ill_shaped_ledgers_under_an_exchange_are_told_and_nothing_breaks(hotline: Path) -> None:
    for name in ("order", "layout"):
        (hotline / "ledgers" / f"{name}.toml").write_text("id = 3", encoding="utf-8")
    assert "exchange.absent" in {problem.code for problem in check_pack(hotline)}
