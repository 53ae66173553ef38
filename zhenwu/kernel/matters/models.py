"""Matters and their steps. A step holds everything a matter said from one event until the next, like a version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhenwu.lib.clock import now
from zhenwu.lib.clocks import last_day
from zhenwu.lib.quick_json import Decoder, Encoder


class Matter(models.Model):
    """Work that somebody owes to somebody. ``line`` is the pack it belongs to; ``revision`` the workflow's, kept
    from its opening to its end (null: one that the kernel brings); ``record`` the ledger's record it is about, where it was
    opened because of one; ``about`` the matter that a 督办 presses; ``parent`` the one it was split from; ``merged_into`` the one
    that goes on for it: of these only the last changes, when it is merged or parted again."""

    id = models.UUIDField(primary_key=True)
    workflow = models.CharField(max_length=120)
    revision = models.ForeignKey("definitions.Revision", models.PROTECT, null=True, related_name="+")
    line = models.CharField(max_length=60, db_index=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    record = models.UUIDField(null=True, db_index=True)
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="pressing", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")

    class Meta:
        # Few matters have kin: an index of those alone costs the others nothing.
        indexes = [
            models.Index(fields=[name], condition=Q(**{f"{name}__isnull": False}), name=f"matters_{name}")
            for name in ("about", "parent", "merged_into")
        ]


class Step(models.Model):
    """One action taken and where it left the matter; only ``retired_by`` is ever set afterwards.

    ``starts_on`` is the day of the report, ``ends_on`` (exclusive) the day it came to an end. ``columns`` is the
    snapshot that counting reads; ``hands``, ``marks`` and ``carried`` are the rest of the engine's ``Standing``; ``given`` what was
    filled in, with the rules that a person passed (``overruled``).
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="steps", db_index=False)  # one_step_per_number begins with it
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    principal = models.CharField(max_length=80)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", db_index=False)
    assigned = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    columns = models.JSONField(encoder=Encoder, decoder=Decoder)
    hands = models.JSONField(encoder=Encoder, decoder=Decoder)
    marks = models.JSONField(encoder=Encoder, decoder=Decoder)
    given = models.JSONField(encoder=Encoder, decoder=Decoder)
    carried = models.JSONField(encoder=Encoder, decoder=Decoder, default=dict)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="one_step_per_number"),
            models.UniqueConstraint(fields=["matter"], condition=Q(retired_by=None), name="one_live_step_per_matter"),
        ]
        indexes = [
            models.Index(fields=["unit", "starts_on"], condition=Q(retired_by=None), name="steps_current"),
            models.Index(fields=["assigned"], condition=Q(retired_by=None, assigned__isnull=False), name="steps_assigned"),
            models.Index(fields=["state"], condition=Q(retired_by=None), name="steps_by_state"),
            models.Index(fields=["principal", "id"], condition=Q(number=1), name="steps_by_reporter"),
            models.Index(fields=["retired_by"], condition=Q(retired_by__isnull=False), name="steps_retired"),
        ]


class Assist(models.Model):
    """An office that was asked to assist with a matter: who may see it because of that. What it answered stands in the steps."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="assists", db_index=False)  # one_assist_per_unit begins with it
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "unit"], name="one_assist_per_unit")]


class Bar(models.Model):
    """Who is kept out of a matter that their posts reach (decision 0030): a ``person`` of the staff whom it concerns (回避), or, with
    ``line``, everybody whose appointment does not name that line. Derived from the live step's ``carried``, so that lists can ask."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="bars", db_index=False)  # bars_of_matter
    person = models.ForeignKey("orgs.Person", models.PROTECT, null=True, related_name="+")
    line = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "person"], condition=Q(person__isnull=False), name="one_bar_per_person"),
            models.UniqueConstraint(fields=["matter"], condition=Q(person=None), name="one_bar_by_line"),
        ]
        indexes = [models.Index(fields=["matter"], name="bars_of_matter"), models.Index(fields=["line"], condition=~Q(line=""), name="bars_by_line")]


class MatterNumber(models.Model):
    """A number that no other matter of its workflow may have in a township (``numbering``). Derived from the live step's columns, so that the
    database can hold it and lists can be searched by it."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="numbers", db_index=False)  # one_number_per_field begins with it
    workflow = models.CharField(max_length=80)
    township = models.UUIDField()
    field = models.CharField(max_length=60)
    value = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "field"], name="one_number_per_field"),
            models.UniqueConstraint(fields=["workflow", "township", "field", "value"], name="one_matter_per_number"),
        ]


class Attachment(models.Model):
    """A photo or paper of a matter, attached while it stood at step ``step``; the bytes lie in ``files`` by their SHA-256."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="attachments", db_index=False)  # one_attachment_per_number begins with it
    number = models.PositiveIntegerField()
    step = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    principal = models.CharField(max_length=80)
    at = models.DateTimeField()
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="one_attachment_per_number")]


