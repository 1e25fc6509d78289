"""The knowledge graph in memory: the one object through which everything else reads the directory.

Immutable once built: an import builds a new one. What is costly is made once, when it is first asked for.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
from pyroaring import FrozenBitMap

from graph import indexes, network
from graph.analysis import Analysis
from graph.analysis.meetings import MeetingMeasure
from graph.conditions import EVERYTHING, Condition
from graph.facets import Facets
from graph.fields import FIELDS, Holds
from graph.filters import Filters
from graph.indexes import Indexes
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.listing import Listing, ListOrder, listed
from graph.model import Action, Concept, Node, Origin, Sheet, SheetText, Structure, light_row
from graph.network import Network
from graph.networkx_view import view
from graph.once import once
from graph.order import Orders
from graph.prepared import Prepared
from graph.search.highlights import Highlight
from graph.search.index import SearchIndex
from graph.selection import ActionSelection
from graph.similarity.measures import Similarity
from graph.similarity.text import TextIndex
from graph.store import SourceRecord, Store, keyed, sheet_digest, version_of
from graph.texts import Texts, texts_in_memory, texts_in_store
from graph.traversal import Traversal
from graph.vocabulary import Vocabulary, load_vocabulary

TEXTS_IN_MEMORY = 50_000
"""Up to this many sheets their text is kept in memory (some 6 kB each); above, it is read from the store, and the
indexes of the text are files beside it."""

NEWEST = 100
"""How many actions of a node stay ready once they were asked for: what nested queries ask for most."""

_HIGHLIGHTED = tuple(
    sorted(
        (field for field in FIELDS if field.apart and field.holds is not Holds.MANY), key=lambda field: field.optional
    )
)


def _silent(what: str, done: int) -> None:
    """Tells nobody."""


class KnowledgeGraph:
    """The records, their links, and what can be asked of them. See `graph.door.Door`.

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
        self.sources: Sequence[SourceRecord] = tuple(sources)
        self.vocabulary = vocabulary
        self.indexes: Indexes = indexes.build(built)
        self.orders = Orders(built, self.indexes)
        self.filters = Filters(built, self.indexes, vocabulary)
        self.facets = Facets(built, self.indexes)
        self.traversal = Traversal(built, self.indexes)
        self.analysis = Analysis(built, self.indexes, texts.texts, vocabulary)
        self._texts = texts
        self._prepared = prepared
        self._progress: Callable[[str, int], None] = _silent
        self._newest: dict[str, tuple[Action, ...]] = {}
        self._listings: dict[tuple[NodeKind, ListOrder], Listing[Any]] = {}

    @classmethod
    def from_store(cls, store: Store, vocabulary: Vocabulary | None = None) -> KnowledgeGraph:
        """The graph of what a store holds now. It goes on reading the texts of a large store from it."""
        vocabulary = vocabulary or load_vocabulary()
        small = store.count() <= TEXTS_IN_MEMORY
        built = cls(
            network.build(store.light_rows(), vocabulary),
            version=store.version(),
            texts=texts_in_memory(store.sheets()) if small else texts_in_store(store),
            sources=store.sources(),
            vocabulary=vocabulary,
            prepared=None if small else store.path.with_suffix(".index"),
        )
        # The records live as long as the process: the garbage collector need not walk millions of them again.
        gc.freeze()
        return built

    @classmethod
    def from_sheets(
        cls, sheets: Sequence[Sheet], vocabulary: Vocabulary | None = None, sources: Sequence[SourceRecord] = ()
    ) -> KnowledgeGraph:
        """The graph of some sheets, kept in memory."""
        vocabulary = vocabulary or load_vocabulary()
        pairs = list(keyed(sheets))
        return cls(
            network.build([light_row(*pair, number) for number, pair in enumerate(pairs, start=1)], vocabulary),
            version=version_of((key, sheet_digest(sheet)) for key, sheet in pairs),
            texts=texts_in_memory(pairs),
            sources=sources,
            vocabulary=vocabulary,
        )

    @property
    def actions(self) -> Sequence[Action]:
        """Every action, in the default order: `actions[ordinal]`."""
        return self.network.actions

    @once
    def networkx(self) -> nx.Graph:
        """The graph as networkx knows one: read-only, computed from the records. See `graph.networkx_view`."""
        return view(self.network, self.indexes)

    @once
    def counts(self) -> Mapping[NodeKind, int]:
        """How many nodes there are of each kind."""
        found = {kind: len(concepts) for kind, concepts in self.network.concepts.items()}
        return {NodeKind.ACTION: len(self.actions), NodeKind.STRUCTURE: len(self.network.structures), **found}

    @once
    def link_count(self) -> int:
        """How many edges the graph has."""
        return indexes.link_count(self.network, self.indexes)

    def get(self, key: str) -> Node | None:
        """The node of that key, or None."""
        return self.network.records.get(key)

    def text(self, action: Action) -> SheetText:
        """The long text of an action's sheet."""
        return self._texts.text(action.key)

    def origin(self, action: Action) -> Origin | None:
        """Where the sheet of an action was read, or None where the import did not say."""
        return self._texts.origin(action.key)

    def highlights(self, query: str, node: Node) -> list[Highlight]:
        """The matches of a search in the fields of a node, as the API names them; fields without any are left out."""
        return self.search.highlights(query, self._texts_of(node))

    def select(self, condition: Condition = EVERYTHING, search: str | None = None) -> ActionSelection:
        """The actions that satisfy a condition and answer a search."""
        return ActionSelection(self, self.indexes.everything, condition, search)

    def among(self, members: FrozenBitMap) -> ActionSelection:
        """The actions of these ordinals."""
        return ActionSelection(self, members)

    def linked(self, keys: Collection[str]) -> ActionSelection:
        """The actions linked to each of these structures, departments or concepts. Raises UnknownNode, OutOfRange."""
        return self.among(self.traversal.shared_actions(keys))

    def related(self, action: Action, by: NodeKind) -> ActionSelection:
        """The other actions that share a node of that kind with one. Raises NotAccepted."""
        return self.among(self.traversal.related(action, by))

    def isolated(self, by: NodeKind) -> ActionSelection:
        """The actions that no node of that kind links to another. Raises NotAccepted."""
        return self.among(self.traversal.isolated(by))

    def newest_actions(self, key: str, size: int) -> Sequence[Action]:
        """The first `size` actions of a structure, department or concept in the default order. Raises KeyError."""
        if size > NEWEST:
            return self._first(key, size)
        ready = self._newest.get(key)
        if ready is None:
            ready = self._newest[key] = self._first(key, NEWEST)
        return ready[:size]

    @once
    def search(self) -> SearchIndex:
        """French full text over every kind of node."""
        told, folder = partial(self._progress, "search index"), self._folder("search", SearchIndex.FORMAT)
        return SearchIndex.build(self.network, self.indexes, self._texts.texts(), told, folder)

    @once
    def similarity(self) -> Similarity:
        """Similar actions, and why."""
        return Similarity(self.network, self.indexes, self._text_index)

    def _text_index(self) -> TextIndex:
        told, folder = partial(self._progress, "text index"), self._folder("similarity", TextIndex.FORMAT)
        return TextIndex.build(self.network, self._texts.texts(), told, folder)

    def _folder(self, name: str, form: int) -> Prepared | None:
        return None if self._prepared is None else Prepared(self._prepared / name, form, self.version)

    def prepare(self, progress: Callable[[str, int], None] = _silent) -> None:
        """Make now what the first questions would wait for: of a large graph, the files beside the store too.

        `progress` is told what is being made, and how many actions are done.
        """
        self._progress = progress
        wanted: dict[str, Callable[[], object]] = {
            "search index": lambda: self.search,
            "similarity": self.similarity.prepare,
            "titles": lambda: self.filters.titles,
            "co-occurrences": lambda: [self.analysis.cooccurrences(kind) for kind in CONCEPT_KINDS],
            "meetings": lambda: [self.analysis.meetings(measure) for measure in MeetingMeasure],
            "communities": self.analysis.communities,
        }
        if self._prepared is not None:
            wanted["text index"] = lambda: self.similarity.texts
        for what, make in wanted.items():
            progress(what, 0)
            make()
        gc.collect()
        gc.freeze()

    def _first(self, key: str, size: int) -> tuple[Action, ...]:
        return tuple([self.actions[ordinal] for ordinal in self.indexes.members[key][:size]])

    def action_count(self, node: Structure | Concept) -> int:
        """How many actions a structure, department or concept has."""
        return len(self.indexes.members[node.key])

    def structure_count(self, department: Concept) -> int:
        """How many structures a department has."""
        return len(self.indexes.structures_of_department.get(department.key, ()))

    def structures(
        self, order: ListOrder, condition: Condition = EVERYTHING, department: Concept | None = None
    ) -> Listing[Structure]:
        """The structures, of one department or of all, that satisfy a condition."""
        if department is None:
            return self._satisfying(self._listing(NodeKind.STRUCTURE, order), condition)
        bodies = self.indexes.structures_of_department.get(department.key, ())
        return self._satisfying(listed(bodies, self.action_count, order), condition)

    def concepts(self, kind: NodeKind, order: ListOrder, condition: Condition = EVERYTHING) -> Listing[Concept]:
        """The concepts or departments of a kind that satisfy a condition. Raises KeyError for another kind."""
        return self._satisfying(self._listing(kind, order), condition)

    def keywords_of(self, structure: Structure) -> Listing[tuple[Concept, int]]:
        """The keywords of a structure's actions with the number of actions of each, most frequent first."""
        counted = self.analysis.concepts_of(structure, NodeKind.KEYWORD)
        return Listing("count", counted, lambda pair: (-pair[1], pair[0].key))

    def _listing(self, kind: NodeKind, order: ListOrder) -> Listing[Any]:
        """Every structure, or every concept of a kind: few, sorted once for each order."""
        if (kind, order) not in self._listings:
            nodes: Any = self.network.nodes(kind)
            self._listings[kind, order] = listed(nodes, self.action_count, order)
        return self._listings[kind, order]

    def _satisfying(self, listing: Listing[Any], condition: Condition) -> Listing[Any]:
        return listing if condition == EVERYTHING else listing.keep(self.filters.test(condition, self.action_count))

    def _texts_of(self, node: Node) -> dict[str, str]:
        """What stands in a node, by the API's name of the field. A list of words is its labels in one line."""
        if isinstance(node, Concept):
            return {"label": node.label, "alternativeLabels": ", ".join(node.alternative_labels)}
        if isinstance(node, Structure):
            return {"name": node.name}
        text = self.text(node)
        return {
            "title": node.title,
            **{field.api: getattr(text, field.name) or "" for field in _HIGHLIGHTED},
            "keywords": ", ".join(keyword.label for keyword in node.keywords),
            "partners": ", ".join(partner.label for partner in node.partners),
            "structure.name": node.structure.name,
        }
