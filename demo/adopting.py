"""The player finds the matters that rules opened, so that people can go on with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from demo.playing import Player
from demo.watching import Opened
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.matters.api import current, facts
from zhenwu.lib.facts import Scope

_RECORD = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Town(Player):
    """A player whose people take up what the rules open."""

    def take_over(self, opened: list[Opened]) -> None:
        """Know each matter by the record it is about; ``KeyError`` when a rule did not open what the books expect."""
        lines = {one.watch.line for one in opened}
        found: dict[tuple[str, UUID], UUID] = {}
        for fact in facts(Scope("workflow:standard", first_day=self._day, last_day=self._day)):
            if fact.row["channel"] == "ledger" and fact.row["line"] in lines and fact.number == 1:
                window = next(one.watch.window for one in opened if one.watch.line == fact.row["line"])
                about = _RECORD.search(current(self.actors[window], fact.id).matter.text)
                if about:
                    found[fact.row["category"], UUID(about[0])] = fact.id
        for one in opened:
            record = find_record(one.watch.ledger, one.key)
            assert record is not None, one
            self._matters[one.name] = (found[one.watch.category, record], 1)
