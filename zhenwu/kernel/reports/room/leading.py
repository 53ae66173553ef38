"""统稿人: who leads a draft's words, and so who may change which paragraph.

The head is whoever began the manuscript, until it passes to another. The head changes every paragraph, hands paragraphs out, moves them and
takes them back; an owner changes their own; everybody else who reads the line reads and gives opinions. Where the head no longer writes on the
line, its writers lead together until one of them is named.
"""

from __future__ import annotations

from uuid import UUID

from zhenwu.kernel.orgs.api import Actor, names_of, reach, staff, tree
from zhenwu.kernel.reports.models import Manuscript, ManuscriptHead
from zhenwu.kernel.reports.room.rights import REPORT, may_read, may_write, require_reader, require_writer
from zhenwu.lib.problems import Refused


def head_of(manuscript: Manuscript) -> UUID | None:
    """The person who leads; None where nobody does who still writes on the line."""
    named = ManuscriptHead.objects.filter(manuscript=manuscript, retired_by=None).values_list("person", flat=True).first()
    kind, _, beginner = manuscript.event.principal.partition(":")
    person = named or (UUID(beginner) if kind == "person" else None)
    return person if person in dict(writers(manuscript.unit_id)) else None


def leads(actor: Actor, manuscript: Manuscript) -> bool:
    """Whether somebody leads this draft: alone as its head, or as a writer of the line while it has none."""
    if actor.person_id is None:
        return True
    return may_write(actor, manuscript.unit_id) and head_of(manuscript) in (None, actor.person_id)


def may_edit(actor: Actor, manuscript: Manuscript, owner: UUID | None) -> bool:
    """Whether a paragraph of this owner is theirs to change."""
    return may_read(actor, manuscript.unit_id) and ((owner is not None and owner == actor.person_id) or leads(actor, manuscript))


def require_lead(actor: Actor, manuscript: Manuscript) -> None:
    """Raises ``Refused('drafting.refused')``, saying who leads."""
    require_writer(actor, manuscript.unit_id)
    if not leads(actor, manuscript):
        name = _name(head_of(manuscript))
        raise Refused("drafting.refused", f"这件事由统稿人{name}办", f"请找{name}办；他不在的时候，可以在“起草”页写明理由，接过统稿。")


def require_editor(actor: Actor, manuscript: Manuscript, owner: UUID | None) -> None:
    """Raises ``Refused('drafting.refused')``, saying who may, unless the paragraph is theirs to change."""
    require_reader(actor, manuscript.unit_id)
    if may_edit(actor, manuscript, owner):
        return
    head = _name(head_of(manuscript))
    lead = f"统稿人{head}" if head else "党政办"
    whose = f"这一段由{_name(owner)}负责，除了他只有{lead}能改" if owner else f"这一段还没有交给谁，只有{lead}能改"
    raise Refused("drafting.refused", f"{whose}；您可以看，不能改", f"可以对句子提意见；要由您来写，请{head or '党政办'}把这一段交给您。")


def writers(unit: UUID) -> list[tuple[UUID, str]]:
    """Who may lead a township's report: the people who write on its line, by name."""
    above = {unit, *tree().ancestors(unit)}
    reaches = ((actor, reach(actor, "write", REPORT)) for actor in staff())
    return [(actor.person_id, actor.name) for actor, seen in reaches if actor.person_id and (seen.everywhere or seen.units & above)]


def _name(person: UUID | None) -> str:
    return names_of([person]).get(person, "") if person else ""
