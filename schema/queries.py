"""The root fields: nodes by id, and the lists of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import strawberry

from graph.kinds import NodeKind
from graph.model import Action as ActionRecord
from graph.model import Node as NodeRecord
from graph.model import Structure as StructureRecord
from graph.similarity.measures import Measure
from schema.arguments import ConceptsWhere, ListOrder, OrderBy, Search, StructuresWhere, Where
from schema.connections import LARGEST_PAGE, After, Before, Connection, ConnectionSource, First, Last
from schema.context import Info, field
from schema.dataset import Dataset, dataset
from schema.errors import BadInput, NotFound, explained
from schema.facets import ActionGroupType, actions_by
from schema.finding import SearchHit, SuggestionType, search, suggest
from schema.insights import (
    CommunityType,
    CooccurrenceType,
    DataQualityType,
    MeetingType,
    communities,
    cooccurrences,
    data_quality,
    isolated,
    meetings,
)
from schema.links import NeighbourhoodType, PathsType, neighbourhood, path
from schema.lists import action_list, concept_list, structure_list
from schema.nodes import (
    Action,
    ActionConnection,
    Department,
    Dimension,
    Initiator,
    Keyword,
    Node,
    Partner,
    Public,
    Structure,
    Territory,
)
from schema.order import list_order
from schema.similar import (
    MOST_COMPARED,
    By,
    MeasureArgument,
    SimilarConnection,
    SimilarList,
    Threshold,
    Weights,
    Within,
    similar_list,
)

Id = Annotated[strawberry.ID, strawberry.argument(description='The id of a node. Example: "keyword:culture".')]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description=f"The ids of at most {LARGEST_PAGE} nodes.")]


def node(info: Info, id: Id) -> NodeRecord | None:
    """The node of that id, or None."""
    return info.context.graph.get(id)


def nodes(info: Info, ids: Ids) -> list[NodeRecord | None]:
    """The nodes of these ids, in their order, None for an unknown one."""
    if len(ids) > LARGEST_PAGE:
        raise BadInput("ids", f"{len(ids)} ids", f"give at most {LARGEST_PAGE}")
    return [info.context.graph.get(id) for id in ids]


def action(info: Info, id: Id) -> ActionRecord | None:
    """The action of that id, or None."""
    found = info.context.graph.get(id)
    return found if isinstance(found, ActionRecord) else None


def structure(info: Info, id: Id) -> StructureRecord | None:
    """The structure of that id, or None."""
    found = info.context.graph.get(id)
    return found if isinstance(found, StructureRecord) else None


def actions(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    search: Search = None,
    where: Where = None,
    order_by: OrderBy = None,
) -> ConnectionSource:
    """A page of the actions."""
    graph = info.context.graph
    return action_list(
        graph,
        graph.indexes.everything,
        first=first,
        after=after,
        last=last,
        before=before,
        search=search,
        where=where,
        order_by=order_by,
    )


def structures(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    where: StructuresWhere = None,
    order_by: ListOrder = None,
) -> ConnectionSource:
    """A page of the structures."""
    graph = info.context.graph
    order = list_order(order_by)
    return structure_list(graph, graph.structures(order), order, where, first, after, last, before)


def concepts(kind: NodeKind) -> Callable[..., ConnectionSource]:
    """The resolver of the list of one kind of concept."""

    def resolve(
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        where: ConceptsWhere = None,
        order_by: ListOrder = None,
    ) -> ConnectionSource:
        return concept_list(info.context.graph, kind, order_by, where, first, after, last, before)

    return resolve


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
) -> SimilarList:
    """The actions that are similar to several at once."""
    graph = info.context.graph
    if not 1 <= len(to) <= MOST_COMPARED:
        raise BadInput("to", f"{len(to)} ids", f"give 1 to {MOST_COMPARED}")
    records = []
    for id in to:
        record = graph.get(id)
        if not isinstance(record, ActionRecord):
            raise NotFound("to", id)
        records.append(record)
    return similar_list(graph, records, first, after, last, before, by, measure, weights, threshold, where)


def shared_actions(
    info: Info,
    nodes: Annotated[
        list[strawberry.ID],
        strawberry.argument(description="The ids of 1 to 20 structures, departments or concepts."),
    ],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    where: Where = None,
    order_by: OrderBy = None,
) -> ConnectionSource:
    """The actions that are linked to all of some nodes."""
    graph = info.context.graph
    if not 1 <= len(nodes) <= MOST_COMPARED:
        raise BadInput("nodes", f"{len(nodes)} ids", f"give 1 to {MOST_COMPARED}")
    with explained():
        found = graph.shared_actions(nodes)
    return action_list(graph, found, first=first, after=after, last=last, before=before, where=where, order_by=order_by)


@strawberry.type(description="Every way into the graph.")
class Query:
    dataset: Dataset = field(dataset, "What the data are: version, counts, sources.")
    node: Node | None = field(node, "The node of that id, of whatever kind; null for an unknown id.")
    nodes: list[Node | None] = field(nodes, "The nodes of these ids, in their order; null for an unknown id.")
    action: Action | None = field(action, "The action of that id; null for an unknown id.")
    structure: Structure | None = field(structure, "The structure of that id; null for an unknown id.")
    actions: ActionConnection = field(actions, "The actions, newest first unless `orderBy` says otherwise.")
    actions_by: list[ActionGroupType] = field(actions_by, "How many actions share each value of a field, or of two.")
    search: list[SearchHit] = field(search, "The nodes of every kind that answer French words, the best first.")
    suggest: list[SuggestionType] = field(suggest, "What a search box may offer while a word is typed.")
    similar_actions: SimilarConnection = field(similar_actions, "The actions that are similar to several at once.")
    shared_actions: ActionConnection = field(shared_actions, "The actions that are linked to all of some nodes.")
    path: PathsType = field(path, "How two nodes are linked: the shortest paths, each with a French sentence.")
    neighbourhood: NeighbourhoodType = field(neighbourhood, "The nodes around one, ready to draw.")
    cooccurrences: list[CooccurrenceType] = field(cooccurrences, "Concepts that stand together, most frequent first.")
    meetings: list[MeetingType] = field(meetings, "The pairs of structures that ought to meet, best first.")
    communities: list[CommunityType] = field(communities, "The groups of actions that hang together.")
    isolated: ActionConnection = field(isolated, "The actions that nothing of a kind links to another.")
    data_quality: DataQualityType = field(
        data_quality, "What the sheets lack: empty fields, odd values, repeated titles."
    )
    structures: Connection[Structure] = field(structures, "The structures, by name unless `orderBy` says otherwise.")
    keywords: Connection[Keyword] = field(concepts(NodeKind.KEYWORD), "The keywords, by label.")
    partners: Connection[Partner] = field(concepts(NodeKind.PARTNER), "The kinds of partner, by label.")
    publics: Connection[Public] = field(concepts(NodeKind.PUBLIC), "The publics, by label.")
    departments: Connection[Department] = field(concepts(NodeKind.DEPARTMENT), "The departments, by label.")
    dimensions: Connection[Dimension] = field(concepts(NodeKind.DIMENSION), "The dimensions, by label.")
    initiators: Connection[Initiator] = field(concepts(NodeKind.INITIATOR), "The initiators, by label.")
    territories: Connection[Territory] = field(concepts(NodeKind.TERRITORY), "The territories, by label.")
