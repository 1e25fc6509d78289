"""What is indexed of each node: of an action its whole sheet, of the others, and of titles, their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import chain

import numpy as np
from pyroaring import BitMap

from graph.indexes import Indexes, alternative_labels
from graph.kinds import CONCEPT_KINDS, PLACE_KINDS, NodeKind
from graph.model import Action, Concept, Department, SheetText, Structure
from graph.network import Network
from graph.search.entries import Entry
from graph.search.spellings import SAMPLE

TITLE = "title"  # the kind of an entry for the title of one action or more
NAMED_KINDS = (*CONCEPT_KINDS, *PLACE_KINDS, NodeKind.STRUCTURE)
_TEXT_FIELDS = tuple(field.name for field in fields(SheetText))


def action_entries(
    network: Network,
    indexes: Indexes,
    texts: Iterable[tuple[str, SheetText]],
    spellings: Counter[str],
    progress: Callable[[int], None],
) -> Iterator[Entry]:
    """An entry for each action, numbered by its ordinal. The pieces of those of the sample are counted in `spellings`.
    Raises ValueError for the text of an action that the network does not have.
    """
    done = BitMap()
    for key, text in texts:
        action = network.records.get(key)
        if not isinstance(action, Action):
            raise ValueError(f"There is a text for {key!r}, which is no action of the graph.")
        entry = action_entry(action, text)
        spellings.update(sampled(int(network.numbers[action.ordinal]), entry))
        done.add(action.ordinal)
        yield entry
        if len(done) % 1_000 == 0:
            progress(len(done))
    for ordinal in indexes.everything - done:
        yield action_entry(network.actions[ordinal], SheetText())
    progress(len(indexes.everything))


def action_entry(action: Action, text: SheetText) -> Entry:
    """What is kept of an action. Its region is not: « centre », « pays » and « grand » are words of regions."""
    labels = tuple(node.label for node in (*action.neighbours(), action.department))
    return Entry(action.ordinal, action.kind, action.title, labels, _passages(text))


def sampled(number: int, entry: Entry) -> Iterable[str]:
    """The pieces of the sheet of a number from which spellings are learnt; none where it is not of the sample."""
    return chain.from_iterable(map(str.split, (entry.title, *entry.texts))) if number <= SAMPLE else ()


def _passages(text: SheetText) -> tuple[str, ...]:
    values = (getattr(text, name) for name in _TEXT_FIELDS)
    return tuple(part for value in values for part in ((value,) if isinstance(value, str) else value or ()) if part)


def named_nodes(network: Network) -> tuple[Structure | Concept, ...]:
    """The nodes that are searched for by name, in the order that breaks ties."""
    return tuple(node for kind in NAMED_KINDS for node in network.nodes(kind))


def name_entry(number: int, network: Network, indexes: Indexes, node: Structure | Concept) -> Entry:
    """What is kept of a structure or concept."""
    others = alternative_labels(network, indexes, node)
    if isinstance(node, Department) and node.code:
        others = (*others, node.code)
    return Entry(number, node.kind, node.label, others, actions=len(indexes.members[node.key]))


def title_entry(number: int, first: Action, actions: int) -> Entry:
    """What is kept of a title that some actions have, of which `first` is the first."""
    return Entry(number, TITLE, first.title, actions=actions)


def name_entries(network: Network, indexes: Indexes) -> Iterator[Entry]:
    """The entries of the named nodes of a network that was built at once."""
    for number, node in enumerate(named_nodes(network)):
        yield name_entry(number, network, indexes, node)


def title_entries(network: Network) -> Iterator[Entry]:
    """The entries of the titles, numbered on from those of the nodes by the ordinal of their first action."""
    following = len(named_nodes(network))
    _, firsts, counts = np.unique(network.titles.numbers, return_index=True, return_counts=True)
    for first, count in sorted(zip(firsts.tolist(), counts.tolist(), strict=True)):
        yield title_entry(following + first, network.actions[first], count)
