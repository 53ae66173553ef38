"""What the documents point to exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "packs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
COMMAND = re.compile(r"(?:\./zw|\bzhenwu) ([a-z][a-z-]+)")
PROOF = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")
OF_THE_DOOR = {"test", "bench"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_every_command_named_in_the_readmes_and_for_operators_exists() -> None:
    from zhenwu.cli.main import COMMANDS

    named = {
        command
        for name in ("README.md", "README.en.md", "docs/operate.md")
        for command in COMMAND.findall((ROOT / name).read_text(encoding="utf-8"))
    }
    assert named - OF_THE_DOOR - set(COMMANDS) == set()


def test_every_test_named_as_a_proof_exists() -> None:
    named = PROOF.findall((ROOT / "docs" / "proofs.md").read_text(encoding="utf-8"))
    assert len(named) > 50
    sources = {file: (ROOT / "tests" / file).read_text(encoding="utf-8") for file, _ in named}
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in sources[file]] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
