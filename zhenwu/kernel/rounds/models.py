"""How far the clockwork has closed the spans of each round."""

from __future__ import annotations

from django.db import models


class Reached(models.Model):
    """``through``: the last day up to which every span of a round that ended by then has its tally. No row: nothing yet,
    or the round was changed and everything is looked at anew. ``revision`` is the definition it was done under."""

    round = models.CharField(max_length=120, primary_key=True)
    through = models.DateField()
    revision = models.BigIntegerField()
