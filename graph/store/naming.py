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


def may_hold_any(names: Iterable[str]) -> Callable[[str], bool]:
    """A faster test of a text, or of its JSON: where `holds_any` says yes of a part of it, this one does."""
    wanted = [_WORD.findall(_plain(name)) for name in {*names} if name.strip()]
    if not all(wanted):
        return lambda text: True  # a name in other letters
    encoded = [sorted((word.encode() for word in words), key=len, reverse=True) for words in wanted]

    def may_hold(text: str) -> bool:
        if "\\u" in text:
            return True  # JSON has other ways to write a letter
        # Without what is no letter of ours, marks among it, letters that stood together still do.
        letters = unicodedata.normalize("NFKD", _without_ligatures(text)).encode("ascii", "ignore").lower()
        return any(all(word in letters for word in words) for words in encoded)

    return may_hold


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
        text = _MARKS.sub("", unicodedata.normalize("NFKD", _without_ligatures(text)))
    return text.lower()


def _without_ligatures(text: str) -> str:
    for ligature, letters in _LIGATURES:
        text = text.replace(ligature, letters)
    return text
