"""The kinds of node: one table, from which relations, facets, words of the explorer, prices and links derive.

An action is linked to its structure, and to the *concepts* of its sheet, a list of a kind or one at most. A structure
is linked to its department; the department of an action is that of its sheet and no link of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class NodeKind(StrEnum):
    """The kinds of node. The value is the prefix of the node's key: `keyword:mobilite-transport`."""

    ACTION = "action"
    STRUCTURE = "structure"
    DEPARTMENT = "department"
    KEYWORD = "keyword"
    PARTNER = "partner"
    PUBLIC = "public"
    DIMENSION = "dimension"
    INITIATOR = "initiator"
    TERRITORY = "territory"


class Relation(StrEnum):
    """What an edge says, read from the action to the concept, or from the structure to its department."""

    ORGANISED_BY = "organised_by"
    LOCATED_IN = "located_in"
    HAS_KEYWORD = "has_keyword"
    WITH_PARTNER = "with_partner"
    FOR_PUBLIC = "for_public"
    HAS_DIMENSION = "has_dimension"
    INITIATED_BY = "initiated_by"
    IN_TERRITORY = "in_territory"


class FacetField(StrEnum):
    """What actions can be counted by: a kind of node, under its name, or one of two printed values."""

    KEYWORD = "keyword"
    PARTNER = "partner"
    PUBLIC = "public"
    DIMENSION = "dimension"
    INITIATOR = "initiator"
    TERRITORY = "territory"
    STATUS = "status"
    YEAR = "year"
    DEPARTMENT = "department"
    STRUCTURE = "structure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A row of the table.

    `attribute` is where an action holds its node, or its nodes where there are `many`: `typical` of them on a sheet.
    `relation` is that whose far end is a node of the kind. The rest is French: what one is called and several (`one`,
    `several`), the title above one and above a list of several (`title`, `heading`), the path of the pages and the
    parameter of a list in the explorer, and the verbs of a sentence: what two nodes do that have one together
    (`shares`), what a node does that has one (`has`), what one is to the node that has it (`is_of`).
    """

    kind: NodeKind
    attribute: str = ""
    many: bool = False
    typical: int = 1
    relation: Relation | None = None
    one: str
    several: str
    title: str
    heading: str
    path: str
    parameter: str = ""
    shares: str = ""
    has: str = ""
    is_of: str = ""


KINDS: dict[NodeKind, Kind] = {
    row.kind: row
    for row in (
        Kind(
            kind=NodeKind.ACTION,
            one="action",
            several="actions",
            title="Action",
            heading="Actions",
            path="actions",
        ),
        Kind(
            kind=NodeKind.STRUCTURE,
            attribute="structure",
            relation=Relation.ORGANISED_BY,
            one="centre",
            several="centres",
            title="Centre",
            heading="Structures",
            path="centres",
            parameter="centre",
            shares="partage la structure organisatrice",
            has="est organisée par",
            is_of="organise",
        ),
        Kind(
            kind=NodeKind.KEYWORD,
            attribute="keywords",
            many=True,
            typical=5,
            relation=Relation.HAS_KEYWORD,
            one="mot-clé",
            several="mots-clés",
            title="Mot-clé",
            heading="Mots-clés",
            path="mots-cles",
            parameter="motcle",
            shares="partage le mot-clé",
            has="a pour mot-clé",
            is_of="est un mot-clé de",
        ),
        Kind(
            kind=NodeKind.PARTNER,
            attribute="partners",
            many=True,
            typical=3,
            relation=Relation.WITH_PARTNER,
            one="type de partenaire",
            several="types de partenaires",
            title="Type de partenaire",
            heading="Types de partenaires",
            path="partenaires",
            parameter="partenaire",
            shares="partage le type de partenaire",
            has="a pour type de partenaire",
            is_of="est un type de partenaire de",
        ),
        Kind(
            kind=NodeKind.PUBLIC,
            attribute="publics",
            many=True,
            typical=2,
            relation=Relation.FOR_PUBLIC,
            one="public",
            several="publics",
            title="Public",
            heading="Publics",
            path="publics",
            parameter="public",
            shares="partage le public",
            has="a pour public",
            is_of="est un public de",
        ),
        Kind(
            kind=NodeKind.DIMENSION,
            attribute="dimension",
            relation=Relation.HAS_DIMENSION,
            one="dimension",
            several="dimensions",
            title="Dimension",
            heading="Dimensions",
            path="dimensions",
            parameter="dimension",
            shares="partage la dimension",
            has="a pour dimension",
            is_of="est la dimension de",
        ),
        Kind(
            kind=NodeKind.INITIATOR,
            attribute="initiators",
            many=True,
            typical=3,
            relation=Relation.INITIATED_BY,
            one="initiateur",
            several="initiateurs",
            title="À l’initiative",
            heading="À l’initiative",
            path="initiateurs",
            parameter="initiative",
            shares="partage l’initiateur",
            has="a pour initiateur",
            is_of="est un initiateur de",
        ),
        Kind(
            kind=NodeKind.TERRITORY,
            attribute="territory",
            relation=Relation.IN_TERRITORY,
            one="territoire",
            several="territoires",
            title="Territoire",
            heading="Territoires",
            path="territoires",
            parameter="territoire",
            shares="partage le type de territoire",
            has="a pour type de territoire",
            is_of="est le type de territoire de",
        ),
        Kind(
            kind=NodeKind.DEPARTMENT,
            attribute="department",
            relation=Relation.LOCATED_IN,
            one="département",
            several="départements",
            title="Département",
            heading="Départements",
            path="departements",
            parameter="departement",
            shares="partage le département",
            has="est dans le département",
            is_of="est le département de",
        ),
    )
}
"""Every kind, in the order of legends."""

CONCEPT_KINDS = tuple(kind for kind in KINDS if kind not in ("action", "structure", "department"))
"""The kinds that an action is linked to directly, structure aside, in the order in which a sheet's links are kept."""

LIST_KINDS = tuple(kind for kind in CONCEPT_KINDS if KINDS[kind].many)
"""The kinds of concept of which an action may have several."""

LINKED_KINDS = tuple(kind for kind in NodeKind if kind is not NodeKind.ACTION)
"""The kinds of node that an action has, its structure and the department of its sheet included."""


def kind_of(key: str) -> NodeKind:
    """The kind of node that a key names, read from its prefix. Raises ValueError where there is no such kind."""
    return NodeKind(key.partition(":")[0])


def named(kinds: Iterable[NodeKind]) -> str:
    """The kinds as the API names them, joined by commas: what a message accepts."""
    return ", ".join(kind.name for kind in kinds)
