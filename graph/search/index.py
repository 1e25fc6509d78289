"""French full-text search over every kind of node, in an index made once for a version of the graph.

What a search finds: the nodes that hold **all** of its words, by stem, and all of its phrases. Where a word
is misspelt in the directory, its right spelling finds it too, after all the exact answers; a word that the
directory does not have is read as the words at one letter from it.

How answers are ordered: first those that have all the words in their title (scores from ¾ to 1), then in their title
and labels (keywords, partners, structure…; from ½), then anywhere (from ¼), then by another spelling (under ¼); within
each, by BM25: rare words, words said more than once and short texts weigh more.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
from pyroaring import BitMap, FrozenBitMap

from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.model import Action, Concept, Node, SheetText, Structure, fold
from graph.network import Network
from graph.search import highlights
from graph.search.french import STOP_WORDS, bare, composed, stem, words
from graph.search.fulltext import RANKED, Entry, FullText, Ranking
from graph.search.highlights import Fragment, Highlight
from graph.search.query import MAX_LENGTH, MAX_WORDS, SearchError, Word, read_query, refuse_long

__all__ = [
    "MAX_LENGTH",
    "MAX_WORDS",
    "RANKED",
    "Fragment",
    "Highlight",
    "Hit",
    "Ranking",
    "SearchError",
    "SearchIndex",
    "Suggestion",
]

FORMAT = 1
"""Changes with what the index holds and with how words are cut: a folder of another format is made again."""

ALL_KINDS = tuple(NodeKind)

_SAMPLE = 5_000  # texts from which the accents of suggested words are learnt
_TITLES = "title"  # among the names, the kind of an entry for the title of one action or more
_TEXT_FIELDS = tuple(field.name for field in fields(SheetText))


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that a search finds, with a score in 0..1 that compares nodes of all kinds."""

    kind: NodeKind
    node: Node
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a search box may offer: `text`, and the number of its `actions`.

    `node` is the structure or concept of that name; for a title, the first of its actions in the default
    order. For a word of the actions, `kind` and `node` are None and `actions` counts those that hold it.
    """

    text: str
    kind: NodeKind | None
    node: Node | None
    actions: int


class SearchIndex:
    """The search over one network. Reading from several threads at once is safe."""

    def __init__(self, network: Network, actions: FullText, names: FullText, accents: Mapping[str, str]) -> None:
        self._network = network
        self._actions = actions
        self._names = names
        self._accents = accents
        self._named = _named(network)

    @classmethod
    def build(
        cls,
        network: Network,
        texts: Iterable[tuple[str, SheetText]],
        path: Path | None = None,
        version: str = "",
        progress: Callable[[int], None] = lambda done: None,
    ) -> SearchIndex:
        """The index of a network and of its actions' texts by key, in any order; an action may have none.

        It is made in memory, or in the folder `path`, to be opened again for the same `version`; what the
        folder held is replaced once the new index is whole. `progress` is told how many actions are done.
        Raises ValueError for the text of an action that the network does not have, and OSError where the
        folder cannot be written.
        """
        if path is None:
            return cls(network, *_write(network, texts, None, progress))
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            _, _, accents = _write(network, texts, unfinished, progress)
            about = {"format": FORMAT, "version": version, "accents": accents, "files": _sizes(unfinished)}
            (unfinished / "about.json").write_bytes(orjson.dumps(about))
            if path.exists():
                shutil.rmtree(path)
            unfinished.rename(path)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        opened = cls.open(path, network, version)
        if opened is None:
            raise OSError(f"The search index was written to {path}, but cannot be read from there.")
        return opened

    @classmethod
    def open(cls, path: Path, network: Network, version: str) -> SearchIndex | None:
        """The index that `build` left in the folder `path`; None where there is none, or one that is damaged,
        of another version or of another format.
        """
        try:
            about = orjson.loads((path / "about.json").read_bytes())
            if (about["format"], about["version"], about["files"]) != (FORMAT, version, _sizes(path)):
                return None
            actions, names = FullText.open(path / "actions"), FullText.open(path / "names")
            accents = dict(about["accents"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return cls(network, actions, names, accents) if len(actions) == len(network.actions) else None

    def actions(self, query: str) -> Ranking:
        """The actions that `query` finds, best first, equal scores in the default order. Raises SearchError.

        Where they are more than `RANKED`, the ranking has the best of them; see `matching` and `ordered`.
        """
        return self._actions.ranking(read_query(query), None)

    def matching(self, query: str) -> FrozenBitMap:
        """The ordinals of all the actions that `query` finds. Raises SearchError.

        An index in memory takes some 0.3 µs for each action of each word, a folder does for phrases only; once for
        the words and the queries asked last.
        """
        return self._actions.matching(read_query(query), None)

    def ordered(self, query: str, among: BitMap | FrozenBitMap) -> npt.NDArray[np.uint32]:
        """The ordinals of all the actions that `query` finds `among` those, best first. Raises SearchError.

        Where `query` finds more than `RANKED` of all, those that the ranking lacks follow in the default
        order.
        """
        asked = read_query(query)
        best = self._actions.ranking(asked, None).ordinals
        found = self._actions.matching(asked, None) & among
        is_found = np.zeros(len(self._network.actions), np.bool_)
        is_found[np.frombuffer(found.to_array(), np.uint32)] = True
        first = best[is_found[best]]
        is_found[first] = False
        return np.concatenate((first, np.flatnonzero(is_found).astype(np.uint32)))

    def search(self, query: str, kinds: Collection[NodeKind] = ALL_KINDS, first: int = 20) -> list[Hit]:
        """The `first` best nodes of the `kinds`, best first. Raises SearchError.

        Of equal scores, concepts come first, then departments, structures and actions, each in their own
        order.
        """
        asked = read_query(query)
        hits: list[tuple[Node, float]] = []
        if names := _name_kinds(kinds):
            hits += [(self._named[number], score) for number, score in self._names.best(asked, names, first)]
        if NodeKind.ACTION in kinds:
            found = self._actions.best(asked, None, first)
            hits += [(self._network.actions[ordinal], score) for ordinal, score in found]
        hits.sort(key=lambda hit: -hit[1])
        return [Hit(_kind(node), node, round(score, 6)) for node, score in hits[:first]]

    def highlights(self, query: str, fields: Mapping[str, str], first: int = 3) -> list[Highlight]:
        """The `first` places that `query` finds in each of the `fields` (name to text), in the order of
        `fields`.

        A field without any is left out. Raises SearchError.
        """
        asked = read_query(query)
        meant = self._actions.corrected(asked) or asked
        misspelt = {other for word in meant.words for other in self._actions.misspellings(word)}
        return highlights.highlights(meant, misspelt, fields, first)

    def suggest(self, prefix: str, kinds: Collection[NodeKind] = ALL_KINDS, first: int = 10) -> list[Suggestion]:
        """What `prefix` may be the beginning of: names and titles with all of its words, the last perhaps
        unfinished, and, for one word, the words of the actions; at most `first`, those with the most
        actions first.

        Words and titles are given where `kinds` has ACTION. Raises SearchError where `prefix` is too long.
        """
        refuse_long(prefix)
        typed = [Word(bare(word), stem(word)) for word, _, _ in words(prefix) if stem(word)]
        if not typed or first < 1:
            return []
        wanted = _name_kinds(kinds) + ((_TITLES,) if NodeKind.ACTION in kinds else ())
        if not wanted:
            return []
        found = [
            self._suggestion(number, actions)
            for number, actions in self._names.starting(typed[:-1], typed[-1].bare, wanted, first)
        ]
        if NodeKind.ACTION in kinds and len(typed) == 1:
            offered = {fold(suggestion.text) for suggestion in found}
            stems: set[str] = set()
            # More than are asked for, since small words, names, inflections and rare words are passed over: next to
            # a hundred times more frequent ones, most are misspellings.
            known = self._actions.words(typed[-1].bare, 3 * first + len(STOP_WORDS))
            for plain, actions in known:
                if plain in STOP_WORDS or plain in offered or stem(plain) in stems or 100 * actions < known[0][1]:
                    continue
                stems.add(stem(plain))
                found.append(Suggestion(self._accents.get(plain, plain), None, None, actions))
        return sorted(found, key=lambda one: (-one.actions, one.node is None, fold(one.text)))[:first]

    def _suggestion(self, number: int, actions: int) -> Suggestion:
        if number >= len(self._named):
            action = self._network.actions[number - len(self._named)]
            return Suggestion(action.title, NodeKind.ACTION, action, actions)
        node = self._named[number]
        return Suggestion(_label(node), _kind(node), node, actions)


def _write(
    network: Network,
    texts: Iterable[tuple[str, SheetText]],
    folder: Path | None,
    progress: Callable[[int], None],
) -> tuple[FullText, FullText, dict[str, str]]:
    count = len(network.actions)
    spellings: Counter[str] = Counter()
    entries = _action_entries(network, texts, spellings, progress)
    actions = FullText.write(folder and folder / "actions", entries, count, prepare=True)
    names = FullText.write(folder and folder / "names", _name_entries(network), count)
    return actions, names, _accents(spellings)


def _sizes(folder: Path) -> dict[str, int]:
    """The size in bytes of each data file of the two indexes in `folder`: what tells a copy that was cut short."""
    files = (file for name in ("actions", "names") for file in (folder / name).iterdir())
    return {f"{file.parent.name}/{file.name}": file.stat().st_size for file in files if file.name[0] != "."}


def _action_entries(
    network: Network,
    texts: Iterable[tuple[str, SheetText]],
    spellings: Counter[str],
    progress: Callable[[int], None],
) -> Iterator[Entry]:
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
        yield _action_entry(action, passages)
        if len(done) % 1_000 == 0:
            progress(len(done))
    for action in network.actions:
        if action.ordinal not in done:
            yield _action_entry(action, ())
    progress(len(network.actions))


def _action_entry(action: Action, passages: tuple[str, ...]) -> Entry:
    structure, *concepts = action.neighbours()
    labels = (*(concept.label for concept in concepts), structure.label, action.department.label)
    return Entry(action.ordinal, NodeKind.ACTION, action.title, labels, passages)


def _passages(text: SheetText) -> tuple[str, ...]:
    """Every field of the text that says something."""
    values = (getattr(text, name) for name in _TEXT_FIELDS)
    return tuple(part for value in values for part in ((value,) if isinstance(value, str) else value or ()) if part)


def _accents(spellings: Counter[str]) -> dict[str, str]:
    """How bare words are written, where it is otherwise: the most frequent spelling."""
    best: dict[str, str] = {}
    for word, _ in sorted(spellings.items(), key=lambda item: (-item[1], item[0])):
        best.setdefault(bare(word), word)
    return {plain: word for plain, word in best.items() if plain and plain != word}


def _named(network: Network) -> tuple[Structure | Concept, ...]:
    """The nodes that are searched for by name, in the order that breaks ties."""
    kinds = (*CONCEPT_KINDS, NodeKind.DEPARTMENT)
    return (*(concept for kind in kinds for concept in network.concepts.get(kind, ())), *network.structures)


def _name_entries(network: Network) -> Iterator[Entry]:
    """The entries of the named nodes, numbered as `_named`, then of the titles, numbered on by their first
    action.
    """
    actions_of: Counter[Node] = Counter(action.department for action in network.actions)
    for action in network.actions:
        actions_of.update(action.neighbours())
    named = _named(network)
    for number, node in enumerate(named):
        others = () if isinstance(node, Structure) else node.alternative_labels
        yield Entry(number, _kind(node), _label(node), others, actions=actions_of[node])
    hashes = np.fromiter((hash(fold(action.title)) for action in network.actions), np.int64, len(network.actions))
    _, firsts, counts = np.unique(hashes, return_index=True, return_counts=True)
    for first, count in sorted(zip(firsts.tolist(), counts.tolist(), strict=True)):
        yield Entry(len(named) + first, _TITLES, network.actions[first].title, actions=count)


def _name_kinds(kinds: Collection[NodeKind]) -> tuple[str, ...]:
    return tuple(kind.value for kind in NodeKind if kind in kinds and kind is not NodeKind.ACTION)


def _kind(node: Node) -> NodeKind:
    if isinstance(node, Concept):
        return node.kind
    return NodeKind.STRUCTURE if isinstance(node, Structure) else NodeKind.ACTION


def _label(node: Structure | Concept) -> str:
    return node.name if isinstance(node, Structure) else node.label
