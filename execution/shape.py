"""The shape of an operation: depth, aliases, root fields, directives, expanded fields. It needs no schema.

"Expanded" means: as if each fragment were written out at each of its spreads. No fragment is ever written
out: each definition is read once, and what it measures is added where it is spread.

Depth is the number of levels of fields that have a selection; a leaf adds none. `edges`, `nodes` and `node`
add none either: they are the form of a connection, not a relation, so a depth of 10 is ten relations away
from the root. What stands below `__schema` and `__type` adds none (graphql-core has its own limit there).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from execution.limits import CEILING, LimitExceeded, Limits

CONNECTION_LEVELS: Final = frozenset({"edges", "nodes", "node"})
"""Fields that are the form of a connection: they add no depth."""

INTROSPECTION: Final = frozenset({"__schema", "__type"})


class Shape(NamedTuple):
    """The measures of a selection, its fragments expanded (but for `directives`)."""

    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    fields: int = 0
    directives: int = 0
    """Directives as written in the whole document."""


def shape_of(document: DocumentNode, operation: OperationDefinitionNode) -> Shape:
    """The shape of an operation of the document. Each definition is read once.

    A spread that closes a circle, or that has no fragment, counts nothing: validation refuses both.
    """
    measures = _Measures(document)
    shapes = {id(node): measures.of_definition(node) for node in document.definitions}
    return shapes[id(operation)]._replace(directives=measures.directives)


def check_shape(document: DocumentNode, operation: OperationDefinitionNode, limits: Limits) -> Shape:
    """The shape of `operation`. Raises LimitExceeded for the first measure that is over its limit."""
    shape = shape_of(document, operation)
    for name in ("depth", "aliases", "root_fields", "fields", "directives"):
        requested, limit = getattr(shape, name), getattr(limits, name)
        if requested > limit:
            raise LimitExceeded(name, requested, limit)
    return shape


class _Measures:
    """The shapes of the fragments of a document, and the directives seen so far."""

    def __init__(self, document: DocumentNode) -> None:
        self.directives = 0
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._shapes: dict[str, Shape] = {}

    def of_definition(self, node: Node) -> Shape:
        if isinstance(node, FragmentDefinitionNode):
            return self._of_fragment(node.name.value)
        return self._of_body(node) if isinstance(node, OperationDefinitionNode) else Shape()

    def _of_fragment(self, name: str) -> Shape:
        if name not in self._shapes:
            self._shapes[name] = Shape()  # what it counts within itself
            if name in self._fragments:
                self._shapes[name] = self._of_body(self._fragments[name])
        return self._shapes[name]

    def _of_body(self, node: FragmentDefinitionNode | OperationDefinitionNode) -> Shape:
        for directed in (node, *(node.variable_definitions or ())):
            self.directives += len(directed.directives or ())
        return self._of(node.selection_set)

    def _of(self, selection_set: SelectionSetNode) -> Shape:
        depth = aliases = root_fields = fields = 0
        for node in selection_set.selections:
            self.directives += len(node.directives or ())
            part = self._of_selection(node)
            depth = max(depth, part.depth)
            aliases += part.aliases
            root_fields += part.root_fields
            fields += part.fields
        return Shape(depth, min(aliases, CEILING), min(root_fields, CEILING), min(fields, CEILING))

    def _of_selection(self, node: SelectionNode) -> Shape:
        if isinstance(node, InlineFragmentNode):
            return self._of(node.selection_set)
        if isinstance(node, FragmentSpreadNode):
            return self._of_fragment(node.name.value)
        if not isinstance(node, FieldNode):
            return Shape()
        alias = int(node.alias is not None)
        if node.selection_set is None:
            return Shape(0, alias, 1, 1)
        below, name = self._of(node.selection_set), node.name.value
        depth = 0 if name in INTROSPECTION else below.depth + (name not in CONNECTION_LEVELS)
        return Shape(depth, alias + below.aliases, 1, 1 + below.fields)
