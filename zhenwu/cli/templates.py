"""Templates and years as a person names them on the command line."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click

from zhenwu.cli.store import read_given
from zhenwu.kernel.reports.api import Draft, content_of, seat_of
from zhenwu.sdk import every, tree

YEAR = click.IntRange(1950, 2200)


def read_template(text: str, year: int, unit: UUID | None = None) -> tuple[str, bytes]:
    """(name, bytes) of a template file, or of an installed report by its key: by the words that the township drafted for that
    year, where it began to."""
    if not Path(text).exists() and any(one.key == text for one in every("report")):
        draft = Draft(text, year, seat_of(tree(), unit))
        return draft.name, content_of(draft)
    return Path(text).name, read_given(Path(text))
