"""Tasks of the plan."""

from __future__ import annotations

from django.db import models


class Task(models.Model):
    """A sentence of the plan as a task: what is to be reached, by whom, by when. Later wording is a new row;
    ``retired_by`` ends the old one."""

    id = models.UUIDField(primary_key=True)
    sentence = models.CharField(max_length=400)
    metric = models.CharField(max_length=120)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    first = models.IntegerField()
    months = models.IntegerField()
    target = models.BigIntegerField()
    scale = models.PositiveSmallIntegerField()
    owner = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+", null=True)
    due_on = models.DateField()
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")
