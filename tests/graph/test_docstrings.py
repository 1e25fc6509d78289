"""The examples of docstrings, all of two small graphs, are run."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from graph.paging import Window
from graph.traversal import Traversal
from tests.graph.small_networks import analysis_of, network_of, row

ROOT = Path(__file__).resolve().parents[2]

NETWORK, INDEXES = network_of(
    row("verger", "Jardin", "Ecole", structure="Centre Sud", department="Lot", year=2020)._replace(title="Verger"),
    row("potager", "Jardin", structure="Centre Nord", department="Lot", year=2019)._replace(title="Potager"),
    row("chorale", structure="Centre Nord", department="Lot", year=2018)._replace(title="Chorale"),
)
RIONET, FIGEAC = "Centre social le Rionet", "Espace de Figeac"


def tiny() -> KnowledgeGraph:
    """Four sheets of two structures of the Lot, newest first: theatre, compost, meal, garden."""
    return KnowledgeGraph.from_sheets(
        [
            sheet("Théâtre en famille", 2021, FIGEAC, ("Culture",), "Une scène pour tous."),
            sheet("Atelier compost", 2020, FIGEAC, ("Environnement", "Jardin"), "Un compost pour les légumes."),
            sheet("Repas des voisins", 2019, RIONET, ("Culture", "Jardin"), "Un repas avec les légumes du jardin."),
            sheet("Jardin partagé", 2018, RIONET, ("Environnement", "Jardin"), "Un jardin et un compost pour tous."),
        ]
    )


def sheet(title: str, year: int, structure: str, keywords: tuple[str, ...], summary: str) -> Sheet:
    """A sheet of the Lot, with a kind of partner for each structure."""
    return Sheet(
        title=title,
        year=year,
        department="Lot",
        structure=structure,
        structure_department="Lot",
        keywords=keywords,
        partners=("Associations",) if structure == FIGEAC else ("Associations", "Mairie"),
        text=SheetText(summary=summary),
    )


NAMES = {
    "tiny": tiny(),
    "Window": Window,
    "network": NETWORK,
    "indexes": INDEXES,
    "node": NETWORK.records.__getitem__,
    "traversal": Traversal(NETWORK, INDEXES),
    "analysis": analysis_of(NETWORK, INDEXES),
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
