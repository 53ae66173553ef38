"""Codes printed on papers: the citizen identity number (GB 11643) and the unified social credit code (GB 32100-2015)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from zhenwu.lib.problems import Problem

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Identity:
    """What an identity number says of its holder."""

    number: str
    born_on: date
    sex: str  # male | female


def read_identity(text: str) -> Identity:
    """Check an 18-digit identity number: digits, birth date, check digit. Raises ``Problem('identity.…')``."""
    number = text.strip().upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Problem("identity.form", "身份证号应为18位数字，末位可为X", "请对照证件重新录入。")
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise Problem("identity.birth", "身份证号中的出生日期不存在", "请对照证件重新录入。") from error
    if number[17] != identity_check(number[:17]):
        raise Problem("identity.check", "身份证号的校验位不对", "多半是录错了一位，请对照证件重新录入。")
    return Identity(number, born_on, "male" if int(number[16]) % 2 else "female")


def identity_check(first17: str) -> str:
    """The check digit for the first 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def credit_code_holds(text: str) -> bool:
    """Whether a unified social credit code's check character holds (some genuine codes fail: warn, do not block)."""
    code = text.strip().upper()
    if len(code) != 18 or any(sign not in _CREDIT_ALPHABET for sign in code):
        return False
    total = sum(_CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31] == code[17]
