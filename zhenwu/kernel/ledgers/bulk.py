"""The bulk verb: many records through the same drafting and writing as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.ledgers.drafting import Desk, Draft, RecordInput, raise_lost_links
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.saving import again_if_overtaken, request_of
from zhenwu.kernel.ledgers.uniqueness import entered_twice
from zhenwu.kernel.ledgers.writing import of_taken_keys, taken, write_versions
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Place, Problem, Problems

CHUNK = 500  # rows per transaction: SQLite's lock is held well under 100 ms
MOST_FAULTS = 200


@dataclass(frozen=True)
class Sheet:
    """The rows of one bulk act: ``source`` is the file's name; ``numbers`` are the rows' numbers there, else they count
    from 1. ``correct`` turns rows whose key exists into corrections."""

    rows: Sequence[RecordInput]
    source: str = ""
    correct: bool = False
    numbers: Sequence[int] | None = None

    def place(self, index: int, desk: Desk) -> Place:
        return Place(self.source or desk.form.label, self.numbers[index] if self.numbers else index + 1)


def save_records(
    actor: Actor, ledger: str, entries: Iterable[RecordInput], op_id: UUID, source: str = "", correct: bool = False,
    numbers: Sequence[int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Enter many records: every row is validated by the same functions before the first is written.

    One event per chunk; a chunk's operation id derives from ``op_id``, so a killed import goes on where it stopped, and
    what was written is not read again. ``correct`` turns rows whose key exists into corrections (each needs a reason);
    one that says nothing new is left alone. Returns ``{"saved", "corrected", "unchanged", "repeated"}``, the last being
    how many of the rows an earlier run of the same operation had written.
    Raises ``Problems`` that name the rows (see ``Sheet``), ``Conflict``.
    """
    sheet = Sheet(list(entries), source, correct, numbers)
    acts = _acts(actor, ledger, sheet, op_id)
    repeated = sum(min(CHUNK, len(sheet.rows) - start) for start, act in acts.items() if answered(act) is not None)
    answers = again_if_overtaken(lambda: _save_chunks(actor, ledger, sheet, acts))
    corrected, unchanged = (sum(answer[name] for answer in answers) for name in ("corrected", "unchanged"))
    saved = len(sheet.rows) - corrected - unchanged
    return {"saved": saved, "corrected": corrected, "unchanged": unchanged, "repeated": repeated}


def check_records(
    actor: Actor, ledger: str, entries: Iterable[RecordInput], source: str = "", correct: bool = False,
    numbers: Sequence[int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What ``save_records`` would count or raise, without writing anything."""
    sheet = Sheet(list(entries), source, correct, numbers)
    drafts = _draft_all(Desk(actor, ledger), sheet, range(len(sheet.rows)))
    unchanged = sum(draft.says_nothing_new for draft in drafts)
    corrected = sum(draft.before is not None for draft in drafts) - unchanged
    return {"saved": len(drafts) - corrected - unchanged, "corrected": corrected, "unchanged": unchanged, "repeated": 0}


def _acts(actor: Actor, ledger: str, sheet: Sheet, op_id: UUID) -> dict[int, Act]:
    """first row → the act of its chunk. Each names the digest of the whole, so that no other import can go on with it."""
    whole = digest([request_of(row) for row in sheet.rows], settings.DIGEST)
    request = {"ledger": ledger, "rows": whole, "correct": sheet.correct}
    return {
        start: Act(actor.principal, uuid5(op_id, str(start)), "save_records", {**request, "start": start})
        for start in range(0, len(sheet.rows), CHUNK)
    }


def _save_chunks(actor: Actor, ledger: str, sheet: Sheet, acts: dict[int, Act]) -> list[dict[str, Any]]:
    answers = {start: known for start, act in acts.items() if (known := answered(act)) is not None}
    if len(answers) < len(acts):
        desk = Desk(actor, ledger)
        waiting = [index for index in range(len(sheet.rows)) if index - index % CHUNK not in answers]
        drafts = dict(zip(waiting, _draft_all(desk, sheet, waiting), strict=True))
        for start in sorted(acts.keys() - answers.keys()):
            chunk = [drafts[number] for number in range(start, min(start + CHUNK, len(sheet.rows)))]
            answers[start] = perform(acts[start], lambda writer, chunk=chunk: _write_news(writer, desk, chunk))  # type: ignore[misc]
    return list(answers.values())


def _write_news(writer: Writer, desk: Desk, drafts: Sequence[Draft]) -> dict[str, Any]:
    news = [draft for draft in drafts if not draft.says_nothing_new]
    answer = write_versions(writer, desk, news, f"ledger:{desk.form.key}") if news else {"corrected": 0}
    return {**answer, "unchanged": len(drafts) - len(news)}


def _draft_all(desk: Desk, sheet: Sheet, waiting: Sequence[int]) -> list[Draft]:
    """Drafts of the rows that wait (by index, from 0); all that is wrong with them at once."""
    faults: list[Problem] = []
    drafts: list[Draft] = []
    existing = _existing(desk, sheet, waiting) if sheet.correct else {}
    for index in waiting:
        place, row, before = sheet.place(index, desk), sheet.rows[index], existing.get(index)
        try:
            drafts.append(desk.draft_correction(row, before, place) if before else desk.draft_new(row, place))
        except Problems as problems:
            faults.extend(problems.found)
        except Problem as problem:
            faults.append(problem if problem.place.row else problem.at(place))
        if len(faults) > MOST_FAULTS:
            break
    if faults:
        raise Problems(faults)
    raise_lost_links(desk, drafts)
    _refuse_twins(desk, drafts)
    return drafts


def _existing(desk: Desk, sheet: Sheet, waiting: Sequence[int]) -> dict[int, Version]:
    """row index → the live version it corrects."""
    keys: dict[int, str] = {}
    for index in waiting:
        try:
            keys[index] = desk.key_of(sheet.rows[index].data)
        except (Problem, Problems):
            continue  # it will be found wrong when it is drafted
    live = desk.live_by_key([key for key in keys.values() if key])
    return {index: live[key] for index, key in keys.items() if key in live}


def _refuse_twins(desk: Desk, drafts: Sequence[Draft]) -> None:
    """Two rows with one key or of one person, or a row whose key or person another record has."""
    seen: dict[str, Draft] = {}
    faults = []
    for draft in drafts:
        if draft.key in seen:
            faults.append(Problem("ledger.twins", f"与第 {seen[draft.key].place.row} 行是同一条", "留下一行即可。", draft.place))
        seen.setdefault(draft.key, draft)
    faults += [taken(desk, draft) for draft in of_taken_keys(desk, drafts)] + entered_twice(desk, drafts)
    if faults:
        raise Problems(faults)
