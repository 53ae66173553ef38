"""Whence a report came: only what a screen can name, by whichever way a matter is opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from uuid import UUID, uuid4

import pytest

from tests.matters.test_verbs import JUNE, opened, report, walk
from tests.orgs.staff import Town
from tests.reports.township import drafts
from zhenwu.kernel.definitions.api import install
from zhenwu.kernel.matters.api import Report, Taken, channels, join_report, open_matter, split_matter, take_steps
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.orgs.api import SYSTEM, Actor
from zhenwu.lib import clock
from zhenwu.lib.problems import Problem, Problems

pytestmark = pytest.mark.django_db


def strange(town: Town, code: str = "hotline") -> Report:
    return replace(report(town), channel=code)


def test_a_channel_that_is_none_is_refused_with_those_there_are_by_every_way(town: Town, people: dict[str, Actor]) -> None:
    lead = opened(people, town)
    before = Matter.objects.count()
    with pytest.raises(Problem) as told:
        open_matter(people["阿莲"], uuid4(), strange(town))
    assert told.value.code == "matter.channel" and all(f"{code}（{label}）" in told.value.remedy for code, label in channels().items())
    with pytest.raises(Problem, match="没有“hotline”这个来源"):
        join_report(people["窗口"], uuid4(), strange(town), lead)
    moment = datetime.combine(JUNE, time(8), clock.LOCAL)
    with pytest.raises(Problems) as many:
        take_steps(people["阿莲"], uuid4(), [Taken(uuid4(), "report", 0, one, moment) for one in (report(town), strange(town))])
    assert [(one.place.row, one.code) for one in many.value.found if one.place] == [(2, "matter.channel")]
    assert Matter.objects.count() == before


def test_the_channel_of_an_exchange_in_force_is_known_and_none_told_is_none(town: Town, people: dict[str, Actor]) -> None:
    install(SYSTEM, drafts(), uuid4())
    for code in ("hotline", "", "open311"):
        matter = UUID(open_matter(people["阿莲"], uuid4(), strange(town, code))["matter"])
        assert (Step.objects.get(matter=matter).columns["channel"] or "") == code


def test_what_is_split_keeps_whence_it_came_though_nobody_knows_that_any_more(town: Town, people: dict[str, Actor]) -> None:
    matter = opened(people, town)
    walk(people, matter, ("窗口", "accept"))
    old = Step.objects.get(matter=matter, retired_by=None)
    Step.objects.filter(pk=old.pk).update(columns=old.columns | {"channel": "gone"})  # as a township has it that switched a pack off
    with pytest.raises(Problem, match="没有“hotline”这个来源"):
        split_matter(people["窗口"], uuid4(), matter, 2, [strange(town), strange(town)], "两件事")
    assert len(split_matter(people["窗口"], uuid4(), matter, 2, [strange(town, "gone"), report(town)], "两件事")["children"]) == 2
