"""Units, their dated placements, the people of the staff, their posts and charges.

Placements, successions and charges are append-only: a row is never changed but once, when a later event
retires it. Days are business days, spans ``[valid_from, valid_until)``. Names of residents never appear
here; ``Person`` is staff.
"""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class People(BaseUserManager["Person"]):
    """Finds people by the name they log in with; enrolling is ``api.enrol_person``."""


class Person(AbstractBaseUser):
    """Somebody of the staff who can log in. What they may do is in their posts alone."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    is_active = models.BooleanField(default=True)

    objects = People()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A unit for as long as anybody remembers it; where it stands and what it is called is in its placements.

    ``county`` is the topmost unit and ``township`` the township it belongs to: rows are distributed by them.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12)
    county = models.UUIDField()
    township = models.UUIDField(null=True)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")


class Placement(models.Model):
    """A unit's name, code and parent over a span of days, as known between two events."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    code = models.CharField(max_length=32, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(valid_until__isnull=True, retired_by__isnull=True),
                name="one_open_placement_per_unit",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="placement_lasts",
            ),
        ]


class Succession(models.Model):
    """What a unit became on a day: one row after a merger, several after a split."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    into = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")


class Closure(models.Model):
    """Derived: which unit counts under which, and when. Rebuilt with every change of the units, for rights
    and lists.

    A unit counts under itself while it exists; once ended, under its successor or last parent and what is
    above.
    """

    ancestor = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    descendant = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ancestor", "valid_from"], name="closure_below")]


class Post(models.Model):
    """A person's post at a unit for lines of work (pack ids, or ``["*"]``)."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=24)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    lines = models.JSONField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    ended_by = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+")


class Charge(models.Model):
    """包干: a person answers for a duty (河长, 包村, …) at a unit over a span of days."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="charges")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    duty = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    retired_by = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+")


class Token(models.Model):
    """What a system shows to be let in. ``digest`` is that of its secret, which is kept nowhere; ``until`` is exclusive."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    until = models.DateField()
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+")
    revoked_by = models.ForeignKey("journal.Event", models.PROTECT, null=True, related_name="+")


class SavedView(models.Model):
    """我的视图: what somebody narrows a list to again and again, under a name of theirs. ``page`` says which list (``matters``, or the key of
    a ledger), ``sent`` the pairs of its address. A view that is dropped is deleted: it is no fact of the township."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)  # one_view_per_name begins with it
    page = models.CharField(max_length=121)
    name = models.CharField(max_length=20)
    sent = models.JSONField()
    event = models.ForeignKey("journal.Event", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "page", "name"], name="one_view_per_name")]
