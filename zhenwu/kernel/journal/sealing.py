"""Proving the journal: every position is chained to the one before; one flipped byte breaks the chain there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhenwu.kernel.journal.models import Seal, Sequenced
from zhenwu.kernel.journal.sequencer import GENESIS, event_digest
from zhenwu.lib.digests import ALGORITHMS


@dataclass(frozen=True)
class Break:
    """Where the chain does not hold, and what is wrong there."""

    position: int
    message: str


def verify_chain() -> Iterator[Break]:
    """Walk the whole chain and yield what does not hold; nothing means the journal is as it was written."""
    chain, expected, sealed = GENESIS, 1, 0
    events = Sequenced.objects.select_related("event").order_by("position").iterator(chunk_size=2000)
    seals = Seal.objects.order_by("last").iterator()
    seal = next(seals, None)
    for row in events:
        if row.position != expected:
            yield Break(expected, f"缺第 {expected} 号留痕")
            expected = row.position
        chain = event_digest(row.event, row.position, chain, _algorithm(seal))
        if chain != row.digest:
            yield Break(row.position, f"第 {row.position} 号留痕的内容与封签不符")
            chain = row.digest
        if row.recorded_at != row.event.recorded_at:
            yield Break(row.position, f"第 {row.position} 号留痕的时间被改动")
        expected += 1
        if seal and row.position == seal.last:
            if seal.digest != row.digest or seal.algorithm not in ALGORITHMS:
                yield Break(row.position, f"第 {row.position} 号处的封签被改动")
            if seal.first != sealed + 1:
                yield Break(sealed + 1, f"第 {sealed + 1} 号起的封签缺失")
            sealed, seal = row.position, next(seals, None)
    if expected - 1 > sealed and not seal:
        yield Break(expected - 1, f"第 {sealed + 1} 号起没有封签")
    if seal:
        yield Break(seal.last, f"封签记到第 {seal.last} 号，留痕只到第 {expected - 1} 号")


def _algorithm(seal: Seal | None) -> str:
    return seal.algorithm if seal and seal.algorithm in ALGORITHMS else "sha256"


def digest_at(position: int) -> str:
    """The chain's digest at a position; "" when the journal does not reach it (to compare with a seal written down)."""
    return Sequenced.objects.filter(position=position).values_list("digest", flat=True).first() or ""


def seal_head() -> tuple[int, str]:
    """(position, digest) of the newest seal; (0, zeros) before the first."""
    seal = Seal.objects.order_by("-last").first()
    return (seal.last, seal.digest) if seal else (0, GENESIS)
