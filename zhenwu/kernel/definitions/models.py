"""Definitions: immutable revisions of what packs declare."""

from __future__ import annotations

from django.db import models


class Revision(models.Model):
    """One version of one definition. ``body`` is canonical JSON and never changes; ``retired_by`` is the event that
    replaced it or switched its pack off."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120)
    pack = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    body = models.JSONField()
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key", "number"], name="one_revision_per_number")]
        indexes = [models.Index(fields=["kind", "retired_by"], name="definitions_current")]


class CalendarDay(models.Model):
    """A day that a county or township set for itself, or (``notice``: that year) that is part of a year's 放假安排 as a person
    entered it. A later setting retires it."""

    day = models.DateField()
    worked = models.BooleanField()
    name = models.CharField(max_length=20)
    notice = models.PositiveIntegerField(null=True)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=models.Q(retired_by=None, notice=None), name="one_live_calendar_day"),
            models.UniqueConstraint(
                fields=["day", "notice"], condition=models.Q(retired_by=None, notice__isnull=False), name="one_live_day_per_notice"
            ),
        ]


class OfficeHours(models.Model):
    """The hours of a worked day from a day on (作息时间), until the next such day; a later setting of the same day retires it.
    ``shifts``: [[opens, closes], …] as "08:30"."""

    first = models.DateField()
    shifts = models.JSONField()
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first"], condition=models.Q(retired_by=None), name="one_live_setting_of_hours")]
