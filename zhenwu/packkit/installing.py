"""Installing packs: each definition is copied into the definitions shelf by hash; from then on the folder may go."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from zhenwu.lib.problems import Problems
from zhenwu.packkit.pack import Pack, load_packs
from zhenwu.sdk import Actor, Draft, changed_meanings, install
from zhenwu.sdk import packs as packs_in_force


def install_packs(actor: Actor, shelves: Iterable[Path], op_id: UUID, on: Collection[str] = ()) -> dict[str, Any]:
    """Check all packs of the shelves and install them in one event; nothing is installed when one is wrong.

    A pack that stands by is left out unless it is in force already or named in ``on``.

    Raises ``Problems``, also (``ledger.meaning``) for a change that would alter what stored records mean.
    """
    wanted = {*on, *(one.key for one in packs_in_force())}
    packs = [pack for shelf in shelves for pack in load_packs(shelf) if not pack.standby or pack.id in wanted]
    drafts = [draft for pack in packs for draft in drafts_of(pack)]
    found = changed_meanings(drafts)
    if found:
        raise Problems(found)
    return install(actor, drafts, op_id)


def drafts_of(pack: Pack) -> list[Draft]:
    """A pack's definitions as drafts, its own card first."""
    card = {
        "key": pack.id, "label": pack.label, "version": pack.version, "steward": pack.steward,
        "reads": list(pack.reads), "readme": pack.readme, **({"usual_for": list(pack.usual_for)} if pack.usual_for else {}),
    }  # fmt: skip
    drafts = [Draft("pack", pack.id, pack.id, card)]
    drafts += [Draft(kind, key, pack.id, body) for kind, key, body in pack.definitions()]
    return drafts + [Draft("binding", f"{pack.id}.{name}", pack.id, body) for name, body in pack.bindings.items()]
