"""A workflow: states, actions with their moves, fields and time limits. Pure; no database.

``workflow_tables`` reads one out of a TOML file (``standard.toml`` is the model); ``checking`` says whether it makes sense.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from zhenwu.kernel.ledgers.api import Field, Form
from zhenwu.kernel.matters.lookup_table import Lookup
from zhenwu.lib.problems import Problem

CLOCKS = {"urgent_hour": "小时（昼夜连续）", "work_hour": "工作小时", "work_day": "工作日", "natural_day": "自然日", "month": "月"}
MONTHS = "月"  # the unit of a parameter that counts months
DISPATCHERS = ("clerk", "office_head", "overseer")
LEADERS = ("overseer", "secretary", "mayor")


@dataclass(frozen=True, slots=True)
class State:
    """Where a matter stands. An ``end`` state is left by reopening only; while a matter is in one that ``pauses`` (挂账),
    its limits stand still. ``unclocked``: why no limit runs while somebody owes a step there."""

    id: str
    label: str
    end: bool
    pauses: bool
    unclocked: str = ""


@dataclass(frozen=True)
class Guard:
    """A condition over a matter's columns, and what is said when it does not hold."""

    tree: Any
    holds: Callable[[Mapping[str, Any]], Any] = field(compare=False)
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """From a state (None: the matter is opened) to a state, by holders of ``posts``.

    ``not_by``: nobody who ever took one of these actions on the matter may make this move; ``only_by``: nobody else may.
    ``at_office``: the post must be held at the office (or village, or grid) that the matter was sent to, of whatever line.
    ``when`` must hold, what is given with the action counted in. ``in_time``: a limit that must not be over yet.
    ``after_time``: limits, or own fields that hold days, that must be over (公示期满): a limit that runs or stands still, and a day that has
    not passed, hold the move back. ``firm``: ``when`` is the least that the law asks: nobody passes it with a reason (破例).
    """

    source: str | None
    target: str
    posts: frozenset[str]
    not_by: frozenset[str] = frozenset()
    only_by: frozenset[str] = frozenset()
    at_office: bool = False
    when: Guard | None = None
    in_time: str = ""
    after_time: tuple[str, ...] = ()
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody does: its moves, what must (``needs``) or may (``takes``) be given with it, and what it leaves on the matter.

    ``marks`` dates one of ``columns.MARKS``; ``clears`` takes such dates away; ``sets`` gives fields a value, ``adds`` counts
    one (a whole number) on. ``returns`` counts
    as a 退回 (wrong office), ``reworks`` as a 返工 (badly done), ``reopens`` as a 重开. ``asks`` may call on assisting offices,
    ``joins`` waits for all of them. ``level`` is "up" (提级), "down", or the level that it goes to whatever lies between ("county"); else "". ``voids`` (作废) is for what was not accepted yet.
    ``seals`` names a line: from then on only those see the matter whose appointment names it.
    ``certified``: fields of the cited record that name the certificates (其他台账的记录) of those who take it together; without them nobody takes it,
    for no reason: so the law has it.
    ``listed``, ``unlisted``: link field of the cited record → a register (stock ledger) in which what it names must, or must not, stand on the day.
    """

    id: str
    label: str
    moves: tuple[Move, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    marks: str = ""
    clears: tuple[str, ...] = ()
    sets: Mapping[str, Any] = field(default_factory=dict)
    adds: Mapping[str, int] = field(default_factory=dict)
    returns: bool = False
    reworks: bool = False
    reopens: bool = False
    voids: bool = False
    asks: bool = False
    joins: bool = False
    level: str = ""
    seals: str = ""
    certified: tuple[str, ...] = ()
    listed: Mapping[str, str] = field(default_factory=dict)
    unlisted: Mapping[str, str] = field(default_factory=dict)

    @property
    def escalates(self) -> bool:
        """Whether it hands a matter to a higher level."""
        return self.level not in ("", "down")


@dataclass(frozen=True, slots=True)
class Extend:
    """How a limit may be extended (延期): who grants it, by how many of its units at most in all, how often."""

    by: frozenset[str]
    most: int
    times: int


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who else is told (kinds of post) once a limit is overdue by ``after`` units of its clock (natural days for one in months); with ``presses`` a 督办 is proposed
    too, for a leader to sign."""

    after: int
    to: frozenset[str]
    presses: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit that runs while the matter is in one of ``during``; ``owner`` are the posts that answer for it.

    ``value`` counts ``clock`` (one of ``CLOCKS``); None when ``param`` names a dated parameter, ``ledger`` a stock ledger of
    standards whose record with the key that the field ``by`` (or the column ``category``) holds – or, where it holds one, the own field
    ``finer`` (the condition of acceptance within that kind) – says it in its column ``amount`` (and
    ``clock``, if the limit names none; with a ``value`` beside it, that and the ``clock`` hold where the ledger says nothing), or ``until`` a
    field that holds the
    last day itself, set by whoever sent or handles the matter (no pause moves it; ``clock`` then counts extensions, and a ``value`` or
    ``param`` beside it the days that it has after that one). ``late``: a flag that becomes
    true once it was missed. ``when``: it runs only for matters of
    which this holds as it begins. ``counts_first``, ``runs_on``: see ``lib.clocks.Term``. ``source``: the law or paper it comes from.
    ``remind``: how many units (of a limit in months: natural days) before it is due its owner is reminded (None: a fifth of it; 0: never). ``right``: it is the time
    in which somebody may do something (共同申请司法确认), not one in which an office must: once it is over nobody is late, nobody is told.
    ``binds``: who outside must act by then (with ``right``: may), in words; ``label`` then says what they are to do, ``owner`` who follows it, and nobody of ours
    is late (decision 0045). ``follows``: a limit of a party's whose end this one waits for: its time counts from there.
    ``early``: a flag that becomes true when it was done on a day before the last one, without an extension. ``counts_from``: a limit
    that ended with the very step with which this one begins; its time counts from where that one began (视为受理: what the office was
    late with is no time of the applicant's). ``anew``: work that is done again (返工) has the whole time again; else it goes on with what was left. ``owed``: a term in which the law has somebody answered: no merging may stop it (decision 0037).
    """

    id: str
    label: str
    during: frozenset[str]
    value: int | None
    param: str
    clock: str
    owner: frozenset[str]
    ledger: str = ""
    by: str = ""
    when: Guard | None = None
    counts_first: bool = False
    runs_on: bool = True
    source: str = ""
    extend: Extend | None = None
    remind: int | None = None
    escalate: tuple[Escalation, ...] = ()
    until: str = ""
    late: str = ""
    right: bool = False
    amount: str = "amount"
    early: str = ""
    counts_from: str = ""
    owed: bool = False
    finer: str = ""
    anew: bool = False
    binds: str = ""
    follows: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether an office is overdue once it is over."""
        return not (self.right or self.binds)

    @property
    def called(self) -> str:
        """What a limit is called by itself; its ``label`` alone is what a party is to do."""
        return f"{self.binds}{self.label}的期限" if self.binds else self.label

    @property
    def is_bound(self) -> bool:
        """Whether the law lets it run: an office owes an answer by then, or a party may act until then."""
        return self.owed or self.right


@dataclass(frozen=True)
class Workflow:
    """The whole table, in the order it was written.

    ``jump_by`` may send a matter back to any step it has passed, ``override_by`` pass any rule with a reason, ``follow_up_by``
    ask the reporter whether all is well and archive. ``gathers``: other lines whose reports of the same thing may be merged into its
    matters. ``receives_from``: other lines whose people may open one, and then see no more of it than their posts allow.
    ``unique``: text fields that no two matters may share (案号). ``endings``: what may come of one (结案类型), code and label; none: any code. ``past``: days of what has
    happened: none may be later than the step that says it. ``firsts``: (field, of which) – it keeps the first word of that other field which is
    among its own choices, whatever is said later; nobody gives it. ``lookup``: what whoever holds a receipt may be told; None: nothing.
    """

    id: str
    label: str
    states: tuple[State, ...]
    actions: tuple[Action, ...]
    limits: tuple[Limit, ...]
    form: Form | None = None
    jump_by: frozenset[str] = frozenset(DISPATCHERS)
    override_by: frozenset[str] = frozenset(LEADERS)
    follow_up_by: frozenset[str] = frozenset(("clerk", "office_head"))
    gathers: frozenset[str] = frozenset()
    receives_from: frozenset[str] = frozenset()
    unique: frozenset[str] = frozenset()
    endings: tuple[tuple[str, str], ...] = ()
    past: frozenset[str] = frozenset()
    firsts: tuple[tuple[str, str], ...] = ()
    lookup: Lookup | None = None

    def state(self, state_id: str) -> State:
        """Raises ``Problem('workflow.state.unknown')``."""
        found = self._states.get(state_id)
        if found is None:
            raise Problem("workflow.state.unknown", f"“{self.label}”没有状态“{state_id}”", "请联系管理员核对流程版本。")
        return found

    def action(self, action_id: str) -> Action | None:
        """An action of the table, None for one it does not have."""
        return self._actions.get(action_id)

    def moves_from(self, source: str | None) -> Sequence[tuple[Action, Move]]:
        """What can be done in a state (None: to open a matter)."""
        return self._moves.get(source, ())

    @cached_property
    def has_levels(self) -> bool:
        """Whether its matters are handed up or down, so that each says which level deals with it."""
        return any(action.level for action in self.actions)

    # Looked up by every step of every matter: found once.
    @cached_property
    def _states(self) -> Mapping[str, State]:
        return {one.id: one for one in self.states}

    @cached_property
    def _actions(self) -> Mapping[str, Action]:
        return {one.id: one for one in reversed(self.actions)}

    @cached_property
    def _moves(self) -> Mapping[str | None, Sequence[tuple[Action, Move]]]:
        found: defaultdict[str | None, list[tuple[Action, Move]]] = defaultdict(list)
        for action in self.actions:
            for move in action.moves:
                found[move.source].append((action, move))
        return found

    @cached_property
    def resumed(self) -> frozenset[str]:
        """The limits that go on with the time that they had when work is to be done again (返工)."""
        return frozenset(one.id for one in self.limits if not one.anew and self.is_entered_again(one))

    def is_entered_again(self, limit: Limit) -> bool:
        """Whether a 返工 leads from where a limit does not run to where it does."""
        moves = [move for action in self.actions if action.reworks for move in action.moves]
        return any(move.target in limit.during and move.source not in limit.during for move in moves)

    @cached_property
    def has_followers(self) -> bool:
        """Whether a limit waits for the end of another."""
        return any(one.follows for one in self.limits)

    def opened_by(self, limit: str) -> tuple[Action, ...]:
        """The actions that wait for the end of a limit."""
        return tuple(one for one in self.actions if any(limit in move.after_time for move in one.moves))

    @cached_property
    def days(self) -> frozenset[str]:
        """The ids of its own fields that hold days."""
        return frozenset(one.id for one in self.form.fields if one.type == "date") if self.form else frozenset()

    @cached_property
    def links(self) -> Mapping[str, Field]:
        """Its own fields that name records of ledgers, by their ids."""
        return {one.id: one for one in self.form.fields if one.type == "link"} if self.form else {}

    @cached_property
    def fields(self) -> frozenset[str]:
        """The ids of its own fields."""
        return frozenset(one.id for one in self.form.fields) if self.form else frozenset()
