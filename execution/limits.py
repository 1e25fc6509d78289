"""What one request may ask for, and the measures held against it before anything runs.

Each stage is linear in the size of what it reads:

1. `check_text(text, limits)`: characters, before parsing. Tokens are counted by the parser (comments too);
   `token_refusal` tells its error from a syntax error.
2. `check_shape(document, operation, limits)`: depth, aliases, root fields, directives, expanded fields.
   Needs no schema, so it stands before validation.
3. `execution.cost`: the cost, after validation.
4. `check_variables(variables, limits)`: the variables of one request.

"Expanded" means: as if each fragment were written out at each of its spreads. No fragment is ever written
out: each definition is read once, and what it measures is added where it is spread.

Depth is the number of levels of fields that have a selection; a leaf adds none. `edges`, `nodes` and `node`
add none either: they are the form of a connection, not a relation, so a depth of 10 is ten relations away
from the root. What stands below `__schema` and `__type` adds none (graphql-core has its own limit there).

A refusal is a `LimitExceeded`; `LIMIT_CODES` lists every `extensions.code` with its message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

CONNECTION_LEVELS: Final = frozenset({"edges", "nodes", "node"})
"""Fields that are the form of a connection: they add no depth."""

INTROSPECTION: Final = frozenset({"__schema", "__type"})

CEILING: Final = 10**15
"""Sums stop growing here, so that nested fragments cannot make numbers of a thousand digits."""


def _limit(default: int, unit: str) -> int:
    return field(default=default, metadata={"unit": unit})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for. Every number is the largest value that is accepted."""

    characters: int = _limit(15_000, "characters of the document")
    tokens: int = _limit(1_000, "tokens of the document, comments included")
    depth: int = _limit(10, "levels of objects; edges, nodes and node add none")
    aliases: int = _limit(30, "aliases of the operation, fragments expanded")
    root_fields: int = _limit(20, "fields at the root of the operation")
    directives: int = _limit(20, "directives in the document")
    fields: int = _limit(2_000, "fields of the operation, fragments expanded")
    page: int = _limit(100, "items asked for by one first, last or list of ids")
    cost: int = _limit(10_000, "priced fields times page sizes")
    variables_bytes: int = _limit(65_536, "bytes of the variables as JSON")
    variable_items: int = _limit(100, "items of one list in the variables")
    variable_characters: int = _limit(10_000, "characters of one string in the variables")
    response_bytes: int = _limit(5_000_000, "bytes of the answer before compression")
    errors: int = _limit(5, "errors returned in one answer")
    message_characters: int = _limit(200, "characters of one error message")
    default_page: int = _limit(20, "items taken for a connection without first or last")
    default_list: int = _limit(10, "items taken for a list whose size is not declared")

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"Limits.{name} is {value!r}; a whole number of at least 1 is needed")


LIMIT_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "characters": ("QUERY_TOO_LONG", "Query of {requested} characters is over the limit of {limit}"),
    "tokens": ("TOO_MANY_TOKENS", "Query is over the limit of {limit} tokens"),
    "depth": ("QUERY_TOO_DEEP", "Query depth {requested} is over the limit of {limit}"),
    "aliases": ("TOO_MANY_ALIASES", "Query with {requested} aliases is over the limit of {limit}"),
    "root_fields": (
        "TOO_MANY_ROOT_FIELDS",
        "Query with {requested} root fields is over the limit of {limit}",
    ),
    "directives": ("TOO_MANY_DIRECTIVES", "Query with {requested} directives is over the limit of {limit}"),
    "fields": ("TOO_MANY_FIELDS", "Query with {requested} fields is over the limit of {limit}"),
    "page": ("PAGE_TOO_LARGE", "Page size {requested} of {subject} is over the limit of {limit}"),
    "cost": ("QUERY_TOO_COSTLY", "Query cost {requested} is over the limit of {limit}"),
    "variables_bytes": (
        "VARIABLES_TOO_LARGE",
        "Variables of {requested} bytes are over the limit of {limit}",
    ),
    "variable_items": (
        "LIST_TOO_LONG",
        "Variable {subject}: a list of {requested} items is over the limit of {limit}",
    ),
    "variable_characters": (
        "STRING_TOO_LONG",
        "Variable {subject}: a string of {requested} characters is over the limit of {limit}",
    ),
    "response_bytes": ("RESPONSE_TOO_LARGE", "Answer of {requested} bytes is over the limit of {limit}"),
}
"""For each limit that refuses: `extensions.code` and the message, by the name of the field of `Limits`.

`errors` and `message_characters` shorten an answer and refuse nothing."""


