"""How the plain books count: small functions over pages and matters, which know nothing of the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from demo.books import Books, Case, Page

Count = Callable[[Books, int], Fraction | None]
Wanted = str | bool | None | tuple[str | bool, ...]  # None: not said


def flow(ledger: str, measure: str = "", time: str = "", authority: str = "", **where: Wanted) -> Count:
    """Sum a field (or count) over the pages of a year; by the page's own day it is not known while the year has no page, by another
    before the first page."""

    def count(books: Books, year: int) -> Fraction | None:
        if not _opened(books, ledger, year, since=bool(time)):
            return None
        pages = (page for page in _held(books, ledger, where) if authority in ("", page.authority))
        return _sum((page for page in pages if _year(page, time) == year), measure)

    return count


def stock(ledger: str, measure: str = "", **where: Wanted) -> Count:
    """Sum a field (or count) over the pages that stand on the last day of a year."""

    def count(books: Books, year: int) -> Fraction:
        return _sum(standing(books, ledger, year, **where), measure)

    return count


def fitting(ledger: str, fits: Callable[[Page], bool], measure: str = "", time: str = "") -> Count:
    """Sum a field (or count) over the pages of a year that fit a condition of their own; not known as with ``flow``."""

    def count(books: Books, year: int) -> Fraction | None:
        if not time and not _opened(books, ledger, year):
            return None
        return _sum((page for page in books.pages[ledger].values() if _year(page, time) == year and fits(page)), measure)

    return count


def left(ledger: str, measure: str = "", **where: Wanted) -> Count:
    """Sum a field (or count) over the pages that ended in a year."""

    def count(books: Books, year: int) -> Fraction:
        ended = (page for page in _held(books, ledger, where) if page.until is not None and page.until.year == year)
        return _sum(ended, measure)

    return count


def distinct(ledger: str, by: str, time: str = "", **where: Wanted) -> Count:
    """How many different values of a field the pages of a year have; not known as with ``flow``."""

    def count(books: Books, year: int) -> Fraction | None:
        if not _opened(books, ledger, year, since=bool(time)):
            return None
        pages = (page for page in _held(books, ledger, where) if _year(page, time) == year)
        return Fraction(len({page.data[by] for page in pages if page.data.get(by)}))

    return count


def cases(day: str, line: str, measure: str = "", among: Wanted = None, **where: Wanted) -> Count:
    """Matters of a line (of the categories ``among``) whose ``reported``, ``accepted`` or ``closed`` day lies in the year; void ones never were,
    and what was merged is counted as what it was merged into."""

    def count(books: Books, year: int) -> Fraction:
        found = (case for case in _of(books, line, among) if not case.voided and not case.merged and case.holds(**where))
        during = [case for case in found if (when := _day(case, day)) is not None and when.year == year]
        return Fraction(sum(getattr(case, measure) for case in during) if measure else len(during))

    return count


def own_cases(day: str, line: str, among: Wanted = None, measure: str = "", **where: Wanted) -> Count:
    """``cases`` of a workflow of the pack's own (``among``: the categories of its matters; None: all of the line): not known while
    nothing of it was reported in the year, or, counted by another day, by its end."""
    return known(cases(day, line, measure, among, **where), line, among, by_report=day == "reported")


def open_cases(line: str) -> Count:
    """Matters of a line that were reported by the last day of a year and not closed by then."""

    def count(books: Books, year: int) -> Fraction:
        last = date(year, 12, 31)
        found = (case for case in books.of_line[line] if not case.voided and not case.merged and case.reported <= last)
        return Fraction(sum(case.closed is None or case.closed > last for case in found))

    return count


def matters(
    line: str, day: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True, measure: str = "", among: Wanted = None
) -> Count:  # fmt: skip
    """Matters of a line (of the categories ``among``) that fit a condition of their own, by a day of their own; ``measure``: a number
    among what was said."""

    def count(books: Books, year: int) -> Fraction:
        during = (case for case in _of(books, line, among) if (when := day(case)) is not None and when.year == year and fits(case))
        return Fraction(sum((Decimal(case.said.get(measure) or 0) if measure else Decimal(1) for case in during), Decimal(0)))

    return count


def known(count: Count, line: str, among: Wanted = None, by_report: bool = False) -> Count:
    """A count of matters of a workflow of the pack's own (``among``: the categories of all its matters): not known before the first was
    reported (``by_report``: in a year in which none was)."""

    def told(books: Books, year: int) -> Fraction | None:
        years = {case.reported.year for case in _of(books, line, among)}
        return count(books, year) if (year in years if by_report else any(one <= year for one in years)) else None

    return told


def of_workflow(
    line: str, among: Wanted, day: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True, measure: str = "",
    by_report: bool = False,
) -> Count:  # fmt: skip
    """``matters`` of a workflow of the pack's own, ``known`` by its matters."""
    return known(matters(line, day, fits, measure, among), line, among, by_report)


