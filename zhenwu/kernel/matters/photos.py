"""Photos of a matter, before it was handled and after (处置前、处置后), by the step at which each was attached. Pure.

What puts a thing right is the action that marks a matter completed. Photos that were attached since the step before it show what was done, those
before what was found; until it is taken nobody can say, and all show what was found. What was settled on the spot, before anybody took another
step, has both on one side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zhenwu.kernel.matters.attaching import Attached
from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.matters.workflow import Workflow

Side = Literal["before", "after", "both"]
NOT_YET = "现场照片"  # of a matter that is not completed yet
SIDES: dict[Side, str] = {"before": "处置前", "after": "处置后", "both": "处置前后"}


@dataclass(frozen=True)
class Photo:
    """A photo and the side that it is on."""

    file: Attached
    side: Side

    @property
    def label(self) -> str:
        return SIDES[self.side]


def photos_of(workflow: Workflow, steps: Sequence[Step], files: Sequence[Attached]) -> list[Photo]:
    """The photos among the files, oldest first; ``steps`` are all of the matter, oldest first."""
    shots = [one for one in files if one.kind == "photo"]
    place = _put_right(workflow, steps)
    if not place:
        return [Photo(one, "before") for one in shots]
    since = steps[place - 1].number
    early: Side = "both" if place == 1 else "before"
    return [Photo(one, early if one.step < since or place == 1 == one.step else "after") for one in shots]


def albums(workflow: Workflow, steps: Sequence[Step], files: Sequence[Attached]) -> list[tuple[str, list[Attached]]]:
    """The photos for a page, oldest first: by side once it is completed; in a workflow that completes nothing, by the state in which each was attached."""
    if _put_right(workflow, steps):
        told = [(one.label, one.file) for one in photos_of(workflow, steps, files)]
    elif any(action.marks == "completed" for action in workflow.actions):
        told = [(NOT_YET, one) for one in files if one.kind == "photo"]
    else:
        states = {step.number: workflow.state(step.state).label for step in steps}
        told = [(states.get(one.step, ""), one) for one in files if one.kind == "photo"]
    found: dict[str, list[Attached]] = {}
    for label, one in told:
        found.setdefault(label, []).append(one)
    return list(found.items())


def _put_right(workflow: Workflow, steps: Sequence[Step]) -> int:
    """The place of the first step that completed the matter and was not taken back; 0 for none."""
    completing = {action.id for action in workflow.actions if action.marks == "completed"}
    return next((place for place, step in enumerate(steps) if place and step.action in completing and not _taken_back(steps, place)), 0)


def _taken_back(steps: Sequence[Step], place: int) -> bool:
    return place + 1 < len(steps) and steps[place + 1].action == "withdraw"
