"""The books: what was written down, kept in plain dictionaries beside the store, and counted the plain way.

This is the truth that the figures are held against. It knows the notes, not the kernel, and shares no code with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from demo.deeds import Choice, Handling, Series
from demo.diary import ENTER, REMOVE, Note

if TYPE_CHECKING:
    from demo.life import Life

RANK = ("forecast", "ledger", "recognised", "statutory")
GRADES = ("self", "reviewed", "recognised")
# What the workflows of the packs call the same thing.
ACCEPTS = frozenset(("take_up", "publish", "start", "order", "visit"))
COMPLETES = frozenset(("complete", "settle", "conclude", "deliver", "self_remove", "help_remove", "carry_out"))
REWORKS = frozenset(("rework", "check_again", "refuse_sign", "fail", "do_again"))
CLOSES = frozenset(("close", "hand_over", "publish_result", "pass", "strike_off", "dismiss"))
OWN_CLOSES = {  # where the same word means another thing elsewhere
    "enforcement": frozenset(("no_penalty", "drop", "publish", "keep", "take_down")), "emergency": frozenset(("sign_final", "dismiss")), "duty": frozenset(("apply",)),
}  # fmt: skip
REOPENS = frozenset(("reopen", "relapse", "rebuilt", "revise"))
RETURNS = frozenset(("send_back", "jump"))
WAITS = frozenset(("suspend", "report_county"))  # the clock stands still, here or with the county
PRESSING = "supervision"  # 督办 of matters: on the line of what they press, and counted apart
GRID_WORKER = "alian"  # answers for a grid; all others who write answer for the whole township


@dataclass
class Page:
    """A record as it stands."""

    data: dict[str, Any]
    day: date
    until: date | None
    authority: str
    place: str = ""

    def number(self, name: str) -> Fraction:
        return Fraction(str(self.data.get(name) or 0))

    def would_say_else(self, note: Note) -> bool:
        """Whether a note changes a field or a day."""
        said = any(self.data.get(name) != value for name, value in note.data.items())
        return said or (note.day or self.day, note.until or self.until) != (self.day, self.until)

    def holds(self, **wanted: str | bool | None | tuple[str | bool, ...]) -> bool:
        """Whether fields have the values wanted, or one of several; None: not said."""
        return all(self.data.get(name) in (value if isinstance(value, tuple) else (value,)) for name, value in wanted.items())


@dataclass
class Case:
    """A matter as it stands: which line it is of, when it was reported, taken in (a 督办: signed) and closed, what came of it,
    when it was put right (``settled``: by who reported it), how often it was sent back, made to wait and opened again."""

    line: str
    category: str
    channel: str
    reported: date
    closed: date | None = None
    ending: str = ""
    returned: int = 0
    reworked: int = 0
    suspended: int = 0
    reopened: int = 0
    voided: bool = False
    declined: bool = False
    accepted: date | None = None
    taken: dict[str, date] = field(default_factory=dict)  # action → the day on which it was last taken
    first: dict[str, date] = field(default_factory=dict)  # … on which it was first taken
    said: dict[str, str] = field(default_factory=dict)  # what its record said when it was opened, and what was given since
    action: str = ""  # the last one taken
    completed: date | None = None
    settled: bool = False
    merged: bool = False
    with_it: list[str] = field(default_factory=list)  # the matters that were merged into it
    steps: list[Handling] = field(default_factory=list)  # from the opening on, where the deed names a workflow of the pack's own

    def holds(self, **wanted: str | bool | None | tuple[str | bool, ...]) -> bool:
        """Whether category, channel or ending are as wanted, or one of several."""
        return all(getattr(self, name) in (value if isinstance(value, tuple) else (value,)) for name, value in wanted.items())


@dataclass
class Books:
    """Pages by ledger and key; cases by matter, and by line in the order in which they were opened; published values by metric, year and
    authority; choices by metric and year."""

    lives: tuple[Life, ...] = ()
    pages: dict[str, dict[str, Page]] = field(default_factory=lambda: defaultdict(dict))
    cases: dict[str, Case] = field(default_factory=dict)
    of_line: dict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))
    published: dict[tuple[str, int], dict[str, Fraction]] = field(default_factory=lambda: defaultdict(dict))
    choices: dict[tuple[str, int], str] = field(default_factory=dict)
    found: dict[tuple[Any, ...], list[Page]] | None = None  # what was looked up while nothing is written any more

    def __post_init__(self) -> None:
        self._counted = {metric: count for life in self.lives for metric, count in life.counted.items()}

    def write(self, note: Note, place: str = "") -> None:
        """Take down a note; ``place`` is where it stands on the day."""
        pages = self.pages[note.ledger]
        if note.manner == REMOVE:
            del pages[note.key]
        elif note.manner == ENTER:
            assert note.day is not None and note.key not in pages, note
            pages[note.key] = Page(dict(note.data), note.day, note.until, note.authority or "self", place)
        else:
            page = pages[note.key]
            before = (dict(page.data), page.day, page.until)
            page.data.update(note.data)
            page.day, page.until = note.day or page.day, note.until or page.until
            if (page.data, page.day, page.until) != before:  # what the county recognised was the row as it stood (decision 0012)
                page.authority = min(page.authority, "self" if note.who == GRID_WORKER else "reviewed", key=GRADES.index)
            page.authority = note.authority or page.authority

    def publish(self, deed: Series) -> str:
        """Take down a published value; returns it as text."""
        value = deed.value
        if not value:
            own = self.own(deed.metric, deed.year)
            assert own is not None, deed
            value = f"{round(own * deed.own_permille / 10) / Decimal(100)}"
        self.published[(deed.metric, deed.year)][deed.authority] = Fraction(value)
        return value

    def handle(self, deed: Handling) -> None:
        """Take down a step of a matter."""
        if deed.place:
            line = PRESSING if deed.workflow == PRESSING else deed.line
            self.open(deed.matter, Case(line, deed.category, deed.channel, deed.day, first={deed.action: deed.day}, said=dict(deed.more)))
        case = self.cases[deed.matter]
        if deed.workflow != "standard":
            case.steps.append(deed)
        if deed.place:
            return
        case.taken[deed.action] = deed.day
        case.first.setdefault(deed.action, deed.day)
        case.said.update(deed.more)
        case.action = deed.action
        case.voided |= deed.action == "void"
        case.declined |= deed.action == "decline"
        if deed.action == ("sign" if deed.line == "plan" else "accept") or (deed.action in ACCEPTS and case.accepted is None):
            case.accepted = deed.day
        case.returned += deed.action in RETURNS
        case.reworked += deed.action in REWORKS
        case.suspended += deed.action in WAITS
        case.reopened += deed.action in REOPENS
        if deed.action in COMPLETES | REWORKS | REOPENS:
            case.completed = deed.day if deed.action in COMPLETES else None
        case.settled |= deed.action == "settle"
        self._joined(case, deed)
        if deed.action in CLOSES or deed.action in OWN_CLOSES.get(deed.line, ()):
            case.closed, case.ending = deed.day, deed.ending
        elif deed.action in REOPENS:
            case.closed, case.ending = None, ""

    def _joined(self, case: Case, deed: Handling) -> None:
        """What is split off is opened on the day; what was merged rests, and comes to its end with what it was merged into."""
        for part in deed.parts:
            self.open(part.matter, Case(case.line, part.category, part.channel, deed.day))
        case.with_it += deed.with_it
        for name in case.with_it:
            self.cases[name].merged = True
            if deed.action == "close":
                self.cases[name].closed = self.cases[name].taken["close"] = deed.day
                self.cases[name].ending, self.cases[name].action = "merged", "close"

    def open(self, matter: str, case: Case) -> None:
        """Take down a matter that was opened."""
        self.cases[matter] = case
        self.of_line[case.line].append(case)

    def choose(self, deed: Choice) -> None:
        """Take down which value is printed."""
        self.choices[(deed.metric, deed.year)] = deed.authority

    def own(self, metric: str, year: int) -> Fraction | None:
        """Our own count of a metric for a year; None where nobody can have counted yet."""
        return self._counted[metric](self, year)

    def value(self, metric: str, year: int) -> Fraction | None:
        """What is printed: the chosen value, else our own count, else the highest authority's."""
        offers = dict(self.published.get((metric, year), {}))
        if metric in self._counted and (own := self.own(metric, year)) is not None:
            offers["ledger"] = own
        chosen = self.choices.get((metric, year))
        if chosen in offers:
            return offers[chosen]
        if "ledger" in offers:
            return offers["ledger"]
        return offers[max(offers, key=RANK.index)] if offers else None

    def truth(self, years: range) -> dict[str, str]:
        """``metric@year`` → exact text of what is printed, for all years; growth rates to four decimals."""
        self.found, found = {}, dict[str, str]()
        published = tuple(metric for life in self.lives for metric in life.published)
        for year in years:
            for metric in (*self._counted, *published):
                if (value := self.value(metric, year)) is not None:
                    found[f"{metric}@{year}"] = str(value)
            found |= {f"{metric}@{year}": text for life in self.lives for metric, text in self._derived(life, year)}
        self.found = None
        return found

    def _derived(self, life: Life, year: int) -> Iterator[tuple[str, str]]:
        for metric, (part, whole) in life.ratios.items():
            over, under = self.value(part, year), self.value(whole, year)
            if over is not None and under:
                yield metric, str(over / under * 100)
        for metric, of in life.growth.items():
            now, then = self.value(of, year), self.value(of, year - 5)
            if now is not None and then:
                ratio = Decimal(now.numerator) / now.denominator * then.denominator / then.numerator
                yield metric, f"{(ratio ** (Decimal(1) / 5) - 1) * 100:.4f}"
