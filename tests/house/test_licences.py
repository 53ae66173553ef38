"""The product installs no AGPL and no GPL; LGPL stays in tests and in the county's database driver."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

from tests.house.source import ROOT

# The driver of PostgreSQL: loaded, unmodified, by a county that chooses PostgreSQL (docs/dependencies.md).
LGPL_BY_CHOICE = {"psycopg", "psycopg-binary"}


def locked(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.MULTILINE)


def licence_of(distribution: str) -> str:
    """What the distribution says of itself; of a licence in full text its first line is enough."""
    about = metadata(distribution)
    classifiers = [value for value in about.get_all("Classifier") or [] if value.startswith("License")]
    written = (about.get("License") or "").strip().splitlines()[:1]
    return " ".join([about.get("License-Expression") or "", *written, *classifiers]).strip()


def is_copyleft(licence: str) -> bool:
    """GPL or AGPL, not offered beside something freer; LGPL is another question."""
    text = re.sub(r"LGPL|Lesser General Public|Library General Public", "", licence)
    return bool(re.search(r"A?GPL|General Public Licen[sc]e", text)) and " OR " not in licence


def is_lesser(licence: str) -> bool:
    return bool(re.search(r"LGPL|Lesser General Public|Library General Public", licence))


def licences(lock: str) -> dict[str, str]:
    try:
        return {name: licence_of(name) for name in locked(lock)}
    except PackageNotFoundError as missing:
        pytest.fail(f"{lock} names {missing}, which is not installed")


def test_the_product_installs_neither_gpl_nor_lgpl() -> None:
    found = licences("requirements.lock")
    assert {name: text for name, text in found.items() if is_copyleft(text) or is_lesser(text)} == {}


def test_a_county_adds_only_its_database_driver() -> None:
    added = set(locked("requirements-county.lock")) - set(locked("requirements.lock"))
    assert added - {"typing-extensions"} == LGPL_BY_CHOICE  # which the driver needs on Python before 3.13


def test_nothing_used_in_development_is_gpl() -> None:
    assert {name: text for name, text in licences("requirements-dev.lock").items() if is_copyleft(text)} == {}


def test_every_locked_package_says_its_licence() -> None:
    assert [name for name, text in licences("requirements-dev.lock").items() if not text] == []


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "AGPL-3.0-or-later", "GNU General Public License v3"])
def test_copyleft_is_recognised(licence: str) -> None:
    assert is_copyleft(licence)


@pytest.mark.parametrize("licence", ["LGPL-2.1-only", "MIT", "GNU Lesser General Public License", "MPL-2.0"])
def test_what_is_not_copyleft_is_let_through(licence: str) -> None:
    assert not is_copyleft(licence)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-county.lock", "requirements-dev.lock"])
def test_a_lock_names_no_host_and_binds_every_file(lock: str) -> None:
    """Any mirror serves it, and none can slip something in."""
    text = Path(ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert "://" not in text
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_direct_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    wanted = [
        re.split(r"[\[<=>~ ]", line)[0]
        for name in ("requirements.in", "requirements-county.in", "requirements-dev.in")
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-"))
    ]
    assert [name for name in wanted if f"| {name.lower()} |" not in reasons.lower()] == []
