"""Rules of the packs: what is entered and looks wrong becomes a matter for somebody, once; what is right opens nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.packs.stories import Stage
from tests.packs.test_examples import EXAMPLES
from tests.packs.test_examples import stage as stage
from zhenwu.kernel.matters import api as matters
from zhenwu.lib.facts import Scope
from zhenwu.packkit.examples import Example, Step

WARNED = [
    ("agri", "出栏按月加", "生猪死亡24头"),
    ("budget", "差旅费八月用到九成", "已到全年预算60000.00元的九成"),
    ("budget", "清单外的要签批", "等领导签批"),
    ("collective", "有一样不到就是薄弱村", "上垟村2020年集体收入没有达到标准"),
    ("invest", "跳过一步要有理由", "没有写理由或依据"),
]
RIGHT = [
    ("tourism", "核定写明去重办法"),
    ("landwork", "一户走完五步"),
    ("finance", "发放额还了不减"),
    ("invest", "只算第一次正式签约"),
]


def example(pack: str, words: str) -> Example:
    return next(one for owner, one in EXAMPLES if owner == pack and words in one.name)


def opened(pack: str) -> list[str]:
    """Titles of the matters that lie with a pack's line."""
    found = [fact.id for fact in matters.facts(Scope("workflow:standard")) if fact.row["line"] == pack]
    return [title for title, *_ in matters.titles(found).values()]


def altered(story: Example, ledger: str, **data: str) -> Example:
    """The story with other words in its first accepted entry of a ledger, and nothing after that entry."""
    steps: list[Step] = []
    for step in story.steps:
        fits = step.target == ledger and step.act == "save" and not step.refused
        steps.append(replace(step, data={**step.data, **data}) if fits else step)
        if fits:
            break
    return replace(story, steps=tuple(steps))


@pytest.mark.parametrize(("pack", "words", "title"), WARNED)
def test_what_looks_wrong_opens_one_matter_that_says_so(stage: Stage, pack: str, words: str, title: str) -> None:
    stage.play(example(pack, words))
    (told,) = opened(pack)
    assert title in told


@pytest.mark.parametrize(("pack", "words"), RIGHT)
def test_what_is_right_opens_nothing(stage: Stage, pack: str, words: str) -> None:
    stage.play(example(pack, words))
    assert opened(pack) == []


def test_a_count_of_visitors_on_a_thin_sample_is_sent_back_to_the_station(stage: Stage) -> None:
    stage.play(altered(example("tourism", "核定写明去重办法"), "tourism.aggregate", sampled="60"))
    assert "只抽了60人" in opened("tourism")[0]


def test_a_signature_before_the_notice_is_looked_into(stage: Stage) -> None:
    stage.play(altered(example("landwork", "一户走完五步"), "landwork.household", signed_on="2020-02-01", noticed_on="2020-03-01"))
    assert "没有公示就签了约" in opened("landwork")[0]


def test_a_subsidy_on_more_than_the_law_allows_is_looked_into(stage: Stage) -> None:
    stage.play(altered(example("finance", "不满一季按天"), "finance.interest_subsidy", principal="80000"))
    assert "超过五万元的部分不贴" in opened("finance")[0]
