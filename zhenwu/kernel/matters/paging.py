"""Matters page by page, for lists that go on: by keys of an index, without counting or skipping what came before.

``page`` goes from the newest opened to the oldest; a matter's place in that order never changes, so that each matter is seen
once whatever is opened or moved meanwhile. With ``since`` it follows the journal instead: what was changed after a position, in
the order of the changes; a matter changed again comes again, further on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from zhenwu.kernel.journal.api import ask
from zhenwu.kernel.matters.access import doer, doer_over, reach_of
from zhenwu.kernel.matters.engine import Doer, allowed
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.reading import is_turn
from zhenwu.kernel.matters.verbs import pinned
from zhenwu.kernel.matters.workflow import Action
from zhenwu.kernel.orgs.api import Actor, Purpose, Reach, Tree, reach_filter, tree

LOOKED = 1000  # rows of which it is asked, for one page, whose turn they are

# Every line of which there are matters: one look into the index for each, however many matters there are.
_LINES = """
WITH RECURSIVE found(line) AS (
    SELECT MIN(line) FROM matters_matter
    UNION ALL SELECT (SELECT MIN(line) FROM matters_matter WHERE line > found.line) FROM found WHERE found.line IS NOT NULL
) SELECT line FROM found WHERE line IS NOT NULL"""

Key = tuple[int, str]


@dataclass(frozen=True)
class Wanted:
    """Which matters: empty parts ask for nothing. ``unit`` with all below it today; ``mine`` those whose next step is mine;
    ``over`` those that ended (False: that did not); ``since`` those changed after this journal position; ``categories`` any of
    these; ``reported`` the first and last day of the report."""

    line: str = ""
    workflow: str = ""
    state: str = ""
    unit: UUID | None = None
    mine: bool = False
    over: bool | None = None
    since: int | None = None
    categories: Collection[str] = ()
    reported: tuple[str, str] | None = None


def page(actor: Actor, wanted: Wanted, after: Key | None = None, most: int = 50, purpose: Purpose = "api") -> tuple[list[Step], Key | None]:
    """A page of matters within reach as they stand, each with its journal ``position`` (None: not yet given), and the key after
    which to go on (None: that was all). A page of ``mine`` may be short, even empty, and yet go on."""
    turn, found, looked, size = _Turns(actor), list[Step](), 0, 200 if wanted.mine else most + 1
    while True:
        rows = list(_query(actor, wanted, after, purpose)[:size])
        for row in rows:
            if len(found) == most:
                return found, after
            after = _key(row, wanted)
            if not wanted.mine or turn.mine(row):
                found.append(row)
        looked += len(rows)
        if len(rows) < size:
            return found, None
        if looked >= LOOKED:
            return found, after


def openers(matters: Collection[UUID]) -> dict[UUID, Step]:
    """matter → the step by which it was opened. For matters whose reader was already found to be within reach."""
    return {step.matter_id: step for step in Step.objects.filter(matter_id__in=matters, number=1)}


def lines_present() -> list[str]:
    """The lines of which there are matters, whoever may see them."""
    return [line for (line,) in ask(_LINES)]


def openings(actor: Actor, line: str, workflow: str, units: Collection[UUID] | None = None) -> dict[UUID, list[Action]]:
    """unit → the actions by which this person may open a matter of a line there; units (of today, default all) without any are
    left out. Raises ``NotFound`` for an unknown workflow."""
    table, now = pinned(workflow)[1], tree()
    places = [unit for unit in (now.order if units is None else units) if unit in now]
    able = {unit: allowed(table, None, doer_over(actor, line, (unit, *now.ancestors(unit)))) for unit in places}
    return {unit: actions for unit, actions in able.items() if actions}


class _Turns:
    """Whose turn a matter is, with what is known of a place kept for the next one."""

    def __init__(self, actor: Actor) -> None:
        self._actor, self._doers = actor, dict[tuple[str, UUID], Doer]()
        self._tree: Tree | None = None

    def mine(self, step: Step) -> bool:
        matter: Matter = step.matter
        where = (matter.line, step.unit_id)
        if where not in self._doers:
            self._tree = self._tree or tree()
            above = (step.unit_id, *self._tree.ancestors(step.unit_id)) if step.unit_id in self._tree else ()
            self._doers[where] = doer_over(self._actor, matter.line, above) if above else doer(self._actor, *where)
        return is_turn(step, self._doers[where])


def _query(actor: Actor, wanted: Wanted, after: Key | None, purpose: Purpose) -> QuerySet[Step]:
    rows = Step.objects.filter(_within(actor, wanted.line, purpose), retired_by=None).select_related("matter")
    rows = rows.annotate(position=F("event__sequenced__position"))
    for name, value in (("matter__workflow", wanted.workflow), ("state", wanted.state)):
        rows = rows.filter(**{name: value}) if value else rows
    if wanted.over is not None:
        rows = rows.filter(ends_on__isnull=not wanted.over)
    if wanted.unit is not None:
        rows = rows.filter(reach_filter(Reach(units=frozenset({wanted.unit}))))
    if wanted.categories:
        rows = rows.filter(columns__category__in=list(wanted.categories))
    if wanted.reported is not None:
        rows = rows.filter(starts_on__range=wanted.reported)
    return _ordered(rows, wanted, after)


def _ordered(rows: QuerySet[Step], wanted: Wanted, after: Key | None) -> QuerySet[Step]:
    if wanted.since is not None:
        first, rest = after or (wanted.since, "")
        rows = rows.filter(event__sequenced__position__gte=first)
        beyond = Q(event__sequenced__position__gt=first)
        return rows.filter(beyond | Q(matter_id__gt=rest) if rest else beyond).order_by("event__sequenced__position", "matter_id")
    if after is not None:  # the first condition is what the index is read by
        rows = rows.filter(matter__event_id__lte=after[0]).filter(Q(matter__event_id__lt=after[0]) | Q(matter_id__lt=after[1]))
    return rows.order_by("-matter__event_id", "-matter_id")


def _key(row: Step, wanted: Wanted) -> Key:
    matter: Matter = row.matter
    return (row.position if wanted.since is not None else matter.event_id), str(row.matter_id)  # type: ignore[attr-defined]


def _within(actor: Actor, line: str, purpose: Purpose) -> Q:
    """What the actor may see, each line by its own rights; lines seen alike are asked for together."""
    alike: dict[Reach, list[str]] = {}
    for one in [line] if line else lines_present():
        seen = reach_of(actor, purpose, one)
        if not seen.nothing:
            alike.setdefault(seen, []).append(one)
    found = Q(pk__in=[])
    for seen, lines in alike.items():
        found |= Q(matter__line__in=lines) & reach_filter(seen)
    return found
