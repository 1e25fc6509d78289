"""The real page, read once, and the graph that it makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from graph.ingest import read
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Sheet
from graph.store import SourceRecord
from graph.vocabulary import Vocabulary, load_vocabulary
from schema import Context, schema

settings.register_profile("maillage", max_examples=50, deadline=None)
settings.load_profile("maillage")

PAGE = Path(__file__).resolve().parent.parent / "data" / "pages" / "actions-lot.txt"


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def sheets(vocabulary: Vocabulary) -> tuple[Sheet, ...]:
    """The 16 sheets of the real page, in its order."""
    return read(PAGE.read_bytes(), PAGE.name, vocabulary).sheets


@pytest.fixture(scope="session")
def lot(sheets: tuple[Sheet, ...], vocabulary: Vocabulary) -> KnowledgeGraph:
    """The graph of the real page."""
    return KnowledgeGraph.from_sheets(
        sheets, vocabulary, sources=[SourceRecord(PAGE.name, "2026-11-22T00:00:00+00:00", ())]
    )


@pytest.fixture(scope="session")
def numbered(lot: KnowledgeGraph, sheets: tuple[Sheet, ...]) -> dict[int, Action]:
    """The actions of the real page by their number on it, from 1."""
    by_title = {action.title: action for action in lot.actions}
    return {number: by_title[sheet.title] for number, sheet in enumerate(sheets, start=1)}


@pytest.fixture
def ask(lot: KnowledgeGraph) -> Callable[..., dict[str, Any]]:
    """Sends a query to the schema over the real page and gives `data`; an error fails the test."""

    def send(query: str, **variables: Any) -> dict[str, Any]:
        result = schema.execute_sync(query, variable_values=variables, context_value=Context(lot))
        assert result.errors is None, result.errors
        assert result.data is not None
        return result.data

    return send


@pytest.fixture
def refuse(lot: KnowledgeGraph) -> Callable[..., tuple[str, str]]:
    """Sends a query that must fail and gives the message and the code of its first error."""

    def send(query: str, **variables: Any) -> tuple[str, str]:
        result = schema.execute_sync(query, variable_values=variables, context_value=Context(lot))
        assert result.errors
        return result.errors[0].message, str((result.errors[0].extensions or {}).get("code"))

    return send
