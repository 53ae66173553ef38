"""The bulk verb: many records through the drafting and writing that one goes through too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.ledgers.desk import Desk
from zhenwu.kernel.ledgers.drafting import Checked, RecordInput, Sheet, keys_of
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.requests import digest_of
from zhenwu.kernel.ledgers.saving import again_if_overtaken
from zhenwu.kernel.ledgers.spelling import Claim, Page, make_fresh_page, make_page
from zhenwu.kernel.ledgers.uniqueness import brought_by_rows, entered_twice
from zhenwu.kernel.ledgers.writing import of_taken_keys, taken, write_page
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.problems import Problem, Problems

CHUNK = 1000  # rows per transaction: SQLite's lock is held well under 100 ms


def save_records(
    actor: Actor, ledger: str, entries: Iterable[RecordInput], op_id: UUID, source: str = "", correct: bool = False,
    numbers: Sequence[int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Enter many records: every row is validated before the first is written.

    One event per chunk; a chunk's operation id derives from ``op_id``, so a killed import goes on where it stopped, and
    what was written is not read again. ``correct`` turns rows whose key exists into corrections (each needs a reason);
    one that says nothing new is left alone. Returns ``{"saved", "corrected", "unchanged", "repeated"}``, the last being
    how many of the rows an earlier run of the same operation had written.
    Raises ``Problems`` that name the rows (see ``Sheet``), ``Conflict``.
    """
    sheet = Sheet(list(entries), source, correct, numbers)
    acts = _acts(actor, ledger, sheet, op_id)
    known = _known(acts)
    repeated = sum(min(CHUNK, len(sheet.rows) - start) for start in known)
    answers = again_if_overtaken(lambda: _save_chunks(actor, ledger, sheet, acts, known))
    corrected, unchanged = (sum(answer[name] for answer in answers) for name in ("corrected", "unchanged"))
    saved = len(sheet.rows) - corrected - unchanged
    return {"saved": saved, "corrected": corrected, "unchanged": unchanged, "repeated": repeated}


def check_records(
    actor: Actor, ledger: str, entries: Iterable[RecordInput], source: str = "", correct: bool = False,
    numbers: Sequence[int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What ``save_records`` would count or raise, without writing anything."""
    sheet = Sheet(list(entries), source, correct, numbers)
    checked = _check(Desk(actor, ledger), sheet, range(len(sheet.rows)))
    drafts = checked.drafts(0, len(sheet.rows)) if correct else []
    unchanged = sum(draft.says_nothing_new for draft in drafts)
    corrected = sum(draft.before is not None for draft in drafts) - unchanged
    return {
        "saved": len(sheet.rows) - corrected - unchanged,
        "corrected": corrected,
        "unchanged": unchanged,
        "repeated": 0,
    }


def _acts(actor: Actor, ledger: str, sheet: Sheet, op_id: UUID) -> dict[int, Act]:
    """first row → the act of its chunk. Each names the digest of the whole, so that no other import can go on with it."""
    request = {"ledger": ledger, "rows": digest_of(sheet.rows), "correct": sheet.correct}
    return {
        start: Act(actor.principal, uuid5(op_id, str(start)), "save_records", {**request, "start": start})
        for start in range(0, len(sheet.rows), CHUNK)
    }


def _known(acts: dict[int, Act]) -> dict[int, dict[str, Any]]:
    return {start: answer for start, act in acts.items() if (answer := answered(act)) is not None}


def _save_chunks(
    actor: Actor, ledger: str, sheet: Sheet, acts: dict[int, Act], answers: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Write the chunks that have no answer yet; ``answers`` grows as they are written."""
    if len(answers) < len(acts):
        desk = Desk(actor, ledger)
        rows = range(len(sheet.rows))
        waiting = [index for index in rows if index - index % CHUNK not in answers] if answers else rows
        checked = _check(desk, sheet, waiting)
        for first, start in zip(range(0, len(waiting), CHUNK), sorted(acts.keys() - answers.keys()), strict=True):
            page, unchanged = _page(checked, first, min(first + CHUNK, len(waiting)))
            answers[start] = perform(acts[start], _writing(checked, page, unchanged))
    return list(answers.values())


def _page(checked: Checked, first: int, end: int) -> tuple[Page, int]:
    """Rows as a page, and how many of them say nothing new."""
    fresh = checked.fresh(first, end)
    if fresh is not None:
        return make_fresh_page(checked.desk, fresh), 0
    drafts = [draft for draft in checked.drafts(first, end) if not draft.says_nothing_new]
    return make_page(checked.desk, drafts), end - first - len(drafts)


def _writing(checked: Checked, page: Page, unchanged: int) -> Callable[[Writer], dict[str, Any]]:
    desk = checked.desk

    def write(writer: Writer) -> dict[str, Any]:
        answer = (
            write_page(writer, desk, page, f"ledger:{desk.form.key}", checked.place)
            if page.named
            else {"corrected": 0}
        )
        return {**answer, "unchanged": unchanged}

    return write


def _check(desk: Desk, sheet: Sheet, waiting: Sequence[int]) -> Checked:
    """The rows that wait (by index, from 0), or all that is wrong with them at once."""
    checked = Checked(desk, sheet, waiting, _existing(desk, sheet, waiting) if sheet.correct else {})
    _refuse_twins(checked)
    return checked


def _existing(desk: Desk, sheet: Sheet, waiting: Sequence[int]) -> dict[int, Version]:
    """row index → the live version it corrects."""
    keys = keys_of(desk, sheet, waiting)
    live = desk.live_by_key(sorted(set(keys.values())))
    return {index: live[key] for index, key in keys.items() if key in live}


def _refuse_twins(checked: Checked) -> None:
    """Two rows with one key or of one person, or a row whose key or person is another record's."""
    faults = _twins(checked) if len(set(checked.keys)) < len(checked.keys) else []
    rows = enumerate(zip(checked.keys, checked.records, checked.befores, strict=True))
    claims = (Claim(at, key, record) for at, (key, record, before) in rows if before is None or key != before.key)
    faults += [taken(checked.desk, checked.place(at)) for at in of_taken_keys(checked.desk, checked.keys, claims)]
    faults += entered_twice(checked.desk, brought_by_rows(checked), checked.place)
    if faults:
        raise Problems(faults)


def _twins(checked: Checked) -> list[Problem]:
    seen: dict[str, int] = {}
    faults = []
    for at, key in enumerate(checked.keys):
        first = seen.setdefault(key, at)
        if first != at:
            message = f"与第 {checked.place(first).row} 行是同一条"
            faults.append(Problem("ledger.twins", message, "留下一行即可。", checked.place(at)))
    return faults
