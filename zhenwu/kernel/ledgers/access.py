"""The read door: which records this person may see, for what purpose; and their personal fields, logged when shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet

from zhenwu.kernel.journal.api import IN, Act, Writer, chunks, perform
from zhenwu.kernel.ledgers.models import Version
from zhenwu.kernel.ledgers.readers import read_plain
from zhenwu.kernel.ledgers.reading import form_at, history, keyed, versions_in
from zhenwu.kernel.ledgers.subjects import open_person, open_persons
from zhenwu.kernel.orgs.api import Actor, Purpose, reach, reach_filter
from zhenwu.lib.facts import Fact, Scope
from zhenwu.lib.problems import NotFound, Problem


def visible(actor: Actor, purpose: Purpose, query: QuerySet[Version], line: str) -> QuerySet[Version]:
    """Narrow versions of one pack (``line``) to what the actor's posts and places allow; nothing by default."""
    return query.filter(reach_filter(reach(actor, purpose, line)))


def visible_ids(actor: Actor, purpose: Purpose, scope: Scope, line: str) -> set[tuple[UUID, int]]:
    """(record, version number) of the facts in a scope that this person may see row by row."""
    rows = visible(actor, purpose, versions_in(scope), line)
    return set(rows.values_list("record_id", "number"))


def visible_facts(actor: Actor, purpose: Purpose, scope: Scope, line: str) -> Iterator[tuple[str, Fact]]:
    """(key, fact) of the records in a scope that this person may see row by row."""
    return keyed(visible(actor, purpose, versions_in(scope), line))


def visible_history(actor: Actor, record: UUID, purpose: Purpose = "list") -> list[Version]:
    """A record's versions, if its present place is within reach for the purpose; else ``NotFound`` (the same as for no record)."""
    versions = history(record)
    if versions:
        line = form_at(versions[-1]).pack
        if visible(actor, purpose, Version.objects.filter(pk=versions[-1].pk), line).exists():
            return versions
    raise NotFound("record.unknown", "没有这条记录", "请检查链接，或联系本模块负责人开通权限。")


def standing(actor: Actor, records: Iterable[UUID]) -> list[Version]:
    """What these records of any ledgers say now (also those that were made void, as on their pages), as far as they are within reach."""
    wanted, found = sorted(set(records)), []
    for some in chunks(wanted, IN):
        query = Version.objects.filter(record_id__in=some, retired_by=None)
        for pack in sorted({ledger.partition(".")[0] for ledger in query.order_by().values_list("ledger", flat=True).distinct()}):
            found += list(visible(actor, "list", query.filter(ledger__startswith=f"{pack}."), pack))
    return found


def masked(version: Version) -> dict[str, str]:
    """Personal fields as everyone in reach sees them: 张**, 3325***********1X, 138****0000."""
    return masked_several([version])[0]


def masked_several(versions: Sequence[Version]) -> list[dict[str, str]]:
    """``masked`` for many records: whose they are is read together, not one by one."""
    opened = open_persons([one.data for one in versions], [form_at(one).personal for one in versions])
    kinds = [{one.id: one.type for one in form_at(version).fields} for version in versions]
    return [{name: _mask(known[name], text) for name, text in told.items()} for known, told in zip(kinds, opened, strict=True)]


def reveal(actor: Actor, version: Version, why: str) -> dict[str, str]:
    """The personal fields in full, with a journal entry that says who looked, at whom and why."""
    visible_history(actor, version.record_id)
    if not why.strip():
        raise Problem("person.why", "查看完整信息必须写明事由", "写一句，例如“电话回访”。")
    read_plain(why)
    act = Act(actor.principal, uuid4(), "reveal_person", {"record": str(version.record_id), "why": why})

    def change(writer: Writer) -> dict[str, Any]:
        writer.event("person.shown", f"record:{version.record_id}", {"record": str(version.record_id), "why": why})
        return {}

    perform(act, change)
    return open_person(version.data, [one.id for one in form_at(version).fields if one.is_personal])


def reveal_several(actor: Actor, versions: Sequence[Version], why: str) -> list[dict[str, str]]:
    """``reveal`` for several records in one act: the personal fields of each, each logged; those without any are not."""
    for version in versions:
        visible_history(actor, version.record_id)
    personal = [version for version in versions if form_at(version).personal]
    if personal:
        act = Act(actor.principal, uuid4(), "reveal_persons", {"records": sorted({str(one.record_id) for one in personal}), "why": why})

        def change(writer: Writer) -> dict[str, Any]:
            for record in sorted({str(one.record_id) for one in personal}):
                writer.event("person.shown", f"record:{record}", {"record": record, "why": why})
            return {}

        perform(act, change)
    return [open_person(version.data, list(form_at(version).personal)) for version in versions]


def note_export(actor: Actor, ledger: str, scope: str, rows: int, op_id: UUID) -> None:
    """Leave in the journal who took how many rows of a ledger out of the system.

    The scope's words stay out of the event: somebody's name may have been searched for.
    """

    def change(writer: Writer) -> dict[str, Any]:
        writer.event("ledger.exported", f"ledger:{ledger}", {"ledger": ledger, "rows": rows})
        return {}

    perform(Act(actor.principal, op_id, "note_export", {"ledger": ledger, "scope": scope, "rows": rows}), change)


def _mask(kind: str, text: str) -> str:
    if text.startswith("（"):
        return text
    if kind == "name":
        return text[:1] + "*" * (len(text) - 1)
    if kind == "identity":
        return text[:4] + "*" * 12 + text[-2:]
    return text[:3] + "****" + text[-4:]
