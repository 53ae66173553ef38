"""Who writes for a whole township, on which lines: whom one may ask for a line's figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from zhenwu.kernel.orgs.access import standing
from zhenwu.kernel.orgs.actors import EVERY_LINE, post_kinds
from zhenwu.kernel.orgs.models import Post
from zhenwu.lib.clock import today


@dataclass(frozen=True, slots=True)
class LineWriter:
    """A person with a post that writes over the whole township; ``unit`` is where they sit, ``lines`` those they write on
    (``*``: all)."""

    person: UUID
    name: str
    kind: str
    unit: UUID
    lines: frozenset[str]

    def writes(self, line: str) -> bool:
        return line in self.lines or EVERY_LINE in self.lines


def township_writers(township: UUID, day: date | None = None) -> list[LineWriter]:
    """The people who write for a township on a day (default today), by name."""
    when = day or today()
    able = [kind.id for kind in post_kinds().values() if kind.scope == "township" and "write" in kind.purposes]
    alive = standing(when).filter(ancestor=F("descendant")).values("descendant")
    posts = Post.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=when), valid_from__lte=when, kind__in=able, person__is_active=True,
        unit__township=township, unit__in=alive,
    )  # fmt: skip
    rows = posts.select_related("person").order_by("person__name", "person_id", "id")
    return [LineWriter(row.person_id, row.person.name, row.kind, row.unit_id, frozenset(row.lines)) for row in rows]
