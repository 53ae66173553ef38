"""The measures of a page: GB/T 9704-2012, 5.2 and 7.3.3, and larger ones for reading aloud.

A4; 天头 37 mm, 订口 28 mm (the inner edge: pages are printed on both sides), core 156 × 225 mm; 22 lines of 28 characters of 3号. 3号 is 15.75 pt, and 28 of them are 155.6 mm;
a .docx holds half points only, so it takes 16 pt with each character drawn 0.25 pt closer (16 pt × 28 would be 158 mm).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

TWIPS_PER_MM = Fraction(1440, 254) * 10
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
_AIR = 15  # twips


@dataclass(frozen=True)
class Layout:
    """Margins in mm, sizes in half points for .docx and in points for PDF, lines × characters of the core."""

    name: str
    top: int
    bottom: int
    inside: int
    outside: int
    lines: int
    characters: int
    half_points: int
    points: str
    title_half_points: int
    ragged: bool = False  # lines end where their words end

    @property
    def width(self) -> int:
        """Of the core, mm."""
        return PAGE_WIDTH - self.inside - self.outside

    @property
    def height(self) -> int:
        return PAGE_HEIGHT - self.top - self.bottom

    @property
    def pitch(self) -> int:
        """From line to line in twips: as many lines as promised, and never one more.

        A little air is left, for LibreOffice rounds on its way to 1/100 mm and then counts one line less.
        """
        return (twips(self.height) - _AIR) // self.lines

    @property
    def title_room(self) -> int:
        """How many characters of a title fit a line."""
        return self.characters * self.half_points // self.title_half_points

    @property
    def closer(self) -> int:
        """What is taken from each character in twips, so that so many fit a line; 0 where they fit anyway."""
        return max(0, self.half_points * 10 - int(twips(self.width) / self.characters))


def twips(mm: int) -> int:
    return round(mm * TWIPS_PER_MM)


OFFICIAL = Layout("official", 37, 35, 28, 26, 22, 28, 32, "15.75", 44)
READING = Layout("reading", 30, 27, 25, 25, 15, 20, 44, "22", 52, ragged=True)
LISTING = Layout("listing", 25, 22, 22, 20, 34, 34, 24, "12", 36)
