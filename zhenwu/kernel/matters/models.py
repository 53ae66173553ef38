"""Matters and their steps. A step holds everything a matter said from one event until the next, like a version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhenwu.lib.quick_json import Decoder, Encoder


class Matter(models.Model):
    """Work that somebody owes to somebody. ``line`` is the pack it belongs to; ``revision`` the workflow's, kept
    from its opening to its end (null: the built-in standard one); ``record`` the ledger's record it is about, where it was
    opened because of one."""

    id = models.UUIDField(primary_key=True)
    workflow = models.CharField(max_length=120)
    revision = models.ForeignKey("definitions.Revision", models.PROTECT, null=True, related_name="+")
    line = models.CharField(max_length=60, db_index=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    record = models.UUIDField(null=True, db_index=True)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")


class Step(models.Model):
    """One action taken and where it left the matter; only ``retired_by`` is ever set afterwards.

    ``starts_on`` is the day of the report, ``ends_on`` (exclusive) the day it came to an end. ``columns`` is the
    snapshot that counting reads; ``hands`` and ``marks`` are the engine's ``Standing``; ``given`` what was filled in.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="steps", db_index=False)  # one_step_per_number begins with it
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    principal = models.CharField(max_length=80)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", db_index=False)
    assigned = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    columns = models.JSONField(encoder=Encoder, decoder=Decoder)
    hands = models.JSONField(encoder=Encoder, decoder=Decoder)
    marks = models.JSONField(encoder=Encoder, decoder=Decoder)
    given = models.JSONField(encoder=Encoder, decoder=Decoder)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="one_step_per_number"),
            models.UniqueConstraint(fields=["matter"], condition=Q(retired_by=None), name="one_live_step_per_matter"),
        ]
        indexes = [
            models.Index(fields=["unit", "starts_on"], condition=Q(retired_by=None), name="steps_current"),
            models.Index(fields=["state"], condition=Q(retired_by=None), name="steps_by_state"),
            models.Index(fields=["retired_by"], condition=Q(retired_by__isnull=False), name="steps_retired"),
        ]
