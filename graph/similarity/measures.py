"""Similar actions: how much they share with others, by one of six measures, and why.

Let A be the nodes of some kinds (keywords, say) that the one action is linked to, B those of the other, and w
the sum of the nodes' weights, each node weighing what its kind weighs, 1 where nothing is said:

    JACCARD   w(A∩B) / w(A∪B)               the part that they share of all that they have
    OVERLAP   w(A∩B) / min(w(A), w(B))      1 where the one has all that the other has
    COSINE    w(A∩B) / sqrt(w(A) · w(B))    between the two
    RARITY    JACCARD where each node weighs ln(1 + N/df) more: N actions, df of which have the node
    TEXT      the cosine of what the two sheets say (see `graph.similarity.text`); kinds play no part
    BALANCED  both: what rarely shared nodes of several kinds and the words tell (see `graph.similarity.balanced`)

Every score is between 0 and 1, and the same from either side. What is similar to several actions is similar to their
*profile*: the union of their nodes, or the sum of their texts. Actions whose lists of nodes are the same are one group,
scored once: the cost of a ranking follows the number of different lists among the kinds asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.errors import NotAccepted, OutOfRange, sized
from graph.errors import within as in_range
from graph.indexes import Indexes, ordinals
from graph.kinds import LINKED_KINDS, NodeKind, named
from graph.model import Action, Concept, SheetText, Structure
from graph.network import Network
from graph.once import kept_by_object, once
from graph.similarity.balanced import KINDS_BALANCED, WORDS, discounts, of_links, weight_of
from graph.similarity.later_texts import GrowingTexts, Terms
from graph.similarity.lists import Grouping, GrowingLists, KindLists, Profile, Weighing
from graph.similarity.ranked import (
    RARITY_DIGITS,
    SCORE_DIGITS,
    Floats,
    GrowingKeys,
    KeyOrder,
    Ordinals,
    Ranked,
)
from graph.similarity.roughly import RoughlyRanked, RoughScores
from graph.similarity.text import TextIndex, TextProfile

LEAST_WEIGHT, GREATEST_WEIGHT = 0.001, 1000.0
LONGEST_TEXT = 5_000  # characters of a text that no sheet has
MOST_KINDS = 4  # compared at once: each combination is prepared when it is first asked for
_GROUPINGS_KEPT = 16
_DISCOUNTS_KEPT = 4  # some 4 MB each for a million actions
_SAID_KEPT = 16  # the reasons of each action of a page ask for it again

To = Sequence[Action] | str
"""What is compared with every action: some of them, or a text that no sheet has yet."""

Weights = Mapping[NodeKind, float]
TextIndexMaker = Callable[[], TextIndex]


class Measure(StrEnum):
    """How the similarity of two actions is measured."""

    JACCARD = "jaccard"
    OVERLAP = "overlap"
    COSINE = "cosine"
    RARITY = "rarity"
    TEXT = "text"
    BALANCED = "balanced"


_WEIGHINGS = {Measure.RARITY: Weighing.BY_RARITY, Measure.BALANCED: Weighing.BY_WHAT_IT_TELLS}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that two actions share, and what it weighs. The contributions of all reasons add up to the score.

    `kind` and `node` are None for what the texts say, and `term` is None for a node. A term is a word as the sheets
    print it, or the label of a subject that words of both sheets come under.
    """

    kind: NodeKind | None
    node: Structure | Concept | None
    term: str | None
    weight: float
    contribution: float


