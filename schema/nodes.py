"""The node types. Their values are the records of `graph.model`, which have the plain fields as attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from typing import Annotated, Any

import strawberry
from strawberry import Parent

from execution import ToldBy
from graph.door import Door, Ordered, Selection
from graph.kinds import NodeKind
from graph.mentions.bodies import Body as BodyRecord
from graph.model import Action as ActionRecord
from graph.model import Concept as ConceptRecord
from graph.model import Department as DepartmentRecord
from graph.model import Origin, fold
from graph.model import Region as RegionRecord
from graph.model import Structure as StructureRecord
from graph.model import StructurePlace as StructurePlaceRecord
from schema.actions import ActionConnection, actions_found, members
from schema.arguments import ListOrder, StructuresWhere
from schema.centrality import CENTRALITY, CentralityType, centrality
from schema.chosen import Chosen, NodeConnection
from schema.connections import FirstOfPair, PageInfo, paged
from schema.context import Info, attribute, field, told
from schema.history import ChangeConnection, changed_at, history, revision
from schema.insights import AnalysisConnection, MeetingType, meet
from schema.lineage import LineageType, lineage
from schema.mentions import MentionType, mentions
from schema.order import list_order
from schema.sheet import Results, results_of
from schema.similar import SimilarConnection, SimilarEdgeSource, similar
from schema.where import condition_of

TYPES = ToldBy("kind", {**{kind: kind.title() for kind in NodeKind}, BodyRecord.kind: "Body"})
"""Of each kind of node, the type of that name."""


@strawberry.interface(description="Anything that has a place in the graph.")
class Node:
    key: strawberry.ID = attribute(
        'The node\'s key, stable and readable: its kind, a colon, a name. Example: "keyword:mobilite-transport".', "id"
    )
    resolve_type = TYPES


def _action_count(node: Parent[ConceptRecord | StructureRecord], info: Info) -> int:
    return info.context.graph.action_count(node)


def _alternative_labels(node: Parent[ConceptRecord], info: Info) -> Sequence[str]:
    return info.context.graph.alternative_labels(node)


@strawberry.interface(description="A word of one of the directory's vocabularies, or a department or region.")
class Concept(Node):
    label: str = attribute('The word as shown. Example: "mobilité / transport".')
    alternative_labels: list[str] = field(
        _alternative_labels,
        'Other spellings that the pages print, typos included: a handful. Example: ["Viellissement"].',
    )
    action_count: int = field(_action_count, "How many actions are linked. Cheap.")
    actions: ActionConnection = field(members, "The actions linked, newest first unless `orderBy` says otherwise.")
    centrality: CentralityType | None = field(centrality, CENTRALITY)


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


def structures(
    department: ConceptRecord | None, graph: Door, where: StructuresWhere = None, order_by: ListOrder = None
) -> tuple[Ordered[StructureRecord], Chosen]:
    """The structures of a department, or all of them."""
    condition = condition_of(where)
    found = graph.structures(list_order(order_by), condition, department)
    return found, Chosen(graph, NodeKind.STRUCTURE, condition)


def _structure_count(department: Parent[ConceptRecord], info: Info) -> int:
    return info.context.graph.structure_count(department)


def _neighbours(department: Parent[DepartmentRecord], info: Info) -> Sequence[DepartmentRecord]:
    return info.context.graph.bordering(department)


def _departments(region: Parent[RegionRecord], info: Info) -> Sequence[DepartmentRecord]:
    return info.context.graph.departments(region)


@strawberry.type(description="A French department; its spellings are one node, its label the official name.")
class Department(Concept):
    code: str | None = attribute(
        'The code in the Code officiel géographique of INSEE; null where nobody knows the department. Example: "46".'
    )
    region: Region | None = attribute("The region where it is; null where nobody knows the department.")
    neighbours: list[Department] = field(
        _neighbours, "The departments of the data that share a land border with it: a dozen at most."
    )
    structures: NodeConnection[Structure] = paged(structures, "The structures of the department, by name.")
    structure_count: int = field(_structure_count, "How many structures are in the department. Cheap.")
    is_type_of = TYPES.of("Department")


@strawberry.type(description="A French region, as they are since 2016. Data without a known department have none.")
class Region(Concept):
    code: str = attribute('The code in the Code officiel géographique of INSEE. Example: "76".')
    departments: list[Department] = field(
        _departments, "The departments of the region that are in the data, by their ids: 13 at most."
    )
    is_type_of = TYPES.of("Region")


@strawberry.type(description="A keyword of a structure's actions, and how many of them have it.")
class StructureKeywordEdge:
    cursor: str = attribute("The place in the list; opaque.")
    node: Keyword = attribute("The keyword.")
    action_count: int = attribute("How many actions of this structure have the keyword.")


@strawberry.type(description="The keywords of a structure's actions, most frequent first.")
class StructureKeywordConnection:
    edges: list[StructureKeywordEdge] = attribute("The keywords with their counts and cursors.")
    nodes: list[Keyword] = attribute("The keywords.")
    page_info: PageInfo = attribute("Where this page stands in the list.")
    total_count: int = attribute("How many keywords there are.")


class _CountedEdge(FirstOfPair):
    """A concept with a number of actions."""

    __slots__ = ()

    @property
    def action_count(self) -> Any:
        return self.item[1]


def _place(structure: Parent[StructureRecord], info: Info) -> StructurePlaceRecord | None:
    place = info.context.graph.place(structure)
    # A site alone is no place.
    return None if place is None or replace(place, site=None) == _NOWHERE else place


def _site(structure: Parent[StructureRecord], info: Info) -> str | None:
    place = info.context.graph.place(structure)
    return None if place is None else place.site


_NOWHERE = StructurePlaceRecord()


@strawberry.type(
    description="Where a structure is, as a second file of the federation says; null for what it does not say."
)
class StructurePlace:
    siret: str | None = attribute('The SIRET, 14 digits. Example: "73282932000074".')
    address: str | None = attribute('The address without postcode and commune. Example: "12 rue de la Mairie".')
    postcode: str | None = attribute('The postcode, 5 digits. Example: "46100".')
    commune: str | None = attribute('The commune. Example: "Figeac".')
    latitude: float | None = attribute("The latitude in decimal degrees, WGS 84. Example: 44.6085.")
    longitude: float | None = attribute("The longitude in decimal degrees, WGS 84. Example: 2.0316.")


@strawberry.type(description="A social centre, or another body, that organises actions.")
class Structure(Node):
    name: str = attribute('The name as printed. Example: "Centre Social et Cuturel le Rionet".')
    department: Department = attribute("The department where it is.")
    place: StructurePlace | None = field(_place, "Where it is; null where nothing says so.")
    site: str | None = field(_site, 'Its site; null where nothing says so. Example: "https://www.example.org".')
    action_count: int = field(_action_count, "How many actions it organises. Cheap.")
    actions: ActionConnection = field(members, "Its actions, newest first unless `orderBy` says otherwise.")
    centrality: CentralityType | None = field(centrality, CENTRALITY)
    keywords: StructureKeywordConnection = paged(
        lambda structure, graph: graph.keywords_of(structure),
        "The keywords of its actions, most frequent first, with the count on the edge.",
        _CountedEdge,
    )
    meet: AnalysisConnection[MeetingType] = paged(
        meet, "The structures that it ought to meet, by the keywords of their actions.", query="search"
    )
    is_type_of = TYPES.of("Structure")


@strawberry.type(description="Where a sheet was read.")
class Source:
    source: str = attribute('The name of the file. Example: "actions-lot.txt".')
    first_line: int = attribute("The first line of the sheet, counted from 1.")
    last_line: int = attribute("The last line of the sheet, included.")


@strawberry.enum(
    description="Whether an action goes on. The directory's two words; others are null, see `statusLabel`."
)
class Status(Enum):
    EN_COURS = "En cours"
    TERMINEE = "Terminée"


_STATUSES = {word: each for each in Status for word in (each.value, fold(each.value), fold(each.name))}


def _status(action: Parent[ActionRecord]) -> Status | None:
    return _STATUSES.get(action.status) or _STATUSES.get(fold(action.status))


def _status_label(action: Parent[ActionRecord]) -> str | None:
    return action.status or None


def _files(action: Parent[ActionRecord], info: Info) -> Sequence[str]:
    return info.context.graph.text(action).files


def _text(name: str) -> Callable[..., str | None]:
    def resolve(action: Parent[ActionRecord], info: Info) -> str | None:
        return getattr(info.context.graph.text(action), name) or None

    return resolve


def _results(action: Parent[ActionRecord], info: Info) -> Results:
    return results_of(info.context.graph.text(action))


def _origin(action: Parent[ActionRecord], info: Info) -> Origin | None:
    return info.context.graph.origin(action)


def _related(
    action: ActionRecord, graph: Door, by: Annotated[NodeKind, told("The kind of node to share. Example: PARTNER.")]
) -> Selection:
    return graph.related(action, by)


@strawberry.type(
    description="An action of a social centre, and the sheet that tells of it. Text is as printed, lines kept."
)
class Action(Node):
    title: str = attribute('The title. Example: "Repas oriental".')
    year: int | None = attribute("« Année »: most likely the year of the sheet, not always that of the action.")
    status: Status | None = field(_status, "Whether the action goes on.")
    status_label: str | None = field(_status_label, "The status as printed.")
    structure: Structure = attribute("« Structure organisatrice ».")
    department: Department = attribute("« Département » of the sheet.")
    region: Region | None = attribute("The region of that department; null where nobody knows the department.")
    dimension: Dimension | None = attribute("« Dimension ».")
    territory: Territory | None = attribute("« Territoire concerné ».")
    keywords: list[Keyword] = attribute("« Mots clés », in the order of the page.")
    partners: list[Partner] = attribute("« Partenaires d'action »: kinds of body, in the order of the page.")
    publics: list[Public] = attribute("« Public ».")
    initiators: list[Initiator] = attribute("« Qui est à l'initiative de l'action ? ».")
    files: list[str] = field(_files, "« Fichier(s) associé(s) ».")
    end_reason: str | None = field(_text("end_reason"), "« Raisons pour lesquelles l'action est terminée ».")
    summary: str | None = field(_text("summary"), "« Résumé ».")
    initiator_detail: str | None = field(_text("initiator_detail"), "« Précision ( si autre ) », on the initiators.")
    experience: str | None = field(
        _text("experience"), "« Description de l'expérience, ses objectifs, ses acteurs et ses différentes phases. »"
    )
    territory_again: str | None = field(
        _text("territory_again"), "The second « Territoire concerné », as printed; null where it repeats the first."
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
    similar: SimilarConnection = paged(
        similar, "The actions that share the most with this one, and why.", SimilarEdgeSource, query="search"
    )
    centrality: CentralityType | None = field(centrality, CENTRALITY)
    related: ActionConnection = actions_found(_related, "The other actions that share a node of one kind.")
    mentions: list[MentionType] = field(
        mentions, "The bodies that the text of the sheet names, in the order of the form: 200 at most."
    )
    lineage: LineageType = field(
        lineage, "The sheets of its structure that may tell of the same in other years, and what says so."
    )
    origin: Source | None = field(_origin, "Where the sheet was read; null where the import did not say.")
    revision: int | None = field(revision, "How often the sheet was written, from 1; null where no history is kept.")
    changed_at: str | None = field(
        changed_at, "When it was last changed, or came: UTC, ISO 8601; null where no history is kept."
    )
    history: ChangeConnection = field(history, "What became of the sheet, from how it came; the oldest first.")
    is_type_of = TYPES.of("Action")


CONCEPT_LISTS: dict[str, tuple[NodeKind, type, str]] = {
    "keywords": (NodeKind.KEYWORD, Keyword, "The keywords"),
    "partners": (NodeKind.PARTNER, Partner, "The kinds of partner"),
    "publics": (NodeKind.PUBLIC, Public, "The publics"),
    "departments": (NodeKind.DEPARTMENT, Department, "The departments"),
    "regions": (NodeKind.REGION, Region, "The regions of the departments"),
    "dimensions": (NodeKind.DIMENSION, Dimension, "The dimensions"),
    "initiators": (NodeKind.INITIATOR, Initiator, "The initiators"),
    "territories": (NodeKind.TERRITORY, Territory, "The territories"),
}
"""The lists of every concept of a kind: the root field, the kind, its type, and what they are called."""
