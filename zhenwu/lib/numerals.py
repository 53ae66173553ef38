"""Numbers as they are read aloud: 20744 is 二万零七百四十四, 2020 of a year 二〇二〇, 12.5% 百分之十二点五."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_YEAR = "〇一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_LONGEST = 4 * len(_GROUPS)
_NUMBER = re.compile(r"(-?)([0-9]+)(?:[.．]([0-9]+))?([%％‰]?)")


def spoken(text: str) -> str:
    """The words for a printed number; "" for what is no number or has more digits than a person would read as one."""
    found = _NUMBER.fullmatch(text)
    if not found or len(found[2]) > _LONGEST:
        return ""
    minus, whole, fraction, sign = found.groups()
    words = ("负" if minus else "") + _whole(whole) + ("点" + _each(fraction, _DIGITS) if fraction else "")
    part = {"%": "百分之", "％": "百分之", "‰": "千分之"}.get(sign, "")
    return part + words


def spoken_year(text: str) -> str:
    """The words for a year or another run of digits read one by one; "" for what is none."""
    return _each(text, _YEAR) if text.isascii() and text.isdigit() else ""


def below_hundred(words: str) -> int:
    """The number that words for 0 to 99 say: 两 is 2, 十二 is 12, 三十 is 30. Raises ``ValueError`` for others."""
    tens, ten, ones = words.replace("两", "二").partition("十")
    if not ten:
        return _DIGITS.index(tens or "?")
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)


def _each(digits: str, words: str) -> str:
    return "".join(words[int(digit)] for digit in digits)


def _whole(digits: str) -> str:
    """Groups of four digits; a zero is said once between digits that are not, and never at the end."""
    digits = digits.lstrip("0")
    if not digits:
        return _DIGITS[0]
    groups = [digits[max(0, end - 4) : end] for end in range(len(digits), 0, -4)]
    words = ""
    for place in reversed(range(len(groups))):
        value = int(groups[place])
        if value == 0:
            continue
        gap = words and (value < 1000 or _zero_before(groups, place))
        words += (_DIGITS[0] if gap else "") + _group(groups[place].lstrip("0")) + _GROUPS[place]
    return words.removeprefix("一") if words.startswith("一十") else words


def _zero_before(groups: list[str], place: int) -> bool:
    """Whether the group to the left is all zeros, which is then said as one zero."""
    return place + 1 < len(groups) and int(groups[place + 1]) == 0


def _group(digits: str) -> str:
    words, zero = "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            zero = bool(words)
            continue
        words += (_DIGITS[0] if zero else "") + _DIGITS[int(digit)] + _PLACES[place]
        zero = False
    return words


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_CAPITAL_PLACES = ("", "拾", "佰", "仟")
MOST_CENTS = 10**14 - 1


def capitals(cents: int) -> str:
    """An amount in 分 as it is written on papers that bind (大写金额): 105020 is 壹仟零伍拾元贰角整.

    《支付结算办法》 annex 1: zeros within are said once, 整 ends what has no 分, a 零 parts 元 from 分. "" beyond 9,999 亿.
    """
    if abs(cents) > MOST_CENTS:
        return ""
    yuan, rest = divmod(abs(cents), 100)
    jiao, fen = divmod(rest, 10)
    whole = _capital_whole(str(yuan)) + "元" if yuan else ""
    tail = (f"{_CAPITALS[jiao]}角" if jiao else "零" if yuan and fen else "") + (f"{_CAPITALS[fen]}分" if fen else "整")
    return ("负" if cents < 0 else "") + (whole or ("" if rest else "零元")) + tail


def _capital_whole(digits: str) -> str:
    """Groups of four digits; a run of zeros within is one 零, at the end of the number none."""
    words, owed, length = "", False, len(digits)
    for index, digit in enumerate(digits):
        place = length - 1 - index
        if digit == "0":
            owed = bool(words)
        else:
            words += ("零" if owed else "") + _CAPITALS[int(digit)] + _CAPITAL_PLACES[place % 4]
            owed = False
        if place and place % 4 == 0 and digits[max(0, index - 3) : index + 1].strip("0"):
            words += _GROUPS[place // 4]
    return words
