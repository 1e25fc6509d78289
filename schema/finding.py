"""Search over every kind of node, and suggestions while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import Parent

from graph.errors import GraphError
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Node as NodeRecord
from graph.paging import Window
from graph.search.highlights import Highlight
from graph.search.index import Suggestion
from schema.connections import LARGEST_PAGE
from schema.context import Info, field
from schema.errors import BadInput
from schema.highlights import HighlightType, highlights_of

if TYPE_CHECKING:
    from schema.nodes import Node

Kinds = Annotated[
    list[NodeKind] | None, strawberry.argument(description="Only these kinds of node; every kind when not given.")
]


@dataclass(frozen=True, slots=True)
class Found:
    """A node that a search finds, and what was searched for."""

    graph: KnowledgeGraph
    query: str
    kind: NodeKind
    node: NodeRecord
    score: float


def _highlights(found: Parent[Found]) -> list[Highlight]:
    return highlights_of(found.graph, found.query, found.node)


@strawberry.type(description="A node that a search finds.")
class SearchHit:
    score: float = strawberry.field(description="How well it answers, from 0 to 1; comparable between kinds.")
    kind: NodeKind = strawberry.field(description="The kind of the node.")
    node: Annotated[Node, strawberry.lazy("schema.nodes")] = strawberry.field(description="The node.")
    highlights: list[HighlightType] = field(_highlights, "Where the words stand in the node's own text.")


def _action_count(suggestion: Parent[Suggestion]) -> int:
    return suggestion.actions


@strawberry.type(name="Suggestion", description="What a search box may offer.")
class SuggestionType:
    text: str = strawberry.field(description="The text to offer.")
    kind: NodeKind | None = strawberry.field(description="The kind of the node; null for a word of the sheets.")
    node: Annotated[Node, strawberry.lazy("schema.nodes")] | None = strawberry.field(
        description="The node of that name; null for a word of the sheets."
    )
    action_count: int = field(_action_count, "How many actions have it.")


def search(
    info: Info,
    query: Annotated[
        str,
        strawberry.argument(
            description="French words, all required; accents, case and endings aside; a phrase in quotes. "
            'Example: "personnes isolées".'
        ),
    ],
    kinds: Kinds = None,
    first: Annotated[int, strawberry.argument(description="How many, 0 to 100.")] = 20,
) -> list[Found]:
    """The best nodes for a search."""
    graph = info.context.graph
    _check_first(first)
    try:
        hits = graph.search.search(query, _kinds(kinds)).page(Window(first)).items
    except GraphError as error:
        raise BadInput("query", query, error.accepted) from error
    return [Found(graph, query, hit.node.kind, hit.node, hit.score) for hit in hits]


def suggest(
    info: Info,
    prefix: Annotated[str, strawberry.argument(description='What is typed so far. Example: "mob".')],
    kinds: Kinds = None,
    first: Annotated[int, strawberry.argument(description="How many, 0 to 100.")] = 10,
) -> list[Suggestion]:
    """What the prefix may become."""
    _check_first(first)
    try:
        return info.context.graph.search.suggest(prefix, _kinds(kinds), first)
    except GraphError as error:
        raise BadInput("prefix", prefix, error.accepted) from error


def _check_first(first: int) -> None:
    if not 0 <= first <= LARGEST_PAGE:
        raise BadInput("first", first, f"give a number from 0 to {LARGEST_PAGE}")


def _kinds(kinds: Sequence[NodeKind] | None) -> Sequence[NodeKind]:
    return tuple(NodeKind) if kinds is None else kinds
