"""Watches and what is missing on them, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time

from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.rosters.reading import Post, lacking, moment, posts, unnoted
from zhenwu.kernel.rosters.scheme import Scheme
from zhenwu.lib.clock import today
from zhenwu.lib.roster_rules import DAY, Watch

LOOK = 7  # how many days ahead what is missing is told
BROKEN = {
    "unknown": "不在名单里", "role": "不能当这个", "bound": "只排别的值班点", "away": "请假外出", "no_nights": "不排夜班",
    "beside": "这时已有别的班", "rest": "休息时间不够", "week": "七天内班数超了", "row": "连续夜班超了",
}  # fmt: skip


def told_watch(watch: Watch, posts: Mapping[str, Post]) -> str:
    """A watch in words: 12月6日 镇政府值班室 20:00—次日08:00."""
    spot = posts[watch.id.post].spot if watch.id.post in posts else watch.id.post
    return f"{watch.id.day.month}月{watch.id.day.day}日 {spot} {told_hours(watch)}"


def told_hours(watch: Watch) -> str:
    """From when until when, seen from the watch's day: 16:00—24:00, 次日00:00—08:00."""
    late = "次日" if watch.starts.date() > watch.id.day else ""
    if watch.ends == datetime.combine(watch.starts.date() + DAY, time()):
        return f"{late}{watch.starts:%H:%M}—24:00"
    over = "次日" if not late and watch.ends.date() > watch.id.day else ""
    return f"{late}{watch.starts:%H:%M}—{over}{watch.ends:%H:%M}"


def warnings(who: Actor, scheme: Scheme) -> list[str]:
    """What is missing within a week, and watches that began without anybody noted."""
    there = posts(who, scheme, today())
    late: dict[str, list[str]] = defaultdict(list)
    for one in unnoted(who, scheme):
        late[told_watch(one.duty.watch, there)].append(one.duty.watcher)
    said = [f"{watch}：{'、'.join(names)}还没有登记到岗" for watch, names in late.items()]
    by_post: dict[str, list[tuple[Watch, str, int]]] = defaultdict(list)
    for watch, role, count in lacking(who, scheme, today(), today() + DAY * (LOOK - 1)):
        if watch.ends > moment():
            by_post[watch.id.post].append((watch, role, count))
    for code, rows in by_post.items():
        whole = {watch.id for watch, _, _ in rows}
        if len(rows) > 4:
            said.append(f"{there[code].spot}：{LOOK}天内有 {len(whole)} 个班没有排满，最早的是{told_watch(rows[0][0], there)}")
        else:
            said += [f"{told_watch(watch, there)}：缺{scheme.roles[role]}{count}人" for watch, role, count in rows]
    return said
