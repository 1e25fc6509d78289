"""What is wrong with a file: why it is not read at all, or what is reported beside its sheets, in a bounded list."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from graph.model import Problem
from graph.vocabulary import Vocabulary

MAX_BYTES = 256 * 1024 * 1024
"""The largest file that is read, in bytes."""

MAX_PROBLEMS = 10_000
"""The most problems that are listed for one file; those beyond are counted in one last problem."""

EXPECTED = "a page « Les actions des centres sociaux » as text, or a JSON list of actions"


class Refused(ValueError):
    """A file that is not read. The message is one sentence that names the file; `source` is its name."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source} {reason}")
        self.source = source


class NotDirectory(Refused):
    """A file that is neither a page of the directory nor a JSON list of actions."""


class TooLarge(Refused):
    """A file beyond a limit of the readers; the message gives the limit."""


def check_size(data: bytes, source: str) -> None:
    """Raises NotDirectory where `data` is empty, TooLarge where it holds more than `MAX_BYTES`."""
    if not data.strip():
        raise NotDirectory(source, f"is empty: expected {EXPECTED}.")
    if len(data) > MAX_BYTES:
        raise TooLarge(source, f"has {len(data)} bytes: the limit is {MAX_BYTES} bytes.")


class ProblemList:
    """Collects the problems of one file; those beyond `MAX_PROBLEMS` are counted, which bounds memory.

    Without a vocabulary every word is known.
    """

    def __init__(self, vocabulary: Vocabulary | None = None) -> None:
        self.knows: Callable[[str, str], bool] = vocabulary.knows if vocabulary else lambda kind, word: True
        self._nearest = cache((vocabulary or Vocabulary({})).nearest)
        self._listed: list[Problem] = []
        self._unlisted = 0
        self._last_unlisted = 0

    @property
    def full(self) -> bool:
        """Whether a further problem is counted rather than listed."""
        return len(self._listed) >= MAX_PROBLEMS

    def add(self, line: int, text: str, reason: str) -> None:
        """Reports a line, counted from 1, with its text and the reason."""
        if self.full:
            self._unlisted += 1
            self._last_unlisted = max(line, self._last_unlisted)
        else:
            self._listed.append(Problem(line, text, reason))

    def add_unknown(self, line: int, text: str, kind: str, value: str, where: str = "") -> None:
        """Reports that `value` is no known word of the kind, and the known word that it resembles, if any."""
        nearest = None if self.full else self._nearest(kind, value)
        suggestion = f" (perhaps « {nearest} »)" if nearest else ""
        self.add(line, text, f"{where}« {value} » is not a known {kind}{suggestion}; it is kept as it is.")

    def sorted(self) -> tuple[Problem, ...]:
        """The problems in the order of their lines, and last, where some were not listed, how many."""
        listed = sorted(self._listed, key=lambda problem: problem.line)
        if self._unlisted:
            reason = f"{self._unlisted} further problems are not listed, up to this line."
            listed.append(Problem(self._last_unlisted, "", reason))
        return tuple(listed)
