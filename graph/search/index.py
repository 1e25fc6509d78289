"""French full-text search over every kind of node, in an index of one version of the graph.

What a search finds: the nodes that hold **all** of its words, by stem, and all of its phrases; then those that hold
other words for some of them (`graph.search.meaning`): a misspelling, a word of the family, what the thesaurus says is
the same, narrower or related. Where these are few, those follow that lack some words. A word that the directory does
not have is read as a word at a letter or two from it.

How answers are ordered: first those that have all the words in their title (scores from ¾ to 1), then in their title
and labels (keywords, partners, structure…; from ½), then anywhere (from ¼); within each, by BM25: rare words, words
said more than once and short texts weigh more. Under ¼ come those by other words, the nearest first, and last those
that lack some; within each, those that say it in their title come first, and those that say more of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pyroaring import FrozenBitMap

from graph.indexes import Indexes
from graph.kinds import NodeKind
from graph.mentions.bodies import Body
from graph.mentions.called import answering
from graph.model import Action, Node, SheetText, fold
from graph.network import Network
from graph.prepared import Beside
from graph.search.changing import ChangingEntries
from graph.search.documents import NAMED_KINDS, TITLE, action_entries, action_entry, named_nodes, sampled
from graph.search.french import STOP_WORDS, stem
from graph.search.fulltext import FullText, MatchedBy, Ranking
from graph.search.highlights import Highlight, highlights
from graph.search.hits import Hits, NumberedNodes
from graph.search.kept import kept_actions, kept_names, write_names
from graph.search.meaning import Correction, How
from graph.search.names import NameOrder, Names, Numbered
from graph.search.query import check_length, read_query, read_words
from graph.search.spellings import Spellings
from graph.search.thesaurus import load_thesaurus
from graph.search.writing import write_entries
from graph.search.written import WrittenEntries

ALL_KINDS = tuple(NodeKind)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a search box may offer: `text`, and the number of its `actions`. `node` is the structure or concept of that
    name; for a title, the first of its actions in the default order; None for a word of the actions.
    """

    text: str
    node: Node | None
    actions: int

    @property
    def kind(self) -> NodeKind | None:
        """The kind of the node."""
        return None if self.node is None else self.node.kind


@dataclass(frozen=True, slots=True)
class Matched:
    """By which word a node answers each word that was typed; those `missing` it does not answer."""

    by: tuple[MatchedBy, ...]
    missing: tuple[str, ...]


