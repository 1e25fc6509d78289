"""The door of the graph: what whoever shows the directory may ask of it, and nothing of how it is answered.

A `Condition` goes in, a `Selection` comes out; what is counted, paged, faceted, grouped or compared is a method of a
selection. Every list is `Ordered`: it has a page, and a place for each item that outlives an import. Whatever holds its
records elsewhere, in a database say, needs these three and no more.

`graph.knowledge_graph.KnowledgeGraph` is the implementation in memory. A question that cannot be answered as it is put
raises a `graph.errors.GraphError`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from graph.analysis.centrality import Centrality, CentralityMeasure, Survey
from graph.analysis.communities import Community
from graph.analysis.cooccurrence import Cooccurrence
from graph.analysis.meetings import Meeting, MeetingMeasure
from graph.analysis.quality import DataQuality
from graph.comparison import Comparison
from graph.conditions import EVERYTHING, Condition
from graph.facets import Facet, Group, Matrix
from graph.history import History
from graph.kinds import FacetField, NodeKind, SearchKind
from graph.lineage.candidates import Lineage
from graph.listing import ListOrder
from graph.mentions.bodies import Bodies, Body, Mention
from graph.model import Action, Concept, Department, Node, Origin, Region, SheetText, Structure, StructurePlace
from graph.order import SortKey
from graph.paging import Page, Window
from graph.search.highlights import Highlight
from graph.search.hits import Hit
from graph.search.index import Matched, SearchIndex
from graph.search.meaning import Correction
from graph.search.notices import Notice
from graph.similarity.measures import Similarity
from graph.similarity.ranked import SimilarAction
from graph.store import SourceRecord
from graph.traversal import Traversal
from graph.traversal.paths import Paths
from graph.unknown_values import UnknownValue

Item = TypeVar("Item")


class Ordered(Protocol[Item]):
    """A list in an order."""

    @property
    def order(self) -> str:
        """The order's name: a place in one order is none in another."""

    def __len__(self) -> int: ...

    def place_of(self, item: Item) -> Sequence[Any]:
        """Where an item stands, as values that JSON can hold."""

    def place(self, values: Sequence[Any]) -> Any:
        """The place that `place_of` gave as values. Raises ValueError for values that are no place."""

    def page(self, window: Window[Any]) -> Page[Item]:
        """The items of a page."""


class Selection(Protocol):
    """Some of the actions of one graph. It costs nothing until something is asked of it."""

    def __len__(self) -> int: ...

    def where(self, condition: Condition = EVERYTHING, search: str | None = None) -> Selection:
        """Those that satisfy a condition too, and answer a search."""

    def sorted(self, keys: Sequence[SortKey] = ()) -> Ordered[Action]:
        """In an order: without keys the best of a search first, else the newest.

        Raises NotAccepted for an order by relevance without a search, and for too many fields.
        """

    def facet(self, field: FacetField) -> Facet:
        """How many have each value of a field, the conditions on that field left out."""

    def groups(self, fields: Sequence[FacetField]) -> list[Group]:
        """How many share each value of a field, or each pair of values of two, the largest group first.

        Raises NotAccepted.
        """

    def matrix(self, rows: FacetField, columns: FacetField, most: int) -> Matrix:
        """How many have a value of one field and one of the `most` frequent values of another. Raises OutOfRange."""

    def compared(self, other: Any, fields: Sequence[FacetField]) -> Comparison:
        """What distinguishes these from the actions of another selection of the same graph."""

    def unknown(self) -> list[UnknownValue]:
        """What its condition names and the data do not have."""

    def isolated(self, by: NodeKind, *, from_all: bool = False) -> Selection:
        """Those that no node of a kind links to another of them, whatever conditions are added; or, `from_all`, to any
        other action. Raises NotAccepted.
        """

    def hits(self, query: str, kinds: Collection[SearchKind] | None = None) -> Ordered[Hit]:
        """The nodes of some kinds, or of all, that a search of its own finds, best first: these actions, and what they
        have. Bodies are among them where the texts were read; where they are asked for by name, it raises
        `graph.errors.NotReady` until then.
        """

    def paths(self, source: str, target: str, **how: Any) -> Paths:
        """The shortest paths between the nodes of two keys, through these actions; `how` is as `Traversal.paths` takes
        it. Raises UnknownNode, OutOfRange.
        """

    @property
    def as_of(self) -> int:
        """The position that their communities and the best meetings of them are of."""
        ...

    def highlights(self, action: Action) -> list[Highlight]:
        """Where the words of its search stand in an action's sheet."""

    def matched(self, action: Action) -> Matched:
        """By which words an action answers its search, and which it lacks."""

    def corrections(self) -> list[Correction]:
        """The words of its search that were read as others."""

    def notices(self) -> list[Notice]:
        """What its search names and the data do not have."""

    def similar(self, to: Sequence[Action] | str, **how: Any) -> Ordered[SimilarAction]:
        """Those that are similar to some actions or to a text, the most similar first; `how` is as `Similarity.similar`
        takes it.

        Raises OutOfRange or NotAccepted.
        """

    def cooccurrences(self, kind: NodeKind, min_count: int) -> Ordered[Cooccurrence]:
        """The pairs of concepts of a kind that so many of them have together, most frequent first."""

    def as_of_with(self, other: Any) -> int:
        """The position that the best meetings of them and those of another selection are of."""
        ...

    def meetings(self, measure: MeetingMeasure, other: Any = None) -> Ordered[Meeting]:
        """The pairs of structures whose actions among these share the most keywords: the thousand best. With another
        selection, the second of a pair is what its actions of that one say.
        """

    def meetings_of(self, structure: Structure, measure: MeetingMeasure, other: Any = None) -> Ordered[Meeting]:
        """The pairs of one structure, which is the first of each."""

    def communities(self) -> Ordered[Community]:
        """Their groups by keywords, the largest first. Raises OutOfRange for a part that is too large."""

    def quality(self) -> DataQuality:
        """What their sheets lack."""


