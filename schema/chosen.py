"""Lists of structures and concepts that conditions choose: their connection type."""

from __future__ import annotations

from typing import Generic, NamedTuple

import strawberry
from strawberry import Parent

from graph.conditions import Condition
from graph.door import Door
from graph.kinds import NodeKind
from graph.unknown_values import UnknownValue
from schema.connections import Connection, ConnectionSource, Item
from schema.context import field
from schema.errors import explained
from schema.facets import UnknownValueType


class Chosen(NamedTuple):
    """What a list of nodes of a kind was chosen by."""

    graph: Door
    kind: NodeKind
    condition: Condition


@explained()
def _unknown_values(source: Parent[ConnectionSource]) -> list[UnknownValue]:
    chosen: Chosen = source.asked.about
    return chosen.graph.unknown(chosen.kind, chosen.condition)


@strawberry.type(name="Connection", description="A page of structures, or of concepts of a kind.")
class NodeConnection(Connection[Item], Generic[Item]):
    unknown_values: list[UnknownValueType] = field(
        _unknown_values,
        "What `where` names and the data do not have: a name or label that `eq` asks for, a place, and what conditions "
        "on actions name. As many as `where` names, at most.",
    )
