"""A workflow drawn on the screen: every step is in the picture, no two lines share a lane, and no label becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.urls import reverse
from lxml import etree

from tests.matters.tables import case
from tests.web.conftest import Story
from tests.web.township import PACKS
from zhenwu.kernel.matters.api import Workflow, standard
from zhenwu.kernel.matters.workflow_tables import read_workflow
from zhenwu.packkit import load_packs
from zhenwu.web.flow_chart import flow_chart

WAY = re.compile(r"M(\d+) (\d+)H(\d+)V(\d+)")


@pytest.mark.parametrize("workflow", [standard(), case()], ids=["standard", "case"])
def test_every_state_and_every_step_is_in_the_picture(workflow: Workflow) -> None:
    words = " ".join(etree.fromstring(flow_chart(workflow)).itertext())
    assert all(state.label in words for state in workflow.states)
    assert all(action.label in words for action in workflow.actions)


def of_all_packs() -> list[Workflow]:
    bodies = [body for pack in load_packs(PACKS) for body in pack.workflows.values()]
    return [read_workflow({name: part for name, part in body.items() if name not in ("key", "pack")}, body["key"]) for body in bodies]


def test_the_picture_of_the_longest_workflow_is_no_wider_than_a_page_and_writes_no_name_over_another() -> None:
    for workflow in (standard(), *of_all_packs()):
        picture = etree.fromstring(flow_chart(workflow))
        assert int(picture.get("width")) <= 1100, workflow.id
        written = [(one.get("x"), int(one.get("y"))) for one in picture.iterfind(".//{*}text")]
        for x, y in written:
            assert sum(other == x and abs(y - height) < 12 for other, height in written) == 1, (workflow.id, x, y)


def test_no_two_lines_lie_on_one_another() -> None:
    spans: dict[str, list[tuple[int, int]]] = {}
    for _, start, lane, end in WAY.findall(flow_chart(standard())):
        low, high = sorted((int(start), int(end)))
        assert all(high < a or b < low for a, b in spans.get(lane, []))
        spans.setdefault(lane, []).append((low, high))
    assert len(spans) > 3


def test_the_state_of_the_matter_stands_out_and_a_label_stays_a_label() -> None:
    state = replace(case().states[0], label='<script>alert("1")</script>')
    picture = flow_chart(replace(case(), states=(state, *case().states[1:])), state.id)
    assert "<script" not in picture and "here" in picture
    assert 'alert("1")' in " ".join(etree.fromstring(picture).itertext())


@pytest.mark.django_db
def test_the_page_tells_who_may_do_what_and_how_long(story: Story) -> None:
    page = story.browser("老周").get(reverse("flow", args=["standard"])).content.decode()
    assert "<svg" in page and "在受派的单位里" in page and "办过“自行处置、处置、办结”的人除外" in page and "7个工作日，可延期，最多延 5" in page
