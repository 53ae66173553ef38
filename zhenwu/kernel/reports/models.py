"""Issued documents, and what the drafting room keeps of a draft's figures."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q


class Issue(models.Model):
    """A document as issued: everything needed to recompute it is frozen, or named by hash.

    ``frozen`` holds the journal position and seal, the digests of definitions and trees, and for each blank its figure
    address, form, exact value and print. Its digest stands in the journal event.
    """

    id = models.UUIDField(primary_key=True)
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    year = models.PositiveIntegerField()
    frozen = models.JSONField()
    template_file = models.CharField(max_length=64)
    document_file = models.CharField(max_length=64)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")


class Kept(models.Model):
    """What the drafting room keeps of its figures: a row never changes but once, when a later event retires it. The digest
    of its content stands in the event that wrote it (``room/keeping``)."""

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def content(self) -> dict[str, Any]:
        """All that the row says, without the row's own life."""
        left_out = ("id", "event_id", "retired_by_id")
        return {one.attname: getattr(self, one.attname) for one in self._meta.concrete_fields if one.attname not in left_out}


class FigureSheet(Kept):
    """报数单: the figures of some lines of a draft, asked of one person, each as it stood when it was sent.

    ``entries`` are {key, meaning, printed, value, last, sentence, basis}; ``value`` is exact text or null.
    """

    report = models.CharField(max_length=120)
    year = models.PositiveIntegerField()
    unit = models.UUIDField()
    person = models.UUIDField()
    lines = models.JSONField()
    due = models.DateField()
    entries = models.JSONField()
    position = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["report", "year", "unit"], name="sheets_of_a_draft"), models.Index(fields=["person"], name="sheets_of_a_person")]


class SheetAnswer(Kept):
    """What the person says of one figure: ``says`` is unchanged, differs or given; ``printed`` is what they saw ("" for 待补)."""

    sheet = models.ForeignKey(FigureSheet, on_delete=models.PROTECT, related_name="answers")
    blank = models.CharField(max_length=120)
    says = models.CharField(max_length=12)
    words = models.CharField(max_length=300)
    printed = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "blank"], condition=Q(retired_by=None), name="one_live_answer")]


class Ruling(Kept):
    """裁定: which of two counts of the same thing is printed, and why. ``mark`` is the digest of the rows of both as they
    stood; ``values`` are the two exact values (text or null)."""

    metric = models.CharField(max_length=120)
    other = models.CharField(max_length=120)
    unit = models.UUIDField()
    first = models.IntegerField()
    months = models.IntegerField()
    printed = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    mark = models.CharField(max_length=64)
    values = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "other", "unit", "first", "months"], condition=Q(retired_by=None), name="one_live_ruling"
            )
        ]


class SignOff(Kept):
    """审签: a responsible person confirms one figure as it was printed. It stands as long as the print is the same."""

    report = models.CharField(max_length=120)
    year = models.PositiveIntegerField()
    unit = models.UUIDField()
    blank = models.CharField(max_length=120)
    printed = models.TextField()
    value = models.TextField()
    position = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "year", "unit", "blank"], condition=Q(retired_by=None), name="one_live_sign_off")
        ]
