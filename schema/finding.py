"""Search over every kind of node, and suggestions while typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from graph.door import Door
from graph.errors import within
from graph.kinds import NodeKind, SearchKind
from graph.search.fulltext import MatchedBy
from graph.search.highlights import Highlight
from graph.search.index import Matched, Suggestion
from graph.search.meaning import Correction
from graph.search.notices import Notice
from schema.connections import ConnectionSource, EdgeSource, PageInfo
from schema.context import Info, attribute, field, told
from schema.errors import explained
from schema.forward import AnyNode
from schema.highlights import HighlightType
from schema.matches import (
    CORRECTED,
    MATCHED_BY,
    MISSING,
    NOTICES,
    CorrectionType,
    MatchedByType,
    SearchNoticeType,
)
from schema.where import ActionWhere, condition_of

Kinds = Annotated[list[NodeKind] | None, told("Only these kinds of node; every kind when not given.")]
SearchKinds = Annotated[
    list[SearchKind] | None,
    told(
        "Only these kinds of node; every kind when not given. Bodies, which texts name, are found by all the words of "
        "a name of theirs; until the texts are read they are left out, and refused (`NOT_READY`) where BODY is given."
    ),
]


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
    def kind(self) -> SearchKind:
        return SearchKind(self.item.node.kind)

    @property
    def highlights(self) -> list[Highlight]:
        graph, query = self.about
        highlights: list[Highlight] = graph.highlights(query, self.item.node)
        return highlights

    @property
    def matched_by(self) -> Sequence[MatchedBy]:
        return self._matched.by

    @property
    def missing(self) -> Sequence[str]:
        return self._matched.missing

    @property
    def _matched(self) -> Matched:
        graph, query = self.about
        matched: Matched = graph.search.matched(query, self.item.node)
        return matched


@strawberry.type(description="A node that a search finds, how well, and where.")
class SearchEdge:
    cursor: str = attribute("The node's place; opaque.")
    node: AnyNode = attribute("The node.")
    score: float = attribute("How well it answers, from 0 to 1; comparable between kinds.")
    kind: SearchKind = attribute("The kind of the node.")
    highlights: list[HighlightType] = attribute("Where the words stand in the node's own text: one entry a field.")
    matched_by: list[MatchedByType] = attribute(MATCHED_BY)
    missing: list[str] = attribute(MISSING)


@explained()
def _corrected(found: Parent[ConnectionSource]) -> list[Correction]:
    graph, query = found.asked.about
    corrections: list[Correction] = graph.search.corrections(query)
    return corrections


@explained()
def _notices(found: Parent[ConnectionSource]) -> list[Notice]:
    graph, query = found.asked.about
    notices: list[Notice] = graph.notices(query)
    return notices


@strawberry.type(description="The nodes that a search finds, the best first.")
class SearchConnection:
    edges: list[SearchEdge] = attribute("The nodes with their scores and matches.")
    nodes: list[AnyNode] = attribute("The nodes.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute("How many nodes answer.")
    corrected: list[CorrectionType] = field(_corrected, CORRECTED)
    notices: list[SearchNoticeType] = field(_notices, NOTICES)


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
            "French words; accents, case and endings aside; a phrase in quotes. What has them all comes first, then "
            "what says the same in other words, then, where that is little, what lacks some. A word after a plus sign "
            'is required as it is. Example: "personnes isolées".'
        ),
    ],
    kinds: SearchKinds = None,
    where: Annotated[
        ActionWhere | None,
        told(
            "Only actions that satisfy these conditions, and other nodes that one of these has. "
            "Example: { year: { gte: 2018 } }."
        ),
    ] = None,
) -> Any:
    """The best nodes for a search."""
    return graph.select(condition_of(where)).hits(query, kinds), (graph, query)


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
