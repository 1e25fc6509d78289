"""Relay connections: the GraphQL types, and the lazy pages behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import strawberry

from schema.errors import BadInput

DEFAULT_PAGE = 20
LARGEST_PAGE = 100

Item = TypeVar("Item")

First = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many items from the start, 0 to {LARGEST_PAGE}; {DEFAULT_PAGE} when neither `first` nor "
        "`last` is given. Example: 10."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Only what follows this cursor.")]
Last = Annotated[
    int | None,
    strawberry.argument(description=f"How many items from the end, 0 to {LARGEST_PAGE}, instead of `first`."),
]
Before = Annotated[str | None, strawberry.argument(description="Only what precedes this cursor.")]


class Window(NamedTuple):
    """The checked sizes of a page: one of the two is None."""

    first: int | None
    last: int | None


def window(first: int | None, last: int | None) -> Window:
    """The page that is asked for. Raises BadInput for both sizes at once, or a size out of range."""
    if first is not None and last is not None:
        raise BadInput("last", last, "give `first` or `last`, not both")
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 0 <= size <= LARGEST_PAGE:
            raise BadInput(name, size, f"give a number from 0 to {LARGEST_PAGE}")
    return Window(DEFAULT_PAGE if first is None and last is None else first, last)


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether items follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether items precede this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item, for `before`.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item, for `after`.")


@strawberry.type(description="One item of a page, and its place.")
class Edge(Generic[Item]):
    cursor: str = strawberry.field(description="The item's place, made from its sort values and its key; opaque.")
    node: Item = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    edges: list[Edge[Item]] = strawberry.field(description="The items with their cursors.")
    nodes: list[Item] = strawberry.field(description="The items.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(description="How many items the whole list has. Counted only when selected.")


class EdgeSource:
    """An item whose cursor is made when it is asked for."""

    __slots__ = ("_cursor_of", "node")

    def __init__(self, node: Any, cursor_of: Callable[[Any], str]) -> None:
        self.node = node
        self._cursor_of = cursor_of

    @property
    def cursor(self) -> str:
        return self._cursor_of(self.node)


class PageInfoSource:
    """The sides of a page; the cursors are made when they are asked for."""

    __slots__ = ("_cursor_of", "_nodes", "has_next_page", "has_previous_page")

    def __init__(
        self, nodes: Sequence[Any], cursor_of: Callable[[Any], str], has_next: bool, has_previous: bool
    ) -> None:
        self._nodes = nodes
        self._cursor_of = cursor_of
        self.has_next_page = has_next
        self.has_previous_page = has_previous

    @property
    def start_cursor(self) -> str | None:
        return self._cursor_of(self._nodes[0]) if self._nodes else None

    @property
    def end_cursor(self) -> str | None:
        return self._cursor_of(self._nodes[-1]) if self._nodes else None


@dataclass(slots=True)
class ConnectionSource:
    """What a connection's fields read: a page that is made, and a total that is counted when it is asked for."""

    nodes: Sequence[Any]
    has_next: bool
    has_previous: bool
    cursor_of: Callable[[Any], str]
    count: Callable[[], int]

    @property
    def edges(self) -> list[EdgeSource]:
        return [EdgeSource(node, self.cursor_of) for node in self.nodes]

    @property
    def page_info(self) -> PageInfoSource:
        return PageInfoSource(self.nodes, self.cursor_of, self.has_next, self.has_previous)

    @property
    def total_count(self) -> int:
        return self.count()
