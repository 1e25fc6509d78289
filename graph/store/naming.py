"""Whether a text names somebody: as words of its own, whatever the case, the accents and the punctuation.

Every sheet of a store is read for it, so it does without `fold`, which takes ten times as long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

_MARKS = re.compile(r"[\u0300-\u036f]+")
_WORD = re.compile(r"[a-z0-9]+")
_LIGATURES = (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss"))


def holds_any(names: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text holds one of some names, of which the empty ones are none."""
    wanted = [_pattern(name) for name in {*names} if name.strip()]

    def holds(text: str) -> bool:
        plain = _plain(text)
        return any(first in plain and pattern.search(plain) is not None for first, pattern in wanted)

    return holds


def _pattern(name: str) -> tuple[str, re.Pattern[str]]:
    """A pattern for plain text, and a word of it, which is faster to look for. A name in other letters than ours is
    looked for as it is."""
    words = _WORD.findall(_plain(name))
    if not words:
        return _plain(name), re.compile(re.escape(_plain(name)))
    return max(words, key=len), re.compile(rf"(?<![a-z0-9]){'[^a-z0-9]+'.join(words)}(?![a-z0-9])")


def _plain(text: str) -> str:
    """Small letters without marks."""
    if not text.isascii():
        for ligature, letters in _LIGATURES:
            text = text.replace(ligature, letters)
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return text.lower()
