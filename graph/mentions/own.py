"""Whether a name in a sheet is that of the structure whose sheet it is, or its initials."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.model import fold

_SMALL = ("a", "au", "aux", "de", "des", "du", "d", "en", "et", "l", "la", "le", "les", "sur")
_OF_MANY = """
    association centre centres social sociaux sociale culturel culturelle socioculturel socio maison espace csc cs
"""
# What most names of structures have, and what says nothing of which it is.
_COMMON = frozenset((*_OF_MANY.split(), *_SMALL))
_LETTERS = re.compile(r"[^\W_]+")


@lru_cache(4_096)
def is_own(words: str, structure: str, may_be_initials: bool = True) -> bool:
    """Whether some words name the structure of that name: no word that it has not, or its initials where these may be
    its own.

    >>> is_own("CSC du Rionet", "Centre Social et Culturel le Rionet"), is_own("Caf du Lot", "Centre social du Lot")
    (True, False)
    >>> is_own("CTSC", "ASSOCIATION CENTRE TECHNICO SOCIAL CADURCIEN")
    True
    """
    own = _words(structure)
    said = _words(words)
    telling = [word for word in said if word not in _COMMON and len(word) > 1]
    if telling and all(word in own for word in telling):
        return True
    if may_be_initials and len(said) == 1 and words.isupper() and len(words) >= 3:
        initials = "".join(word[0] for word in own if word not in _SMALL)
        return said[0] in initials
    return False


def _words(text: str) -> list[str]:
    return _LETTERS.findall(fold(text))
