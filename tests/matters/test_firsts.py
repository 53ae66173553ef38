"""``first_of``: a field that keeps what was said first, whatever is said when a matter was done anew."""

from __future__ import annotations

from typing import Any

import pytest

from zhenwu.kernel.matters.api import standard_body
from zhenwu.kernel.matters.checking import check_workflow
from zhenwu.kernel.matters.engine import advance
from zhenwu.kernel.matters.standing import Doer, Standing
from zhenwu.kernel.matters.workflow import Workflow
from zhenwu.kernel.matters.workflow_tables import read_workflow
from zhenwu.kernel.orgs.api import post_kinds
from zhenwu.lib.clock import now
from zhenwu.lib.problems import Problems

ALL = [["good", "满意"], ["bad", "不满意"], ["unreached", "没有联系上"]]
SAID = {"id": "said", "label": "满意度", "type": "choice", "choices": ALL}
FIRST = {"id": "first_said", "label": "头一次", "type": "choice", "choices": ALL[:2], "first_of": "said"}
WINDOW = Doer("person:window", frozenset({"clerk"}))


def body(**first: Any) -> dict[str, Any]:
    """A matter that is closed with a word of the reporter, and opened again."""
    told = standard_body() | {"id": "heard", "label": "听意见", "limit": [], "field": [SAID, FIRST | first]}
    told["state"] = [{"id": "open", "label": "办理中"}, {"id": "closed", "label": "办完", "end": True}]
    told["action"] = [
        {"id": "report", "label": "登记", "move": [{"to": "open", "posts": ["clerk"]}]},
        {"id": "close", "label": "办完", "needs": ["said"], "move": [{"from": "open", "to": "closed", "posts": ["clerk"]}]},
        {"id": "reopen", "label": "重开", "reopens": True, "move": [{"from": "closed", "to": "open", "posts": ["clerk"]}]},
    ]
    return told


def heard(*words: str) -> dict[str, Any]:
    """What the fields hold when the matter was closed so many times."""
    workflow: Workflow = read_workflow(body())
    standing: Standing = advance(workflow, None, "report", WINDOW, now(), {}).standing
    for number, word in enumerate(words):
        standing = standing if not number else advance(workflow, standing, "reopen", WINDOW, now(), {}).standing
        standing = advance(workflow, standing, "close", WINDOW, now(), {"said": word}).standing
    return dict(standing.fields)


@pytest.mark.parametrize(
    ("words", "first"),
    [(("good",), "good"), (("bad", "good"), "bad"), (("good", "bad"), "good"), (("unreached",), None), (("unreached", "bad", "good"), "bad")],
)
def test_the_first_word_that_counts_stays(words: tuple[str, ...], first: str | None) -> None:
    fields = heard(*words)
    assert (fields["said"], fields.get("first_said")) == (words[-1], first)


@pytest.mark.parametrize("first", [{"first_of": "nothing"}, {"first_of": "first_said"}, {"choices": [["splendid", "好极了"]]}])
def test_a_first_word_of_nothing_is_refused(first: dict[str, Any]) -> None:
    with pytest.raises(Problems) as found:
        read_workflow(body(**first))
    assert "workflow.field" in [one.code for one in found.value.found]


def test_nobody_gives_it() -> None:
    told = body()
    told["action"][1]["needs"] = ["said", "first_said"]
    told["action"][2]["sets"] = {"first_said": "good"}
    assert [one.code for one in check_workflow(read_workflow(told), post_kinds()) if one.code == "workflow.first_of"] == ["workflow.first_of"] * 2
    assert check_workflow(read_workflow(body()), post_kinds()) == []
