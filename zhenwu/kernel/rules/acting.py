"""The follower that acts on news: it reads the journal and calls verbs; nobody imports it but its own door.

Each act has an operation id made from the rule, the event and the thing spoken of, and is answered only once by the
write door. So the verbs may run before the position is stored: a batch that comes again, after a kill or from two
processes, does nothing twice. A rule that fails is noted as ``rule.failed`` and the stream goes on; a database that
cannot be reached is no fault of a rule, and the batch is tried again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from uuid import UUID, uuid5

from django.db import InterfaceError, OperationalError

from zhenwu.kernel.definitions.api import Definition, current, revision, stamp
from zhenwu.kernel.journal.api import (
    Act,
    Batch,
    Event,
    Follower,
    any_between,
    chunks,
    follow,
    head,
    perform,
    position_of,
    sequence,
)
from zhenwu.kernel.ledgers.api import AUTHORITIES, PREFIX, Field, facts, form_of, named, news_of, shown
from zhenwu.kernel.matters.api import Report, Stepped, open_matter, steps_taken
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.kernel.rules.computing import compute
from zhenwu.kernel.rules.entering import enter
from zhenwu.kernel.rules.everyone import EACH, reached
from zhenwu.kernel.rules.once import told_already
from zhenwu.kernel.rules.rule import ALARM, RECORD, STEP, STEPS, Beside, Rule, columns_named, read_rule, title_of
from zhenwu.kernel.telemetry.api import alarm_raised
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.problems import Problem, Problems

_RULES = UUID("6f0a2c1e-6c0b-5d5e-9b7a-2f5f3c8e4d10")  # the name space of operation ids made here
NEAR = 200  # events
_AT_ONCE = 20  # events whose news are read together: one may tell of a thousand records
_SOME = 100  # facts whose neighbours are asked for together
_UNREACHABLE = (OperationalError, InterfaceError)
News = tuple[Sequence[Fact], Sequence[Fact]]  # what an event put away, what it put in place


def follow_rules() -> int:
    """Sequence what is committed and let the rules act on it; returns the position they stand at."""
    sequence()
    return follow(FOLLOWER)


def follow_rules_here(most: int = NEAR) -> None:
    """Let the rules act at once on what was just saved, for whoever saved it; where ``most`` events or more wait, that stays the
    clockwork's work."""
    sequence()
    if head() - position_of(FOLLOWER.name) < most:
        follow(FOLLOWER)


def _prepare(batch: Batch) -> Callable[[], None]:
    in_force = _rules_in_force(batch)
    heard = [(position, event, listening) for position, event in batch if (listening := [rule for rule in map(revision, in_force(position)) if _listens(rule, event)])]
    for some in chunks(heard, _AT_ONCE):
        written = news_of([event for _, event, _ in some if event.kind == RECORD])
        taken = _steps(some)
        for position, event, listening in some:
            if event.kind.startswith(STEPS):
                _enter_all(event, listening, taken[event.id])
                continue
            news = written[event.id] if event.kind == RECORD else _raised(event)
            for definition in listening:
                (_compute if definition.body.get("enter") else _apply)(definition, position, event, news)
    return lambda: None


def _compute(definition: Definition, position: int, event: Event, news: News) -> None:
    """Each record that was written or made void brings its own: all together, or each for itself where one of them is refused."""
    before, after = ({fact.id: fact for fact in some} for some in news)
    rule, op_id, records = _rule(definition), partial(_op_id, definition.key, event), sorted(before.keys() | after.keys())
    try:
        return compute(rule, position, before, after, op_id)
    except _UNREACHABLE:
        raise
    except Exception:
        pass  # whose it is, is found out below: nothing of a rule may hold up the stream
    for record in records:
        try:
            compute(rule, position, _only(before, record), _only(after, record), op_id)
        except _UNREACHABLE:
            raise
        except Exception as error:
            _note(definition.key, event, str(record), error)


def _only(some: Mapping[UUID, Fact], record: UUID) -> Mapping[UUID, Fact]:
    return {record: some[record]} if record in some else {}


