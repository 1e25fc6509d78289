"""The NetworkX graph: one node for each action, structure, concept and department, one edge for each link.

It is a plain `networkx.Graph` whose nodes are the keys of the records (`keyword:mobilite-transport`). Node
attribute: `kind` (a `NodeKind`). Edge attribute: `relation` (a `Relation`). This module is the only place that
names them. All nodes of one kind share one attribute dictionary and all edges of one relation share another, so
neither may be written to; the records themselves are in `Network.records`, and an action's neighbours stand in the
order of its sheet.

Measured with `python -m bench.scale` on synthetic data: a million actions (about eight million edges) with records,
indexes and warmed-up analyses peak at 2.0 GiB, the long text staying in the store; making this network takes 23 s of a
start of 52 s.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from graph.kinds import CONCEPT_KINDS, KINDS, NodeKind, Relation
from graph.model import Action, Concept, Node, Structure, concept_key, fold, structure_key
from graph.store import LightRow
from graph.vocabulary import Vocabulary

UNKNOWN_DEPARTMENT = "Non précisé"
"""The label of the department of a sheet that prints none."""

_NODE_ATTRIBUTES = {kind: {"kind": kind} for kind in NodeKind}
_EDGE_ATTRIBUTES = {relation: {"relation": relation} for relation in Relation}


@dataclass(frozen=True, slots=True)
class Network:
    """The graph and its records. `actions` stand in the default order, the others in the order of their keys.

    `title_rank` has the rank, from 0, of each action's folded title among the different ones.
    """

    graph: nx.Graph
    records: Mapping[str, Node]
    actions: tuple[Action, ...]
    structures: tuple[Structure, ...]
    concepts: Mapping[NodeKind, tuple[Concept, ...]]
    title_rank: npt.NDArray[np.int32]


def relation_between(graph: nx.Graph, one: str, other: str) -> Relation:
    """The relation of the edge between two neighbours. Raises KeyError where there is no such edge."""
    relation: Relation = graph.adj[one][other]["relation"]
    return relation


def build(rows: Iterable[LightRow], vocabulary: Vocabulary) -> Network:
    """The network of the rows, the same whatever their order. Linear in their number, but for one sort."""
    with collector_paused():
        ordered = list(rows)
        ranks = _title_ranks(ordered)
        ordered.sort(key=lambda row: (-row.year if row.year is not None else 10_000, ranks[row.title], row.key))
        naming = _Naming(ordered, vocabulary)
        actions = tuple(naming.action(ordinal, row) for ordinal, row in enumerate(ordered))
        title_rank = np.fromiter((ranks[row.title] for row in ordered), np.int32, len(ordered))
    return _assemble(actions, naming, title_rank)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Millions of records that live for ever need no search for cycles while they are made."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _title_ranks(rows: list[LightRow]) -> dict[str, int]:
    folded = {title: fold(title) for title in {row.title for row in rows}}
    rank = {title: position for position, title in enumerate(sorted(set(folded.values())))}
    return {title: rank[same] for title, same in folded.items()}


def _department(row: LightRow) -> str:
    return row.department.strip() or row.structure_department.strip() or UNKNOWN_DEPARTMENT


def _home(row: LightRow) -> str:
    """The department of the row's structure."""
    return row.structure_department.strip() or row.department.strip() or UNKNOWN_DEPARTMENT


