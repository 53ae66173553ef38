"""The metrics' door."""

from zhenwu.kernel.metrics.catalogue import BASE, PRESENCE, Catalogue, Match, Metric, begin_of, catalogue, line_of
from zhenwu.kernel.metrics.counting import FOLLOWER, catch_up, position, touched
from zhenwu.kernel.metrics.dated import DatedNumber, dated_numbers, held_against, numbers_behind
from zhenwu.kernel.metrics.evidence import (
    FEWEST,
    Evidence,
    contributing,
    evidence,
    rows_behind,
    scope_of,
    when_closed,
    withheld,
)
from zhenwu.kernel.metrics.figures import Address, Figure, Figures, Footprint, Offer, in_unit, read_now
from zhenwu.kernel.metrics.rebuilding import Rebuilt, computed, rebuild
from zhenwu.kernel.metrics.rights import reach_of_figure
from zhenwu.kernel.metrics.series import (
    AUTHORITIES,
    RANK,
    SeriesInput,
    altered,
    choose_authority,
    history_of,
    import_series,
    recognised_metrics,
)
from zhenwu.kernel.metrics.store import every_cell
from zhenwu.kernel.metrics.within import SINCE

__all__ = [
    "AUTHORITIES", "BASE", "FEWEST", "FOLLOWER", "PRESENCE", "RANK", "SINCE", "Address", "Catalogue", "DatedNumber", "Evidence", "Figure", "Figures",
    "Footprint", "Match", "Metric", "Offer", "Rebuilt", "SeriesInput", "altered", "begin_of", "catalogue", "catch_up",
    "choose_authority", "computed", "contributing", "dated_numbers", "every_cell", "evidence", "held_against", "history_of", "import_series", "in_unit", "line_of",
    "numbers_behind", "position", "reach_of_figure", "read_now", "rebuild", "recognised_metrics", "rows_behind", "scope_of", "touched", "when_closed", "withheld",
]  # fmt: skip
