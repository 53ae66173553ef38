"""People in the ledgers: sealed under a key per subject, found by blind index, forgotten by deleting one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.ledgers.models import BlindIndex, Subject
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib import envelopes
from zhenwu.lib.codes import read_identity
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import NotFound

FORGOTTEN = "（已删除）"


@dataclass(frozen=True)
class Sealed:
    """A subject's personal fields as envelopes, with what must be written beside them."""

    subject: UUID
    data: dict[str, str]
    tokens: dict[str, str]
    new_subject: Subject | None


def seal_person(
    form_subject: str, personal: Mapping[str, str], subject: UUID | None, drafted: dict[str, Subject] | None = None
) -> Sealed:
    """Seal personal texts. The subject is the known one, the one with this identity number, or a new one.

    ``drafted`` remembers new subjects by token over the rows of one import. Reads the database; writes nothing.
    """
    identity = personal.get(form_subject) if form_subject else None
    token = _token("identity", identity) if identity else None
    row = (drafted or {}).get(token or "") or (Subject.objects.filter(token=token).first() if token else None)
    if row is None and subject is not None:
        row = Subject.objects.filter(id=subject, token=None).first() if token else Subject.objects.filter(id=subject).first()
    fresh = None
    if row is None or (token and row.token is None):
        key = envelopes.new_key()
        row = fresh = Subject(id=new_id(), token=token, wrapped_key=envelopes.seal(key.hex(), _master(), settings.CIPHER))
        if token and drafted is not None:
            drafted[token] = fresh
    key = _unwrap(row.wrapped_key)
    data = {
        name: envelopes.seal(text, key, settings.CIPHER, f"{row.id.hex}:{name}".encode()) for name, text in personal.items()
    }
    tokens = {name: _token(_kind(name, form_subject), text) for name, text in personal.items()}
    return Sealed(row.id, data, tokens, fresh)


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


def forget_subject(actor: Actor, subject: UUID, reason: str, op_id: UUID) -> dict[str, Any]:
    """Delete a subject's key and indexes. Versions keep their envelopes, which no longer open; seals still verify."""
    act = Act(actor.principal, op_id, "forget_subject", {"subject": str(subject), "reason": reason})

    def change(writer: Writer) -> dict[str, Any]:
        deleted, _ = Subject.objects.filter(id=subject).delete()
        if not deleted:
            raise NotFound("subject.unknown", "没有这个人，或已经删除过", "请核对后再试。")
        BlindIndex.objects.filter(subject=subject).delete()
        writer.event("subject.forgotten", f"subject:{subject}", {"subject": str(subject)})
        return {"forgotten": str(subject)}

    answer = perform(act, change)
    _purge()
    return answer


def _purge() -> None:
    """Drop the deleted key's old pages too: SQLite overwrites them (secure_delete) once the write-ahead log is folded in."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(f'VACUUM "{Subject._meta.db_table}"')


def _kind(name: str, form_subject: str) -> str:
    return "identity" if name == form_subject else name


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
