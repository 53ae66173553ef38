"""People in the ledgers: sealed under a key per subject, found by blind index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from zhenwu.kernel.journal.api import as_row, ask_of, read_id
from zhenwu.kernel.ledgers.forms import FORGOTTEN, Form, derived_columns
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
    tokens: Mapping[str, str]
    personal: Mapping[str, str]
    subject: UUID | None = None
    new_subject: Subject | None = None


class Sealer:
    """Seals what is personal in the entries of one form. Remembers whom it met, written or not; writes nothing."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._by_token: dict[str, Subject | None] = {}
        self._by_id: dict[UUID, Subject | None] = {}
        self._keys: dict[UUID, bytes] = {}
        self._tokens: dict[str, str] = {}

    def expect(self, numbers: Iterable[str], befores: Iterable[Mapping[str, Any]]) -> None:
        """Read all subjects that these identity numbers, and what records said before, will ask for."""
        tokens = {self.token(self.form.subject, number) for number in numbers} - self._by_token.keys()
        ids = {UUID(said["_subject"]) for said in befores if said.get("_subject")} - self._by_id.keys()
        self._by_token |= dict.fromkeys(tokens) | {row.token: row for row in _subjects("token", tokens) if row.token}
        self._by_id |= dict.fromkeys(ids) | {row.id: row for row in _subjects("id", {one.hex for one in ids})}

    def standing(self, before: Mapping[str, Any]) -> dict[str, str]:
        """The personal texts of a record that can still be read; none of somebody forgotten."""
        return self._still_said(before, self.form.personal)

    def seal(self, data: Mapping[str, Any], personal: Mapping[str, str], before: Mapping[str, Any]) -> Sealed:
        """Put an entry over what the record said ``before`` and seal what is personal in it.

        What says nothing new stays in its envelope. The subject is the one with this identity number, else the record's,
        else a new one. An entry names a field with None to clear it.
        """
        form, said = self.form, {**before, **data}
        if data.get(form.subject, "") is None:
            said |= dict.fromkeys(derived_columns(form.subject))
        standing = self._still_said(before, [name for name in form.personal if name not in data])
        texts = {**standing, **personal}
        if texts == standing:
            return Sealed(said, {}, texts)
        known = UUID(before["_subject"]) if before.get("_subject") else None
        row, is_new = self._subject_of(texts.get(form.subject), known)
        changed = (
            texts if row.id != known else {name: text for name, text in texts.items() if standing.get(name) != text}
        )
        if row.id != known:  # what nobody can open any more does not move to another's key
            said |= {name: None for name in form.personal if before.get(name) and name not in texts}
        key = self._key(row)
        for name, text in changed.items():
            said[name] = envelopes.seal(text, key, settings.CIPHER, f"{row.id.hex}:{name}".encode())
        said["_subject"] = row.id.hex
        if form.subject in texts:
            said[f"{form.subject}_subject"] = row.id.hex
        tokens = {name: self.token(name, text) for name, text in changed.items()}
        return Sealed(said, tokens, texts, row.id, row if is_new else None)

    def token(self, name: str, text: str) -> str:
        """The blind index of a personal value; identity numbers have one index over all ledgers."""
        if name != self.form.subject:
            return _token(name, text)
        if text not in self._tokens:
            self._tokens[text] = _token("identity", text)
        return self._tokens[text]

    def _still_said(self, before: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
        """The personal texts that can still be read; none of somebody forgotten."""
        if not before.get("_subject"):
            return {}
        row = self._with_id(UUID(before["_subject"]))
        return {} if row is None else _opened(row, before, names)

    def _subject_of(self, identity: str | None, known: UUID | None) -> tuple[Subject, bool]:
        """The subject to seal for, and whether it has to be made."""
        token = self.token(self.form.subject, identity) if identity else None
        row = self._with_token(token) if token else self._with_id(known) if known else None
        if row is not None:
            return row, False
        key = envelopes.new_key()
        row = Subject(id=new_id(), token=token, wrapped_key=envelopes.seal(key.hex(), _master(), settings.CIPHER))
        self._keys[row.id] = key
        if token:
            self._by_token[token] = row
        return row, True

    def _with_token(self, token: str) -> Subject | None:
        if token not in self._by_token:
            self._by_token[token] = next(_subjects("token", [token]), None)
        return self._by_token[token]

    def _with_id(self, id: UUID) -> Subject | None:
        if id not in self._by_id:
            self._by_id[id] = next(_subjects("id", [id.hex]), None)
        return self._by_id[id]

    def _key(self, row: Subject) -> bytes:
        return self._keys.get(row.id) or _unwrap(row.wrapped_key)


def _subjects(field: str, wanted: Iterable[str]) -> Iterator[Subject]:
    """Those whose ``field`` (ids spelled as 32 hexadecimal digits) is one of these."""
    for id, token, key in ask_of(f"SELECT id, token, wrapped_key FROM ledgers_subject WHERE {field} IN (%s)", sorted(wanted)):
        yield as_row(Subject, id=read_id(id), token=token, wrapped_key=key)


def open_person(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """The personal texts of a record, or ``（已删除）`` when the subject was forgotten."""
    subject = data.get("_subject")
    row = Subject.objects.filter(id=UUID(subject)).first() if subject else None
    if row is None:
        return {name: FORGOTTEN for name in names if data.get(name)}
    return _opened(row, data, names)


def open_persons(said: Sequence[Mapping[str, Any]], names: Sequence[Iterable[str]]) -> list[dict[str, str]]:
    """``open_person`` for many records: the subjects are read together."""
    there = {row.id: row for row in _subjects("id", {UUID(data["_subject"]).hex for data in said if data.get("_subject")})}
    found = []
    for data, some in zip(said, names, strict=True):
        row = there.get(UUID(data["_subject"])) if data.get("_subject") else None
        found.append({name: FORGOTTEN for name in some if data.get(name)} if row is None else _opened(row, data, some))
    return found


def _opened(row: Subject, data: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    key = _unwrap(row.wrapped_key)
    return {
        name: envelopes.unseal(data[name], key, f"{row.id.hex}:{name}".encode()) for name in names if data.get(name)
    }


def find_subject(identity_number: str) -> UUID | None:
    """Who has this identity number."""
    token = _token("identity", read_identity(identity_number).number)
    row = Subject.objects.filter(token=token).first()
    return row.id if row else None


def index_token(field: str, text: str) -> str:
    """The blind index of a personal value of a field that is no identity number."""
    return _token(field, text)


def _token(kind: str, text: str) -> str:
    return envelopes.blind(f"{kind}:{text}", _index_key(), settings.DIGEST)


@lru_cache(maxsize=4096)
def _unwrap(wrapped: str) -> bytes:
    return bytes.fromhex(envelopes.unseal(wrapped, _master()))


def _master() -> bytes:
    return envelopes.key_at(f"{settings.HOME}/keys/master")


def _index_key() -> bytes:
    return envelopes.key_at(f"{settings.HOME}/keys/index")
