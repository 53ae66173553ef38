"""One value changed behind the system's back, in whatever column of what the journal vouches for, is found by ``journal verify``."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import models

from tests.kernel import yard
from tests.people import People, gather
from zhenwu.cli.proving import complaints
from zhenwu.kernel.definitions.models import Revision
from zhenwu.kernel.files.api import put_file
from zhenwu.kernel.files.models import Blob
from zhenwu.kernel.journal.api import sequence
from zhenwu.kernel.journal.models import Event, Seal, Sequenced
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.metrics.api import SeriesInput, choose_authority, import_series
from zhenwu.kernel.metrics.models import Choice, SeriesValue
from zhenwu.kernel.orgs.api import SYSTEM
from zhenwu.lib.periods import Period

pytestmark = pytest.mark.django_db

# Columns that say nothing of what happened: row ids, what the sequencer keeps for itself, words beside a file's bytes.
SILENT = {
    "Event.id", "Event.transaction", "Event.taken", "Version.id", "Revision.id", "SeriesValue.id", "Choice.id", "Blob.name", "Blob.media_type", "Seal.sealed_at",
}  # fmt: skip


def columns() -> list[tuple[type[models.Model], models.Field]]:
    shelves = (Event, Sequenced, Seal, Version, Revision, SeriesValue, Choice, Blob)
    every = [(model, field) for model in shelves for field in model._meta.concrete_fields]
    return [(model, field) for model, field in every if f"{model.__name__}.{field.name}" not in SILENT]


@pytest.fixture
def people() -> People:
    """A house, a family, an imported value that was chosen, a photo; then the house is corrected."""
    people = gather("yard")
    yard.install_yard()
    entry = RecordInput({"code": "A1", "area": "10", "state": "removed"}, people.town["深塘一格"], "2020-03-01")
    first = ledgers.save_record(SYSTEM, yard.HOUSE, entry, uuid4())
    family = RecordInput({"code": "F1", "people": "3"}, people.town["深塘一格"], "2020-03-01", "2020-09-01")
    ledgers.save_record(SYSTEM, yard.FAMILY, family, uuid4())
    import_series(SYSTEM, [SeriesInput("yard.quota", people.town["云岭镇"], Period.year(2020), "5", "recognised", "县里的文件")], uuid4())
    choose_authority(SYSTEM, "yard.quota", people.town["云岭镇"], Period.year(2020), "recognised", "县里已认定", uuid4())
    put_file(SYSTEM, "门前.jpg", "image/jpeg", b"photo", uuid4())
    sequence()  # the correction after it has no position yet: rows may be made to point at it
    ledgers.save_record(SYSTEM, yard.HOUSE, RecordInput({"area": "20"}, reason="复测"), uuid4(), UUID(first["record"]), 1)
    return people


def another(field: models.Field, value: Any, row: models.Model) -> Any:
    """A value of the column's kind that is not the one there."""
    if field.is_relation:
        others = field.related_model._default_manager.exclude(pk=value)  # type: ignore[union-attr]
        return others.order_by("-pk").values_list("pk", flat=True).first()
    changes = {
        bool: lambda: not value, int: lambda: value + 12, str: lambda: value[:-1] + ("0" if value[-1:] != "0" else "1"), UUID: uuid4,
        datetime: lambda: value + timedelta(days=1), date: lambda: value + timedelta(days=1), dict: lambda: {**value, "x": 1},
        type(None): lambda: date(2020, 12, 31),
    }  # fmt: skip
    return changes[type(value)]()


@pytest.mark.parametrize(("model", "field"), columns(), ids=lambda given: getattr(given, "name", getattr(given, "__name__", "")))
def test_a_value_changed_behind_the_system_is_found(people: People, model: type[models.Model], field: models.Field) -> None:
    assert list(complaints()) == []
    rows = Event.objects.exclude(sequenced=None) if model is Event else model._default_manager.all()
    row = rows.order_by("-pk")[0]
    model._default_manager.filter(pk=row.pk).update(**{field.attname: another(field, getattr(row, field.attname), row)})
    assert list(complaints()) != []
