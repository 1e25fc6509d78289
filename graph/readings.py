"""What is made of the texts of one version: the full text, what makes actions similar, and the bodies that they name.

Each is made when it is first asked for, or beforehand; what the texts of many sheets name takes minutes, and is refused
while it is made. A later version makes its own of those of the version that was built at once, or of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial

from pyroaring import FrozenBitMap

from graph.errors import NotAccepted, made_meanwhile
from graph.indexes import Indexes, ordinals
from graph.mentions.bodies import Bodies
from graph.mentions.kept import kept_namings
from graph.model import Action, SheetText
from graph.network import Network
from graph.once import once
from graph.prepared import Beside
from graph.processes import in_a_thread
from graph.search.index import SearchIndex
from graph.similarity.measures import Similarity
from graph.similarity.text import TextIndex
from graph.texts import LayeredTexts

READ_AT_ONCE = 500
"""The texts of fewer sheets are read for what they name while a start waits."""

WORDS_COUNTED_ANEW = 1_000
"""With fewer actions than these the words that similar texts are found by are counted anew for each version, in a tenth
of a second at most; with more, those of a later version are the words of the version that was built at once."""

Progress = Callable[[str, int], None]


def silent(what: str, done: int) -> None:
    """Tells nobody."""


class Readings:
    """What the texts of one version were read for. Reading it from several threads at once is safe.

    `progress` is told what is being made of every text, and how many are done.
    """

    def __init__(
        self,
        network: Network,
        indexes: Indexes,
        texts: LayeredTexts,
        beside: Beside | None = None,
        base: Readings | None = None,
    ) -> None:
        """With `base`, those of a later version of the graph that had these when it was built at once."""
        self.network = network
        self.indexes = indexes
        self.texts = texts
        self.beside = beside
        self.progress: Progress = silent
        self._base = base
        self._reading: Future[Bodies] | None = None

    def changed(self, network: Network, indexes: Indexes, texts: LayeredTexts) -> Readings:
        """Those of the next version. What was made of this one is made of that now, so that who goes on asking does not
        wait.
        """
        made = Readings(network, indexes, texts, base=self._base or self)
        if "search" in self.__dict__:
            made.search = made._searched_since(self)
        if "similarity" in self.__dict__:
            made.similarity.follow(self.similarity)
        if "bodies" in self.__dict__:
            made.bodies = made._named_since(self)
        return made

    @once
    def search(self) -> SearchIndex:
        """French full text over every kind of node."""
        if self._base is not None:
            return self._searched_since(self._base)
        told = partial(self.progress, "search index")
        return SearchIndex.build(self.network, self.indexes, _by_key(self.network, self.texts), told, self.beside)

    def read_phrases(self) -> None:
        """Find where the phrases of the thesaurus stand, in a thread: who searches meanwhile waits for his own."""
        in_a_thread(self.search.read_phrases)

    @once
    def similarity(self) -> Similarity:
        """Similar actions, and why."""
        if self._base is None:
            told = partial(self.progress, "text index")
            words = partial(_words_of_base, self.network, self.texts, told, self.beside)
            return Similarity(self.network, self.indexes, words)
        anew = None
        if len(self.indexes.everything) < WORDS_COUNTED_ANEW:
            anew = partial(_words_of_version, self.network, self.indexes, self.texts)
        later = [text for text, _ in self.texts.later]
        return self._base.similarity.changed(self.network, self.indexes, later, anew)

    @once
    def bodies(self) -> Bodies:
        """What the texts name. Raises NotReady while they are read for it: see `read_bodies`."""
        if self._base is not None:
            return self._named_since(self._base)
        if self._reading is None:
            return self._named(helped=False)
        return made_meanwhile(self._reading, "bodies", "the texts of the sheets are being read for what they name")

    def bodies_at_hand(self, parameter: str, value: str) -> Bodies:
        """What the texts name, for who would not have them read for it, which takes seconds: raises NotAccepted where
        nobody had, NotReady while they are read.
        """
        base = self._base or self
        if base._reading is None and not any("bodies" in each.__dict__ for each in (base, self)):
            raise NotAccepted(parameter, value, "ask for a body of before by `body`, which reads the texts anew")
        return self.bodies

    def read_bodies(self) -> None:
        """Read what the texts of a graph that was built at once name: some 0.6 ms a sheet, and nearly nothing where
        files beside the store have it. Of more than a few sheets this only begins, in a thread and mostly in another
        process.
        """
        if len(self.indexes.everything) < READ_AT_ONCE:
            self.bodies = self._named(helped=False)
        else:
            self._reading = in_a_thread(partial(self._named, helped=True))

    def _named(self, helped: bool) -> Bodies:
        text = self.texts.text
        if self.beside is not None:
            return Bodies(self.network, self.indexes, text, kept_namings(self.network, self.beside)).prepare()
        return Bodies.build(self.network, self.indexes, text, self.texts.of(self.network), helped).prepare()

    def _named_since(self, before: Readings) -> Bodies:
        return before.bodies.changed(self.network, self.indexes, self.texts.text, *self._moved_since(before))

    def _searched_since(self, before: Readings) -> SearchIndex:
        return before.search.changed(self.network, self.indexes, *self._moved_since(before))

    def _moved_since(self, before: Readings) -> tuple[list[tuple[Action, SheetText]], list[tuple[Action, SheetText]]]:
        """The sheets that are gone since a version, and those that came, with what they say."""
        now, then = self.indexes.everything, before.indexes.everything
        return self._sheets(then - now), self._sheets(now - then)

    def _sheets(self, members: FrozenBitMap) -> list[tuple[Action, SheetText]]:
        return [(action, self.texts.text(action)) for action in map(self.network.actions.__getitem__, members)]


# No methods: a version that is held by its own parts would never go, once the collector is spared it.
def _words_of_base(
    network: Network, texts: LayeredTexts, told: Callable[[int], None], beside: Beside | None
) -> TextIndex:
    return TextIndex.build(network, _by_key(network, texts), told, beside)


def _words_of_version(network: Network, indexes: Indexes, texts: LayeredTexts) -> TextIndex:
    return TextIndex.of_version(network, ordinals(indexes.everything), _by_key(network, texts))


def _by_key(network: Network, texts: LayeredTexts) -> Iterator[tuple[str, SheetText]]:
    return ((action.key, text) for action, text in texts.of(network))
