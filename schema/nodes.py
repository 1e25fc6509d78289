"""The node types. Their values are the records of `graph.model`, which have the plain fields as attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from execution import ToldBy
from graph.facets import FacetField
from graph.listing import Listing
from graph.model import Action as ActionRecord
from graph.model import Concept as ConceptRecord
from graph.model import NodeKind, Origin
from graph.model import Structure as StructureRecord
from graph.search.highlights import Highlight
from graph.similarity.measures import Measure
from schema.arguments import ListOrder, OrderBy, Search, StructuresWhere, Where
from schema.connections import (
    After,
    Before,
    Connection,
    ConnectionSource,
    EdgeSource,
    First,
    Last,
    PageInfo,
    window,
)
from schema.context import Info, attribute, field
from schema.cursors import decode_cursor, encode_cursor
from schema.errors import explained
from schema.facets import Facet, FacetType, UnknownValue, UnknownValueType, facets, unknown_values
from schema.highlights import HighlightType, highlights_of
from schema.insights import MeetingType, meet
from schema.lists import ActionEdgeSource, ActionList, NewestList, action_list, newest_list, structure_list
from schema.order import list_order
from schema.similar import By, MeasureArgument, SimilarConnection, SimilarList, Threshold, Weights, Within, similar_list

TYPES = ToldBy("kind", {kind: kind.title() for kind in NodeKind})
"""Of each kind of node, the type of that name."""


@strawberry.interface(description="Anything that has a place in the graph.")
class Node:
    key: strawberry.ID = attribute(
        "id",
        'The node\'s key, stable and readable: its kind, a colon, a name. Example: "keyword:mobilite-transport".',
    )
    resolve_type = TYPES


def _members(
    node: Parent[ConceptRecord | StructureRecord],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    search: Search = None,
    where: Where = None,
    order_by: OrderBy = None,
) -> ActionList | NewestList:
    graph = info.context.graph
    plain = after is None and last is None and before is None and search is None and where is None
    if plain and order_by is None:
        return newest_list(graph, node.key, first)
    return action_list(
        graph,
        graph.actions_of(node.key),
        first=first,
        after=after,
        last=last,
        before=before,
        search=search,
        where=where,
        order_by=order_by,
    )


def _action_count(node: Parent[ConceptRecord | StructureRecord], info: Info) -> int:
    return info.context.graph.action_count(node)


@strawberry.interface(description="A word of one of the directory's vocabularies, or a department.")
class Concept(Node):
    label: str = strawberry.field(description='The word as shown. Example: "mobilité / transport".')
    alternative_labels: list[str] = strawberry.field(
        description='Other spellings that the pages print, typos included. Example: ["Viellissement"].'
    )
    action_count: int = field(_action_count, "How many actions are linked. Cheap.")
    actions: ActionConnection = field(_members, "The actions linked, newest first unless `orderBy` says otherwise.")


@strawberry.type(description="A keyword of the directory's vocabulary.")
class Keyword(Concept):
    is_type_of = TYPES.of("Keyword")


@strawberry.type(
    description="A kind of partner. Two actions with « Association locale » do not share an association, "
    "but the same kind of partner."
)
class Partner(Concept):
    is_type_of = TYPES.of("Partner")


@strawberry.type(description="A public that actions are for.")
class Public(Concept):
    is_type_of = TYPES.of("Public")


@strawberry.type(description="The dimension of an action: citizenship, services, support of projects.")
class Dimension(Concept):
    is_type_of = TYPES.of("Dimension")


@strawberry.type(description="Who began an action.")
class Initiator(Concept):
    is_type_of = TYPES.of("Initiator")


@strawberry.type(description="The extent of ground that an action covers.")
class Territory(Concept):
    is_type_of = TYPES.of("Territory")


def _department_structures(
    department: Parent[ConceptRecord],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    where: StructuresWhere = None,
    order_by: ListOrder = None,
) -> ConnectionSource:
    graph = info.context.graph
    order = list_order(order_by)
    listing: Listing[StructureRecord] = Listing.of(graph.structures_of(department), graph.action_count, order)
    return structure_list(graph, listing, order, where, first, after, last, before)


def _structure_count(department: Parent[ConceptRecord], info: Info) -> int:
    return len(info.context.graph.structures_of(department))


@strawberry.type(description="A French department.")
class Department(Concept):
    structures: Connection[Structure] = field(_department_structures, "The structures of the department, by name.")
    structure_count: int = field(_structure_count, "How many structures are in the department. Cheap.")
    is_type_of = TYPES.of("Department")


@strawberry.type(description="A keyword of a structure's actions, and how many of them have it.")
class StructureKeywordEdge:
    cursor: str = strawberry.field(description="The place in the list; opaque.")
    node: Keyword = strawberry.field(description="The keyword.")
    action_count: int = strawberry.field(description="How many actions of this structure have the keyword.")


@strawberry.type(description="The keywords of a structure's actions, most frequent first.")
class StructureKeywordConnection:
    edges: list[StructureKeywordEdge] = strawberry.field(description="The keywords with their counts and cursors.")
    nodes: list[Keyword] = strawberry.field(description="The keywords.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(description="How many keywords there are.")


class _CountedEdge(EdgeSource):
    __slots__ = ("action_count",)

    def __init__(self, node: Any, cursor_of: Callable[[Any], str], action_count: int) -> None:
        super().__init__(node, cursor_of)
        self.action_count = action_count


class _CountedList(ConnectionSource):
    """A page of concepts that come with a count each."""

    __slots__ = ("_counts",)

    def __init__(
        self, page: Sequence[tuple[ConceptRecord, int]], has_next: bool, has_previous: bool, total: int
    ) -> None:
        self._counts = dict(page)
        super().__init__(
            [concept for concept, _ in page],
            has_next,
            has_previous,
            lambda concept: encode_cursor("count", [self._counts[concept], concept.key]),
            lambda: total,
        )

    @property
    def edges(self) -> list[EdgeSource]:
        return [_CountedEdge(node, self.cursor_of, self._counts[node]) for node in self.nodes]


def _structure_keywords(
    structure: Parent[StructureRecord],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> ConnectionSource:
    size = window(first, last)
    counted = info.context.graph.concepts_of(structure, NodeKind.KEYWORD)
    start, stop = 0, len(counted)
    ranks = [(-count, concept.key) for concept, count in counted]
    if after is not None:
        count, key = decode_cursor(after, "count", ((int,), (str,)), "after")
        start = sum(rank <= (-count, key) for rank in ranks)
    if before is not None:
        count, key = decode_cursor(before, "count", ((int,), (str,)), "before")
        stop = max(start, sum(rank < (-count, key) for rank in ranks))
    if size.first is not None:
        stop = min(stop, start + size.first)
    if size.last is not None:
        start = max(start, stop - size.last)
    return _CountedList(counted[start:stop], stop < len(counted), start > 0, len(counted))


@strawberry.type(description="A social centre, or another body, that organises actions.")
class Structure(Node):
    name: str = strawberry.field(description='The name as printed. Example: "Centre Social et Cuturel le Rionet".')
    department: Department = strawberry.field(description="The department where it is.")
    action_count: int = field(_action_count, "How many actions it organises. Cheap.")
    actions: ActionConnection = field(_members, "Its actions, newest first unless `orderBy` says otherwise.")
    keywords: StructureKeywordConnection = field(
        _structure_keywords, "The keywords of its actions, most frequent first, with the count on the edge."
    )
    meet: list[MeetingType] = field(meet, "The structures that it ought to meet, by the keywords of their actions.")
    is_type_of = TYPES.of("Structure")


@strawberry.type(description="What an action changed.")
class Results:
    territory: str | None = strawberry.field(description="On the territory.")
    centre: str | None = strawberry.field(description="For the social centre.")
    residents: str | None = strawberry.field(description="For the residents.")


@strawberry.type(description="Where a sheet was read.")
class Source:
    source: str = strawberry.field(description='The name of the file. Example: "actions-lot.txt".')
    first_line: int = strawberry.field(description="The first line of the sheet, counted from 1.")
    last_line: int = strawberry.field(description="The last line of the sheet, included.")


@strawberry.enum(
    description="Whether an action goes on. The directory's two words; others are null, see `statusLabel`."
)
class Status(Enum):
    EN_COURS = "En cours"
    TERMINEE = "Terminée"


_STATUSES = {status.value: status for status in Status}


def _status(action: Parent[ActionRecord]) -> Status | None:
    return _STATUSES.get(action.status)


def _status_label(action: Parent[ActionRecord]) -> str | None:
    return action.status or None


def _files(action: Parent[ActionRecord], info: Info) -> Sequence[str]:
    return info.context.graph.text(action).files


def _text(name: str) -> Callable[..., str | None]:
    def resolve(action: Parent[ActionRecord], info: Info) -> str | None:
        return getattr(info.context.graph.text(action), name) or None

    return resolve


class _ResultsSource:
    __slots__ = ("centre", "residents", "territory")

    def __init__(self, territory: str, centre: str, residents: str) -> None:
        self.territory = territory or None
        self.centre = centre or None
        self.residents = residents or None


def _results(action: Parent[ActionRecord], info: Info) -> _ResultsSource:
    text = info.context.graph.text(action)
    return _ResultsSource(text.result_territory, text.result_centre, text.result_residents)


def _origin(action: Parent[ActionRecord], info: Info) -> Origin | None:
    return info.context.graph.origin(action)


def _similar(
    action: Parent[ActionRecord],
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    by: By = [NodeKind.KEYWORD],  # noqa: B006 - the schema shows the default; nothing changes it
    measure: MeasureArgument = Measure.JACCARD,
    weights: Weights = None,
    threshold: Threshold = 0.0,
    where: Within = None,
) -> SimilarList:
    graph = info.context.graph
    return similar_list(graph, [action], first, after, last, before, by, measure, weights, threshold, where)


def _related(
    action: Parent[ActionRecord],
    info: Info,
    by: Annotated[NodeKind, strawberry.argument(description="The kind of node to share. Example: PARTNER.")],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    search: Search = None,
    where: Where = None,
    order_by: OrderBy = None,
) -> ConnectionSource:
    graph = info.context.graph
    with explained():
        found = graph.related(action, by)
    return action_list(
        graph, found, first=first, after=after, last=last, before=before, search=search, where=where, order_by=order_by
    )


@strawberry.type(
    description="An action of a social centre, and the sheet that tells of it. Text is as printed, lines kept."
)
class Action(Node):
    title: str = strawberry.field(description='The title. Example: "Repas oriental".')
    year: int | None = strawberry.field(
        description="« Année »: most likely the year of the sheet, not always that of the action."
    )
    status: Status | None = field(_status, "Whether the action goes on.")
    status_label: str | None = field(_status_label, "The status as printed.")
    structure: Structure = strawberry.field(description="« Structure organisatrice ».")
    department: Department = strawberry.field(description="« Département » of the sheet.")
    dimension: Dimension | None = strawberry.field(description="« Dimension ».")
    territory: Territory | None = strawberry.field(description="« Territoire concerné ».")
    keywords: list[Keyword] = strawberry.field(description="« Mots clés », in the order of the page.")
    partners: list[Partner] = strawberry.field(
        description="« Partenaires d'action »: kinds of body, in the order of the page."
    )
    publics: list[Public] = strawberry.field(description="« Public ».")
    initiators: list[Initiator] = strawberry.field(description="« Qui est à l'initiative de l'action ? ».")
    files: list[str] = field(_files, "« Fichier(s) associé(s) ».")
    end_reason: str | None = field(_text("end_reason"), "« Raisons pour lesquelles l'action est terminée ».")
    summary: str | None = field(_text("summary"), "« Résumé ».")
    initiator_detail: str | None = field(_text("initiator_detail"), "« Précision ( si autre ) », on the initiators.")
    experience: str | None = field(
        _text("experience"),
        "« Description de l'expérience, ses objectifs, ses acteurs et ses différentes phases. »",
    )
    description: str | None = field(_text("description"), "« Description générale ».")
    resources: str | None = field(
        _text("resources"), "« Ressources financières mobilisées pour cette action »: text, never summed."
    )
    people: str | None = field(
        _text("people"), "« Nombre de personnes mobilisés pour cette action »: text, not a number."
    )
    results: Results = field(_results, "« Résultat »: on the territory, for the centre, for the residents.")
    limits: str | None = field(_text("limits"), "« Suite de l'action : Limites ».")
    perspectives: str | None = field(_text("perspectives"), "« Suite de l'action : Perspectives ».")
    similar: SimilarConnection = field(_similar, "The actions that share the most with this one, and why.")
    related: ActionConnection = field(_related, "The other actions that share a node of one kind.")
    origin: Source | None = field(_origin, "Where the sheet was read; null where the import did not say.")
    is_type_of = TYPES.of("Action")


def _facets(
    actions: Parent[ActionList | NewestList],
    fields: Annotated[
        list[FacetField] | None, strawberry.argument(description="The fields to count by; every one when not given.")
    ] = None,
) -> list[Facet]:
    return facets(actions.whole, list(FacetField) if fields is None else fields)


def _unknown_values(actions: Parent[ActionList | NewestList]) -> list[UnknownValue]:
    return unknown_values(actions.whole.graph, actions.whole.where)


def _edge_highlights(edge: Parent[ActionEdgeSource]) -> list[Highlight]:
    found = edge.within
    return [] if found.search is None else highlights_of(found.graph, found.search, edge.node)


@strawberry.type(description="An action of a list, and its place.")
class ActionEdge:
    cursor: str = strawberry.field(description="The action's place, made from its sort values and its key; opaque.")
    node: Action = strawberry.field(description="The action.")
    highlights: list[HighlightType] = field(
        _edge_highlights, "Where the words of `search` stand in the sheet; empty without `search`."
    )


@strawberry.type(description="A page of a list of actions.")
class ActionConnection:
    edges: list[ActionEdge] = strawberry.field(description="The actions with their cursors.")
    nodes: list[Action] = strawberry.field(description="The actions.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(description="How many actions the whole list has. Counted only when selected.")
    facets: list[FacetType] = field(
        _facets,
        "How many actions of the whole list have each value of each field. A field's own conditions are left out, "
        "so that its other values can be chosen too.",
    )
    unknown_values: list[UnknownValueType] = field(
        _unknown_values,
        "The values of `where` that no sheet of the data has: « Cantal is not in the data » is not « no action ».",
    )
