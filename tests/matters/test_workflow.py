"""Reading, checking and drawing workflows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhenwu.kernel.matters.checking import check_workflow, mermaid, warn_workflow
from zhenwu.kernel.matters.workflow_tables import read_workflow, standard, standard_body
from zhenwu.kernel.orgs.actors import post_kinds
from zhenwu.lib.problems import Problems

POSTS = frozenset(post_kinds())


def action(body: dict[str, Any], name: str) -> dict[str, Any]:
    return next(found for found in body["action"] if found["id"] == name)


def test_the_standard_workflow_makes_sense() -> None:
    assert check_workflow(standard(), POSTS) == []


SPOILED: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("unreachable", lambda b: b["state"].append({"id": "limbo", "label": "悬空", "end": True})),
    ("dead_end", lambda b: b["action"].remove(action(b, "close"))),
    ("nobody", lambda b: action(b, "accept")["move"][0].update(posts=[])),
    ("stranger", lambda b: action(b, "accept")["move"][0].update(posts=["emperor"])),
    ("stranger", lambda b: action(b, "accept")["move"][0].update(to="nowhere")),
    ("stranger", lambda b: action(b, "verify")["move"][0].update(not_by=["dance"])),
    ("stranger", lambda b: b["limit"][0].update(during=["nowhere"])),
    ("no_owner", lambda b: b["limit"][0].update(owner=[])),
    ("no_during", lambda b: b["limit"][0].update(during=[])),
    ("limit_at_end", lambda b: b["limit"][0].update(during=["closed"])),
    ("no_opening", lambda b: action(b, "report")["move"][0].update({"from": "reported"})),
    ("no_move", lambda b: action(b, "void").update(move=[])),
    ("end_left", lambda b: action(b, "void")["move"][0].update({"from": "closed"})),
    ("end_left", lambda b: action(b, "reopen").pop("reopens")),
    ("reopening", lambda b: action(b, "reopen")["move"][0].update({"from": "handling"})),
    ("reopening", lambda b: action(b, "reopen")["move"][0].update(to="voided")),
    ("reopening", lambda b: action(b, "reopen").update(clears=["completed"])),
    ("paused_end", lambda b: next(s for s in b["state"] if s["id"] == "closed").update(pauses=True)),
    ("limit_paused", lambda b: b["limit"][1]["during"].append("suspended")),
    ("stranger", lambda b: action(b, "reopen")["move"][0].update(only_by=["dance"])),
    ("never", lambda b: action(b, "accept")["move"][0].update(only_by=["close"])),
    ("adds", lambda b: action(b, "accept").update(adds={"source_no": 1})),
    ("adds", lambda b: action(b, "accept").update(adds={"goes_on_as": 0})),
    ("stranger", lambda b: action(b, "accept").update(adds={"nothing": 1})),
    ("double", lambda b: b["state"].append({"id": "closed", "label": "又一个"})),
    ("double", lambda b: action(b, "accept")["move"].append(dict(action(b, "accept")["move"][0]))),
    ("closing", lambda b: action(b, "accept").update(marks="closed")),
    ("completing", lambda b: action(b, "complete")["move"][0].update(to="closed")),
]


@pytest.mark.parametrize(("code", "spoil"), SPOILED)
def test_a_workflow_that_makes_no_sense_says_why(code: str, spoil: Callable[[dict[str, Any]], object]) -> None:
    body = standard_body()
    spoil(body)
    found = check_workflow(read_workflow(body), POSTS, "packs/grid/workflows/incident.toml")
    assert f"workflow.{code}" in {problem.code for problem in found}
    assert all(problem.remedy and problem.place.file for problem in found)


UNREADABLE: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("workflow.unknown_key", lambda b: b.update(colour="red")),
    ("workflow.unknown_key", lambda b: b["state"][0].update(colour="red")),
    ("workflow.type", lambda b: b.update(state="reported")),
    ("workflow.type", lambda b: b["limit"][0].update(value=True)),
    ("workflow.type", lambda b: b["state"][0].update(end=1)),
    ("workflow.table", lambda b: b["state"].append("closed")),
    ("workflow.id", lambda b: b["state"][0].update(id="Reported!")),
    ("workflow.label", lambda b: b["state"][0].update(label=" ")),
    ("workflow.words", lambda b: action(b, "accept")["move"][0].update(posts=[1])),
    ("workflow.mark", lambda b: action(b, "accept").update(marks="exploded")),
    ("workflow.move", lambda b: action(b, "accept")["move"][0].pop("to")),
    ("workflow.limit", lambda b: b["limit"][0].update(param="accept_days")),
    ("workflow.limit", lambda b: b["limit"][0].update(value=0)),
    ("workflow.clock", lambda b: b["limit"][0].update(clock="lunar")),
]


@pytest.mark.parametrize(("code", "spoil"), UNREADABLE)
def test_what_cannot_be_read_is_named_with_its_key(code: str, spoil: Callable[[dict[str, Any]], object]) -> None:
    body = standard_body()
    spoil(body)
    with pytest.raises(Problems) as found:
        read_workflow(body, "incident.toml")
    assert code in {problem.code for problem in found.value.found}
    assert all(problem.place.file == "incident.toml" for problem in found.value.found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["id", "label", "state", "action", "limit", "move", "from", "to", "posts", "clock", "end"])


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS, JSON | st.lists(st.dictionaries(KEYS, JSON, max_size=4), max_size=3), max_size=5))
def test_any_body_is_either_read_or_refused_in_words(body: dict[str, Any]) -> None:
    try:
        check_workflow(read_workflow(body), POSTS)
    except Problems as found:
        assert all(problem.remedy for problem in found.found)


def test_the_picture_shows_every_move_and_cannot_be_broken_by_a_label() -> None:
    lines = mermaid(standard()).splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert "    [*] --> reported: 上报" in lines and "    closed --> [*]" in lines
    moves = sum(len(action.moves) for action in standard().actions)
    assert sum("-->" in line for line in lines) == moves + 3
    body = standard_body()
    body["state"][0]["label"] = '坏"; 名: {#'
    assert '    state "坏   名" as reported' in mermaid(read_workflow(body))


def test_a_state_where_somebody_owes_a_step_by_no_time_is_named_unless_it_says_why() -> None:
    body = standard_body()
    assert warn_workflow(standard()) == []
    (waits,) = (one for one in body["state"] if one["id"] == "verified")
    del waits["unclocked"]
    (found,) = warn_workflow(read_workflow(body))
    assert found.code == "workflow.unclocked" and "待结案" in found.message and check_workflow(read_workflow(body), POSTS) == []
    body["limit"][0] |= {"during": ["reported", "verified"], "right": True}  # a party's time is no office's
    assert {one.place.key for one in warn_workflow(read_workflow(body))} == {"reported", "verified"}


@pytest.mark.parametrize("where", ["handling", "closed", "suspended"])
def test_a_reason_for_no_time_is_refused_where_time_runs_or_none_could(where: str) -> None:
    body = standard_body()
    (state,) = (one for one in body["state"] if one["id"] == where)
    state["unclocked"] = "没有查到期限"
    assert [one.code for one in check_workflow(read_workflow(body), POSTS)] == ["workflow.unclocked"]
