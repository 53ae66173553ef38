"""Issued documents."""

from __future__ import annotations

from django.db import models


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
