"""What the engine reads and what it says: who acts, where a matter stands, what lies around it, what an action made of it. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhenwu.kernel.matters.limits import Run
from zhenwu.kernel.matters.workflow import Limit
from zhenwu.lib.clocks import Pause
from zhenwu.lib.problems import Problem


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts: a principal and the kinds of post it holds where the matter lies.

    ``office``: those it holds at the office that the matter was sent to (None: to none); ``assists``: the units of open 协办 at
    which it holds a post.
    """

    principal: str
    posts: frozenset[str]
    office: frozenset[str] | None = None
    assists: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """An assisting office's part (协办): since when it is asked for, and what it said; None while it owes an answer."""

    asked: datetime
    answered: datetime | None = None
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """An extension that was asked for and not yet decided."""

    limit: str
    units: int
    principal: str


@dataclass(frozen=True)
class Standing:
    """Where a matter stands. ``hands``: action → the principals who took it. ``marks``: mark → when.

    ``returned`` … ``escalated`` count how often it was sent back (退回), done again (返工), 挂账, opened again, given more time and
    提级; ``overdue`` how many limits were missed; ``minutes`` the office minutes from acceptance to 办结. ``ending`` is the code of what
    came of it (结案类型), empty while it is under way; ``fields`` what the workflow's own fields hold; ``parts`` the assisting offices
    by unit; ``merged``: another matter goes on for it; ``barred`` the persons kept out of it (ids), ``sealed`` the line that alone sees it; ``runs`` the limits that run (or stand still) now, ``done`` those that are over and go on if
    the work is to be done again (返工); ``rests`` the times in which it waited (挂账, or merged), the last perhaps still open.
    """

    state: str
    since: datetime
    hands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    marks: Mapping[str, datetime] = field(default_factory=dict)
    returned: int = 0
    suspended: int = 0
    reopened: int = 0
    ending: str = ""
    reworked: int = 0
    extended: int = 0
    escalated: int = 0
    overdue: int = 0
    minutes: int | None = None
    level: str = ""
    rating: str = ""
    first_rating: str = ""  # what was said first: it stays when the matter is opened again
    merged: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    request: Request | None = None
    barred: frozenset[str] = frozenset()
    sealed: str = ""
    runs: tuple[Run, ...] = ()
    done: tuple[Run, ...] = ()
    rests: tuple[Pause, ...] = ()

    @property
    def owing(self) -> list[str]:
        """The units of assisting offices that have not answered."""
        return [unit for unit, part in self.parts.items() if part.answered is None]


@dataclass(frozen=True)
class OnRecord:
    """What the ledgers hold against an action: ``uncertified``, why those who act do not hold the certificates that it takes; ``misplaced``, why
    the registers keep it from being taken; ``unlinked``, what is wrong with the records that it names."""

    uncertified: str = ""
    misplaced: str = ""
    unlinked: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Around:
    """What the engine must know of a matter beside where it stands.

    ``coded``: the columns that no step changes, and the kind as the action leaves it (``recoded``: it is another than before); ``level``: that to which it is reported, or the one at which it lies where its steps have not said;
    ``sent``: that of the unit to which the action sends it; ``children``: how many of its children have
    not ended; ``attached``: the kinds of file (photo, paper) that were attached since the last step; ``late``: the limits whose time is
    over now; ``ahead``: those whose time is not, and the last day of each ("" while it stands still); ``barred``, ``sealed``: who is kept out because of the matter that it comes from; ``before``: the action last taken, by whom, and where the matter stood before; ``passed``: state → how the matter last
    stood in it; ``reporters``: those of what is merged into it; the last four are wanted by built-in actions alone. ``on_record``: what the ledgers hold against it.
    """

    coded: Mapping[str, Any] = field(default_factory=dict)
    level: str = ""
    sent: str = ""
    recoded: bool = False
    children: int = 0
    attached: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    ahead: Mapping[str, str] = field(default_factory=dict)
    barred: frozenset[str] = frozenset()
    sealed: str = ""
    before: tuple[str, str, Standing] | None = None
    passed: Mapping[str, Standing] = field(default_factory=dict)
    reporters: frozenset[str] = frozenset()
    on_record: OnRecord = OnRecord()


@dataclass(frozen=True)
class Outcome:
    """What an action made of a matter, for the shell to write down.

    ``starts`` are the limits that begin to run at ``standing.since``, ``stops`` the ids of those that end then (``over``: their
    runs), ``pauses`` and ``resumes`` of those that stand still and run on (also: again, after a 返工). ``overruled``: the rules that a person passed, in words; ``coded``:
    the columns that it says beside its standing.
    """

    standing: Standing
    action: str
    ended: bool
    starts: tuple[Limit, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    over: tuple[Run, ...] = ()
    reopened: bool = False
    overruled: tuple[str, ...] = ()
    coded: Mapping[str, Any] = field(default_factory=dict)
