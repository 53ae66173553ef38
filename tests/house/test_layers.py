"""Calls go down, news goes up: the rooms and shelves of docs/house.md, proved by reading the imports."""

from __future__ import annotations

import ast

import grimp
import pytest
from click.testing import CliRunner
from importlinter.cli import lint_imports_command

from tests.house.source import ROOT, modules, name_of, tree


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("zhenwu", include_external_packages=True, cache_dir=None)


def test_every_import_goes_down_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    options = ["--config", str(ROOT / ".importlinter"), "--no-cache", "--no-logo"]
    result = CliRunner().invoke(lint_imports_command, options)
    assert result.exit_code == 0, result.output or repr(result.exception)


def test_models_are_imported_by_their_own_shelf_only(graph: grimp.ImportGraph) -> None:
    strangers = [
        f"{importer} imports {module}"
        for module in graph.modules
        if module.startswith("zhenwu.kernel.") and "models" in module.split(".")
        for importer in graph.find_modules_that_directly_import(module)
        if importer.split(".")[:3] != module.split(".")[:3]
    ]
    assert strangers == []


def test_outer_rooms_reach_a_shelf_through_its_api_only(graph: grimp.ImportGraph) -> None:
    """``access`` is the read door, ``events`` what it tells, ``apps`` what Django asks for."""
    doors = {"api", "access", "apps", "events"}
    trespasses = [
        f"{importer} imports {module}"
        for module in graph.modules
        if module.startswith("zhenwu.kernel.") and len(module.split(".")) > 3
        for importer in graph.find_modules_that_directly_import(module)
        if not importer.startswith(("zhenwu.kernel.", "zhenwu.lib"))
        if module.split(".")[3] not in doors
    ]
    assert trespasses == []


def test_only_web_and_api_know_http() -> None:
    may = ("zhenwu/web/", "zhenwu/api/", "zhenwu/site/")
    spoken = [
        name_of(path)
        for path in modules()
        if name_of(path).startswith("zhenwu/") and not name_of(path).startswith(may)
        if any(name.startswith(("django.http", "django.shortcuts")) for name in _imported(tree(path)))
    ]
    assert spoken == []


def test_packs_import_the_sdk_and_nothing_else_of_ours() -> None:
    strays = [
        f"{name_of(path)} imports {name}"
        for path in modules()
        if name_of(path).startswith("packs/")
        for name in _imported(tree(path))
        if name.split(".")[0] == "zhenwu" and not (name == "zhenwu.sdk" or name.startswith("zhenwu.sdk."))
    ]
    assert strays == []


def _imported(module: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names
