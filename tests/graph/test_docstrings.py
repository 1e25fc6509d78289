"""The examples of docstrings, all of one small graph, are run."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from graph.analysis import Analysis
from graph.kinds import NodeKind
from graph.traversal import Traversal
from tests.graph.small_networks import NO_VOCABULARY, network_of, row

ROOT = Path(__file__).resolve().parents[2]

NETWORK, INDEXES = network_of(
    row("verger", "Jardin", "Ecole", structure="Centre Sud", department="Lot", year=2020)._replace(title="Verger"),
    row("potager", "Jardin", structure="Centre Nord", department="Lot", year=2019)._replace(title="Potager"),
    row("chorale", structure="Centre Nord", department="Lot", year=2018)._replace(title="Chorale"),
)
NAMES = {
    "network": NETWORK,
    "indexes": INDEXES,
    "node": NETWORK.records.__getitem__,
    "traversal": Traversal(NETWORK, INDEXES),
    "analysis": Analysis(NETWORK, INDEXES, lambda: (), NO_VOCABULARY),
    "NodeKind": NodeKind,
}
"""What an example may name besides what its module does."""

MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "graph").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_docstrings_are_true(module):
    result = doctest.testmod(import_module(module), extraglobs=NAMES)
    assert result.failed == 0
    assert result.attempted > 0
