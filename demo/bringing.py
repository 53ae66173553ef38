"""What the steps of matters bring into the ledgers by the rules of their packs: told in the evening of the day on which they are entered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from demo.books import Books, Case
from demo.diary import ENTER, Note

Bringing = Callable[[str, Case], Iterator[Note]]


class Brought:
    """For the records of a ledger whose handling goes step by step (``each``: that of every one does): ``rule`` opens the matter, ``brings`` says what it has come to write."""

    def __init__(self, ledger: str, rule: str, brings: Bringing, each: bool = False) -> None:
        self.ledger, self.rule, self.brings, self.each = ledger, rule, brings, each
        self._codes: list[str] = []
        self._seen: dict[str, tuple[object, ...]] = {}

    def morning(self, books: Books, day: date) -> Iterator[Note]:
        return iter(())

    def evening(self, books: Books, written: Sequence[Note]) -> Iterator[Note]:
        self._codes += [note.key for note in written if note.ledger == self.ledger and note.manner == ENTER and (self.each or note.data.get("stepwise"))]
        for code in self._codes:
            case = books.cases.get(f"{self.rule}:{code}:1")
            stands = (case.action, case.taken.get(case.action), case.reopened) if case else ()
            if case is not None and stands != self._seen.get(code):
                self._seen[code] = stands
                yield from (note for note in self.brings(code, case) if _is_news(books, note))


def _is_news(books: Books, note: Note) -> bool:
    page = books.pages[note.ledger].get(note.key)
    return page is None if note.manner == ENTER else page is None or page.would_say_else(note)
