"""Which rosters there are, and who has to do with them."""

from __future__ import annotations

from functools import lru_cache

from zhenwu.kernel.definitions.api import Definition, every, find
from zhenwu.kernel.orgs.api import Actor, reach, reach_of_posts
from zhenwu.kernel.rosters.scheme import Scheme, read_scheme
from zhenwu.lib.problems import NotFound, Refused

HEADS = ("office_head",)  # who is told of what is missing


def schemes_for(who: Actor) -> list[Scheme]:
    """The rosters of which somebody may see something, by key."""
    return [one for one in map(_read, every("roster")) if not reach(who, "list", one.pack).nothing]


def scheme_of(key: str) -> Scheme:
    """The roster of a key; raises ``NotFound``."""
    found = find("roster", key)
    if found is None:
        raise NotFound("roster.unknown", f"没有“{key[:60]}”这种排班", "业务模块可能没有启用，请联系管理员。")
    return _read(found)


def require(who: Actor, key: str) -> Scheme:
    """The roster of a key; raises ``Refused`` for who sees nothing of it."""
    one = scheme_of(key)
    if reach(who, "list", one.pack).nothing:
        raise Refused("roster.refused", f"{one.label}不在您的权限内", f"请联系{one.steward}，由安全管理员开通这个条线。")
    return one


def heads_of(who: Actor) -> list[Scheme]:
    """The rosters of which somebody heads the office that makes them."""
    if not set(HEADS) & set(who.post_kinds):
        return []
    return [one for one in schemes_for(who) if not reach_of_posts(who, one.pack, HEADS).nothing]


@lru_cache(maxsize=64)
def _read(definition: Definition) -> Scheme:
    return read_scheme(definition.body)
