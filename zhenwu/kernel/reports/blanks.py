"""Find the blanks of a text.

Our own templates write ``⟦key⟧``. Foreign ones leave runs of one sign (x, X, ×, _, ○, □, * …); a document
uses one such alphabet, and the reader chooses it by evidence: how often the sign stands where a number, year
or name must stand. A sign inside a fixed term (三支队伍+X, 5×24, 二〇三五, a footnote mark) is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from zhenwu.kernel.reports.neighbourhood import Reading, read_neighbourhood
from zhenwu.kernel.reports.slots import MAX_SLOTS, Paragraph, Slot, refuse_large

OWN = "⟦⟧"
# alphabet → the signs written for it; earlier ones win a tie
ALPHABETS = {"x": "xｘ", "X": "XＸ", "×": "×✕", "_": "_＿", "○": "○〇◯", "□": "□", "*": "*＊", "…": "…"}
# These signs have an everyday life of their own: only a unit, year or percent beside them is evidence.
_WEAK = frozenset("□*…")

_OWN_BLANK = re.compile(r"⟦([^⟦⟧\t\r\n]{1,80})⟧")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")
_GLUE = frozenset("+＋./@\\:=&#-~")
_NUMERALS = frozenset("一二三四五六七八九")
_STOPS = frozenset(",，。;；、!！)）”")


@dataclass(frozen=True)
class Blank:
    """A blank found in one paragraph, before it has a number."""

    start: int
    end: int
    pattern: str
    reading: Reading
    key: str = ""


def find_slots(paragraphs: Sequence[Paragraph]) -> tuple[str, tuple[Slot, ...]]:
    """The alphabet of a document (empty when it has no blanks) and its slots in reading order."""
    refuse_large(0, sum(paragraph.text.count("⟦") for paragraph in paragraphs))
    if any(_OWN_BLANK.search(paragraph.text) for paragraph in paragraphs):
        alphabet = OWN
        found = [(paragraph, _own_blanks(paragraph.text)) for paragraph in paragraphs]
    else:
        alphabet, found = _choose(paragraphs)
    slots: list[Slot] = []
    for paragraph, blanks in found:
        for blank in blanks:
            slots.append(_slot(len(slots) + 1, paragraph.index, alphabet, blank))
    refuse_large(sum(len(paragraph.text) for paragraph in paragraphs), len(slots))
    return alphabet, tuple(slots)


def _slot(index: int, paragraph: int, alphabet: str, blank: Blank) -> Slot:
    read = blank.reading
    said = (read.kind, read.unit, read.decimals, read.before, read.after)
    return Slot(index, paragraph, blank.start, blank.end, blank.pattern, alphabet, *said, blank.key)


def count_blanks(text: str, alphabet: str) -> int:
    """How many blanks of a known alphabet one paragraph holds (for parts that are only reported)."""
    if alphabet == OWN:
        return len(_own_blanks(text))
    return len(list(_foreign_blanks(text, alphabet))) if alphabet else 0


def _choose(paragraphs: Sequence[Paragraph]) -> tuple[str, list[tuple[Paragraph, list[Blank]]]]:
    best, weight, chosen = "", 0, []
    for alphabet, signs in ALPHABETS.items():
        found, room = [], MAX_SLOTS + 1
        for paragraph in paragraphs:
            if any(sign in paragraph.text for sign in signs):
                found.append((paragraph, list(islice(_foreign_blanks(paragraph.text, alphabet), room))))
                room -= len(found[-1][1])
        evidence = sum(_evidence(blank, alphabet) for _, blanks in found for blank in blanks)
        if evidence > weight:
            best, weight, chosen = alphabet, evidence, found
    return best, chosen


def _evidence(blank: Blank, alphabet: str) -> int:
    if blank.reading.kind != "name":
        return 3
    if alphabet in _WEAK:
        return 0
    return 2 if blank.reading.unit else int(len(blank.pattern) > 1)


def _own_blanks(text: str) -> list[Blank]:
    """Our own blanks; the words around tell kind and rounding, the front matter tells the rest."""
    return [
        Blank(found.start(), found.end(), found[0], _read_own(text, found), found[1].strip())
        for found in _OWN_BLANK.finditer(text)
    ]


def _read_own(text: str, found: re.Match[str]) -> Reading:
    before, after = text[max(0, found.start() - 16) : found.start()], text[found.end() : found.end() + 16]
    if after[:1] in ("%", "％", "‰"):
        return read_neighbourhood(before, f"xx{after[0]}", after[1:])
    reading = read_neighbourhood(before, "xx", after)
    return Reading("year", "年") if reading.kind == "number" and reading.unit == "年" else reading


@lru_cache(maxsize=len(ALPHABETS))
def _run(alphabet: str) -> re.Pattern[str]:
    sign = f"[{re.escape(ALPHABETS[alphabet])}]"
    return re.compile(f"{sign}+(?:[.．]{sign}+)?[%％‰]?")


def _foreign_blanks(text: str, alphabet: str) -> Iterator[Blank]:
    for found in _run(alphabet).finditer(text):
        start, end = _with_century(text, found.start(), found.end())
        before, after = text[max(0, start - 16) : start], text[end : end + 16]
        reading = read_neighbourhood(before, text[start:end], after)
        if start == found.start() and _is_text(before, found[0], after, reading, alphabet):
            continue
        yield Blank(start, end, text[start:end], reading)


def _with_century(text: str, start: int, end: int) -> tuple[int, int]:
    """“20xx年” is one blank of a year: the printed century belongs to it."""
    if end - start < 4 and text[end : end + 1] == "年":
        first = end - 4
        if (
            first >= 0
            and text[first:start] in ("19", "20", "201", "202", "203")
            and not text[first - 1 : first].isdigit()
        ):
            return first, end
    return start, end


def _is_text(before: str, run: str, after: str, reading: Reading, alphabet: str) -> bool:
    left, right = before[-1:], after[:1]
    single = len(run) == 1
    if _ASCII_WORD.match(left) or left in ("/", "@", "\\") or right.isdigit() or ("a" <= right <= "z"):
        return True
    if left == right == ".":
        return True
    if single and (left in _GLUE or right in ("+", "＋")):
        return True
    if single and "A" <= right <= "Z" and reading.kind != "ordinal":
        return True
    if alphabet == "×":
        return before.rstrip()[-1:].isdigit() and after.lstrip()[:1].isdigit()
    if alphabet == "○":
        return left in _NUMERALS or right in _NUMERALS
    return alphabet in _WEAK and _everyday(left, single, right, reading, alphabet)


def _everyday(left: str, single: bool, right: str, reading: Reading, alphabet: str) -> bool:
    """A tick box, a footnote mark, an ellipsis: ordinary use of a sign beside which nothing is measured."""
    if reading.kind != "name":
        return False
    if alphabet == "…":
        return True
    return single and (not left or not right or right in _STOPS or not reading.unit)
