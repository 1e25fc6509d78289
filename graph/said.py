"""Which actions have texts that say something: by what is known of them, and by reading those that may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from cachetools import LRUCache
from pyroaring import FrozenBitMap

from graph.analysis.quality import Empty, unprinted
from graph.conditions import Operator, Says
from graph.errors import NotAccepted, OutOfRange
from graph.fields import TEXTS
from graph.indexes import NOTHING
from graph.network import Network
from graph.search.french import cut
from graph.texts import LayeredTexts

MOST_READ = 1_000
"""How many texts are read for one condition: a quarter of a second of work where they are in a store."""
_KEPT = 64

_API = {field.name: field.api for field in TEXTS}


class Said:
    """The texts of one version. Reading from several threads at once is safe."""

    def __init__(self, network: Network, texts: LayeredTexts) -> None:
        self._network = network
        self._texts = texts
        # Facets and nested lists ask the same of the same texts again: which were read for it, and which say it.
        self._known: LRUCache[tuple[str, str], tuple[FrozenBitMap, FrozenBitMap]] = LRUCache(_KEPT)
        self._lock = Lock()

    def members(
        self,
        asked: Says,
        among: FrozenBitMap,
        empty: Callable[[], Empty],
        holding: Callable[[Sequence[str]], FrozenBitMap],
    ) -> FrozenBitMap:
        """Those of some actions whose texts say what is asked; a text that is not printed is empty.

        `empty` gives what is empty, `holding` the actions whose sheets hold some words, wherever. Raises NotAccepted
        for a text without a word, OutOfRange where too many texts would have to be read.
        """
        for operator, wanted in asked.clauses:
            if operator is Operator.EMPTY:
                known = empty()
                none = known[asked.field] | known.get(unprinted(asked.field), NOTHING)
                among = among & none if wanted else among - none
            else:
                among = self._containing(asked.field, wanted, among, holding)
        return among

    def _containing(
        self, field: str, text: str, among: FrozenBitMap, holding: Callable[[Sequence[str]], FrozenBitMap]
    ) -> FrozenBitMap:
        name = f"{_API[field]}.contains"
        wanted = _in_a_row(text)
        words = [*dict.fromkeys(wanted.split())]
        if not words:
            raise NotAccepted(name, text, "give a word at least")
        candidates = among & holding(words)
        if len(candidates) > MOST_READ:
            reason = (
                f"of the selected sheets {len(candidates)} have these words somewhere, and at most {MOST_READ} are read"
            )
            raise OutOfRange(name, text, f"{reason}: add conditions or rarer words, or use `search`")
        return self._having(field, wanted, candidates)

    def _having(self, field: str, wanted: str, candidates: FrozenBitMap) -> FrozenBitMap:
        name = field, wanted
        with self._lock:
            read, found = self._known.get(name, (NOTHING, NOTHING))
        if new := candidates - read:
            found |= FrozenBitMap([ordinal for ordinal in new if self._says(ordinal, field, wanted)])
            with self._lock:
                others, theirs = self._known.get(name, (NOTHING, NOTHING))
                self._known[name] = others | read | new, theirs | found
        return candidates & found

    def _says(self, ordinal: int, field: str, wanted: str) -> bool:
        text = getattr(self._texts.text(self._network.actions[ordinal]), field)
        return bool(text) and wanted in _in_a_row(text)


def _in_a_row(text: str) -> str:
    """The bare words of a text, each between two spaces."""
    return f" {' '.join([piece.bare for piece in cut(text) if piece.bare])} "
