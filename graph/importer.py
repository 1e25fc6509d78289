"""From files to the store: read, keep the problems, import.

A JSON file in our own layout, one action a line, is read piece by piece, so its size is bounded by the disk alone; a
line that was read without a problem before is not read again, and a line that repeats another is not read at all.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from graph.ingest import TooLarge, read, read_json
from graph.ingest.problems import MAX_BYTES, MAX_PROBLEMS
from graph.ingest.repeats import Repeats, same_as
from graph.model import Problem
from graph.processes import in_order
from graph.store import Import, ImportSummary, Ready, Store, made_ready
from graph.vocabulary import Vocabulary

PIECE_BYTES = 8 << 20

LARGE_BYTES = 64 << 20
"""A larger file is read by other processes, some 150 MB of memory each."""

PROCESSES = min(os.cpu_count() or 1, 3) if (os.cpu_count() or 1) > 1 else 0
"""How many, at most: three keep the one that writes busy."""

FORMAT = 1
"""Changes with what is read of a line: lines that were read otherwise are read again."""

_INDEX = re.compile(r"^\$\[(\d+)\]|(?<= the same to the letter as )\$\[(\d+)\](?=; it is kept once\.$)")
"""The index of the action that a problem is about, and of the one that it repeats."""

_ORIGIN = re.compile(rb',"origin":(null|\{[^{}]*\})\}')


def import_file(
    store: Store,
    path: Path,
    vocabulary: Vocabulary,
    *,
    source: str | None = None,
    prune: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[ImportSummary, tuple[Problem, ...]]:
    """Put the sheets of a page or of a JSON file in the store; gives what was done, and the problems that were found.

    The source is the file where it stands, or the one of the name `source`, wherever the file stands. `progress` is
    told how many sheets are read. Raises `graph.ingest.Refused` for a file that is neither or is too large,
    `StoreError` for a store that cannot be written, OSError for a file that cannot be read.
    """
    origin = store.source_at(path) if source is None else store.source_named(source)
    with store.importing(origin, progress) as job:
        if _is_in_lines(path):
            problems = _ActionsInLines(path, origin.name, vocabulary).give_to(job)
        else:
            if path.stat().st_size > MAX_BYTES:
                raise TooLarge(path.name, f"has {path.stat().st_size} bytes: the limit is {MAX_BYTES} bytes.")
            page = read(path.read_bytes(), origin.name, vocabulary)
            problems = list(page.problems)
            for sheet in page.sheets:
                job.give(sheet)
        return job.finish(problems, prune=prune)


def files_of(folder: Path) -> list[Path]:
    """The files of a folder that can be imported, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix in (".txt", ".json"))


def _is_in_lines(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(3)
    return head.replace(b"\r", b"")[:2] == b"[\n" and path.stat().st_size > PIECE_BYTES


class _Line(NamedTuple):
    """A line of a file: the place of its action in the list, its number in the file, what it says and its hash."""

    place: int
    number: int
    text: bytes
    digest: bytes


class _Piece(NamedTuple):
    """Some lines of a file that are to be read; `problems` are of others."""

    lines: list[_Line]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class _LinesReader:
    """Reads actions, each a line."""

    source: str
    vocabulary: Vocabulary

    def __call__(self, texts: list[bytes]) -> tuple[list[Ready], list[Problem]]:
        """The sheets of some lines, and the problems, whose lines follow from 2."""
        if not texts:
            return [], []
        page = read_json(b"[\n" + b",\n".join(texts) + b"\n]", self.source, self.vocabulary)
        return [made_ready(sheet, self.source) for sheet in page.sheets], list(page.problems)


class _ActionsInLines:
    """A JSON file with one action a line, never in memory as a whole."""

    def __init__(self, path: Path, source: str, vocabulary: Vocabulary) -> None:
        self._path = path
        self._source = source
        self._vocabulary = vocabulary
        self._repeats = Repeats()
        # Another vocabulary finds other problems.
        self._hash_key = hashlib.blake2b(f"{FORMAT} {vocabulary!r}".encode(), digest_size=16).digest()

    def give_to(self, job: Import) -> list[Problem]:
        """Give the import each sheet that it does not have already, in order; gives the problems."""
        problems: list[Problem] = []
        pieces: deque[_Piece] = deque()

        def texts() -> Iterator[list[bytes]]:
            for piece in self._pieces(job):
                pieces.append(piece)
                yield [each.text for each in piece.lines]

        large = self._path.stat().st_size > LARGE_BYTES
        read = in_order(_LinesReader(self._source, self._vocabulary), texts(), PROCESSES if large else 0)
        with closing(read):
            for sheets, odd in read:
                found = _given(job, pieces.popleft(), sheets, odd)
                problems += found[: MAX_PROBLEMS - len(problems)]
        return problems

    def _pieces(self, job: Import) -> Iterator[_Piece]:
        """The lines of the file that the import does not have already, piece by piece."""
        index, line = 0, 2
        with self._path.open("rb") as file:
            file.readline()
            while lines := file.readlines(PIECE_BYTES):
                actions = [text.rstrip().rstrip(b",") for text in lines]
                kept = [(at, line + at, text) for at, text in enumerate(actions) if text and text != b"]"]
                places = [(index + place, at, text) for place, (_, at, text) in enumerate(kept)]
                repeated = self._repeated(places)
                hashed = [_Line(*place, self._hash(place[2])) for place in places if place[0] not in repeated]
                yield _Piece([each for each in hashed if not job.is_unchanged(each.digest)], [*repeated.values()])
                index += len(kept)
                line += len(lines)

    def _repeated(self, places: list[tuple[int, int, bytes]]) -> dict[int, Problem]:
        """The problem of each action, by its index, whose line says what an earlier one does, wherever it was read."""
        problems = {}
        for index, line, text in places:
            same = self._repeats.first_place(_without_origin(text), index)
            if same is not None:
                problems[index] = Problem(line, _shown(text), f"$[{index}]: {same_as('action', f'$[{same}]')}")
        return problems

    def _hash(self, text: bytes) -> bytes:
        return hashlib.blake2b(text, digest_size=16, key=self._hash_key).digest()


def _given(job: Import, piece: _Piece, sheets: list[Ready], problems: list[Problem]) -> list[Problem]:
    """Give the import what was read of a piece; gives the problems of the piece in the order of its lines."""
    odd = {problem.line for problem in problems}
    # Where an action was left out, which sheet is of which line is not known: all are read again next time.
    is_whole = len(sheets) == len(piece.lines)
    for place, sheet in enumerate(sheets):
        job.give(sheet, piece.lines[place].digest if is_whole and place + 2 not in odd else None)
    found = [*piece.problems, *(_moved(problem, piece) for problem in problems)]
    return sorted(found, key=lambda problem: problem.line)


def _without_origin(text: bytes) -> bytes:
    """An action of our own layout without its last value, the place where it was read."""
    at = text.rfind(b',"origin":')
    return text[:at] if at >= 0 and _ORIGIN.fullmatch(text, at) else text


def _shown(text: bytes) -> str:
    return text.decode(errors="replace")[:80]


def _moved(problem: Problem, piece: _Piece) -> Problem:
    """A problem of a piece, as one of the whole file."""
    line = piece.lines[min(max(problem.line - 2, 0), len(piece.lines) - 1)].number
    reason = _INDEX.sub(lambda found: f"$[{piece.lines[int(found[1] or found[2])].place}]", problem.reason)
    return replace(problem, line=line, reason=reason)