class RunningLimit(models.Model):
    """Derived, never the truth (decisions 0021, 0025): a limit that runs now, as ``deadlines`` reckons it, kept so that lists sort by
    due time and what comes next is found by an index. Rows may be thrown away at any time; ``rebuild_limits`` makes them again.

    A matter that is not over has one row per running limit, or one with ``limit`` "" when none runs; ``first`` marks the one that comes
    first; ``line`` is the one that a sealed matter was sealed for. ``due_at`` is null while the limit stands still; ``order_at`` is it, or the end of days. ``next_at`` is when
    something is to be told next (null: nothing); ``binds`` whose limit it is, where it is a party's: ``order_at`` is then the end of days, for nobody of ours is
    overdue with it. A row whose ``step`` is no longer the live one is about to be reckoned anew.
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="+")
    step = models.ForeignKey(Step, models.CASCADE, related_name="+", db_index=False)
    line = models.CharField(max_length=60)
    unit = models.ForeignKey("orgs.Unit", models.CASCADE, related_name="+", db_index=False)
    assigned = models.ForeignKey("orgs.Unit", models.CASCADE, null=True, related_name="+", db_index=False)
    limit = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    order_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    binds = models.CharField(max_length=20, blank=True)
    first = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["order_at", "matter"], condition=Q(first=True), name="limits_by_due"),
            models.Index(fields=["unit", "order_at"], condition=Q(first=True), name="limits_by_unit"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="limits_to_tell"),
        ]

    @property
    def last_day(self) -> str:
        """The last day on which it is in time, or the minute; "" while it stands still."""
        return last_day(self.due_at)

    @property
    def late(self) -> bool:
        return not self.binds and self.due_at is not None and self.due_at <= now()


class Reckoning(models.Model):
    """How far the running limits were reckoned anew after a calendar or a parameter changed: ``position`` of the last such event,
    ``after`` the last matter done, ``done`` when all are. One row."""

    name = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField(default=0)
    after = models.UUIDField(null=True)
    done = models.BooleanField(default=True)


class Notice(models.Model):
    """提醒: something told about a limit, once for each due time. ``what`` is a ``schedule.Call.what``, or ``slip`` for a 提醒单 that was
    signed; ``came_at`` when it became due to be told, ``deliver_at`` when it reaches people (not at night). ``over`` is derived: the
    limit has been kept, stands still, or is due at another time, so nobody is shown it any more."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+")
    line = models.CharField(max_length=60)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, related_name="+", db_index=False)
    limit = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    what = models.CharField(max_length=20)
    came_at = models.DateTimeField()
    deliver_at = models.DateTimeField()
    over = models.BooleanField(default=False)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "limit", "since", "due_at", "what"], name="told_once")]
        indexes = [models.Index(fields=["deliver_at"], condition=Q(over=False), name="notices_open")]

    @property
    def last_day(self) -> str:
        """The last day on which it was in time, or the minute."""
        return last_day(self.due_at)


class Address(models.Model):
    """Who a notice is for: a person, or whoever holds ``post`` over its place for its line (given ``office``: at that very office)."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="addresses")
    post = models.CharField(max_length=24, blank=True)
    office = models.ForeignKey("orgs.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey("orgs.Person", models.PROTECT, null=True, related_name="+", db_index=False)


class NoticeRead(models.Model):
    """Somebody has read a notice."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="reads", db_index=False)  # read_once begins with it
    person = models.ForeignKey("orgs.Person", models.PROTECT, related_name="+", db_index=False)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "person"], name="read_once")]


class AnswerRead(models.Model):
    """Whoever reported something has seen what it was answered with (``answering``): a step of the matter, or of the one that goes on for it."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="+", db_index=False)  # answer_read_once begins with it
    person = models.ForeignKey("orgs.Person", models.PROTECT, related_name="+", db_index=False)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "person"], name="answer_read_once")]


class ReminderSlip(models.Model):
    """提醒单 for an overdue matter: proposed with the notice that says so, sent when a person has signed it."""

    notice = models.OneToOneField(Notice, models.PROTECT, related_name="slip")
    signer = models.ForeignKey("orgs.Person", models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.CharField(max_length=500, blank=True)
    signed_at = models.DateTimeField(null=True)
    event = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+", db_index=False)
