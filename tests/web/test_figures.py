"""A figure's page: what it says of a number, and whose eyes it is for."""

from __future__ import annotations

from html.parser import HTMLParser
from uuid import uuid4

import pytest

from tests.web.conftest import Story
from tests.web.township import BEGINNING, correct, set_quota
from zhenwu.kernel.metrics import evidence as counting_rows
from zhenwu.kernel.orgs.api import appoint
from zhenwu.lib.periods import Period
from zhenwu.sdk import SYSTEM, RecordInput, SeriesInput, catch_up, import_series, save_record

pytestmark = pytest.mark.django_db
AREA = "/figure/demolition.area@2020"


def text(story: Story, path: str, who: str = "老周") -> str:
    return story.browser(who).get(path).content.decode()


def test_the_page_says_where_the_number_comes_from(story: Story) -> None:
    page = story.browser("老周").get(AREA)
    said = page.content.decode()
    for words in ("510.00", "平方米", "镇台账数", "口径", "建筑面积逐条相加", "状态是“已拆除”", "2020年", "号留痕"):
        assert words in said
    assert page.context["whole"] == page.context["value"] == "510.00"
    assert [row.title for row in page.context["rows"]] == ["A1", "A2", "B1"]
    assert [row.author for row in page.context["rows"]] == ["老周", "系统导入", "系统导入"]


def test_a_corrected_row_shows_who_changed_what_and_why(story: Story) -> None:
    said = text(story, AREA)
    assert "复测" in said and "120.50" in said and "阿莲" in said


def test_who_draws_up_the_report_opens_corrected_rows_too(story: Story) -> None:
    """A statistician sees evidence and no lists: the history behind a row is part of the evidence."""
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "statistician", story.town.units["云岭镇"], ["*"], BEGINNING)
    page = story.browser("外乡人").get(AREA)
    assert page.status_code == 200 and "复测" in page.content.decode()


def test_the_villages_and_the_unplaced_make_the_whole(story: Story) -> None:
    places = story.browser("老周").get(AREA).context["places"]
    assert [one.label for one in places] == ["深塘村", "上垟村", "未分配"]
    assert sum(one.value for one in places) == 510


def test_the_months_are_drawn_and_written(story: Story) -> None:
    context = story.browser("老周").get(AREA).context
    assert [bar.text for bar in context["chart"].bars if bar.height] == ["130.50", "80.00", "299.50"]
    assert [one.text for one in context["months"]][2] == "130.50"


def test_a_ratio_leads_to_its_two_numbers(story: Story) -> None:
    parts = story.browser("老周").get("/figure/demolition.completion@2020").context["parts"]
    assert [one.text for one in parts] == ["510.00 平方米", "500 平方米"]
    assert parts[0].href == AREA


def test_the_past_stays_readable_by_its_position(story: Story) -> None:
    before = story.browser("老周").get(AREA).context["figure"].position
    correct(story.records["A2"], 1, "录错", area="90")
    catch_up()
    assert story.browser("老周").get(AREA).context["value"] == "520.00"
    assert story.browser("老周").get(f"{AREA}?at={before}").context["value"] == "510.00"


def test_choosing_which_number_is_printed_takes_a_reason_and_leaves_a_trace(story: Story) -> None:
    quota, browser = "/figure/demolition.quota@2020", story.browser("老周")
    set_quota(story.town, 2020, "480", "forecast")
    assert browser.get(quota).context["value"] == "500"
    choice = {"authority": "forecast", "op_id": str(uuid4())}
    assert browser.post(quota, choice | {"reason": " "}).status_code == 400
    browser.post(quota, choice | {"reason": "县里还没有下文", "op_id": str(uuid4())})
    page = browser.get(quota)
    assert page.context["value"] == "480"
    assert "老周选用<strong>预计数</strong>：县里还没有下文" in page.content.decode()


def test_a_value_that_was_replaced_stays_on_the_page(story: Story) -> None:
    set_quota(story.town, 2020, "600")
    page = story.browser("老周").get("/figure/demolition.quota@2020")
    assert page.context["value"] == "600" and [one["value"] for one in page.context["replaced"]] == ["500"]


