"""What a step of a matter says is brought into the ledger once, by the rule of its pack; what is taken back is taken back there too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.orgs.staff import Town, found_town, posted
from zhenwu.kernel.definitions.api import Draft, current, install
from zhenwu.kernel.journal.api import events_about, rewind
from zhenwu.kernel.ledgers.api import PREFIX, RecordInput, find_record, history, keyed_facts, save_record
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.rules.api import FOLLOWER, follow_rules
from zhenwu.lib.clock import at
from zhenwu.lib.facts import Scope
from zhenwu.packkit.installing import install_packs

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[2] / "packs"
STRUCTURE, RELAPSE = "demolition.structure", "remediation.relapse"
FOUND = date(2020, 3, 2)


@pytest.fixture
def town() -> Town:
    town = found_town()
    install_packs(SYSTEM, [PACKS], uuid4())
    return town


def handled(town: Town, code: str = "A1") -> UUID:
    """A structure that is handled in the system; its matter."""
    with at(FOUND):
        entry = RecordInput({"code": code, "area": "60", "state": "found", "stepwise": "true"}, town["深塘一格"], FOUND)
        record = UUID(save_record(SYSTEM, STRUCTURE, entry, uuid4())["record"])
        follow_rules()
    [step] = matters.citing(SYSTEM, "demolition", [record])
    return step.matter_id


def take(matter: UUID, action: str, day: date, given: Mapping[str, Any] | None = None) -> None:
    last = Step.objects.filter(matter=matter).count()
    with at(day):
        matters.advance_matter(SYSTEM, uuid4(), matter, action, last, given or {})
        follow_rules()


def says(ledger: str) -> dict[str, dict[str, Any]]:
    """The live records of a ledger, by key."""
    return {key: dict(fact.row) for key, fact in keyed_facts(Scope(PREFIX + ledger))}


def removed(town: Town) -> UUID:
    matter = handled(town)
    take(matter, "stop", date(2020, 3, 3), {"result": "叫停"})
    take(matter, "self_remove", date(2020, 3, 9), {"removed_area": "62.50"})
    return matter


def test_what_was_removed_is_written_with_the_step_and_counted_in_the_ledger(town: Town) -> None:
    removed(town)
    row = says(STRUCTURE)["A1"]
    assert (row["state"], row["area"], row["occurred_on"]) == ("removed", 6250, date(2020, 3, 9))
    record = find_record(STRUCTURE, "A1")
    assert record is not None
    last = history(record)[-1]
    assert last.event.principal == SYSTEM.principal and "已拆除" in last.reason


def test_a_batch_that_comes_again_writes_no_version_more(town: Town) -> None:
    removed(town)
    record = find_record(STRUCTURE, "A1")
    assert record is not None
    before = len(history(record))
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert len(history(record)) == before


def test_a_removal_that_is_taken_back_is_none_in_the_ledger(town: Town) -> None:
    matter = removed(town)
    take(matter, "withdraw", date(2020, 3, 10), {"reason": "量错了"})
    row = says(STRUCTURE)["A1"]
    assert (row["state"], row["area"], row["occurred_on"]) == ("found", 6000, FOUND)
    take(matter, "self_remove", date(2020, 3, 11), {"removed_area": "26.50"})
    row = says(STRUCTURE)["A1"]
    assert (row["state"], row["area"], row["occurred_on"]) == ("removed", 2650, date(2020, 3, 11))


def test_what_somebody_wrote_since_is_left_when_the_step_is_taken_back(town: Town) -> None:
    matter = removed(town)
    record = find_record(STRUCTURE, "A1")
    assert record is not None
    with at(date(2020, 3, 10)):
        save_record(SYSTEM, STRUCTURE, RecordInput({"area": "61"}, reason="复测"), uuid4(), record, history(record)[-1].number)
    take(matter, "withdraw", date(2020, 3, 11), {"reason": "没有拆"})
    row = says(STRUCTURE)["A1"]
    assert (row["state"], row["area"], row["occurred_on"]) == ("found", 6100, FOUND)
    before = len(history(record))
    rewind(FOLLOWER.name, 0)
    follow_rules()
    assert len(history(record)) == before


def test_a_reason_that_reads_like_the_rules_own_is_a_persons_all_the_same(town: Town) -> None:
    matter, zhou = removed(town), posted("zhou", "老周", "officer", town["云岭镇"], "demolition")
    record = find_record(STRUCTURE, "A1")
    assert record is not None
    live = history(record)[-1]
    with at(date(2020, 3, 10)):
        save_record(zhou, STRUCTURE, RecordInput({"area": "61"}, reason=live.reason), uuid4(), record, live.number)
    take(matter, "withdraw", date(2020, 3, 11), {"reason": "没有拆"})
    assert (says(STRUCTURE)["A1"]["state"], says(STRUCTURE)["A1"]["area"]) == ("found", 6100)


def test_a_number_that_a_step_brought_where_there_was_none_is_gone_with_it(town: Town) -> None:
    matter = handled(town)
    take(matter, "stop", date(2020, 3, 3), {"result": "叫停"})
    take(matter, "self_remove", date(2020, 3, 9), {"removed_area": "62.50"})
    take(matter, "put_to_use", date(2020, 4, 1), {"reuse": "farmland"})
    assert says(STRUCTURE)["A1"]["reuse"] == "farmland"
    take(matter, "withdraw", date(2020, 4, 2), {"reason": "还没有种"})
    row = says(STRUCTURE)["A1"]
    assert (row["state"], row["reuse"], row["area"]) == ("removed", None, 6250)


def test_what_is_built_again_and_gone_again_is_a_record_of_its_own_which_goes_when_the_step_is_taken_back(town: Town) -> None:
    matter = removed(town)
    take(matter, "put_to_use", date(2020, 4, 1), {"reuse": "farmland"})
    _struck(matter)
    take(matter, "rebuilt", date(2020, 6, 1), {"rebuilt_on": "2020-06-01", "reason": "又砌了墙"})
    take(matter, "stop", date(2020, 6, 2), {"result": "叫停"})
    take(matter, "self_remove", date(2020, 6, 3), {"removed_area": "10"})
    rows = says(STRUCTURE)
    assert (rows["A1"]["area"], rows["A1"]["occurred_on"], rows["A1"]["reuse"]) == (6250, date(2020, 3, 9), "farmland")
    assert (rows["A1-F1"]["area"], rows["A1-F1"]["state"]) == (1000, "removed")
    take(matter, "withdraw", date(2020, 6, 4), {"reason": "没有拆完"})
    assert set(says(STRUCTURE)) == {"A1"}


def _struck(matter: UUID) -> None:
    """Struck off by a rule passed: whoever took it away may not, and here one person does all."""
    last = Step.objects.filter(matter=matter).count()
    with at(date(2020, 4, 2)):
        matters.advance_matter(SYSTEM, uuid4(), matter, "strike_off", last, {"reason": "核过"}, overriding=True)
        follow_rules()


def test_what_the_ledger_refuses_is_noted_and_the_other_rules_go_on(town: Town) -> None:
    body = current("rule", "demolition.removed").body
    wrong = {**body, "key": "extra.wrong", "pack": "extra", "enter": {**body["enter"], "says": {"state": "nowhere"}}}
    install(SYSTEM, [Draft("rule", "extra.wrong", "extra", wrong)], uuid4())
    removed(town)
    [(_, event)] = events_about("rule:extra.wrong")
    assert event.kind == "rule.failed"
    assert says(STRUCTURE)["A1"]["state"] == "removed"


def test_a_matter_about_no_record_brings_nothing(town: Town) -> None:
    with at(FOUND):
        report = matters.Report("demolition", town["深塘一格"], "没有登记的", channel="ledger")
        matter = UUID(matters.open_matter(SYSTEM, uuid4(), report, workflow="demolition.demolish", action="find")["matter"])
        follow_rules()
    take(matter, "stop", date(2020, 3, 3), {"result": "叫停"})
    take(matter, "self_remove", date(2020, 3, 9), {"removed_area": "62.50"})
    assert says(STRUCTURE) == {} and events_about("rule:demolition.removed") == []
