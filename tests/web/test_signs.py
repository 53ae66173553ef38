"""公示牌: what stands on a sign and on the page its code leads to, and nothing else."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
import segno
from django.test import Client
from django.urls import reverse

from tests.web.conftest import Story
from zhenwu.kernel.ledgers.api import RecordInput, remove_record, save_record
from zhenwu.lib.clock import at, today
from zhenwu.lib.limiter import limiter
from zhenwu.sdk import SYSTEM

pytestmark = pytest.mark.django_db
BEAT, TRIP, STATION = "patrol.beat", "patrol.trip", "drinking.station"
KEEPER, PHONE = "蓝管水", "13800001234"


@pytest.fixture(autouse=True)
def _free() -> None:
    limiter.clear()


def put(story: Story, ledger: str, data: dict[str, str], day: date = date(2021, 1, 5), place: str = "深塘村", record: UUID | None = None, base: int = 0, **more: object) -> UUID:
    entry = RecordInput(data, story.town.units[place], day, **more)  # type: ignore[arg-type]
    return UUID(save_record(SYSTEM, ledger, entry, uuid4(), record, base)["record"])


def river(story: Story) -> UUID:
    data = {"code": "XC04", "title": "云溪深塘段", "kind": "river", "rank": "village", "chief": "雷河长", "begins": "上村头", "ends": "下村口", "sign": "outdated", "tel": "12345"}
    return put(story, BEAT, data)


def trip(story: Story, sheet: str, day: date, problem: str, handled: str, beat: str = "XC04") -> None:
    data = {"beat": beat, "sheet": sheet, "kind": "river", "rank": "village", "minutes": "40", "metres": "900", "problem": problem, "handled": handled}
    put(story, TRIP, data, day)


def page(key: str, record: UUID) -> str:
    return re.sub(r"\s+", " ", Client().get(reverse("sign", args=[key, record])).content.decode())


def test_whoever_scans_a_sign_reads_it_and_its_figures_of_this_year_without_an_account(story: Story) -> None:
    with at(date(2021, 6, 1)):
        bank = river(story)
        put(story, BEAT, {"code": "XC05", "title": "别的段", "kind": "river", "rank": "village", "chief": "别人", "sign": "right"})
        for sheet, day, problem, handled in (("1", date(2020, 12, 30), "dumping", "on_the_spot"), ("2", date(2021, 3, 2), "dumping", "on_the_spot"),
                                             ("3", date(2021, 5, 9), "outfall", "told_village"), ("4", date(2021, 5, 20), "none", "none")):  # fmt: skip
            trip(story, sheet, day, problem, handled)
        trip(story, "5", date(2021, 5, 30), "felling", "on_the_spot", "XC05")
        told = page(BEAT, bank)
    for label, words in (("河长、路长、林长、塘长", "雷河长"), ("起点", "上村头"), ("终点", "下村口"), ("最近一次巡查", "2021年5月20日"), ("今年巡查", "3 次"), ("今年发现问题", "2 个"), ("其中当场处理好", "1 个")):
        assert f"<dt>{label}</dt><dd>{words}</dd>" in told, label
    assert 'href="tel:12345"' in told and "云岭镇 深塘村" in told
    assert "该换没换" not in told and "XC04" not in told  # not named by the sign


def test_no_name_or_phone_of_a_person_is_on_a_page_without_account(story: Story) -> None:
    data = {"code": "SZ01", "title": "深塘供水站", "scale": "small", "households": "80", "source": "spring", "disinfection": "ultraviolet", "keeper": KEEPER, "keeper_phone": PHONE, "running": "running"}
    told = page(STATION, put(story, STATION, data, date(2020, 1, 1)))
    assert "深塘供水站" in told and "80 户" in told and "12345" in told
    assert KEEPER not in told and KEEPER[0] + "**" not in told and PHONE not in told and PHONE[:3] + "****" not in told


def test_what_has_no_sign_has_ended_or_was_taken_back_reads_as_if_it_were_not_there(story: Story) -> None:
    ended, void = river(story), put(story, BEAT, {"code": "XC06", "title": "撤了的段", "kind": "river", "rank": "village", "chief": "某", "sign": "right"})
    put(story, BEAT, {"code": "XC04"}, record=ended, base=1, until=today(), reason="划给邻镇")
    remove_record(SYSTEM, BEAT, void, 1, "登重了", uuid4())
    other = next(iter(story.records.values()))
    answers = [Client().get(reverse("sign", args=[key, record])) for key, record in ((BEAT, ended), (BEAT, void), (BEAT, uuid4()), ("demolition.structure", other), (STATION, ended))]
    assert {one.status_code for one in answers} == {404} and len({one.content for one in answers}) == 1


def test_who_asks_too_often_waits(story: Story) -> None:
    bank = river(story)
    found = [Client().get(reverse("sign", args=[BEAT, bank])).status_code for _ in range(62)]
    assert found[:60] == [200] * 60 and found[-1] == 429


def test_signs_are_printed_by_who_sees_the_records_and_their_code_leads_to_the_page(story: Story) -> None:
    bank, elsewhere = river(story), put(story, BEAT, {"code": "SY01", "title": "上垟段", "kind": "road", "rank": "village", "chief": "某", "sign": "right"}, place="上垟村")
    told = story.browser("何书记").get(reverse("signs", args=[BEAT])).content.decode()
    assert "云溪深塘段" in told and "上垟段" in told and told.count("<svg") == 2
    for record in (bank, elsewhere):
        drawn = segno.make(f"http://testserver/sign/{BEAT}/{record}", error="q", micro=False).svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", lineclass=None)
        assert drawn in told
    one = story.browser("何书记").get(reverse("signs", args=[BEAT]), {"record": str(elsewhere), "paper": "a3"}).content.decode()
    assert "上垟段" in one and "云溪深塘段" not in one and 'class="boards a3"' in one and f"/sign/{BEAT}/{elsewhere}" in one
    assert story.browser("老周").get(reverse("signs", args=[BEAT])).status_code == 404
    assert story.browser("何书记").get(reverse("signs", args=[BEAT]), {"record": "x"}).status_code == 404
    assert "印公示牌" in story.browser("何书记").get(reverse("record", args=[bank])).content.decode()


def test_the_address_that_is_printed_may_be_set(story: Story, settings: object) -> None:
    bank = river(story)
    settings.PUBLIC_ADDRESS = "https://zw.example.gov.cn"  # type: ignore[attr-defined]
    told = story.browser("何书记").get(reverse("signs", args=[BEAT]), {"record": str(bank)}).content.decode()
    assert f"https://zw.example.gov.cn/sign/{BEAT}/{bank}" in told
