"""Files by content."""

from __future__ import annotations

from django.db import models


class Blob(models.Model):
    """A stored file: its bytes lie under ``ZHENWU_HOME/files`` by hash; the same bytes are stored once."""

    digest = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
