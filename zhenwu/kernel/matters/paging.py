"""Matters page by page, for lists that go on: by keys of an index, without counting or skipping what came before.

``page`` goes from the newest opened to the oldest; a matter's place in that order never changes, so that each matter is seen
once whatever is opened or moved meanwhile. With ``since`` it follows the journal instead: what was changed after a position, in
the order of the changes; a matter changed again comes again, further on.

However many matters there are, a page looks at ``LOOKED`` at most: it goes through the order in growing windows of keys and asks of each
window what of it is wanted and within reach. Where the line, the state or the places wanted hold few matters, only those are gone through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.journal.api import head
from zhenwu.kernel.matters.access import doer_of, lines_there, opener, over_lines, reach_of, sent_to
from zhenwu.kernel.matters.barring import seen_sealed
from zhenwu.kernel.matters.hindrances import allowed
from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.reading import is_turn
from zhenwu.kernel.matters.steps import pinned
from zhenwu.kernel.matters.workflow import Action
from zhenwu.kernel.orgs.api import Actor, Purpose, Reach, reach_filter, tree

LOOKED = 4000  # matters looked at for one page
FEW = 2000  # so many are gone through rather than the whole order
WINDOW = 1000
SPAN = 5000  # positions of the journal that one window goes over: most of its events are not of matters

Key = tuple[int, str]  # the event (or the position) and the matter as 32 hexadecimal digits
Window = tuple[list[Key], Key]  # keys in their order, and the key after which to go on


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
    which to go on (None: that was all). A page may be short, even empty, and yet go on."""
    now, found, looked = tree() if wanted.mine else None, list[Step](), 0
    query = _query(actor, wanted, purpose)
    for keys, last in _windows(actor, wanted, after, most + 1, purpose):
        rows = {row.matter_id.hex: row for row in query.filter(matter_id__in=[UUID(matter) for _, matter in keys])}
        for key in keys:
            if len(found) == most:
                return found, after
            after, row = key, rows.get(key[1])
            if row is not None and (not wanted.mine or is_turn(row, doer_of(actor, row.matter.line, row, now))):
                found.append(row)
        after, looked = last, looked + (len(keys) if wanted.since is None else WINDOW)
        if looked >= LOOKED:
            return found, after
    return found, None


def openers(matters: Collection[UUID]) -> dict[UUID, Step]:
    """matter → the step by which it was opened. For matters whose reader was already found to be within reach."""
    return {step.matter_id: step for step in Step.objects.filter(matter_id__in=matters, number=1)}


def openings(actor: Actor, line: str, workflow: str, units: Collection[UUID] | None = None) -> dict[UUID, list[Action]]:
    """unit → the actions by which this person may open a matter of a line there; units (of today, default all) without any are
    left out. Raises ``NotFound`` for an unknown workflow."""
    table, now = pinned(workflow)[1], tree()
    places = [unit for unit in (now.order if units is None else units) if unit in now]
    able = {unit: allowed(table, None, opener(actor, line, (unit, *now.ancestors(unit)), table)) for unit in places}
    return {unit: actions for unit, actions in able.items() if actions}


def hands_in(actor: Actor, line: str, workflow: str, unit: UUID) -> bool:
    """Whether this person may open such a matter at a unit for others to look into, whatever they see of the line."""
    found = find("workflow", workflow)
    return found is not None and bool(pinned(workflow)[1].receives_from) and bool(openings(actor, line, workflow, [unit]))


def _query(actor: Actor, wanted: Wanted, purpose: Purpose) -> QuerySet[Step]:
    """What is wanted and within reach, of matters named by the caller. The names ``any_…`` keep the database from reading an index of
    theirs, which would go through all matters of a line or a place; the matters named are few."""
    rows = Step.objects.filter(retired_by=None).select_related("matter").annotate(
        position=F("event__sequenced__position"), any_line=_any("matter__line"), any_unit=_any("unit_id"), any_state=_any("state"), any_day=_any("starts_on"),
    ).filter(_within(actor, wanted.line, purpose))  # fmt: skip
    for name, value in (("matter__workflow", wanted.workflow), ("any_state", wanted.state)):
        rows = rows.filter(**{name: value}) if value else rows
    if wanted.over is not None:
        rows = rows.filter(ends_on__isnull=not wanted.over)
    if wanted.unit is not None:
        rows = rows.filter(reach_filter(Reach(units=frozenset({wanted.unit})), "any_unit"))
    if wanted.categories:
        rows = rows.filter(columns__category__in=list(wanted.categories))
    return rows if wanted.reported is None else rows.filter(any_day__range=wanted.reported)