def test_rows_beyond_my_rights_are_counted_but_not_shown(story: Story) -> None:
    """The county's supervisor reads figures; behind one stands only the subtotal."""
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "supervisor", story.town.units["云岭镇"], ["*"], BEGINNING)
    page = story.browser("外乡人").get(AREA)
    assert page.context["rows"] == [] and page.context["hidden"] == 3
    assert "另有 3 条超出您的权限，小计 <strong>510.00</strong>" in page.content.decode()


def test_a_count_of_few_persons_is_withheld_from_those_without_row_rights(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting_rows, "PERSONS", ("处",))
    monkeypatch.setattr(counting_rows, "FEWEST", 4)
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "supervisor", story.town.units["云岭镇"], ["*"], BEGINNING)
    removed = "/figure/demolition.removed@2020"
    assert story.browser("老周").get(removed).context["value"] == "3"
    said = text(story, removed, "外乡人")
    assert "人数过少，不显示" in said and 'class="number"' not in said
    page = story.browser("外乡人").get("/figure/demolition.removed@2016..2020")
    assert 'class="number"' not in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "x", "demolition.area", "demolition.area@", "demolition.area@0000", "demolition.area@9999", "demolition.area@2020-13",
        "demolition.area@2021..2016", "demolition.area@2020/没有这个村", "demolition.area@2020/%00", "demolition.area@1950",
        "demolition.area@2020/<script>alert(1)</script>", "../../etc/passwd", "@2020", "demolition.area@2020#7",
    ],
)  # fmt: skip
def test_a_wrong_address_is_told_in_words(story: Story, address: str) -> None:
    answer = story.browser("老周").get(f"/figure/{address}")
    said = answer.content.decode()
    assert answer.status_code in (200, 400, 404) and "Traceback" not in said and "<script>" not in said
    assert answer.status_code == 200 or 'class="code"' in said


@pytest.mark.parametrize("at", ["-1", "x", "99999999999999999999", "٣", "1e3", "0"])
def test_a_wrong_position_reads_the_present(story: Story, at: str) -> None:
    assert story.browser("老周").get(AREA, {"at": at, "page": at}).context["value"] == "510.00"


def test_every_link_of_the_report_opens_the_figure_it_prints(story: Story) -> None:
    browser = story.browser("老周")
    links = Links()
    links.feed(browser.get("/report/2020").content.decode())
    figures = {href for href, kind in links.found if kind == "figure" and href}
    assert AREA in figures and len(figures) >= 2
    assert all(browser.get(href).status_code == 200 for href in figures)


