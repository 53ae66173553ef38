"""What the processes of ``test_killed`` do in a house of their own. ``python -m tests.rounds.inside f``."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenwu.site.settings")

if __name__ == "__main__":
    import django

    django.setup()

from django.core.management import call_command

from tests.kernel.killing import killed_everywhere
from tests.rounds.town import TALLY, beat, founded, plan, told, trips, turn
from zhenwu.kernel.journal.api import verify_chain
from zhenwu.kernel.ledgers.api import altered
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.rounds.api import follow_rounds
from zhenwu.lib.clock import at


def prepare() -> str:
    """A township, three beats and a plan; trips of some weeks."""
    call_command("migrate", verbosity=0)
    town = founded()
    for code in ("H1", "H2", "H3"):
        beat(town, code)
    plan(town, 1, "week", "2020-03-02")
    turn("2020-03-03")
    trips(town, ["2020-03-04", "2020-03-11", "2020-03-25"])
    return "ready"


def die_everywhere() -> int:
    """The turn that makes up seven weeks, killed before every single statement; how many died."""
    def act(n: int) -> None:
        with at(date(2020, 4, 23)):
            follow_rounds()

    return killed_everywhere(act)


def close() -> int:
    """Take turns at the same time as somebody else."""
    for day in range(9, 28):
        with at(date(2020, 4, day)):
            follow_rounds()
    return len(told())


def examine() -> dict[str, object]:
    """The tallies, how many versions each has, and whether the journal holds."""
    numbers = Counter(Version.objects.filter(ledger=TALLY).values_list("key", flat=True))
    return {"told": told(), "most": max(numbers.values()), "wrong": [*map(str, verify_chain()), *altered()]}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]]()), flush=True)
