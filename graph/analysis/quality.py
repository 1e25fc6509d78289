"""What the directory lacks: empty fields, words that look wrong, titles that come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap, FrozenBitMap

from graph.fields import EXPECTED, TEXTS, Field
from graph.indexes import Indexes, alternative_labels, bitmap, ordinals
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
    repeated_titles: tuple[RepeatedTitle, ...]


def data_quality(
    network: Network, indexes: Indexes, texts: Iterable[tuple[str, SheetText]], vocabulary: Vocabulary
) -> DataQuality:
    """Look at every record once, and once at every text, with the key of its action. A field whose label the sheet does
    not print is not empty. A key that the network does not have is of a sheet imported since, and is passed over.
    """
    empty = {**_empty_records(network, indexes), **_empty_texts(network, texts)}
    return DataQuality(
        tuple(EmptyField(field, empty[field.name]) for field in EXPECTED),
        tuple(sorted(_doubtful_values(network, indexes, vocabulary), key=lambda value: value.known)),
        tuple(
            concept
            for kind in CONCEPT_KINDS
            for concept in network.concepts[kind]
            if alternative_labels(network, indexes, concept)
        ),
        tuple(repeated_titles(network, indexes, indexes.everything)),
    )


def part(whole: DataQuality, network: Network, indexes: Indexes, within: FrozenBitMap) -> DataQuality:
    """What of the whole concerns some actions: what their sheets lack, their doubtful and respelled concepts (which
    the whole tells, with its counts), and the titles that come back among them.
    """

    def concerns(concept: Concept) -> bool:
        return bool(indexes.members[concept.key].intersect(within))

    return DataQuality(
        tuple(EmptyField(empty.field, empty.actions & within) for empty in whole.empty_fields),
        tuple(value for value in whole.doubtful_values if concerns(value.concept)),
        tuple(filter(concerns, whole.respelled)),
        tuple(repeated_titles(network, indexes, within)),
    )


def _empty_records(network: Network, indexes: Indexes) -> dict[str, FrozenBitMap]:
    def all_of(nodes: Iterable[Structure | Concept]) -> FrozenBitMap:
        return FrozenBitMap.union(FrozenBitMap(), *(indexes.members[node.key] for node in nodes))

    places = network.concepts[NodeKind.DEPARTMENT]
    return {
        "title": indexes.everything & FrozenBitMap([a.ordinal for a in network.actions if not a.title.strip()]),
        "department": all_of(place for place in places if place.label == UNKNOWN_DEPARTMENT),
        "year": indexes.years.get(None, FrozenBitMap()),
        "structure": all_of(body for body in network.structures if not body.name.strip()),
        "status": FrozenBitMap().union(*(found for status, found in indexes.statuses.items() if not status.strip())),
        **{KINDS[kind].attribute: indexes.everything - all_of(network.concepts[kind]) for kind in CONCEPT_KINDS},
    }


def _empty_texts(network: Network, texts: Iterable[tuple[str, SheetText]]) -> dict[str, FrozenBitMap]:
    empty = {field.name: BitMap() for field in TEXTS}
    for key, text in texts:
        action = network.records.get(key)
        if isinstance(action, Action):
            for name, actions in empty.items():
                value: str | None = getattr(text, name)
                if value is not None and not value.strip():
                    actions.add(action.ordinal)
    return {name: FrozenBitMap(actions) for name, actions in empty.items()}


def _doubtful_values(network: Network, indexes: Indexes, vocabulary: Vocabulary) -> Iterator[DoubtfulValue]:
    for kind in CONCEPT_KINDS:
        counts = {concept: len(indexes.members[concept.key]) for concept in network.concepts[kind]}
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


def repeated_titles(network: Network, indexes: Indexes, within: FrozenBitMap) -> Iterator[RepeatedTitle]:
    """The titles that several of some actions have, the most frequent first, then in the order of titles."""
    actions = ordinals(within)
    ranks = network.titles.ranks_of(actions)
    counts = np.bincount(ranks)
    # The newest of each title first.
    by_title, ends = actions[np.lexsort((network.order.places_of(actions), ranks))], np.cumsum(counts)
    repeated = np.flatnonzero(counts > 1)
    for rank in repeated[np.argsort(-counts[repeated], kind="stable")]:
        having = by_title[ends[rank] - counts[rank] : ends[rank]]
        yield RepeatedTitle(network.actions[having[0]].title, bitmap(having))
