"""Acts around time limits in 2029, and what the journal tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from tests.orgs.staff import Town
from zhenwu.kernel.definitions.api import DayInput, Draft, install
from zhenwu.kernel.journal.api import Event
from zhenwu.kernel.matters.api import (
    Report,
    advance_matter,
    catch_up_limits,
    current,
    open_matter,
    standard_body,
    tell_due,
)
from zhenwu.kernel.matters.checking import check_workflow
from zhenwu.kernel.matters.workflow_tables import read_workflow
from zhenwu.kernel.orgs.api import SYSTEM, post_kinds
from zhenwu.lib.clock import LOCAL, at

# A year with a festival and exchanged days: 13–19 February are off, Saturday 10 and Sunday 25 are worked.
NOTICE = [DayInput(date(2029, 2, day), False, "春节") for day in range(13, 20)]
NOTICE += [DayInput(date(2029, 2, day), True, "调休上班") for day in (10, 25)] + [DayInput(date(2029, 1, 1), False, "元旦")]


def moment(text: str) -> datetime:
    """``02-09 10:00`` of 2029, local time."""
    return datetime.strptime(f"2029-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


@contextmanager
def on(text: str) -> Iterator[None]:
    with at(moment(text)):
        yield


def limited(**limit: Any) -> str:
    """The standard workflow with one limit of its own from report to the end, installed; returns its key."""
    body = standard_body() | {"id": "timed", "label": "限时事项"}
    body["limit"] = [{"id": "whole", "label": "全程时限", "during": ["reported", "accepted", "dispatched", "signed", "handling"], "owner": ["clerk"], **limit}]
    assert check_workflow(read_workflow(body), post_kinds()) == []
    install(SYSTEM, [Draft("workflow", "grid.timed", "grid", {"key": "grid.timed", "pack": "grid", **body})], uuid4())
    return "grid.timed"


def report(town: Town, workflow: str = "standard", title: str = "井盖松动", place: str = "深塘一格") -> UUID:
    matter = UUID(open_matter(SYSTEM, uuid4(), Report("grid", town[place], title), workflow=workflow)["matter"])
    catch_up_limits()
    return matter


def take(matter: UUID, action: str, **given: str) -> None:
    base = current(SYSTEM, matter).number
    advance_matter(SYSTEM, uuid4(), matter, action, base, given)
    catch_up_limits()


def tick(text: str) -> int:
    """The clockwork turns at a moment."""
    with on(text):
        catch_up_limits()
        return tell_due()


def journal() -> list[tuple[str, str]]:
    """What was told: kind and the moment at which it became due to be told."""
    kinds = ("matter.reminded", "matter.overdue", "matter.lapsed", "matter.escalated")
    return [
        (one.kind.removeprefix("matter."), f"{datetime.fromisoformat(one.body['came']).astimezone(LOCAL):%m-%d %H:%M}")
        for one in Event.objects.filter(kind__in=kinds).order_by("id")
    ]
