"""The only door for packs and for those who fill the house: verbs and reads of the shelves, gathered."""

from zhenwu.kernel.definitions.api import Definition, Draft, current, every, install, packs, switch_off
from zhenwu.kernel.ledgers.api import (
    RecordInput,
    Until,
    changed_meanings,
    close_year,
    remove_record,
    save_record,
    save_records,
)
from zhenwu.kernel.matters.api import (
    CLOCKS,
    LEVELS,
    MONTHS,
    OF_THE_STEP,
    RATINGS,
    Limit,
    Workflow,
    check_workflow,
    longest_term,
    read_workflow,
    standard,
    warn_workflow,
)
from zhenwu.kernel.matters.api import COLUMNS as MATTER_COLUMNS
from zhenwu.kernel.matters.api import brought as channels_brought
from zhenwu.kernel.metrics.api import Address, Figures, SeriesInput, catch_up, choose_authority, evidence, import_series
from zhenwu.kernel.orgs.api import SYSTEM, Actor, actor_of, post_kinds, tree
from zhenwu.kernel.rounds.api import follow_rounds
from zhenwu.kernel.rules.api import follow_rules

__all__ = [
    "CLOCKS", "LEVELS", "MATTER_COLUMNS", "MONTHS", "OF_THE_STEP", "RATINGS", "SYSTEM", "Actor", "Address", "Definition", "Draft", "Figures", "Limit", "RecordInput",
    "SeriesInput", "Until", "Workflow", "actor_of", "catch_up", "changed_meanings", "channels_brought", "check_workflow", "choose_authority", "close_year", "current",
    "every", "evidence", "follow_rounds", "follow_rules", "import_series", "install", "longest_term", "packs", "post_kinds", "read_workflow", "remove_record",
    "save_record", "save_records", "standard", "switch_off", "tree", "warn_workflow",
]  # fmt: skip
