"""Many short lines, and which of them hold a text: found by their words, or in one scan of memory."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import reduce
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from graph.merged import Integers

WORDED = 5_000
"""Lines from which their words are kept apart: fewer are scanned in well under a millisecond."""

_READ = 20_000
"""Lines with the words wanted that are looked at one by one, at most: of more, all lines are scanned."""


class Lines:
    """Lines that are searched for a text. A frequent word is in many lines, but is itself one word of few: where the
    words are kept apart, all of its lines are found without looking at them.
    """

    def __init__(self, lines: Sequence[str], worded: int = WORDED) -> None:
        """Of `worded` lines or more, the words are kept apart: some 25 bytes for each line."""
        self._whole = _Scanned(lines)
        self._words = _Words(lines) if len(lines) >= worded else None

    def matches(self, wanted: str) -> Integers:
        """The numbers of the lines that hold `wanted`, ascending; a newline in it stands for a line's end or start."""
        if self._words is None or "\n" in wanted or not wanted:
            return self._whole.matches(wanted)
        found = self._words.lines_with(wanted)
        if " " not in wanted:
            return found
        if len(found) > _READ:
            return self._whole.matches(wanted)
        return np.array([number for number in found.tolist() if wanted in self._whole.line(number)], np.int64)


class _Scanned:
    """Lines as one text."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._text = "\n" + "\n".join(lines) + "\n"
        lengths = np.fromiter(accumulate(len(line) + 1 for line in lines), np.int64, len(lines))
        self._ends = lengths + 1

    def line(self, number: int) -> str:
        return self._text[self._ends[number - 1] if number else 1 : self._ends[number] - 1]

    def matches(self, wanted: str) -> Integers:
        """As `Lines.matches` gives them."""
        if not wanted.strip("\n"):
            lengths = np.diff(self._ends, prepend=1)
            return np.flatnonzero(lengths == 1) if wanted.count("\n") == 2 else np.arange(len(lengths))
        found = array("q")
        find, step = self._text.find, len(wanted.rstrip("\n"))
        position = find(wanted)
        while position >= 0:
            found.append(position)
            position = find(wanted, position + step)
        # A line break that opens the match belongs to the line before.
        starts = np.array(found, np.int64) + wanted.startswith("\n")
        return np.unique(np.searchsorted(self._ends, starts, side="right"))


class _Words:
    """The different words of lines, which are what stands between spaces, and the lines of each."""

    def __init__(self, lines: Sequence[str]) -> None:
        numbers: dict[str, int] = {}
        words, sizes = array("I"), array("I")
        for line in lines:
            held = line.split(" ")
            words.extend([numbers.setdefault(word, len(numbers)) for word in held])
            sizes.append(len(held))
        self._size = len(lines)
        self._different = _Scanned([*numbers])
        by_word = np.array(words, np.int32)
        self._lines = np.repeat(np.arange(len(lines), dtype=np.int32), sizes)[np.argsort(by_word, kind="stable")]
        self._starts = np.concatenate(([0], np.cumsum(np.bincount(by_word, minlength=len(numbers)))))

    def lines_with(self, wanted: str) -> Integers:
        """The lines that hold a part of a word. With spaces in it, those that hold a word that ends as its first one
        does, one that starts as its last one does, and each between: perhaps not in a row.
        """
        first, *between = wanted.split(" ")
        if between:
            first, *between = f"{first}\n", *(f"\n{word}\n" for word in between[:-1]), f"\n{between[-1]}"
        found: Integers = np.flatnonzero(reduce(np.logical_and, map(self._holding, (first, *between))))
        return found

    def _holding(self, wanted: str) -> npt.NDArray[np.bool_]:
        """Which lines hold a word that is found so among the different ones."""
        holding = np.zeros(self._size, bool)
        for word in self._different.matches(wanted).tolist():
            holding[self._lines[self._starts[word] : self._starts[word + 1]]] = True
        return holding
