"""What the whole of some actions says: words that go together, structures that ought to meet, groups, gaps."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, MutableMapping, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import chain
from threading import Condition, Event
from typing import Any, TypeVar

from cachetools import LRUCache, cached
from pyroaring import FrozenBitMap

from graph import errors
from graph.analysis.centrality import Centralities, Centrality, centralities
from graph.analysis.communities import Community, brought, communities_within
from graph.analysis.cooccurrence import Cooccurrence, Shared, changed_counts, cooccurrences, shared_counts
from graph.analysis.elsewhere import measured_elsewhere
from graph.analysis.measures import measured
from graph.analysis.meetings import (
    MeetingMeasure,
    Meetings,
    Profiles,
    all_meetings,
    changed_profiles,
    meetings_of,
    profiles,
)
from graph.analysis.quality import DataQuality, Empty, changed_empty, data_quality, part
from graph.analysis.sides import Sides, two_sides
from graph.indexes import Indexes
from graph.kinds import CONCEPT_KINDS, NodeKind, named
from graph.listing import Listing, ListOrder, listed_by_value
from graph.model import Concept, Node, Structure
from graph.network import Network
from graph.order import Ranked
from graph.processes import in_a_thread
from graph.vocabulary import Vocabulary

PARTS_KEPT = 64  # results about a part of the actions: the last ones asked for
ALWAYS_EXACT = 5_000
"""With fewer actions than these every analysis is of the version that is asked: it takes a fraction of a second."""

MOST_GROUPED = 200_000
"""Communities of a part of the actions are found where it has no more than these: a second of work."""

MOST_MEASURED = 200_000
"""Centralities that nobody made are found where there are no more actions than these: some seconds of work."""

HELPED = 20_000
"""From so many actions on another process measures them."""

_CENTRALITIES = "centralities"

Result = TypeVar("Result")


class Analysis:
    """Questions about many actions at once: all of them, or those `within` a set of ordinals.

    What is found of the whole graph is kept for good, what is found of a part for a while. A later version is analysed
    by what changed since the version that it was built from, so that the answer is as new as the graph; but for its
    communities, the best of all meetings, and the centralities, which a single change may turn over. Of a large graph
    these are what they were at an earlier version, `as_of` the position of that one, until `standing_on` gives another.
    What it answers is settled when it is made: the same question to the same version has the same answer.

    `asked` is set when somebody was given what is not of this version, or may not be of the next.
    """

    def __init__(
        self,
        network: Network,
        indexes: Indexes,
        empty: Callable[[], Empty],
        vocabulary: Vocabulary,
        *,
        position: int = 0,
        base: Analysis | None = None,
        earlier: Analysis | None = None,
        asked: Event | None = None,
    ) -> None:
        """`empty` looks what the sheets leave empty: of a later version those that its `base` has not. `earlier` is
        the version that its communities and meetings are of, where it is not this one.
        """
        self.position = position
        self.asked = asked or Event()
        self._network = network
        self._indexes = indexes
        self._empty = empty
        self._vocabulary = vocabulary
        self._base = base
        self._earlier = earlier
        self._found: dict[Hashable, Any] = {}
        self._measuring: Future[Centralities] | None = None
        self._of_whole = _kept_by_name(self._found)
        self._of_part = _kept_by_name(LRUCache(PARTS_KEPT))

    def changed(self, network: Network, indexes: Indexes, empty: Callable[[], Empty], position: int) -> Analysis:
        """The analysis of a version that was made of this one."""
        is_small = len(indexes.everything) < ALWAYS_EXACT
        return Analysis(
            network,
            indexes,
            empty,
            self._vocabulary,
            position=position,
            base=self._base or self,
            earlier=None if is_small else self._earlier or (self if self._is_made else None),
            asked=self.asked,
        )

    def standing_on(self, earlier: Analysis | None) -> Analysis:
        """The analysis of the same version, its communities, meetings and centralities being those of an earlier one,
        of which they were made; with None, or this one, its own.
        """
        return Analysis(
            self._network,
            self._indexes,
            self._empty,
            self._vocabulary,
            position=self.position,
            base=self._base,
            earlier=None if earlier is self else earlier,
            # Who asks an analysis of its own is answered.
            asked=self.asked if earlier else None,
        )

    @property
    def as_of(self) -> int:
        """The position that the communities, the meetings and the centralities are of."""
        return self.as_of_part(None)

    def as_of_part(self, within: FrozenBitMap | None) -> int:
        """The position that the communities and the meetings of a part are of: of all but the whole this version's."""
        return self._earlier.position if self._earlier and self._is_whole(within) else self.position

    def make(self) -> Analysis:
        """An analysis of this version alone, whose communities, meetings and centralities are made: seconds of work,
        and of a million actions a minute.
        """
        made = self if self._earlier is None else self.standing_on(None)
        made.prepare()
        made.measure()
        self.asked.clear()
        return made

    def prepare(self) -> None:
        """Make the communities and meetings; of few actions, the centralities too."""
        self.communities()
        for measure in MeetingMeasure:
            self.meetings(measure)
        if len(self._indexes.everything) < ALWAYS_EXACT:
            self.measure()
        # Nobody was given what is of another version.
        self.asked.clear()

    def begin(self, begin: Callable[[Callable[[], Centralities]], Future[Centralities]] = in_a_thread) -> None:
        """Have the centralities of many actions made meanwhile; until then `centralities` raises NotReady."""
        if len(self._indexes.everything) >= ALWAYS_EXACT:
            self._measuring = begin(self.measure)

    def measure(self) -> Centralities:
        """Make the centralities, if they are not made."""
        helped = measured_elsewhere if len(self._indexes.everything) >= HELPED else measured
        return self._kept(
            None,
            _CENTRALITIES,
            lambda _: centralities(self._network, self._indexes, self.communities(), helped),
        )

    def centralities(self) -> Centralities:
        """Where the nodes stand in the graph without hubs. Raises NotReady while they are made, OutOfRange where there
        are more actions than 200,000 and nobody had them made.
        """
        if (earlier := self._stands_on(None)) is not None:
            return earlier.centralities()
        if self._measuring is not None:
            return errors.made_meanwhile(self._measuring, "centrality", "how central the nodes are is being found")
        size = len(self._indexes.everything)
        if _CENTRALITIES not in self._found and size > MOST_MEASURED:
            accepted = f"the centrality of more than {MOST_MEASURED} actions is not found for one request: leave it out"
            raise errors.OutOfRange("as_of", f"{size} actions", accepted)
        return self.measure()

    def centrality(self, node: Node) -> Centrality | None:
        """Where a node stands; None for a hub, for a place, and for what is not in the version that was measured.
        Raises as `centralities` does.

        >>> there = analysis.centrality(node("keyword:jardin"))
        >>> there.degree, there.core_number, there.is_cut_node, there.bridges, there.community.label
        (2, 1, True, 2, 'Ecole · Jardin')
        """
        communities = self._kept(
            None, "communities by id", lambda _: {community.id: community for community in self.communities()}
        )
        return self.centralities().of(node, communities)

    def standing(self, measure: str) -> Callable[[Node], float | None]:
        """What gives a measure of a node, by the measure's name. Raises as `centralities` does."""
        return partial(self.centralities().value, measure)

    def ranked(self, measure: str) -> Ranked:
        """A measure of all actions, to order them by. Raises as `centralities` does."""
        found = self.centralities()
        return self._kept(None, ("ranked", measure), lambda _: found.ranked(measure, self._network.actions))

    def central_nodes(self, kind: NodeKind, order: ListOrder) -> Listing[Any]:
        """Every structure, or every concept of a kind, in an order by a measure. Raises as `centralities` does."""
        value = self.standing(order.field)

        def make(_: FrozenBitMap) -> Listing[Any]:
            nodes: Sequence[Any] = self._network.nodes(kind)
            return listed_by_value(nodes, value, order)

        return self._kept(None, ("central", kind, order), make)

    def cooccurrences(
        self, kind: NodeKind = NodeKind.KEYWORD, min_count: int = 1, within: FrozenBitMap | None = None
    ) -> Sequence[Cooccurrence]:
        """The pairs of concepts of a kind that at least `min_count` actions have together, most frequent first.

        Raises NotAccepted for a kind that is no concept's, OutOfRange.

        >>> [(pair.a.label, pair.b.label, pair.count, pair.lift) for pair in analysis.cooccurrences()]
        [('Ecole', 'Jardin', 1, 1.5)]
        """
        if kind not in CONCEPT_KINDS:
            raise errors.NotAccepted("kind", kind.name, f"give one of {named(CONCEPT_KINDS)}")
        errors.within("min_count", min_count, 1)
        pairs = self._kept(
            within,
            ("cooccurrences", kind),
            lambda found: cooccurrences(self._shared(kind, found), self._indexes, found),
        )
        return pairs[: bisect_right(pairs, -min_count, key=lambda pair: -pair.count)]

    def meetings(
        self,
        measure: MeetingMeasure = MeetingMeasure.SHARED_KEYWORDS,
        within: FrozenBitMap | None = None,
        other: FrozenBitMap | None = None,
    ) -> Meetings:
        """The pairs of structures that share the most keywords, best first: the thousand best, and how many in all.

        With `other`, what the actions `within` say of one structure is compared with what these say of another: see
        `graph.analysis.sides`.

        >>> [(meeting.a.name, meeting.b.name, meeting.score) for meeting in analysis.meetings()]
        [('Centre Nord', 'Centre Sud', 1.0)]
        """
        name = "meetings", measure
        if other is not None and other != within:
            known = self._sides(within, other)
            return self._kept_of(("both", *name), (within, other), lambda: all_meetings(known, measure))
        if (earlier := self._stands_on(within)) is not None:
            return self._kept(None, name, lambda _: earlier.meetings(measure).without(self._network.gone))
        return self._kept(within, name, lambda found: all_meetings(self._profiles(found), measure))

    def meetings_of(
        self,
        structure: Structure,
        measure: MeetingMeasure = MeetingMeasure.SHARED_KEYWORDS,
        within: FrozenBitMap | None = None,
        other: FrozenBitMap | None = None,
    ) -> Meetings:
        """The structures that share a keyword with one, which is `a` of every pair, best first. With `other`, what the
        actions `within` say of the one is compared with what these say of others.

        >>> [concept.label for concept in analysis.meetings_of(node("structure:lot-centre-sud"))[0].a_brings]
        ['Ecole']
        """
        known = self._profiles(within) if other is None or other == within else self._sides(within, other)
        return meetings_of(known, structure, measure)

    def communities(self, within: FrozenBitMap | None = None) -> Sequence[Community]:
        """The groups of actions that are about the same things, the largest first. Raises OutOfRange for a part of more
        than 200,000 actions.

        >>> [(community.label, community.size) for community in analysis.communities()]
        [('Ecole · Jardin', 1), ('Jardin', 1)]
        """
        here = self._network, self._indexes
        if (then := self._stands_on(within)) is not None:
            there = then._network, then._indexes
            return self._kept(None, "communities", lambda _: brought(then.communities(), there, here))
        if within is not None and not self._is_whole(within) and len(within) > MOST_GROUPED:
            accepted = (
                f"communities are found of the whole directory, or of a selection of at most {MOST_GROUPED} actions"
            )
            raise errors.OutOfRange("where", f"{len(within)} actions", accepted)
        return self._kept(within, "communities", lambda found: communities_within(*here, found))

    def quality(self, within: FrozenBitMap | None = None) -> DataQuality:
        """What the sheets lack. The first time it reads every text, also where it is asked of a part.

        >>> [empty.field.shown for empty in analysis.quality().empty_fields if empty.field.name == "people"]
        ['Nombre de personnes mobilisées pour cette action']
        """
        whole = self._kept(
            None, "quality", lambda _: data_quality(self._network, self._indexes, self.empty_texts(), self._vocabulary)
        )
        return self._kept(
            within, "quality", lambda found: part(whole, self._network, self._indexes, self._vocabulary, found)
        )

    def concepts_of(self, structure: Structure, kind: NodeKind) -> Sequence[tuple[Concept, int]]:
        """The concepts of a structure's actions with the number of actions of each, most frequent first.

        >>> keywords = analysis.concepts_of(node("structure:lot-centre-sud"), NodeKind.KEYWORD)
        >>> [(keyword.label, count) for keyword, count in keywords]
        [('Ecole', 1), ('Jardin', 1)]
        """
        actions = (self._network.actions[ordinal] for ordinal in self._indexes.members[structure.key])
        counts: Counter[Any] = Counter(chain.from_iterable(action.linked(kind) for action in actions))
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].key))

    def _stands_on(self, within: FrozenBitMap | None) -> Analysis | None:
        """The earlier version that the communities and meetings of these actions are of, if they are. Somebody asks."""
        if not self._is_whole(within):
            return None
        if self._earlier is not None or not (self._is_made or len(self._indexes.everything) < ALWAYS_EXACT):
            self.asked.set()
        return self._earlier

    @property
    def _is_made(self) -> bool:
        return all(name in self._found for name in ("communities", *(("meetings", each) for each in MeetingMeasure)))

    def _moved(self, base: Analysis) -> tuple[FrozenBitMap, FrozenBitMap]:
        """The actions that are gone since the base, and those that came."""
        then, now = base._indexes.everything, self._indexes.everything
        return then - now, now - then

    def _shared(self, kind: NodeKind, within: FrozenBitMap) -> Shared:
        if (base := self._base) is None or within != self._indexes.everything:
            return self._kept(
                within, ("shared", kind), lambda found: shared_counts(self._network, self._indexes, kind, found)
            )
        gone, come = self._moved(base)
        return changed_counts(
            base._shared(kind, base._indexes.everything),
            shared_counts(base._network, base._indexes, kind, gone),
            shared_counts(self._network, self._indexes, kind, come),
        )

    def _profiles(self, within: FrozenBitMap | None) -> Profiles:
        def make(found: FrozenBitMap) -> Profiles:
            if (base := self._base) is None or not self._is_whole(within):
                return profiles(self._network, self._indexes, found)
            gone, come = self._moved(base)
            return changed_profiles(base._profiles(None), self._network, self._indexes, gone | come)

        return self._kept(within, "profiles", make)

    def _sides(self, within: FrozenBitMap | None, other: FrozenBitMap) -> Sides:
        one = self._indexes.everything if within is None else within
        return self._kept_of("sides", (within, other), lambda: two_sides(self._network, self._indexes, one, other))

    def empty_texts(self) -> Empty:
        """What the sheets leave empty of the fields of text, and what they do not print: see `graph.analysis.quality`.
        The first time it reads every text.
        """

        def look(_: FrozenBitMap) -> Empty:
            if self._base is None:
                return self._empty()
            return changed_empty(self._base.empty_texts(), self._indexes, self._empty())

        return self._kept(None, "empty texts", look)

    def _is_whole(self, within: FrozenBitMap | None) -> bool:
        return within is None or len(within) == len(self._indexes.everything)

    def _kept_of(
        self, name: Hashable, two: tuple[FrozenBitMap | None, FrozenBitMap], make: Callable[[], Result]
    ) -> Result:
        """What is kept for a while of two parts."""
        found: Result = self._of_part((name, *two), lambda _: make(), None)
        return found

    def _kept(self, within: FrozenBitMap | None, name: Hashable, make: Callable[[FrozenBitMap], Result]) -> Result:
        found: Result = (
            self._of_whole(name, make, self._indexes.everything)
            if self._is_whole(within)
            else self._of_part((name, within), make, within)
        )
        return found


def _kept_by_name(cache: MutableMapping[Any, Any]) -> Callable[..., Any]:
    """With a condition, what several threads ask for at once is made once."""
    return cached(cache, lambda name, *_: name, condition=Condition())(lambda _, make, actions: make(actions))
