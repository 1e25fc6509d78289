"""What every resolver reads: the knowledge graph that the request began with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import strawberry

import schema.enums  # noqa: F401 - before any type names them
from graph.knowledge_graph import KnowledgeGraph


@dataclass(frozen=True, slots=True)
class Context:
    """One for each request, so that an import in between does not mix two versions in one answer."""

    graph: KnowledgeGraph


Info = strawberry.Info[Context, None]


def field(resolver: Any, description: str, **options: Any) -> Any:
    """A field whose GraphQL type is its annotation and whose values are the records that `resolver` returns.

    Strawberry's types describe the API; the values are the graph's own records, so nothing is wrapped.
    """
    return strawberry.field(resolver=resolver, description=description, **options)


def attribute(name: str, description: str) -> Any:
    """A field that is the record's attribute of its own name, called `name` in the API."""
    return strawberry.field(name=name, description=description)
