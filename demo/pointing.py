"""A point of a campaign on its way to 销号, step by step, and what the system brings of it into the ledgers. All hangs on its code and the day on which the rule heard of it, so that the
matter and the ledger tell one story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from demo.books import Case
from demo.bringing import Brought
from demo.courses import VILLAGE, Steps
from demo.deeds import Handling
from demo.diary import PROGRESS, Note
from demo.places import SEAT
from demo.world import World

POINT, RELAPSE, RULE = "remediation.point", "remediation.relapse", "remediation.point_listed"
CLERK, SYSTEM = "nongban", "system"
_DONE = ("补植阔叶树，浇了定根水", "清理平整，撒了草籽", "退耕，苗木已种下")


def on_the_point(code: str, opened: date) -> list[Handling]:
    """The steps of a point; the last of those with number 3 comes back in odd years."""
    return list(_way(Steps("remediation", code, opened, Random(f"点/{code}/{opened}")), code))


def point(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """The same, of the matter that the rule opened."""
    yield from (replace(step, matter=steps.matter) for step in on_the_point(steps.matter.split(":")[1], steps.day))


def _way(steps: Steps, code: str) -> Iterator[Handling]:
    rng = Random(f"事/{code}")
    yield from _put_right(steps, rng, again=rng.random() < 0.4, shown=code.endswith("-03"))
    if code.endswith("-03") and steps.day.year % 2:
        back = steps.take(CLERK, "relapse", 50, 80, reason="雨季冲开一角，又有人种上了菜")
        yield replace(back, more=(("relapsed_on", back.day.isoformat()), ("found_by", "patrol")))
        yield from _put_right(steps, rng, again=False)


def _put_right(steps: Steps, rng: Random, again: bool, shown: bool = False) -> Iterator[Handling]:
    """The village puts it right, the township looks, a county office accepts, it is published, signed and filed; some twice over."""
    handed = steps.take(CLERK, "assign", 1, 4)
    given = {"measure_planned": "退耕还林，一个季度内到位", "owner_post": "村书记", "due_on": (handed.day + timedelta(days=90)).isoformat()}
    yield replace(handed, more=tuple(given.items()))
    done = rng.choice(_DONE)
    if shown:
        yield steps.alone(VILLAGE, "rectify", ("before",), result="机械进场")
        steps.day += timedelta(days=8)
        yield steps.alone(VILLAGE, "complete", ("after",), result=done, photos="both")
    else:
        yield steps.take(VILLAGE, "rectify", 3, 9, result="机械进场")
        yield steps.take(VILLAGE, "complete", 8, 20, result=done, photos="both")
    if again:
        yield steps.take(CLERK, "do_again", 2, 5, reason="边角还有一条没有种")
        yield steps.take(VILLAGE, "complete", 3, 8, result="边角补种", photos="both")
    yield steps.take(CLERK, "self_check", 2, 5, result="到场看过，苗木成活")
    yield steps.take(CLERK, "accept", 3, 8, accepted_by="县自然资源和规划局", paper_no=f"青自然资验〔{steps.day.year}〕{rng.randint(1, 90)}号")
    notice = steps.take(CLERK, "publish", 1, 4)
    until = notice.day + timedelta(days=14)
    yield replace(notice, more=(("notice_place", "village_board"), ("notice_from", notice.day.isoformat()), ("notice_until", until.isoformat())))
    yield steps.take(CLERK, "close_notice", 16, 18, objections=rng.choices(("none", "explained"), (8, 2))[0])
    yield steps.take("yezhenzhang", "sign", 1, 4)
    yield steps.take(CLERK, "confirm", 4, 12, paper_no=f"青整改办核〔{steps.day.year}〕{rng.randint(1, 60)}号")
    yield steps.take(CLERK, "strike_off", 1, 4, paper_no=f"云整备〔{steps.day.year}〕{rng.randint(100, 190)}号")


def brought(world: World) -> Brought:
    """What the steps write into the ledger by themselves."""
    return Brought(POINT, RULE, _brought)


def _brought(code: str, case: Case) -> Iterator[Note]:
    """Struck off: the point ends. Come back: noted beside it, until the township has found it put right again."""
    told, back = case.said, case.taken.get("relapse")
    if back is None and case.closed:
        filed = {"code": code, "filed_no": told["paper_no"], "photos": told["photos"]}
        yield Note(case.closed, SYSTEM, POINT, code, filed, until=case.closed, reason="报备销号", manner=PROGRESS)
    if back is not None:
        name, key = f"{code}/{case.reopened}", {"point": code, "turn": str(case.reopened)}
        yield Note(back, SYSTEM, RELAPSE, name, {**key, "found_by": told["found_by"]}, SEAT, date.fromisoformat(told["relapsed_on"]))
        if (checked := case.taken["self_check"]) > back:
            yield Note(checked, SYSTEM, RELAPSE, name, {**key, "restored_on": checked.isoformat()}, reason="再次整改到位", manner=PROGRESS)