def open_of_workflow(line: str, among: Wanted, ended: Callable[[Case], date | None], fits: Callable[[Case], bool] = lambda case: True) -> Count:
    """Matters of a workflow of the pack's own that had not ended by the last day of a year, ``known`` by its matters."""

    def count(books: Books, year: int) -> Fraction:
        last = date(year, 12, 31)
        found = (case for case in _of(books, line, among) if case.reported <= last and not case.voided and fits(case))
        return Fraction(sum((end := ended(case)) is None or end > last for case in found))

    return known(count, line, among)


def standing(books: Books, ledger: str, year: int, **where: Wanted) -> Iterator[Page]:
    """The pages that stand on the last day of a year."""
    last = date(year, 12, 31)
    for page in _held(books, ledger, where):
        if page.day <= last and (page.until is None or page.until > last):
            yield page


def net(plus: Iterable[Count], less: Iterable[Count]) -> Count:
    """Counts added up, less others; not known while one of them is not."""
    signed = [*((count, 1) for count in plus), *((count, -1) for count in less)]

    def told(books: Books, year: int) -> Fraction | None:
        parts = [(count(books, year), sign) for count, sign in signed]
        return None if any(part is None for part, _ in parts) else sum((part * sign for part, sign in parts if part is not None), Fraction(0))

    return told


def total(*counts: Count) -> Count:
    """The sum of several counts."""
    return lambda books, year: sum((count(books, year) or Fraction(0) for count in counts), Fraction(0))


def _of(books: Books, line: str, among: Wanted) -> Iterator[Case]:
    """The matters of a line, of some categories or (None) of all."""
    return (case for case in books.of_line[line] if among is None or case.holds(category=among))


def _opened(books: Books, ledger: str, year: int, since: bool = False) -> bool:
    """Whether anything of the year (``since``: or of one before) was entered: else nobody has looked, and nothing is not nought."""
    return any(page.day.year == year or (since and page.day.year < year) for page in books.pages[ledger].values())


def scaled(count: Count, factor: Fraction) -> Count:
    """A count in another unit: a metric may print 斤 where its ledger keeps 公斤."""

    def told(books: Books, year: int) -> Fraction | None:
        own = count(books, year)
        return None if own is None else own * factor

    return told


def _held(books: Books, ledger: str, where: dict[str, Wanted]) -> Iterable[Page]:
    """The pages of a ledger that say what is wanted; found once where the books are closed and every year is asked about."""
    if books.found is None:
        return _looked_up(books, ledger, where)
    asked = (ledger, *sorted(where.items()))
    if asked not in books.found:
        books.found[asked] = list(_looked_up(books, ledger, where))
    return books.found[asked]


def _looked_up(books: Books, ledger: str, where: dict[str, Wanted]) -> Iterator[Page]:
    wanted = [(name, value if isinstance(value, tuple) else (value,)) for name, value in where.items()]
    for page in books.pages[ledger].values():
        said = page.data
        for name, values in wanted:
            if said.get(name) not in values:
                break
        else:
            yield page


def _year(page: Page, time: str) -> int | None:
    if not time:
        return page.day.year
    return int(page.data[time][:4]) if page.data.get(time) else None


def _day(case: Case, name: str) -> date | None:
    day: date | None = getattr(case, name)
    return day


def _sum(pages: Iterable[Page], measure: str) -> Fraction:
    if not measure:
        return Fraction(sum(1 for _ in pages))
    return Fraction(sum((Decimal(str(page.data.get(measure) or 0)) for page in pages), Decimal(0)))
