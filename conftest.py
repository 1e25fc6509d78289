"""What the examples in docstrings speak of: `tiny`, the graph of four sheets."""

from __future__ import annotations

from typing import Any

import pytest

from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from graph.paging import Window

RIONET, FIGEAC = "Centre social le Rionet", "Espace de Figeac"


@pytest.fixture(scope="session", autouse=True)
def examples(doctest_namespace: dict[str, Any]) -> None:
    """The names that an example may use without an import."""
    doctest_namespace.update(tiny=tiny(), NodeKind=NodeKind, Window=Window)


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