class LimitExceeded(GraphQLError):
    """A request asks for more than a limit allows.

    `extensions` holds `code`, `requested` and `limit`; tokens have no `requested`, since reading stops
    at the limit.
    """

    def __init__(self, name: str, requested: int | None, limit: int, subject: str = "") -> None:
        code, template = LIMIT_CODES[name]
        shown = "" if requested is None else f"{requested:,}"
        extensions: dict[str, Any] = {"code": code, "limit": limit}
        if requested is not None:
            extensions["requested"] = requested
        super().__init__(template.format(requested=shown, limit=f"{limit:,}", subject=subject), extensions=extensions)


def check_text(text: str, limits: Limits) -> None:
    """Raises LimitExceeded when a document has too many characters to be parsed."""
    if len(text) > limits.characters:
        raise LimitExceeded("characters", len(text), limits.characters)


def token_refusal(error: GraphQLError, limits: Limits) -> LimitExceeded | None:
    """The refusal to return for an error of `parse(text, max_tokens=limits.tokens)`.

    None when the document is not GraphQL, rather than too long.
    """
    if isinstance(error, GraphQLSyntaxError) and "tokens. Parsing aborted" in error.message:
        return LimitExceeded("tokens", None, limits.tokens)
    return None


@dataclass(frozen=True, slots=True)
class Shape:
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
    totals: dict[str, _Totals] = {}
    spreads = {name: [spread.name for spread in read.spreads] for name, read in fragments.items()}
    for name in dependencies_first(spreads):
        totals[name] = _total(fragments[name], totals)
    total = _total(asked, totals)
    return Shape(total.depth, total.aliases, total.root_fields, total.fields, directives)


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


class _Totals(NamedTuple):
    depth: int
    aliases: int
    root_fields: int
    fields: int


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


def _total(read: _Definition, totals: Mapping[str, _Totals]) -> _Totals:
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
    return _Totals(depth, aliases, root_fields, fields)


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


def check_variables(variables: Mapping[str, Any], limits: Limits, received_bytes: int | None = None) -> None:
    """Raises LimitExceeded when the variables of a request are too large: as a whole, a list, or a string.

    `received_bytes` is the size of the message that held them; when it is within the limit so are the
    variables, and they are not written out to be measured.
    """
    if received_bytes is None or received_bytes > limits.variables_bytes:
        size = len(orjson.dumps(variables))
        if size > limits.variables_bytes:
            raise LimitExceeded("variables_bytes", size, limits.variables_bytes)
    for name, variable in variables.items():
        stack = [variable]
        while stack:
            value = stack.pop()
            if isinstance(value, str):
                if len(value) > limits.variable_characters:
                    raise LimitExceeded("variable_characters", len(value), limits.variable_characters, f"${name[:50]}")
            elif isinstance(value, list):
                if len(value) > limits.variable_items:
                    raise LimitExceeded("variable_items", len(value), limits.variable_items, f"${name[:50]}")
                stack.extend(value)
            elif isinstance(value, dict):
                stack.extend(value.values())


def check_response(size: int, limits: Limits) -> None:
    """Raises LimitExceeded when an answer of `size` bytes is too large to send."""
    if size > limits.response_bytes:
        raise LimitExceeded("response_bytes", size, limits.response_bytes)