class Similarity:
    """Answers what is similar to an action. `text_index` is called once, when texts are first compared.

    Reading it from several threads is safe; what a combination of kinds needs is made once, and the last 16 are kept.
    """

    def __init__(
        self,
        network: Network,
        indexes: Indexes,
        text_index: TextIndexMaker,
        base: Similarity | None = None,
        later: Sequence[SheetText] = (),
        anew: TextIndexMaker | None = None,
    ) -> None:
        """`base` is that of the graph that was built at once, of which this one is a later version, and `later` are the
        texts of the actions that came since. Where `anew` is given, the words of the version are counted anew by it.
        """
        self._network = network
        self._indexes = indexes
        self._base = base
        self._text_index = text_index
        self._later = later
        self._anew = anew
        self._lists = kept_by_object(len(LINKED_KINDS), self._lists_of)
        self._grouping = kept_by_object(_GROUPINGS_KEPT, self._grouped)
        self._discounts = kept_by_object(_DISCOUNTS_KEPT, self._discounts_of)
        self._profile_said = kept_by_object(_SAID_KEPT, self._profile_of)

    def changed(
        self, network: Network, indexes: Indexes, later: Sequence[SheetText], anew: TextIndexMaker | None = None
    ) -> Similarity:
        """That of a later version; `later` are the texts of the actions that came after the base. `anew` makes the
        index of all texts of that version: without it the words, and how rare they are, stay those of the base.
        """
        return Similarity(network, indexes, self._text_index, self._base or self, later, anew)

    def similar(
        self,
        to: To,
        *,
        by: Sequence[NodeKind] | None = None,
        measure: Measure = Measure.JACCARD,
        weights: Weights | None = None,
        threshold: float = 0.0,
        within: FrozenBitMap | None = None,
    ) -> Ranked | RoughlyRanked:
        """The actions with a score above 0 and of at least `threshold`, `to` themselves left out.

        `within` holds the ordinals that may be answered; None means all. `by` are at most four kinds: where it is None,
        KEYWORD, and for BALANCED those of `KINDS_BALANCED`. `weights` are of these, from 0.001 to 1000. Raises
        OutOfRange or NotAccepted for an argument that is not. A text of 1 to 5000 characters is compared by TEXT alone.

        >>> ranked = tiny.similarity.similar([tiny.actions[3]], threshold=0.25)
        >>> [(similar.action.title, round(similar.score, 2)) for similar in ranked.page(Window(first=5)).items]
        [('Atelier compost', 1.0), ('Repas des voisins', 0.33)]
        """
        kind_weights = _checked(to, by, measure, weights)
        in_range("threshold", threshold, 0, 1)
        threshold = round(threshold, SCORE_DIGITS)
        if measure is Measure.TEXT or isinstance(to, str):
            return self._similar_texts(to, threshold, within)
        if measure is Measure.BALANCED:
            return self._similar_balanced(to, kind_weights, threshold, within)
        return self._similar_nodes(to, kind_weights, measure, threshold, within)

    def reasons(
        self,
        to: To,
        action: Action,
        *,
        by: Sequence[NodeKind] | None = None,
        measure: Measure = Measure.JACCARD,
        weights: Weights | None = None,
    ) -> list[Reason]:
        """What `action` shares with `to`, the greatest contribution first. Raises OutOfRange, NotAccepted.

        >>> [meal, garden] = tiny.actions[2:]
        >>> [(reason.node.label, round(reason.contribution, 2)) for reason in tiny.similarity.reasons([garden], meal)]
        [('Jardin', 0.33)]
        """
        kind_weights = _checked(to, by, measure, weights)
        if measure is Measure.TEXT or isinstance(to, str):
            return self._shared_terms(to, action, 1)
        reasons = self._shared_nodes(to, action, measure, kind_weights)
        if measure is Measure.BALANCED:
            reasons += self._shared_terms(to, action, WORDS)
        return sorted(reasons, key=_place_of_reason)

    def _said(self, to: To) -> TextProfile:
        return self._profile_said(to if isinstance(to, str) else tuple(action.ordinal for action in to))

    def _profile_of(self, said: str | tuple[int, ...]) -> TextProfile:
        return self.texts.profile_of(said) if isinstance(said, str) else self.texts.profile(said)

    def _shared_terms(self, to: To, action: Action, part: float) -> list[Reason]:
        """What both say, `part` being what the texts are of the score."""
        terms = self.texts.shared_terms(self._said(to), action.ordinal)
        return [Reason(None, None, term, weight, part * told) for term, weight, told in terms]

    def _shared_nodes(self, to: Sequence[Action], action: Action, measure: Measure, weights: Weights) -> list[Reason]:
        profile = self._profile(to, measure, weights)
        other = self._profile([action], measure, weights)
        shared = {node: weight for node, weight in profile.nodes.items() if weight and node in other.nodes}
        if not shared:
            return []
        total = sum(shared.values())
        # What would be shared if the score were 1: of it, each node contributes its part.
        whole = total / float(_ratio(measure, np.array([total]), profile.weight, np.array([other.weight]))[0])
        return [Reason(node.kind, node, None, weight, weight / whole) for node, weight in shared.items()]

    def prepare(self) -> None:
        """Make now what the commonest questions need: the actions grouped by their keywords, and by what BALANCED
        compares."""
        self._grouping((NodeKind.KEYWORD,))
        self._discounts(tuple((kind, weight_of(kind)) for kind in LINKED_KINDS if kind in KINDS_BALANCED))

    def follow(self, before: Similarity) -> None:
        """Make now what the version before had made for those who ask of texts: nobody waits for it."""
        if "texts" in before.__dict__:
            _ = self.texts

    @once
    def texts(self) -> Terms:
        """The words of the sheets, which TEXT and BALANCED compare."""
        if self._anew is not None:
            return self._anew()
        if self._base is None:
            return self._base_texts
        return self._base._growing_texts.until(self._network, self._indexes, self._later)

    @once
    def _base_texts(self) -> TextIndex:
        return self._text_index()

    @once
    def _growing_texts(self) -> GrowingTexts:
        return GrowingTexts(self._base_texts)

    @once
    def _growing_lists(self) -> dict[NodeKind, GrowingLists]:
        return {kind: GrowingLists(kind, self._network) for kind in LINKED_KINDS}

    @once
    def _growing_keys(self) -> GrowingKeys:
        return GrowingKeys(self._network.actions)

    @once
    def _keys(self) -> KeyOrder:
        return (self._base or self)._growing_keys.until(self._network.actions)

    def _lists_of(self, kind: NodeKind) -> KindLists:
        return KindLists((self._base or self)._growing_lists[kind], self._network, self._indexes)

    def _grouped(self, kinds: tuple[NodeKind, ...]) -> Grouping:
        lists = [*map(self._lists, kinds)]
        if self._base is None:
            return Grouping.build(lists, self._keys)
        return self._base._grouping(kinds).changed(lists, self._network, self._indexes)

    def _profile(self, actions: Sequence[Action], measure: Measure, weights: Weights) -> Profile:
        weighing = _WEIGHINGS.get(measure, Weighing.ALIKE)
        return Profile(actions, [*map(self._lists, weights)], weights, weighing)

    def _similar_nodes(
        self, to: Sequence[Action], weights: Weights, measure: Measure, threshold: float, within: FrozenBitMap | None
    ) -> Ranked:
        grouping, profile = self._grouping(tuple(weights)), self._profile(to, measure, weights)
        # Who may be answered, and how many of them each group has.
        taken = BitMap(action.ordinal for action in to)
        inside = None if within is None else ordinals(within - taken)
        counts = grouping.counts(taken, inside)
        # The weight of a group is asked for only where it shares something.
        shared = grouping.total(profile.shared())
        groups = np.flatnonzero((shared > 0) & (counts > 0))
        weights_of_groups = grouping.total(profile.weights_of_lists(), groups)
        scores = _rounded(_ratio(measure, shared[groups], profile.weight, weights_of_groups))
        high = (scores > 0) & (scores >= threshold)
        groups, scores = groups[high], scores[high]
        return Ranked(
            self._keys,
            scores=scores,
            counts=counts[groups],
            rarity=lambda chosen: np.round(grouping.total(profile.rarity(), groups[chosen]), RARITY_DIGITS),
            members=lambda chosen, limit: grouping.members(groups[chosen], taken, inside, limit),
        )

    def _similar_texts(self, to: To, threshold: float, within: FrozenBitMap | None) -> RoughlyRanked:
        texts, said = self.texts, self._said(to)
        rough = texts.scores(said)
        self._leave_out(rough, to, within)
        return RoughlyRanked.of_at_least(
            threshold,
            self._keys,
            rough,
            exact=lambda ordinals: _rounded(texts.scores_of(said, ordinals)),
            rarity=lambda ordinals: np.round(texts.rarity_of_shared(said, ordinals), RARITY_DIGITS),
        )

    def _similar_balanced(
        self, to: Sequence[Action], weights: Weights, threshold: float, within: FrozenBitMap | None
    ) -> RoughlyRanked:
        texts, said = self.texts, self._said(to)
        linked = self._profile(to, Measure.BALANCED, weights)
        lists = [self._lists(kind).list_of for kind in weights]
        shared, theirs, rarities = linked.shared(), linked.weights_of_lists(), linked.rarity()
        rough = WORDS * texts.scores(said)
        # The roots of a million weights take longer than all the rest, and are the same whatever is compared.
        links = _of_actions([of_lists.astype(np.float32) for of_lists in shared], lists)
        links *= self._discounts(tuple(weights.items()))
        links *= float(of_links(np.ones(1), linked.weight, np.zeros(1))[0])
        rough += links
        self._leave_out(rough, to, within)

        def exact(ordinals: Ordinals) -> Floats:
            links = of_links(_of_actions(shared, lists, ordinals), linked.weight, _of_actions(theirs, lists, ordinals))
            return _rounded(links + WORDS * texts.scores_of(said, ordinals))

        def rarity(ordinals: Ordinals) -> Floats:
            nodes = _of_actions(rarities, lists, ordinals)
            found: Floats = np.round(nodes + texts.rarity_of_shared(said, ordinals), RARITY_DIGITS)
            return found

        return RoughlyRanked.of_at_least(threshold, self._keys, rough, exact, rarity)

    def _discounts_of(self, weights: tuple[tuple[NodeKind, float], ...]) -> npt.NDArray[np.float32]:
        """By what BALANCED multiplies what each action shares, by its ordinal."""
        given = dict(weights)
        lists = [*map(self._lists, given)]
        theirs = Profile((), lists, given, Weighing.BY_WHAT_IT_TELLS).weights_of_lists()
        return discounts(_of_actions(theirs, [each.list_of for each in lists]))

    def _leave_out(self, rough: RoughScores, to: To, within: FrozenBitMap | None) -> None:
        """Make the scores of what is compared, of what is gone and of what is not `within` 0."""
        if not isinstance(to, str):
            rough[[action.ordinal for action in to]] = 0
        if within is None and len(self._indexes.everything) < len(rough):
            within = self._indexes.everything
        if within is not None:
            is_outside = np.ones(len(rough), bool)
            is_outside[ordinals(within)] = False
            rough[is_outside] = 0


