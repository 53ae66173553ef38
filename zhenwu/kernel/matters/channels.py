"""Where a report came from (来源): codes and their words, as ``channels.toml`` lists them and the exchanges in force add."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from zhenwu.kernel.definitions.api import every
from zhenwu.lib.problems import Problem

_TABLE = tomllib.loads(Path(__file__).with_name("channels.toml").read_text(encoding="utf-8"))["channel"]


def channels() -> dict[str, str]:
    """code → words, of all channels."""
    return {one["id"]: one["label"] for one in _TABLE} | _exchanged()


def told_by() -> dict[str, str]:
    """code → words, of what somebody reports by who does not go round but is told of things."""
    return {one["id"]: one["label"] for one in _TABLE if one.get("told")} | _exchanged()


def brought() -> frozenset[str]:
    """The codes that the kernel brings, whatever exchanges are in force."""
    return frozenset(one["id"] for one in _TABLE)


def check_channel(code: str, known: Mapping[str, str] | None = None) -> None:
    """Raises ``Problem('matter.channel')``, which lists those there are, for a channel that no screen could name; "" is none told. ``known``:
    the channels, where many are checked."""
    if not code or code in brought():  # as nearly all: without asking for the exchanges
        return
    named = channels() if known is None else known
    if code not in named:
        able = "、".join(f"{one}（{label}）" for one, label in named.items())
        raise Problem("matter.channel", f"没有“{code[:40]}”这个来源", f"可用：{able}；别的平台转来的，用那张来往表（exchanges.toml）的 channel。")


def _exchanged() -> dict[str, str]:
    return {one.body["channel"]: one.body["label"] for one in every("exchange") if one.body.get("channel")}