def _steps(heard: Sequence[tuple[int, Event, list[Definition]]]) -> Mapping[int, list[Stepped]]:
    """event id → the steps that it took, of the workflows that a rule listens to."""
    found: dict[int, list[Stepped]] = defaultdict(list)
    workflows = {rule.body["workflow"] for _, event, listening in heard if event.kind.startswith(STEPS) for rule in listening}
    if workflows:
        for step in steps_taken([event for _, event, _ in heard if event.kind.startswith(STEPS)], workflows):
            found[step.event].append(step)
    return found


def _enter_all(event: Event, listening: Sequence[Definition], steps: Sequence[Stepped]) -> None:
    """Each step in its turn, as what it brings into the ledger may be brought otherwise by the next."""
    for step in steps:
        for definition in listening:
            try:
                enter(_rule(definition), step, partial(_op_id, definition.key, event))
            except _UNREACHABLE:
                raise
            except Exception as error:
                _note(definition.key, event, f"{step.matter} {step.number}", error)


def _rules_in_force(batch: Batch) -> Callable[[int], tuple[int, ...]]:
    """The rules in force at an event's own position: the same at every reading."""
    first, last = batch[0][0], batch[-1][0]
    if any_between(first, last, "definition."):
        return lambda position: stamp("rule", position)
    in_force = stamp("rule", first)
    return lambda position: in_force


def _listens(rule: Definition, event: Event) -> bool:
    if rule.body["on"] == STEP:
        return event.kind.startswith(STEPS)
    return rule.body["on"] == event.kind and rule.body.get("ledger") == event.body.get("ledger")


def _raised(event: Event) -> News:
    raised = alarm_raised(event)
    return (), () if raised is None else (raised,)


def _apply(definition: Definition, position: int, event: Event, news: News) -> None:
    """Act on every fact of which the rule has come to hold; a correction of what it held of before is no news, nor is a record that was void
    and stands again: it was acted on when it was entered."""
    try:
        rule = _rule(definition)
        held, stood = {fact.id for fact in news[0] if rule.holds(fact.row)}, {fact.id for fact in news[0]}
        back = {fact.id for fact in news[1] if fact.number > 1 and fact.id not in stood} if event.kind == RECORD else set()
        fresh = [fact for fact in news[1] if fact.id not in held | back and rule.holds(fact.row)]
        found = fresh if rule.beside is None else _accompanied(rule, rule.beside, position, fresh, news[1])
        pairs = [(fact, None) for fact in found] if rule.each is None else list(reached(rule, rule.each, position, *news))
    except Exception as error:
        _note(definition.key, event, "", error)
        return
    order = {fact.id: number for number, fact in enumerate(sorted(news[1], key=lambda fact: fact.id))}
    for fact, other in sorted(pairs, key=lambda pair: order.get(pair[0].id, 0)) if rule.once else pairs:
        try:
            if rule.once and (first := told_already(rule, rule.once, position, fact, other, order)):
                _note_again(rule.key, event, f"{fact.id} {other.id}" if other else str(fact.id), first)
                continue
            _open(rule, position, event, fact, other)
        except _UNREACHABLE:
            raise
        except Exception as error:
            _note(rule.key, event, str(fact.id), error)


def _accompanied(rule: Rule, beside: Beside, position: int, fresh: Sequence[Fact], written: Sequence[Fact]) -> list[Fact]:
    """Those that stand beside another record of which the rule holds; of records written together the first is known first."""
    order = {fact.id: number for number, fact in enumerate(sorted(written, key=lambda fact: fact.id))}
    found = {fact.id for some in chunks(sorted(fresh, key=_day), _SOME) for fact in _near(rule, beside, position, some, order)}
    return [fact for fact in fresh if fact.id in found]


def _near(rule: Rule, beside: Beside, position: int, some: Sequence[Fact], order: Mapping[UUID, int]) -> Iterator[Fact]:
    """Which of some facts have another record of their unit within the days that says the same, of which the rule holds, as known at
    the position. Asked once for all of them: they are sorted by day, so that the days asked for lie together."""
    reach, there = timedelta(days=beside.days), defaultdict[UUID, list[Fact]](list)
    units = frozenset(fact.unit for fact in some)
    for other in facts(Scope(some[0].source, position, units, _day(some[0]) - reach, _day(some[-1]) + reach)):
        if rule.holds(other.row):
            there[other.unit].append(other)
    for fact in some:
        first = order[fact.id]
        if any(
            order.get(other.id, -1) < first and other.id != fact.id and abs(_day(other) - _day(fact)) <= reach and beside.alike(fact.row, other.row)
            for other in there[fact.unit]
        ):
            yield fact


