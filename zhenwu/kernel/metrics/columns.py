"""The column store: facts as typed Parquet, a cache that can be made again, stamped with the position it shows.

Personal values never reach it; a person is an opaque id and derived codes (sex, year of birth).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import polars as pl
from django.conf import settings

from zhenwu.kernel.definitions.api import find
from zhenwu.kernel.matters import api as matters
from zhenwu.kernel.metrics.sources import facts
from zhenwu.kernel.metrics.within import LEDGER, read_within
from zhenwu.lib.facts import Fact, Scope

ROWS = 50_000  # per file: memory stays flat
_TYPES: Mapping[str, Any] = {"integer": pl.Int64, "decimal": pl.Int64, "flag": pl.Boolean, "date": pl.Date}


def columns_at(source: str, position: int, codes: Mapping[UUID, int]) -> pl.LazyFrame:
    """The facts of a source at a position as a lazy frame; built when the cache stands elsewhere.

    Column ``unit`` holds the code of each fact's unit.
    """
    folder = Path(settings.HOME) / "columns" / source.replace(":", "-")
    stamp = {"position": position, "columns": schema_of(source, position), "units": {str(unit): code for unit, code in codes.items()}}
    if not _is_stamped(folder, stamp):
        _build(folder, source, position, codes, stamp)
    return pl.scan_parquet(folder / "*.parquet")


def schema_of(source: str, position: int | None = None) -> dict[str, str]:
    """column → type name, over all fields of the source's definition in force (at a journal position)."""
    one = read_within(source)
    if one is not None:
        return schema_of(LEDGER + one.left, position)
    kind, _, key = source.partition(":")
    if kind == "workflow":
        return matters.columns_of(key, position)
    columns = {"occurred_on": "date", "valid_from": "date", "valid_until": "date", "authority": "text", "month": "integer"}
    form = find("ledger", key, position)
    for field in form.body["fields"] if form else ():
        if field["type"] in ("identity",):
            columns |= {f"{field['id']}_sex": "text", f"{field['id']}_birth_year": "integer", f"{field['id']}_subject": "text"}
        elif field["type"] not in ("name", "phone"):
            columns[field["id"]] = field["type"]
    return columns


def _build(folder: Path, source: str, position: int, codes: Mapping[UUID, int], stamp: dict[str, Any]) -> None:
    scratch = folder.with_name(folder.name + ".new")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    part = 0
    for part, chunk in enumerate(_chunks(facts(Scope(source, position))), start=1):
        frame_of(chunk, codes, stamp["columns"]).write_parquet(scratch / f"part-{part:05}.parquet", compression="zstd")
    if not part:
        frame_of([], codes, stamp["columns"]).write_parquet(scratch / "part-00000.parquet")
    (scratch / "stamp.json").write_bytes(orjson.dumps(stamp))
    shutil.rmtree(folder, ignore_errors=True)
    scratch.rename(folder)


def frame_of(facts: Sequence[Fact], codes: Mapping[UUID, int], columns: Mapping[str, str]) -> pl.DataFrame:
    """Facts as typed columns, ``unit`` being a code; ``columns`` are those of ``schema_of``, or some of them.

    Raises ``TypeError`` or a polars error when a value is not of its column's type.
    """
    data: dict[str, list[Any]] = {name: [fact.row[name] for fact in facts] for name in columns}
    types = {name: _TYPES.get(kind, pl.String) for name, kind in columns.items()}
    return pl.DataFrame({"unit": [codes[fact.unit] for fact in facts], **data}, schema={"unit": pl.Int32, **types})


def _chunks(rows: Iterable[Fact]) -> Iterator[list[Fact]]:
    stream = iter(rows)
    while chunk := list(islice(stream, ROWS)):
        yield chunk


def _is_stamped(folder: Path, stamp: dict[str, Any]) -> bool:
    path = folder / "stamp.json"
    return path.exists() and orjson.loads(path.read_bytes()) == orjson.loads(orjson.dumps(stamp))
