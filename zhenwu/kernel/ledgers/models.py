"""Records, their versions, and what protects the people in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Record(models.Model):
    """A thing a ledger knows. Its content lies in versions; ``key`` is what people call it (or a blind index of that)."""

    id = models.UUIDField(primary_key=True)
    ledger = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    removed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "key"], condition=Q(removed=False), name="one_live_record_per_key")
        ]


class Version(models.Model):
    """What a record said from one event until the next. Only ``retired_by`` is ever set afterwards.

    ``starts_on`` is the day it happened (flow) or began to exist (stock); ``ends_on`` (exclusive) when it ceased.
    ``data`` holds whole numbers in each field's scale, ISO days, texts, derived codes, and envelopes for personal fields.
    """

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    ledger = models.CharField(max_length=120)
    revision = models.ForeignKey("definitions.Revision", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    data = models.JSONField()
    authority = models.CharField(max_length=12)
    author = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="one_version_per_number")]
        indexes = [
            models.Index(fields=["ledger", "unit", "starts_on"], condition=Q(retired_by=None), name="versions_current"),
            models.Index(fields=["ledger", "starts_on"], name="versions_by_day"),
        ]


class Subject(models.Model):
    """A person whose data is sealed: the wrapped key. Deleting this row forgets the person."""

    id = models.UUIDField(primary_key=True)
    token = models.CharField(max_length=64, unique=True, null=True)  # blind index of the identity number
    wrapped_key = models.TextField()


class BlindIndex(models.Model):
    """Where a personal value can be found by equality: keyed hashes only. Deleted when the subject is forgotten."""

    field = models.CharField(max_length=40)
    token = models.CharField(max_length=64)
    subject = models.UUIDField(db_index=True)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["field", "token"], name="blind_lookup")]


class YearClosing(models.Model):
    """A business year declared complete: what is entered later is marked 补录."""

    year = models.PositiveIntegerField(unique=True)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