class Door(Protocol):
    """One version of the graph."""

    @property
    def version(self) -> str:
        """A hash of the content: two graphs of the same sheets have the same version."""
        ...

    @property
    def position(self) -> int:
        """How many entries the journal of its store had, 0 without a store."""
        ...

    @property
    def as_of(self) -> int:
        """The position that the communities, the best meetings and the centralities are of: this or an earlier one."""
        ...

    history: History
    """What led to it."""
    sources: Sequence[SourceRecord]
    """What was imported, by name."""
    traversal: Traversal
    """Walks along the links."""

    @property
    def search(self) -> SearchIndex:
        """Full text over every kind of node."""

    @property
    def similarity(self) -> Similarity:
        """Why actions are similar."""

    @property
    def bodies(self) -> Bodies:
        """What the texts name. Raises `graph.errors.NotReady` while they are read for it."""

    @property
    def counts(self) -> Mapping[NodeKind, int]:
        """How many nodes there are of each kind."""

    @property
    def link_count(self) -> int:
        """How many links there are."""

    def get(self, key: str) -> Node | None:
        """The node of a key, or of an old key of an action the one to which it leads."""

    def body(self, key: str) -> Body | None:
        """The body of a key, where what the texts name is known already; None where it is none's."""

    def mentions(self, action: Action) -> Sequence[Mention]:
        """Where a sheet names bodies; while texts are read for them, what it says alone."""

    def naming(self, body: Body) -> Selection:
        """The actions whose sheets name a body."""

    def alternative_labels(self, concept: Concept) -> Sequence[str]:
        """The spellings of a concept that pages print and that are not its label."""

    def text(self, action: Action) -> SheetText:
        """The long text of an action's sheet."""

    def origin(self, action: Action) -> Origin | None:
        """Where an action's sheet was read."""

    def select(self, condition: Condition = EVERYTHING, search: str | None = None) -> Selection:
        """The actions that satisfy a condition and answer a search."""

    def among(self, members: Any) -> Selection:
        """The actions that a record of an analysis holds, in a form that is the graph's own affair."""

    def linked(self, keys: Collection[str], among: Any = None) -> Selection:
        """The actions linked to each of these structures, departments or concepts; `among` is as `among` takes it."""

    def centrality(self, node: Node) -> Centrality | None:
        """Where a node stands in the graph without hubs; None for a hub, for a place, and for what came after `as_of`.
        Raises NotReady while that is found, OutOfRange for so many actions that it is only found beforehand.
        """

    def central(self, kind: NodeKind, measure: CentralityMeasure) -> Ordered[Any]:
        """The nodes of a kind, the most central first. Raises NotAccepted for a place, and as `centrality` does."""

    @property
    def survey(self) -> Survey:
        """What is said of the centralities together. Raises as `centrality` does."""

    def lineage(self, action: Action) -> Lineage:
        """The sheets of an action's structure that may tell of the same in other years."""

    def related(self, action: Action, by: NodeKind) -> Selection:
        """The other actions that share a node of a kind with one."""

    def newest_actions(self, key: str, size: int) -> Sequence[Action]:
        """The first actions of a structure, department or concept in the default order."""

    def action_count(self, node: Structure | Concept) -> int:
        """How many actions a structure, department or concept has."""

    def structure_count(self, department: Concept) -> int:
        """How many structures a department has."""

    def place(self, structure: Structure) -> StructurePlace | None:
        """Where a structure is, None where no source says so."""

    def bordering(self, department: Department) -> Sequence[Department]:
        """The departments of the data that share a land border with one."""

    def departments(self, region: Region) -> Sequence[Department]:
        """The departments of a region that the data have."""

    def structures(
        self, order: ListOrder, condition: Condition = EVERYTHING, department: Concept | None = None
    ) -> Ordered[Structure]:
        """The structures, of one department or of all, that satisfy a condition."""

    def concepts(self, kind: NodeKind, order: ListOrder, condition: Condition = EVERYTHING) -> Ordered[Concept]:
        """The concepts or departments of a kind that satisfy a condition."""

    def unknown(self, kind: NodeKind, condition: Condition) -> list[UnknownValue]:
        """What a condition on structures, or on the concepts of a kind, names and the data do not have."""

    def keywords_of(self, structure: Structure) -> Ordered[tuple[Concept, int]]:
        """The keywords of a structure's actions with the number of actions of each, most frequent first."""

    def notices(self, query: str) -> list[Notice]:
        """What a search names and the data do not have."""

    def highlights(self, query: str, node: Node | Body) -> list[Highlight]:
        """Where the words of a search stand in a node's own text."""
