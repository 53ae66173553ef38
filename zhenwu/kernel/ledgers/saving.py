"""The write door of the ledgers for one record: save, correct, remove. And the closing of a year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.ledgers.desk import Desk
from zhenwu.kernel.ledgers.drafting import Checked, Draft, RecordInput, Sheet, draft_removal, draft_restoration
from zhenwu.kernel.ledgers.models import Version, YearClosing
from zhenwu.kernel.ledgers.requests import digest_of
from zhenwu.kernel.ledgers.spelling import Page, make_page
from zhenwu.kernel.ledgers.writing import Overtaken, write_page
from zhenwu.kernel.orgs.api import Actor, require
from zhenwu.lib.clock import today
from zhenwu.lib.problems import Place, Problem, Problems

Answer = TypeVar("Answer")


def save_record(
    actor: Actor, ledger: str, entry: RecordInput, op_id: UUID, record: UUID | None = None, base_version: int = 0
) -> dict[str, Any]:
    """Enter a record, or correct one (``record`` and the ``base_version`` the caller saw).

    Returns ``{"record": uuid, "version": n}``. Raises ``Problems``, ``Refused``, ``Conflict``.
    """

    def draft(desk: Desk) -> Draft:
        befores: dict[int, Version] = {} if record is None else {0: desk.live(record, base_version)}
        return Checked(desk, Sheet([entry], single=True), [0], befores).drafts(0, 1)[0]

    return _save_one(actor, ledger, draft, _saving(actor, ledger, entry, op_id, record, base_version))


def already_saved(actor: Actor, ledger: str, entry: RecordInput, op_id: UUID) -> bool:
    """Whether this very new record has been written by this operation: its caller never got the answer, and asks again."""
    return answered(_saving(actor, ledger, entry, op_id, None, 0)) is not None


def _saving(actor: Actor, ledger: str, entry: RecordInput, op_id: UUID, record: UUID | None, base_version: int) -> Act:
    request = {"ledger": ledger, "row": digest_of([entry]), "record": str(record or ""), "base": base_version}
    return Act(actor.principal, op_id, "save_record", request)


def remove_record(
    actor: Actor, ledger: str, record: UUID, base_version: int, reason: str, op_id: UUID
) -> dict[str, Any]:
    """Mark a record void, with a reason. Its versions stay."""
    request = {"ledger": ledger, "record": str(record), "base": base_version, "reason": ascii(reason)}
    act = Act(actor.principal, op_id, "remove_record", request)

    def draft(desk: Desk) -> Draft:
        return draft_removal(desk, desk.live(record, base_version), reason)

    return _save_one(actor, ledger, draft, act)


def restore_record(actor: Actor, ledger: str, record: UUID, base_version: int, reason: str, op_id: UUID) -> dict[str, Any]:
    """Bring back a record that was made void by mistake, with a reason: a new version that stands, and says what it said before.

    Raises ``Problem`` where its key (or, of a ``unique`` ledger, its person) has another record by now, where what it links to is gone or its
    person was forgotten; ``Refused``, ``Conflict``, and ``NotFound`` for a record that is not void.
    """
    request = {"ledger": ledger, "record": str(record), "base": base_version, "reason": ascii(reason)}
    act = Act(actor.principal, op_id, "restore_record", request)

    def draft(desk: Desk) -> Draft:
        return draft_restoration(desk, desk.voided(record, base_version), reason)

    return _save_one(actor, ledger, draft, act)


def close_year(actor: Actor, year: int, op_id: UUID) -> dict[str, Any]:
    """Declare a business year complete; what is entered for it later is marked 补录 and shows as difference."""
    require(actor, "years")
    if not 1900 <= year <= today().year:
        raise Problem("year.range", f"{year} 年不能关账", "只能关今年或以前的账。")

    def change(writer: Writer) -> dict[str, Any]:
        if YearClosing.objects.filter(year=year).exists():
            raise Problem("year.closed", f"{year} 年已经关账", "无需重复操作。")
        event = writer.event("year.closed", f"year:{year}", {"year": year})
        YearClosing.objects.create(year=year, event=event)
        return {"year": year}

    return perform(Act(actor.principal, op_id, "close_year", {"year": year}), change)


def closed_at(year: int) -> int | None:
    """The journal position at which a year was closed: figures there against figures now show what came late."""
    closing = YearClosing.objects.filter(year=year).select_related("event__sequenced").first()
    return getattr(getattr(closing and closing.event, "sequenced", None), "position", None)


def again_if_overtaken(attempt: Callable[[], Answer]) -> Answer:
    for _ in range(5):
        try:
            return attempt()
        except Overtaken:
            continue
    raise Problem("write.busy", "同一个人的资料正在被别人修改", "请稍后再提交一次。")


def _save_one(actor: Actor, ledger: str, make: Callable[[Desk], Draft], act: Act) -> dict[str, Any]:
    def attempt() -> dict[str, Any]:
        known = answered(act)  # a repeated operation: its base version is stale by now, so it must not be drafted again
        if known is not None:
            return known
        try:
            desk = Desk(actor, ledger)
            draft = make(desk)
        except (Problem, Problems):
            known = answered(act)  # its twin may have been written while we drafted
            if known is None:
                raise
            return known
        page = make_page(desk, [draft])
        return perform(act, lambda writer: _write_one(writer, desk, page))

    return again_if_overtaken(attempt)


def _write_one(writer: Writer, desk: Desk, page: Page) -> dict[str, Any]:
    draft = page.drafts[0]
    record = str(UUID(draft.record))
    answer = write_page(writer, desk, page, f"record:{record}", lambda _: Place(desk.form.label))
    return {**answer, "record": record, "version": draft.number, "key": draft.key, "late": page.late > 0}
