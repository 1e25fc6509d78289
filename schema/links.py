"""Links between nodes: shortest paths, neighbourhoods."""

from __future__ import annotations

from typing import Annotated

import strawberry

from graph.kinds import NodeKind, Relation
from graph.traversal.neighbours import Neighbourhood
from graph.traversal.paths import Paths
from schema.context import Info, attribute, told
from schema.errors import explained
from schema.forward import AnyNode
from schema.where import ActionWhere, condition_of


@strawberry.type(name="Step", description="A node of a path.")
class StepType:
    node: AnyNode = attribute("The node.")
    relation: Relation | None = attribute("The link to the next node; null at the end.")


@strawberry.type(name="Path", description="A shortest path between two nodes.")
class PathType:
    length: int = attribute("How many links it has.")
    steps: list[StepType] = attribute("Its nodes, both ends included: seven at most.")
    sentence: str = attribute("The path in one French sentence.")


@strawberry.type(name="Paths", description="The shortest paths between two nodes; all have the same length.")
class PathsType:
    length: int | None = attribute("How many links they have; null where there is no path.")
    total: int | None = attribute("How many shortest paths there are; null where counting takes longer than finding.")
    paths: list[PathType] = attribute(
        "The first of them, the rarest links first. No connection: there may be more than can be walked, "
        "so `first` is at most 100."
    )
    truncated: bool = attribute(
        "Whether the search gave up at its bound of nodes: there may be a path that was not found."
    )


@strawberry.type(name="Link", description="A link of a neighbourhood.")
class LinkType:
    source: strawberry.ID = attribute("The id of the action, or of the structure.")
    target: strawberry.ID = attribute("The id of the other end.")
    relation: Relation = attribute("What the link says.")


@strawberry.type(name="Neighbourhood", description="A piece of the graph, ready to draw.")
class NeighbourhoodType:
    nodes: list[AnyNode] = attribute(
        "The nodes, the centre first, nearest next. No connection: a drawing is one piece, of 500 nodes at most."
    )
    edges: list[LinkType] = attribute("Every link between two of these nodes. No connection: see `nodes`.")
    truncated: bool = attribute("Whether there are more nodes at this depth than `first`.")


@explained(source="from", target="to", query="search")
def path(
    info: Info,
    source: Annotated[strawberry.ID, told("The id where the paths begin.", "from")],
    target: Annotated[strawberry.ID, told("The id where they end.", "to")],
    via: Annotated[
        list[NodeKind] | None,
        told(
            "The kinds of node to walk through besides actions. Without it every kind, but no hub: no node "
            "that more than half of the actions have. Example: [KEYWORD]."
        ),
    ] = None,
    max_length: Annotated[int, told("The most links, 1 to 6.")] = 6,
    first: Annotated[int, told("How many paths, 1 to 100.")] = 10,
    where: Annotated[
        ActionWhere | None,
        told(
            "Between the ends, only through actions that satisfy these conditions, as if there were no others: hubs "
            "and rare links are those among them. Example: { year: { gte: 2018 } }."
        ),
    ] = None,
    search: Annotated[
        str | None, told('Between the ends, only through actions that answer these French words. Example: "isolement".')
    ] = None,
) -> Paths:
    """The shortest paths between two nodes."""
    actions = info.context.graph.select(condition_of(where), search)
    return actions.paths(source, target, via=via, max_length=max_length, first=first)


@explained(key="id")
def neighbourhood(
    info: Info,
    id: Annotated[strawberry.ID, told('The id of the centre. Example: "keyword:culture".')],
    depth: Annotated[int, told("The most links from the centre, 1 to 3.")] = 1,
    kinds: Annotated[
        list[NodeKind] | None, told("The kinds to keep besides actions; every kind when not given.")
    ] = None,
    first: Annotated[int, told("How many nodes, 1 to 500.")] = 100,
) -> Neighbourhood:
    """The nodes around one."""
    return info.context.graph.traversal.neighbourhood(id, depth=depth, kinds=kinds, first=first)
