"""Documents that were made of matters: which, of what, when. Their words are not kept: they are set again from what they were made of."""

from __future__ import annotations

from django.db import models


class Made(models.Model):
    """One document as it was made. ``document`` is the definition's key, ``revision`` the one it was made under.

    ``basis`` says what it was made of: ``step`` (the matter's last), ``rows`` (name → [[record, version]]), ``files`` (how many),
    ``papers`` (ids of earlier ones), ``day``, ``due``. No personal value is in it, so that forgetting somebody reaches every paper.
    ``digest`` is the SHA-256 of the .docx; ``opened``: with the persons' names and numbers, else masked.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="+")
    document = models.CharField(max_length=120)
    revision = models.ForeignKey("definitions.Revision", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=120, blank=True)
    basis = models.JSONField()
    digest = models.CharField(max_length=64)
    opened = models.BooleanField()
    principal = models.CharField(max_length=80)
    at = models.DateTimeField()
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+", db_index=False)


class Serial(models.Model):
    """The running number that a document of a matter has in its township and year; made again, it keeps its number."""

    document = models.CharField(max_length=120)
    township = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "township", "year", "number"], name="one_document_per_serial"),
            models.UniqueConstraint(fields=["matter", "document"], name="one_serial_per_matter"),
        ]