class SearchIndex:
    """The search over one version of the graph. Reading from several threads at once is safe."""

    FORMAT = 11  # changes with what the index holds and with how words are cut: an older folder is made again

    def __init__(self, names: Names, actions: ChangingEntries, spellings: Spellings) -> None:
        if len(actions) != len(names.indexes.everything):
            raise ValueError(f"the index has {len(actions)} actions, the graph {len(names.indexes.everything)}")
        self._entries = actions
        self._spellings = spellings
        self._named = names
        thesaurus = load_thesaurus()
        self._actions = FullText(actions, thesaurus)
        # A word that actions have is not put right, though no name has it.
        self._names = FullText(names.nodes, thesaurus, actions)
        self._nodes = NumberedNodes(names)

    @classmethod
    def build(
        cls,
        network: Network,
        indexes: Indexes,
        texts: Iterable[tuple[str, SheetText]],
        progress: Callable[[int], None] = lambda done: None,
        beside: Beside | None = None,
    ) -> SearchIndex:
        """The index of a network that was built at once and of its actions' texts by key, in any order; an action may
        have none.

        It is made in memory, or found or made in folders `beside`: where some sheets differ from those that it is of,
        only these are read. `progress` is told how many actions are done. Raises ValueError for a text of no action of
        the network, OSError where a folder cannot be written.

        >>> SearchIndex.build(tiny.network, tiny.indexes, []).actions("+compost").total
        1
        """

        def write(folder: Path | None) -> tuple[WrittenEntries, Spellings]:
            count, spellings = len(indexes.everything), Counter[str]()
            sheets = action_entries(network, indexes, texts, spellings, progress)
            written = write_entries(folder and folder / "actions", sheets, count, prepare=True)
            return written, Spellings.learnt(spellings)

        if beside is None:
            written, spellings = write(None)
            names = write_names(network, indexes, None)
            actions = ChangingEntries.of(written, network.order)
        else:
            actions, spellings = kept_actions(network, beside, cls.FORMAT, lambda folder: write(folder)[1])
            names = kept_names(network, indexes, beside, cls.FORMAT)
        order = NameOrder.of(Numbered(named_nodes(network), network.actions, len(network.actions)))
        nodes, titles = (ChangingEntries.of(some, order) for some in names)
        return cls(Names(network, indexes, order, nodes, titles), actions, spellings)

    def changed(
        self,
        network: Network,
        indexes: Indexes,
        removed: Sequence[tuple[Action, SheetText]],
        added: Sequence[tuple[Action, SheetText]],
    ) -> SearchIndex:
        """The index of a later version of the graph, which has some actions no more, with what their sheets said, and
        some others. It costs what these are, and shares the rest.
        """
        went, came = ([action_entry(*sheet) for sheet in sheets] for sheets in (removed, added))
        names = self._named.changed(network, indexes, [action for action, _ in (*removed, *added)])
        more, fewer = (
            Counter(piece for entry in some for piece in sampled(int(network.numbers[entry.number]), entry))
            for some in (came, went)
        )
        entries = self._entries.changed(network.order, came, went)
        return SearchIndex(names, entries, self._spellings.changed(more, fewer))

    def read_phrases(self) -> None:
        """Find now where the phrases of the thesaurus stand, which otherwise the first who asks for one of its words
        waits for: some 2 s of a million actions, and more from a cold disk. Later versions know it too. Then find what
        this version holds of each group.
        """
        reader = self._actions.reader
        self._entries.written.read(reader.phrases())
        reader.prepare()

    def actions(self, query: str) -> Ranking:
        """The actions that `query` finds, best first, equal scores in the default order. Raises OutOfRange.

        >>> tiny.search.actions("JARDINS").total
        3
        """
        return self._actions.ranking(read_query(query), None)

    def matching(self, query: str) -> FrozenBitMap:
        """The ordinals of all the actions that `query` finds. Raises OutOfRange.

        >>> [tiny.actions[ordinal].title for ordinal in tiny.search.matching("légume")]
        ['Atelier compost', 'Repas des voisins']
        """
        return self._actions.matching(read_query(query), None)

    def holding(self, words: Sequence[str]) -> FrozenBitMap:
        """The ordinals of the actions whose sheets hold each of some bare words, wherever.

        >>> [tiny.actions[ordinal].title for ordinal in tiny.search.holding(["jardin", "partage"])]
        ['Jardin partagé']
        """
        return self._actions.holding(words)

    def search(
        self,
        query: str,
        kinds: Collection[NodeKind] = ALL_KINDS,
        among: FrozenBitMap | None = None,
        bodies: Sequence[tuple[Body, float]] = (),
    ) -> Hits:
        """The nodes of the `kinds` that `query` finds, best first; with `among`, only actions of these ordinals, and
        other nodes that one of them has. `bodies` are found elsewhere, best first, with their scores.

        Raises OutOfRange.

        >>> [hit.node.label for hit in tiny.search.search("jardin").page(Window(first=2)).items]
        ['Jardin', 'Jardin partagé']
        """
        asked = read_query(query)
        answers = []
        if names := _name_kinds(kinds):
            named = self._names.ranking(asked, None if len(names) == len(NAMED_KINDS) else names)
            answers.append((named if among is None else named.among(self._named.having(named.matching(), among)), 0))
        if NodeKind.ACTION in kinds:
            actions = self._actions.ranking(asked, None)
            answers.append((actions if among is None else actions.among(among), NumberedNodes.ACTIONS))
        if not bodies:
            return Hits(self._nodes, answers)
        answers.append((self._ranked(bodies), NumberedNodes.BODIES))
        return Hits(NumberedNodes(self._named, [body for body, _ in bodies]), answers)

    def _ranked(self, bodies: Sequence[tuple[Body, float]]) -> Ranking:
        scores = np.array([score for _, score in bodies], np.float32)
        every = np.arange(len(bodies), dtype=np.uint32)
        return Ranking(every, scores, None, every.__len__, lambda: FrozenBitMap(every.tolist()), self._named.order)

    def matched(self, query: str, node: Node | Body) -> Matched:
        """By which words a node answers a query, and which of those typed it lacks. Raises OutOfRange.

        >>> action = tiny.search.search("potager", [NodeKind.ACTION]).page(Window(first=1)).items[0].node
        >>> tiny.search.matched("potager", action).by[0].found
        'jardin'
        """
        asked = read_query(query)
        if isinstance(node, Body):
            return Matched(tuple(MatchedBy(word.typed, own, How.EXACT) for word, own in answering(asked, node)), ())
        if isinstance(node, Action):
            by, missing = self._actions.matched(asked, node.ordinal)
        else:
            by, missing = self._names.matched(asked, self._named.number(node.key))
        spelt = (How.MISSPELT, How.DERIVED)
        found = (replace(each, found=self._spellings.best(each.found)) if each.how in spelt else each for each in by)
        return Matched(tuple(found), tuple(missing))

    def corrections(self, query: str) -> list[Correction]:
        """The words of a query that no action has, and those that they are read as. Raises OutOfRange.

        >>> tiny.search.corrections("jardn")
        [Correction(typed='jardn', read='jardin')]
        """
        found = self._actions.meaning(read_query(query)).corrections
        return [replace(each, read=self._spellings.best(each.read)) for each in found]

    def unheld(self, query: str) -> list[str]:
        """The words of a query, as typed, that no node answers. Raises OutOfRange."""
        asked = read_query(query)
        nowhere = set(self._names.unheld(asked))
        return [typed for typed in self._actions.unheld(asked) if typed in nowhere]

    def highlights(self, query: str, fields: Mapping[str, str], first: int = 3) -> list[Highlight]:
        """The `first` places that `query` finds in each of `fields` (name to text) that has any. Raises OutOfRange.

        >>> [found] = tiny.search.highlights("jardins", {"title": "Repas", "summary": "Un jardin pour tous."})
        >>> found.field, found.fragments[0].text, found.fragments[0].start
        ('summary', 'jardin', 3)
        """
        asked = read_query(query)
        return highlights(self._actions.meaning(asked).clauses, fields, first)

    def suggest(self, prefix: str, kinds: Collection[NodeKind] = ALL_KINDS, first: int = 10) -> list[Suggestion]:
        """What `prefix` may be the beginning of, at most `first`, those with the most actions first.

        These are names with all of its words, the last perhaps unfinished, and, where `kinds` has ACTION, such titles
        and, for one word, the words of the actions. Raises OutOfRange where `prefix` is too long.

        >>> [(one.text, one.actions) for one in tiny.search.suggest("jar")]
        [('Jardin', 3), ('Jardin partagé', 1)]
        """
        check_length("prefix", prefix)
        typed = read_words(prefix)
        wanted = _name_kinds(kinds) + ((TITLE,) if NodeKind.ACTION in kinds else ())
        if not typed or not wanted or first < 1:
            return []
        named = self._named.starting(typed[:-1], typed[-1].bare, wanted, first)
        offered = [Suggestion(node.label, node, actions) for node, actions in named]
        if NodeKind.ACTION in kinds and len(typed) == 1:
            offered += self._words_starting(typed[-1].bare, {fold(one.text) for one in offered}, first)
        return sorted(offered, key=lambda one: (-one.actions, one.node is None, fold(one.text)))[:first]

    def _words_starting(self, prefix: str, offered: Collection[str], first: int) -> Iterator[Suggestion]:
        """The words of the actions that start so, one for each stem, without those that are `offered` already."""
        # More than are asked for, since small words, names, inflections and rare words are passed over: next to
        # a hundred times more frequent ones, most are misspellings.
        frequent = self._entries.words(prefix, 3 * first + len(STOP_WORDS))
        stems: set[str] = set()
        for word, actions in frequent:
            is_rare = 100 * actions < frequent[0][1]
            if word not in STOP_WORDS and word not in offered and stem(word) not in stems and not is_rare:
                stems.add(stem(word))
                yield Suggestion(self._spellings.best(word), None, actions)


def _name_kinds(kinds: Collection[NodeKind]) -> tuple[NodeKind, ...]:
    return tuple(kind for kind in NodeKind if kind in kinds and kind is not NodeKind.ACTION)
