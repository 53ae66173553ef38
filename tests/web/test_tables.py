"""上级报表 in the browser: put in, look, mend, take away; and who may."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.tables.forms import BY_VILLAGE, blank_form, opened
from tests.web.conftest import Story
from tests.web.township import BEGINNING
from zhenwu.kernel.journal.api import events_about
from zhenwu.kernel.metrics import evidence as counting_rows
from zhenwu.kernel.orgs.api import SYSTEM, appoint
from zhenwu.kernel.reports.api import UNKNOWN, fill_table, read_table_bindings
from zhenwu.sdk import Figures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: object) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]


def put_in(story: Story, who: str, content: bytes | None = None) -> HttpResponse:
    file = SimpleUploadedFile("拆违.xlsx", blank_form() if content is None else content)
    return story.browser(who).post("/tables", {"file": file, "year": "2020", "op_id": str(uuid4())})


def test_a_table_is_put_in_looked_at_and_taken_away_filled(story: Story) -> None:
    page = put_in(story, "老周")
    assert page.status_code == 302
    looked = story.browser("老周").get(page.headers["Location"])
    said = looked.content.decode()
    assert "拆除违法建筑/面积(平方米)" in said and "规上工业增加值" in said
    address = page.headers["Location"].partition("?")[0] + "/fill"
    sent = {"bindings": looked.context["toml"], "year": "2020", "op_id": str(uuid4())}
    taken = story.browser("老周").post(address, sent)
    assert taken.status_code == 200, taken.content.decode()[:2000]
    sheet = opened(taken.content)["附件1"]
    assert [sheet[cell].value for cell in ("C4", "D4", "C5", "C6")] == [210.5, 2, 299.5, "=SUM(C4:C5)"]
    told = events_about("table")[-1][1]
    assert (told.kind, told.body["cells"]) == ("table.filled", 10) and "demolition.area@2020/深塘村" in told.body[
        "figures"
    ]
    assert "填表人：老周" in str(opened(taken.content)["取数说明"]["A2"].value)


def test_figures_of_lines_that_are_not_theirs_stay_pending(story: Story) -> None:
    """老周 has the lines demolition and report; the people of the low-income households are not his."""
    page = put_in(story, "老周")
    looked = story.browser("老周").get(page.headers["Location"])
    address = page.headers["Location"].partition("?")[0] + "/fill"
    taken = story.browser("老周").post(
        address, {"bindings": looked.context["toml"], "year": "2020", "op_id": str(uuid4())}
    )
    book = opened(taken.content)
    assert book["主要指标"]["E4"].value == UNKNOWN
    assert any(
        row[1] == "E4" and row[7] == "不在填表人的权限内" for row in book["取数说明"].iter_rows(values_only=True)
    )


def test_a_grid_worker_and_a_stranger_may_not_put_one_in(story: Story) -> None:
    assert [put_in(story, name).status_code for name in ("阿莲", "外乡人")] == [403, 403]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html></html>", bytes.fromhex("d0cf11e0a1b11ae1")])
def test_what_is_no_table_is_told_in_words_and_not_kept(story: Story, content: bytes, settings: object) -> None:
    answer = put_in(story, "老周", content)
    assert answer.status_code == 400 and "怎么办" in answer.content.decode()
    assert not (settings.HOME / "files").exists()  # type: ignore[attr-defined]


def test_bindings_that_are_no_toml_are_told_in_words(story: Story) -> None:
    address = put_in(story, "老周").headers["Location"].partition("?")[0] + "/fill"
    answer = story.browser("老周").post(address, {"bindings": "[[figure", "year": "2020", "op_id": str(uuid4())})
    assert answer.status_code == 400 and "TOML" in answer.content.decode()


def test_a_count_of_few_persons_is_not_written_for_those_without_row_rights(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting_rows, "PERSONS", ("处",))
    monkeypatch.setattr(counting_rows, "FEWEST", 3)
    appoint(SYSTEM, uuid4(), story.town.people["外乡人"], "supervisor", story.town.units["云岭镇"], ["*"], BEGINNING)
    bindings = read_table_bindings(BY_VILLAGE.encode(), "b.toml")
    found = {
        name: opened(fill_table(blank_form(), bindings, 2020, story.town.actor(name), Figures()).content)["附件1"]
        for name in ("老周", "外乡人")
    }
    assert [found["老周"][cell].value for cell in ("D4", "D5")] == [2, 1]
    assert [found["外乡人"][cell].value for cell in ("C4", "D4", "D5")] == [210.5, UNKNOWN, UNKNOWN]
