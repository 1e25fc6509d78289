"""From files to the store: read, keep the problems, merge.

A JSON file in our own layout, one action a line, is read piece by piece, so its size is bounded by the disk alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import orjson

from graph.ingest import TooLarge, read, read_json
from graph.ingest.json_form import year_of
from graph.ingest.problems import MAX_BYTES, MAX_PROBLEMS
from graph.model import Problem, Sheet
from graph.store import MergeSummary, Store, identity
from graph.vocabulary import Vocabulary

PIECE_BYTES = 8 << 20

_INDEX = re.compile(r"^\$\[(\d+)\]")


def import_file(
    store: Store,
    path: Path,
    vocabulary: Vocabulary,
    *,
    prune: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[MergeSummary, tuple[Problem, ...]]:
    """Put the sheets of a page or of a JSON file in the store; gives what was done, and the problems of the file.

    The file's name is the name of the source. `progress` is told how many sheets are in. Raises
    `graph.ingest.Refused` for a file that is neither or is too large, `StoreError` for a store that cannot be written,
    OSError for a file that cannot be read.
    """
    merge = partial(store.merge, source=path.name, prune=prune, progress=progress)
    if _is_in_lines(path):
        lines = _ActionsInLines(path, vocabulary)
        summary = merge(lines.sheets, problems=lambda: lines.problems, identities=lines.identities)
        return summary, tuple(lines.problems)
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(path.name, f"has {path.stat().st_size} bytes: the limit is {MAX_BYTES} bytes.")
    page = read(path.read_bytes(), path.name, vocabulary)
    return merge(lambda: page.sheets, problems=lambda: page.problems), page.problems


def files_of(folder: Path) -> list[Path]:
    """The files of a folder that can be imported, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".txt", ".json"))


def _is_in_lines(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(3)
    return head.replace(b"\r", b"")[:2] == b"[\n" and path.stat().st_size > PIECE_BYTES


class _ActionsInLines:
    """A JSON file with one action a line, never in memory as a whole. `problems` are those of the last walk."""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        self._path = path
        self._vocabulary = vocabulary
        self.problems: list[Problem] = []

    def identities(self) -> Iterator[Hashable]:
        """The identity of each action, without reading the rest of its sheet."""
        with self._path.open("rb") as file:
            for line in file:
                try:
                    action = orjson.loads(line.rstrip().rstrip(b","))
                    yield identity(action["title"], action["structure"]["name"], year_of(action.get("year")))
                except (ValueError, KeyError, TypeError, AttributeError):
                    continue  # A line that is no action is reported when its piece is read.

    def sheets(self) -> Iterator[Sheet]:
        """Its sheets in order; the problems are complete when all have been given."""
        self.problems.clear()
        index, line = 0, 2
        with self._path.open("rb") as file:
            file.readline()
            while lines := file.readlines(PIECE_BYTES):
                actions = [text.rstrip().rstrip(b",") for text in lines]
                kept = [text for text in actions if text and text != b"]"]
                if kept:
                    page = read_json(b"[\n" + b",\n".join(kept) + b"\n]", self._path.name, self._vocabulary)
                    room = MAX_PROBLEMS - len(self.problems)
                    self.problems.extend(_moved(problem, index, line - 2) for problem in page.problems[:room])
                    yield from page.sheets
                index += len(kept)
                line += len(lines)


def _moved(problem: Problem, index: int, lines: int) -> Problem:
    """A problem of a piece, as one of the whole file."""
    reason = _INDEX.sub(lambda found: f"$[{int(found[1]) + index}]", problem.reason)
    return replace(problem, line=problem.line + lines, reason=reason)
