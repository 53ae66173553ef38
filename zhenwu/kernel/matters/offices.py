"""Which office has a matter now: the one that it was sent to, or the one whose people take the next step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from zhenwu.kernel.matters.models import Matter, RunningLimit, Step
from zhenwu.kernel.matters.steps import workflow_of
from zhenwu.kernel.matters.workflow import Action, Workflow
from zhenwu.kernel.orgs.api import Reach, holders, reach_filter, tree


def lies_with(office: UUID) -> Q:
    """Rows with a matter and an assigned unit: those that were sent to an office, village or grid; and those that were sent to none and
    have not ended, where somebody holds a post there that takes the next step."""
    now, found = tree(), Q(pk__in=[])
    for (workflow, revision), states in _taken_on(office).items():
        for lines, some in states:
            found |= Q(matter__workflow=workflow, matter__revision=revision, matter__line__in=lines, state__in=some)
    found &= Q(matter__merged_into=None)  # what was merged goes its lead's way
    place = now.township_of(office) if office in now and now.kind(office) == "office" else office
    waits = Step.objects.filter(found, reach_filter(Reach(units=frozenset({place}))), matter=OuterRef("matter_id"), retired_by=None, ends_on=None, assigned=None)
    return Q(assigned=office) | Q(Exists(waits))


def goes_on(workflow: Workflow, action: Action, source: str) -> bool:
    """Whether an action leads onward from a state: it goes neither back nor up, stops no clock, opens nothing again."""
    target = next(move.target for move in action.moves if move.source == source)
    stays = target == source  # a note taken, a call for help: whoever may do that is not who is waited for
    return not (stays or action.returns or action.reworks or action.reopens or action.voids or action.escalates or workflow.state(target).pauses)


def _taken_on(office: UUID) -> dict[tuple[str, int | None], list[tuple[list[str], list[str]]]]:
    """(workflow, revision) → [(lines, states)]: of what is open and was sent to nobody, the states from which somebody who holds a post at
    this very place goes on."""
    found: dict[tuple[str, int | None], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    held: dict[tuple[str, str], bool] = {}
    for line, workflow, revision, state in _waiting():
        for post in _posts_on_turn(workflow_of(Matter(workflow=workflow, revision_id=revision)), state):
            if (post, line) not in held:
                held[post, line] = bool(holders(post, line, office))
            if held[post, line]:
                found[workflow, revision][state].append(line)
                break
    return {key: [(lines, [state]) for state, lines in states.items()] for key, states in found.items()}


def _waiting() -> Iterator[tuple[str, str, int | None, str]]:
    """The lines, workflows and states of which something is open that was sent to nobody."""
    rows = RunningLimit.objects.filter(first=True, assigned=None).order_by()
    yield from rows.values_list("matter__line", "matter__workflow", "matter__revision", "step__state").distinct()


def _posts_on_turn(workflow: Workflow, state: str) -> list[str]:
    return sorted({post for action, move in workflow.moves_from(state) if goes_on(workflow, action, state) for post in move.posts})
