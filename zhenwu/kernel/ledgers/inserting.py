"""New rows by plain SQL: for many rows Django's ``bulk_create`` spends longer on preparing values than the database on storing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import orjson
from django.db import connection, models

Convert = Callable[[Any], Any]


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, inside a transaction. Ids that the database gives are not set on them."""
    if not rows:
        return
    sql, fields = _statement(type(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[_converted(getattr(row, name), convert) for name, convert in fields] for row in rows])


def _converted(value: Any, convert: Convert | None) -> Any:
    return value if value is None or convert is None else convert(value)


@cache
def _statement(model: type[models.Model], vendor: str) -> tuple[str, list[tuple[str, Convert | None]]]:
    """The statement, and each column's attribute with what its values must become first."""
    fields = [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    columns = ", ".join(f'"{one.column}"' for one in fields)
    marks = ", ".join(["%s"] * len(fields))
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})',
        [(one.attname, _conversion(one, vendor)) for one in fields],
    )


def _conversion(field: models.Field[Any, Any], vendor: str) -> Convert | None:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.JSONField):
        return lambda value: orjson.dumps(value).decode()
    if isinstance(field, models.UUIDField):
        return (lambda value: value.hex) if vendor == "sqlite" else str
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return str if isinstance(field, models.DateField) else None
