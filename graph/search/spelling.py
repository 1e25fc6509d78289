"""Spellings that differ from a word by one letter: added, left out, changed, or swapped with the next."""

from __future__ import annotations

from string import ascii_lowercase


def one_letter_away(word: str) -> set[str]:
    """Every string of letters a–z at one edit from `word`, which is not among them: some 54 for each letter.

    >>> {"jadin", "jardins", "jarbin", "jradin"} <= one_letter_away("jardin")
    True
    """
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in cuts if tail}
    found.update(head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    for letter in ascii_lowercase:
        found.update(head + letter + tail for head, tail in cuts)
        found.update(head + letter + tail[1:] for head, tail in cuts if tail)
    found.discard(word)
    return found
