"""How central nodes are in the graph without hubs, and the most central ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

import strawberry
from strawberry import Parent

from graph.analysis.centrality import Centrality as CentralityRecord
from graph.analysis.centrality import CentralityMeasure, Survey
from graph.door import Door, Ordered
from graph.kinds import NodeKind
from graph.model import Concept, Node, Structure
from schema.connections import ConnectionSource, Edge, PageInfo
from schema.context import Info, attribute, field, told
from schema.errors import explained
from schema.forward import AnyNode
from schema.history import Position
from schema.insights import CommunityType

HUBS = "a hub, which more than half of the actions have and more than eight"


@strawberry.type(name="Component", description="A part of the graph without hubs that hangs together.")
class ComponentType:
    id: int = attribute("Its rank, from 0, the largest first. Example: 0.", "number")
    size: int = attribute("How many nodes it has. Example: 64.")


def _as_of(_: Parent[CentralityRecord], info: Info) -> Position:
    return Position(info.context.graph.as_of)


@strawberry.type(
    name="Centrality",
    description="Where a node stands in the graph of actions, structures and concepts, departments and regions aside, "
    f"without hubs: {HUBS}, is left out with its links, since everything would hang on it.",
)
class CentralityType:
    degree: int = attribute("How many links the node has in that graph. Example: 15.")
    betweenness: float = attribute(
        "Which share of the shortest paths between two other nodes leads through it, 0 to 1; several between two nodes "
        "count as parts of one, and only paths of at most 60 links. Estimated where the graph is large: see "
        "`betweennessError` and `centralNodes { sampledFrom }`. Example: 0.234."
    )
    betweenness_error: float = attribute(
        "The standard error of `betweenness` where that is estimated; 0 where it is exact. Shares that differ by less "
        "than about two of it are not told apart. Example: 0.004."
    )
    core_number: int = attribute(
        "The largest k for which it is in a part of the graph where each node has k links within it. Example: 3."
    )
    component: ComponentType = attribute("The part of the graph that hangs together with it.")
    is_cut_node: bool = attribute(
        "Whether what it links falls apart without it, be it that one node alone is left. Example: true."
    )
    bridges: int = attribute(
        "How many of its links are bridges: without one of them, its two ends hang together no more. Example: 4."
    )
    community: CommunityType | None = attribute(
        "The community of `communities` that the action is in; of a structure or concept the one that most of its "
        "actions are in, the larger of two. Null where no keyword says so."
    )
    as_of: Position = field(
        _as_of,
        "The position that it was found at: that of the answer, or with 5000 actions or more an earlier one. "
        'Example: "1234".',
    )


@explained()
def centrality(node: Parent[Node], info: Info) -> CentralityRecord | None:
    """Where a node stands."""
    return info.context.graph.centrality(node)


CENTRALITY = (
    f"Where it stands in the graph without hubs; null for {HUBS}, for a department or region, and for what came after "
    "`centralNodes { asOf }`. For some minutes after a start with 5000 actions or more it is refused with the reason "
    "NOT_READY."
)


class _About(NamedTuple):
    as_of: int
    survey: Survey


def _of_list(source: Parent[ConnectionSource]) -> Position:
    about: _About = source.asked.about
    return Position(about.as_of)


def _hubs(source: Parent[ConnectionSource]) -> Sequence[Structure | Concept]:
    about: _About = source.asked.about
    return about.survey.hubs


def _sampled_from(source: Parent[ConnectionSource]) -> int | None:
    about: _About = source.asked.about
    return about.survey.sampled_from


@strawberry.type(description="A page of the most central nodes of a kind.")
class CentralNodeConnection:
    edges: list[Edge[AnyNode]] = attribute("The nodes with their cursors.")
    nodes: list[AnyNode] = attribute("The nodes.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute("How many nodes of the kind have a centrality; of actions, how many there are.")
    as_of: Position = field(
        _of_list,
        "The position that centralities are of: that of the answer, or with 5000 actions or more an earlier one. "
        'Example: "1234".',
    )
    hubs: list[AnyNode] = field(
        _hubs,
        f"What was left out: {HUBS}, those with the most actions first: at most twice as many as a sheet ticks.",
    )
    sampled_from: int | None = field(
        _sampled_from,
        "From how many nodes, drawn with a seed, the shortest paths were looked for that `betweenness` counts; null "
        "where it was from all, and it is exact. Example: 64.",
    )


def central_nodes(
    _: None,
    graph: Door,
    kind: Annotated[
        NodeKind, told("The kind of node, no department or region. Example: KEYWORD.")
    ] = NodeKind.STRUCTURE,
    by: Annotated[CentralityMeasure, told("The measure, the greatest first.")] = CentralityMeasure.BETWEENNESS,
) -> tuple[Ordered[Any], _About]:
    """The most central nodes of a kind."""
    return graph.central(kind, by), _About(graph.as_of, graph.survey)
