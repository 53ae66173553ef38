"""The rules' door: what the clockwork follows with, and what is said to whoever enters a record. No other shelf imports it."""

from zhenwu.kernel.rules.acting import FOLLOWER, follow_rules, follow_rules_here
from zhenwu.kernel.rules.rule import columns_named
from zhenwu.kernel.rules.warning import Warned, warnings

__all__ = ["FOLLOWER", "Warned", "columns_named", "follow_rules", "follow_rules_here", "warnings"]
