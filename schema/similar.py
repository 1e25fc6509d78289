"""Similar actions, with the reasons on the edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from graph.door import Door, Selection
from graph.errors import NotAccepted, UnknownNode, sized
from graph.kinds import NodeKind
from graph.model import Action
from graph.similarity.measures import Measure
from schema.connections import EdgeSource, PageInfo
from schema.context import attribute, told
from schema.forward import AKeyword, AnAction, AnyNode, APartner
from schema.where import ActionWhere, condition_of

MOST_COMPARED = 20
LONGEST_TEXT = 5_000


@strawberry.input(description="What the nodes of a kind weigh.")
class KindWeight:
    kind: NodeKind = attribute("One of the kinds of `by`.")
    weight: float = attribute("From 0.001 to 1000.")


By = Annotated[
    list[NodeKind] | None,
    told(
        "The kinds of node that are compared: without any KEYWORD, and for BALANCED KEYWORD, PARTNER and PUBLIC. "
        "Example: [KEYWORD, PARTNER]."
    ),
]
MeasureArgument = Annotated[
    Measure,
    told(
        "JACCARD: what is shared of all that both have. OVERLAP: of what the smaller has. COSINE: between "
        "the two. RARITY: as JACCARD, rare nodes weighing more, ln(1 + N/df). TEXT: the words of the sheets, and "
        "the subjects these come under. BALANCED: half the nodes of several kinds, by what they tell, half the words."
    ),
]
Weights = Annotated[
    list[KindWeight] | None, told("What the kinds weigh: 1, and for BALANCED KEYWORD 1, PUBLIC 0.5 and another 0.25.")
]
Threshold = Annotated[float, told("The least score, 0 to 1.")]
Within = Annotated[
    ActionWhere | None,
    told("Only the actions that satisfy these conditions. What is rare is told of the whole directory all the same."),
]
Answering = Annotated[str | None, told('Only the actions that answer these French words. Example: "isolement".')]


class SimilarEdgeSource(EdgeSource):
    """A similar action; the reasons are found when they are asked for."""

    __slots__ = ()

    @staticmethod
    def node_of(item: Any) -> Any:
        return item.action

    @property
    def score(self) -> Any:
        return self.item.score

    @property
    def reasons(self) -> Any:
        graph, to, options = self.about
        return graph.similarity.reasons(to, self.item.action, **options)

    shared_keywords = property(lambda self: self._shared(NodeKind.KEYWORD))
    shared_partners = property(lambda self: self._shared(NodeKind.PARTNER))

    def _shared(self, kind: NodeKind) -> list[Any]:
        _, to, _ = self.about
        mine = set() if isinstance(to, str) else {concept for action in to for concept in action.linked(kind)}
        return [concept for concept in self.item.action.linked(kind) if concept in mine]


@strawberry.type(name="Reason", description="One thing that two actions share. The contributions add up to the score.")
class ReasonType:
    kind: NodeKind | None = attribute("The kind of node; null for a word.")
    node: AnyNode | None = attribute("What is shared; null for a word.")
    term: str | None = attribute(
        "A word that both sheets have, or the subject that words of both come under: measures TEXT and BALANCED. "
        'Example: "mobilité", where the one says « covoiturage » and the other « navette ».'
    )
    weight: float = attribute("What it weighs in the measure.")
    contribution: float = attribute("Its part of the score.")


@strawberry.type(description="A similar action: how similar, and why.")
class SimilarEdge:
    cursor: str = attribute("The action's place; opaque.")
    node: AnAction = attribute("The similar action.")
    score: float = attribute("How similar it is, above 0 and at most 1.")
    reasons: list[ReasonType] = attribute("Why: what is shared, the greatest contribution first.")
    shared_keywords: list[AKeyword] = attribute("The keywords that both have, whatever the measure.")
    shared_partners: list[APartner] = attribute("The kinds of partner that both have, whatever the measure.")


@strawberry.type(
    description="Similar actions, the highest score first; equal scores by the rarity of what is shared, then by id."
)
class SimilarConnection:
    edges: list[SimilarEdge] = attribute("The actions with their scores and reasons.")
    nodes: list[AnAction] = attribute("The actions.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute("How many actions are similar.")


def similar(
    action: Action,
    graph: Door,
    by: By = None,
    measure: MeasureArgument = Measure.JACCARD,
    weights: Weights = None,
    threshold: Threshold = 0.0,
    where: Within = None,
    search: Answering = None,
) -> Any:
    """The actions that are similar to one."""
    among = graph.select(condition_of(where), search)
    return _similar(graph, among, [action], by, measure, weights, threshold)


def similar_actions(
    _: None,
    graph: Door,
    to: Annotated[
        list[strawberry.ID] | None, told(f"The ids of 1 to {MOST_COMPARED} actions. Give these, or a text.")
    ] = None,
    text: Annotated[
        str | None,
        told(
            f"A project that no sheet tells of yet, in 1 to {LONGEST_TEXT} characters, compared by its words. "
            'Example: "Réparer des vélos avec des jeunes du quartier".'
        ),
    ] = None,
    by: By = None,
    measure: Annotated[
        Measure | None, told("As of `Action.similar`; without it JACCARD, and for a text TEXT, its only one.")
    ] = None,
    weights: Weights = None,
    threshold: Threshold = 0.0,
    where: Within = None,
    search: Answering = None,
) -> Any:
    """The actions that are similar to several at once, or to a text."""
    if (to is None) == (text is None):
        given = "nothing" if to is None else "both"
        raise NotAccepted("to", given, "give the ids of actions, or a text")
    among = graph.select(condition_of(where), search)
    if text is not None:
        return _similar(graph, among, text, by, measure or Measure.TEXT, weights, threshold)
    return _similar(graph, among, _actions(graph, to or ()), by, measure or Measure.JACCARD, weights, threshold)


def _actions(graph: Door, ids: Sequence[str]) -> list[Action]:
    sized("to", ids, 1, MOST_COMPARED)
    actions = []
    for id in ids:
        action = graph.get(id)
        if not isinstance(action, Action):
            raise UnknownNode("to", id, "action")
        actions.append(action)
    return actions


def _similar(
    graph: Door,
    among: Selection,
    to: Sequence[Action] | str,
    by: By,
    measure: Measure,
    weights: Weights,
    threshold: Threshold,
) -> Any:
    options = {"by": by, "measure": measure, "weights": {each.kind: each.weight for each in weights or ()}}
    found = among.similar(to, threshold=threshold, **options)
    return found, (graph, to, options)
