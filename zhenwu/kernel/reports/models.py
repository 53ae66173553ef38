"""Issued documents, and what the drafting room keeps of a report before and after."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhenwu.lib.quick_json import Decoder, Encoder


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
    """A row of the drafting room. Only ``retired_by`` is ever set afterwards; its event holds its digest
    (``room/keeping.py``), and says who wrote it and when."""

    id = models.UUIDField(primary_key=True)
    event = models.ForeignKey("journal.Event", on_delete=models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


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


class Manuscript(Kept):
    """文稿: a township's own words for a report of a year, begun from the installed template or from last year's text."""

    key = models.CharField(max_length=120)
    year = models.PositiveIntegerField()
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "year", "unit"], name="one_manuscript_per_draft")]


class ParagraphVersion(Kept):
    """What a paragraph of a manuscript said from one event until the next; ``text`` holds ``⟦key⟧`` where figures stand.

    ``place`` orders the paragraphs (whole numbers with wide gaps); ``number`` counts the versions of one ``paragraph``.
    """

    manuscript = models.ForeignKey(Manuscript, on_delete=models.PROTECT, related_name="+")
    paragraph = models.UUIDField()
    number = models.PositiveIntegerField()
    place = models.BigIntegerField()
    text = models.TextField()
    removed = models.BooleanField(default=False)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paragraph", "number"], name="one_text_per_version"),
            models.UniqueConstraint(fields=["paragraph"], condition=Q(retired_by=None), name="one_live_text_per_paragraph"),
        ]


class ParagraphOwner(Kept):
    """段落责任人: who answers for a paragraph."""

    manuscript = models.ForeignKey(Manuscript, on_delete=models.PROTECT, related_name="+")
    paragraph = models.UUIDField()
    person = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paragraph"], condition=Q(retired_by=None), name="one_owner_per_paragraph")
        ]


class ParagraphHold(Kept):
    """谁在改: a paragraph is one person's until a moment, or until they let it go."""

    manuscript = models.ForeignKey(Manuscript, on_delete=models.PROTECT, related_name="+")
    paragraph = models.UUIDField()
    person = models.UUIDField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paragraph"], condition=Q(retired_by=None), name="one_hold_per_paragraph")
        ]


class ManuscriptHead(Kept):
    """统稿人: who leads the drafting after whoever began it; ``reason`` says why it passed to them."""

    manuscript = models.ForeignKey(Manuscript, on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["manuscript"], condition=Q(retired_by=None), name="one_head_per_manuscript")
        ]


class BrokenHold(Kept):
    """收回: a hold that the head broke, told to ``person``, who held it, until they have seen it."""

    manuscript = models.ForeignKey(Manuscript, on_delete=models.PROTECT, related_name="+")
    paragraph = models.UUIDField()
    person = models.UUIDField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paragraph", "person"], condition=Q(retired_by=None), name="one_broken_hold_per_person")
        ]


class SetAside(Kept):
    """搁下的文字: what a person typed and could not, or did not yet, save; ``base`` is the number of the version they read."""

    manuscript = models.ForeignKey(Manuscript, on_delete=models.PROTECT, related_name="+")
    paragraph = models.UUIDField()
    person = models.UUIDField()
    base = models.PositiveIntegerField()
    text = models.TextField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paragraph", "person"], condition=Q(retired_by=None), name="one_set_aside_per_person")
        ]


class DraftEdition(Kept):
    """稿次: a draft as it read at one journal position. ``content`` is a ``room.told.Told`` as JSON."""

    key = models.CharField(max_length=120)
    year = models.PositiveIntegerField()
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=200)
    content = models.JSONField(encoder=Encoder, decoder=Decoder)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "year", "unit", "number"], name="one_edition_per_number")]


class Opinion(Kept):
    """意见: what somebody says about a sentence, as the sentence read then (with its ``⟦key⟧``)."""

    manuscript = models.ForeignKey(Manuscript, on_delete=models.PROTECT, related_name="+")
    paragraph = models.UUIDField()
    number = models.PositiveIntegerField()
    sentence = models.TextField()
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["manuscript", "number"], name="one_opinion_per_number")]


class OpinionRuling(Kept):
    """采纳、部分采纳或不采纳, with the reason; a later ruling replaces it."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="rulings")
    decision = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opinion"], condition=Q(retired_by=None), name="one_ruling_per_opinion")
        ]


class Erratum(Kept):
    """勘误单 or 更正说明: a document of its own beside an issued one, which never changes. ``frozen`` is all that it prints."""

    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(unique=True)
    frozen = models.JSONField(encoder=Encoder, decoder=Decoder)
    document_file = models.CharField(max_length=64)
