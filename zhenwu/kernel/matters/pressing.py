"""督办 of a matter: what is proposed with it."""

from __future__ import annotations

from uuid import UUID

from zhenwu.kernel.matters.models import Matter, Step
from zhenwu.kernel.matters.steps import pinned
from zhenwu.kernel.matters.workflow import LEADERS
from zhenwu.kernel.matters.workflow_tables import PRESSING
from zhenwu.kernel.orgs.api import tree

PRESS_ACTION = "propose"  # the action that opens one
SIGNED = "accepted"  # what the signing of a 督办 marks


def may_be_pressed(matter: Matter, unit: UUID) -> bool:
    """Whether a 督办 would be proposed for a matter: none while one is under way, none for a 督办, none where its place has ended."""
    under_way = Step.objects.filter(matter__about=matter, retired_by=None, ends_on=None).exists()
    return matter.about_id is None and not under_way and unit in tree()


def signers() -> frozenset[str]:
    """The kinds of post that sign a 督办."""
    signing = pinned(PRESSING)[1].action("sign")
    return frozenset(post for move in signing.moves for post in move.posts) if signing else frozenset(LEADERS)


def card_for(matter: UUID) -> str:
    """The card with which a matter would be pressed now: the first choice for the first signed 督办, the next for the second, the last
    from then on. What was declined is no stage."""
    form = pinned(PRESSING)[1].form
    cards = [code for one in (form.fields if form else ()) if one.id == "card" for code, _ in one.choices]
    signed = Step.objects.filter(matter__about=matter, retired_by=None, marks__has_key=SIGNED).exclude(state="declined").count()
    return cards[min(signed, len(cards) - 1)] if cards else ""
