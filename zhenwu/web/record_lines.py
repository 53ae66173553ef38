"""The small map on a record's page: the line that it says; of a visit its track beside the line it should follow, with what was not walked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from zhenwu.kernel.ledgers.api import Field, Form, measured
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rounds.api import Walked, walked_of
from zhenwu.lib.polylines import kept_polyline
from zhenwu.web.drawing import Way, draw


def drawing(who: Actor, version: Any, form: Form) -> dict[str, Any] | None:
    """``picture``, its ``key`` and ``words``; of a visit also ``walked``, ``op_id`` and whether its track may become the line (``offer``)."""
    if found := walked_of(who, version):
        ways = _beside(found)
        offer = found.able and found.course != str(kept_polyline(found.track).untimed)
        words = "轨迹和这一段的线" if found.course else "轨迹"
        key = [(way.kind, way.title) for way in {way.kind: way for way in ways}.values()]
        return {"picture": draw(ways), "key": key, "words": words, "walked": found, "op_id": uuid4(), "offer": offer}
    lines = [(one, version.data[one.id]) for one in form.fields if one.type == "polyline" and version.data.get(one.id)]
    ways = [Way(kept_polyline(text).places, "trail" if one.timed else "course", one.label) for one, text in lines]
    return {"picture": draw(ways), "key": [(way.kind, way.title) for way in ways], "words": "、".join(one.label for one, _ in lines)} if ways else None


def whence(one: Field, data: Mapping[str, Any]) -> str:
    """Of a number that may be measured, whether it was: 按轨迹量 or 手填."""
    if not one.source or data.get(one.id) is None:
        return ""
    return "手填" if measured(one, data.get(one.source)) is None else "按轨迹量"


def _beside(found: Walked) -> list[Way]:
    ways = [Way(kept_polyline(found.track).places, "trail", "这次的轨迹")]
    ways += [Way(kept_polyline(found.course).places, "course", f"{found.title}的线")] if found.course else []
    return ways + [Way(places, "left", "没有走到的") for places in (found.walk.left if found.walk else ())]
