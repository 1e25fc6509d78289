"""The known words of the form and corrections of spelling; an unknown word is kept by the readers, and reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from rapidfuzz import fuzz, process

from graph.fields import STATUS
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.model import concept_key, fold

KINDS: tuple[str, ...] = (*(kind.value for kind in CONCEPT_KINDS), STATUS)
"""The vocabularies by name: the kinds of concept, then the status."""

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "data" / "vocabulary.json"

CLOSE = 75
"""How alike, of 100, two spellings are that may be of one word."""
SAME_WORDS = 90
"""How alike, of 100, the words of two names are that both have."""
SHORTEST = 4
"""Names whose words all have fewer characters are compared as they are spelt only."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate whose spelling is closest to that of `word`, or None where none is close. Both are folded. Of
    several, the first in the order of the alphabet.
    """
    return _first_of_best(process.extract(word, candidates, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=None))


def nearest_name(name: str, candidates: Collection[str]) -> str | None:
    """The same for names of several words: where none is spelt so, one that has the same words and more, or fewer."""
    found = nearest(name, candidates)
    longest = max(name.split(), key=len, default="")
    if found is not None or len(longest) < SHORTEST:
        return found
    # Words are compared where one of them stands: comparing them in every name takes twenty times as long.
    having = [each for each in candidates if longest in each]
    scored = process.extract(name, having, scorer=fuzz.token_set_ratio, score_cutoff=SAME_WORDS, limit=None)
    return _first_of_best(scored)


def _first_of_best(scored: Sequence[tuple[str, float, Any]]) -> str | None:
    return min(((-score, word) for word, score, _ in scored), default=(0, None))[1]


@dataclass(frozen=True, slots=True)
class Correction:
    """A spelling that the platform prints, and the label that is shown instead."""

    kind: str
    printed: str
    label: str


@dataclass(frozen=True)
class Vocabulary:
    """The known labels of each kind, one of `KINDS`, and the corrections. Words are compared folded."""

    labels: Mapping[str, tuple[str, ...]]
    corrections: tuple[Correction, ...] = ()

    @cached_property
    def _shown(self) -> dict[str, dict[str, str]]:
        shown = {kind: {fold(label): label for label in labels} for kind, labels in self.labels.items()}
        for correction in self.corrections:
            shown.setdefault(correction.kind, {})[fold(correction.printed)] = correction.label
        # As spelled here, a word is found without folding it: most words of a page are.
        for kind, labels in self.labels.items():
            shown[kind].update((label, shown[kind][fold(label)]) for label in labels)
        return shown

    @cached_property
    def _of_keys(self) -> dict[str, str]:
        corrected = [(correction.kind, correction.label) for correction in self.corrections]
        known = [(kind, self.label(kind, label)) for kind, labels in self.labels.items() for label in labels]
        found: dict[str, str] = {}
        for kind, label in (*known, *corrected):
            if kind in CONCEPT_KINDS:
                found.setdefault(concept_key(NodeKind(kind), label), label)
        return found

    def knows(self, kind: str, printed: str) -> bool:
        """Whether `printed` is a known label of the kind, or a spelling that is corrected."""
        return self._find(kind, printed) is not None

    def label(self, kind: str, printed: str) -> str:
        """The label to show: the corrected or known spelling, or `printed` itself where it is unknown."""
        return self._find(kind, printed) or printed

    def label_of_key(self, key: str) -> str | None:
        """The label that the concept of a key shows, whatever spellings are printed; None where it knows none."""
        return self._of_keys.get(key)

    def nearest(self, kind: str, printed: str) -> str | None:
        """The known label whose spelling is close to that of `printed`, or None where none is."""
        shown = self._shown.get(kind, {})
        closest = nearest(fold(printed), shown.keys())
        return None if closest is None else shown[closest]

    def _find(self, kind: str, printed: str) -> str | None:
        shown = self._shown.get(kind, {})
        return shown.get(printed) or shown.get(fold(printed))


def load_vocabulary(path: Path = DEFAULT_PATH) -> Vocabulary:
    """The vocabulary that the file holds. Raises OSError where it cannot be read, and ValueError, naming the file and
    the value, where it is not a JSON object with a list of words for each of `KINDS` and a list of `corrections`.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path}: not valid JSON: {error}") from None
    accepted = (*KINDS, "corrections")
    if not isinstance(content, dict) or set(content) != set(accepted):
        raise ValueError(f"{path}: expected an object with exactly these keys: {', '.join(accepted)}")
    for key, value in content.items():
        if not isinstance(value, list):
            raise ValueError(f"{path}: {key}: expected a list, found {value!r}")
    labels = {kind: tuple(_word(path, kind, word) for word in content[kind]) for kind in KINDS}
    corrections = []
    for entry in content["corrections"]:
        if not isinstance(entry, dict) or set(entry) != {"kind", "printed", "label"}:
            raise ValueError(f"{path}: corrections: {entry!r}: expected an object with kind, printed and label")
        if entry["kind"] not in KINDS:
            raise ValueError(f"{path}: corrections: kind {entry['kind']!r}: expected one of {', '.join(KINDS)}")
        printed, label = (_word(path, "corrections", entry[key]) for key in ("printed", "label"))
        corrections.append(Correction(entry["kind"], printed, label))
    return Vocabulary(labels, tuple(corrections))


def _word(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{path}: {key}: expected a word, found {value!r}")
    return value