class _Naming:
    """Which record each printed value stands for.

    Values whose keys are equal (case, accents, punctuation, corrections) are one node; its label is the corrected
    or the most frequent spelling, and the other spellings are its alternative labels.
    """

    def __init__(self, rows: list[LightRow], vocabulary: Vocabulary) -> None:
        printed: dict[NodeKind, Counter[str]] = {kind: Counter() for kind in (*CONCEPT_KINDS, NodeKind.DEPARTMENT)}
        structures: Counter[tuple[str, str]] = Counter()
        # Most lists repeat: each is counted whole, then its values.
        lists = {
            NodeKind.KEYWORD: Counter(tuple(row.keywords) for row in rows),
            NodeKind.PARTNER: Counter(tuple(row.partners) for row in rows),
            NodeKind.PUBLIC: Counter(tuple(row.publics) for row in rows),
            NodeKind.INITIATOR: Counter(tuple(row.initiators) for row in rows),
        }
        for kind, counted in lists.items():
            for values, count in counted.items():
                for value in values:
                    printed[kind][value] += count
        for row in rows:
            printed[NodeKind.DIMENSION][row.dimension] += 1
            printed[NodeKind.TERRITORY][row.territory] += 1
            printed[NodeKind.DEPARTMENT][_department(row)] += 1
            printed[NodeKind.DEPARTMENT][_home(row)] += 0
            structures[_home(row), row.structure] += 1
        self.concepts = {kind: _concepts(kind, counts, vocabulary) for kind, counts in printed.items()}
        self.structures = self._structures(structures)
        self._lists: dict[NodeKind, dict[tuple[str, ...], tuple[Concept, ...]]] = {kind: {} for kind in lists}

    def _structures(self, counts: Counter[tuple[str, str]]) -> dict[tuple[str, str], Structure]:
        spellings: dict[str, list[tuple[str, str]]] = {}
        # The most frequent spelling comes first; equal counts are ordered by spelling, not by chance.
        for (department, name), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            spellings.setdefault(structure_key(name, department), []).append((department, name))
        departments = self.concepts[NodeKind.DEPARTMENT]
        found = {}
        for ordinal, key in enumerate(sorted(spellings)):
            department, name = spellings[key][0]
            record = Structure(key, ordinal, name, departments[department])
            found.update(dict.fromkeys(spellings[key], record))
        return found

    def action(self, ordinal: int, row: LightRow) -> Action:
        return Action(
            key=row.key,
            ordinal=ordinal,
            title=row.title,
            year=row.year,
            status=row.status,
            structure=self.structures[_home(row), row.structure],
            department=self.concepts[NodeKind.DEPARTMENT][_department(row)],
            dimension=self.concepts[NodeKind.DIMENSION].get(row.dimension),
            territory=self.concepts[NodeKind.TERRITORY].get(row.territory),
            keywords=self._list(NodeKind.KEYWORD, row.keywords),
            partners=self._list(NodeKind.PARTNER, row.partners),
            publics=self._list(NodeKind.PUBLIC, row.publics),
            initiators=self._list(NodeKind.INITIATOR, row.initiators),
        )

    def _list(self, kind: NodeKind, printed: Sequence[str]) -> tuple[Concept, ...]:
        values = tuple(printed)
        concepts = self._lists[kind].get(values)
        if concepts is None:
            known = self.concepts[kind]
            # A value that is printed twice, or in two spellings, is one link.
            concepts = tuple(dict.fromkeys(known[value] for value in values if value in known))
            self._lists[kind][values] = concepts
        return concepts


def _concepts(kind: NodeKind, counts: Counter[str], vocabulary: Vocabulary) -> dict[str, Concept]:
    """The concept of each printed value; an empty value has none."""
    labels: dict[str, str] = {}
    spellings: dict[str, list[str]] = {}
    for printed, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if not printed.strip():
            continue
        label = vocabulary.label(kind, printed) if kind in CONCEPT_KINDS else printed
        key = concept_key(kind, label)
        labels.setdefault(key, label)
        spellings.setdefault(key, []).append(printed)
    found = {}
    for key in sorted(spellings):
        others = tuple(sorted(value for value in spellings[key] if value != labels[key]))
        found.update(dict.fromkeys(spellings[key], Concept(key, kind, labels[key], others)))
    return found


def _assemble(actions: tuple[Action, ...], naming: _Naming, title_rank: npt.NDArray[np.int32]) -> Network:
    structures = tuple(sorted(set(naming.structures.values()), key=lambda structure: structure.ordinal))
    concepts = {
        kind: tuple(sorted(set(known.values()), key=lambda concept: concept.key))
        for kind, known in naming.concepts.items()
    }
    records: dict[str, Node] = {action.key: action for action in actions}
    records.update((structure.key, structure) for structure in structures)
    records.update((concept.key, concept) for known in concepts.values() for concept in known)

    graph = nx.Graph()
    nodes, adjacency = graph._node, graph._adj
    with collector_paused():
        # networkx's own add_node and add_edges_from make a dictionary for each node and each edge; written here,
        # these are shared.
        members: dict[NodeKind, Sequence[Node]] = {NodeKind.ACTION: actions, NodeKind.STRUCTURE: structures, **concepts}
        for kind, nodes_of_kind in members.items():
            for record in nodes_of_kind:
                nodes[record.key] = _NODE_ATTRIBUTES[kind]
                adjacency[record.key] = {}
        attributes = _EDGE_ATTRIBUTES[Relation.LOCATED_IN]
        for structure in structures:
            adjacency[structure.key][structure.department.key] = attributes
            adjacency[structure.department.key][structure.key] = attributes
        organised = _EDGE_ATTRIBUTES[Relation.ORGANISED_BY]
        to_kind = {kind: _EDGE_ATTRIBUTES[row.relation] for kind, row in KINDS.items() if row.relation}
        for action in actions:
            key, neighbours = action.key, adjacency[action.key]
            neighbours[action.structure.key] = organised
            adjacency[action.structure.key][key] = organised
            for kind, linked in links(action):
                attributes = to_kind[kind]
                for concept in linked:
                    neighbours[concept.key] = attributes
                    adjacency[concept.key][key] = attributes
    return Network(graph, records, actions, structures, concepts, title_rank)


def links(action: Action) -> tuple[tuple[NodeKind, tuple[Concept, ...]], ...]:
    """The concepts of an action by kind, each list in the order of the sheet; a missing single value is empty."""
    return (
        (NodeKind.KEYWORD, action.keywords),
        (NodeKind.PARTNER, action.partners),
        (NodeKind.PUBLIC, action.publics),
        (NodeKind.DIMENSION, () if action.dimension is None else (action.dimension,)),
        (NodeKind.INITIATOR, action.initiators),
        (NodeKind.TERRITORY, () if action.territory is None else (action.territory,)),
    )
