"""A frozen value with some of its fields changed."""

from __future__ import annotations

from typing import Any, TypeVar

Value = TypeVar("Value")


def changed(value: Value, **fields: Any) -> Value:
    """``dataclasses.replace`` for a dataclass without slots and without ``__post_init__``: of one with twenty fields, in the way of every
    step, that takes ten times as long. The names are not checked; a type checker does not see them either, so it is for hot ways only."""
    made = object.__new__(type(value))
    made.__dict__.update(value.__dict__, **fields)
    return made
