"""How French writes names: runs of capitals, what joins them, and where sentences end."""

from __future__ import annotations

import re
from typing import NamedTuple

UPPER = "A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ"

# « l'Atelier » is an article and a word, « P'tits » is one word. The capital comes first: it is what is looked for.
WORD = (
    rf"[{UPPER}](?:(?<![LDCNSQJMT])|(?![’']))"
    r"(?:(?:\.[A-Z])+\.?|(?:[^\W_]|[’'\-&](?=[^\W_]))*)"
)

# « et » joins two names more often than two words of one: it does so only before « d' ». A full stop ends an initial.
_LINK = (
    r"(?:(?<=[ (][A-Z])\.)?[ \u00a0]"
    r"(?:(?:et )?(?:d['’]|de l['’]|de la |de |du |des )|(?:à|pour|sur|dans) (?:la |le |les |l['’])?"
    r"|au |aux |en |la |le |les |l['’]|& )?"
)
RUN = re.compile(rf"[{UPPER}](?<![\w\-][{UPPER}]){WORD.removeprefix(f'[{UPPER}]')}(?:{_LINK}{WORD})*")
"""Words that begin with a capital, with the small words between them."""

WORDS = re.compile(WORD)

SHOUTED = re.compile(rf"[{UPPER}](?<!\w[{UPPER}])['’{UPPER}]+(?:[ \u00a0][{UPPER}'’\-]+)+(?!\w)")
"""Several words in capitals."""

_ENDS = re.compile(rf"(?<![ .(][{UPPER}])[.!?…]+[»\"”)]*\s+(?=[«\"“(\-–]*\s*[{UPPER}\d])|\n+")
_BEGINS = re.compile(r"(?:^|[.!?:;…\n]|^\s*[-–—•*+·>])[\s«\"“(\-–—•*+·>]*$")

LONGEST_SENTENCE = 300
"""Characters of a sentence that are shown, about."""


class Stretch(NamedTuple):
    """A piece of a text, in characters from 0; the end is excluded."""

    start: int
    end: int


def lowered(text: str) -> str:
    """The text in lower case, each letter at its place: letters of which that would be two stay as they are."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(map(_lower, text))


def _lower(character: str) -> str:
    low = character.lower()
    return low if len(low) == 1 else character


def begins_sentence(text: str, at: int) -> bool:
    """Whether what stands there begins a sentence, or a line of a list: its capital then says nothing."""
    return not at or _BEGINS.search(text[max(0, at - 8) : at]) is not None


def sentence(text: str, start: int, end: int) -> Stretch:
    """The sentence around a piece of a text, cut between words where it is long.

    >>> text = "Un repas. La Caf aide. Fin."
    >>> sentence(text, 13, 16)
    Stretch(start=10, end=22)
    """
    first, last = 0, len(text)
    for found in _ENDS.finditer(text):
        if found.end() <= start:
            first = found.end()
        elif found.start() >= end:
            last = found.end()
            break
    half = max(0, (LONGEST_SENTENCE - (end - start)) // 2)
    if last - first > LONGEST_SENTENCE:
        if start - first > half:
            first = next((at + 1 for at in range(start - half, start) if text[at].isspace()), start)
        if last - end > half:
            last = next((at for at in range(end + half, end, -1) if text[at].isspace()), end)
    while last > end and text[last - 1].isspace():
        last -= 1
    return Stretch(first, last)
