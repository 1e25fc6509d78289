"""Lists of actions: the connection type, and the fields that are one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from graph.door import Door, Selection
from graph.facets import Facet
from graph.kinds import FacetField
from graph.model import Concept, Structure
from graph.search.fulltext import MatchedBy
from graph.search.highlights import Highlight
from graph.search.meaning import Correction
from graph.search.notices import Notice
from graph.unknown_values import UnknownValue
from schema.arguments import OrderBy, Search, Where
from schema.connections import (
    PAGE,
    After,
    Asked,
    Before,
    ConnectionSource,
    EdgeSource,
    First,
    Last,
    ListArguments,
    PageInfo,
    asked_of,
    resolver_of,
)
from schema.context import Context, Info, attribute, field, told
from schema.errors import explained
from schema.facets import FacetType, UnknownValueType
from schema.forward import AnAction
from schema.highlights import HighlightType
from schema.matches import (
    CORRECTED,
    MATCHED_BY,
    MISSING,
    NOTICES,
    CorrectionType,
    MatchedByType,
    SearchNoticeType,
)
from schema.order import sort_keys
from schema.where import condition_of


class ActionEdgeSource(EdgeSource):
    """An action of a selection, which knows what was searched for."""

    __slots__ = ()

    @property
    def highlights(self) -> list[Highlight]:
        selection: Selection = self.about
        return selection.highlights(self.item)

    @property
    def matched_by(self) -> Sequence[MatchedBy]:
        selection: Selection = self.about
        return selection.matched(self.item).by

    @property
    def missing(self) -> Sequence[str]:
        selection: Selection = self.about
        return selection.matched(self.item).missing


def _asked(context: Context, base: Selection, arguments: ListArguments) -> Asked:
    selection = base.where(condition_of(arguments.where), arguments.search)
    actions = selection.sorted(sort_keys(arguments.order_by))
    return asked_of(actions, arguments, context.pages, ActionEdgeSource, selection)


def action_page(context: Context, base: Selection, arguments: ListArguments) -> ConnectionSource:
    """The page of a selection of actions that the arguments ask for."""
    return ConnectionSource(_asked(context, base, arguments))


def _list_parameters(search: Search = None, where: Where = None, order_by: OrderBy = None) -> None: ...


_LIST = (*PAGE, *signature(_list_parameters, eval_str=True).parameters.values())


def actions_found(select: Callable[..., Selection], description: str, **names: str) -> Any:
    """The field whose actions `select` finds from its source, the graph and arguments of its own."""

    def answer(source: Any, context: Context, values: dict[str, Any], asked: ListArguments) -> ConnectionSource:
        return action_page(context, select(source, context.graph, **values), asked)

    return field(resolver_of(answer, select, _LIST, query="search", **names), description)


def actions_of(select: Callable[[Any, Door], Selection], description: str) -> Any:
    """The field whose actions `select` finds from its source and the graph."""

    @explained(query="search")
    def resolve(
        source: Parent[Any],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        search: Search = None,
        where: Where = None,
        order_by: OrderBy = None,
    ) -> ConnectionSource:
        arguments = ListArguments(first, after, last, before, search, where, order_by)
        return action_page(info.context, select(source, info.context.graph), arguments)

    return field(resolve, description)


class NewestActions(ConnectionSource):
    """The first page of all the actions of a node, which nested queries ask for most: its nodes are ready."""

    __slots__ = ("_context", "_key", "_size", "_whole", "nodes")

    def __init__(self, context: Context, key: str, size: int) -> None:
        self._page = None
        self._whole: Asked | None = None
        self._context = context
        self._key = key
        self._size = size
        self.nodes = context.graph.newest_actions(key, size)  # type: ignore[misc]  # a slot where others have a property

    @property
    def asked(self) -> Asked:
        if self._whole is None:
            actions = self._context.graph.linked((self._key,))
            self._whole = _asked(self._context, actions, ListArguments(self._size))
        return self._whole


@explained(query="search")
def _members(context: Context, key: str, arguments: ListArguments) -> ConnectionSource:
    return action_page(context, context.graph.linked((key,)), arguments)


def members(
    node: Parent[Concept | Structure],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    search: Search = None,
    where: Where = None,
    order_by: OrderBy = None,
) -> ConnectionSource:
    """The actions of a node."""
    context = info.context
    if after is None and last is None and before is None and search is None and where is None and order_by is None:
        size = context.pages.default if first is None else first
        if 0 <= size <= context.pages.largest:
            return NewestActions(context, node.key, size)
    return _members(context, node.key, ListArguments(first, after, last, before, search, where, order_by))


@explained()
def _facets(
    actions: Parent[ConnectionSource],
    fields: Annotated[list[FacetField] | None, told("The fields to count by; every one when not given.")] = None,
) -> list[Facet]:
    selection: Selection = actions.asked.about
    return [selection.facet(field) for field in dict.fromkeys(FacetField if fields is None else fields)]


@explained()
def _unknown_values(actions: Parent[ConnectionSource]) -> list[UnknownValue]:
    selection: Selection = actions.asked.about
    return selection.unknown()


@explained()
def _corrected(actions: Parent[ConnectionSource]) -> list[Correction]:
    selection: Selection = actions.asked.about
    return selection.corrections()


@explained()
def _notices(actions: Parent[ConnectionSource]) -> list[Notice]:
    selection: Selection = actions.asked.about
    return selection.notices()


@strawberry.type(description="An action of a list, and its place.")
class ActionEdge:
    cursor: str = attribute("The action's place, made from its sort values and its key; opaque.")
    node: AnAction = attribute("The action.")
    highlights: list[HighlightType] = attribute(
        "Where the words of `search` stand in the sheet; one entry a field; empty without `search`."
    )
    matched_by: list[MatchedByType] = attribute(f"{MATCHED_BY} Empty without `search`.")
    missing: list[str] = attribute(f"{MISSING} Empty without `search`.")


@strawberry.type(description="A page of a list of actions.")
class ActionConnection:
    edges: list[ActionEdge] = attribute("The actions with their cursors.")
    nodes: list[AnAction] = attribute("The actions.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute("How many actions the whole list has. Counted only when selected.")
    facets: list[FacetType] = field(
        _facets,
        "How many actions of the whole list have each value of each field. A field's own conditions are left out, "
        "so that its other values can be chosen too. One facet a field, eleven at most.",
    )
    unknown_values: list[UnknownValueType] = field(
        _unknown_values,
        "What `where` names, a node or a status, and the data do not have: « Cantal is not in the data » is not "
        "« no action ». As many as `where` names, at most.",
    )
    corrected: list[CorrectionType] = field(_corrected, f"{CORRECTED} Empty without `search`.")
    notices: list[SearchNoticeType] = field(_notices, NOTICES)
