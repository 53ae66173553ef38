"""Matters and their steps. A step holds everything a matter said from one event until the next, like a version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhenwu.lib.quick_json import Decoder, Encoder


class Matter(models.Model):
    """Work that somebody owes to somebody. ``line`` is the pack it belongs to; ``revision`` the workflow's, kept
    from its opening to its end (null: one that the kernel brings); ``record`` the ledger's record it is about, where it was
    opened because of one; ``about`` the matter that a 督办 presses; ``parent`` the one it was split from; ``merged_into`` the one
    that goes on for it: of these only the last changes, when it is merged or parted again."""

    id = models.UUIDField(primary_key=True)
    workflow = models.CharField(max_length=120)
    revision = models.ForeignKey("definitions.Revision", models.PROTECT, null=True, related_name="+")
    line = models.CharField(max_length=60, db_index=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    record = models.UUIDField(null=True, db_index=True)
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="pressing", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")

    class Meta:
        # Few matters have kin: an index of those alone costs the others nothing.
        indexes = [
            models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"matters_{name}")
            for name in ("about", "parent", "merged_into")
        ]


class Step(models.Model):
    """One action taken and where it left the matter; only ``retired_by`` is ever set afterwards.

    ``starts_on`` is the day of the report, ``ends_on`` (exclusive) the day it came to an end. ``columns`` is the
    snapshot that counting reads; ``hands``, ``marks`` and ``carried`` are the rest of the engine's ``Standing``; ``given`` what was
    filled in, with the rules that a person passed (``overruled``).
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
    carried = models.JSONField(encoder=Encoder, decoder=Decoder, default=dict)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="one_step_per_number"),
            models.UniqueConstraint(fields=["matter"], condition=Q(retired_by=None), name="one_live_step_per_matter"),
        ]
        indexes = [
            models.Index(fields=["unit", "starts_on"], condition=Q(retired_by=None), name="steps_current"),
            models.Index(fields=["assigned"], condition=Q(retired_by=None, assigned__isnull=False), name="steps_assigned"),
            models.Index(fields=["state"], condition=Q(retired_by=None), name="steps_by_state"),
            models.Index(fields=["retired_by"], condition=Q(retired_by__isnull=False), name="steps_retired"),
        ]


class Assist(models.Model):
    """An office that was asked to assist with a matter: who may see it because of that. What it answered stands in the steps."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="assists", db_index=False)  # one_assist_per_unit begins with it
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "unit"], name="one_assist_per_unit")]


class Attachment(models.Model):
    """A photo or paper of a matter, attached while it stood at step ``step``; the bytes lie in ``files`` by their SHA-256."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="attachments", db_index=False)  # one_attachment_per_number begins with it
    number = models.PositiveIntegerField()
    step = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    principal = models.CharField(max_length=80)
    at = models.DateTimeField()
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="one_attachment_per_number")]
