"""Cells, imported series, and which kind of value a person chose to print."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Counted(models.Model):
    """A base metric that has cells: its key and the digest of the definition they were counted by."""

    key = models.CharField(max_length=160, unique=True)
    digest = models.CharField(max_length=64)


class Cell(models.Model):
    """The sum of a base metric's contributions at one leaf in one month, in the source field's unit and scale.

    For a stock the contributions are changes; the level is the running sum. Zero cells are not kept.
    """

    pk = models.CompositePrimaryKey("metric_id", "month", "unit_id")
    metric = models.ForeignKey(Counted, on_delete=models.CASCADE, db_index=False)
    month = models.IntegerField()
    unit_id = models.UUIDField()
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["value"], condition=Q(value=0), name="cells_to_drop")]


class KeyCell(models.Model):
    """How many contributions a key has at one leaf in one month: the multiset behind a distinct count."""

    pk = models.CompositePrimaryKey("metric_id", "month", "unit_id", "key")
    metric = models.ForeignKey(Counted, on_delete=models.CASCADE, db_index=False)
    month = models.IntegerField()
    unit_id = models.UUIDField()
    key = models.CharField(max_length=200)
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["value"], condition=Q(value=0), name="key_cells_to_drop")]


class Total(models.Model):
    """The sum of a metric's cells of one month over all leaves, kept in the cells' transaction: what the whole township
    comes to is read from here, at a cost that does not grow with its grids. Zero totals are not kept."""

    pk = models.CompositePrimaryKey("metric_id", "month")
    metric = models.ForeignKey(Counted, on_delete=models.CASCADE, db_index=False)
    month = models.IntegerField()
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["value"], condition=Q(value=0), name="totals_to_drop")]


class KeyYear(models.Model):
    """The sum of a distinct metric's key cells of one calendar year over all leaves, by key: the keys of the whole
    township's years. Shorter periods are counted from the key cells."""

    pk = models.CompositePrimaryKey("metric_id", "year", "key")
    metric = models.ForeignKey(Counted, on_delete=models.CASCADE, db_index=False)
    year = models.IntegerField()
    key = models.CharField(max_length=200)
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["value"], condition=Q(value=0), name="key_years_to_drop")]


class SeriesValue(models.Model):
    """A value somebody else computed: for one metric, unit and period, with its authority and source. Read-only:
    a later value retires the earlier one, which stays visible."""

    metric = models.CharField(max_length=120)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    first = models.IntegerField()
    months = models.IntegerField()
    authority = models.CharField(max_length=12)
    value = models.BigIntegerField()
    scale = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["metric", "unit", "first", "months"], name="series_lookup")]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "unit", "first", "months", "authority"], condition=Q(retired_by=None), name="one_live_series_value"
            )
        ]


class Choice(models.Model):
    """Which authority's value is printed for a figure, chosen by a named person with a reason."""

    metric = models.CharField(max_length=120)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    first = models.IntegerField()
    months = models.IntegerField()
    authority = models.CharField(max_length=12)
    reason = models.CharField(max_length=200)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["metric", "unit", "first", "months"], condition=Q(retired_by=None), name="one_live_choice")
        ]
