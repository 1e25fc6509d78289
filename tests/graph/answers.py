"""Everything that a graph answers, in values that two graphs of the same sheets share: keys and labels, no ordinals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from itertools import pairwise, product
from typing import Any

from pyroaring import FrozenBitMap

from graph.analysis.centrality import CentralityMeasure
from graph.analysis.linkage import CENTRAL_KINDS
from graph.analysis.meetings import MeetingMeasure
from graph.conditions import EVERYTHING, All, Any_, Condition, Not, On, Operator, Says, Stands, Subject
from graph.errors import GraphError
from graph.kinds import CONCEPT_KINDS, LINKED_KINDS, LIST_KINDS, FacetField, NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.listing import CENTRAL, ListField, ListOrder
from graph.model import Action, Concept, Structure
from graph.order import CENTRAL as ACTIONS_CENTRAL
from graph.order import ActionField, SortKey
from graph.paging import Window
from graph.similarity.measures import Measure

ORDERS: Sequence[tuple[SortKey, ...]] = (
    (),
    (SortKey(ActionField.TITLE, False),),
    (SortKey(ActionField.TITLE, True),),
    (SortKey(ActionField.YEAR, False),),
    (SortKey(ActionField.YEAR, True),),
    (SortKey(ActionField.KEYWORD_COUNT, True), SortKey(ActionField.TITLE, False)),
    (SortKey(ActionField.PARTNER_COUNT, False),),
)
LIST_ORDERS = [ListOrder(field, descending) for field in ListField for descending in (False, True)]
CENTRAL_ORDERS = [order for order in LIST_ORDERS if order.field in CENTRAL]
PLAIN_ORDERS = [order for order in LIST_ORDERS if order.field not in CENTRAL]
MEASURES = list(Measure)
MOST = list(CentralityMeasure)
KINDS_COMPARED = (
    (NodeKind.KEYWORD,),
    (NodeKind.STRUCTURE,),
    (NodeKind.KEYWORD, NodeKind.PARTNER),
    (NodeKind.DEPARTMENT, NodeKind.TERRITORY, NodeKind.PUBLIC),
    (NodeKind.REGION,),
)
QUERIES = (
    "atelier",
    "culture",
    "zebre lot",
    '"repas partagé"',
    "seniors",
    "inconnu",
    "legume",
    "ateleir",
    "manger ensemble",
    "potager",
    "jardiner culture",
    "où trouver un repas au potager ?",
    "+potager jardin",
    "santé Cantal 1987",
)
PREFIXES = ("a", "cul", "re", "z", "lo", "jar", "occ", "46")


def conditions() -> list[Condition]:
    """Conditions of every kind, on values that sheets of `tests.graph.random_sheets` may have."""
    on = [
        On(Subject.NAME, ((Operator.CONTAINS, "te"),)),
        On(Subject.NAME, ((Operator.EQUALS, "ÉTÉ"),)),
        On(Subject.NAME, ((Operator.STARTS, "re"),)),
        On(Subject.NAME, ((Operator.CONTAINS, ""),)),
        On(FacetField.YEAR, ((Operator.FROM, 2016), (Operator.BELOW, 2018))),
        On(FacetField.YEAR, ((Operator.EMPTY, True),)),
        On(FacetField.STATUS, ((Operator.IN, ("en cours",)),)),
        On(FacetField.KEYWORD, ((Operator.IN, ("Culture", "keyword:sante")),)),
        On(FacetField.KEYWORD, ((Operator.ALL_OF, ("Culture", "Logement")),)),
        On(FacetField.PARTNER, ((Operator.NOT_IN, ("Caf",)),)),
        On(FacetField.PARTNER, ((Operator.SHARED_WITH, ("structure:lot-a", "action:1")),)),
        On(FacetField.STRUCTURE, ((Operator.IN, ("A", "b")),)),
        On(FacetField.DEPARTMENT, ((Operator.IN, ("Lot",)),)),
        On(FacetField.REGION, ((Operator.IN, ("Occitanie",)),)),
        On(FacetField.REGION, ((Operator.NOT_IN, ("84",)),)),
        On(FacetField.REGION, ((Operator.EMPTY, True),)),
        *(On(FacetField(kind.value), ((Operator.COUNT, ((Operator.FROM, 2),)),)) for kind in LIST_KINDS),
        *(On(FacetField(kind.value), ((Operator.EMPTY, empty),)) for kind in CONCEPT_KINDS for empty in (True, False)),
        Says("summary", ((Operator.CONTAINS, "du jardin"),)),
        *(Says(field, ((Operator.EMPTY, True),)) for field in ("summary", "end_reason")),
    ]
    return [EVERYTHING, *on, Not(on[0]), Any_((on[4], on[7])), All((on[0], Not(on[9])))]


def plain(value: Any, graph: KnowledgeGraph) -> Any:
    """A record of an answer in plain values: nodes by their key, sets of actions by their keys."""
    if isinstance(value, Action | Structure | Concept):
        return value.key
    if isinstance(value, FrozenBitMap):
        return [graph.network.actions[ordinal].key for ordinal in graph.orders.newest(value)]
    if is_dataclass(value):
        return [plain(getattr(value, field.name), graph) for field in fields(value)]
    if isinstance(value, str | int | float | None):
        return value
    return [plain(each, graph) for each in value]


def walk(order: Any, size: int, *, backwards: bool = False) -> list[Any]:
    """The items of a list, page by page."""
    found: list[Any] = []
    mark = None
    while True:
        page = order.page(Window(last=size, before=mark) if backwards else Window(first=size, after=mark))
        found = [*page.items, *found] if backwards else [*found, *page.items]
        if not (page.has_previous if backwards else page.has_next):
            return found
        mark = order.place(order.place_of(page.items[0 if backwards else -1]))


def refused(ask: Any) -> Any:
    """What is asked, or the refusal."""
    try:
        return ask()
    except GraphError as error:
        return repr(error)


def nodes(graph: KnowledgeGraph, kinds: Iterable[NodeKind] = LINKED_KINDS) -> list[Any]:
    """The nodes of some kinds."""
    return [node for kind in kinds for node in graph.network.nodes(kind)]


def records(graph: KnowledgeGraph) -> dict[str, Any]:
    """What there is: the records with their labels, links, texts and counts, the lists of them, the sets of actions."""
    every = nodes(graph)
    columns = graph.indexes.everything, graph.indexes.years, graph.indexes.statuses, graph.indexes.with_count
    return {
        "counts": graph.counts,
        "links": graph.link_count,
        "keys": sorted(graph.network.records),
        "actions": [
            (a.key, a.title, a.year, a.status, [[n.key for n in a.linked(kind)] for kind in LINKED_KINDS])
            for a in graph.actions
        ],
        "found": [graph.get(action.key) is action for action in graph.actions],
        "texts": [(graph.text(action), graph.origin(action)) for action in graph.actions],
        "all texts": sorted((action.key, text.summary) for action, text in graph.readings.texts.of(graph.network)),
        "nodes": [(n.key, n.label, getattr(n, "department", n).key, graph.action_count(n)) for n in every],
        "spellings": [graph.alternative_labels(n) for n in every if isinstance(n, Concept)],
        "newest": [[a.key for a in graph.newest_actions(n.key, size)] for n in every for size in (2, 100, 200)],
        "members": [plain(graph.indexes.members[node.key], graph) for node in every],
        "sets": [
            plain(columns[0], graph),
            *(
                [(key, plain(found, graph)) for key, found in sets.items()]
                for sets in (*columns[1:3], *columns[3].values())
            ),
        ],
        "inhabitants": [
            plain(graph.structures(order, department=place).items, graph)
            for place in graph.network.concepts[NodeKind.DEPARTMENT]
            for order in PLAIN_ORDERS
        ],
        "by their actions": [
            plain(walk(ask(ListOrder(), On(Subject.ACTIONS, ((each, condition),))), 99), graph)
            for ask in (graph.structures, partial(graph.concepts, NodeKind.KEYWORD))
            for each in (Operator.SOME, Operator.NONE, Operator.EVERY)
            for condition in conditions()[4:9]
        ],
        "regions": [
            (place.key, place.label, place.code, plain(graph.departments(place), graph))
            for place in graph.network.concepts[NodeKind.REGION]
        ],
        "departments": [
            (place.key, place.code, place.region and place.region.key, plain(graph.bordering(place), graph))
            for place in graph.network.concepts[NodeKind.DEPARTMENT]
        ],
        "one region": [
            place.region is graph.get(place.region.key) for place in every if getattr(place, "region", None)
        ],
        "lists": [
            plain(
                walk(graph.structures(order) if kind is NodeKind.STRUCTURE else graph.concepts(kind, order), 2), graph
            )
            for kind in LINKED_KINDS
            for order in PLAIN_ORDERS
        ],
    }


def selections(graph: KnowledgeGraph) -> dict[str, Any]:
    """Filters, facets, groups, and pages in every order."""
    asked = [graph.select(condition) for condition in conditions()]
    fields_of = [(field,) for field in FacetField]
    pairs = [(FacetField.KEYWORD, FacetField.YEAR), (FacetField.STATUS, FacetField.DEPARTMENT)]
    return {
        "filters": [plain(selection.members, graph) for selection in asked],
        "unknown": [selection.unknown() for selection in asked],
        "facets": [plain(selection.facet(field), graph) for selection in asked[:8] for field in FacetField],
        "groups": [plain(selection.groups(by), graph) for selection in asked[:2] for by in (*fields_of, *pairs)],
        "matrices": [
            [
                plain(found.columns, graph),
                [(plain(row.key, graph), row.counts) for row in walk(found.rows, 2)],
            ]
            for selection in asked[:2]
            for found in (
                selection.matrix(FacetField.STRUCTURE, FacetField.KEYWORD, 3),
                selection.matrix(FacetField.DEPARTMENT, FacetField.YEAR, 2),
            )
        ],
        "pages": [
            plain(walk(selection.sorted(keys), size, backwards=backwards), graph)
            for selection in asked[:2]
            for keys in ORDERS
            for size, backwards in ((1, False), (3, True), (100, False))
        ],
    }


def similar(graph: KnowledgeGraph) -> list[Any]:
    """What is similar to some actions, by every measure, and why."""
    found: list[Any] = []
    within = graph.select(conditions()[1]).members
    for action, by, measure in product(graph.actions[:4], KINDS_COMPARED, MEASURES):
        ranked = graph.similarity.similar([action], by=by, measure=measure)
        items = walk(ranked, 3)
        found.append([(item.action.key, item.score, item.rarity) for item in items])
        found.append([item.action.key for item in walk(ranked, 2, backwards=True)])
        found.append(
            [
                item.action.key
                for item in graph.similarity.similar(
                    [action], by=by, measure=measure, within=within, threshold=0.3
                ).between(0, 99)
            ]
        )
        for item in items[:2]:
            reasons = graph.similarity.reasons([action], item.action, by=by, measure=measure)
            found.append([(reason.node and reason.node.key, reason.term, reason.contribution) for reason in reasons])
    for text in ("Un repas de légumes au potager", "Été, zèbre et atelier"):
        items = graph.similarity.similar(text, measure=Measure.TEXT).between(0, 99)
        found.append([(item.action.key, item.score, item.rarity) for item in items])
    return rounded(found)


def rounded(value: Any) -> Any:
    """Sums in another order differ in their last bits."""
    if isinstance(value, float):
        return round(value, 9)
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value


def walks(graph: KnowledgeGraph) -> dict[str, Any]:
    """Paths, neighbourhoods, what is related and what is isolated."""
    ends = [node.key for node in (*graph.actions[:3], *nodes(graph)[::7])]
    around = [
        graph.traversal.neighbourhood(key, depth=depth, first=first)
        for key in ends
        for depth, first in ((1, 3), (2, 100), (3, 9))
    ]
    return {
        "paths": [
            plain(graph.traversal.paths(one, other, via=via), graph)
            for one, other in pairwise(ends)
            for via in (None, (NodeKind.KEYWORD,), LINKED_KINDS)
        ],
        "around": [plain(each, graph) for each in around],
        "related": [plain(graph.related(a, by).members, graph) for a in graph.actions[:3] for by in LINKED_KINDS],
        "isolated": [
            plain(graph.select(condition).isolated(by).members, graph)
            for condition in conditions()[:2]
            for by in LINKED_KINDS
        ],
        "paths of some": [
            plain(graph.select(conditions()[1]).paths(one, other), graph) for one, other in pairwise(ends)
        ],
        "shared": [refused(lambda keys=keys: plain(graph.linked(keys).members, graph)) for keys in pairwise(ends)],
    }


def analyses(graph: KnowledgeGraph) -> dict[str, Any]:
    """What the whole of the actions says, and what a part of them says."""
    found: dict[str, Any] = {}
    for name, selection in (("all", graph.select()), ("some", graph.select(conditions()[1]))):
        found[name] = {
            "cooccurrences": [plain(selection.cooccurrences(kind, 1).items, graph) for kind in CONCEPT_KINDS],
            "meetings": [plain(list(selection.meetings(measure).items), graph) for measure in MeetingMeasure],
            "meet": [
                plain(list(selection.meetings_of(body, measure).items), graph)
                for body in graph.network.structures[:2]
                for measure in MeetingMeasure
            ],
            "communities": plain(selection.communities().items, graph),
            "quality": plain(
                [getattr(selection.quality(), field.name) for field in fields(selection.quality())][1:], graph
            ),
            "empty": [(empty.field.name, plain(empty.actions, graph)) for empty in selection.quality().empty_fields],
        }
    one, other = graph.select(conditions()[1]), graph.select(conditions()[5])
    found["both sides"] = [
        [plain(list(one.meetings(measure, other).items), graph) for measure in MeetingMeasure],
        [
            plain(list(one.meetings_of(body, measure, other).items), graph)
            for body in graph.network.structures[:2]
            for measure in MeetingMeasure
        ],
    ]
    comparison = graph.select(conditions()[1]).compared(graph.select(conditions()[5]), list(FacetField))
    found["comparison"] = [plain(comparison.differences.items, graph), comparison.both]
    found["keywords"] = [plain(graph.keywords_of(body).items, graph) for body in graph.network.structures]
    return found


def central(graph: KnowledgeGraph) -> dict[str, Any]:
    """Where every node stands in the graph without hubs, and the lists and sets made by it."""
    everyone = [*graph.actions, *nodes(graph)]
    asked = [
        Stands("degree", ((Operator.FROM, 2),)),
        Stands("betweenness", ((Operator.ABOVE, 0.0),)),
        Stands("core_number", ((Operator.IN, (1, 3)),)),
        Stands("component", ((Operator.NOT_IN, (0,)),)),
        Stands("is_cut_node", ((Operator.IN, (True,)),)),
        Stands("bridges", ((Operator.EMPTY, True),)),
    ]
    lists = (graph.structures, *(partial(graph.concepts, kind) for kind in CONCEPT_KINDS))
    return {
        "of": [plain(graph.centrality(node), graph) for node in everyone],
        "hubs": plain(graph.survey.hubs, graph),
        "sampled": graph.survey.sampled_from,
        "most": [plain(walk(graph.central(kind, each), 3), graph) for kind in CENTRAL_KINDS for each in MOST],
        "lists": [plain(walk(ask(order), 2), graph) for ask in lists for order in CENTRAL_ORDERS],
        "inhabitants": [
            plain(graph.structures(order, department=place).items, graph)
            for place in graph.network.concepts[NodeKind.DEPARTMENT]
            for order in CENTRAL_ORDERS
        ],
        "actions": [
            plain(walk(graph.select().sorted((SortKey(field, descending), *more)), 3), graph)
            for field in ACTIONS_CENTRAL
            for descending in (False, True)
            for more in ((), (SortKey(ActionField.YEAR, True),))
        ],
        "standing so": [plain(graph.select(each).members, graph) for each in asked],
        "not so": [plain(graph.select(All((conditions()[1], Not(each)))).members, graph) for each in asked],
        "nodes so": [plain(ask(ListOrder(), each).items, graph) for ask in lists for each in asked],
        "whose actions are so": [
            plain(graph.structures(ListOrder(), On(Subject.ACTIONS, ((Operator.EVERY, each),))).items, graph)
            for each in asked
        ],
    }


def view(graph: KnowledgeGraph) -> dict[str, Any]:
    """The graph as networkx sees it."""
    seen = graph.networkx
    return {
        "nodes": sorted((key, data["kind"]) for key, data in seen.nodes(data=True)),
        "neighbours": {key: list(seen[key]) for key in sorted(seen)},
        "edges": sorted(
            (min(one, other), max(one, other), data["relation"]) for one, other, data in seen.edges(data=True)
        ),
        "degrees": sorted(seen.degree),
    }


def searches(graph: KnowledgeGraph) -> dict[str, Any]:
    """The sets that searches find, and what is suggested; ranks and scores are not compared."""
    return {
        "found": [
            plain(graph.search.matching(query), graph) and sorted(plain(graph.search.matching(query), graph))
            for query in QUERIES
        ],
        "hits": [
            sorted(hit.node.key for hit in graph.search.search(query).page(Window(first=100)).items)
            for query in QUERIES
        ],
        "matched": [
            [(node.key, graph.search.matched(query, node)) for node in (*graph.actions, *nodes(graph))]
            for query in QUERIES[-6:]
        ],
        "read": [(graph.search.corrections(query), graph.notices(query)) for query in QUERIES],
        "suggestions": [
            [(one.text, one.kind, one.actions) for one in graph.search.suggest(prefix)] for prefix in PREFIXES
        ],
        "highlights": [
            plain(graph.highlights("atelier culture", node), graph) for node in (*graph.actions, *nodes(graph))
        ],
    }


def named(graph: KnowledgeGraph) -> dict[str, Any]:
    """What the texts name: the bodies in their order, the mentions of every sheet, and its other years."""
    asked = [
        On(Subject.BODY, clauses)
        for clauses in (
            ((Operator.IN, ("la CAF", "body:smictom")),),
            ((Operator.ALL_OF, ("Caf", "Fil Bleu")),),
            ((Operator.NOT_IN, ("fil bleu", "Nobody")),),
        )
    ]
    bodies = graph.bodies.all().items
    return {
        "naming": [plain(graph.select(each).members, graph) for each in asked],
        "unknown": [graph.select(each).unknown() for each in asked],
        "called": [
            [(body.key, score) for body, score in graph.bodies.search(query)] for query in ("bleu", "CAF", "fils bleus")
        ],
        "bodies": [
            (body.key, body.label, body.spellings, body.known, plain(graph.bodies.members(body), graph))
            for body in bodies
        ],
        "mentions": [
            [(one.body.key, one.body.label, one.start, one.confidence, one.own) for one in graph.bodies.of(action)]
            for action in graph.actions
        ],
        "lineage": [plain(graph.lineage(action), graph) for action in graph.actions[:5]],
    }
