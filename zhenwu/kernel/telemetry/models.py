"""Devices and what they say. Readings are many and are sealed by batch, not one by one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Device(models.Model):
    """A device at a place. ``test`` mode keeps its alarms out of the counts."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=100)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=20, blank=True)
    scale = models.PositiveSmallIntegerField(default=0)
    alarm_above = models.BigIntegerField(null=True)
    silent_after_minutes = models.PositiveIntegerField(default=1440)
    test = models.BooleanField(default=False)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")


class Reading(models.Model):
    """A value at a moment: a whole number in the device's scale. One per device and moment: redelivery does no harm."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="readings")
    at = models.DateTimeField()
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "at"], name="one_reading_per_moment")]


class Alarm(models.Model):
    """A stretch of time over the threshold: one alarm, however many readings it has."""

    id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="alarms")
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    highest = models.BigIntegerField()
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device"], condition=Q(ended_at=None), name="one_open_alarm_per_device")
        ]
