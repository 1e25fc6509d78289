"""Which actions have texts that say something: by what is known of them, and by reading those that may."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pyroaring import BitMap, FrozenBitMap

from graph.analysis.quality import Empty, unprinted
from graph.conditions import Operator, Says
from graph.errors import NotAccepted, OutOfRange
from graph.fields import TEXTS
from graph.indexes import NOTHING
from graph.network import Network
from graph.once import kept
from graph.search.french import cut
from graph.texts import LayeredTexts

MOST_READ = 1_000
"""How many texts are read for one condition: a quarter of a second of work where they are in a store."""
_KEPT = 64

_API = {field.name: field.api for field in TEXTS}


class Said:
    """The texts of one version. Reading from several threads at once is safe."""

    def __init__(self, network: Network, texts: LayeredTexts) -> None:
        def having(field: str, wanted: str, candidates: FrozenBitMap) -> FrozenBitMap:
            found = BitMap()
            for ordinal in candidates:
                text = getattr(texts.text(network.actions[ordinal]), field)
                if text and wanted in _in_a_row(text):
                    found.add(ordinal)
            return FrozenBitMap(found)

        # Nested lists ask the same of the same texts again.
        self._having = kept(_KEPT)(having)

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


def _in_a_row(text: str) -> str:
    """The bare words of a text, each between two spaces."""
    return f" {' '.join([piece.bare for piece in cut(text) if piece.bare])} "
