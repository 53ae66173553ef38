"""The verbs that change units, through the door and a real database."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.orgs.staff import BEGINNING, found_town, posted
from zhenwu.kernel.journal.api import events_about, sequence
from zhenwu.kernel.orgs import api
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.orgs.models import Closure
from zhenwu.lib.problems import Problem, Refused

pytestmark = pytest.mark.django_db
JUNE = date(2020, 6, 1)


def closure() -> set[tuple[object, ...]]:
    return set(Closure.objects.values_list("ancestor", "descendant", "valid_from", "valid_until"))


def test_a_whole_county_is_opened_in_one_event() -> None:
    town = found_town()
    tree = api.tree(JUNE)
    assert tree.root == town["云岭县"]
    assert tree.ancestors(town["深塘一格"]) == (town["深塘村"], town["云岭镇"], town["云岭县"])
    assert [event.kind for _, event in events_about(f"unit:{town['云岭县']}")] == ["unit.opened"]


def test_a_repeated_call_opens_nothing_twice() -> None:
    town, op_id = found_town(), uuid4()
    first, again = (
        api.open_unit(SYSTEM, op_id, name="新村", kind="village", parent=town["云岭镇"], on=JUNE) for _ in range(2)
    )
    assert first == again
    assert len(api.tree(JUNE).children(town["云岭镇"])) == 4
    with pytest.raises(Problem):
        api.open_unit(SYSTEM, op_id, name="别村", kind="village", parent=town["云岭镇"], on=JUNE)


@pytest.mark.django_db(transaction=True)  # the sequencer takes committed events only
def test_a_merger_booked_in_june_is_not_known_at_an_earlier_position() -> None:
    town = found_town()
    before = sequence()
    into = api.merge_units(SYSTEM, uuid4(), [town["深塘村"], town["上垟村"]], "塘垟村", JUNE)
    after = sequence()
    assert town["深塘村"] in api.tree(JUNE, before) and into not in api.tree(JUNE, before).order
    assert api.tree(JUNE, after).place(town["深塘村"]).unit_id == into
    assert town["深塘村"] in api.tree(JUNE - timedelta(days=1), after)
    assert api.tree(JUNE, after).digest == api.tree(JUNE).digest


def test_every_change_leaves_the_closure_as_a_rebuild_would_make_it() -> None:
    town = found_town()
    parts = api.split_unit(SYSTEM, uuid4(), town["深塘村"], ["上塘村", "下塘村"], JUNE, {town["深塘一格"]: "上塘村"})
    api.rename_unit(SYSTEM, uuid4(), parts[0], "塘头村", date(2020, 7, 1))
    api.move_unit(SYSTEM, uuid4(), town["上垟一格"], parts[1], date(2020, 8, 1))
    api.close_unit(SYSTEM, uuid4(), town["上垟村"], date(2020, 9, 1))
    api.merge_units(SYSTEM, uuid4(), parts, "大塘村", date(2020, 10, 1))
    kept = closure()
    api.rebuild_closure()
    assert closure() == kept
    tree = api.tree(date(2020, 10, 2))
    assert tree.place(town["深塘村"]).unplaced
    assert tree.name(tree.parent(town["上垟一格"])) == "大塘村"  # type: ignore[arg-type]


def test_a_refused_change_leaves_nothing_behind() -> None:
    town = found_town()
    kept, tree = closure(), api.tree(JUNE).digest
    with pytest.raises(Problem) as found:
        api.move_unit(SYSTEM, uuid4(), town["外乡一村"], town["云岭镇"], JUNE)
    assert found.value.code == "orgs.unit.township"
    assert (closure(), api.tree(JUNE).digest) == (kept, tree)
    assert events_about(f"unit:{town['外乡一村']}") == []


def test_only_a_system_administrator_changes_units() -> None:
    town = found_town()
    secretary = posted("he", "何书记", "secretary", town["云岭镇"])
    admin = posted("guan", "小管", "admin", town["云岭县"])
    with pytest.raises(Refused):
        api.open_unit(secretary, uuid4(), name="新村", kind="village", parent=town["云岭镇"], on=JUNE)
    new = api.open_unit(admin, uuid4(), name="新村", kind="village", parent=town["云岭镇"], on=JUNE)
    assert api.tree(JUNE).name(new) == "新村"


def test_a_row_that_names_a_later_parent_is_refused() -> None:
    with pytest.raises(Problem) as found:
        api.open_units(
            SYSTEM, uuid4(), [api.UnitRow("村", "village", 1), api.UnitRow("镇", "township", None)], BEGINNING
        )
    assert found.value.code == "orgs.parent.order"


@pytest.mark.parametrize("name", ["半个\ud800", "空\x00字", "换\n行"])
def test_a_name_that_cannot_be_printed_is_refused_in_words(name: str) -> None:
    town = found_town()
    with pytest.raises(Problem) as found:
        api.rename_unit(SYSTEM, uuid4(), town["深塘村"], name, JUNE)
    assert found.value.code == "orgs.unit.name"
