"""督办 of a matter: what is proposed with it."""

from __future__ import annotations

from uuid import UUID

from zhenwu.kernel.matters.models import Step
from zhenwu.kernel.matters.steps import pinned
from zhenwu.kernel.matters.workflow_tables import PRESSING

PRESS_ACTION = "propose"  # the action that opens one
SIGNED = "accepted"  # what the signing of a 督办 marks


def card_for(matter: UUID) -> str:
    """The card with which a matter would be pressed now: the first choice for the first signed 督办, the next for the second, the last
    from then on. What was declined is no stage."""
    form = pinned(PRESSING)[1].form
    cards = [code for one in (form.fields if form else ()) if one.id == "card" for code, _ in one.choices]
    signed = Step.objects.filter(matter__about=matter, retired_by=None, marks__has_key=SIGNED).exclude(state="declined").count()
    return cards[min(signed, len(cards) - 1)] if cards else ""
