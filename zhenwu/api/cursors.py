"""Cursors: where a list goes on. Opaque and signed, and good only for the question they were given out for."""

from __future__ import annotations

from typing import Any

from django.core import signing

from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Problem

_SALT = "zhenwu.api.cursor"


def give_out(key: Any, asked: dict[str, Any]) -> str:
    """A cursor for a plain key and the question it belongs to."""
    return signing.dumps([key, digest(asked)[:16]], salt=_SALT, compress=True)


def take_in(cursor: str, asked: dict[str, Any]) -> Any:
    """The key of a cursor; raises ``Problem('api.cursor')`` for one that was not given out, or for another question."""
    try:
        key, question = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise _wrong() from error
    if question != digest(asked)[:16]:
        raise _wrong()
    return key


def _wrong() -> Problem:
    return Problem("api.cursor", "翻页的游标不对", "把上一页给的 next 原样带回来，其他条件不要改；或者去掉 cursor 从头取。")
