"""Similar actions, with the reasons on the edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from graph.errors import UnknownNode, sized
from graph.kinds import NodeKind
from graph.model import Action, Concept
from graph.similarity.measures import Measure, Reason
from schema.connections import (
    After,
    Before,
    ConnectionSource,
    EdgeSource,
    First,
    Last,
    ListArguments,
    PageInfo,
    asked_of,
)
from schema.context import Context, Info
from schema.errors import explained
from schema.forward import AKeyword, AnAction, AnyNode, APartner
from schema.where import ActionWhere, condition_of

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


class SimilarEdgeSource(EdgeSource):
    """A similar action; the reasons are found when they are asked for."""

    __slots__ = ()

    @staticmethod
    def node_of(item: Any) -> Any:
        return item.action

    @property
    def score(self) -> float:
        score: float = self.item.score
        return score

    @property
    def reasons(self) -> Sequence[Reason]:
        graph, to, options = self.about
        reasons: Sequence[Reason] = graph.similarity.reasons(to, self.item.action, **options)
        return reasons

    @property
    def shared_keywords(self) -> list[Concept]:
        return self._shared(NodeKind.KEYWORD)

    @property
    def shared_partners(self) -> list[Concept]:
        return self._shared(NodeKind.PARTNER)

    def _shared(self, kind: NodeKind) -> list[Any]:
        _, to, _ = self.about
        mine = {concept for action in to for concept in action.linked(kind)}
        return [concept for concept in self.item.action.linked(kind) if concept in mine]


@strawberry.type(name="Reason", description="One thing that two actions share. The contributions add up to the score.")
class ReasonType:
    kind: NodeKind | None = strawberry.field(description="The kind of node; null for a word of the measure TEXT.")
    node: AnyNode | None = strawberry.field(description="What is shared; null for a word.")
    term: str | None = strawberry.field(description="The word that both sheets have, for the measure TEXT.")
    weight: float = strawberry.field(description="What it weighs in the measure.")
    contribution: float = strawberry.field(description="Its part of the score.")


@strawberry.type(description="A similar action: how similar, and why.")
class SimilarEdge:
    cursor: str = strawberry.field(description="The action's place; opaque.")
    node: AnAction = strawberry.field(description="The similar action.")
    score: float = strawberry.field(description="How similar it is, above 0 and at most 1.")
    reasons: list[ReasonType] = strawberry.field(description="Why: what is shared, the greatest contribution first.")
    shared_keywords: list[AKeyword] = strawberry.field(description="The keywords that both have, whatever the measure.")
    shared_partners: list[APartner] = strawberry.field(
        description="The kinds of partner that both have, whatever the measure."
    )


@strawberry.type(
    description="Similar actions, the highest score first; equal scores by the rarity of what is shared, then by id."
)
class SimilarConnection:
    edges: list[SimilarEdge] = strawberry.field(description="The actions with their scores and reasons.")
    nodes: list[AnAction] = strawberry.field(description="The actions.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(description="How many actions are similar.")


def _page(
    context: Context,
    to: Sequence[Action],
    arguments: ListArguments,
    by: Sequence[NodeKind],
    measure: Measure,
    weights: Sequence[KindWeight] | None,
    threshold: float,
) -> ConnectionSource:
    options: dict[str, Any] = {
        "by": by,
        "measure": measure,
        "weights": {each.kind: each.weight for each in weights or ()},
    }
    within = context.graph.select(condition_of(arguments.where))
    about = context.graph, to, options
    return ConnectionSource(
        lambda: asked_of(
            within.similar(to, threshold=threshold, **options), arguments, context.pages, SimilarEdgeSource, about
        )
    )


@explained()
def similar(
    action: Parent[Action],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    by: By = [NodeKind.KEYWORD],  # noqa: B006 - the schema shows the default; nothing changes it
    measure: MeasureArgument = Measure.JACCARD,
    weights: Weights = None,
    threshold: Threshold = 0.0,
    where: Within = None,
) -> ConnectionSource:
    """The actions that are similar to one."""
    arguments = ListArguments(first, after, last, before, where=where)
    return _page(info.context, [action], arguments, by, measure, weights, threshold)


@explained()
def similar_actions(
    info: Info,
    to: Annotated[list[strawberry.ID], strawberry.argument(description=f"The ids of 1 to {MOST_COMPARED} actions.")],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    by: By = [NodeKind.KEYWORD],  # noqa: B006 - the schema shows the default; nothing changes it
    measure: MeasureArgument = Measure.JACCARD,
    weights: Weights = None,
    threshold: Threshold = 0.0,
    where: Within = None,
) -> ConnectionSource:
    """The actions that are similar to several at once."""
    sized("to", to, 1, MOST_COMPARED)
    records = []
    for id in to:
        record = info.context.graph.get(id)
        if not isinstance(record, Action):
            raise UnknownNode("to", id, "action")
        records.append(record)
    arguments = ListArguments(first, after, last, before, where=where)
    return _page(info.context, records, arguments, by, measure, weights, threshold)
