"""The form of a visit that may be followed on a phone: which of its fields the script fills, and the things to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhenwu.kernel.definitions.api import Definition
from zhenwu.kernel.ledgers.api import Form, form_of
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rounds.api import walkable
from zhenwu.web.entry import Control

MOST = 300  # things in a list; of more the code is typed


@dataclass(frozen=True)
class Walking:
    """Names of inputs ("" for none); ``same``: thing → what the form says like it, by input."""

    track: str
    minutes: str
    metres: str
    clock: str
    link: str
    name: str
    same: dict[str, dict[str, Any]]
    options: tuple[tuple[str, str], ...]


def walking(who: Actor, definition: Definition) -> Walking | None:
    """How a visit in this ledger is followed; None where it cannot be."""
    found, form = walkable(who, definition.key), form_of(definition)
    if found is None:
        return None
    same = {key: {f"f_{name}": value for name, value in alike.items()} | {"unit": str(unit)} for key, _, unit, alike in found.things}
    options = tuple((key, title if title == key else f"{title}（{key}）") for key, title, _, _ in found.things)
    few = len(found.things) <= MOST
    own = next((name for name in form.key_fields if name != found.link and form.field(name).type == "text"), "")
    return Walking(
        _input(found.track), _measured(form, found.track, "minutes"), _measured(form, found.track, "metres"), _input(found.clock), _input(found.link), _input(own),
        same if few else {}, options if few else (),
    )  # fmt: skip


def chosen(walk: Walking | None, controls: Sequence[Control]) -> list[Control]:
    """The controls, with the thing to be chosen from a list."""
    if walk is None or not walk.options:
        return list(controls)
    return [replace(one, kind="choice", options=walk.options, hint="") if one.name == walk.link else one for one in controls]


def _measured(form: Form, track: str, measure: str) -> str:
    return next((_input(one.id) for one in form.measured if (one.source, one.measure) == (track, measure)), "")


def _input(field: str) -> str:
    return f"f_{field}" if field else ""
