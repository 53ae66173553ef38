"""The write door of the ledgers: save, correct, remove, one record or many; close a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.conf import settings

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.ledgers.drafting import Desk, Draft, RecordInput, raise_lost_links
from zhenwu.kernel.ledgers.models import Version, YearClosing
from zhenwu.kernel.ledgers.writing import Overtaken, of_taken_keys, taken, write_versions
from zhenwu.kernel.orgs.api import Actor, require
from zhenwu.lib.clock import today
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Place, Problem, Problems

Answer = TypeVar("Answer")
CHUNK = 500  # rows per transaction: SQLite's lock is held well under 100 ms


def save_record(
    actor: Actor, ledger: str, entry: RecordInput, op_id: UUID, record: UUID | None = None, base_version: int = 0
) -> dict[str, Any]:
    """Enter a record, or correct one (``record`` and the ``base_version`` the caller saw).

    Returns ``{"record": uuid, "version": n}``. Raises ``Problems``, ``Refused``, ``Conflict``.
    """
    request = {"ledger": ledger, **_request(entry), "record": str(record or ""), "base": base_version}

    def draft(desk: Desk) -> Draft:
        if record is None:
            return desk.draft_new(entry)
        return desk.draft_correction(entry, desk.live(record, base_version))

    return _save_one(actor, ledger, draft, Act(actor.principal, op_id, "save_record", request))


def remove_record(actor: Actor, ledger: str, record: UUID, base_version: int, reason: str, op_id: UUID) -> dict[str, Any]:
    """Mark a record void, with a reason. Its versions stay."""
    request = {"ledger": ledger, "record": str(record), "base": base_version, "reason": ascii(reason)}
    act = Act(actor.principal, op_id, "remove_record", request)
    return _save_one(actor, ledger, lambda desk: desk.draft_removal(desk.live(record, base_version), reason), act)


def save_records(
    actor: Actor, ledger: str, entries: Iterable[RecordInput], op_id: UUID, source: str = "", correct: bool = False
) -> dict[str, Any]:
    """Enter many records: every row is validated by the same functions before the first is written.

    One event per chunk; a chunk's operation id derives from ``op_id``, so a killed import goes on where it stopped, and
    what was written is not read again. ``correct`` turns rows whose key exists into corrections (each needs a reason);
    one that says nothing new is left alone. Returns ``{"saved", "corrected", "unchanged"}``.
    Raises ``Problems`` that name the rows (``source`` is the file's name; rows count from 1), ``Conflict``.
    """
    rows = list(entries)
    acts = _acts(actor, ledger, rows, op_id, correct)
    answers = _overtaken_again(lambda: _save_chunks(actor, ledger, rows, acts, source, correct))
    corrected, unchanged = (sum(answer[name] for answer in answers) for name in ("corrected", "unchanged"))
    return {"saved": len(rows) - corrected - unchanged, "corrected": corrected, "unchanged": unchanged}


def _acts(actor: Actor, ledger: str, rows: Sequence[RecordInput], op_id: UUID, correct: bool) -> dict[int, Act]:
    """first row → the act of its chunk. Each names the digest of the whole, so that no other import can go on with it."""
    whole = digest([_request(row) for row in rows], settings.DIGEST)
    request = {"ledger": ledger, "rows": whole, "correct": correct}
    return {
        start: Act(actor.principal, uuid5(op_id, str(start)), "save_records", {**request, "start": start})
        for start in range(0, len(rows), CHUNK)
    }


def _save_chunks(
    actor: Actor, ledger: str, rows: Sequence[RecordInput], acts: dict[int, Act], source: str, correct: bool
) -> list[dict[str, Any]]:
    answers = {start: known for start, act in acts.items() if (known := answered(act)) is not None}
    if len(answers) < len(acts):
        desk = Desk(actor, ledger)
        waiting = [start + n for start in acts if start not in answers for n in range(len(rows[start : start + CHUNK]))]
        drafts = dict(zip(waiting, _draft_all(desk, rows, waiting, source, correct), strict=True))
        for start in sorted(acts.keys() - answers.keys()):
            chunk = [drafts[number] for number in range(start, min(start + CHUNK, len(rows)))]
            answers[start] = perform(acts[start], lambda writer, chunk=chunk: _write_news(writer, desk, chunk))  # type: ignore[misc]
    return list(answers.values())


def _write_news(writer: Writer, desk: Desk, drafts: Sequence[Draft]) -> dict[str, Any]:
    news = [draft for draft in drafts if not draft.says_nothing_new]
    answer = write_versions(writer, desk, news, f"ledger:{desk.form.key}") if news else {"corrected": 0}
    return {**answer, "unchanged": len(drafts) - len(news)}


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


def _overtaken_again(attempt: Callable[[], Answer]) -> Answer:
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
            raise_lost_links(desk, [draft])
        except (Problem, Problems):
            known = answered(act)  # its twin may have been written while we drafted
            if known is None:
                raise
            return known
        return perform(act, lambda writer: _write_one(writer, desk, draft))

    return _overtaken_again(attempt)


def _write_one(writer: Writer, desk: Desk, draft: Draft) -> dict[str, Any]:
    answer = write_versions(writer, desk, [draft], f"record:{draft.record_id}")
    late = answer["late"] > 0
    return {**answer, "record": str(draft.record_id), "version": draft.number, "key": draft.key, "late": late}


def _draft_all(
    desk: Desk, rows: Sequence[RecordInput], waiting: Sequence[int], source: str, correct: bool
) -> list[Draft]:
    """Drafts of the rows that wait (by index, from 0); all that is wrong with them at once."""
    faults: list[Problem] = []
    drafts: list[Draft] = []
    existing = _existing(desk, rows, waiting) if correct else {}
    for index in waiting:
        place = Place(source or desk.form.label, index + 1)
        try:
            before = existing.get(index)
            row = rows[index]
            drafts.append(desk.draft_correction(row, before, place) if before else desk.draft_new(row, place))
        except Problems as problems:
            faults.extend(problems.found)
        except Problem as problem:
            faults.append(problem if problem.place.row else problem.at(place))
        if len(faults) > 200:
            break
    if faults:
        raise Problems(faults)
    raise_lost_links(desk, drafts)
    _refuse_twins(desk, drafts)
    return drafts


def _existing(desk: Desk, rows: Sequence[RecordInput], waiting: Sequence[int]) -> dict[int, Version]:
    keys: dict[int, str] = {}
    for index in waiting:
        try:
            keys[index] = desk.key_of(rows[index].data)
        except (Problem, Problems):
            continue  # it will be found wrong when it is drafted
    live = desk.live_by_key([key for key in keys.values() if key])
    return {index: live[key] for index, key in keys.items() if key in live}


def _refuse_twins(desk: Desk, drafts: Sequence[Draft]) -> None:
    """Two rows with one key, or a row whose key is another record's."""
    seen: dict[str, Draft] = {}
    faults = []
    for draft in drafts:
        if draft.key in seen:
            faults.append(Problem("ledger.twins", f"与第 {seen[draft.key].place.row} 行是同一条", "留下一行即可。", draft.place))
        seen.setdefault(draft.key, draft)
    faults += [taken(desk, draft) for draft in of_taken_keys(desk, drafts)]
    if faults:
        raise Problems(faults)


def _request(entry: RecordInput) -> dict[str, Any]:
    """What the caller said, in plain ASCII: a broken character is refused later, by the row it stands in."""
    told = {
        "unit": entry.unit or "", "day": entry.day or "", "until": entry.until or "", "authority": entry.authority or "",
        "reason": entry.reason,
    }  # fmt: skip
    return {"data": {ascii(name): _told(value) for name, value in entry.data.items()}} | {k: _told(v) for k, v in told.items()}


def _told(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    return f"{value:x}" if isinstance(value, int) else ascii(str(value))
