"""What the drafting room's pages share: the draft asked for, paragraphs as they read, and what a person may not see left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from zhenwu.kernel.metrics.api import FEWEST, Address, Catalogue, Figures, catalogue, withheld
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import Draft, Filled, Holding, Said, Told, read_words
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import NotFound
from zhenwu.web import doors
from zhenwu.web.document import Line, cloaked, draft_of, known_year, report_lines
from zhenwu.web.records import author_name, authors_of

Version = Any  # a paragraph's row; its model is nobody else's business


@dataclass(frozen=True)
class Shown:
    """A paragraph on the screen. ``up``, ``down``: behind which paragraph it stands once it is moved by one ("" : before all); None where it cannot."""

    id: UUID
    number: int
    line: Line
    owner: str
    mine: bool
    holding: Holding | None
    open_opinions: int
    up: str | None = None
    down: str | None = None


def draft_for(request: HttpRequest, year: int) -> tuple[Actor, Draft]:
    """Who asks and the draft of their township's report; raises ``Refused`` for those who may not read it."""
    who = doors.actor(request)
    unit = doors.require_report(who)
    return who, draft_of(known_year(year), unit)


def read_rows(who: Actor, draft: Draft, rows: Sequence[Version]) -> tuple[Filled, list[Line]]:
    """Paragraphs filled from today's figures as this person may see them, and a line for each."""
    figures = Figures()
    filled = cloaked(read_words(draft, [row.text for row in rows], figures), who, figures)
    return filled, report_lines(filled, figures, who)


def prints_of(filled: Filled) -> dict[str, str]:
    """What each blank prints, by key."""
    return {answer.slot.key: answer.printed for answer in filled.answers if answer.printed is not None}


def veiled(told: Told, who: Actor) -> Told:
    """An edition without the counts of few persons that this person may not see."""
    figures = Figures(told.position)

    def is_hidden(one: Said) -> bool:
        if one.address is None or one.value is None or not 0 < Fraction(one.value) < FEWEST:
            return False
        metric, period, unit = one.address
        try:
            return withheld(figures.figure(Address(metric, Period.parse(period), UUID(unit))), who, figures)
        except NotFound:
            return True

    return told.veiled(is_hidden)


def linker(who: Actor, position: int) -> Callable[[Said | None], str]:
    """A figure's page as of a position, "" where it is not this person's to see."""
    known: Catalogue = catalogue(position)

    def link(one: Said | None) -> str:
        if one is None or one.address is None or one.value is None or one.address[0] not in known.metrics:
            return ""
        metric, period, unit = one.address
        if not doors.may_open(who, known.metric(metric), UUID(unit)):
            return ""
        return reverse("figure", args=[f"{metric}@{period}/{unit}"]) + f"?at={position}"

    return link


def names(principals: Sequence[str]) -> Callable[[str], str]:
    """A function that says who a principal is."""
    known = authors_of(one for one in principals if one)
    return lambda principal: author_name(principal, known) if principal else ""
