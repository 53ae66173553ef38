"""A claim without a digit stands on a list of exceptions: empty, it holds; one row contradicts it."""

from __future__ import annotations

import pytest

from tests.reports.township import Township
from zhenwu.kernel.metrics.api import catch_up
from zhenwu.kernel.reports.api import Filled, fill
from zhenwu.kernel.reports.bindings import parse_bindings
from zhenwu.lib.problems import Problem, Problems

TEMPLATE = """+++
年份 = {text = "year"}
没有遗留的违建 = {claim = "demolition.removed", because = "全镇违法建筑"}
一户也不落 = {claim = "nobody.knows"}
+++
# 小结

⟦年份⟧年，全镇没有遗留的违建；帮扶一户也不落。
"""


def filled(text: str = TEMPLATE) -> Filled:
    return fill(text.encode(), "claims.md", 2020)


def test_a_claim_holds_while_its_list_of_exceptions_is_empty(town: Township) -> None:
    record = town.removed("A1", "10", "2020-03-01", state="found")
    catch_up()
    known, unknown = filled().claims
    assert known.holds is True and known.sentence == "⟦年份⟧年，全镇没有遗留的违建；"
    assert not filled().contradictions
    assert unknown.holds is None and "没有数据" in unknown.message
    town.correct(record, state="removed")
    catch_up()
    (contradiction,) = filled().contradictions
    assert "没有遗留的违建" in contradiction.message and "1处" in contradiction.message
    assert contradiction.address.startswith("demolition.removed@2020/")


def test_a_claim_that_the_text_does_not_make_is_not_held_against_it(town: Township) -> None:
    town.removed("A1", "10", "2020-03-01")
    catch_up()
    assert not filled(TEMPLATE.replace("全镇没有遗留的违建", "拆违继续推进")).claims[0].claim.id.startswith("没有")


def test_a_contradicted_claim_cannot_be_issued(town: Township) -> None:
    town.removed("A1", "10", "2020-03-01")
    catch_up()
    with pytest.raises(Problem) as refused:
        town.issue(TEMPLATE, "claims.md")
    assert refused.value.code == "report.contradiction"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"id": "x", "words": ["全覆盖"]}, "claim.unknown_key"),
        ({"id": "x", "words": ["全覆盖"], "metric": "a.b", "colour": "red"}, "claim.unknown_key"),
        ({"id": "x", "words": [], "metric": "a.b"}, "claim.words"),
        ({"id": "x", "words": "全覆盖", "metric": "a.b"}, "claim.words"),
        ({"id": "x", "words": ["全覆盖"], "metric": "镇"}, "claim.metric"),
        ({"id": "x", "words": ["全覆盖"], "metric": "a.b", "period": "昨天"}, "binding.period"),
    ],
)
def test_a_claim_written_wrong_is_refused_with_its_place(entry: dict[str, object], code: str) -> None:
    with pytest.raises(Problems) as refused:
        parse_bindings({"claim": [entry]}, "town.toml")
    assert [problem.code for problem in refused.value.found] == [code]
    assert refused.value.found[0].place.file == "town.toml"
