"""The root fields: nodes by id, and the lists of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import strawberry

from graph.errors import sized
from graph.kinds import NodeKind
from graph.model import Action as ActionRecord
from graph.model import Node as NodeRecord
from graph.model import Structure as StructureRecord
from schema.actions import ActionConnection, action_page, actions_of
from schema.arguments import ConceptsWhere, ListOrder, OrderBy, Search, Where
from schema.connections import After, Before, Connection, ConnectionSource, First, Last, ListArguments, asked_of, paged
from schema.context import Info, field
from schema.dataset import Dataset, dataset
from schema.errors import explained
from schema.facets import ActionGroupType, actions_by
from schema.finding import SearchConnection, SuggestionType, search, suggest
from schema.insights import (
    CommunityType,
    CooccurrenceType,
    DataQualityType,
    MeetingType,
    cooccurrences,
    data_quality,
    isolated,
    meetings,
)
from schema.links import NeighbourhoodType, PathsType, neighbourhood, path
from schema.nodes import CONCEPT_LISTS, Action, Node, Structure, structures
from schema.order import list_order
from schema.similar import MOST_COMPARED, SimilarConnection, similar_actions
from schema.where import condition_of

Id = Annotated[strawberry.ID, strawberry.argument(description='The id of a node. Example: "keyword:culture".')]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="The ids of at most 100 nodes.")]


def node(info: Info, id: Id) -> NodeRecord | None:
    """The node of that id, or None."""
    return info.context.graph.get(id)


@explained()
def nodes(info: Info, ids: Ids) -> list[NodeRecord | None]:
    """The nodes of these ids, in their order, None for an unknown one."""
    sized("ids", ids, 0, info.context.pages.largest)
    return [info.context.graph.get(id) for id in ids]


def action(info: Info, id: Id) -> ActionRecord | None:
    """The action of that id, or None."""
    found = info.context.graph.get(id)
    return found if isinstance(found, ActionRecord) else None


def structure(info: Info, id: Id) -> StructureRecord | None:
    """The structure of that id, or None."""
    found = info.context.graph.get(id)
    return found if isinstance(found, StructureRecord) else None


def concepts(kind: NodeKind) -> Callable[..., ConnectionSource]:
    """The resolver of the list of one kind of concept."""

    @explained()
    def resolve(
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        where: ConceptsWhere = None,
        order_by: ListOrder = None,
    ) -> ConnectionSource:
        context = info.context
        concepts = context.graph.concepts(kind, list_order(order_by), condition_of(where))
        arguments = ListArguments(first, after, last, before)
        return ConnectionSource(lambda: asked_of(concepts, arguments, context.pages))

    return resolve


@explained(keys="nodes", query="search")
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
    search: Search = None,
    where: Where = None,
    order_by: OrderBy = None,
) -> ConnectionSource:
    """The actions that are linked to all of some nodes."""
    sized("nodes", nodes, 1, MOST_COMPARED)
    arguments = ListArguments(first, after, last, before, search, where, order_by)
    return action_page(info.context, info.context.graph.linked(nodes), arguments)


@strawberry.type
class Ways:
    """The root fields, but for the lists of each kind of concept."""

    dataset: Dataset = field(dataset, "What the data are: version, counts, sources.")
    node: Node | None = field(node, "The node of that id, of whatever kind; null for an unknown id.")
    nodes: list[Node | None] = field(nodes, "The nodes of these ids, in their order; null for an unknown id.")
    action: Action | None = field(action, "The action of that id; null for an unknown id.")
    structure: Structure | None = field(structure, "The structure of that id; null for an unknown id.")
    actions: ActionConnection = actions_of(
        lambda _, graph: graph.select(), "The actions, newest first unless `orderBy` says otherwise."
    )
    actions_by: list[ActionGroupType] = field(
        actions_by,
        "How many actions share each value of a field, or of two. No connection: a table for a chart, of at most 1000 "
        "rows.",
    )
    search: SearchConnection = field(search, "The nodes of every kind that answer French words, the best first.")
    suggest: list[SuggestionType] = field(
        suggest, "What a search box may offer while a word is typed. No connection: a few lines, made anew at each key."
    )
    similar_actions: SimilarConnection = field(similar_actions, "The actions that are similar to several at once.")
    shared_actions: ActionConnection = field(shared_actions, "The actions that are linked to all of some nodes.")
    path: PathsType = field(path, "How two nodes are linked: the shortest paths, each with a French sentence.")
    neighbourhood: NeighbourhoodType = field(neighbourhood, "The nodes around one, ready to draw.")
    cooccurrences: Connection[CooccurrenceType] = field(
        cooccurrences, "Concepts that stand together, most frequent first."
    )
    meetings: Connection[MeetingType] = field(meetings, "The pairs of structures that ought to meet, best first.")
    communities: Connection[CommunityType] = paged(
        lambda _, graph: graph.select().communities(), "The groups of actions that hang together, the largest first."
    )
    isolated: ActionConnection = field(isolated, "The actions that nothing of a kind links to another.")
    data_quality: DataQualityType = field(
        data_quality, "What the sheets lack: empty fields, odd values, repeated titles."
    )
    structures: Connection[Structure] = field(structures, "The structures, by name unless `orderBy` says otherwise.")


_LISTS = {
    name: field(concepts(kind), f"{what}, by label unless `orderBy` says otherwise.")
    for name, (kind, _, what) in CONCEPT_LISTS.items()
}
_TYPES = {name: Connection[type_] for name, (_, type_, _) in CONCEPT_LISTS.items()}  # type: ignore[valid-type]

Query = strawberry.type(
    type("Query", (Ways,), {"__module__": __name__, "__annotations__": _TYPES, **_LISTS}),
    description="Every way into the graph.",
)