class Links(HTMLParser):
    """(href, class) of every link."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            said = dict(attrs)
            self.found.append((said.get("href") or "", said.get("class") or ""))


def sow(story: Story, survey: str) -> None:
    """深塘村 sowed 320 亩 by our ledger; the survey says otherwise."""
    entry = RecordInput({"sheet": "2020-深塘村", "season": "autumn", "crop": "rice", "area": "320"}, story.town.units["深塘村"], "2020-09-01")
    save_record(SYSTEM, "agri.sowing", entry, uuid4())
    row = SeriesInput("agri.grain_sown_area_survey", story.town.units["云岭镇"], Period.year(2020), survey, "statutory", "县调查队反馈数")
    import_series(SYSTEM, [row], uuid4())
    catch_up()


def test_another_count_of_the_same_thing_stands_beside_with_its_owner_and_the_gap(story: Story) -> None:
    sow(story, "300")
    page = story.browser("何书记").get("/figure/agri.grain_sown_area@2020")
    (other,) = page.context["beside"]
    assert (page.context["value"], other.cell.text, other.authority, other.gap) == ("320", "300 亩", "法定统计数", "20 亩")
    assert "并列的数" in page.content.decode()


def test_nothing_beside_a_figure_enters_it_or_hides_that_it_is_not_known(story: Story) -> None:
    sow(story, "300")
    (other,) = story.browser("何书记").get("/figure/agri.grain_sown_area@2020/深塘村").context["beside"]
    assert (other.cell.text, other.gap) == ("待补", "")
    assert story.browser("何书记").get("/figure/agri.grain_sown_area_survey@2020").context["beside"] == []


def test_a_count_of_doubts_is_not_there_for_a_leader_who_sees_the_register(story: Story) -> None:
    browser = story.browser("何书记")
    told = browser.get("/metrics?pack=integrity").content.decode()
    assert "小微权力事项" in told and "系统疑点" not in told and "检举控告" not in told
    assert browser.get("/figure/integrity.doubts@2020").status_code == 403
    assert browser.get("/figure/integrity.uses@2020").status_code == 200


def test_the_page_says_which_numbers_its_rows_were_held_against(story: Story) -> None:
    """Chlorine was at most 4 until April 2023, and 2 from then on: two samples alike are judged by their own day, and say so."""
    village = story.town.units["深塘村"]
    station = {"code": "W1", "title": "深塘水站", "scale": "small", "households": "126", "source": "stream", "disinfection": "hypochlorite", "running": "running"}
    save_record(SYSTEM, "drinking.station", RecordInput(station, village, "2020-01-06"), uuid4())
    for sheet, day, chlorine in (("S1", "2023-03-31", "3.00"), ("S2", "2023-04-01", "3.00"), ("S3", "2023-04-02", "1.90")):
        data = {"sheet": sheet, "station": "W1", "purpose": "daily", "place": "plant", "scale": "small", "chlorine": chlorine, "verdict": "passed"}
        save_record(SYSTEM, "drinking.sample", RecordInput(data, village, day), uuid4())
    catch_up()
    page = story.browser("何书记").get("/figure/drinking.samples_within@2023")
    assert [row.title for row in page.context["rows"]] == ["S1", "S3"]
    said = [row.details for row in page.context["rows"]]
    assert "余氯上限4（2007-07-01起）" in said[0] and "酸碱度下限6.5，" in said[0] and "余氯上限2（2023-04-01起）" in said[1]
    told = page.content.decode()
    assert "照哪些数判" in told and "余氯上限：2007-07-01起4，2023-04-01起2（游离氯：GB 5749-2006 为 4" in told and "不大于余氯上限" in told
    earlier = story.browser("何书记").get("/figure/drinking.samples_within@2022").content.decode()
    assert "余氯上限：2007-07-01起4（" in earlier and "2023-04-01起2" not in earlier
    assert "照哪些数判" not in text(story, AREA)
    assert "首报：电话报送时限：" in story.browser("何书记").get("/figure/emergency.late_bulletins@2020").content.decode()  # of what it is computed from


def test_people_whose_household_is_fed_are_rows_that_say_since_when_and_are_shown_to_whom_the_register_is(story: Story) -> None:
    grid, village = story.town.units["深塘一格"], story.town.units["深塘村"]
    station = {"code": "W1", "title": "深塘水站", "scale": "small", "households": "126", "source": "stream", "disinfection": "hypochlorite", "running": "running"}
    save_record(SYSTEM, "drinking.station", RecordInput(station, village, "2020-01-06"), uuid4())
    for home in ("H1", "H2"):
        save_record(SYSTEM, "residents.household", RecordInput({"code": home}, grid, "2019-01-05"), uuid4())
    for code, home in (("R1", "H1"), ("R2", "H1"), ("R3", "H1"), ("R4", "H2")):
        person = {"code": code, "person": "钟小满", "household": home, "relation": "head"}
        save_record(SYSTEM, "residents.person", RecordInput(person, grid, "2019-01-05"), uuid4())
    save_record(SYSTEM, "drinking.supply", RecordInput({"household": "H1", "station": "W1"}, grid, "2020-02-01"), uuid4())
    catch_up()
    address = "/figure/drinking.fed_people@2020"
    page = story.browser("何书记").get(address)
    assert page.context["value"] == "3" and sorted(row.title for row in page.context["rows"]) == ["R1", "R2", "R3"]
    assert all("“供水到户”H1，2020-02-01起" in row.details for row in page.context["rows"])
    assert "人员册中，当时也在“供水到户”里的记录，逐条计数" in page.content.decode() and "钟小满" not in page.content.decode()
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "officer", story.town.units["云岭镇"], ["drinking"], BEGINNING)
    stranger = story.browser("外乡人").get(address)
    assert stranger.context["value"] == "3" and stranger.context["rows"] == [] and stranger.context["hidden"] == 3
