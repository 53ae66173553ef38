"""Whose a figure is to see. What counts matters of a confidential line (``CLOSED_LINES`` of the settings) tells that there are such
matters: it is for those alone who reach the matters themselves. What counts that line's ledgers is a figure like others."""

from __future__ import annotations

from zhenwu.kernel.metrics.catalogue import Metric, catalogue
from zhenwu.kernel.orgs.api import Actor, Reach, reach


def reach_of_figure(actor: Actor, metric: Metric) -> Reach:
    """Where the actor may see figures of this metric."""
    return reach(actor, "figures", metric.pack, named=metric.key in catalogue().confidential)