def _of_actions(
    of_lists: Sequence[npt.NDArray[Any]],
    lists: Sequence[npt.NDArray[np.int32]],
    ordinals: Ordinals | None = None,
) -> npt.NDArray[Any]:
    """The sum over kinds of what each list is given, for the actions of some ordinals (None: for all): `lists` has the
    list of each.
    """
    # With numbers of 32 bits, `take` does in half the time what an index does.
    parts = [
        values.take(list_of if ordinals is None else list_of.take(ordinals))
        for values, list_of in zip(of_lists, lists, strict=True)
    ]
    total = parts[0]
    for part in parts[1:]:
        total += part
    return total


def _checked(to: To, by: Sequence[NodeKind] | None, measure: Measure, weights: Weights | None) -> Weights:
    """The weight of each kind, in one order whatever the order of `by`."""
    if isinstance(to, str):
        _check_text(to, by, measure, weights)
    if not to:
        raise OutOfRange("to", "no action", "give one or more")
    is_balanced = measure is Measure.BALANCED
    if by is None:
        by = KINDS_BALANCED if is_balanced else (NodeKind.KEYWORD,)
    sized("by", by, 1, MOST_KINDS)
    if NodeKind.ACTION in by:
        raise NotAccepted("by", NodeKind.ACTION.name, f"give some of {named(LINKED_KINDS)}")
    weights = weights or {}
    if weights and measure is Measure.TEXT:
        raise NotAccepted("weights", named(weights), "the measure TEXT compares words; give no weights")
    for kind, weight in weights.items():
        if kind not in by:
            raise NotAccepted("weights", kind.name, f"give kinds of `by` ({named(by)})")
        in_range("weights", weight, LEAST_WEIGHT, GREATEST_WEIGHT)
    usual = weight_of if is_balanced else lambda _: 1.0
    return {kind: float(weights.get(kind, usual(kind))) for kind in LINKED_KINDS if kind in by}