def _any(name: str) -> Coalesce:
    return Coalesce(F(name), F(name))


def _windows(actor: Actor, wanted: Wanted, after: Key | None, size: int, purpose: Purpose) -> Iterator[Window]:
    if wanted.since is not None:
        yield from _changed(after or (wanted.since, ""))
        return
    few = _few(actor, wanted, purpose)
    while True:
        if few is None:
            keys = _opened(after, size)
        else:
            keys = sorted((key for key in few if after is None or key < after), reverse=True)[:size]
        if keys:
            yield keys, keys[-1]
        if len(keys) < size:
            return
        after, size = keys[-1], min(size * 4, WINDOW)


def _opened(after: Key | None, size: int) -> list[Key]:
    """The keys that follow in the order of opening, newest first."""
    rows = Matter.objects.order_by("-event_id", "-id")
    if after is not None:  # the first condition is what the index is read by
        rows = rows.filter(event_id__lte=after[0]).filter(Q(event_id__lt=after[0]) | Q(id__lt=UUID(after[1])))
    return [(event, matter.hex) for event, matter in rows.values_list("event_id", "id")[:size]]


def _changed(after: Key) -> Iterator[Window]:
    """What changed after a position, oldest first, a span of positions at a time."""
    last = head()
    while after[0] < last or after[1]:
        end = min(after[0] + SPAN, last)
        rows = Step.objects.filter(retired_by=None, event__sequenced__position__gte=after[0], event__sequenced__position__lte=end)
        beyond = Q(event__sequenced__position__gt=after[0])
        rows = rows.filter(beyond | Q(matter_id__gt=UUID(after[1])) if after[1] else beyond)
        found = rows.order_by("event__sequenced__position", "matter_id").values_list("event__sequenced__position", "matter_id")[:WINDOW]
        keys = [(position, matter.hex) for position, matter in found]
        after = keys[-1] if len(keys) == WINDOW else (end, "")
        yield keys, after


def _few(actor: Actor, wanted: Wanted, purpose: Purpose) -> list[Key] | None:
    """All keys among which the wanted ones are, where the line, the state or the places hold few; None where they hold many."""
    live = Step.objects.filter(retired_by=None)
    if wanted.reported and wanted.unit:  # days bound it already, and whoever asks for days wants all of them
        days = live.filter(reach_filter(Reach(units=frozenset({wanted.unit}))), starts_on__range=wanted.reported)
        days = days.filter(columns__category__in=list(wanted.categories)) if wanted.categories else days
        return [(event, matter.hex) for event, matter in days.values_list("matter__event_id", "matter_id")]
    sets: list[QuerySet[Step]] = []
    if wanted.state:
        sets.append(live.filter(state=wanted.state))
    if wanted.line:
        sets.append(live.filter(matter__line=wanted.line))
    places = [wanted.unit] if wanted.unit else _places(actor, wanted.line, purpose)
    if places is not None:
        sent = Q() if wanted.unit else sent_to(actor, purpose, _lines(wanted.line), "matter__line") | seen_sealed(actor, purpose)
        by_place = reach_filter(Reach(units=frozenset(places)))
        sets.append(live.filter(by_place if wanted.unit else by_place | sent))
    for one in sets:
        keys = list(one.order_by().values_list("matter__event_id", "matter_id")[: FEW + 1])
        if len(keys) <= FEW:
            return [(event, matter.hex) for event, matter in keys]
    return None


def _places(actor: Actor, line: str, purpose: Purpose) -> frozenset[UUID] | None:
    """The places of all that the actor may see by the reach of their posts; None for everywhere."""
    seen = [reach_of(actor, purpose, one) for one in _lines(line)]
    if any(one.everywhere for one in seen):
        return None
    return frozenset(unit for one in seen for unit in one.units)


def _within(actor: Actor, line: str, purpose: Purpose) -> Q:
    """What the actor may see, by reach or because it was sent to their office."""
    return over_lines(actor, purpose, _lines(line), "any_line", "any_unit") | sent_to(actor, purpose, _lines(line), "any_line")


def _lines(line: str) -> list[str]:
    return [line] if line else lines_there()
