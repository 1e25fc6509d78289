"""Similar actions, with the reasons on the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action as ActionRecord
from graph.model import Concept
from graph.paging import Window
from graph.similarity.measures import Measure, Reason
from graph.similarity.ranked import SimilarAction, SimilarPlace
from schema.connections import After, Before, First, Last, PageInfo, PageInfoSource, window
from schema.cursors import decode_cursor, encode_cursor
from schema.errors import explained
from schema.where import ActionWhere, select

if TYPE_CHECKING:
    from schema.nodes import Action, Keyword, Node, Partner

MOST_COMPARED = 20


@strawberry.input(description="What the nodes of a kind weigh.")
class KindWeight:
    kind: NodeKind = strawberry.field(description="One of the kinds of `by`.")
    weight: float = strawberry.field(description="From 0.001 to 1000; 1 for a kind that is not given.")


By = Annotated[
    list[NodeKind],
    strawberry.argument(description="The kinds of node that are compared. Example: [KEYWORD, PARTNER]."),
]
MeasureArgument = Annotated[
    Measure,
    strawberry.argument(
        description="JACCARD: what is shared of all that both have. OVERLAP: of what the smaller has. COSINE: between "
        "the two. RARITY: as JACCARD, rare nodes weighing more, ln(1 + N/df). TEXT: the words of the sheets."
    ),
]
Weights = Annotated[list[KindWeight] | None, strawberry.argument(description="What the kinds weigh.")]
Threshold = Annotated[float, strawberry.argument(description="The least score, 0 to 1.")]
Within = Annotated[
    ActionWhere | None, strawberry.argument(description="Only the actions that satisfy these conditions.")
]


class SimilarEdgeSource:
    """A similar action; the reasons are found when they are asked for."""

    __slots__ = ("_list", "node", "place", "score")

    def __init__(self, entry: SimilarAction, ranking: SimilarList) -> None:
        self.node = entry.action
        self.score = entry.score
        self.place = entry.place
        self._list = ranking

    @property
    def cursor(self) -> str:
        return encode_cursor("similar", [self.place.score, self.place.rarity, self.place.key])

    @property
    def reasons(self) -> Sequence[Reason]:
        return self._list.reasons(self.node)

    @property
    def shared_keywords(self) -> list[Concept]:
        return _shared(self._list.to, self.node, "keywords")

    @property
    def shared_partners(self) -> list[Concept]:
        return _shared(self._list.to, self.node, "partners")


class SimilarList:
    """A page of the actions that are similar to some."""

    __slots__ = ("_options", "_page", "_ranked", "graph", "to")

    def __init__(
        self,
        graph: KnowledgeGraph,
        to: Sequence[ActionRecord],
        *,
        by: Sequence[NodeKind],
        measure: Measure,
        weights: Sequence[KindWeight] | None,
        threshold: float,
        where: ActionWhere | None,
        first: int | None,
        after: str | None,
        last: int | None,
        before: str | None,
    ) -> None:
        self.graph = graph
        self.to = to
        chosen: Mapping[NodeKind, float] | None = (weights and {each.kind: each.weight for each in weights}) or None
        self._options: dict[str, Any] = {"by": by, "measure": measure, "weights": chosen}
        within = None if where is None else select(graph, where)
        size = window(first, last)
        with explained():
            self._ranked = graph.similarity.similar(to, threshold=threshold, within=within, **self._options)
        self._page = self._ranked.page(Window(size.first, _place(after, "after"), size.last, _place(before, "before")))

    @property
    def edges(self) -> list[SimilarEdgeSource]:
        return [SimilarEdgeSource(entry, self) for entry in self._page.items]

    @property
    def nodes(self) -> list[ActionRecord]:
        return [entry.action for entry in self._page.items]

    @property
    def page_info(self) -> PageInfoSource:
        page = self._page
        edges = self.edges
        return PageInfoSource(edges, lambda edge: edge.cursor, page.has_next, page.has_previous)

    @property
    def total_count(self) -> int:
        return self._ranked.count()

    def reasons(self, action: ActionRecord) -> Sequence[Reason]:
        return self.graph.similarity.reasons(self.to, action, **self._options)


def _place(cursor: str | None, argument: str) -> SimilarPlace | None:
    if cursor is None:
        return None
    number = (float, int)
    score, rarity, key = decode_cursor(cursor, "similar", (number, number, (str,)), argument)
    return SimilarPlace(score, rarity, key)


def _shared(to: Sequence[ActionRecord], other: ActionRecord, name: str) -> list[Concept]:
    mine = {concept for action in to for concept in getattr(action, name)}
    return [concept for concept in getattr(other, name) if concept in mine]


@strawberry.type(name="Reason", description="One thing that two actions share. The contributions add up to the score.")
class ReasonType:
    kind: NodeKind | None = strawberry.field(description="The kind of node; null for a word of the measure TEXT.")
    node: Annotated[Node, strawberry.lazy("schema.nodes")] | None = strawberry.field(
        description="What is shared; null for a word."
    )
    term: str | None = strawberry.field(description="The word that both sheets have, for the measure TEXT.")
    weight: float = strawberry.field(description="What it weighs in the measure.")
    contribution: float = strawberry.field(description="Its part of the score.")


@strawberry.type(description="A similar action: how similar, and why.")
class SimilarEdge:
    cursor: str = strawberry.field(description="The action's place; opaque.")
    node: Annotated[Action, strawberry.lazy("schema.nodes")] = strawberry.field(description="The similar action.")
    score: float = strawberry.field(description="How similar it is, above 0 and at most 1.")
    reasons: list[ReasonType] = strawberry.field(description="Why: what is shared, the greatest contribution first.")
    shared_keywords: list[Annotated[Keyword, strawberry.lazy("schema.nodes")]] = strawberry.field(
        description="The keywords that both have, whatever the measure."
    )
    shared_partners: list[Annotated[Partner, strawberry.lazy("schema.nodes")]] = strawberry.field(
        description="The kinds of partner that both have, whatever the measure."
    )


@strawberry.type(
    description="Similar actions, the highest score first; equal scores by the rarity of what is shared, then by id."
)
class SimilarConnection:
    edges: list[SimilarEdge] = strawberry.field(description="The actions with their scores and reasons.")
    nodes: list[Annotated[Action, strawberry.lazy("schema.nodes")]] = strawberry.field(description="The actions.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(description="How many actions are similar.")


def similar_list(
    graph: KnowledgeGraph,
    to: Sequence[ActionRecord],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    by: Sequence[NodeKind] = (NodeKind.KEYWORD,),
    measure: Measure = Measure.JACCARD,
    weights: Weights = None,
    threshold: float = 0.0,
    where: ActionWhere | None = None,
) -> SimilarList:
    """The page of the actions that are similar to `to`."""
    return SimilarList(
        graph,
        to,
        by=by,
        measure=measure,
        weights=weights,
        threshold=threshold,
        where=where,
        first=first,
        after=after,
        last=last,
        before=before,
    )
