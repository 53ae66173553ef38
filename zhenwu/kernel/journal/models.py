"""The journal's rows: events without a position, and the sequence that orders and seals them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhenwu.lib.quick_json import Decoder, Encoder


class Event(models.Model):
    """Something that happened, inserted in the transaction that made it happen.

    ``id`` only orders events of transactions that saw one another; knowledge is ordered by ``Sequenced.position``.
    ``transaction`` is PostgreSQL's transaction number (0 on SQLite, which has one writer). ``body`` holds ids and
    digests, never values of a person.
    """

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, db_index=True)
    principal = models.CharField(max_length=80)
    op_id = models.UUIDField()
    recorded_at = models.DateTimeField()
    body = models.JSONField(encoder=Encoder, decoder=Decoder)
    transaction = models.BigIntegerField(default=0)
    taken = models.BooleanField(default=False)  # by the sequencer: what still waits is found without looking at the rest

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(taken=False), name="events_waiting")]


class Sequenced(models.Model):
    """An event's place in the one stream: gapless positions, each chained to the one before."""

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="sequenced")
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(db_index=True)


class Seal(models.Model):
    """The head of the chain after a batch; printed in issued reports and written outside the database."""

    last = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=10)
    sealed_at = models.DateTimeField()


class Operation(models.Model):
    """What a caller asked and got: the same id with the same request gets the same answer."""

    principal = models.CharField(max_length=80)
    op_id = models.UUIDField()
    verb = models.CharField(max_length=60)
    request_digest = models.CharField(max_length=64)
    result = models.JSONField(encoder=Encoder, decoder=Decoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "op_id"], name="one_answer_per_operation")]


class Lease(models.Model):
    """Who may sequence, or run a follower, and until when."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()


class Cursor(models.Model):
    """How far a follower has read; stored in the transaction that wrote what it read."""

    follower = models.CharField(max_length=60, primary_key=True)
    position = models.BigIntegerField(default=0)
