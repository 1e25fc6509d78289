"""What is indexed of each node: of an action its whole sheet, of the others, and of titles, their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields

import numpy as np
import tantivy
from pyroaring import BitMap

from graph.indexes import Indexes, alternative_labels
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.model import Action, Concept, SheetText, Structure, fold
from graph.network import Network
from graph.search.french import bare, composed, words
from graph.search.fulltext import document

TITLE = "title"  # among the names, the kind of a document for the title of one action or more
_SAMPLE = 5_000  # texts from which spellings are learnt
_TEXT_FIELDS = tuple(field.name for field in fields(SheetText))


def action_documents(
    network: Network,
    indexes: Indexes,
    texts: Iterable[tuple[str, SheetText]],
    spellings: Counter[str],
    progress: Callable[[int], None],
) -> Iterator[tantivy.Document]:
    """A document for each action, numbered by its ordinal. The words of the first texts are counted in `spellings`.
    Raises ValueError for the text of an action that the network does not have.
    """
    done = BitMap()
    for key, text in texts:
        action = network.records.get(key)
        if not isinstance(action, Action):
            raise ValueError(f"There is a text for {key!r}, which is no action of the graph.")
        passages = _passages(text)
        if len(done) < _SAMPLE:
            for passage in (action.title, *passages):
                spellings.update(word.lower() for word, _, _ in words(composed(passage)))
        done.add(action.ordinal)
        yield _action_document(action, passages)
        if len(done) % 1_000 == 0:
            progress(len(done))
    for ordinal in indexes.everything - done:
        yield _action_document(network.actions[ordinal], ())
    progress(len(indexes.everything))


def _action_document(action: Action, passages: tuple[str, ...]) -> tantivy.Document:
    labels = tuple(node.label for node in (*action.neighbours(), action.department))
    return document(action.ordinal, action.kind, action.title, labels, passages)


def _passages(text: SheetText) -> tuple[str, ...]:
    values = (getattr(text, name) for name in _TEXT_FIELDS)
    return tuple(part for value in values for part in ((value,) if isinstance(value, str) else value or ()) if part)


def accents(spellings: Counter[str]) -> dict[str, str]:
    """How bare words are written, where it is otherwise: the most frequent spelling."""
    rarest_first = sorted(spellings.items(), key=lambda item: (-item[1], item[0]), reverse=True)
    best = {bare(word): word for word, _ in rarest_first}
    return {plain: word for plain, word in best.items() if plain and plain != word}


def named_nodes(network: Network) -> tuple[Structure | Concept, ...]:
    """The nodes that are searched for by name, in the order that breaks ties."""
    kinds = (*CONCEPT_KINDS, NodeKind.DEPARTMENT, NodeKind.STRUCTURE)
    return tuple(node for kind in kinds for node in network.nodes(kind))


def name_documents(network: Network, indexes: Indexes) -> Iterator[tantivy.Document]:
    """The documents of the named nodes, then of the titles, numbered on by the ordinal of their first action."""
    named = named_nodes(network)
    for number, node in enumerate(named):
        others = alternative_labels(network, indexes, node)
        yield document(number, node.kind, node.label, others, actions=len(indexes.members[node.key]))
    # A million titles are told apart by their hashes: eight bytes each, not a set of strings.
    newest = list(network.order.newest(indexes.everything))
    hashes = np.fromiter((hash(fold(network.actions[ordinal].title)) for ordinal in newest), np.int64, len(newest))
    _, firsts, counts = np.unique(hashes, return_index=True, return_counts=True)
    for first, count in sorted(zip(firsts.tolist(), counts.tolist(), strict=True)):
        ordinal = newest[first]
        yield document(len(named) + ordinal, TITLE, network.actions[ordinal].title, actions=count)
