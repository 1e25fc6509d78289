"""The node types by name, for the modules below `schema.nodes`: each is looked up once the whole schema stands.

For the type checker they are what their values are: the records of the graph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strawberry.types.lazy_type import LazyType

import schema.enums  # noqa: F401 - before any type names them
from graph.mentions.bodies import Body
from graph.model import Action, Concept, Node, Structure

if TYPE_CHECKING:
    AnyNode = Node
    AnAction = Action
    AStructure = Structure
    AConcept = Concept
    AKeyword = Concept
    APartner = Concept
    ABody = Body
else:
    # The lazy types themselves: `strawberry.lazy` takes a name, which is first looked for among the records.
    _NODES = "schema.nodes"
    AnyNode = LazyType("Node", _NODES)
    AnAction = LazyType("Action", _NODES)
    AStructure = LazyType("Structure", _NODES)
    AConcept = LazyType("Concept", _NODES)
    AKeyword = LazyType("Keyword", _NODES)
    APartner = LazyType("Partner", _NODES)
    ABody = LazyType("Body", "schema.bodies")
