"""The connections of actions, structures and concepts: from arguments to a page of records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pyroaring import FrozenBitMap

from graph.errors import GraphError
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.listing import Listing, ListOrder
from graph.model import Action, Concept, Structure
from graph.order import ActionField, Mark, Order, PageRequest, SortKey
from schema.connections import DEFAULT_PAGE, LARGEST_PAGE, ConnectionSource, EdgeSource, PageInfoSource, window
from schema.cursors import decode_cursor, encode_cursor
from schema.errors import BadInput, explained
from schema.order import ActionOrder, ListOrderBy, list_order, sort_keys
from schema.where import ActionWhere, ConceptWhere, StructureWhere, concept_test, select, structure_test

_VALUE_TYPES: dict[ActionField, tuple[type, ...]] = {
    ActionField.YEAR: (int, type(None)),
    ActionField.TITLE: (str,),
    ActionField.KEYWORD_COUNT: (int,),
    ActionField.PARTNER_COUNT: (int,),
    ActionField.RELEVANCE: (float, int),
}
_DEFAULT_TYPES: tuple[tuple[type, ...], ...] = ((int, type(None)), (str,), (str,))


class ActionList(ConnectionSource):
    """A page of actions, with what its facets are counted from and what its highlights look for."""

    __slots__ = ("base", "graph", "search", "where")

    def __init__(
        self,
        graph: KnowledgeGraph,
        nodes: Sequence[Action],
        *,
        has_next: bool,
        has_previous: bool,
        cursor_of: Callable[[Any], str],
        count: Callable[[], int],
        base: FrozenBitMap,
        where: ActionWhere | None,
        search: str | None,
    ) -> None:
        super().__init__(nodes, has_next, has_previous, cursor_of, count)
        self.graph = graph
        self.base = base
        self.where = where
        self.search = search

    @property
    def whole(self) -> ActionList:
        return self

    @property
    def edges(self) -> list[EdgeSource]:
        return [ActionEdgeSource(node, self.cursor_of, self) for node in self.nodes]


class ActionEdgeSource(EdgeSource):
    """An action of a list, which knows what was searched for."""

    __slots__ = ("within",)

    def __init__(self, node: Action, cursor_of: Callable[[Any], str], within: ActionList) -> None:
        super().__init__(node, cursor_of)
        self.within = within


class NewestList:
    """The first page of a node's actions in the default order: what nested queries ask for most.

    Its nodes are ready; whatever else is asked of it, it asks the whole list.
    """

    __slots__ = ("_first", "_graph", "_key", "nodes")

    def __init__(self, graph: KnowledgeGraph, key: str, first: int | None, nodes: Sequence[Action]) -> None:
        self._graph = graph
        self._key = key
        self._first = first
        self.nodes = nodes

    @property
    def whole(self) -> ActionList:
        return action_list(self._graph, self._graph.actions_of(self._key), first=self._first)

    @property
    def edges(self) -> list[EdgeSource]:
        return self.whole.edges

    @property
    def page_info(self) -> PageInfoSource:
        return self.whole.page_info

    @property
    def total_count(self) -> int:
        return len(self._graph.actions_of(self._key))


def newest_list(graph: KnowledgeGraph, key: str, first: int | None) -> NewestList:
    """The first page of the actions of a structure, department or concept."""
    size = DEFAULT_PAGE if first is None else first
    if not 0 <= size <= LARGEST_PAGE:
        window(first, None)
    return NewestList(graph, key, first, graph.newest_actions(key)[:size])


def action_list(
    graph: KnowledgeGraph,
    base: FrozenBitMap,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    search: str | None = None,
    where: ActionWhere | None = None,
    order_by: Sequence[ActionOrder] | None = None,
) -> ActionList:
    """The page of the actions of `base` that satisfy `search` and `where`, in the order asked for."""
    size = window(first, last)
    keys = sort_keys(order_by)
    scores = None
    if search is not None:
        base = base & matching(graph, search)
        keys = keys or (SortKey(ActionField.RELEVANCE, descending=True),)
        if any(key.field is ActionField.RELEVANCE for key in keys):
            ranking = graph.search.actions(search)
            scores = (ranking.ordinals, ranking.scores)
    found = base if where is None else base & select(graph, where)
    with explained():
        order = graph.orders.order(keys, scores)
    request = PageRequest(size.first, _mark(after, keys, "after"), size.last, _mark(before, keys, "before"))
    page = order.page(found, request)
    actions = graph.actions
    return ActionList(
        graph,
        [actions[ordinal] for ordinal in page.ordinals],
        has_next=page.has_next,
        has_previous=page.has_previous,
        cursor_of=partial(_action_cursor, order, keys),
        count=lambda: len(found),
        base=base,
        where=where,
        search=search,
    )


def matching(graph: KnowledgeGraph, search: str) -> FrozenBitMap:
    """The actions that answer a search. Raises BadInput for one that cannot be read."""
    try:
        return graph.search.matching(search)
    except GraphError as error:
        raise BadInput("search", search, error.accepted) from error


def structure_list(
    graph: KnowledgeGraph,
    listing: Listing[Structure],
    order: ListOrder,
    where: StructureWhere | None,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> ConnectionSource:
    """The page of a list of structures."""
    if where is not None:
        listing = listing.keep(structure_test(graph, where))
    return _list_page(listing, order, first, after, last, before)


def concept_list(
    graph: KnowledgeGraph,
    kind: NodeKind,
    order_by: ListOrderBy | None,
    where: ConceptWhere | None,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> ConnectionSource:
    """The page of the concepts of a kind."""
    order = list_order(order_by)
    listing = graph.concepts(kind, order)
    if where is not None:
        listing = listing.keep(concept_test(graph, where))
    return _list_page(listing, order, first, after, last, before)


def _list_page(
    listing: Listing[Structure] | Listing[Concept],
    order: ListOrder,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> ConnectionSource:
    size = window(first, last)
    name = f"{order.field}{'-' if order.descending else '+'}"

    def rank(cursor: str | None, argument: str) -> tuple[int, str, str] | None:
        if cursor is None:
            return None
        number, label, key = decode_cursor(cursor, name, ((int,), (str,), (str,)), argument)
        return number, label, key

    page = listing.page(size.first, rank(after, "after"), size.last, rank(before, "before"))
    return ConnectionSource(
        page.items,
        page.has_next,
        page.has_previous,
        lambda item: encode_cursor(name, list(listing.rank(item))),
        lambda: len(listing.items),
    )


def _order_name(keys: Sequence[SortKey]) -> str:
    return ",".join(f"{key.field}{'-' if key.descending else '+'}" for key in keys) or "default"


def _action_cursor(order: Order, keys: Sequence[SortKey], action: Action) -> str:
    mark = order.mark(action.ordinal)
    return encode_cursor(_order_name(keys), [*mark.values, mark.year, mark.title, mark.key])


def _mark(cursor: str | None, keys: Sequence[SortKey], argument: str) -> Mark | None:
    if cursor is None:
        return None
    types = (*(_VALUE_TYPES[key.field] for key in keys), *_DEFAULT_TYPES)
    *values, year, title, key = decode_cursor(cursor, _order_name(keys), types, argument)
    return Mark(tuple(values), year, title, key)
