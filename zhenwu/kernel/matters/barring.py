"""Who is kept out of a matter though their posts reach it (decision 0030).

A person whom a matter concerns (回避: whom it accuses, whose kin it is about) is named with a step and does not see it from then on, not
even that it is there. A matter that an action sealed is seen by those alone whose appointment names the line that it was sealed for.
What stands in a live step's ``carried`` is the truth; ``Bar`` holds the same for lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from zhenwu.kernel.matters.models import Bar, Step
from zhenwu.kernel.orgs.api import Actor, Purpose, Reach, reach, reach_filter


def is_kept_out(actor: Actor, step: Step) -> bool:
    """Whether a person is kept out of a matter by name, as it stands."""
    return actor.person_id is not None and str(actor.person_id) in step.carried.get("barred", ())


def sealed_for(step: Step) -> str:
    """The line that alone sees a matter as it stands; "" for the usual rights."""
    told: str = step.carried.get("sealed", "")
    return told


def reach_of_sealed(actor: Actor, purpose: Purpose, line: str) -> Reach:
    """Where a person sees what was sealed for a line: only by an appointment that names it."""
    return reach(actor, purpose, line, named=True)


def not_kept_out(actor: Actor) -> Q:
    """Rows with a ``matter_id`` from whose matter the actor is not kept out, by name or by a seal; no condition where there is no such
    matter at all, so that lists pay for what is rare only when it is there."""
    if actor.person_id is None:
        return Q()
    bars = Bar.objects.filter(Q(person=actor.person_id) | ~Q(line=""))
    return ~Q(Exists(bars.filter(matter=OuterRef("matter_id")))) if bars.exists() else Q()


def seen_sealed(actor: Actor, purpose: Purpose, place: str = "unit_id") -> Q:
    """Rows with a ``matter_id`` of what was sealed for a line that the actor's appointment names, from which they are not kept out."""
    lines, found = sealed_lines(actor), Q(pk__in=[])
    if not lines:
        return found
    for line in lines:
        sealed = Bar.objects.filter(matter=OuterRef("matter_id"), line=line)
        found |= Q(Exists(sealed)) & reach_filter(reach_of_sealed(actor, purpose, line), place)
    return found & ~Q(Exists(Bar.objects.filter(matter=OuterRef("matter_id"), person=actor.person_id)))


def sealed_lines(actor: Actor) -> list[str]:
    """The lines that the actor's appointment names and for which some matter is sealed."""
    named = {line for held in actor.posts for line in held.lines}
    return list(Bar.objects.filter(line__in=named - {"*"}).values_list("line", flat=True).distinct()) if named else []


def write_bars(steps: Iterable[tuple[Step | None, Step]]) -> None:
    """Make ``Bar`` agree with the live steps just written; ``steps`` are (what each replaced, what stands now)."""
    changed = [now for before, now in steps if _kept(before) != _kept(now)]
    if not changed:
        return
    Bar.objects.filter(matter__in=[step.matter_id for step in changed]).delete()
    Bar.objects.bulk_create(
        Bar(matter_id=step.matter_id, person_id=person, line=line) for step in changed for person, line in _kept(step)
    )


def _kept(step: Step | None) -> list[tuple[UUID | None, str]]:
    if step is None:
        return []
    line = sealed_for(step)
    return [(UUID(one), "") for one in step.carried.get("barred", ())] + ([(None, line)] if line else [])
