"""Relay connections: the GraphQL types, and the lazy page behind every one of them."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import orjson
import strawberry
from strawberry import Parent

from graph.door import Ordered
from graph.paging import SIZES, Page, PageSizes, Window, checked_sizes
from schema.context import Context, Info, attribute, field, told
from schema.errors import bad_input, explained

Item = TypeVar("Item")

First = Annotated[
    int | None,
    told(
        f"How many items from the start, 0 to {SIZES.largest} unless the server is set otherwise; "
        f"{SIZES.default} when neither `first` nor `last` is given. Example: 10."
    ),
]
After = Annotated[str | None, told("Only what follows this cursor.")]
Last = Annotated[int | None, told(f"How many items from the end, 0 to {SIZES.largest}, instead of `first`.")]
Before = Annotated[str | None, told("Only what precedes this cursor.")]


class ListArguments(NamedTuple):
    """What a client asks of a list, as it stands in the arguments of the field."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None
    search: str | None = None
    where: Any = None
    order_by: Any = None


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = attribute("Whether items follow this page.")
    has_previous_page: bool = attribute("Whether items precede this page.")
    start_cursor: str | None = attribute("The cursor of the first item, for `before`.")
    end_cursor: str | None = attribute("The cursor of the last item, for `after`.")


@strawberry.type(description="One item of a page, and its place.")
class Edge(Generic[Item]):
    cursor: str = attribute("The item's place, made from its sort values and its key; opaque.")
    node: Item = attribute("The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Item]):
    edges: list[Edge[Item]] = attribute("The items with their cursors.")
    nodes: list[Item] = attribute("The items.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute("How many items the whole list has. Counted only when selected.")


_ACCEPTED = "give a cursor of this API, as found in `edges { cursor }` or `pageInfo`"


def cursor_of(items: Ordered[Any], item: Any) -> str:
    """The cursor of an item of a list."""
    return urlsafe_b64encode(orjson.dumps([items.order, *items.place_of(item)])).rstrip(b"=").decode()


def place_of(cursor: str, items: Ordered[Any], argument: str) -> Any:
    """The place that a cursor tells. Raises BadInput unless it was made for the order of `items`."""
    try:
        order, *values = orjson.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        if order == items.order:
            return items.place(values)
        foreign = isinstance(order, str)
    except (ValueError, TypeError):
        foreign = False
    if foreign:
        accepted = f"this cursor belongs to the order {order!r}, the list is in {items.order!r}"
        raise bad_input(argument, cursor, accepted)
    raise bad_input(argument, cursor, _ACCEPTED)


class EdgeSource:
    """An item of a page. The cursor, and whatever a kind of edge says beside it, are made when they are asked for."""

    __slots__ = ("about", "item", "list")

    def __init__(self, item: Any, list_: Ordered[Any], about: Any) -> None:
        self.item = item
        self.list = list_
        self.about = about

    @staticmethod
    def node_of(item: Any) -> Any:
        """The node that an item holds; by default it is the node."""
        return item

    @property
    def node(self) -> Any:
        return self.node_of(self.item)

    @property
    def cursor(self) -> str:
        return cursor_of(self.list, self.item)


class FirstOfPair(EdgeSource):
    """An item that is a pair, of which the node is the first."""

    __slots__ = ()

    @staticmethod
    def node_of(item: Any) -> Any:
        return item[0]


class PageInfoSource:
    """The sides of a page; the cursors are made when they are asked for."""

    __slots__ = ("_items", "_list", "has_next_page", "has_previous_page")

    def __init__(self, page: Page[Any], list_: Ordered[Any]) -> None:
        self._items, self.has_next_page, self.has_previous_page = page
        self._list = list_

    @property
    def start_cursor(self) -> str | None:
        return cursor_of(self._list, self._items[0]) if self._items else None

    @property
    def end_cursor(self) -> str | None:
        return cursor_of(self._list, self._items[-1]) if self._items else None


class Asked(NamedTuple):
    """A list and the page of it that is asked for. What a kind of `edge` needs besides them it finds in `about`."""

    list: Ordered[Any]
    window: Window[Any]
    edge: type[EdgeSource] = EdgeSource
    about: Any = None


def asked_of(
    list_: Ordered[Any],
    arguments: ListArguments,
    sizes: PageSizes,
    edge: type[EdgeSource] = EdgeSource,
    about: Any = None,
) -> Asked:
    """The page of a list that the arguments ask for. Raises GraphError or BadInput for an argument of no use."""
    first, last = checked_sizes(arguments.first, arguments.last, sizes)
    after = None if arguments.after is None else place_of(arguments.after, list_, "after")
    before = None if arguments.before is None else place_of(arguments.before, list_, "before")
    return Asked(list_, Window(first, after, last, before), edge, about)


class ConnectionSource:
    """What the fields of a connection read. The page, its edges and its total are made when they are asked for."""

    __slots__ = ("_asked", "_page")

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._page: Page[Any] | None = None

    @property
    def asked(self) -> Asked:
        return self._asked

    @property
    def page(self) -> Page[Any]:
        page = self._page
        if page is None:
            asked = self.asked
            page = self._page = asked.list.page(asked.window)
        return page

    @property
    def nodes(self) -> Sequence[Any]:
        node_of, items = self.asked.edge.node_of, self.page.items
        return items if node_of is EdgeSource.node_of else [node_of(item) for item in items]

    @property
    def edges(self) -> list[EdgeSource]:
        list_, _, edge, about = self.asked
        return [edge(item, list_, about) for item in self.page.items]

    @property
    def page_info(self) -> PageInfoSource:
        return PageInfoSource(self.page, self.asked.list)

    @property
    def total_count(self) -> int:
        return len(self.asked.list)


def _given(source: Parent[Any], info: Info) -> None: ...


def _page(first: First = None, after: After = None, last: Last = None, before: Before = None) -> None: ...


_GIVEN, PAGE = (tuple(signature(each, eval_str=True).parameters.values()) for each in (_given, _page))
"""What every resolver is given, and the arguments of every list, which come after its own."""


def resolver_of(
    answer: Callable[..., ConnectionSource], own: Callable[..., Any], arguments: Sequence[Parameter], **names: str
) -> Callable[..., ConnectionSource]:
    """The resolver that has the parameters of `own`, which begin with the source and the graph, and those of a list.

    `answer` is given the source, the context, the arguments of `own` and those of the list; `explained` the `names`.
    """
    wanted = list(signature(own).parameters.values())[2:]
    order = [parameter.name for parameter in (*wanted, *arguments)]

    @explained(**names)
    def resolve(source: Any, info: Info, *given: Any, **named: Any) -> ConnectionSource:
        values = {**dict(zip(order, given, strict=False)), **named}
        asked = ListArguments(**{parameter.name: values.pop(parameter.name, None) for parameter in arguments})
        return answer(source, info.context, values, asked)

    resolve.__signature__ = Signature([*_GIVEN, *wanted, *arguments])  # type: ignore[attr-defined]
    resolve.__module__ = own.__module__  # where the names of its annotations are looked up
    return resolve


def paged(list_of: Callable[..., Any], description: str, edge: type[EdgeSource] = EdgeSource, **names: str) -> Any:
    """The field that is a page of the list which `list_of` finds from its source, the graph and arguments of its own.

    It gives the list, or the list and what the edges need beside it.
    """

    def answer(source: Any, context: Context, values: dict[str, Any], asked: ListArguments) -> ConnectionSource:
        found = list_of(source, context.graph, **values)
        list_, about = found if isinstance(found, tuple) else (found, None)
        return ConnectionSource(asked_of(list_, asked, context.pages, edge, about))

    return field(resolver_of(answer, list_of, PAGE, **names), description)
