"""Who is told, with which keys, and what still has to be told. What people say is set by verbs; ``failures``, ``next_try_at``
and the like are the sender's notes, written after each try."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhenwu.lib.quick_json import Decoder, Encoder


class Subscription(models.Model):
    """A receiver: where, of which kinds of event, of which line ("" all). ``event`` made it: it hears of what comes after;
    ``said_by`` is the event that last changed what it says.

    ``failing_since`` is the first failure since the last success; ``failing`` that its long failing was noted in the journal.
    ``failures`` counts tries since then; before ``next_try_at`` nothing is sent. ``lost`` counts what found no room.
    """

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    kinds = models.JSONField(encoder=Encoder, decoder=Decoder)
    line = models.CharField(max_length=60, blank=True)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    said_by = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    ended_by = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+")
    paused = models.CharField(max_length=200, blank=True)  # why; "": it is sent to
    failing_since = models.DateTimeField(null=True)
    failing = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_tried_at = models.DateTimeField(null=True)
    last_delivered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    lost = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], condition=Q(ended_by=None), name="one_live_subscription_per_name")]


class SigningSecret(models.Model):
    """A key shared with a receiver, in an envelope under the master key. ``valid_until`` is set when another replaces it."""

    id = models.UUIDField(primary_key=True)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="secrets")
    envelope = models.CharField(max_length=300)
    valid_until = models.DateTimeField(null=True)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")


class Delivery(models.Model):
    """One message to one receiver: ``id`` is the ``webhook-id`` of every try, ``body`` the bytes signed and sent.

    ``position`` orders them; of a loss marker (kind ``outbox.lost``) it is the first position lost, and ``body`` grows with
    the loss until it is sent. ``queued_at`` is since when it waits: of a notice told at night the morning; before it, nothing is sent, and
    what comes after goes ahead.
    """

    WAITING, DELIVERED, DROPPED = "waiting", "delivered", "dropped"

    id = models.UUIDField(primary_key=True)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries", db_index=False)
    position = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10, default=WAITING)
    queued_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)  # the receiver's last HTTP status

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "position"], name="one_delivery_per_position")]
        indexes = [
            models.Index(fields=["subscription", "position"], condition=Q(state="waiting"), name="deliveries_waiting"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="deliveries_ended"),
        ]
