"""People who are followed for a while: when it is over their names can be forgotten, and the figures stay."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.packs.stories import Stage
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.journal.api import verify_chain
from zhenwu.kernel.ledgers.api import altered, due_to_forget, forget_subject, history, release_ended, reveal
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at, today
from zhenwu.packkit.installing import install_packs
from zhenwu.sdk import Figures, RecordInput, catch_up, packs, save_record, switch_off

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
FOLLOWED = "epidemic.followed"
ARRIVED, OVER = date(2020, 3, 2), date(2020, 3, 16)


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


def test_a_followed_person_is_forgotten_on_release_and_the_figures_stay(stage: Stage) -> None:
    data = {"code": "S1", "order_no": "青防指〔2020〕3号", "person": "外地来客", "phone": "13800000000", "measure": "call"}
    zhou, village = stage._actor("老周"), stage.units["深塘村"]
    with at(ARRIVED):
        record = UUID(save_record(zhou, FOLLOWED, RecordInput(data, village, ARRIVED), uuid4())["record"])
    with at(OVER):
        over = RecordInput({"outcome": "released"}, until=OVER, reason="期满解除")
        save_record(zhou, FOLLOWED, over, uuid4(), record, 1)
        last = history(record)[-1]
        assert reveal(zhou, last, "核对解除")["person"] == "外地来客"
        forget_subject(zhou, UUID(last.data["_subject"]), "随访结束", uuid4())
        assert {reveal(zhou, version, "核对")["phone"] for version in history(record)} == {"（已删除）"}
        catch_up()
        assert Figures().figure("epidemic.followed@2020-03").value == 0
    assert list(verify_chain()) == [] and list(altered()) == []


def test_nobody_is_followed_without_an_order_from_above(stage: Stage) -> None:
    form = next(draft.body for draft in drafts() if draft.key == FOLLOWED)
    asked = {field["id"]: field for field in form["fields"]}
    assert asked["order_no"]["required"] and "identity" not in {field["type"] for field in asked.values()}
    assert "epidemic" not in str(next(draft.body for draft in drafts() if draft.key == "duty.checkpoint"))


def follow(stage: Stage, code: str, over: date | None) -> UUID:
    """Somebody followed from the day of arrival on, until a day; returns the record."""
    data = {"code": code, "order_no": "青防指〔2020〕3号", "person": "外地来客", "phone": "13800000000", "measure": "call"}
    zhou, village = stage._actor("老周"), stage.units["深塘村"]
    record = UUID(save_record(zhou, FOLLOWED, RecordInput(data, village, ARRIVED), uuid4())["record"])
    if over:
        save_record(zhou, FOLLOWED, RecordInput({"outcome": "released"}, until=over, reason="期满解除"), uuid4(), record, 1)
    return record


def told(record: UUID) -> set[str]:
    return {reveal(SYSTEM, version, "核对")["phone"] for version in history(record)}


def test_who_was_released_is_forgotten_by_itself_and_nobody_else(stage: Stage) -> None:
    with at(ARRIVED):
        over, staying, later = follow(stage, "S1", OVER), follow(stage, "S2", None), follow(stage, "S3", date(2020, 4, 1))
    with at(date(2020, 3, 15)):
        assert release_ended(SYSTEM, today(), "到期删除") == 0
    with at(OVER):
        assert list(due_to_forget(today()).values()) == ["临时随访人员"]
        assert release_ended(SYSTEM, today(), "到期删除") == 1 and release_ended(SYSTEM, today(), "到期删除") == 0
    assert told(over) == {"（已删除）"} and told(staying) == told(later) == {"13800000000"}
    assert list(verify_chain()) == [] and list(altered()) == []


def test_a_pack_that_was_switched_off_still_forgets(stage: Stage) -> None:
    with at(ARRIVED):
        over = follow(stage, "S1", OVER)
    switch_off(SYSTEM, "epidemic", uuid4())
    with at(OVER):
        assert release_ended(SYSTEM, today(), "到期删除") == 1
    assert told(over) == {"（已删除）"}


def test_the_epidemic_pack_is_off_unless_somebody_switches_it_on(db: None) -> None:
    install_packs(SYSTEM, [PACKS], uuid4())
    assert "epidemic" not in {one.key for one in packs()} and "duty" in {one.key for one in packs()}
    install_packs(SYSTEM, [PACKS], uuid4(), on=["epidemic"])
    install_packs(SYSTEM, [PACKS], uuid4())  # an update leaves it on
    assert "epidemic" in {one.key for one in packs()}
    switch_off(SYSTEM, "epidemic", uuid4())
    install_packs(SYSTEM, [PACKS], uuid4())  # and off
    assert "epidemic" not in {one.key for one in packs()}
