"""What steps ask of ledgers: what a record that is cited says, from when until when one that is named stands, whose a log-in name is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from zhenwu.kernel.ledgers.api import Field, form_at, live_version, named_by
from zhenwu.kernel.orgs.api import find_person

Stands = tuple[date, date | None, Mapping[str, Any]]  # from when until when (exclusive), what it says
Cited = tuple[Mapping[str, Field], Mapping[str, Any]]  # its fields by their ids, what it says


class Registered:
    """Each is asked for once, for the length of one act."""

    def __init__(self) -> None:
        self._cited: dict[UUID, Cited | None] = {}
        self._named: dict[tuple[str, str], Stands | None] = {}
        self._holders: dict[str, UUID | None] = {}

    def cited(self, record: UUID | None) -> Cited | None:
        """The record that a matter is about; None where it is about none, or about one that is void."""
        if record is None:
            return None
        if record not in self._cited:
            live = live_version(record)
            self._cited[record] = ({one.id: one for one in form_at(live).fields}, live.data) if live is not None and not live.removed else None
        return self._cited[record]

    def named(self, ledger: str, key: str) -> Stands | None:
        """The record of a ledger that people call ``key``; None for one that is not there."""
        if (ledger, key) not in self._named:
            self._named[ledger, key] = named_by(ledger, [key]).get(key)
        return self._named[ledger, key]

    def holder(self, login: str) -> UUID | None:
        """Who signs in by a name."""
        if login not in self._holders:
            person = find_person(login)
            self._holders[login] = person.id if person else None
        return self._holders[login]
