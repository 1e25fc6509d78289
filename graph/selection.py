"""Some of the actions of one graph, and what can be asked of them: pages, counts, analyses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from pyroaring import FrozenBitMap

from graph.analysis import Analysis
from graph.analysis.communities import Community
from graph.analysis.cooccurrence import Cooccurrence
from graph.analysis.meetings import Meeting, MeetingMeasure
from graph.analysis.quality import DataQuality
from graph.comparison import Comparison, compared
from graph.conditions import EVERYTHING, All, Condition, On, Says, Stands
from graph.door import Ordered, Selection
from graph.facets import Facet, Facets, Group, Matrix
from graph.filters import Filters
from graph.indexes import NOTHING, Indexes
from graph.kinds import FacetField, NodeKind, SearchKind
from graph.listing import Listing
from graph.mentions.bodies import Body
from graph.model import Action, Node, Structure
from graph.named_bodies import NamedBodies
from graph.network import Network
from graph.node_lists import NodeLists
from graph.node_names import NodeNames
from graph.order import ActionField, Orders, Scores, SortedActions, SortKey
from graph.search.highlights import Highlight
from graph.search.hits import Hits
from graph.search.index import Matched, SearchIndex
from graph.search.meaning import Correction
from graph.search.notices import Notice
from graph.similarity.measures import Similarity
from graph.similarity.ranked import SimilarAction
from graph.traversal import Traversal
from graph.traversal.paths import Paths
from graph.unknown_values import UnknownValue, unknown_values


class Parts(Protocol):
    """What a selection asks: the parts of one graph."""

    network: Network
    indexes: Indexes
    names: NodeNames
    filters: Filters
    orders: Orders
    facets: Facets
    analysis: Analysis
    traversal: Traversal
    lists: NodeLists
    named_bodies: NamedBodies

    @property
    def search(self) -> SearchIndex: ...

    @property
    def similarity(self) -> Similarity: ...

    def says(self, asked: Says | Stands | On, among: FrozenBitMap) -> FrozenBitMap: ...

    def highlights(self, query: str, node: Node) -> list[Highlight]: ...

    def notices(self, query: str) -> list[Notice]: ...


class ActionSelection(Selection):
    """The actions of `among` that satisfy a condition and answer a search. See `graph.door.Selection`.

    With `keep`, those that it keeps of these: it is asked again when a condition is added. It serves one question, so
    one thread.
    """

    __slots__ = ("_among", "_base", "_condition", "_graph", "_keep", "_members", "_search")

    def __init__(
        self,
        graph: Parts,
        among: FrozenBitMap,
        condition: Condition = EVERYTHING,
        search: str | None = None,
        keep: Callable[[FrozenBitMap], FrozenBitMap] | None = None,
    ) -> None:
        self._graph = graph
        self._keep = keep
        self._among = among
        self._condition = condition
        self._search = search
        self._base: FrozenBitMap | None = among if search is None else None
        self._members: FrozenBitMap | None = None

    def __len__(self) -> int:
        return len(self.members)

    @property
    def base(self) -> FrozenBitMap:
        """The actions whatever the condition says: what a facet counts in without the conditions of its field."""
        if self._base is None:
            self._base = self._among & self._graph.search.matching(self._search or "")
        return self._base

    @property
    def members(self) -> FrozenBitMap:
        """The ordinals. Raises NotAccepted or OutOfRange for a search that cannot be read."""
        if self._members is None:
            everything = self._condition is EVERYTHING
            found = self.base if everything else self._satisfying(None)
            self._members = found if self._keep is None else self._keep(found)
        return self._members

    @property
    def _within(self) -> FrozenBitMap | None:
        """The members, or None where they are all the actions that there are: all of them need no list of them."""
        members = self.members
        return None if len(members) == len(self._graph.indexes.everything) else members

    def _satisfying(self, without: FacetField | None) -> FrozenBitMap:
        return self._graph.filters.members(self._condition, self._graph.says, without, self.base)

    def where(self, condition: Condition = EVERYTHING, search: str | None = None) -> ActionSelection:
        if condition is EVERYTHING and search is None:
            return self
        among = self._among if search is None else self.base
        both = condition if self._condition is EVERYTHING else All((self._condition, condition))
        return ActionSelection(self._graph, among, both, self._search if search is None else search, self._keep)

    def sorted(self, keys: Sequence[SortKey] = ()) -> SortedActions:
        scores = None
        if self._search is not None:
            keys = keys or (SortKey(ActionField.RELEVANCE, descending=True),)
            if any(key.field is ActionField.RELEVANCE for key in keys):
                found = self._graph.search.actions(self._search)
                others = (NOTHING, 0.0) if found.cut is None else (found.cut.tier(), found.cut.floor)
                scores = Scores(found.ordinals, found.scores, *others)
        return self._graph.orders.sorted(self.members, keys, scores, self._graph.analysis.ranked)

    def facet(self, field: FacetField) -> Facet:
        found = self._satisfying(field)
        if self._keep is not None:
            found = self._keep(found)
        chosen = self._graph.filters.chosen(self._condition, field)
        return Facet(field, tuple(self._graph.facets.values(field, found, chosen)))

    def groups(self, fields: Sequence[FacetField]) -> list[Group]:
        return self._graph.facets.groups(tuple(fields), self.members)

    def matrix(self, rows: FacetField, columns: FacetField, most: int) -> Matrix:
        return self._graph.facets.matrix(rows, columns, most, self.members)

    def compared(self, other: ActionSelection, fields: Sequence[FacetField]) -> Comparison:
        return compared(self._graph.facets, self.members, other.members, fields)

    def unknown(self) -> list[UnknownValue]:
        return list(unknown_values(self._condition, self._graph))

    def highlights(self, action: Action) -> list[Highlight]:
        return [] if self._search is None else self._graph.highlights(self._search, action)

    def matched(self, action: Action) -> Matched:
        return Matched((), ()) if self._search is None else self._graph.search.matched(self._search, action)

    def corrections(self) -> list[Correction]:
        return [] if self._search is None else self._graph.search.corrections(self._search)

    def notices(self) -> list[Notice]:
        return [] if self._search is None else self._graph.notices(self._search)

    def similar(self, to: Sequence[Action] | str, **how: Any) -> Ordered[SimilarAction]:
        return self._graph.similarity.similar(to, within=self._within, **how)

    def hits(self, query: str, kinds: Collection[SearchKind] | None = None) -> Hits:
        within = self._within
        nodes = tuple(NodeKind) if kinds is None else [NodeKind(kind) for kind in kinds if kind is not SearchKind.BODY]
        bodies: Sequence[tuple[Body, float]] = ()
        if kinds is None or SearchKind.BODY in kinds:
            bodies = self._graph.named_bodies.called(query, within, is_required=kinds is not None)
        return self._graph.search.search(query, nodes, within, bodies)

    def paths(self, source: str, target: str, **how: Any) -> Paths:
        return self._graph.traversal.paths(source, target, within=self._within, **how)

    def isolated(self, by: NodeKind, *, from_all: bool = False) -> ActionSelection:
        if from_all:
            among = self._among & self._graph.traversal.isolated(by)
            return ActionSelection(self._graph, among, self._condition, self._search, self._keep)

        def isolated(found: FrozenBitMap) -> FrozenBitMap:
            return self._graph.traversal.isolated(by, found)

        return ActionSelection(self._graph, self._among, self._condition, self._search, isolated)

    @property
    def as_of(self) -> int:
        return self._graph.analysis.as_of_part(self.members)

    def cooccurrences(self, kind: NodeKind, min_count: int) -> Listing[Cooccurrence]:
        pairs = self._graph.analysis.cooccurrences(kind, min_count, self.members)
        return Listing("together", pairs, lambda pair: (-pair.count, -pair.lift, pair.a.key, pair.b.key))

    def as_of_with(self, other: ActionSelection) -> int:
        return self._graph.analysis.as_of_part(self.members & other.members)

    def meetings(self, measure: MeetingMeasure, other: ActionSelection | None = None) -> Listing[Meeting]:
        others = None if other is None else other.members
        return _meetings(measure, self._graph.analysis.meetings(measure, self.members, others))

    def meetings_of(
        self, structure: Structure, measure: MeetingMeasure, other: ActionSelection | None = None
    ) -> Listing[Meeting]:
        others = None if other is None else other.members
        return _meetings(measure, self._graph.analysis.meetings_of(structure, measure, self.members, others))

    def communities(self) -> Listing[Community]:
        return Listing("community", self._graph.analysis.communities(self.members), lambda community: (community.id,))

    def quality(self) -> DataQuality:
        return self._graph.analysis.quality(self.members)


def _meetings(measure: MeetingMeasure, pairs: Sequence[Meeting]) -> Listing[Meeting]:
    return Listing(measure, pairs, lambda pair: (-pair.score, *(-tie for tie in pair.ties), pair.a.key, pair.b.key))
