"""What the directory lacks: empty fields, words that look wrong, titles that come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from pyroaring import BitMap, FrozenBitMap

from graph.fields import EXPECTED, TEXTS, Field
from graph.indexes import NOTHING, Indexes, alternative_labels, bitmap, ordinals
from graph.kinds import CONCEPT_KINDS, KINDS, NodeKind
from graph.labels import UNKNOWN_DEPARTMENT
from graph.model import Action, Concept, SheetText, Structure, fold
from graph.network import Network
from graph.vocabulary import Vocabulary, nearest


@dataclass(frozen=True, slots=True)
class EmptyField:
    """A field of the form and the ordinals of the actions whose sheets leave it empty."""

    field: Field
    actions: FrozenBitMap


@dataclass(frozen=True, slots=True)
class DoubtfulValue:
    """A concept that one action only has, or that the vocabulary does not know (`known` is false). `close_to` is the
    label of the same kind that an unknown word resembles, known or more frequent, or None.
    """

    concept: Concept
    count: int
    known: bool
    close_to: str | None


@dataclass(frozen=True, slots=True)
class RepeatedTitle:
    """A title, folded to be compared, as the newest of its actions prints it, and the ordinals of the actions."""

    title: str
    actions: FrozenBitMap


@dataclass(frozen=True, slots=True)
class DataQuality:
    """What a federation would mend first: `empty_fields` has each field that a sheet is expected to fill, in the order
    of the page; `doubtful_values` the unknown words first, each part by kind and key; `respelled` the concepts that
    some sheets print otherwise than their label; `repeated_titles` the most frequent first.
    """

    empty_fields: tuple[EmptyField, ...]
    doubtful_values: tuple[DoubtfulValue, ...]
    respelled: tuple[Concept, ...]
    repeated_titles: Sequence[RepeatedTitle]


Empty = Mapping[str, FrozenBitMap]
"""Of each field of text, the actions whose sheets leave it empty; under `unprinted`, those that do not print it."""


def unprinted(name: str) -> str:
    """Under which name `Empty` has the actions whose sheets do not print an optional field."""
    return f"{name}, unprinted"


OPTIONAL = tuple(field for field in TEXTS if field.optional)
LOOKED_AT = (*(field.name for field in TEXTS), *(unprinted(field.name) for field in OPTIONAL))
"""The names of `Empty`."""


def data_quality(network: Network, indexes: Indexes, texts: Empty, vocabulary: Vocabulary) -> DataQuality:
    """What the records say, and what is known of the texts: see `empty_texts`."""
    empty = {**_empty_records(network, indexes), **texts}
    fields = tuple(EmptyField(field, empty[field.name]) for field in EXPECTED)
    return _with_values(fields, network, indexes, vocabulary, indexes.everything)


def part(
    whole: DataQuality, network: Network, indexes: Indexes, vocabulary: Vocabulary, within: FrozenBitMap
) -> DataQuality:
    """What a graph lacks that has some actions only, where `whole` says what the sheets of all leave empty."""
    fields = tuple(EmptyField(empty.field, empty.actions & within) for empty in whole.empty_fields)
    return _with_values(fields, network, indexes, vocabulary, within)


def _with_values(
    fields: tuple[EmptyField, ...], network: Network, indexes: Indexes, vocabulary: Vocabulary, within: FrozenBitMap
) -> DataQuality:
    return DataQuality(
        fields,
        tuple(sorted(_doubtful_values(network, indexes, vocabulary, within), key=lambda value: value.known)),
        tuple(
            concept
            for kind in CONCEPT_KINDS
            for concept in network.concepts[kind]
            if alternative_labels(network, indexes, concept, within)
        ),
        RepeatedTitles(network, within),
    )


def _empty_records(network: Network, indexes: Indexes) -> dict[str, FrozenBitMap]:
    def all_of(nodes: Iterable[Structure | Concept]) -> FrozenBitMap:
        return FrozenBitMap.union(FrozenBitMap(), *(indexes.members[node.key] for node in nodes))

    places = network.concepts[NodeKind.DEPARTMENT]
    return {
        "title": _untitled(network, indexes),
        "department": all_of(place for place in places if place.label == UNKNOWN_DEPARTMENT),
        "year": indexes.years.get(None, FrozenBitMap()),
        "structure": all_of(body for body in network.structures if not body.name.strip()),
        "status": FrozenBitMap().union(*(found for status, found in indexes.statuses.items() if not status.strip())),
        **{KINDS[kind].attribute: indexes.everything - all_of(network.concepts[kind]) for kind in CONCEPT_KINDS},
    }


def _untitled(network: Network, indexes: Indexes) -> FrozenBitMap:
    place, is_one = network.titles.locate("")
    everyone = ordinals(indexes.everything)
    return bitmap(everyone[network.titles.ranks_of(everyone) == place]) if is_one else NOTHING


def empty_texts(texts: Iterable[tuple[Action, SheetText]]) -> Empty:
    """What some sheets leave empty of the fields of text. A field whose label the sheet does not print is not empty."""
    empty = [BitMap() for _ in LOOKED_AT]
    for action, text in texts:
        for actions, is_empty in zip(empty, leaves_empty(text), strict=True):
            if is_empty:
                actions.add(action.ordinal)
    return {name: FrozenBitMap(actions) for name, actions in zip(LOOKED_AT, empty, strict=True)}


def leaves_empty(text: SheetText) -> list[bool]:
    """Whether a sheet leaves each field of text empty, and does not print each that is optional: as `LOOKED_AT`."""
    values: list[str | None] = [getattr(text, field.name) for field in TEXTS]
    is_empty = [value is not None and not value.strip() for value in values]
    return is_empty + [getattr(text, field.name) is None for field in OPTIONAL]


def changed_empty(before: Empty, indexes: Indexes, come: Empty) -> Empty:
    """What is empty in a later version, of which `come` says it of the sheets that came since."""
    return {name: (found & indexes.everything) | come[name] for name, found in before.items()}


def _doubtful_values(
    network: Network, indexes: Indexes, vocabulary: Vocabulary, within: FrozenBitMap
) -> Iterator[DoubtfulValue]:
    for kind in CONCEPT_KINDS:
        members = {concept: indexes.members[concept.key] for concept in network.concepts[kind]}
        counts = {
            concept: count
            for concept, actions in members.items()
            if (count := actions.intersection_cardinality(within))
        }
        frequent = {fold(concept.label): concept for concept, count in counts.items() if count > 1}
        for concept, count in counts.items():
            known = vocabulary.knows(kind, concept.label)
            if known and count > 1:
                continue
            close = None if known else vocabulary.nearest(kind, concept.label)
            if not known and close is None:
                word = nearest(fold(concept.label), [word for word, other in frequent.items() if counts[other] > count])
                close = frequent[word].label if word else None
            yield DoubtfulValue(concept, count, known, close)


class RepeatedTitles(Sequence[RepeatedTitle]):
    """The titles that several of some actions have, the most frequent first, then in the order of titles; each is
    worked out when it is read.
    """

    def __init__(self, network: Network, within: FrozenBitMap) -> None:
        actions = ordinals(within)
        ranks = network.titles.ranks_of(actions)
        self._network = network
        self._counts = np.bincount(ranks)
        # The newest of each title first.
        self._by_title = actions[np.lexsort((network.order.places_of(actions), ranks))]
        self._ends = np.cumsum(self._counts)
        repeated = np.flatnonzero(self._counts > 1)
        self._repeated = repeated[np.argsort(-self._counts[repeated], kind="stable")]

    def __len__(self) -> int:
        return len(self._repeated)

    @overload
    def __getitem__(self, place: int) -> RepeatedTitle: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[RepeatedTitle]: ...

    def __getitem__(self, place: int | slice) -> RepeatedTitle | Sequence[RepeatedTitle]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        rank = self._repeated[place]
        having = self._by_title[self._ends[rank] - self._counts[rank] : self._ends[rank]]
        return RepeatedTitle(self._network.actions[having[0]].title, bitmap(having))
