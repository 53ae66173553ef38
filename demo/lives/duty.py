"""值班值守: posts set up for floods, fires and festivals, and who kept watch at the township every day and night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import cycle
from random import Random

from demo.counting import distinct, flow, of_workflow, own_cases, scaled, stock
from demo.deeds import Handling
from demo.diary import CORRECT, ENTER, PROGRESS, Note, later, office_day, posting_day
from demo.founding import accounts
from demo.life import Life
from demo.people import CADRES, invent_name
from demo.places import VILLAGES, stands_as
from demo.world import World

CHECKPOINT, WATCHER, ASSIGNMENT, HANDOVER = "duty.checkpoint", "duty.watcher", "duty.assignment", "duty.handover"
SEAT, DESK = "深塘村", "值班室"
TOWNSHIP = "云岭镇"
SPRING_PASS, WINTER_PASS = ("松风垭口", "石门坑村"), ("云岭隧道口", "深塘村")  # the county's, watched by the township
SWAP, SWAPPED = "duty.swap", 3  # exchanges a year that were asked for in the system, one of them in vain
_ASKING = ("minzheng", "cunjian", "yingji")  # on the roster, with a log-in and the line
FORTNIGHT, WEEK_WATCHES = 14, 3  # days; how often one may stand in a week
_SPOTS = ("村口", "水口", "垭口", "渡口")


@dataclass(frozen=True)
class Campaign:
    """Why posts are set up: what it is called, from which day for how long, at how many places of villages."""

    kind: str
    called: str
    month: int
    day: int
    lasts: int
    posts: tuple[int, int]
    county: tuple[str, str] | None = None


CAMPAIGNS = (
    Campaign("festival", "年春节", 1, 18, 24, (4, 6)),
    Campaign("forest_fire", "年清明防火", 3, 28, 14, (9, 13), SPRING_PASS),
    Campaign("flood", "年汛期", 6, 5, 100, (7, 10)),
    Campaign("festival", "年国庆", 9, 28, 11, (2, 4)),
    Campaign("forest_fire", "年冬春防火", 11, 3, 75, (8, 12), WINTER_PASS),
)


def _notes(world: World) -> Iterator[Note]:
    first = world.first_day
    desk = {
        "code": DESK, "spot": "镇政府值班室", "level": "seat", "kind": "other", "campaign": "日常值班", "per_shift": "1", "shifts_a_day": "1",
        "leaders": "1", "responsible": CADRES[0],
    }  # fmt: skip
    yield Note(first, "dangzhengban", CHECKPOINT, DESK, desk, SEAT, first)
    logins = {account.name: account.username for account in accounts()}
    for name in sorted(set(CADRES)):
        known = {"account": logins[name]} if name in logins else {}  # who can sign in finds their own turns
        yield Note(first, "dangzhengban", WATCHER, name, {"code": name, "role": "both", "post": DESK, **known}, TOWNSHIP, first)
    for year in world.years:
        yield from _set_up(world, year)
        yield from _watches(world, year)


def _set_up(world: World, year: int) -> Iterator[Note]:
    number = 0
    for campaign in CAMPAIGNS:
        rng = world.rng(CHECKPOINT, year, campaign.called)
        for where in _places(rng, campaign):
            number += 1
            yield from _post(world, rng, campaign, year, f"K{year}{number:02d}", where)


def _places(rng: Random, campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    """(spot, village, level): some villages have two posts."""
    spots = [(f"{village}{spot}", village, "village") for village in VILLAGES for spot in _SPOTS]
    yield from rng.sample(spots, rng.randint(*campaign.posts))
    if campaign.county:
        yield (*campaign.county, "county")


def _post(world: World, rng: Random, campaign: Campaign, year: int, code: str, where: tuple[str, str, str]) -> Iterator[Note]:
    spot, village, level = where
    day = date(year, campaign.month, campaign.day) + timedelta(days=rng.randint(0, 2))
    spot = spot.replace(village, stands_as(village, day, world.year))
    data = {
        "code": code, "spot": spot, "level": level, "kind": campaign.kind, "campaign": f"{year}{campaign.called}",
        "per_shift": str(4 if level == "county" else rng.choice((1, 2, 2))), "shifts_a_day": "3" if level == "county" else rng.choice(("1", "2")),
        "responsible": rng.choice(CADRES),
    }  # fmt: skip
    told = day if level == "county" else later(day, rng, 0, 4)  # its watches are entered with it
    yield Note(told, "dangzhengban", CHECKPOINT, code, data, village, day)
    over = day + timedelta(days=campaign.lasts)
    yield Note(later(over, rng, 0, 6), "dangzhengban", CHECKPOINT, code, {"code": code}, until=over, reason="撤点", manner=PROGRESS)
    if campaign.kind == "festival":
        yield from _holidays(world, data, village, day, min(FORTNIGHT, campaign.lasts), told)
    if level == "county":
        for ahead in range(0, campaign.lasts, 3):
            yield from _watch(rng, day + timedelta(days=ahead), code, village, 8)


def _holidays(world: World, post: Mapping[str, str], village: str, first: date, days: int, told: date) -> Iterator[Note]:
    """Through the holidays the officials of the township stand at the villages' posts, in turn."""
    return _in_turn(post, village, world.rng(ASSIGNMENT, post["code"]).sample(CADRES, len(CADRES)), [first + timedelta(days=ahead) for ahead in range(days)], told)


