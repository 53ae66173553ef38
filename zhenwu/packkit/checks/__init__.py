"""One concern per file; each ``check(pack, others)`` returns what it found and raises nothing.

``pack`` is the draft under examination, ``others`` the drafts of the packs beside it by id.
"""

from zhenwu.packkit.checks import (
    documents,
    examples,
    exchanges,
    glossary,
    imports,
    ledgers,
    manifest,
    metrics,
    params,
    reads,
    reports,
    rolls,
    rosters,
    rounds,
    rules,
    windows,
    workflows,
)

CHECKS = (
    manifest.check,
    glossary.check,
    ledgers.check,
    workflows.check,
    params.check,
    metrics.check,
    rules.check,
    rounds.check,
    rolls.check,
    windows.check,
    exchanges.check,
    rosters.check,
    reads.check,
    reports.check,
    documents.check,
    examples.check,
    imports.check,
)

__all__ = ["CHECKS"]
