"""People who are followed for a while: when it is over their names can be forgotten, and the figures stay."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from tests.packs.stories import Stage
from tests.reports.township import drafts, forget_remembered
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.journal.api import verify_chain
from zhenwu.kernel.ledgers.api import altered, forget_subject, history, reveal
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.clock import at
from zhenwu.sdk import Figures, RecordInput, catch_up, save_record

pytestmark = pytest.mark.django_db
FOLLOWED = "duty.followed"
ARRIVED, OVER = date(2020, 3, 2), date(2020, 3, 16)


@pytest.fixture
def stage(db: None) -> Stage:
    forget_remembered()
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
        assert Figures().figure("duty.followed@2020-03").value == 0
    assert list(verify_chain()) == [] and list(altered()) == []


def test_nobody_is_followed_without_an_order_from_above(stage: Stage) -> None:
    form = next(draft.body for draft in drafts() if draft.key == FOLLOWED)
    asked = {field["id"]: field for field in form["fields"]}
    assert asked["order_no"]["required"] and "identity" not in {field["type"] for field in asked.values()}
    assert "epidemic" not in str(next(draft.body for draft in drafts() if draft.key == "duty.checkpoint"))
