"""The table by which a matter is looked up: every state says something or is silent, every name means something."""

from __future__ import annotations

from typing import Any

import pytest

from zhenwu.kernel.matters.api import check_workflow, read_workflow, standard_body
from zhenwu.kernel.orgs.api import post_kinds
from zhenwu.lib.problems import Problems

STATES = [one["id"] for one in standard_body()["state"]]


def complaints(**lookup: Any) -> list[str]:
    body = standard_body()
    next(one for one in body["field"] if one["id"] == "source_no")["unique"] = True
    body["lookup"] = {"number": "source_no", "says": {name: "正在办" for name in STATES}, **lookup}
    return [problem.message for problem in check_workflow(read_workflow(body), post_kinds().keys()) if problem.code == "workflow.lookup"]


def test_a_whole_table_is_taken_and_a_state_that_was_forgotten_is_named() -> None:
    assert complaints() == []
    assert complaints(says={name: "正在办" for name in STATES if name != "refused"}) == ["没有写“不予受理”（refused）怎样告诉查询的人"]
    assert complaints(says={name: "正在办" for name in STATES if name != "refused"}, silent=["refused"]) == []


@pytest.mark.parametrize(
    "lookup",
    [{"number": "seen"}, {"number": ""}, {"ledger": "x"}, {"ready": ["nowhere"]}, {"silent": ["refused"]}, {"promised": ["nothing"]},
     {"says": {name: "正在办" for name in STATES} | {"closed": "两行\n字"}}, {"says": {name: "正在办" for name in STATES} | {"closed": 1}}],
)  # fmt: skip
def test_a_table_that_means_nothing_is_refused(lookup: dict[str, Any]) -> None:
    assert complaints(**lookup)


def test_a_key_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(Problems, match="不认识的键"):
        read_workflow(standard_body() | {"lookup": {"say": {}}})
