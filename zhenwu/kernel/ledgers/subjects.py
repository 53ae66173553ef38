"""People in the ledgers: sealed under a key per subject, found by blind index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.ledgers.forms import FORGOTTEN, Entry, Form, derived_columns
from zhenwu.kernel.ledgers.models import Subject
from zhenwu.lib import envelopes
from zhenwu.lib.codes import read_identity
from zhenwu.lib.ids import new_id


@dataclass(frozen=True)
class Sealed:
    """What is to be stored of an entry: ``data`` with envelopes in it, blind indexes to add, and a subject to make.

    ``personal`` are the texts in the envelopes, for naming the record; ``subject`` is set when anything was sealed.
    """

    data: dict[str, Any]
    tokens: dict[str, str]
    personal: dict[str, str]
    subject: UUID | None = None
    new_subject: Subject | None = None


def seal_entry(form: Form, read: Entry, before: Mapping[str, Any] | None, fresh: dict[str, Subject]) -> Sealed:
    """Put an entry over what the record said ``before`` and seal what is personal in it.

    What says nothing new stays in its envelope. The subject is the one with this identity number, else the record's,
    else a new one; ``fresh`` remembers those made for earlier entries that are not written yet. Writes nothing.
    """
    data, before = {**(before or {}), **read.data}, before or {}
    if read.data.get(form.subject, "") is None:
        data |= dict.fromkeys(derived_columns(form.subject))
    names = [one.id for one in form.fields if one.is_personal]
    standing = _still_said(before, [name for name in names if name not in read.data])
    personal = {**standing, **read.personal}
    if personal == standing:
        return Sealed(data, {}, personal)
    known = UUID(before["_subject"]) if before.get("_subject") else None
    row, is_new = _subject_of(personal.get(form.subject), known, fresh)
    changed = personal if row.id != known else {name: text for name, text in personal.items() if standing.get(name) != text}
    if row.id != known:  # what nobody can open any more does not move to another's key
        data |= {name: None for name in names if before.get(name) and name not in personal}
    key = _unwrap(row.wrapped_key)
    for name, text in changed.items():
        data[name] = envelopes.seal(text, key, settings.CIPHER, f"{row.id.hex}:{name}".encode())
    data["_subject"] = row.id.hex
    if form.subject in personal:
        data[f"{form.subject}_subject"] = row.id.hex
    tokens = {name: token_of(form, name, text) for name, text in changed.items()}
    return Sealed(data, tokens, personal, row.id, row if is_new else None)


def token_of(form: Form, name: str, text: str) -> str:
    """The blind index of a personal value; identity numbers have one index over all ledgers."""
    return _token("identity" if name == form.subject else name, text)


def _still_said(data: Mapping[str, Any], names: list[str]) -> dict[str, str]:
    """The personal texts that can still be read; none of somebody forgotten."""
    opened = open_person(data, names)
    return {name: text for name, text in opened.items() if text != FORGOTTEN}


def _subject_of(identity: str | None, known: UUID | None, fresh: dict[str, Subject]) -> tuple[Subject, bool]:
    """The subject to seal for, and whether it has to be made."""
    token = _token("identity", identity) if identity else None
    row = fresh.get(token) if token else None
    if row is None and token:
        row = Subject.objects.filter(token=token).first()
    if row is None and token is None and known:
        row = Subject.objects.filter(id=known).first()
    if row is not None:
        return row, False
    row = Subject(id=new_id(), token=token, wrapped_key=envelopes.seal(envelopes.new_key().hex(), _master(), settings.CIPHER))
    if token:
        fresh[token] = row
    return row, True


def open_person(data: Mapping[str, Any], names: list[str]) -> dict[str, str]:
    """The personal texts of a record, or ``（已删除）`` when the subject was forgotten."""
    subject = data.get("_subject")
    row = Subject.objects.filter(id=UUID(subject)).first() if subject else None
    if row is None:
        return {name: FORGOTTEN for name in names if data.get(name)}
    key = _unwrap(row.wrapped_key)
    return {name: envelopes.unseal(data[name], key, f"{row.id.hex}:{name}".encode()) for name in names if data.get(name)}


def find_subject(identity_number: str) -> UUID | None:
    """Who has this identity number."""
    token = _token("identity", read_identity(identity_number).number)
    row = Subject.objects.filter(token=token).first()
    return row.id if row else None


def _token(kind: str, text: str) -> str:
    return envelopes.blind(f"{kind}:{text}", _index_key(), settings.DIGEST)


@lru_cache(maxsize=4096)
def _unwrap(wrapped: str) -> bytes:
    return bytes.fromhex(envelopes.unseal(wrapped, _master()))


def _master() -> bytes:
    return _key_file(str(Path(settings.HOME) / "keys" / "master"))


def _index_key() -> bytes:
    return _key_file(str(Path(settings.HOME) / "keys" / "index"))


@lru_cache(maxsize=8)
def _key_file(path: str) -> bytes:
    return envelopes.load_or_make_key(Path(path))
