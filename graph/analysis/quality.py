"""What the directory lacks: empty fields, words that look wrong, titles that come back."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import Indexes
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.model import Action, Concept, Sheet, SheetText, fold
from graph.network import UNKNOWN_DEPARTMENT, Network
from graph.vocabulary import Vocabulary

FIELDS = (
    "title",
    "department",
    "year",
    "structure",
    "status",
    "end_reason",
    "dimension",
    "keywords",
    "summary",
    "initiators",
    "initiator_detail",
    "territory",
    "experience",
    "publics",
    "partners",
    "description",
    "resources",
    "people",
    "result_territory",
    "result_centre",
    "result_residents",
    "limits",
    "perspectives",
)
"""The fields that a sheet is expected to fill, in the order of the form. Attached files are optional."""

_LINK_FIELDS = {
    NodeKind.DIMENSION: "dimension",
    NodeKind.KEYWORD: "keywords",
    NodeKind.INITIATOR: "initiators",
    NodeKind.TERRITORY: "territory",
    NodeKind.PUBLIC: "publics",
    NodeKind.PARTNER: "partners",
}
_TEXT_FIELDS = tuple(field for field in FIELDS if field in SheetText.__dataclass_fields__)
_CLOSE = 0.75
_LONGEST_COMPARED = 80  # comparing two spellings takes the square of their length


@dataclass(frozen=True, slots=True)
class EmptyField:
    """A field of the form and the ordinals of the actions whose sheets leave it empty."""

    field: str
    actions: FrozenBitMap


@dataclass(frozen=True, slots=True)
class DoubtfulValue:
    """A concept that one action only has, or that the vocabulary does not know (`known` is false).

    `close_to` is the label of the same kind that an unknown word resembles, known or more frequent, or None.
    """

    concept: Concept
    count: int
    known: bool
    close_to: str | None


@dataclass(frozen=True, slots=True)
class RepeatedTitle:
    """A title, as the newest of its actions prints it, and the ordinals of the actions that have it.

    Titles that differ by case, accents or white space only are the same.
    """

    title: str
    actions: FrozenBitMap


@dataclass(frozen=True, slots=True)
class DataQuality:
    """What a federation would mend first.

    `empty_fields` has one entry for each of `FIELDS`, in that order, also where no sheet leaves it empty;
    `doubtful_values` has the unknown words first, each part by kind and key; `respelled` has the concepts
    that some sheets print otherwise than their label (`Concept.alternative_labels`); `repeated_titles` the
    most frequent first.
    """

    empty_fields: tuple[EmptyField, ...]
    doubtful_values: tuple[DoubtfulValue, ...]
    respelled: tuple[Concept, ...]
    repeated_titles: tuple[RepeatedTitle, ...]

    def empty_fields_of(self, action: Action) -> tuple[str, ...]:
        """The fields that the sheet of an action leaves empty, in the order of the form."""
        return tuple(empty.field for empty in self.empty_fields if action.ordinal in empty.actions)


def data_quality(
    network: Network,
    indexes: Indexes,
    sheets: Iterable[tuple[str, Sheet | SheetText]],
    vocabulary: Vocabulary,
) -> DataQuality:
    """Look at every record once, and once at every text of `sheets`, pairs of an action's key and its sheet.

    A field whose label the sheet does not print (`end_reason`, `initiator_detail`) is not empty. A key that
    the network does not have belongs to a sheet imported since it was built, and is passed over.
    """
    empty = {**_empty_records(network, indexes), **_empty_texts(network, sheets)}
    respelled = tuple(
        concept for kind in CONCEPT_KINDS for concept in network.concepts[kind] if concept.alternative_labels
    )
    return DataQuality(
        tuple(EmptyField(field, FrozenBitMap(empty[field])) for field in FIELDS),
        tuple(_doubtful_values(network, indexes, vocabulary)),
        respelled,
        tuple(_repeated_titles(network, indexes)),
    )


def _empty_records(network: Network, indexes: Indexes) -> dict[str, BitMap | FrozenBitMap]:
    members = indexes.members
    empty: dict[str, BitMap | FrozenBitMap] = {
        "title": BitMap(action.ordinal for action in network.actions if not action.title.strip()),
        "department": FrozenBitMap.union(
            FrozenBitMap(),
            *(
                members[place.key]
                for place in network.concepts[NodeKind.DEPARTMENT]
                if place.label == UNKNOWN_DEPARTMENT
            ),
        ),
        "year": indexes.years.get(None, FrozenBitMap()),
        "structure": FrozenBitMap.union(
            FrozenBitMap(), *(members[body.key] for body in network.structures if not body.name.strip())
        ),
        "status": FrozenBitMap.union(
            FrozenBitMap(), *(found for status, found in indexes.statuses.items() if not status.strip())
        ),
    }
    for kind, field in _LINK_FIELDS.items():
        linked = FrozenBitMap.union(FrozenBitMap(), *(members[c.key] for c in network.concepts[kind]))
        empty[field] = indexes.everything - linked
    return empty


def _empty_texts(network: Network, sheets: Iterable[tuple[str, Sheet | SheetText]]) -> dict[str, BitMap]:
    empty = {field: BitMap() for field in _TEXT_FIELDS}
    for key, sheet in sheets:
        action = network.records.get(key)
        if not isinstance(action, Action):
            continue
        text = sheet.text if isinstance(sheet, Sheet) else sheet
        for field, actions in empty.items():
            value: str | None = getattr(text, field)
            if value is not None and not value.strip():
                actions.add(action.ordinal)
    return empty


def _doubtful_values(network: Network, indexes: Indexes, vocabulary: Vocabulary) -> list[DoubtfulValue]:
    doubtful = []
    for kind in CONCEPT_KINDS:
        counts = {concept: len(indexes.members[concept.key]) for concept in network.concepts[kind]}
        frequent = {fold(concept.label): concept for concept, count in counts.items() if count > 1}
        for concept, count in counts.items():
            known = vocabulary.knows(kind, concept.label)
            if known and count > 1:
                continue
            close = None if known else vocabulary.nearest(kind, concept.label)
            if not known and close is None and len(concept.label) <= _LONGEST_COMPARED:
                more_frequent = [word for word, other in frequent.items() if counts[other] > count]
                similar = difflib.get_close_matches(fold(concept.label), more_frequent, n=1, cutoff=_CLOSE)
                close = frequent[similar[0]].label if similar else None
            doubtful.append(DoubtfulValue(concept, count, known, close))
    return sorted(doubtful, key=lambda value: value.known)


def _repeated_titles(network: Network, indexes: Indexes) -> list[RepeatedTitle]:
    counts = np.bincount(indexes.title_rank)
    # A stable sort: within a title the ordinals stay ascending.
    by_title = np.argsort(indexes.title_rank, kind="stable").astype(np.uint32)
    ends = np.cumsum(counts)
    repeated = np.flatnonzero(counts > 1)
    found = []
    for rank in repeated[np.argsort(-counts[repeated], kind="stable")]:
        actions = FrozenBitMap(by_title[ends[rank] - counts[rank] : ends[rank]])
        found.append(RepeatedTitle(network.actions[actions.min()].title, actions))
    return found
