"""The books: what was written down, kept in plain dictionaries beside the store, and counted the plain way.

This is the truth that the figures are held against. It knows the notes, not the kernel, and shares no code with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from demo.deeds import Choice, Series
from demo.diary import ENTER, REMOVE, Note
from demo.incidents import Handling

RANK = ("forecast", "ledger", "recognised", "statutory")


@dataclass
class Page:
    """A record as it stands."""

    data: dict[str, Any]
    day: date
    until: date | None
    authority: str

    def number(self, name: str) -> Fraction:
        return Fraction(str(self.data.get(name) or 0))

    def holds(self, **wanted: str | tuple[str, ...]) -> bool:
        """Whether fields have the values wanted, or one of several."""
        return all(self.data.get(name) in (value if isinstance(value, tuple) else (value,)) for name, value in wanted.items())


@dataclass
class Books:
    """Pages by ledger and key; published values by metric, year and authority; choices by metric and year."""

    pages: dict[str, dict[str, Page]] = field(default_factory=lambda: defaultdict(dict))
    published: dict[tuple[str, int], dict[str, Fraction]] = field(default_factory=lambda: defaultdict(dict))
    choices: dict[tuple[str, int], str] = field(default_factory=dict)
    reported: dict[str, date] = field(default_factory=dict)
    closed: dict[str, date] = field(default_factory=dict)

    def write(self, note: Note) -> None:
        """Take down a note."""
        pages = self.pages[note.ledger]
        if note.manner == REMOVE:
            del pages[note.key]
        elif note.manner == ENTER:
            assert note.day is not None and note.key not in pages
            pages[note.key] = Page(dict(note.data), note.day, note.until, note.authority or "self")
        else:
            page = pages[note.key]
            page.data.update(note.data)
            page.day, page.until = note.day or page.day, note.until or page.until
            page.authority = note.authority or page.authority

    def publish(self, deed: Series) -> str:
        """Take down a published value; returns it as text."""
        value = deed.value or f"{round(self.own(deed.metric, deed.year) * deed.own_permille / 10) / Decimal(100)}"
        self.published[(deed.metric, deed.year)][deed.authority] = Fraction(value)
        return value

    def handle(self, deed: Handling) -> None:
        """Take down a step of a matter: the days of its report and of its closing; a void one never was."""
        if deed.action == "report":
            self.reported[deed.matter] = deed.day
        elif deed.action == "void":
            del self.reported[deed.matter]
        elif deed.action == "close":
            self.closed[deed.matter] = deed.day

    def choose(self, deed: Choice) -> None:
        """Take down which value is printed."""
        self.choices[(deed.metric, deed.year)] = deed.authority

    def own(self, metric: str, year: int) -> Fraction:
        """Our own count of a metric for a year."""
        return _COUNTED[metric](self, year)

    def value(self, metric: str, year: int) -> Fraction | None:
        """What is printed: the chosen value, else our own count, else the highest authority's."""
        offers = dict(self.published.get((metric, year), {}))
        if metric in _COUNTED:
            offers["ledger"] = self.own(metric, year)
        chosen = self.choices.get((metric, year))
        if chosen in offers:
            return offers[chosen]
        if metric in _COUNTED:
            return offers["ledger"]
        return offers[max(offers, key=RANK.index)] if offers else None

    def truth(self, years: range) -> dict[str, str]:
        """``metric@year`` → exact text of what is printed, for all years; growth rates to four decimals."""
        found: dict[str, str] = {}
        for year in years:
            for metric in (*_COUNTED, *_PUBLISHED):
                if (value := self.value(metric, year)) is not None:
                    found[f"{metric}@{year}"] = str(value)
            found |= {f"{metric}@{year}": text for metric, text in self._derived(year)}
        return found

    def _derived(self, year: int) -> Iterator[tuple[str, str]]:
        for metric, part, whole in _RATIOS:
            over, under = self.value(metric=part, year=year), self.value(whole, year)
            if over is not None and under:
                yield metric, str(over / under * 100)
        for metric, of in _GROWTH:
            now, then = self.value(of, year), self.value(of, year - 5)
            if now is not None and then:
                ratio = Decimal(now.numerator) / now.denominator * then.denominator / then.numerator
                yield metric, f"{(ratio ** (Decimal(1) / 5) - 1) * 100:.4f}"


Count = Callable[[Books, int], Fraction]


