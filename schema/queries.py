"""The root fields: nodes by id, and the lists of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import strawberry

from graph.door import Door, Ordered, Selection
from graph.errors import sized
from graph.kinds import NodeKind
from graph.mentions.bodies import Body as BodyRecord
from graph.model import Action as ActionRecord
from graph.model import Concept
from graph.model import Node as NodeRecord
from graph.model import Region as RegionRecord
from graph.model import Structure as StructureRecord
from schema import insights
from schema.actions import ActionConnection, actions_found, actions_of
from schema.arguments import ConceptsWhere, ListOrder
from schema.bodies import Body, bodies, body
from schema.centrality import CentralNodeConnection, central_nodes
from schema.chosen import Chosen, NodeConnection
from schema.comparison import ComparisonConnection, compare
from schema.connections import Connection, paged
from schema.context import Info, field, told
from schema.dataset import Dataset, dataset
from schema.errors import explained
from schema.facets import ActionGroupType, MatrixConnection, actions_by, matrix
from schema.finding import HitEdgeSource, SearchConnection, SuggestionType, search, suggest
from schema.history import Change, ChangeConnection, FieldChangeType, changes, diff, revision_of
from schema.links import NeighbourhoodType, PathsType, neighbourhood, path
from schema.nodes import CONCEPT_LISTS, Action, Node, Region, Structure, structures
from schema.order import list_order
from schema.similar import SimilarConnection, SimilarEdgeSource, similar_actions
from schema.where import condition_of

Id = Annotated[strawberry.ID, told('The id of a node. Example: "keyword:culture".')]
Ids = Annotated[list[strawberry.ID], told("The ids of at most 100 nodes.")]


def _found(graph: Door, id: str) -> NodeRecord | BodyRecord | None:
    return graph.get(id) or graph.body(id)


@explained()
def node(info: Info, id: Id) -> NodeRecord | BodyRecord | None:
    """The node of that id, or None."""
    return _found(info.context.graph, id)


@explained(id="ids")
def nodes(info: Info, ids: Ids) -> list[NodeRecord | BodyRecord | None]:
    """The nodes of these ids, in their order, None for an unknown one."""
    sized("ids", ids, 0, info.context.pages.largest)
    return [_found(info.context.graph, id) for id in ids]


def action(info: Info, id: Id) -> ActionRecord | None:
    """The action of that id, or None."""
    found = info.context.graph.get(id)
    return found if isinstance(found, ActionRecord) else None


def structure(info: Info, id: Id) -> StructureRecord | None:
    """The structure of that id, or None."""
    found = info.context.graph.get(id)
    return found if isinstance(found, StructureRecord) else None


def region(info: Info, id: Id) -> RegionRecord | None:
    """The region of that id, or None."""
    found = info.context.graph.get(id)
    return found if isinstance(found, RegionRecord) else None


def concepts(kind: NodeKind) -> Callable[..., tuple[Ordered[Concept], Chosen]]:
    """What finds the list of one kind of concept."""

    def list_of(
        _: None, graph: Door, where: ConceptsWhere = None, order_by: ListOrder = None
    ) -> tuple[Ordered[Concept], Chosen]:
        condition = condition_of(where)
        return graph.concepts(kind, list_order(order_by), condition), Chosen(graph, kind, condition)

    return list_of


def shared_actions(
    _: None,
    graph: Door,
    nodes: Annotated[list[strawberry.ID], told("The ids of 1 to 20 structures, departments, regions or concepts.")],
) -> Selection:
    """The actions that are linked to all of some nodes."""
    return graph.linked(nodes)


@strawberry.type
class Ways:
    """The root fields, but for the lists of each kind of concept."""

    dataset: Dataset = field(dataset, "What the data are: version, counts, sources.")
    node: Node | None = field(node, "The node of that id, of whatever kind; null for an unknown id.")
    nodes: list[Node | None] = field(nodes, "The nodes of these ids, in their order; null for an unknown id.")
    action: Action | None = field(action, "The action of that id; null for an unknown id.")
    structure: Structure | None = field(structure, "The structure of that id; null for an unknown id.")
    region: Region | None = field(region, "The region of that id; null for an unknown id.")
    body: Body | None = field(body, "The body of that id that some text names; null for an unknown id.")
    bodies: Connection[Body] = paged(bodies, "The bodies that texts name, those that most sheets name first.")
    actions: ActionConnection = actions_of(
        lambda _, graph: graph.select(), "The actions, newest first unless `orderBy` says otherwise."
    )
    actions_by: list[ActionGroupType] = field(
        actions_by,
        "How many actions share each value of a field, or of two. No connection: a table for a chart, of at most 1000 "
        "rows.",
    )
    matrix: MatrixConnection = paged(
        matrix,
        "How many actions have a value of one field and a value of another: centre × keyword, department × year. Each "
        "cell is the count of a selection.",
        query="search",
    )
    compare: ComparisonConnection = paged(
        compare,
        "What distinguishes two selections of actions: the share of each value in both, with intervals.",
        query="search",
    )
    search: SearchConnection = paged(
        search, "The nodes of every kind that answer French words, the best first.", HitEdgeSource
    )
    suggest: list[SuggestionType] = field(
        suggest, "What a search box may offer while a word is typed. No connection: a few lines, made anew at each key."
    )
    similar_actions: SimilarConnection = paged(
        similar_actions,
        "The actions that are similar to several at once, or to a project that is not yet written.",
        SimilarEdgeSource,
        query="search",
    )
    shared_actions: ActionConnection = actions_found(
        shared_actions, "The actions that are linked to all of some nodes.", keys="nodes"
    )
    path: PathsType = field(path, "How two nodes are linked: the shortest paths, each with a French sentence.")
    neighbourhood: NeighbourhoodType = field(neighbourhood, "The nodes around one, ready to draw.")
    cooccurrences: insights.AnalysisConnection[insights.CooccurrenceType] = paged(
        insights.cooccurrences, "Concepts that stand together, most frequent first.", query="search"
    )
    meetings: insights.AnalysisConnection[insights.MeetingType] = paged(
        insights.meetings, "The pairs of structures that ought to meet, best first.", query="search"
    )
    communities: insights.AnalysisConnection[insights.CommunityType] = paged(
        insights.communities, "The groups of actions that hang together, the largest first.", query="search"
    )
    central_nodes: CentralNodeConnection = paged(
        central_nodes, "The nodes of a kind, the most central in the graph without hubs first."
    )
    isolated: ActionConnection = actions_found(
        insights.isolated, "The actions that nothing of a kind links to another action of the selection."
    )
    data_quality: insights.DataQualityType = field(
        insights.data_quality, "What the sheets lack: empty fields, odd values, repeated titles."
    )
    changes: ChangeConnection = field(
        changes, "What became of the sheets, the oldest first: what was public before or after. For who keeps a copy."
    )
    revision: Change | None = field(revision_of, "How a sheet became what it was in a revision, and what it said.")
    diff: list[FieldChangeType] = field(
        diff, "What differs between two revisions of a sheet: one entry a field of the form, in its order."
    )
    structures: NodeConnection[Structure] = paged(
        structures, "The structures, by name unless `orderBy` says otherwise."
    )


_LISTS = {
    name: paged(concepts(kind), f"{what}, by label unless `orderBy` says otherwise.")
    for name, (kind, _, what) in CONCEPT_LISTS.items()
}
_TYPES = {name: NodeConnection[type_] for name, (_, type_, _) in CONCEPT_LISTS.items()}  # type: ignore[valid-type]

Query = strawberry.type(
    type("Query", (Ways,), {"__module__": __name__, "__annotations__": _TYPES, **_LISTS}),
    description="Every way into the graph.",
)
