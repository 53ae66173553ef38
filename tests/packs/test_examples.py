"""Every example of every pack, played on a real store: what the manual prints is what happens."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist

from tests.packs.stories import Stage, Stuck
from tests.reports.township import drafts
from tests.shelves import our_packs
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.packkit.examples import Example

EXAMPLES = [(pack.id, example) for pack in our_packs() for example in pack.examples]


@pytest.fixture
def stage(db: None) -> Stage:
    install(SYSTEM, drafts(), uuid4())
    return Stage()


@pytest.mark.parametrize(("pack", "example"), EXAMPLES, ids=[f"{pack}-{example.name}" for pack, example in EXAMPLES])
def test_an_example_ends_with_the_figures_it_promises(stage: Stage, pack: str, example: Example) -> None:
    assert stage.play(example) == example.figures


def test_a_step_may_say_that_there_is_no_end_after_all(stage: Stage) -> None:
    example = next(one for _, one in EXAMPLES if one.file.endswith("names.yaml"))
    closed = next(step for step in example.steps if step.act == "correct")
    opened = replace(closed, valid_until=None, no_end=True, reason="换届推迟")
    story = replace(example, steps=(*example.steps, opened))
    assert stage.play(story)["profile.facts@2020-12"] == "3" != example.figures["profile.facts@2020-12"]


PUT_BACK = "手改算出来的数，系统改回去"  # a story about a correction that must move nothing
CORRECTED = [example for _, example in EXAMPLES if any(step.act == "correct" for step in example.steps) and PUT_BACK not in example.name]


@pytest.mark.parametrize("example", CORRECTED, ids=lambda example: example.name)
def test_a_correction_in_an_example_moves_a_figure(stage: Stage, example: Example) -> None:
    steps = tuple(step for step in example.steps if step.act != "correct")
    try:
        figures = stage.play(replace(example, steps=steps))
    except ObjectDoesNotExist:
        return  # the correction opens a matter, or keeps one open, that the story goes on with
    except Stuck as stuck:  # the correction lets a step be taken that the story itself shows refused before it
        assert (stuck.step.target, stuck.code) in {(step.target, step.refused) for step in steps}
        return
    assert figures != example.figures


def test_every_ledger_pack_shows_a_correction() -> None:
    shown = {pack for pack, example in EXAMPLES if example in CORRECTED}
    assert shown == {pack.id for pack in our_packs() if pack.ledgers}


def test_a_stranger_is_refused_everywhere(stage: Stage) -> None:
    """外乡人 has an account and no post: whatever an example does, they may not."""
    for _, example in EXAMPLES:
        for step in (step for step in example.steps if step.act == "save" and not step.refused):
            stage._take(replace(step, who="外乡人", refused="ledger.refused"))


def test_the_examples_speak_of_places_and_people_that_are_there(stage: Stage) -> None:
    steps = [step for _, example in EXAMPLES for step in example.steps]
    assert {step.who for step in steps} <= set(stage.people)
    assert {step.unit for step in steps if step.unit} <= set(stage.units)
    assert not [step for step in steps if re.search(r"\s", step.who)]
