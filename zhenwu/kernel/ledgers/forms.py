"""A ledger's form: turns what a person entered into what is stored, or says what is wrong. Pure.

Entered values are texts, whole numbers, decimals, days or flags (from a web form, a spreadsheet, a phone). Stored values
are JSON: whole numbers in the field's scale, ISO days, texts, true/false. Personal fields come back apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from zhenwu.kernel.ledgers.entering import read_entries
from zhenwu.kernel.ledgers.readers import reader_of
from zhenwu.lib.codes import read_identity
from zhenwu.lib.polylines import in_words
from zhenwu.lib.problems import Place, Problem, Problems

FORGOTTEN = "（已删除）"  # what is shown of somebody whose key was deleted
PERSONAL = ("identity", "name", "phone")


@dataclass(frozen=True)
class Field:
    """One field of a ledger, every default explicit."""

    id: str
    label: str
    type: str
    required: bool = False
    unit: str = ""
    scale: int = 0
    min: str | None = None  # exact text in the field's unit
    max: str | None = None  # the same; for a text its longest length
    pattern: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    ledger: str = ""
    on_day: bool = False  # of a link: what it names must stand on the record's own day
    only: tuple[tuple[str, str], ...] = ()  # of a link: what the named record must say, field by field
    timed: bool = False  # of a polyline: its points have times, it is a track
    source: str = ""  # of an integer: the polyline of the same record that it is measured from, where there is one
    measure: str = ""  # of such an integer: what is measured (``MEASURES``)

    @property
    def is_personal(self) -> bool:
        return self.type in PERSONAL


@dataclass(frozen=True)
class Entry:
    """What was read: stored values, personal texts apart, and derived codes of the subject."""

    data: dict[str, Any]
    personal: dict[str, str]


@dataclass(frozen=True)
class Form:
    """A ledger's definition, ready to read entries."""

    key: str
    label: str
    pack: str
    unit_level: str
    shape: str
    key_fields: tuple[str, ...]
    day_label: str
    subject: str
    fill_by: tuple[str, ...]  # kinds of post that may write; none named: all that may write on the pack's line
    fields: tuple[Field, ...]
    readers: Mapping[str, Callable[[Any], Any]] = field(hash=False, compare=False)
    unique: tuple[str, ...] = ()  # the subject's field, where one person may stand in one live record only

    @cached_property
    def personal(self) -> tuple[str, ...]:
        """The fields whose values are stored only as envelopes."""
        return tuple(one.id for one in self.fields if one.is_personal)

    @cached_property
    def measured(self) -> tuple[Field, ...]:
        """The fields that are measured from a line of the same record."""
        return tuple(one for one in self.fields if one.source)

    def field(self, id: str) -> Field:
        return next(one for one in self.fields if one.id == id)

    def read(self, raw: Mapping[str, Any], place: Place | None = None, partial: bool = False) -> Entry:
        """Read one entry; every fault is collected (``Problems``). ``partial`` allows required fields to be absent."""
        said = [one for one in self.fields if one.id in raw] if partial else self.fields
        entries = read_entries(self, [raw], {0} if partial else (), said)
        if 0 in entries.faults:
            raise Problems([problem.at(beside(place or Place(self.label), problem)) for problem in entries.faults[0]])
        data, personal = apart(self, next(entries.rows(), {}))  # nothing said of any field: no column, no row
        return Entry(data, personal)

    def allowed(self) -> str:
        """The fields, for somebody who named another."""
        return "可填：" + "、".join(f"{one.id}（{one.label}）" for one in self.fields)


def apart(form: Form, row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A row as read → (what may be stored in the open, with the codes of its person; the personal texts)."""
    if not form.personal:
        return row, {}
    personal = {name: row[name] for name in form.personal if row.get(name) is not None}
    data = {name: value for name, value in row.items() if name not in personal}
    if form.subject in personal:
        data |= derived(form.subject, personal[form.subject])
    return data, personal


def beside(place: Place, problem: Problem) -> Place:
    """The column of a problem in the row of a place."""
    return Place(place.file, place.row, problem.place.column or place.column, place.key)


def derived(subject: str, number: str) -> dict[str, Any]:
    """The codes that may be counted without knowing the person: sex and year of birth."""
    identity = read_identity(number)
    return {f"{subject}_sex": identity.sex, f"{subject}_birth_year": identity.born_on.year}


def derived_columns(subject: str) -> tuple[str, ...]:
    """The columns that an identity field brings with it."""
    return (f"{subject}_sex", f"{subject}_birth_year", f"{subject}_subject")


def make_form(body: Mapping[str, Any]) -> Form:
    """Build a form from a definition's body (as packkit wrote it)."""
    fields = tuple(
        Field(
            id=one["id"], label=one["label"], type=one["type"], required=bool(one.get("required")),
            unit=one.get("unit") or "", scale=one.get("scale") or 0, min=one.get("min"), max=one.get("max"),
            pattern=one.get("pattern") or None, ledger=one.get("ledger") or "",
            choices=tuple((value, label) for value, label in one.get("choices") or ()), on_day=bool(one.get("on_day")),
            only=tuple((name, value) for name, value in one.get("only") or ()), timed=bool(one.get("timed")),
            source=one.get("from") or "", measure=one.get("measure") or "",
        )
        for one in body["fields"]
    )  # fmt: skip
    return Form(
        key=body["key"], label=body["label"], pack=body["pack"], unit_level=body["unit_level"], shape=body["shape"],
        key_fields=tuple(body.get("key_fields") or ()), day_label=body.get("day_label") or "发生日期",
        subject=body.get("subject") or "", fill_by=tuple(body.get("fill_by") or ()), fields=fields,
        readers={one.id: reader_of(one) for one in fields}, unique=tuple(body.get("unique") or ()),
    )  # fmt: skip


def shown(one: Field, stored: Any) -> str:
    """A stored value as a person reads it."""
    if stored is None:
        return ""
    if one.type == "choice":
        return dict(one.choices).get(stored, str(stored))
    if one.type == "flag":
        return "是" if stored else "否"
    if one.type in ("integer", "decimal"):
        return f"{Decimal(stored).scaleb(-one.scale):f}"
    if one.type == "polyline":
        return in_words(stored)
    return str(stored)
