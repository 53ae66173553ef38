"""The write door of the ledgers: save, correct, remove, one record or many, through one writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction

from zhenwu.kernel.journal.api import Act, Writer, answered, perform
from zhenwu.kernel.ledgers.drafting import Desk, Draft, RecordInput, raise_lost_links
from zhenwu.kernel.ledgers.inserting import insert
from zhenwu.kernel.ledgers.models import BlindIndex, Record, Subject, Version, YearClosing
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.clock import now
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import Place, Problem, Problems

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
    request = {"ledger": ledger, "record": str(record), "base": base_version, "reason": reason}
    act = Act(actor.principal, op_id, "remove_record", request)
    return _save_one(actor, ledger, lambda desk: desk.draft_removal(desk.live(record, base_version), reason), act)


def save_records(
    actor: Actor, ledger: str, entries: Iterable[RecordInput], op_id: UUID, source: str = "", correct: bool = False,
    numbers: Sequence[int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Enter many records: every row is validated by the same functions before the first is written.

    One event per chunk; a chunk's operation id derives from ``op_id``, so a killed import goes on where it stopped.
    ``correct`` turns rows whose key exists into corrections (each needs a reason). Returns counts; ``repeated`` rows
    were written by an earlier run of the same operation. Raises ``Problems`` that name the rows: ``source`` is the
    file's name, ``numbers`` are the rows' numbers there, else they count from 1.
    """
    rows = list(entries)
    numbers = numbers or range(1, len(rows) + 1)
    acts = {start: _chunk_act(actor, ledger, rows[start : start + CHUNK], op_id, start) for start in range(0, len(rows), CHUNK)}
    answers = {start: answered(act) for start, act in acts.items()}
    waiting = [start + at for start, answer in answers.items() if answer is None for at in range(len(rows[start : start + CHUNK]))]
    desk = Desk(actor, ledger)
    drafted = _draft_all(desk, [rows[at] for at in waiting], [numbers[at] for at in waiting], source, correct)
    drafts = dict(zip(waiting, drafted, strict=True))
    counts = {"saved": 0, "corrected": 0, "repeated": len(rows) - len(waiting)}
    for start, act in acts.items():
        if answers[start] is not None:
            continue
        answer = _write_chunk(desk, act, [drafts[at] for at in range(start, min(start + CHUNK, len(rows)))])
        counts["corrected"] += answer["corrected"]
        counts["saved"] += answer["count"] - answer["corrected"]
    return counts


