"""The write door's frame: one transaction, one answer per operation, events beside the rows they speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from zhenwu.kernel.journal.asking import as_row, ask
from zhenwu.kernel.journal.inserting import insert, stored_moment
from zhenwu.kernel.journal.models import Event, Operation
from zhenwu.lib.clock import now
from zhenwu.lib.digests import canonical
from zhenwu.lib.envelopes import blind
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Problem, Problems

_ANSWER = "SELECT request_digest, result FROM journal_operation WHERE principal = %s AND op_id = %s"
_EVENT = """INSERT INTO journal_event (uuid, kind, subject, principal, op_id, recorded_at, body, taken, "transaction")
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, """
_NUMBERED = {"postgresql": f"{_EVENT}pg_current_xact_id()::text::bigint) RETURNING id"}  # SQLite has one writer and numbers nothing
_OPERATION = ("principal", "op_id", "verb", "request_digest", "result")


@dataclass(frozen=True)
class Act:
    """Who asks for what. ``request`` is everything the caller said, as JSON; only its digest is kept."""

    principal: str
    op_id: UUID
    verb: str
    request: Mapping[str, Any]


class Writer:
    """Writes the events of one act inside its transaction."""

    def __init__(self, act: Act) -> None:
        self.act = act

    def event(self, kind: str, subject: str, body: Mapping[str, Any]) -> Event:
        """Insert an event. ``body`` holds ids and digests only."""
        event = as_row(
            Event, uuid=new_id(), kind=kind, subject=subject, principal=self.act.principal, op_id=self.act.op_id, recorded_at=now(), body=dict(body), taken=False
        )
        told = (event.uuid.hex, kind, subject, event.principal, event.op_id.hex, stored_moment(event.recorded_at), orjson.dumps(event.body).decode(), False)
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERED.get(connection.vendor, f"{_EVENT}0)"), told)
            event.id = cursor.fetchone()[0] if connection.vendor in _NUMBERED else cursor.lastrowid
        return event


def perform(act: Act, change: Callable[[Writer], dict[str, Any]]) -> dict[str, Any]:
    """Run ``change`` once, in one transaction, and remember its answer (JSON).

    The same ``(principal, op_id)`` with the same request returns the first answer without running again; with
    another request it is refused (``Problem('op.reused')``). Two callers at once: one runs, the other gets its answer.
    """
    asked = _asked(act)
    try:
        with transaction.atomic():
            known = _answered(act, asked)  # under the write lock (SQLite), or the unique key decides
            if known is not None:
                return known
            result = change(Writer(act))
            insert(Operation, _OPERATION, [(act.principal, act.op_id.hex, act.verb, asked, orjson.dumps(result).decode())])
            return result
    except (IntegrityError, Problem, Problems):  # whatever stopped us: was it ourselves, from another thread?
        known = _answered(act, asked)
        if known is None:
            raise
        return known


def answered(act: Act) -> dict[str, Any] | None:
    """The first answer to this operation, if it was already performed."""
    return _answered(act, _asked(act))


def _asked(act: Act) -> str:
    """A keyed digest: a request may hold personal values, which a bare digest would let one guess."""
    try:
        said = canonical([act.verb, act.request]).decode()
    except TypeError as error:
        raise Problem("op.unreadable", "提交的内容里有残缺的字符或过大的数字", "请重新录入后再提交。") from error
    return blind(said, settings.SECRET_KEY.encode(), settings.DIGEST)


def _answered(act: Act, asked: str) -> dict[str, Any] | None:
    for digest, result in ask(_ANSWER, act.principal, act.op_id.hex):
        if digest == asked:
            answer: dict[str, Any] = orjson.loads(result)
            return answer
        raise Problem(
            "op.reused", "同一个操作号用在了不同的内容上", "请重新打开页面再提交；程序接口请为每次提交换一个新的 op_id。"
        )
    return None
