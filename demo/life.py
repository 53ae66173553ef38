"""A life: one business of the township, told by one module of ``demo/lives``, named after its pack."""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from demo.counting import Count
from demo.deeds import Deed
from demo.diary import Note
from demo.world import World

if TYPE_CHECKING:
    from demo.books import Books

_PACKS = Path(__file__).parents[1] / "packs"


class Reckoning(Protocol):
    """What the system itself writes into a ledger, told the plain way: on the morning of a day what closed by then, in its
    evening what was changed by what was written."""

    ledger: str

    def morning(self, books: Books, day: date) -> Iterator[Note]: ...

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]: ...


def _no_notes(world: World) -> Iterator[Note]:
    return iter(())


def _no_deeds(world: World) -> Iterator[Deed]:
    return iter(())


@dataclass(frozen=True)
class Life:
    """``clerk`` is the account whose line this is (``demo.founding``); ``ledgers`` stand in the order of their links.

    ``counted``: metric → how the plain books count it. ``published``: metrics that others publish. ``ratios``: metric →
    (part, whole). ``growth``: metric → of which. ``reaching_back``: metrics that a later change moves in years gone by.
    ``reckoning``: what the system writes by itself, beside the notes. ``at_last``: what is going on on the last day lived.
    """

    pack: str
    clerk: str = ""
    ledgers: tuple[str, ...] = ()
    notes: Callable[[World], Iterator[Note]] = _no_notes
    deeds: Callable[[World], Iterator[Deed]] = _no_deeds
    counted: Mapping[str, Count] = field(default_factory=dict)
    published: tuple[str, ...] = ()
    ratios: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    growth: Mapping[str, str] = field(default_factory=dict)
    reaching_back: tuple[str, ...] = ()
    reckoning: Callable[[World], Reckoning] | None = None
    at_last: Callable[[World, date], Iterator[Note]] | None = None


@cache
def all_lives() -> tuple[Life, ...]:
    """Every life of ``demo/lives``, after those of the packs that its pack reads."""
    from demo import lives

    names = [module.name for module in pkgutil.iter_modules(lives.__path__)]
    found: dict[str, Life] = {name: importlib.import_module(f"demo.lives.{name}").LIFE for name in names}
    order = TopologicalSorter({name: [other for other in _reads(name) if other in found] for name in sorted(found)})
    return tuple(found[name] for name in order.static_order())


def _reads(pack: str) -> list[str]:
    manifest = tomllib.loads((_PACKS / pack / "pack.toml").read_text(encoding="utf-8"))
    return sorted(manifest.get("reads", []))
