"""Numbers of persons in free text do not get past the masker, however they are written; everything else does."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenwu.lib.codes import identity_check
from zhenwu.lib.masking import CARD, IDENTITY, PHONE, mask_name, mask_numbers

WIDE = str.maketrans("0123456789X-", "０１２３４５６７８９Ｘ－")
phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
words = st.text(alphabet="村口路灯不亮，。请联系电话：（）abc \n", max_size=12)


@st.composite
def identities(draw: st.DrawFn) -> str:
    first = f"33{draw(st.integers(1000, 9999))}{draw(st.dates(min_value=date(1930, 1, 1), max_value=date(2030, 1, 1))):%Y%m%d}{draw(st.integers(100, 999))}"[:17]
    return first + identity_check(first)


@pytest.mark.parametrize(
    ("text", "masked", "found"),
    [
        ("请打13857812345找我", f"请打{PHONE}找我", ("13857812345",)), ("138-5781-2345", PHONE, ("13857812345",)), ("138 5781 2345。", f"{PHONE}。", ("13857812345",)),
        ("+86 13857812345", PHONE, ("13857812345",)), ("座机0578-1234567", f"座机{PHONE}", ("0578-1234567",)), ("电话：2345678", f"电话{PHONE}", ("2345678",)),
        ("１３８５７８１２３４５", PHONE, ("13857812345",)), ("身份证330127195003124518，", f"身份证{IDENTITY}，", ()), ("33012719500312451x", IDENTITY, ()),
        ("330127500312451", IDENTITY, ()), ("卡号6222020200112233445不对", "卡号6222020200112233445不对", ()), ("卡4111111111111111", f"卡{CARD}", ()),
        ("工单202603020001700138", "工单202603020001700138", ()), ("2026年3月2日欠薪138578元，编号20260302", "2026年3月2日欠薪138578元，编号20260302", ()),
        ("两个：13857812345、15900001111", f"两个：{PHONE}、{PHONE}", ("13857812345", "15900001111")),
    ],
)  # fmt: skip
def test_numbers_are_taken_out_and_others_stay(text: str, masked: str, found: tuple[str, ...]) -> None:
    told = mask_numbers(text)
    assert (told.text, told.phones) == (masked, found)


@given(words, phones, words, identities(), st.booleans())
def test_no_phone_and_no_identity_number_gets_past_it_and_masking_twice_is_masking_once(before: str, phone: str, between: str, identity: str, wide: bool) -> None:
    text = f"{before}{phone.translate(WIDE) if wide else phone}，{between}，{identity.translate(WIDE) if wide else identity}"
    told = mask_numbers(text)
    assert not re.search(r"\d{7}", told.text) and told.phones[-1:] == (phone,)
    assert mask_numbers(told.text).text == told.text


@given(st.text(alphabet="村口路灯不亮0123，。-", max_size=6))
def test_short_texts_stay_as_they_are(text: str) -> None:
    assert mask_numbers(text).text == text


def test_a_name_that_is_known_is_taken_out_and_no_common_word() -> None:
    assert mask_name("王小明反映王小明家门口", "王小明", "诉求人") == "诉求人反映诉求人家门口"
    assert mask_name("市民反映匿名举报", "市民", "诉求人") == "市民反映匿名举报" and mask_name("王家", "王", "诉求人") == "王家"
