"""The windows (窗口) that packs declare, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.orgs.api import Actor, reach

Window = Mapping[str, Any]


def windows_for(who: Actor) -> list[Window]:
    """The windows whose pack and people this person may see somewhere: their stored bodies."""
    return [one.body for one in every("window") if all(not reach(who, "list", pack).nothing for pack in (one.pack, one.body["person"].partition(".")[0]))]
