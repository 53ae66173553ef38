"""When tallies are written: on news of things, plans, visits and tallies, and on a new day for the spans that have closed.

The follower looks at the things that a batch touches and at the days it touches them on, never at all of them. The turn of
the day looks at every thing of a round, for the days since the last one: a machine that was off for weeks makes up each
span once. A round that fails is noted as ``round.failed`` and the stream goes on; a database that cannot be reached is no
fault of a round, and is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from uuid import uuid5

from django.db import InterfaceError, OperationalError

from zhenwu.kernel.definitions.api import Definition, every
from zhenwu.kernel.journal.api import Act, Batch, Event, Follower, follow, perform, sequence
from zhenwu.kernel.ledgers.api import PREFIX, facts, keyed_changes, keyed_facts
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.kernel.rounds.models import Reached
from zhenwu.kernel.rounds.round import Round, matches, read_round
from zhenwu.kernel.rounds.settling import ROUNDS, Days, Wanted, settle
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.problems import Problem, Problems
from zhenwu.lib.rounds import WORDS, spans

RECORD = "record.saved"
_UNREACHABLE = (OperationalError, InterfaceError)
_EVER = (date(1900, 1, 1), date(2199, 12, 31))


def follow_rounds() -> int:
    """Sequence what is committed, take the turn of the day and bring the tallies up to it; returns the position read to."""
    sequence()
    position = follow(FOLLOWER)
    close_spans()
    return position


def close_spans() -> bool:
    """The turn of the day: write the tallies of spans that closed since the last one; whether there was anything to do."""
    reached = {one.round: one for one in Reached.objects.all()}
    behind = [one for one in every("round") if _through(one, reached) < _closed_by(round_of(one))]
    told = []
    for definition in behind:
        first, until = _through(definition, reached) + timedelta(days=1), _closed_by(round_of(definition))
        if _tried(definition, f"day {until}", partial(_closing, first=first, until=until), until):
            told.append(Reached(round=definition.key, through=until, revision=definition.id))
    # Together: a turn that is cut short tells the same spans again, and finds them written.
    Reached.objects.bulk_create(told, update_conflicts=True, unique_fields=["round"], update_fields=["through", "revision"])
    return bool(behind)


def _closed_by(one: Round) -> date:
    """The last day of the spans that are told today: the days of grace are for writing down what was done."""
    return today() - timedelta(days=1 + one.grace_days)


def _through(definition: Definition, reached: Mapping[str, Reached]) -> date:
    """Up to which day a round's spans are told; a round that was changed begins anew."""
    known = reached.get(definition.key)
    return known.through if known and known.revision == definition.id else _EVER[0]


def _closing(one: Round, first: date, until: date) -> Wanted:
    """Every thing that may be owed something in a span that closes from ``first`` to ``until``; none where no plan's span does."""
    closing = {per for per in WORDS if _closes(per, first, until)} if one.plan else set()
    if one.plan and not (closing and any(plan.row["per"] in closing for plan in facts(Scope(PREFIX + one.plan)))):
        return Wanted({})
    things = {key: thing for key, thing in keyed_facts(Scope(PREFIX + one.of)) if not _ended(thing, first)}
    return Wanted(dict.fromkeys(things, (first, _EVER[1])), things)


def _closes(per: str, first: date, until: date) -> bool:
    """Whether a span of a kind ends on one of these days."""
    return any(span.last <= until for span in spans(per, max(first, until - timedelta(days=731)), until))


def _ended(thing: Fact, day: date) -> bool:
    """Whether it was over before any span that closes from that day on could begin and still be whole."""
    until = thing.row["valid_until"]
    return until is not None and until < day - timedelta(days=366)


def _prepare(batch: Batch) -> Callable[[], None]:
    """What has not been told yet is left to the turn of the day, which tells the oldest span first."""
    reached = {one.round: one for one in Reached.objects.all()}
    for definition in every("round"):
        one, until = round_of(definition), _through(definition, reached)
        news = [event for _, event in batch if event.body.get("ledger") in (one.of, one.by, one.plan, one.into)]
        if news and until > _EVER[0]:
            _tried(definition, f"event {news[-1].uuid}", partial(_touched, news=news), until)
    return lambda: None


def _touched(one: Round, news: Sequence[Event]) -> Wanted:
    """thing → the days whose spans may have changed."""
    found: dict[str, Days] = {}
    for ledger in {event.body["ledger"] for event in news}:
        # What we wrote ourselves is no news to us: only a person's change of a tally is looked at again.
        some = [event for event in news if event.body["ledger"] == ledger and (ledger != one.into or event.principal != SYSTEM.principal)]
        for key, days in _touched_by(one, ledger, list(keyed_changes(some))):
            before = found.get(key, days)
            found[key] = (min(before[0], days[0]), max(before[1], days[1]))
    return Wanted(found)


def _touched_by(one: Round, ledger: str, changed: Sequence[tuple[str, Fact]]) -> Iterator[tuple[str, Days]]:
    if ledger in (one.by, one.into):
        for _, fact in changed:
            day = fact.row["occurred_on"]
            yield str(fact.row[one.link]), (day, day)
        return
    if ledger == one.of:
        yield from ((key, _EVER) for key, _ in changed)
    if ledger == one.plan and changed:
        plans = [plan.row for _, plan in changed]
        for key, thing in keyed_facts(Scope(PREFIX + one.of)):
            begun = [terms["valid_from"] for terms in plans if matches(one, thing.row, terms)]
            if begun:
                yield key, (min(begun) - timedelta(days=1), _EVER[1])


def _tried(definition: Definition, what: str, wanted: Callable[[Round], Wanted], until: date) -> bool:
    """Settle the things wanted; a fault is noted, once for the same cause. A thing that is refused does not hold up the rest."""
    try:
        one = round_of(definition)
        for key, error in settle(one, wanted(one), until).items():
            _note(definition, f"{key} {today()}", error)
    except _UNREACHABLE:
        raise
    except Exception as error:
        _note(definition, what, error)
        return False
    return True


def _note(definition: Definition, what: str, error: Exception) -> None:
    """Write that a round failed: its key and the problem's code, no values."""
    found: Mapping[str, str] = {"round": definition.key, "code": _code(error)}
    op_id = uuid5(ROUNDS, f"{definition.key} {definition.id} {what} failed {found['code']}")
    act = Act(SYSTEM.principal, op_id, "note_failed_round", dict(found))
    perform(act, lambda writer: {"event": str(writer.event("round.failed", f"round:{definition.key}", dict(found)).uuid)})


def _code(error: Exception) -> str:
    """The problem's stable code; of anything else, the kind of error."""
    if isinstance(error, Problems):
        return error.found[0].code
    return error.code if isinstance(error, Problem) else type(error).__name__


@lru_cache(maxsize=512)
def round_of(definition: Definition) -> Round:
    """The round of a definition in force."""
    return read_round(definition.body)


def in_force() -> list[Round]:
    """The rounds in force, by key."""
    return [round_of(one) for one in every("round")]


FOLLOWER = Follower("rounds", (RECORD,), _prepare)
