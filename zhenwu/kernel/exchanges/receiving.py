"""Which exchanges there are, and who receives what comes by them."""

from __future__ import annotations

from functools import lru_cache

from zhenwu.kernel.definitions.api import Definition, every, find
from zhenwu.kernel.exchanges.exchange import Exchange, read_exchange
from zhenwu.kernel.orgs.api import Actor, reach, reach_of_posts
from zhenwu.lib.problems import NotFound


def exchanges() -> list[Exchange]:
    """The exchanges in force, by key."""
    return [_read(one) for one in every("exchange")]


def exchange_of(key: str) -> Exchange:
    """The exchange of a key; raises ``NotFound``."""
    found = find("exchange", key)
    if found is None:
        there = "、".join(f"{one.key}（{one.label}）" for one in exchanges()) or "（还没有）"
        raise NotFound("exchange.unknown", f"没有“{key[:60]}”这种来往表", f"可以用：{there}。业务模块可能没有启用。")
    return _read(found)


def may_receive(actor: Actor, exchange: Exchange) -> bool:
    """Whether it is this person's post to take the tables in."""
    return not reach_of_posts(actor, exchange.pack, exchange.receivers).nothing


def received_by(actor: Actor) -> list[Exchange]:
    """The exchanges whose tables are this person's to take in."""
    return [one for one in exchanges() if may_receive(actor, one) and not reach(actor, "write", one.pack).nothing]


@lru_cache(maxsize=64)
def _read(definition: Definition) -> Exchange:
    return read_exchange(definition.body)
