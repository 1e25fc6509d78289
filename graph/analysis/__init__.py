"""What the whole of some actions says: words that go together, structures that ought to meet, groups, gaps."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, MutableMapping, Sequence
from itertools import chain
from threading import Condition
from typing import Any, TypeVar

from cachetools import LRUCache, cached
from pyroaring import FrozenBitMap

from graph import errors
from graph.analysis.communities import Community, communities_within
from graph.analysis.cooccurrence import Cooccurrence, cooccurrences
from graph.analysis.meetings import MeetingMeasure, Meetings, Profiles, all_meetings, meetings_of, profiles
from graph.analysis.quality import DataQuality, data_quality, part
from graph.indexes import Indexes
from graph.kinds import CONCEPT_KINDS, NodeKind, named
from graph.model import Concept, SheetText, Structure
from graph.network import Network
from graph.vocabulary import Vocabulary

PARTS_KEPT = 64  # results about a part of the actions: the last ones asked for
Result = TypeVar("Result")
Texts = Callable[[], Iterable[tuple[str, SheetText]]]


class Analysis:
    """Questions about many actions at once: all of them, or those `within` a set of ordinals.

    What is found of the whole graph is kept for good, what is found of a part for a while.
    """

    def __init__(self, network: Network, indexes: Indexes, texts: Texts, vocabulary: Vocabulary) -> None:
        self._network = network
        self._indexes = indexes
        self._texts = texts
        self._vocabulary = vocabulary
        self._of_whole = _kept_by_name({})
        self._of_part = _kept_by_name(LRUCache(PARTS_KEPT))

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
            within, ("cooccurrences", kind), lambda found: cooccurrences(self._network, self._indexes, kind, found)
        )
        return pairs[: bisect_right(pairs, -min_count, key=lambda pair: -pair.count)]

    def meetings(
        self, measure: MeetingMeasure = MeetingMeasure.SHARED_KEYWORDS, within: FrozenBitMap | None = None
    ) -> Meetings:
        """The pairs of structures that share the most keywords, best first: the thousand best, and how many in all.

        >>> [(meeting.a.name, meeting.b.name, meeting.score) for meeting in analysis.meetings()]
        [('Centre Nord', 'Centre Sud', 1.0)]
        """
        return self._kept(within, ("meetings", measure), lambda found: all_meetings(self._profiles(found), measure))

    def meetings_of(
        self,
        structure: Structure,
        measure: MeetingMeasure = MeetingMeasure.SHARED_KEYWORDS,
        within: FrozenBitMap | None = None,
    ) -> Meetings:
        """The structures that share a keyword with one, which is `a` of every pair, best first.

        >>> [concept.label for concept in analysis.meetings_of(node("structure:lot-centre-sud"))[0].a_brings]
        ['Ecole']
        """
        return meetings_of(self._profiles(within), structure, measure)

    def communities(self, within: FrozenBitMap | None = None) -> Sequence[Community]:
        """The groups of actions that are about the same things, the largest first.

        >>> [(community.label, community.size) for community in analysis.communities()]
        [('Ecole · Jardin', 1), ('Jardin', 1)]
        """
        return self._kept(within, "communities", lambda found: communities_within(self._network, self._indexes, found))

    def quality(self, within: FrozenBitMap | None = None) -> DataQuality:
        """What the sheets lack. The first time it reads every text, also where it is asked of a part.

        >>> [empty.field.shown for empty in analysis.quality().empty_fields if empty.field.name == "people"]
        ['Nombre de personnes mobilisées pour cette action']
        """
        whole = self._kept(
            None, "quality", lambda _: data_quality(self._network, self._indexes, self._texts(), self._vocabulary)
        )
        return self._kept(within, "quality", lambda found: part(whole, self._network, self._indexes, found))

    def concepts_of(self, structure: Structure, kind: NodeKind) -> Sequence[tuple[Concept, int]]:
        """The concepts of a structure's actions with the number of actions of each, most frequent first.

        >>> keywords = analysis.concepts_of(node("structure:lot-centre-sud"), NodeKind.KEYWORD)
        >>> [(keyword.label, count) for keyword, count in keywords]
        [('Ecole', 1), ('Jardin', 1)]
        """
        actions = (self._network.actions[ordinal] for ordinal in self._indexes.members[structure.key])
        counts: Counter[Any] = Counter(chain.from_iterable(action.linked(kind) for action in actions))
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].key))

    def _profiles(self, within: FrozenBitMap | None) -> Profiles:
        return self._kept(within, "profiles", lambda found: profiles(self._network, self._indexes, found))

    def _kept(self, within: FrozenBitMap | None, name: Hashable, make: Callable[[FrozenBitMap], Result]) -> Result:
        everything = self._indexes.everything
        is_whole = within is None or len(within) == len(everything)
        found: Result = (
            self._of_whole(name, make, everything) if is_whole else self._of_part((name, within), make, within)
        )
        return found


def _kept_by_name(cache: MutableMapping[Any, Any]) -> Callable[..., Any]:
    """With a condition, what several threads ask for at once is made once."""
    return cached(cache, lambda name, *_: name, condition=Condition())(lambda _, make, actions: make(actions))
