"""What a title says apart from its year and the words of the form, and how near two titles are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from graph.model import fold
from graph.search.french import STOP_WORDS, stem

NEAR = 0.8
"""From this likeness on two titles are nearly the same."""

WITHIN = 0.85
"""The likeness of a title that has all the words of another, and few more."""

_MORE = 2  # words that the longer title may have besides
_SHORT = 5  # letters of a single word that says too little to be the whole of a title

_WORD = re.compile(r"[a-z0-9]+")
_EDITION = re.compile(
    r"\b(?:(?:19|20)\d\d|\d{1,2} ?(?:e|er|ere|eme|ieme)|premiere?|deuxieme|seconde?|troisieme|quatrieme|cinquieme"
    r"|edition|saison \d+|saison|suite|bis|acte \d+|numero \d+|n ?° ?\d+|i{1,3}|iv)\b"
)

_OF_ANY = """
    action actions activite activites animation animations atelier ateliers centre cycle dispositif groupe groupes
    journee journees moment operation point programme projet projets rencontre rencontres repas sejour service services
    social soiree soirees sortie sorties stage temps travail fete cafe espace club
"""
_FORM = frozenset(stem(word) for word in _OF_ANY.split())


@dataclass(frozen=True, slots=True)
class Title:
    """A title without years and numbers of editions: its words, and the stems of those that tell what it is about."""

    words: tuple[str, ...]
    telling: frozenset[str]

    @property
    def subject(self) -> str:
        """Its telling stems in a row, "" for none."""
        return " ".join(sorted(self.telling))


@lru_cache(4_096)
def title_of(text: str) -> Title:
    """What a title says.

    >>> title_of("Repas de Noël 2018, 3e édition").words
    ('repas', 'noel')
    """
    words = tuple(word for word in _WORD.findall(_EDITION.sub(" ", fold(text))) if word not in STOP_WORDS)
    return Title(words, frozenset(stem(word) for word in words) - _FORM)


def likeness(one: str, other: str) -> float:
    """How near two titles are, 0 to 1: 1 where they have the same words, years and numbers of editions aside."""
    a, b = title_of(one), title_of(other)
    if not a.words or not b.words:
        return 0.0
    if a.words == b.words:
        return 1.0
    if not a.telling or not b.telling:
        return 0.0
    found = fuzz.token_sort_ratio(a.subject, b.subject) / 100
    fewer, more = sorted((a.telling, b.telling), key=len)
    if fewer <= more and len(more) - len(fewer) <= _MORE and max(map(len, fewer)) >= _SHORT:
        found = max(found, WITHIN)
    return min(found, 0.95)
