"""The kinds of node: one table, from which relations, facets, words of the explorer, prices and links derive.

An action is linked to its structure, and to the *concepts* of its sheet, a list of a kind or one at most. A structure
is linked to its department, and a department to its region; the department of an action is that of its sheet and no
link of its own, nor is the region of that.
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
    REGION = "region"
    KEYWORD = "keyword"
    PARTNER = "partner"
    PUBLIC = "public"
    DIMENSION = "dimension"
    INITIATOR = "initiator"
    TERRITORY = "territory"


class SearchKind(StrEnum):
    """What a search may find: the kinds of node, and bodies that texts name, which no sheet ticks."""

    ACTION = NodeKind.ACTION
    STRUCTURE = NodeKind.STRUCTURE
    DEPARTMENT = NodeKind.DEPARTMENT
    REGION = NodeKind.REGION
    KEYWORD = NodeKind.KEYWORD
    PARTNER = NodeKind.PARTNER
    PUBLIC = NodeKind.PUBLIC
    DIMENSION = NodeKind.DIMENSION
    INITIATOR = NodeKind.INITIATOR
    TERRITORY = NodeKind.TERRITORY
    BODY = "body"


class Relation(StrEnum):
    """What an edge says, read from the action, the structure or the department outwards."""

    ORGANISED_BY = "organised_by"
    LOCATED_IN = "located_in"
    PART_OF = "part_of"
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
    REGION = "region"
    STRUCTURE = "structure"


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table.

    `attribute` is where an action holds its node, or its nodes: `typical` is how many of them a sheet has, more than 1
    for a list. `relation` is that whose far end is a node of the kind. The rest is French: what one is called and
    several (`one`, `several`), the title above one and above a list of several (`title`, `heading`), the path of the
    pages and the parameter of a list in the explorer, and the verbs of a sentence: what two nodes do that have one
    together (`shares`), what a node does that has one (`has`), what one is to the node that has it (`is_of`).
    """

    kind: NodeKind
    attribute: str
    typical: int
    relation: Relation | None
    one: str
    several: str
    title: str
    heading: str
    path: str
    parameter: str = ""
    shares: str = ""
    has: str = ""
    is_of: str = ""

    @property
    def many(self) -> bool:
        """Whether an action may have several."""
        return self.typical > 1


# fmt: off
_ROWS = (
    Kind(NodeKind.ACTION, "", 0, None, "action", "actions", "Action", "Actions", "actions"),
    Kind(NodeKind.STRUCTURE, "structure", 1, Relation.ORGANISED_BY, "centre", "centres", "Centre", "Structures",
         "centres", "centre", "partage la structure organisatrice", "est organisée par", "organise"),
    Kind(NodeKind.KEYWORD, "keywords", 5, Relation.HAS_KEYWORD, "mot-clé", "mots-clés", "Mot-clé", "Mots-clés",
         "mots-cles", "motcle", "partage le mot-clé", "a pour mot-clé", "est un mot-clé de"),
    Kind(NodeKind.PARTNER, "partners", 3, Relation.WITH_PARTNER, "type de partenaire", "types de partenaires",
         "Type de partenaire", "Types de partenaires", "partenaires", "partenaire",
         "partage le type de partenaire", "a pour type de partenaire", "est un type de partenaire de"),
    Kind(NodeKind.PUBLIC, "publics", 2, Relation.FOR_PUBLIC, "public", "publics", "Public", "Publics",
         "publics", "public", "partage le public", "a pour public", "est un public de"),
    Kind(NodeKind.DIMENSION, "dimension", 1, Relation.HAS_DIMENSION, "dimension", "dimensions",
         "Dimension", "Dimensions",
         "dimensions", "dimension", "partage la dimension", "a pour dimension", "est la dimension de"),
    Kind(NodeKind.INITIATOR, "initiators", 3, Relation.INITIATED_BY, "initiateur", "initiateurs",
         "À l’initiative", "À l’initiative", "initiateurs", "initiative",
         "partage l’initiateur", "a pour initiateur", "est un initiateur de"),
    Kind(NodeKind.TERRITORY, "territory", 1, Relation.IN_TERRITORY, "territoire", "territoires",
         "Territoire", "Territoires",
         "territoires", "territoire",
         "partage le type de territoire", "a pour type de territoire", "est le type de territoire de"),
    Kind(NodeKind.DEPARTMENT, "department", 1, Relation.LOCATED_IN, "département", "départements",
         "Département", "Départements", "departements", "departement",
         "partage le département", "est dans le département", "est le département de"),
    Kind(NodeKind.REGION, "region", 1, Relation.PART_OF, "région", "régions", "Région", "Régions", "regions", "region",
         "partage la région", "est dans la région", "est la région de"),
)
# fmt: on

KINDS: dict[NodeKind, Kind] = {row.kind: row for row in _ROWS}
"""Every kind, in the order of legends."""

PLACE_KINDS = (NodeKind.DEPARTMENT, NodeKind.REGION)
"""The kinds that no action is linked to directly, though it has one of each at most, the outer ones last."""

CONCEPT_KINDS = tuple(kind for kind in KINDS if kind not in (NodeKind.ACTION, NodeKind.STRUCTURE, *PLACE_KINDS))
"""The kinds that an action is linked to directly, structure aside, in the order in which a sheet's links are kept."""

LIST_KINDS = tuple(kind for kind in CONCEPT_KINDS if KINDS[kind].many)
"""The kinds of concept of which an action may have several."""

LINKED_KINDS = tuple(kind for kind in NodeKind if kind is not NodeKind.ACTION)
"""The kinds of node that an action has, its structure, the department of its sheet and its region included."""


def named(kinds: Iterable[NodeKind]) -> str:
    """The kinds as the API names them, joined by commas: what a message accepts."""
    return ", ".join(kind.name for kind in kinds)
