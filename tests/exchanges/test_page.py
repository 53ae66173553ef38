"""The page of the window: a table is looked at, taken in, and taken away filled; the file itself is kept nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.exchanges.sheets import LAMP, RUBBISH, but, opened, sheet
from tests.exchanges.test_orders import ONE, on, work
from zhenwu.kernel.journal.models import Event
from zhenwu.kernel.matters.models import Matter
from zhenwu.kernel.orgs.api import find_person

pytestmark = pytest.mark.django_db


def send(username: str, do: str, content: bytes) -> HttpResponse:
    browser = Client()
    person = find_person(username)
    assert person is not None
    browser.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return browser.post("/exchange/hotline.orders", {"file": SimpleUploadedFile("来单.xlsx", content), "do": do})


def test_the_window_looks_takes_in_and_takes_away(desk: Path) -> None:
    content = sheet(LAMP, RUBBISH)
    with on(2):
        looked = send("xiaochuang", "look", content).content.decode()
        assert "看了一遍，还没有收" in looked and "新来 2 张" in looked and "按字面猜的" in looked and "深塘村" in looked
        assert "王小明" not in looked and Matter.objects.count() == 0
        taken = send("xiaochuang", "take", content).content.decode()
        assert "已经收进来" in taken and Matter.objects.count() == 2
        assert "对照里写的" in send("xiaochuang", "look", content).content.decode()
        work(ONE)
        back = send("xiaochuang", "fill", content)
    assert "attachment" in back.headers["Content-Disposition"] and opened(back.content)["P3"].value == "已换灯头，当晚亮了"
    kept = [path for path in (desk / "home").rglob("*") if path.is_file() and "files" in path.parts]
    assert kept == []


def test_the_page_leads_to_what_was_opened_and_says_what_would_be_filled_before_it_leaves(desk: Path) -> None:
    content = sheet(LAMP, RUBBISH)
    with on(2):
        looked = send("xiaochuang", "look", content).content.decode()
        assert "地址里没有认出是哪个村" in looked and "/matter/" not in looked
        taken = send("xiaochuang", "take", content).content.decode()
        assert all(f'href="/matter/{one.id}"' in taken for one in Matter.objects.all())
        work(ONE)
        exported = Event.objects.filter(kind="ledger.exported").count()
        told = send("xiaochuang", "try", sheet(LAMP, RUBBISH, but(LAMP, 工单编号="2026030299999"))).content.decode()
        assert "2 张是我们的，其中 1 张已经办完" in told and "没有登记过，或不在您的权限内：2026030299999" in told
        assert Event.objects.filter(kind="ledger.exported").count() == exported
        send("xiaochuang", "fill", content)
        assert Event.objects.filter(kind="ledger.exported").count() == exported + 1


def test_after_a_bad_table_the_page_is_there_to_choose_the_mended_one(desk: Path) -> None:
    with on(2):
        wrong = send("xiaochuang", "look", sheet(RUBBISH, but(LAMP, 联系电话="12")))
        told = wrong.content.decode()
        assert wrong.status_code == 400 and "第4行" in told and 'type="file"' in told and "回到“我的”" not in told
        assert "没有填成" in send("xiaochuang", "fill", b"x").content.decode()
        nothing = Client()
        nothing.force_login(find_person("xiaochuang"), "django.contrib.auth.backends.ModelBackend")
        told = nothing.post("/exchange/hotline.orders", {"do": "look"}).content.decode()
        assert "还没有选文件" in told and 'type="file"' in told


def test_bad_rows_are_named_on_the_page_and_others_are_refused(desk: Path) -> None:
    with on(2):
        wrong = send("xiaochuang", "take", sheet(RUBBISH, but(LAMP, 联系电话="12")))
        said = wrong.content.decode()
        assert wrong.status_code == 400 and "第4行" in said and "联系电话" in said and "派单表" in said and Matter.objects.count() == 0
        assert [send(who, "look", b"x").status_code for who in ("zhou", "he", "alian")] == [403, 403, 403]
        assert send("xiaochuang", "look", b"x").status_code == 400