def _day(fact: Fact) -> date:
    day: date = fact.row["occurred_on"]
    return day


@lru_cache(maxsize=512)
def _rule(definition: Definition) -> Rule:
    return read_rule(definition.body)


def _open(rule: Rule, position: int, event: Event, fact: Fact, other: Fact | None = None) -> None:
    """``other``: the record for which the news is news; the matter is about it then, and lies where it does."""
    words = _words(rule, position, fact)
    if other is not None:
        words = {**words, **{EACH + name: told for name, told in _words(rule, position, other, EACH).items()}}
    about, title = other or fact, title_of(rule, words)
    record = about.id if about.source.startswith(PREFIX) else None
    because = f"依据的是记录的第{fact.number}版" if record else f"依据：{fact.source} {fact.id}"
    text = f"由规则“{rule.label}”自动上报，{because}。"
    home = tree().place(about.unit).unit_id  # a record of a village that was merged is worked on where it counts now
    report = Report(rule.pack, home, title, text, rule.category, rule.channel, record=record)
    given = {field: _spelled(fact.row.get(column)) for field, column in rule.given.items()}
    thing = str(fact.id) if other is None else f"{fact.id} {other.id}"
    open_matter(SYSTEM, _op_id(rule.key, event, thing), report, workflow=rule.workflow, action=rule.action, given={name: words for name, words in given.items() if words})


def _spelled(value: object) -> str:
    """A column's value as a person types it into the field of a matter; "" for what is missing."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _words(rule: Rule, position: int, fact: Fact, called: str = "") -> Mapping[str, str]:
    """The columns that the title names (with ``called`` before them), as a person reads them."""
    fields: dict[str, Field] = {}
    if fact.source.startswith(PREFIX):
        form = form_of(current("ledger", fact.source.removeprefix(PREFIX), position))
        fields = {one.id: one for one in form.fields}
    words = {}
    for name in (name.removeprefix(called) for name in columns_named(rule.title) if name.startswith(called)):
        value = fact.row.get(name)
        if name in fields:
            words[name] = named(fields[name], value) or shown(fields[name], value)
        elif value is not None:
            words[name] = AUTHORITIES.get(str(value), str(value))
    return words


def _op_id(rule: str, event: Event, thing: str) -> UUID:
    """One per rule, event and thing, whoever asks and however often."""
    return uuid5(_RULES, f"{rule} {event.uuid} {thing}")


def _note(rule: str, event: Event, thing: str, error: Exception) -> None:
    """Write that a rule failed: ids and the problem's code, no values."""
    body = {"rule": rule, "event": str(event.uuid), "thing": thing, "code": _code(error)}
    act = Act(SYSTEM.principal, uuid5(_op_id(rule, event, thing), "failed"), "note_failed_rule", {"rule": rule})
    perform(act, lambda writer: {"event": str(writer.event("rule.failed", f"rule:{rule}", body).uuid)})


def _note_again(rule: str, event: Event, thing: str, matter: UUID) -> None:
    """Write that a rule opened nothing, because the same thing is being worked on."""
    body = {"rule": rule, "event": str(event.uuid), "thing": thing, "matter": str(matter)}
    act = Act(SYSTEM.principal, uuid5(_op_id(rule, event, thing), "again"), "note_same_thing", {"rule": rule})
    perform(act, lambda writer: {"event": str(writer.event("rule.again", f"rule:{rule}", body).uuid)})


def _code(error: Exception) -> str:
    """The problem's stable code; of anything else, the kind of error."""
    if isinstance(error, Problems):
        return error.found[0].code
    return error.code if isinstance(error, Problem) else type(error).__name__


FOLLOWER = Follower("rules", (RECORD, ALARM, STEPS), _prepare)
