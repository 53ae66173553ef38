"""Numbers of persons in free text: found, taken out, and said what stood there. Pure.

Identity numbers (18 and 15 digits), telephone numbers and bank cards, written in half or full width, with or without hyphens and
spaces. A name cannot be told from other words; one that is known beside the text can be taken out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

IDENTITY, PHONE, CARD = "〔证件号〕", "〔电话〕", "〔卡号〕"
_LONG = re.compile(r"(?<![\dA-Za-z])\d{15,19}[XxＸｘ]?(?![\dA-Za-z])")
_PHONE = re.compile(
    r"(?<!\d)(?:[+＋]?[8８][6６][-－ ]?)?[1１][3-9３-９]\d[-－ ]?\d{4}[-－ ]?\d{4}(?!\d)"
    r"|(?<!\d)[0０]\d{2,3}[-－—– ]?\d{7,8}(?!\d)"
    r"|(?<=电话|手机|座机|来电|拨打|致电)[:：为是 ]{0,2}\d{7,8}(?!\d)"
)
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,20}")
_NO_NAME = frozenset({"匿名", "保密", "市民", "群众", "村民", "先生", "女士", "来电人", "诉求人", "不愿透露"})


@dataclass(frozen=True)
class MaskedText:
    """A text without the numbers, and the telephone numbers that stood in it, in half width without spaces."""

    text: str
    phones: tuple[str, ...] = ()


def mask_numbers(text: str) -> MaskedText:
    """Put words in place of every number that names a person or leads to one."""
    phones: list[str] = []

    def phone(found: re.Match[str]) -> str:
        phones.append(_phone(found[0]))
        return PHONE

    return MaskedText(_PHONE.sub(phone, _LONG.sub(_long, text)), tuple(phones))


def mask_name(text: str, name: str, word: str) -> str:
    """A text with a ``word`` in place of a name; nothing is done for what is no name (匿名、市民)."""
    return text.replace(name, word) if _NAME.fullmatch(name) and name not in _NO_NAME else text


def _long(found: re.Match[str]) -> str:
    number = _plain(found[0]).upper()
    if _is_identity(number):
        return IDENTITY
    return CARD if len(number) >= 16 and number.isdecimal() and number[0] in "3456" and _luhn(number) else found[0]


def _is_identity(number: str) -> bool:
    """Whether it may be one: a place and a day of birth; the check digit is not asked, a mistyped number still names somebody."""
    if len(number) not in (15, 18) or not "1" <= number[0] <= "8" or not number[:17].isdecimal():
        return False
    born = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    try:
        return 1890 <= date(int(born[:4]), int(born[4:6]), int(born[6:])).year <= 2100
    except ValueError:
        return False


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _phone(told: str) -> str:
    plain = re.sub(r"[^\d-]", "", _plain(told))
    mobile = re.fullmatch(r"(?:86)?(1\d{10})", plain.replace("-", ""))
    return mobile[1] if mobile else plain


def _plain(text: str) -> str:
    return re.sub(r"[—–]", "-", unicodedata.normalize("NFKC", text))
