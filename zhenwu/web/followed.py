"""What is entered next where a record says so: a link to the form of another ledger with what the record says already filled in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.ledgers.api import Filler, fact_of, form_of
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.clock import today
from zhenwu.lib.expressions import evaluate, from_json


def next_entries(who: Actor, version: Any) -> list[tuple[str, str]]:
    """(words, address of the form) of what this person may enter next because of a record; nothing for one that was taken back."""
    own = find("ledger", version.ledger)
    if own is None or version.removed:
        return []
    row, now, found = fact_of(version).row, tree(), []
    for one in own.body.get("follow", ()):
        other = find("ledger", one["ledger"])
        holds = one["when"] is None or bool(evaluate(from_json(one["when"]))(row))
        if other is None or not holds or not Filler(who, form_of(other), now).covers(version.unit_id):
            continue
        told = {f"f_{field}": str(version.data[name]) for field, name in one["given"].items() if version.data.get(name) is not None}
        day = today() if one["ledger"] == version.ledger else version.starts_on  # more of the same is news of today
        address = urlencode({"unit": version.unit_id, "day": day, **told})
        found.append((one["label"], f"{reverse('new_record', args=[one['ledger']])}?{address}"))
    return found