def _in_turn(post: Mapping[str, str], village: str, people: Sequence[str], days: Sequence[date], told: date) -> Iterator[Note]:
    """Everybody once before anybody twice, on so many watches a day."""
    turn, shifts = cycle(people), int(post["shifts_a_day"])
    for day in days:
        for number in range(1, shifts + 1):
            for _ in range(int(post["per_shift"])):
                watcher, begins = next(turn), (8 + (number - 1) * 24 // shifts) % 24
                data = {
                    "watch": f"{post['code']}-{day:%Y%m%d}-{number}", "watcher": watcher, "role": "keeper", "post": post["code"], "watch_day": day.isoformat(),
                    "begins": f"{begins:02d}:00", "length": str(24 // shifts * 60), "night": str(number == shifts).lower(), "day_off": str(day.weekday() > 4).lower(),
                    "on_post": "true", "swap": "none",
                }  # fmt: skip
                yield Note(max(day, told), "dangzhengban", ASSIGNMENT, f"{data['watch']}/{watcher}", data, village, day)


def _standing(world: World, last: date) -> Iterator[Note]:
    """The posts that stand on a day and are known by then."""
    notes = [note for year in world.years for note in _set_up(world, year) if note.ledger == CHECKPOINT]
    over = {note.key: note.until for note in notes if note.until is not None}
    yield from (note for note in notes if note.manner == ENTER and note.told <= last and (over.get(note.key) or last) > last)


def _still_stood_at(world: World, last: date) -> Iterator[Note]:
    """What stands on the last day has people of its own, who have stood there in turn for a fortnight."""
    known = set[str]()
    for post in _standing(world, last):
        assert post.day is not None
        a_day, rng = int(post.data["per_shift"]) * int(post.data["shifts_a_day"]), world.rng(WATCHER, post.key)
        people = _people_of(post.place, rng, 7 * a_day // WEEK_WATCHES + 2, known)
        for name in people:
            yield Note(post.told, "dangzhengban", WATCHER, name, {"code": name, "role": "keeper", "post": post.key}, TOWNSHIP, post.day)
        if post.data["kind"] != "festival":
            first = max(post.day, last - timedelta(days=FORTNIGHT - 1))
            yield from _in_turn(post.data, post.place, people, [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)], post.told)


def _people_of(village: str, rng: Random, many: int, known: set[str]) -> list[str]:
    """So many of a village, none of whom stands elsewhere."""
    found = list[str]()
    while len(found) < many:
        name = f"{invent_name(rng)}（{village.removesuffix('村')}）"
        if name not in known:
            found.append(name)
            known.add(name)
    return found


def _watches(world: World, year: int) -> Iterator[Note]:
    """The township's own watch, day and night; once in a long while nobody was found at the desk."""
    rng = world.rng(ASSIGNMENT, year)
    day = max(date(year, 1, 1), world.first_day)
    while day.year == year:
        notes = list(_watch(rng, day, DESK, SEAT, 24))
        yield from notes
        if rng.random() < 0.003:
            for note in notes:
                found = {"watch": note.data["watch"], "watcher": note.data["watcher"], "on_post": "false"}
                yield Note(later(posting_day(note.told), rng, 1, 12), "dangzhengban", ASSIGNMENT, note.key, found, reason="抽查时值班室没有人", manner=CORRECT)
        for number in range(rng.randint(0, 3 if 5 <= day.month <= 9 else 1)):
            yield _call(rng, day, number)
        day += timedelta(days=1)


def _watch(rng: Random, day: date, post: str, village: str, hours: int) -> Iterator[Note]:
    """Two people on one watch, entered with their arrival; at the township's desk on the day itself: its roster has no gap today."""
    later_on = later(day, rng, 0, 2)
    told = day if post == DESK else later_on
    for role, watcher in zip(("leader", "keeper"), rng.sample(sorted(set(CADRES)), 2), strict=True):
        data = {
            "watch": f"{post}-{day:%Y%m%d}-1", "watcher": watcher, "role": role, "post": post, "watch_day": day.isoformat(), "begins": "08:00",
            "length": str(hours * 60), "night": str(hours == 24).lower(), "day_off": str(day.weekday() > 4).lower(), "on_post": "true",
            "swap": rng.choices(("none", "agreed", "unasked"), (92, 7, 1))[0],
        }  # fmt: skip
        yield Note(told, "dangzhengban", ASSIGNMENT, f"{data['watch']}/{watcher}", data, village, day)


def _call(rng: Random, day: date, number: int) -> Note:
    code = f"R{day:%Y%m%d}{number}"
    caller, content = rng.choice((("县防指", "询问在岗情况"), ("村民来电", "路上有落石"), ("县委值班室", "抽查值班"), ("村民来电", "停电")))
    data = {
        "code": code, "post": DESK, "at": f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}", "kind": "call", "caller": caller, "content": content,
        "handling": "已转有关站所，已回复",
    }  # fmt: skip
    return Note(later(day, rng, 0, 2), "dangzhengban", HANDOVER, code, data, SEAT, day)


def _deeds(world: World) -> Iterator[Handling]:
    """Some of the exchanges that the roster knows of, from the asking to the roster; and one a year that came to nothing."""
    logins = {account.name: account.username for account in accounts() if account.username in _ASKING}
    for year in world.years:
        rng = world.rng(SWAP, year)
        taken = [note for note in _watches(world, year) if note.ledger == ASSIGNMENT and note.manner == ENTER and note.data["watcher"] in logins and note.data["post"] == DESK]
        agreed = [note for note in taken if note.data["swap"] == "agreed" and note.told.month > 1]
        plain = [note for note in taken if note.data["swap"] == "none" and note.told.month > 1]
        for number, note in enumerate([*agreed[:SWAPPED], rng.choice(plain)]):
            yield from _exchanged(rng, note, logins, granted=number < min(SWAPPED, len(agreed)))


def _exchanged(rng: Random, note: Note, logins: dict[str, str], granted: bool) -> Iterator[Handling]:
    """Asked for some days ahead; the other agrees, the office grants it and changes the roster. Or they cannot."""
    here, why = note.data["watcher"], rng.choice(("孩子开家长会", "老人住院要陪", "县里培训，赶不回来"))
    asker, other = (rng.choice([name for name in sorted(logins) if name != here]), here) if granted else (here, rng.choice([name for name in sorted(logins) if name != here]))
    matter, day = f"swap/{note.key}", office_day(note.told - timedelta(days=rng.randint(12, 16)))
    title = f"{asker}的班换给{other}：{note.told:%m月%d日}{DESK}"
    asked = (("asker", asker), ("other", other), ("back", ""))
    yield Handling(day, logins[asker], "duty", matter, "report", title, "", "", SEAT, reason=why, more=asked, workflow=SWAP)
    if not granted:
        yield Handling(office_day(day + timedelta(days=1)), logins[other], "duty", matter, "decline", reason="那天要下村，换不了")
        return
    yield Handling(day, logins[other], "duty", matter, "agree")
    day = office_day(day + timedelta(days=1))
    yield Handling(day, "dangzhengban", "duty", matter, "approve")
    yield Handling(day, "dangzhengban", "duty", matter, "apply", result="班表已改", more=(("assignment", note.data["watch"]),))


LIFE = Life(
    "duty", "dangzhengban", (CHECKPOINT, WATCHER, ASSIGNMENT, HANDOVER), _notes, _deeds,
    counted={
        "duty.checkpoints": distinct(CHECKPOINT, "spot", level="village"),
        "duty.county_checkpoints": distinct(CHECKPOINT, "spot", level="county"),
        "duty.set_up": flow(CHECKPOINT, level=("village", "county")),
        "duty.standing": stock(CHECKPOINT, level=("village", "county")),
        "duty.shifts": distinct(ASSIGNMENT, "watch", "watch_day"),
        "duty.due": flow(ASSIGNMENT, time="watch_day"),
        "duty.manned": flow(ASSIGNMENT, time="watch_day", on_post="true"),
        "duty.unmanned": flow(ASSIGNMENT, time="watch_day", on_post="false"),
        "duty.swaps": flow(ASSIGNMENT, time="watch_day", swap="agreed"),
        "duty.unasked_swaps": flow(ASSIGNMENT, time="watch_day", swap="unasked"),
        "duty.hours": scaled(flow(ASSIGNMENT, "length", "watch_day", on_post="true"), Fraction(1, 60)),
        "duty.calls": flow(HANDOVER),
        "duty.swap_requests": own_cases("reported", "duty"),
        "duty.swaps_declined": of_workflow("duty", None, lambda case: case.reported, lambda case: case.declined, by_report=True),
    },
    at_last=_still_stood_at,
    ratios={"duty.attendance": ("duty.manned", "duty.due")},
)  # fmt: skip
