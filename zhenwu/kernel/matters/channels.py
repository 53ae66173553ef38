"""Where a report came from (来源): codes and their words, as ``channels.toml`` lists them and the exchanges in force add."""

from __future__ import annotations

import tomllib
from pathlib import Path

from zhenwu.kernel.definitions.api import every

_TABLE = tomllib.loads(Path(__file__).with_name("channels.toml").read_text(encoding="utf-8"))["channel"]


def channels() -> dict[str, str]:
    """code → words, of all channels."""
    return {one["id"]: one["label"] for one in _TABLE} | _exchanged()


def told_by() -> dict[str, str]:
    """code → words, of what somebody reports by who does not go round but is told of things."""
    return {one["id"]: one["label"] for one in _TABLE if one.get("told")} | _exchanged()


def _exchanged() -> dict[str, str]:
    return {one.body["channel"]: one.body["label"] for one in every("exchange") if one.body.get("channel")}