def _check_text(text: str, by: Sequence[NodeKind] | None, measure: Measure, weights: Weights | None) -> None:
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise OutOfRange("text", f"{len(text)} characters", f"give 1 to {LONGEST_TEXT}")
    if measure is not Measure.TEXT:
        raise NotAccepted("measure", measure.name, "a text has no links; give TEXT")
    if by is not None:
        raise NotAccepted("by", named(by), "a text has no links; give no kinds")
    if weights:
        raise NotAccepted("weights", named(weights), "a text has no links; give no weights")


def _place_of_reason(reason: Reason) -> tuple[float, str, str]:
    return -reason.contribution, reason.node.key if reason.node else "", reason.term or ""


def _ratio(measure: Measure, shared: Floats, mine: float, theirs: Floats) -> Floats:
    """The measure, from what two sets share and what each of them weighs."""
    if measure is Measure.OVERLAP:
        return shared / np.minimum(mine, theirs)
    if measure is Measure.COSINE:
        return shared / np.sqrt(mine * theirs)
    if measure is Measure.BALANCED:
        return of_links(shared, mine, theirs)
    return shared / (mine + theirs - shared)


def _rounded(scores: Floats) -> Floats:
    """Scores to be compared: two that are equal by arithmetic may differ in their last bits, or exceed 1."""
    return np.minimum(np.round(scores, SCORE_DIGITS), 1)
