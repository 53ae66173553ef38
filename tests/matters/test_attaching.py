"""Photos and papers of a matter: who may add and see them, what a step asks for, what is refused, and a photo used twice."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.matters.tables import case_body
from tests.orgs.staff import Town
from tests.photos import png
from zhenwu.kernel.definitions.api import Draft, install
from zhenwu.kernel.files.api import altered
from zhenwu.kernel.matters.api import (
    Report,
    Upload,
    advance_matter,
    albums,
    attach,
    attachment,
    attachments,
    history,
    open_matter,
    workflow_of,
)
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib.problems import NotFound, Problem, Refused

pytestmark = pytest.mark.django_db
PHOTO = Upload("photo", "现场.jpg", b"\xff\xd8\xff\xe0 a picture")
PAPER = Upload("paper", "告知书.pdf", b"%PDF-1.7 a paper")


def opened(people: dict[str, Actor], town: Town, title: str = "栏杆断了") -> UUID:
    return UUID(open_matter(people["阿莲"], uuid4(), Report("grid", town["深塘一格"], title))["matter"])


def test_files_are_added_by_who_works_on_it_and_seen_by_who_sees_it(people: dict[str, Actor], town: Town) -> None:
    matter = opened(people, town)
    op_id = uuid4()
    assert attach(people["阿莲"], op_id, matter, [PHOTO, PAPER])["numbers"] == [1, 2]
    assert attach(people["阿莲"], op_id, matter, [PHOTO, PAPER])["numbers"] == [1, 2]  # sent twice, attached once
    assert attachment(people["老周"], matter, 2) == ("告知书.pdf", "application/pdf", PAPER.content)
    with pytest.raises(Refused):
        attach(people["何书记"], uuid4(), matter, [PHOTO])
    for reading in (lambda: attachments(people["外乡人"], matter), lambda: attachment(people["外乡人"], matter, 1), lambda: attach(people["外乡人"], uuid4(), matter, [PHOTO])):
        with pytest.raises(NotFound):
            reading()
    assert [(one.kind, one.step) for one in attachments(people["何书记"], matter)] == [("photo", 1), ("paper", 1)] and altered() == []


def test_a_photo_used_for_two_matters_shows(people: dict[str, Actor], town: Town) -> None:
    first, second = opened(people, town), opened(people, town, "路灯不亮")
    for matter in (first, second):
        attach(people["阿莲"], uuid4(), matter, [PHOTO])
    assert [one.elsewhere for one in attachments(people["窗口"], first)] == [1]


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (Upload("photo", "a.jpg", b"<html><script>"), "file.kind"), (Upload("photo", "a.pdf", PAPER.content), "file.kind"),
        (Upload("paper", "a.exe", b"MZ\x90"), "file.kind"), (Upload("wish", "a.jpg", PHOTO.content), "file.kind"),
        (Upload("photo", "../a.jpg", PHOTO.content), "file.name"), (Upload("photo", "", PHOTO.content), "file.name"),
        (Upload("photo", "a\x00.jpg", PHOTO.content), "file.name"), (Upload("photo", "a.jpg", b"\xff\xd8\xff" + b"0" * 20_971_520), "file.too_large"),
    ],
)  # fmt: skip
def test_what_is_no_photo_and_no_paper_is_refused(people: dict[str, Actor], town: Town, upload: Upload, code: str) -> None:
    matter = opened(people, town)
    with pytest.raises(Problem) as found:
        attach(people["阿莲"], uuid4(), matter, [PHOTO, upload])
    assert found.value.code == code and attachments(people["阿莲"], matter) == []


def test_a_step_that_asks_for_a_photo_wants_one_added_since_the_step_before(people: dict[str, Actor], town: Town) -> None:
    body = {**case_body(), "key": "grid.case", "pack": "grid"}
    body["action"][2]["needs"].append("photo")
    install(SYSTEM, [Draft("workflow", "grid.case", "grid", body)], uuid4())
    given = {"gravity": "plain"}
    matter = UUID(open_matter(people["老周"], uuid4(), Report("grid", town["深塘一格"], "占道"), workflow="grid.case", given=given)["matter"])
    with pytest.raises(Problem) as found:
        advance_matter(people["老周"], uuid4(), matter, "decide", 1, {"fine": "50", "photo": "我说有"})
    assert found.value.code == "matter.missing" and "照片" in found.value.message
    attach(people["老周"], uuid4(), matter, [PHOTO])
    assert advance_matter(people["老周"], uuid4(), matter, "decide", 1, {"fine": "50"})["state"] == "decided"


def shown(people: dict[str, Actor], matter: UUID) -> dict[str, list[str]]:
    """The photos of a matter as its page groups them: label → names."""
    steps = history(people["老周"], matter)
    return {label: [one.name for one in some] for label, some in albums(workflow_of(steps[0].matter), steps, attachments(people["老周"], matter))}


def photo(name: str, size: int) -> Upload:
    return Upload("photo", name, png(size, size))


def go_on(people: dict[str, Actor], who: str, matter: UUID, action: str, **given: str) -> None:
    advance_matter(people[who], uuid4(), matter, action, len(history(people["老周"], matter)), given)


def test_photos_of_what_was_found_and_of_what_was_done_stand_apart(people: dict[str, Actor], town: Town) -> None:
    matter = opened(people, town)
    attach(people["阿莲"], uuid4(), matter, [photo("断了.png", 10), PAPER])
    go_on(people, "窗口", matter, "accept")
    go_on(people, "窗口", matter, "dispatch", unit=str(town["综合站"]))
    go_on(people, "老周", matter, "sign")
    attach(people["老周"], uuid4(), matter, [photo("到场.png", 11)])
    go_on(people, "老周", matter, "handle")
    attach(people["老周"], uuid4(), matter, [photo("修好.png", 12)])
    assert shown(people, matter) == {"现场照片": ["断了.png", "到场.png", "修好.png"]}  # nothing is done yet
    go_on(people, "老周", matter, "complete", result="换了新栏杆")
    attach(people["老周"], uuid4(), matter, [photo("再拍.png", 13)])
    assert shown(people, matter) == {"处置前": ["断了.png", "到场.png"], "处置后": ["修好.png", "再拍.png"]}
    go_on(people, "老周", matter, "withdraw", reason="还没有修好")
    assert list(shown(people, matter)) == ["现场照片"]


def test_what_was_settled_on_the_spot_has_its_photos_on_both_sides(people: dict[str, Actor], town: Town) -> None:
    matter = opened(people, town)
    attach(people["阿莲"], uuid4(), matter, [photo("当场.png", 10)])
    go_on(people, "阿莲", matter, "settle", result="扶起来了")
    assert shown(people, matter) == {"处置前后": ["当场.png"]}
