"""The knowledge graph in memory: the one object through which everything else reads the directory.

Immutable: `changed` makes the next version beside it. What is costly is made once, when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from functools import partial
from typing import Any

import networkx as nx
from pyroaring import FrozenBitMap

from graph import errors, indexes, network
from graph.analysis import Analysis
from graph.analysis.centrality import Centrality, CentralityMeasure, Survey
from graph.analysis.kept import kept_empty
from graph.analysis.linkage import CENTRAL_KINDS
from graph.analysis.quality import Empty, empty_texts
from graph.change import Change, replaced
from graph.conditions import EVERYTHING, Condition, On, Says, Stands
from graph.door import Ordered
from graph.facets import Facets
from graph.filters import Filters
from graph.garbage import keep_for_good
from graph.history import History
from graph.indexes import Indexes
from graph.kinds import CONCEPT_KINDS, NodeKind, named
from graph.labels import department_key
from graph.lineage.candidates import Lineage, lineage
from graph.listing import ListField, Listing, ListOrder
from graph.mentions.bodies import Bodies, Body, Mention
from graph.model import (
    Action,
    Concept,
    Department,
    Node,
    Origin,
    Region,
    Sheet,
    SheetText,
    Structure,
    StructurePlace,
    light_row,
)
from graph.named_bodies import NamedBodies
from graph.network import Network
from graph.networkx_view import view
from graph.node_lists import NodeLists
from graph.node_names import NodeNames
from graph.node_selection import NodeSelection
from graph.once import once
from graph.order import ActionField, Orders, SortKey
from graph.places import places
from graph.prepared import Beside
from graph.readings import Progress, Readings, silent
from graph.revisions import Revisions
from graph.said import Said
from graph.search.highlights import Highlight
from graph.search.index import SearchIndex
from graph.search.notices import InTheData, Notice, notices, unused_labels
from graph.selection import ActionSelection
from graph.shown import texts_of
from graph.similarity.measures import Similarity
from graph.store import Head, PublicJournal, SourceRecord, Store, keyed, sheet_digest, version_of
from graph.texts import LayeredTexts, Texts, large_store, texts_in_memory
from graph.traversal import Traversal
from graph.unknown_values import UnknownValue
from graph.vocabulary import Vocabulary, load_vocabulary

TEXTS_IN_MEMORY = 50_000
"""Up to this many sheets their text is kept in memory (some 6 kB each); above, it is read from the store, and the
indexes of the text are files beside it."""


class KnowledgeGraph:
    """The records, their links, and what can be asked of them, each question by the part that answers it. See
    `graph.door.Door`.

    `head` is where the journal of its store stood: see `version`. `history` is what led there. Reading it from several
    threads at once is safe.
    """

    def __init__(
        self,
        built: Network,
        indexed: Indexes,
        *,
        head: Head,
        sources: Sequence[SourceRecord],
        vocabulary: Vocabulary,
        names: NodeNames,
        filters: Filters,
        analysis: Analysis,
        readings: Readings,
        lists: NodeLists,
        journal: PublicJournal | None = None,
        structure_places: Mapping[str, StructurePlace] | None = None,
    ) -> None:
        self.network = built
        self.indexes = indexed
        self.head = head
        self.history = History(journal, head.position)
        self.sources: Sequence[SourceRecord] = tuple(sources)
        self.vocabulary = vocabulary
        self.orders = Orders(built, indexed)
        self.names = names
        self.filters = filters
        self.facets = Facets(built, indexed)
        self.traversal = Traversal(built, indexed)
        self.analysis = analysis
        self.readings = readings
        self.named_bodies = NamedBodies(readings)
        self.lists = lists
        self._said = Said(built, readings.texts)
        self._structure_places = structure_places or {}

    @classmethod
    def from_store(cls, store: Store, vocabulary: Vocabulary | None = None) -> KnowledgeGraph:
        """The graph of what a store holds now. It goes on reading the texts of a large store from it."""
        vocabulary = vocabulary or load_vocabulary()
        with store.at_one_moment() as still:
            head = still.head()
            records = network.build(still.light_rows(), vocabulary, still.labels(), still.aliases())
            if len(records.actions) <= TEXTS_IN_MEMORY:
                texts, beside = texts_in_memory(still.sheets()), None
            else:
                revisions = Revisions.of(records.numbers, still.revision_of_number())
                texts, beside = large_store(store, head, revisions, vocabulary)
            built = cls._built(
                records,
                head=head,
                texts=texts,
                sources=still.sources(),
                vocabulary=vocabulary,
                journal=store.public,
                beside=beside,
                structure_places=still.structure_places(),
            )
        keep_for_good()
        return built

    @classmethod
    def from_sheets(
        cls, sheets: Sequence[Sheet], vocabulary: Vocabulary | None = None, sources: Sequence[SourceRecord] = ()
    ) -> KnowledgeGraph:
        """The graph of some sheets, kept in memory."""
        return cls.from_pairs(list(keyed(sheets)), vocabulary, sources)

    @classmethod
    def from_pairs(
        cls,
        pairs: Sequence[tuple[str, Sheet]],
        vocabulary: Vocabulary | None = None,
        sources: Sequence[SourceRecord] = (),
        labels: Mapping[str, str] | None = None,
        aliases: Mapping[str, str] | None = None,
        head: Head | None = None,
        journal: PublicJournal | None = None,
    ) -> KnowledgeGraph:
        """The graph of some sheets, each with its key, kept in memory. `labels` has what was decided to show for
        concepts and structures, by key, as `Store.labels` does, and `aliases` old keys; `head` is where the `journal`
        stood that had them.
        """
        vocabulary = vocabulary or load_vocabulary()
        rows = [light_row(*pair, number) for number, pair in enumerate(pairs, start=1)]
        return cls._built(
            network.build(rows, vocabulary, labels, aliases),
            head=head or Head(version=version_of((key, sheet_digest(sheet)) for key, sheet in pairs)),
            texts=texts_in_memory(pairs),
            sources=sources,
            vocabulary=vocabulary,
            journal=journal,
        )

    @classmethod
    def _built(
        cls,
        built: Network,
        *,
        head: Head,
        texts: Texts,
        vocabulary: Vocabulary,
        beside: Beside | None = None,
        **other: Any,
    ) -> KnowledgeGraph:
        indexed, layered = indexes.build(built), LayeredTexts(texts, len(built.actions))
        names = NodeNames(built, indexed, vocabulary)

        # Nothing holds a version in a circle: it goes with its last reader, not when circles are looked for.
        def empty() -> Empty:
            every_text = partial(layered.of, built)
            return empty_texts(every_text()) if beside is None else kept_empty(built, every_text, beside)

        return cls(
            built,
            indexed,
            head=head,
            vocabulary=vocabulary,
            names=names,
            filters=Filters(built, indexed, names),
            analysis=Analysis(built, indexed, empty, vocabulary, position=head.position),
            readings=Readings(built, indexed, layered, beside),
            lists=NodeLists(built, indexed),
            **other,
        )

    def changed(self, change: Change) -> KnowledgeGraph:
        """The next version of the graph; this one stays as it is, for whoever still reads it.

        It costs what the change is, not what the graph holds, and shares the rest. What its analyses are of says
        `Analysis.as_of`. Raises ValueError where `removed` names no action of the graph, or where a sheet is added
        under a key that another has.
        """
        removed = replaced(change, self.network.records)
        rows = [row for row, _, _ in change.added]
        built, turnover = network.changed(
            self.network, removed, rows, self.vocabulary, change.labels, change.aliases, self.indexes.count
        )
        indexed = indexes.changed(self.indexes, turnover)
        names = self.names.changed(built, indexed)
        texts = self.readings.texts.changed((text, origin) for _, text, origin in change.added)
        return KnowledgeGraph(
            built,
            indexed,
            head=change.head,
            sources=self.sources if change.sources is None else change.sources,
            vocabulary=self.vocabulary,
            names=names,
            filters=self.filters.changed(built, indexed, names),
            analysis=self.analysis.changed(
                built, indexed, lambda: empty_texts(texts.of_later(built)), change.head.position
            ),
            readings=self.readings.changed(built, indexed, texts),
            lists=self.lists.changed(built, indexed, frozenset(node.key for node in turnover.nodes)),
            journal=self.history.journal,
            structure_places=self._structure_places if change.places is None else change.places,
        )

    def standing_on(self, earlier: Analysis | None) -> KnowledgeGraph:
        """The same version with the communities, meetings and centralities of an earlier one, or with None its own."""
        made = copy(self)
        made.analysis = self.analysis.standing_on(earlier)
        return made

    @property
    def version(self) -> str:
        """A hash of the content: two graphs of the same sheets have the same version."""
        return self.head.version

    @property
    def position(self) -> int:
        """How many entries the journal had; 0 for a graph of sheets that no store has."""
        return self.head.position

    @property
    def as_of(self) -> int:
        """The position that the communities and the best meetings are of: of a large graph often an earlier one."""
        return self.analysis.as_of

    @once
    def actions(self) -> Sequence[Action]:
        """Every action, in the default order."""
        actions = self.network.actions
        return [actions[ordinal] for ordinal in self.orders.newest(self.indexes.everything)]

    @once
    def networkx(self) -> nx.Graph:
        """The graph as networkx knows one: read-only, computed from the records. See `graph.networkx_view`."""
        return view(self.network, self.indexes)

    @once
    def counts(self) -> Mapping[NodeKind, int]:
        """How many nodes there are of each kind."""
        found = {kind: len(concepts) for kind, concepts in self.network.concepts.items()}
        return {
            NodeKind.ACTION: len(self.indexes.everything),
            NodeKind.STRUCTURE: len(self.network.structures),
            **found,
        }

    @once
    def link_count(self) -> int:
        """How many edges the graph has."""
        return indexes.link_count(self.network, self.indexes)

    def get(self, key: str) -> Node | None:
        """The node of that key, or None. An old key of an action gives the one that it leads to."""
        return self.network.find(key)

    def body(self, key: str) -> Body | None:
        """The body of that key that some text names, or None. Raises NotAccepted where the texts were not read yet,
        which takes seconds, NotReady while they are read.
        """
        return self.named_bodies.get(key)

    def alternative_labels(self, concept: Concept) -> Sequence[str]:
        """The spellings of a concept that sheets print and that are not its label, in the order of the alphabet."""
        return indexes.alternative_labels(self.network, self.indexes, concept)

    def text(self, action: Action) -> SheetText:
        """The long text of an action's sheet."""
        return self.readings.texts.text(action)

    def origin(self, action: Action) -> Origin | None:
        """Where the sheet of an action was read, or None where the import did not say."""
        return self.readings.texts.origin(action)

    def highlights(self, query: str, node: Node | Body) -> list[Highlight]:
        """The matches of a search in the fields of a node, as the API names them; fields without any are left out."""
        return self.search.highlights(query, texts_of(self, node))

    def notices(self, query: str) -> list[Notice]:
        """What a search names and the data do not have. Raises OutOfRange."""
        departments = [node.label for node in self.network.concepts[NodeKind.DEPARTMENT]]
        used = {node.label for kind in CONCEPT_KINDS for node in self.network.concepts[kind]}
        years = {year for year in self.indexes.years if year is not None}
        unused = unused_labels(self.vocabulary.labels, used)
        return notices(query, InTheData(departments, years, unused, self.search.unheld(query)))

    def says(self, asked: Says | Stands | On, among: FrozenBitMap) -> FrozenBitMap:
        """Those of some actions whose texts say what is asked, or name the bodies that are, or which stand in the graph
        as is asked. Raises NotAccepted, OutOfRange, and NotReady as `body` and `centrality` do.
        """
        if isinstance(asked, Stands):
            return self.analysis.centralities().satisfying(asked, self.network.actions, among)
        if isinstance(asked, On):
            return self.named_bodies.naming(asked, among)
        return self._said.members(asked, among, self.analysis.empty_texts, lambda words: self.search.holding(words))

    def select(self, condition: Condition = EVERYTHING, search: str | None = None) -> ActionSelection:
        """The actions that satisfy a condition and answer a search."""
        return ActionSelection(self, self.indexes.everything, condition, search)

    def among(self, members: FrozenBitMap) -> ActionSelection:
        """The actions of these ordinals."""
        return ActionSelection(self, members)

    def linked(self, keys: Collection[str], among: FrozenBitMap | None = None) -> ActionSelection:
        """The actions linked to each of these structures, departments or concepts, of all or of the ordinals `among`.

        Raises UnknownNode, OutOfRange.
        """
        found = self.traversal.shared_actions(keys)
        return self.among(found if among is None else found & among)

    def mentions(self, action: Action) -> list[Mention]:
        """Where a sheet names bodies. While texts are read, what it says alone: no other sheet explains a name."""
        return self.named_bodies.mentions(action)

    def naming(self, body: Body) -> ActionSelection:
        """The actions whose sheets name a body."""
        return self.among(self.bodies.members(body))

    def lineage(self, action: Action) -> Lineage:
        """The sheets of an action's structure that may tell of the same in other years."""
        members = self.indexes.members[action.structure.key]
        return lineage(action, map(self.network.actions.__getitem__, members), self.readings.texts.text)

    def related(self, action: Action, by: NodeKind) -> ActionSelection:
        """The other actions that share a node of that kind with one. Raises NotAccepted."""
        return self.among(self.traversal.related(action, by))

    def newest_actions(self, key: str, size: int) -> Sequence[Action]:
        """The first `size` actions of a structure, department or concept in the default order. Raises KeyError."""
        return self.lists.newest(key, size)

    @property
    def search(self) -> SearchIndex:
        """French full text over every kind of node."""
        return self.readings.search

    @property
    def similarity(self) -> Similarity:
        """Similar actions, and why."""
        return self.readings.similarity

    @property
    def bodies(self) -> Bodies:
        """What the texts name. Raises NotReady while they are read for it: see `prepare_meanwhile`."""
        return self.readings.bodies

    def centrality(self, node: Node) -> Centrality | None:
        """Where a node stands in the graph without hubs; None for a hub, for a place, and for what came after `as_of`.
        Raises NotReady, OutOfRange.
        """
        return self.analysis.centrality(node)

    def central(self, kind: NodeKind, measure: CentralityMeasure) -> Ordered[Any]:
        """The nodes of a kind, the most central first. Raises NotAccepted, NotReady, OutOfRange."""
        if kind not in CENTRAL_KINDS:
            accepted = f"places have no centrality: give one of {named(CENTRAL_KINDS)}"
            raise errors.NotAccepted("kind", kind.name, accepted)
        if kind is NodeKind.ACTION:
            return self.select().sorted((SortKey(ActionField(measure), descending=True),))
        listing = self.analysis.central_nodes(kind, ListOrder(ListField(measure), descending=True))
        value_of = self.analysis.standing(measure)
        return listing.keep(lambda node: value_of(node) is not None)

    @property
    def survey(self) -> Survey:
        """What is said of the centralities together. Raises NotReady, OutOfRange."""
        return self.analysis.centralities().survey

    def prepare(self, progress: Progress = silent) -> None:
        """Make now what the first questions would wait for: of a large graph, the files beside the store too. What
        texts name is not among it, nor are the centralities of many actions: see `prepare_meanwhile`.

        `progress` is told what is being made, and how many actions are done.
        """
        self.readings.progress = progress
        similarity = self.similarity
        wanted: dict[str, Callable[[], object]] = {
            "search index": lambda: self.search,
            "titles": lambda: self.filters.titles,
            "co-occurrences": lambda: [self.analysis.cooccurrences(kind) for kind in CONCEPT_KINDS],
            "meetings and communities": self.analysis.prepare,
        }
        others: dict[str, Callable[[], object]] = {
            "text index": lambda: similarity.texts,
            "data quality": self.analysis.quality,
        }
        if self.readings.beside is None:
            del others["text index"]
        similarity.prepare()
        with ThreadPoolExecutor(1) as beside:
            # Of a large graph, other processes make what is made of each text, but for the search index.
            meanwhile = {what: beside.submit(make) for what, make in others.items()}
            for what, make in (wanted | {what: made.result for what, made in meanwhile.items()}).items():
                progress(what, 0)
                make()
        keep_for_good()

    def prepare_meanwhile(self) -> None:
        """Begin, after `prepare`, what a start does not wait for, in threads and mostly in other processes: to
        read what the texts name, and to find where the phrases of the thesaurus stand and how central nodes are. What
        a small graph's texts name is read at once.
        """
        self.readings.read_bodies()
        self.readings.read_phrases()
        self.analysis.begin()

    def action_count(self, node: Structure | Concept) -> int:
        """How many actions a structure, department or concept has."""
        return self.lists.count(node)

    def structure_count(self, department: Concept) -> int:
        """How many structures a department has."""
        return len(self.indexes.structures_of_department.get(department.key, ()))

    def place(self, structure: Structure) -> StructurePlace | None:
        """Where a structure is, None where no source says so."""
        return self._structure_places.get(structure.key)

    def bordering(self, department: Department) -> Sequence[Department]:
        """The departments of the data that share a land border with one, in the order of their codes."""
        place = places().departments.get(department.code or "")
        keys = (department_key(code) for code in (place.neighbours if place else ()))
        return [node for key in keys if isinstance(node := self.network.records.get(key), Department)]

    def departments(self, region: Region) -> Sequence[Department]:
        """The departments of a region that the data have, in the order of their keys."""
        return self.indexes.departments_of_region.get(region.key, ())

    def structures(
        self, order: ListOrder, condition: Condition = EVERYTHING, department: Concept | None = None
    ) -> Listing[Structure]:
        """The structures, of one department or of all, that satisfy a condition."""
        return NodeSelection(self, NodeKind.STRUCTURE, condition, department).sorted(order)

    def concepts(self, kind: NodeKind, order: ListOrder, condition: Condition = EVERYTHING) -> Listing[Concept]:
        """The concepts or departments of a kind that satisfy a condition. Raises KeyError for another kind, NotAccepted
        for places in an order by how central they are.
        """
        return NodeSelection(self, kind, condition).sorted(order)

    def unknown(self, kind: NodeKind, condition: Condition) -> list[UnknownValue]:
        """What a condition on structures, or on the concepts of a kind, names and the data do not have."""
        return NodeSelection(self, kind, condition).unknown()

    def keywords_of(self, structure: Structure) -> Listing[tuple[Concept, int]]:
        """The keywords of a structure's actions with the number of actions of each, most frequent first."""
        counted = self.analysis.concepts_of(structure, NodeKind.KEYWORD)
        return Listing("count", counted, lambda pair: (-pair[1], pair[0].key))
