"""Versions of records, and what protects the people in them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q

from zhenwu.lib.quick_json import Decoder, Encoder


class Said(models.JSONField):
    """JSON that this room spelled itself: SQLite need not parse every row again to see that it is JSON."""

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        return None


class Version(models.Model):
    """What a record said from one event until the next. Only ``retired_by`` is ever set afterwards.

    A record is the versions of one ``record_id``; the one not retired is what it says now. ``key`` is what people call it
    (or a blind index of that). ``starts_on`` is the day it happened (flow) or began to exist (stock); ``ends_on``
    (exclusive) when it ceased. ``data`` holds whole numbers in each field's scale, ISO days, texts, derived codes, and
    envelopes for personal fields. Who wrote it, and when, is the event's to say, and so is its digest.
    """

    pk = models.CompositePrimaryKey("record_id", "number")
    record_id = models.UUIDField()
    number = models.PositiveIntegerField()
    ledger = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    # Neither is ever deleted, and both were read just before: the database need not look for them again at every row.
    revision = models.ForeignKey("definitions.Revision", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    data = Said(encoder=Encoder, decoder=Decoder)
    authority = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True)
    late = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "key"], condition=Q(retired_by=None, removed=False), name="one_live_record_per_key"
            )
        ]
        # Few and in the order in which records come: an index in another order costs more to keep than all the rest.
        indexes = [
            models.Index(fields=["ledger", "starts_on", "unit"], condition=Q(retired_by=None), name="versions_current"),
            models.Index(fields=["retired_by"], condition=Q(retired_by__isnull=False), name="versions_retired"),
        ]

    @property
    def author(self) -> str:
        """Who wrote it. Read it with its event (``select_related``)."""
        return self.event.principal

    @property
    def recorded_at(self) -> datetime:
        """When it was written, by the claimed clock."""
        return self.event.recorded_at


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
    record_id = models.UUIDField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["field", "token"], name="blind_lookup")]


class YearClosing(models.Model):
    """A business year declared complete: what is entered later is marked 补录."""

    year = models.PositiveIntegerField(unique=True)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