def check_records(
    actor: Actor, ledger: str, entries: Iterable[RecordInput], source: str = "", correct: bool = False,
    numbers: Sequence[int] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What ``save_records`` would count or raise, without writing anything."""
    rows = list(entries)
    drafts = _draft_all(Desk(actor, ledger), rows, numbers or range(1, len(rows) + 1), source, correct)
    corrected = sum(draft.before is not None for draft in drafts)
    return {"saved": len(drafts) - corrected, "corrected": corrected, "repeated": 0}


def close_year(actor: Actor, year: int, op_id: UUID) -> dict[str, Any]:
    """Declare a business year complete; what is entered for it later is marked 补录 and shows as difference."""

    def change(writer: Writer) -> dict[str, Any]:
        if YearClosing.objects.filter(year=year).exists():
            raise Problem("year.closed", f"{year} 年已经关账", "无需重复操作。")
        event = writer.event("year.closed", f"year:{year}", {"year": year})
        YearClosing.objects.create(year=year, event=event)
        return {"year": year}

    return perform(Act(actor.principal, op_id, "close_year", {"year": year}), change)


def version_digest(version: Version, revision_digest: str, algorithm: str) -> str:
    """What a version said, as a digest: ids, days, data (envelopes, never plain personal values), author, reason."""
    return digest(
        [version.record_id.hex, version.number, version.ledger, revision_digest, version.unit_id.hex, version.starts_on,
         version.ends_on, version.data, version.authority, version.author, version.reason,
         version.recorded_at.isoformat(), version.late, version.removed],
        algorithm,
    )  # fmt: skip


def _save_one(actor: Actor, ledger: str, make: Callable[[Desk], Draft], act: Act) -> dict[str, Any]:
    def change(writer: Writer) -> dict[str, Any]:
        answer = _write(writer, desk, [draft], versions, f"record:{draft.record_id}")
        return {"record": str(draft.record_id), "version": draft.number, "key": draft.key, "late": draft.late, **answer}

    known = answered(act)  # a repeated operation: its base version is stale by now, so it must not be drafted again
    if known is not None:
        return known
    desk = Desk(actor, ledger)
    draft = make(desk)
    raise_lost_links(desk, [draft], [None])
    versions = _versions(desk, [draft], actor.principal)
    return perform(act, change)


def _chunk_act(actor: Actor, ledger: str, rows: Sequence[RecordInput], op_id: UUID, start: int) -> Act:
    request = {"ledger": ledger, "rows": digest([_request(row) for row in rows], settings.DIGEST)}
    return Act(actor.principal, uuid5(op_id, str(start)), "save_records", request)


def _write_chunk(desk: Desk, act: Act, chunk: Sequence[Draft]) -> dict[str, Any]:
    """One transaction of a bulk verb; what can be computed is computed before it begins."""
    versions = _versions(desk, chunk, act.principal)
    return perform(act, lambda writer: _write(writer, desk, chunk, versions, f"ledger:{desk.form.key}"))


def _draft_all(desk: Desk, rows: Sequence[RecordInput], numbers: Sequence[int], source: str, correct: bool) -> list[Draft]:
    faults: list[Problem] = []
    drafts: list[Draft] = []
    existing = _existing(desk, rows, numbers) if correct else {}
    for number, row in zip(numbers, rows, strict=True):
        place = Place(source or desk.form.label, number)
        try:
            before = existing.get(number)
            drafts.append(desk.draft_correction(row, before, place) if before else desk.draft_new(row, place))
        except Problems as problems:
            faults.extend(problems.found)
        except Problem as problem:
            faults.append(problem if problem.place.row else problem.at(place))
        if len(faults) > 200:
            break
    if faults:
        raise Problems(faults)
    raise_lost_links(desk, drafts, list(numbers), source)
    _refuse_twins(desk, drafts, numbers, source)
    return drafts


def _existing(desk: Desk, rows: Sequence[RecordInput], numbers: Sequence[int]) -> dict[int, Version]:
    """The live versions that rows correct. A row whose key cannot be read is drafted as new, and says so there."""
    keys = {}
    for number, row in zip(numbers, rows, strict=True):
        try:
            keys[number] = desk.key_of(row.data)
        except Problems:
            keys[number] = ""
    live = desk.live_by_key([key for key in keys.values() if key])
    return {number: live[key] for number, key in keys.items() if key in live}


def _refuse_twins(desk: Desk, drafts: Sequence[Draft], numbers: Sequence[int], source: str) -> None:
    """Two rows with one key, or a row whose key is taken."""
    seen: dict[str, int] = {}
    faults = []
    taken = desk.live_by_key([draft.key for draft in drafts if draft.before is None])
    for number, draft in zip(numbers, drafts, strict=True):
        place = Place(source or desk.form.label, number)
        if draft.key in seen:
            faults.append(Problem("ledger.twins", f"与第 {seen[draft.key]} 行是同一条", "留下一行即可。", place))
        elif draft.before is None and draft.key in taken:
            faults.append(_taken(desk, draft, place))
        seen.setdefault(draft.key, number)
    if faults:
        raise Problems(faults)


def _taken(desk: Desk, draft: Draft, place: Place) -> Problem:
    names = "、".join(desk.form.field(name).label for name in desk.form.key_fields)
    return Problem("ledger.key_taken", f"已有{names}相同的记录", "要改它，请打开那条记录点“更正”；不是同一条，请核对编号。", place)


def _versions(desk: Desk, drafts: Sequence[Draft], author: str) -> list[Version]:
    """The versions of a chunk with their digests, still without an event: worked out before the write lock is taken."""
    moment, versions = now(), []
    for draft in drafts:
        version = Version(
            record_id=draft.record_id, number=draft.number, ledger=desk.form.key, revision_id=desk.definition.id,
            unit_id=draft.unit_id, starts_on=draft.starts_on, ends_on=draft.ends_on, data=draft.data,
            authority=draft.authority, author=author, reason=draft.reason, recorded_at=moment,
            late=draft.late, removed=draft.removed,
        )  # fmt: skip
        version.digest = version_digest(version, desk.definition.digest, settings.DIGEST)
        versions.append(version)
    return versions


def _write(
    writer: Writer, desk: Desk, drafts: Sequence[Draft], versions: Sequence[Version], subject: str
) -> dict[str, Any]:
    """Write a chunk of versions with its one event."""
    named = [[version.record_id.hex, version.number, version.digest] for version in versions]
    body = {"ledger": desk.form.key, "revision": desk.definition.digest, "algorithm": settings.DIGEST, "versions": named}
    event = writer.event("record.saved", subject, body)
    for version in versions:
        version.event_id = event.id
    _retire(drafts, event.id)
    try:
        with transaction.atomic():
            _insert(desk, drafts, versions)
    except IntegrityError as error:
        raise _taken(desk, drafts[0], Place(desk.form.label)) from error
    return {"count": len(drafts), "corrected": sum(draft.before is not None for draft in drafts)}


def _retire(drafts: Sequence[Draft], event_id: int) -> None:
    """Compare and set: whoever read a version that was replaced meanwhile is told so, and nothing is written."""
    replaced = [draft.before.id for draft in drafts if draft.before]
    if replaced and Version.objects.filter(id__in=replaced, retired_by=None).update(retired_by=event_id) != len(replaced):
        raise Problem("write.conflict", "刚刚有人改过同一条记录", "请刷新后核对两边的内容，再提交一次。")


def _insert(desk: Desk, drafts: Sequence[Draft], versions: Sequence[Version]) -> None:
    fresh = [draft for draft in drafts if draft.before is None]
    Subject.objects.bulk_create(_new_subjects(drafts))
    insert([Record(id=draft.record_id, ledger=desk.form.key, key=draft.key, number=1) for draft in fresh])
    for draft in drafts:
        if draft.before is not None:
            Record.objects.filter(id=draft.record_id).update(number=draft.number, key=draft.key, removed=draft.removed)
    insert(versions)
    BlindIndex.objects.bulk_create(
        BlindIndex(field=name, token=token, subject=UUID(draft.data["_subject"]), record_id=draft.record_id)
        for draft in drafts
        for name, token in draft.tokens.items()
    )


def _new_subjects(drafts: Sequence[Draft]) -> list[Subject]:
    return list({draft.new_subject.id: draft.new_subject for draft in drafts if draft.new_subject}.values())


def _request(entry: RecordInput) -> dict[str, Any]:
    values = {name: value if isinstance(value, bool | int | None) else str(value) for name, value in entry.data.items()}
    return {
        "data": values, "unit": str(entry.unit or ""), "day": str(entry.day or ""), "until": str(entry.until or ""),
        "authority": entry.authority or "", "reason": entry.reason,
    }  # fmt: skip
