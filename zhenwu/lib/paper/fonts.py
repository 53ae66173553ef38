"""Which fonts a PDF is set in: those of the system, and those in folders that the township names.

No font comes with the program. Each face takes the families of its role in order (``faces``), letter by letter; where
none of the prescribed ones is here, that is said (``stand_ins``), and without any Chinese family nothing is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import typst

from zhenwu.lib.paper.faces import FAMILIES
from zhenwu.lib.problems import Problem


@dataclass(frozen=True)
class Fonts:
    """``by_face``: the families of each face that are here, best first."""

    by_face: dict[str, list[str]]
    found: typst.Fonts = field(repr=False, compare=False)

    @property
    def stand_ins(self) -> dict[str, str]:
        """The faces whose prescribed family is missing → the family that stands in, in words for a person."""
        return {
            family.label: self.by_face[face][0]
            for face, family in FAMILIES.items()
            if self.by_face[face][0] not in family.files[: family.proper]
        }


@cache
def find_fonts(folders: tuple[Path, ...] = (), system: bool = True) -> Fonts:
    """The fonts of this machine; raises ``Problem('paper.no_font')`` when none of them is Chinese."""
    found = typst.Fonts(
        include_system_fonts=system, include_embedded_fonts=False, font_paths=[str(one) for one in folders]
    )
    here = set(found.families())
    any_chinese = [name for family in FAMILIES.values() for name in family.files if name in here]
    if not any_chinese:
        raise Problem(
            "paper.no_font", "这台电脑上没有能印公文的中文字体，出不了 PDF",
            "装上仿宋、楷体、黑体、宋体（Windows 自带；其他系统可装 Noto Serif CJK），或把字体文件放进 ZHENWU_FONTS 指的文件夹。",
        )  # fmt: skip
    return Fonts({face: _here(family.files, here) or any_chinese[:1] for face, family in FAMILIES.items()}, found)


def _here(names: Sequence[str], here: set[str]) -> list[str]:
    return [name for name in names if name in here]
