"""The rules' door: what the clockwork follows with. No other shelf imports it."""

from zhenwu.kernel.rules.acting import FOLLOWER, follow_rules
from zhenwu.kernel.rules.rule import columns_named

__all__ = ["FOLLOWER", "columns_named", "follow_rules"]
