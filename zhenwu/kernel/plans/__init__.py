"""Shelf `plans`: tasks of the plan — a metric, a target, an owner, a date — and the light each shows."""
