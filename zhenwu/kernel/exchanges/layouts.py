"""Which column of a sender's table means what: guessed by its heading once, then remembered in a ledger that the office edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from zhenwu.kernel.exchanges.exchange import KEEP, MANY, PERSONAL, Exchange
from zhenwu.kernel.ledgers.api import PREFIX, RecordInput, save_records, versions_in
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import plain_words
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Place, Problem

DEFAULT = "默认"
_LONGEST = 100


@dataclass(frozen=True)
class Layout:
    """A sender's columns in their order: (position from 1, heading, meaning). ``guessed`` are the headings that were not known before."""

    name: str
    columns: tuple[tuple[int, str, str], ...]
    guessed: tuple[str, ...] = field(default=())

    def at(self, meaning: str) -> int | None:
        """The position of the column that means this."""
        return next((place for place, _, found in self.columns if found == meaning), None)

    def heading(self, meaning: str) -> str:
        return next((heading for _, heading, found in self.columns if found == meaning), "")


def known_columns(exchange: Exchange, name: str) -> dict[str, tuple[str, int]]:
    """heading → (meaning, position) as a layout is remembered."""
    rows = versions_in(Scope(PREFIX + exchange.layouts)).filter(data__layout=name).values_list("data", flat=True)
    return {data["heading"]: (data["meaning"], data.get("place") or 0) for data in rows}


def layout_of(exchange: Exchange, name: str, headings: Iterable[tuple[int, str]], known: Mapping[str, tuple[str, int]], place: Place) -> Layout:
    """The layout of a row of headings (position, text); raises ``Problem`` where two columns are said to be the same thing."""
    columns, guessed, persons = [], [], exchange.of_kind("person", "phone")
    taken = {known[one][0] for _, one in headings if one in known}
    for at, heading in headings:
        if heading in known:
            columns.append((at, heading, known[heading][0]))
            continue
        meaning = exchange.guess(heading)
        if meaning in taken and meaning not in MANY:
            meaning = PERSONAL if meaning in persons else KEEP
        taken.add(meaning)
        guessed.append(heading)
        columns.append((at, heading, meaning))
    twice = [meaning for meaning, times in Counter(meaning for *_, meaning in columns).items() if times > 1 and meaning not in MANY]
    if twice:
        words = "、".join(heading for _, heading, meaning in columns if meaning in twice)
        raise Problem("exchange.layout_twice", f"有几栏对应了同一项：{words}", f"在“{exchange.layouts_label}”里改“{name}”这一套，一项只留一栏。", place)
    return Layout(name, tuple(columns), tuple(guessed))


def headings_of(cells: Sequence[object]) -> list[tuple[int, str]]:
    """(position from 1, heading in one spelling) of the cells of a row that hold something; the second of a name is 名称(2)."""
    found = [(at, words[:_LONGEST]) for at, cell in enumerate(cells, 1) if cell is not None and (words := plain_words(str(cell)))]
    times: Counter[str] = Counter()
    named = []
    for at, words in found:
        times[words] += 1
        named.append((at, words if times[words] == 1 else f"{words}({times[words]})"))
    return named


def remember(actor: Actor, exchange: Exchange, layout: Layout, unit: UUID) -> int:
    """Keep what was guessed, so that the office can put it right; returns how many columns were new."""
    fresh = [one for one in layout.columns if one[1] in layout.guessed]
    rows = [
        RecordInput({"layout": layout.name, "heading": heading, "meaning": meaning, "place": at}, unit, today())
        for at, heading, meaning in fresh
    ]
    if rows:
        save_records(actor, exchange.layouts, rows, new_id(), "栏目对照")
    return len(rows)
