"""The shape of an operation: depth, aliases, root fields, directives, expanded fields. It needs no schema.

"Expanded" means: as if each fragment were written out at each of its spreads. No fragment is ever written
out: each definition is read once, and what it measures is added where it is spread.

Depth is the number of levels of fields that have a selection; a leaf adds none. `edges`, `nodes` and `node`
add none either: they are the form of a connection, not a relation, so a depth of 10 is ten relations away
from the root. What stands below `__schema` and `__type` adds none (graphql-core has its own limit there).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import graphql

from execution.limits import CEILING, LimitExceeded, Limits

CONNECTION_LEVELS: Final = frozenset({"edges", "nodes", "node"})
"""Fields that are the form of a connection: they add no depth."""

INTROSPECTION: Final = frozenset({"__schema", "__type"})


class Shape(NamedTuple):
    """The measures of a selection, its fragments expanded; `directives` are those written in the whole document."""

    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    fields: int = 0
    directives: int = 0


def shape_of(document: graphql.DocumentNode, operation: graphql.OperationDefinitionNode) -> Shape:
    """The shape of an operation of the document. Each definition is read once. A spread that closes a circle, or that
    has no fragment, counts nothing: validation refuses both."""
    fragment_node = graphql.FragmentDefinitionNode
    unread = {node.name.value: node for node in document.definitions if isinstance(node, fragment_node)}
    shapes: dict[str, Shape] = {}

    def of_fragment(name: str) -> Shape:
        if fragment := unread.pop(name, None):
            shapes[name] = of_all(fragment.selection_set)
        return shapes.get(name, Shape())

    def of_all(selection_set: graphql.SelectionSetNode) -> Shape:
        depths, *counts = zip(*map(of, selection_set.selections), strict=True)
        return Shape(max(depths), *(min(sum(count), CEILING) for count in counts))

    def of(node: Any) -> Shape:
        if not isinstance(node, graphql.FieldNode):
            inline = getattr(node, "selection_set", None)
            return of_all(inline) if inline else of_fragment(node.name.value)
        name, alias = node.name.value, int(node.alias is not None)
        if node.selection_set is None:
            return Shape(0, alias, 1, 1)
        below = of_all(node.selection_set)
        depth = 0 if name in INTROSPECTION else below.depth + (name not in CONNECTION_LEVELS)
        return Shape(depth, alias + below.aliases, 1, 1 + below.fields)

    return of_all(operation.selection_set)._replace(directives=_directives(document))


def check_shape(document: graphql.DocumentNode, operation: graphql.OperationDefinitionNode, limits: Limits) -> Shape:
    """The shape of `operation`. Raises LimitExceeded for the first measure that is over its limit."""
    shape = shape_of(document, operation)
    for name in ("depth", "aliases", "root_fields", "fields", "directives"):
        requested, limit = getattr(shape, name), getattr(limits, name)
        if requested > limit:
            raise LimitExceeded(name, requested, limit)
    return shape


def _directives(document: graphql.DocumentNode) -> int:
    """How many directives are written: each begins with an @, which stands nowhere else."""
    token, count = document.loc and document.loc.start_token, 0
    while token:
        count += token.kind is graphql.TokenKind.AT
        token = token.next
    return count
