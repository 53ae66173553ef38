"""Templates and years as a person names them on the command line."""

from __future__ import annotations

from pathlib import Path

import click

from zhenwu.cli.store import read_given
from zhenwu.sdk import every

YEAR = click.IntRange(1950, 2200)


def read_template(text: str) -> tuple[str, bytes]:
    """(name, bytes) of a template file, or of an installed report by its key."""
    if not Path(text).exists():
        for one in every("report"):
            if one.key == text:
                return f"{one.key}.md", one.body["text"].encode()
    return Path(text).name, read_given(Path(text))
