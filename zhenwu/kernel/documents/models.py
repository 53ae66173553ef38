"""Documents that were made of matters and of records: which, of what, when. Their words are not kept: they are set again from what they were made of."""

from __future__ import annotations

from django.db import models

_ONE_SOURCE = models.Q(matter__isnull=False, record=None) | models.Q(matter=None, record__isnull=False)


class Made(models.Model):
    """One document as it was made, of a ``matter`` or of a ``record`` of a ledger. ``document`` is the definition's key, ``revision`` the one
    it was made under.

    ``basis`` says what it was made of: ``step`` (the matter's last) or ``version`` (the record's), ``rows`` (name → [[record, version]]),
    ``files`` (how many), ``papers`` (ids of earlier ones), ``day``, ``due``. No personal value is in it, so that forgetting somebody reaches every paper.
    ``digest`` is the SHA-256 of the .docx; ``opened``: with the persons' names and numbers, else masked.
    """

    id = models.UUIDField(primary_key=True)
    matter = models.ForeignKey("matters.Matter", models.PROTECT, null=True, related_name="+")
    record = models.UUIDField(null=True)
    document = models.CharField(max_length=120)
    revision = models.ForeignKey("definitions.Revision", models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=120, blank=True)
    basis = models.JSONField()
    digest = models.CharField(max_length=64)
    opened = models.BooleanField()
    principal = models.CharField(max_length=80)
    at = models.DateTimeField()
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=_ONE_SOURCE, name="made_of_one_thing")]
        indexes = [models.Index(fields=["record"], condition=models.Q(record__isnull=False), name="made_of_records")]


class Serial(models.Model):
    """The running number that a document of a matter (or of a record) has in its township and year; made again, it keeps its number."""

    document = models.CharField(max_length=120)
    township = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    matter = models.ForeignKey("matters.Matter", models.PROTECT, null=True, related_name="+", db_index=False)
    record = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "township", "year", "number"], name="one_document_per_serial"),
            models.UniqueConstraint(fields=["matter", "document"], name="one_serial_per_matter"),
            models.UniqueConstraint(fields=["record", "document"], name="one_serial_per_record"),
            models.CheckConstraint(condition=_ONE_SOURCE, name="serial_of_one_thing"),
        ]
