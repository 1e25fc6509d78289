"""The shape of an operation: depth, aliases, root fields, directives, expanded fields. It needs no schema.

"Expanded" means: as if each fragment were written out at each of its spreads. No fragment is ever written
out: each definition is read once, and what it measures is added where it is spread.

Depth is the number of levels of fields that have a selection; a leaf adds none. `edges`, `nodes` and `node`
add none either: they are the form of a connection, not a relation, so a depth of 10 is ten relations away
from the root. What stands below `__schema` and `__type` adds none (graphql-core has its own limit there).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from execution.limits import CEILING, LimitExceeded, Limits

CONNECTION_LEVELS: Final = frozenset({"edges", "nodes", "node"})
"""Fields that are the form of a connection: they add no depth."""

INTROSPECTION: Final = frozenset({"__schema", "__type"})


class Shape(NamedTuple):
    """The measures of an operation that need no schema, its fragments expanded (but for `directives`)."""

    depth: int
    aliases: int
    root_fields: int
    fields: int
    directives: int
    """Directives as written in the whole document."""


def shape_of(document: DocumentNode, operation: OperationDefinitionNode) -> Shape:
    """The shape of `operation`. Each definition of `document` is read once.

    A spread that closes a circle, or that has no fragment, counts nothing: validation refuses both.
    """
    fragments: dict[str, _Definition] = {}
    asked: _Definition | None = None
    directives = 0
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            read = _read(node)
            fragments[node.name.value] = read
        elif isinstance(node, OperationDefinitionNode):
            read = _read(node)
            if node is operation:
                asked = read
        else:
            continue
        directives += read.directives
    if asked is None:
        raise ValueError("the operation is not one of this document")
    totals: dict[str, Shape] = {}
    spreads = {name: [spread.name for spread in read.spreads] for name, read in fragments.items()}
    for name in dependencies_first(spreads):
        totals[name] = _total(fragments[name], totals)
    return _total(asked, totals)._replace(directives=directives)


def check_shape(document: DocumentNode, operation: OperationDefinitionNode, limits: Limits) -> Shape:
    """The shape of `operation`. Raises LimitExceeded for the first measure that is over its limit."""
    shape = shape_of(document, operation)
    for name in ("depth", "aliases", "root_fields", "fields", "directives"):
        requested, limit = getattr(shape, name), getattr(limits, name)
        if requested > limit:
            raise LimitExceeded(name, requested, limit)
    return shape


class _Spread(NamedTuple):
    name: str
    depth: int | None
    """Depth of the selection that holds the spread; None below introspection, where depth is not counted."""
    at_root: bool


@dataclass(slots=True)
class _Definition:
    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    fields: int = 0
    directives: int = 0
    spreads: list[_Spread] = field(default_factory=list)


def _read(definition: OperationDefinitionNode | FragmentDefinitionNode) -> _Definition:
    read = _Definition(directives=len(definition.directives or ()))
    for variable in definition.variable_definitions or ():
        read.directives += len(variable.directives or ())
    stack: list[tuple[SelectionSetNode, int | None, bool]] = [(definition.selection_set, 0, True)]
    while stack:
        selection_set, depth, at_root = stack.pop()
        for node in selection_set.selections:
            read.directives += len(node.directives or ())
            if isinstance(node, FieldNode):
                read.fields += 1
                read.root_fields += at_root
                read.aliases += node.alias is not None
                if node.selection_set is not None:
                    name = node.name.value
                    if depth is None or name in INTROSPECTION:
                        below = None
                    else:
                        below = depth + (name not in CONNECTION_LEVELS)
                        read.depth = max(read.depth, below)
                    stack.append((node.selection_set, below, False))
            elif isinstance(node, InlineFragmentNode):
                stack.append((node.selection_set, depth, at_root))
            elif isinstance(node, FragmentSpreadNode):
                read.spreads.append(_Spread(node.name.value, depth, at_root))
    return read


def _total(read: _Definition, totals: Mapping[str, Shape]) -> Shape:
    depth, aliases, root_fields, fields = read.depth, read.aliases, read.root_fields, read.fields
    for spread in read.spreads:
        known = totals.get(spread.name)
        if known is None:
            continue
        if spread.depth is not None:
            depth = max(depth, spread.depth + known.depth)
        aliases = min(aliases + known.aliases, CEILING)
        fields = min(fields + known.fields, CEILING)
        if spread.at_root:
            root_fields = min(root_fields + known.root_fields, CEILING)
    return Shape(depth, aliases, root_fields, fields, read.directives)


def dependencies_first(spreads: Mapping[str, Iterable[str]]) -> list[str]:
    """The names so ordered that a fragment stands after those that it spreads; circles are cut."""
    ordered: list[str] = []
    entered: set[str] = set()
    for start in spreads:
        if start in entered:
            continue
        entered.add(start)
        path = [(start, iter(spreads[start]))]
        while path:
            name, rest = path[-1]
            for below in rest:
                if below in spreads and below not in entered:
                    entered.add(below)
                    path.append((below, iter(spreads[below])))
                    break
            else:
                ordered.append(name)
                path.pop()
    return ordered
