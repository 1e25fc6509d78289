"""Search over every kind of node, and suggestions while typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from graph.door import Door
from graph.errors import within
from graph.kinds import NodeKind
from graph.search.highlights import Highlight
from graph.search.index import Suggestion
from schema.connections import EdgeSource, PageInfo
from schema.context import Info, attribute, told
from schema.errors import explained
from schema.forward import AnyNode
from schema.highlights import HighlightType

Kinds = Annotated[list[NodeKind] | None, told("Only these kinds of node; every kind when not given.")]


class HitEdgeSource(EdgeSource):
    """A node that a search finds, and what was searched for."""

    __slots__ = ()

    @staticmethod
    def node_of(item: Any) -> Any:
        return item.node

    @property
    def score(self) -> float:
        score: float = self.item.score
        return score

    @property
    def kind(self) -> NodeKind:
        kind: NodeKind = self.item.node.kind
        return kind

    @property
    def highlights(self) -> list[Highlight]:
        graph, query = self.about
        highlights: list[Highlight] = graph.highlights(query, self.item.node)
        return highlights


@strawberry.type(description="A node that a search finds, how well, and where.")
class SearchEdge:
    cursor: str = attribute("The node's place; opaque.")
    node: AnyNode = attribute("The node.")
    score: float = attribute("How well it answers, from 0 to 1; comparable between kinds.")
    kind: NodeKind = attribute("The kind of the node.")
    highlights: list[HighlightType] = attribute("Where the words stand in the node's own text: one entry a field.")


@strawberry.type(description="The nodes that a search finds, the best first.")
class SearchConnection:
    edges: list[SearchEdge] = attribute("The nodes with their scores and matches.")
    nodes: list[AnyNode] = attribute("The nodes.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute("How many nodes answer.")


@strawberry.type(name="Suggestion", description="What a search box may offer.")
class SuggestionType:
    text: str = attribute("The text to offer.")
    kind: NodeKind | None = attribute("The kind of the node; null for a word of the sheets.")
    node: AnyNode | None = attribute("The node of that name; null for a word of the sheets.")
    actions: int = attribute("How many actions have it.", "actionCount")


def search(
    _: None,
    graph: Door,
    query: Annotated[
        str,
        told(
            "French words, all required; accents, case and endings aside; a phrase in quotes. "
            'Example: "personnes isolées".'
        ),
    ],
    kinds: Kinds = None,
) -> Any:
    """The best nodes for a search."""
    return graph.search.search(query, _kinds(kinds)), (graph, query)


@explained(query="prefix")
def suggest(
    info: Info,
    prefix: Annotated[str, told('What is typed so far. Example: "mob".')],
    kinds: Kinds = None,
    first: Annotated[int, told("How many, 0 to 100.")] = 10,
) -> list[Suggestion]:
    """What the prefix may become."""
    within("first", first, 0, info.context.pages.largest)
    return info.context.graph.search.suggest(prefix, _kinds(kinds), first)


def _kinds(kinds: Sequence[NodeKind] | None) -> Sequence[NodeKind]:
    return tuple(NodeKind) if kinds is None else kinds
