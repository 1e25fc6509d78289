"""Links between nodes: shortest paths, neighbourhoods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import Parent

from graph.kinds import NodeKind, Relation
from graph.traversal.neighbours import Edge, Neighbourhood
from graph.traversal.paths import Path, Paths, Step
from schema.context import Info, field
from schema.errors import NotFound, explained

if TYPE_CHECKING:
    from schema.nodes import Node

strawberry.enum(
    Relation, description="What a link says, read from the action, or from the structure to its department."
)


@strawberry.type(name="Step", description="A node of a path.")
class StepType:
    node: Annotated[Node, strawberry.lazy("schema.nodes")] = strawberry.field(description="The node.")
    relation: Relation | None = strawberry.field(description="The link to the next node; null at the end.")


def _sentence(path: Parent[Path]) -> str:
    return path.sentence


def _steps(path: Parent[Path]) -> list[Step]:
    return list(path.steps)


@strawberry.type(name="Path", description="A shortest path between two nodes.")
class PathType:
    length: int = strawberry.field(description="How many links it has.")
    steps: list[StepType] = field(_steps, "Its nodes, both ends included.")
    sentence: str = field(_sentence, "The path in one French sentence.")


def _paths(paths: Parent[Paths]) -> list[Path]:
    return list(paths.paths)


@strawberry.type(name="Paths", description="The shortest paths between two nodes; all have the same length.")
class PathsType:
    length: int | None = strawberry.field(description="How many links they have; null where there is no path.")
    total: int | None = strawberry.field(
        description="How many shortest paths there are; null where counting takes longer than finding."
    )
    paths: list[PathType] = field(_paths, "The first of them, the rarest links first.")
    truncated: bool = strawberry.field(
        description="Whether the search gave up at its bound of nodes: there may be a path that was not found."
    )


@strawberry.type(name="Link", description="A link of a neighbourhood.")
class LinkType:
    source: strawberry.ID = strawberry.field(description="The id of the action, or of the structure.")
    target: strawberry.ID = strawberry.field(description="The id of the other end.")
    relation: Relation = strawberry.field(description="What the link says.")


def _nodes(found: Parent[Neighbourhood]) -> list[object]:
    return list(found.nodes)


def _edges(found: Parent[Neighbourhood]) -> list[Edge]:
    return list(found.edges)


@strawberry.type(name="Neighbourhood", description="A piece of the graph, ready to draw.")
class NeighbourhoodType:
    nodes: list[Annotated[Node, strawberry.lazy("schema.nodes")]] = field(
        _nodes, "The nodes, the centre first, nearest next."
    )
    edges: list[LinkType] = field(_edges, "Every link between two of these nodes.")
    truncated: bool = strawberry.field(description="Whether there are more nodes at this depth than `first`.")


def path(
    info: Info,
    source: Annotated[strawberry.ID, strawberry.argument(name="from", description="The id where the paths begin.")],
    target: Annotated[strawberry.ID, strawberry.argument(name="to", description="The id where they end.")],
    via: Annotated[
        list[NodeKind] | None,
        strawberry.argument(
            description="The kinds of node to walk through besides actions. Without it every kind, but no hub: no node "
            "that more than half of the actions have. Example: [KEYWORD]."
        ),
    ] = None,
    max_length: Annotated[int, strawberry.argument(description="The most links, 1 to 6.")] = 6,
    first: Annotated[int, strawberry.argument(description="How many paths, 1 to 100.")] = 10,
) -> Paths:
    """The shortest paths between two nodes."""
    graph = info.context.graph
    for name, key in (("from", source), ("to", target)):
        if graph.get(key) is None:
            raise NotFound(name, key)
    with explained():
        return graph.paths(source, target, via=via, max_length=max_length, first=first)


def neighbourhood(
    info: Info,
    id: Annotated[strawberry.ID, strawberry.argument(description='The id of the centre. Example: "keyword:culture".')],
    depth: Annotated[int, strawberry.argument(description="The most links from the centre, 1 to 3.")] = 1,
    kinds: Annotated[
        list[NodeKind] | None,
        strawberry.argument(description="The kinds to keep besides actions; every kind when not given."),
    ] = None,
    first: Annotated[int, strawberry.argument(description="How many nodes, 1 to 500.")] = 100,
) -> Neighbourhood:
    """The nodes around one."""
    with explained():
        return info.context.graph.neighbourhood(id, depth=depth, kinds=kinds, first=first)
