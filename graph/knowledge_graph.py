"""The knowledge graph: the one object through which everything else reads the directory.

Immutable once built: an import builds a new one. What is costly is made once, when it is first asked for.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from pyroaring import FrozenBitMap

from graph import indexes, network
from graph.analysis.communities import Community, communities
from graph.analysis.cooccurrence import Cooccurrence, cooccurrences
from graph.analysis.meetings import Meeting, MeetingMeasure, Profiles, meetings, profiles
from graph.analysis.quality import DataQuality, data_quality
from graph.facets import Facets
from graph.filters import Filters
from graph.indexes import Indexes
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.listing import Listing, ListOrder
from graph.model import Action, Concept, Node, Origin, Sheet, SheetText, Structure, fold
from graph.network import Network
from graph.once import kept, once
from graph.order import Orders
from graph.prepared import Prepared
from graph.search.index import SearchIndex
from graph.similarity.measures import Similarity
from graph.similarity.text import TextIndex
from graph.store import LightRow, SourceRecord, Store, keyed, sheet_digest, version_of
from graph.traversal import neighbours
from graph.traversal.neighbours import Neighbourhood
from graph.traversal.paths import Paths, paths
from graph.vocabulary import Vocabulary, load_vocabulary

TEXTS_IN_MEMORY = 50_000
"""Up to this many sheets their text is kept in memory (some 6 kB each); above, it is read from the store, and the
indexes of the text are files beside it."""

NEWEST = 100
"""How many actions of a node `newest_actions` gives: the largest page."""

_TEXT_CACHE = 2_000


class Texts(Protocol):
    """Where the text and the place of a sheet are read."""

    def text(self, key: str) -> SheetText: ...

    def origin(self, key: str) -> Origin | None: ...

    def texts(self) -> Iterable[tuple[str, SheetText]]: ...


class _TextsInMemory:
    def __init__(self, pairs: Iterable[tuple[str, Sheet]]) -> None:
        self._sheets = {key: (sheet.text, sheet.origin) for key, sheet in pairs}

    def text(self, key: str) -> SheetText:
        return self._sheets[key][0]

    def origin(self, key: str) -> Origin | None:
        return self._sheets[key][1]

    def texts(self) -> Iterable[tuple[str, SheetText]]:
        return ((key, text) for key, (text, _) in self._sheets.items())


class _TextsInStore:
    def __init__(self, store: Store) -> None:
        self.text = kept(_TEXT_CACHE)(store.text)
        self.origin = kept(_TEXT_CACHE)(store.origin)
        self.texts = store.texts


def _silent(what: str, done: int) -> None:
    """Tells nobody."""


class KnowledgeGraph:
    """The records, their links, and what can be asked of them.

    `version` hashes the content: two graphs of the same sheets have the same version. Reading it from several
    threads at once is safe.
    """

    def __init__(
        self,
        built: Network,
        *,
        version: str,
        texts: Texts,
        sources: Sequence[SourceRecord],
        vocabulary: Vocabulary,
        prepared: Path | None = None,
    ) -> None:
        self.network = built
        self.version = version
        self.sources = tuple(sources)
        self.vocabulary = vocabulary
        self.indexes: Indexes = indexes.build(built)
        self.orders = Orders(built.actions, built.records, self.indexes)
        self.filters = Filters(built, self.indexes)
        self.facets = Facets(built, self.indexes)
        self._texts = texts
        self._prepared = prepared
        self._newest: dict[str, tuple[Action, ...]] = {}
        self._structure_lists: dict[ListOrder, Listing[Structure]] = {}
        self._concept_lists: dict[tuple[NodeKind, ListOrder], Listing[Concept]] = {}

    @classmethod
    def from_store(cls, store: Store, vocabulary: Vocabulary | None = None) -> KnowledgeGraph:
        """The graph of what a store holds now."""
        vocabulary = vocabulary or load_vocabulary()
        small = store.count() <= TEXTS_IN_MEMORY
        built = cls(
            network.build(store.light_rows(), vocabulary),
            version=store.version(),
            texts=_TextsInMemory(store.sheets()) if small else _TextsInStore(store),
            sources=store.sources(),
            vocabulary=vocabulary,
            prepared=None if small else store.path.with_suffix(".index"),
        )
        # The records live as long as the process: the garbage collector need not walk millions of them again.
        gc.freeze()
        return built

    @classmethod
    def from_sheets(
        cls,
        sheets: Sequence[Sheet],
        vocabulary: Vocabulary | None = None,
        sources: Sequence[SourceRecord] = (),
    ) -> KnowledgeGraph:
        """The graph of some sheets, kept in memory."""
        vocabulary = vocabulary or load_vocabulary()
        pairs = list(keyed(lambda: sheets))
        return cls(
            network.build([light_row(key, sheet) for key, sheet in pairs], vocabulary),
            version=version_of((key, sheet_digest(sheet)) for key, sheet in pairs),
            texts=_TextsInMemory(pairs),
            sources=sources,
            vocabulary=vocabulary,
        )

    @property
    def actions(self) -> Sequence[Action]:
        """Every action, in the default order: `actions[ordinal]`."""
        return self.network.actions

    @once
    def counts(self) -> Mapping[NodeKind, int]:
        """How many nodes there are of each kind."""
        found = {kind: len(concepts) for kind, concepts in self.network.concepts.items()}
        return {NodeKind.ACTION: len(self.actions), NodeKind.STRUCTURE: len(self.network.structures), **found}

    @property
    def link_count(self) -> int:
        """How many edges the graph has."""
        return int(self.network.graph.number_of_edges())

    def get(self, key: str) -> Node | None:
        """The node of that key, or None."""
        return self.network.records.get(key)

    def actions_of(self, key: str) -> FrozenBitMap:
        """The ordinals of the actions of a structure, department or concept. Raises KeyError for any other key."""
        return self.indexes.members[key]

    def newest_actions(self, key: str) -> tuple[Action, ...]:
        """The first hundred actions of a structure, department or concept in the default order. Raises KeyError."""
        found = self._newest.get(key)
        if found is None:
            found = self._newest[key] = tuple(self.actions[ordinal] for ordinal in self.indexes.members[key][:NEWEST])
        return found

    def action_count(self, node: Structure | Concept) -> int:
        """How many actions a structure, department or concept has."""
        return len(self.indexes.members[node.key])

    def structures_of(self, department: Concept) -> Sequence[Structure]:
        """The structures of a department, in the order of their keys."""
        return self.indexes.structures_of_department.get(department.key, ())

    def concepts_of(self, structure: Structure, kind: NodeKind) -> list[tuple[Concept, int]]:
        """The concepts of a structure's actions with the number of actions of each, most frequent first."""
        counts: Counter[Concept] = Counter()
        for ordinal in self.indexes.members[structure.key]:
            counts.update(dict(network.links(self.actions[ordinal]))[kind])
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].key))

    @once
    def search(self) -> SearchIndex:
        """French full text over every kind of node."""
        return self._search_index()

    @once
    def similarity(self) -> Similarity:
        """Similar actions, and why."""
        return Similarity(self.network, self.indexes, self._text_index)

    _progress: Callable[[str, int], None] = staticmethod(_silent)
    """Who is told what `prepare` makes, and how many actions are done."""

    def prepare(self, progress: Callable[[str, int], None] = _silent) -> None:
        """Make now what the first questions would wait for: of a large graph, the files beside the store too.

        `progress` is told what is being made, and how many actions are done.
        """
        self._progress = progress
        wanted: dict[str, Callable[[], object]] = {
            "search index": lambda: self.search,
            "similarity": self.similarity.prepare,
            "titles": lambda: self.filters.title(contains="a"),
            "meetings": lambda: self._meetings,
            "co-occurrences": lambda: self._cooccurrences,
            "communities": lambda: self.communities,
        }
        if self._prepared is not None:
            wanted["text index"] = lambda: self.similarity.texts
        for what, make in wanted.items():
            progress(what, 0)
            make()
        gc.collect()
        gc.freeze()

    def _search_index(self) -> SearchIndex:
        told, folder = partial(self._progress, "search index"), self._folder("search", SearchIndex.FORMAT)
        return SearchIndex.build(self.network, self.indexes, self._texts.texts(), told, folder)

    def _text_index(self) -> TextIndex:
        told, folder = partial(self._progress, "text index"), self._folder("similarity", TextIndex.FORMAT)
        return TextIndex.build(self.network, self._texts.texts(), told, folder)

    def _folder(self, name: str, form: int) -> Prepared | None:
        return None if self._prepared is None else Prepared(self._prepared / name, form, self.version)

    def paths(
        self, source: str, target: str, *, via: Collection[NodeKind] | None, max_length: int, first: int
    ) -> Paths:
        """The shortest paths between two nodes. Raises KeyError or ValueError like `graph.paths.paths`."""
        return paths(self.network, self.indexes, source, target, via=via, max_length=max_length, first=first)

    def neighbourhood(self, key: str, *, depth: int, kinds: Collection[NodeKind] | None, first: int) -> Neighbourhood:
        """The nodes around one. Raises KeyError or ValueError like `graph.traversal.neighbours.neighbourhood`."""
        return neighbours.neighbourhood(self.network, self.indexes, key, depth=depth, kinds=kinds, first=first)

    def shared_actions(self, keys: Collection[str]) -> FrozenBitMap:
        """The actions linked to each of these nodes. Raises KeyError or ValueError."""
        return neighbours.shared_actions(self.indexes, keys)

    def related(self, action: Action, by: NodeKind) -> FrozenBitMap:
        """The other actions that share a node of that kind with one. Raises ValueError."""
        return neighbours.related(self.network, self.indexes, action, by)

    def isolated(self, by: NodeKind) -> FrozenBitMap:
        """The actions that no node of that kind links to another. Raises ValueError."""
        return neighbours.isolated(self.network, self.indexes, by)

    def cooccurrences(self, kind: NodeKind, min_count: int) -> list[Cooccurrence]:
        """The pairs of concepts of a kind that so many actions have together, most frequent first."""
        if min_count < 1:
            raise ValueError(f"minCount is {min_count}: a number from 1 is accepted")
        if kind not in CONCEPT_KINDS:
            raise ValueError(f"kind is {kind.name}: one of {', '.join(k.name for k in CONCEPT_KINDS)} is accepted")
        return [pair for pair in self._cooccurrences[kind] if pair.count >= min_count]

    @once
    def _cooccurrences(self) -> Mapping[NodeKind, list[Cooccurrence]]:
        return {kind: cooccurrences(self.network, self.indexes, kind) for kind in CONCEPT_KINDS}

    def meetings(self, measure: MeetingMeasure) -> list[Meeting]:
        """The hundred pairs of structures that share the most keywords, best first."""
        return self._meetings[measure]

    @once
    def _meetings(self) -> Mapping[MeetingMeasure, list[Meeting]]:
        return {measure: meetings(self._profiles, measure=measure, first=100) for measure in MeetingMeasure}

    @once
    def _profiles(self) -> Profiles:
        return profiles(self.network, self.indexes)

    def meetings_of(self, structure: Structure, measure: MeetingMeasure, first: int) -> list[Meeting]:
        """The structures that one ought to meet, best first."""
        return meetings(self._profiles, measure=measure, structure=structure, first=first)

    @once
    def communities(self) -> list[Community]:
        """The communities of actions, the largest first."""
        return communities(self.network, self.indexes)

    @once
    def quality(self) -> DataQuality:
        """What the sheets lack."""
        return data_quality(self.network, self.indexes, self._texts.texts(), self.vocabulary)

    def structures_named(self, name: str) -> list[str]:
        """The keys of the structures of that name, accents and case aside: one for each department that has one."""
        return self._structure_names.get(fold(name), [])

    @once
    def _structure_names(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for structure in self.network.structures:
            found.setdefault(fold(structure.name), []).append(structure.key)
        return found

    def structures(self, order: ListOrder) -> Listing[Structure]:
        """Every structure, in that order."""
        if order not in self._structure_lists:
            self._structure_lists[order] = Listing.of(self.network.structures, self.action_count, order)
        return self._structure_lists[order]

    def concepts(self, kind: NodeKind, order: ListOrder) -> Listing[Concept]:
        """Every concept or department of a kind, in that order. Raises KeyError for another kind."""
        if (kind, order) not in self._concept_lists:
            self._concept_lists[kind, order] = Listing.of(self.network.concepts[kind], self.action_count, order)
        return self._concept_lists[kind, order]

    def text(self, action: Action) -> SheetText:
        """The long text of an action's sheet."""
        return self._texts.text(action.key)

    def origin(self, action: Action) -> Origin | None:
        """Where the sheet of an action was read, or None where the import did not say."""
        return self._texts.origin(action.key)


def light_row(key: str, sheet: Sheet) -> LightRow:
    """What the graph needs of a sheet."""
    return LightRow(
        key,
        sheet.title,
        sheet.year,
        sheet.department,
        sheet.structure,
        sheet.structure_department,
        sheet.status,
        sheet.dimension,
        sheet.territory,
        sheet.keywords,
        sheet.partners,
        sheet.publics,
        sheet.initiators,
    )
