"""What all lives share: the years, a seed, and the registers that are kept once and used by all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random

from demo.diary import stream
from demo.population import Population, populate
from demo.premises import Register, register


@dataclass(frozen=True)
class World:
    """``year`` is the last complete year; lives begin five years before it and go on through the year after."""

    year: int
    seed: int

    @property
    def years(self) -> range:
        """Every year that is lived: year − 5 … year + 1."""
        return range(self.year - 5, self.year + 2)

    @property
    def first_day(self) -> date:
        """The day on which registers of old are entered."""
        return date(self.year - 5, 1, 4)

    def rng(self, *names: object) -> Random:
        """A stream of chance of its own for each purpose: none shifts another."""
        return stream(self.seed, *names)

    @cached_property
    def population(self) -> Population:
        """The people and households of the township, each with a code to link to."""
        return populate(self.year, self.seed)

    @cached_property
    def register(self) -> Register:
        """The businesses and facilities of the township, each with a code to link to."""
        return register(self.year, self.seed)
