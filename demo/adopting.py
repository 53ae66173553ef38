"""The player finds the matters that rules opened, so that people can go on with them."""

from __future__ import annotations

from dataclasses import dataclass

from demo.playing import Player
from demo.watching import Opened
from zhenwu.kernel.ledgers.api import find_record
from zhenwu.kernel.matters.api import citing


@dataclass
class Town(Player):
    """A player whose people take up what the rules open."""

    def take_over(self, opened: list[Opened]) -> None:
        """Know each matter by the record it is about; ``KeyError`` when a rule did not open what the books expect."""
        for one in opened:
            record = find_record(one.watch.ledger, one.key)
            assert record is not None, one
            about = citing(self.actors[one.watch.window], one.watch.line, [record])
            fresh = {step.columns["category"]: step.matter_id for step in about if step.number == 1}
            self._matters[one.name] = (fresh[one.watch.category], 1)
