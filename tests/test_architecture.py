"""Imports form a tree; each library is imported where its job is."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import is_dataclass
from enum import EnumType
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = (
    "graph",
    "schema",
    "execution",
    "endpoint",
    "web",
    "server",
    "cli",
    "store_commands",
    "supervising",
    "settings",
    "logs",
    "maillage",
)

MAY_IMPORT = {
    "graph": set(),
    "execution": set(),
    "endpoint": {"execution"},
    "web": set(),
    "logs": set(),
    "settings": {"execution", "endpoint"},
    "schema": {"graph", "execution"},
    "server": {"graph", "schema", "execution", "endpoint", "web", "settings", "logs", "supervising"},
    "cli": {"graph", "schema", "server", "settings", "store_commands", "supervising"},
    "store_commands": {"graph", "settings"},
    "supervising": set(),
    "maillage": {"cli"},
}

ONLY_IN = {
    "networkx": ("graph/",),
    "cachetools": ("graph/", "execution/", "endpoint/"),
    "pyroaring": ("graph/",),
    "tantivy": ("graph/",),
    "scipy": ("graph/",),
    "sqlalchemy": ("graph/store/",),
    "alembic": ("graph/store/",),
    "strawberry": ("schema/", "execution/"),
    "graphql": ("schema/", "execution/", "endpoint/"),
    "starlette": ("server.py", "web/"),
    "uvicorn": ("server.py", "endpoint/slow_headers.py"),
    "typer": ("cli.py", "store_commands.py"),
    "rich": ("cli.py",),
}

INSIDE_GRAPH = {
    "graph.errors": set(),
    "graph.kinds": set(),
    "graph.fields": {"graph.kinds"},
    "graph.paging": {"graph.errors"},
    "graph.model": {"graph.kinds"},
    "graph.places": {"graph.model"},
    "graph.place_values": {"graph.model"},
    "graph.labels": {"graph.kinds", "graph.model", "graph.places"},
    "graph.vocabulary": {"graph.fields", "graph.kinds", "graph.model"},
    "graph.once": set(),
    "graph.processes": set(),
    "graph.arena": set(),
    "graph.merged": {"graph.once"},
    "graph.default_order": {"graph.merged", "graph.model", "graph.once"},
    "graph.titles": {"graph.arena", "graph.merged", "graph.model", "graph.once"},
    "graph.linking": {"graph.kinds", "graph.labels", "graph.model", "graph.places", "graph.vocabulary"},
    "graph.network": {
        "graph.arena",
        "graph.default_order",
        "graph.kinds",
        "graph.linking",
        "graph.merged",
        "graph.model",
        "graph.titles",
        "graph.vocabulary",
    },
    "graph.indexes": {"graph.arena", "graph.kinds", "graph.model", "graph.network"},
    "graph.networkx_view": {"graph.indexes", "graph.kinds", "graph.model", "graph.network"},
}

BELOW = {f"graph.{name}" for name in ("fields", "kinds", "labels", "model", "place_values", "places", "vocabulary")}
"""What reading pages and keeping sheets know of the graph."""

DOOR = {
    "graph.door",
    "graph.conditions",
    "graph.errors",
    "graph.fields",
    "graph.kinds",
    "graph.listing",
    "graph.paging",
}
"""What `schema/` may name of the graph besides its records: what is asked, how it can fail, and who answers."""

BEHIND_THE_DOOR = (
    "KnowledgeGraph",
    "Indexes",
    "Filters",
    "Orders",
    "BitMap",
    "ordinal",
    "statuses",
    ".indexes",
    ".orders",
)
"""What the answers are made of, and `schema/` must not know."""


def modules() -> Iterator[tuple[Path, str]]:
    for name in OURS:
        paths = sorted((ROOT / name).rglob("*.py")) if (ROOT / name).is_dir() else [ROOT / f"{name}.py"]
        for path in paths:
            yield path, name


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at any depth, and names imported from a package of ours."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.add(str(node.module))
    return found


@pytest.mark.parametrize(("path", "package"), [pytest.param(*m, id=str(m[0].relative_to(ROOT))) for m in modules()])
def test_a_module_imports_only_what_stands_below_it(path: Path, package: str):
    used = {name.split(".")[0] for name in imported(path)} & set(OURS) - {package}
    assert used <= MAY_IMPORT[package]
    where = path.relative_to(ROOT).as_posix()
    for name in imported(path):
        for library, places in ONLY_IN.items():
            if name.split(".")[0] == library:
                assert where.startswith(places), f"{library} is imported in {where}"


def test_inside_graph_the_foundations_know_nothing_above_them():
    for module, allowed in INSIDE_GRAPH.items():
        path = ROOT / (module.replace(".", "/") + ".py")
        assert {name for name in imported(path) if name.startswith("graph.")} <= allowed, module
    for folder in ("ingest", "store"):
        for path in (ROOT / "graph" / folder).glob("*.py"):
            ours = {name for name in imported(path) if name.startswith("graph.")}
            others = {name for name in ours if not name.startswith(f"graph.{folder}")}
            assert others <= BELOW, path.name


def edges() -> Iterator[tuple[str, str]]:
    """Which module of ours imports which, imports inside functions and for the type checker included."""
    names = {
        str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__") for path, _ in modules()
    }
    for path, _ in modules():
        here = str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((here, alias.name) for alias in node.names if alias.name in names)
            elif isinstance(node, ast.ImportFrom):
                inside = (f"{node.module}.{alias.name}" for alias in node.names)
                yield from ((here, name if name in names else str(node.module)) for name in inside)


def test_no_import_closes_a_circle_late_ones_included():
    graph = nx.DiGraph((one, other) for one, other in edges() if other.split(".")[0] in OURS)
    assert [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1] == []
    assert list(nx.selfloop_edges(graph)) == []


def test_a_late_import_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "logs.py").write_text("def late():\n    import settings\n")
    (tmp_path / "settings.py").write_text("if TYPE_CHECKING:\n    from logs import late\n")
    monkeypatch.setattr("tests.test_architecture.ROOT", tmp_path)
    monkeypatch.setattr("tests.test_architecture.OURS", ("logs", "settings"))
    with pytest.raises(AssertionError, match="logs"):
        test_no_import_closes_a_circle_late_ones_included()


def test_the_schema_asks_the_door_and_knows_nothing_behind_it():
    for path in sorted((ROOT / "schema").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("graph."):
                if node.module in DOOR:
                    continue
                for alias in node.names:
                    record = getattr(importlib.import_module(str(node.module)), alias.name)
                    plain = is_dataclass(record) or isinstance(record, EnumType) or hasattr(record, "_fields")
                    assert plain or alias.name in ("Node", "fold", "status_key"), (
                        f"{path.name}: {node.module}.{alias.name}"
                    )
        text = path.read_text(encoding="utf-8")
        assert [word for word in BEHIND_THE_DOOR if word in text] == [], path.name


def test_only_the_settings_read_the_environment():
    for path, _ in modules():
        if path.name != "settings.py":
            assert "os.environ" not in path.read_text(encoding="utf-8"), path


def test_no_file_is_a_drawer():
    drawers = {"utils.py", "util.py", "helpers.py", "helper.py", "misc.py", "common.py"}
    assert not [path for path in ROOT.glob("[!.]*/**/*.py") if path.name in drawers]


def test_every_folder_of_tests_is_a_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