def _flow(ledger: str, measure: str = "", time: str = "", authority: str = "", **where: str | tuple[str, ...]) -> Count:
    """Sum a field (or count) over the pages of a year."""

    def count(books: Books, year: int) -> Fraction:
        pages = (page for page in books.pages[ledger].values() if page.holds(**where) and authority in ("", page.authority))
        during = (page for page in pages if (page.data[time][:4] if time else str(page.day.year)) == str(year))
        return sum((page.number(measure) if measure else Fraction(1) for page in during), Fraction(0))

    return count


def _stock(ledger: str, measure: str = "", **where: str | tuple[str, ...]) -> Count:
    """Sum a field (or count) over the pages that stand on the last day of a year."""

    def count(books: Books, year: int) -> Fraction:
        last = date(year, 12, 31)
        pages = (page for page in books.pages[ledger].values() if page.holds(**where))
        there = (page for page in pages if page.day <= last and (page.until is None or page.until > last))
        return sum((page.number(measure) if measure else Fraction(1) for page in there), Fraction(0))

    return count


def _helped(books: Books, year: int) -> Fraction:
    return Fraction(len({page.data["household"] for page in books.pages["household.gift"].values() if page.day.year == year}))


def _completed(category: str) -> Count:
    if not category:
        return _flow("project.project", time="completed_on", state="completed")
    return _flow("project.project", time="completed_on", state="completed", category=category)


def _honour(title: str, level: str) -> Count:
    return _flow("honour.honour", title=title, level=level, state="awarded")


_STRUCTURE, _GIFT, _GAIN, _PAYMENT = "demolition.structure", "household.gift", "household.income_gain", "project.payment"
def _matters(days: str) -> Count:
    """Matters whose day of that name lies in the year."""
    return lambda books, year: Fraction(sum(day.year == year for day in getattr(books, days).values()))


_COUNTED: dict[str, Count] = {
    "grid.reported": _matters("reported"),
    "grid.appeals_closed": _matters("closed"),
    "demolition.area": _flow(_STRUCTURE, "area", state="removed"),
    "demolition.area_self": _flow(_STRUCTURE, "area", authority="self", state="removed"),
    "demolition.area_recognised": _flow(_STRUCTURE, "area", authority="recognised", state="removed"),
    "demolition.removed": _flow(_STRUCTURE, state="removed"),
    "household.startup_reward": _flow(_GIFT, "amount", kind="startup_reward"),
    "household.industry_subsidy": _flow(_GIFT, "amount", kind="industry_subsidy"),
    "household.tea_seedlings": _flow(_GIFT, "seedlings", kind="tea_seedlings"),
    "household.young_stock": _flow(_GIFT, "animals", kind=("chicks", "rabbits")),
    "household.households_helped": _helped,
    "household.income_gain": _flow(_GAIN, "amount", evidence=("receipt", "visited")),
    "household.income_gain_claimed": _flow(_GAIN, "amount", evidence="claimed"),
    "household.households": _stock("household.household"),
    "household.minimum_households": _stock("household.household", category="minimum"),
    "household.people": _stock("household.household", "people"),
    "project.town_investment": _flow(_PAYMENT, "done"),
    "project.beautiful_town_investment": _flow(_PAYMENT, "done", category="beautiful_town"),
    "project.planned_investment": _flow(_PAYMENT, "planned"),
    "project.paid_investment": _flow(_PAYMENT, "paid"),
    "project.beautiful_town_completed": _completed("beautiful_town"),
    "project.small_town_completed": _completed("small_town"),
    "project.parking_completed": _completed("parking"),
    "project.completed": _completed(""),
    "project.building": _stock("project.project", state="building"),
    "honour.garden_villages": _honour("garden_village", "city"),
    "honour.waste_villages_province": _honour("waste_village", "province"),
    "honour.waste_villages_city": _honour("waste_village", "city"),
    "honour.civilised_villages_nation": _honour("civilised_village", "nation"),
    "honour.law_villages_province": _honour("law_village", "province"),
    "honour.law_villages_city": _honour("law_village", "city"),
    "honour.honours": _flow("honour.honour", state="awarded"),
    "profile.facts": _stock("profile.fact"),
}
_PUBLISHED = (
    "demolition.quota", "income.farmer_income", "income.low_income_income", "income.farmer_growth_target",
    "income.forest_cover", "income.forest_target",
)  # fmt: skip
_RATIOS = (
    ("demolition.completion", "demolition.area", "demolition.quota"),
    ("project.investment_completion", "project.town_investment", "project.planned_investment"),
)
_GROWTH = (("income.farmer_growth", "income.farmer_income"), ("income.low_income_growth", "income.low_income_income"))
