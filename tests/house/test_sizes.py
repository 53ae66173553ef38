"""Long modules and functions tire a reader: the tail is cut off here (aims: 300 and 30 lines)."""

from __future__ import annotations

from pathlib import Path

from tests.house.source import functions, length, modules, name_of

MODULE_LINES = 500
FUNCTION_LINES = 60
HOOKS_LINES = 150


def test_no_module_is_longer_than_can_be_read_in_one_sitting() -> None:
    long = {name_of(path): n for path in modules() if (n := _lines(path)) > MODULE_LINES}
    assert long == {}


def test_no_function_is_longer_than_two_screens() -> None:
    long = {
        f"{name_of(path)}:{node.lineno} {node.name}": length(node)
        for path in modules()
        for node in functions(path)
        if length(node) > FUNCTION_LINES
    }
    assert long == {}


def test_the_hooks_of_a_pack_stay_small() -> None:
    """What needs more code than this is a feature of the kernel."""
    long = {
        name_of(path): n
        for path in modules()
        if path.name == "hooks.py" and (n := _lines(path)) > HOOKS_LINES
    }
    assert long == {}


def test_every_function_of_the_product_says_what_it_returns() -> None:
    silent = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in modules()
        if name_of(path).startswith("zhenwu/")
        for node in functions(path)
        if node.returns is None
    ]
    assert silent == []


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
