"""From files to the store: read, keep the problems, import.

A JSON file in our own layout, one action a line, is read piece by piece, so its size is bounded by the disk alone; a
line that was read without a problem before is not read again, and a line that repeats another is not read at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from graph.ingest import TooLarge, read, read_json
from graph.ingest.problems import MAX_BYTES, MAX_PROBLEMS
from graph.ingest.repeats import Repeats, same_as
from graph.model import Problem
from graph.store import Import, ImportSummary, Store
from graph.vocabulary import Vocabulary

PIECE_BYTES = 8 << 20

_READING = 1
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


class _ActionsInLines:
    """A JSON file with one action a line, never in memory as a whole."""

    def __init__(self, path: Path, source: str, vocabulary: Vocabulary) -> None:
        self._path = path
        self._source = source
        self._vocabulary = vocabulary
        self._repeats = Repeats()
        # Another vocabulary finds other problems.
        self._hash_key = hashlib.blake2b(f"{_READING} {vocabulary!r}".encode(), digest_size=16).digest()

    def give_to(self, job: Import) -> list[Problem]:
        """Give the import each sheet that it does not have already, in order; gives the problems."""
        problems: list[Problem] = []
        index, line = 0, 2
        with self._path.open("rb") as file:
            file.readline()
            while lines := file.readlines(PIECE_BYTES):
                actions = [text.rstrip().rstrip(b",") for text in lines]
                # Each with its index in the list and its line in the file.
                kept = [(at, line + at, text) for at, text in enumerate(actions) if text and text != b"]"]
                places = [(index + place, at, text) for place, (_, at, text) in enumerate(kept)]
                repeated = self._repeated(places)
                found = [*repeated.values(), *self._give_piece(job, [at for at in places if at[0] not in repeated])]
                found.sort(key=lambda problem: problem.line)
                problems += found[: MAX_PROBLEMS - len(problems)]
                index += len(kept)
                line += len(lines)
        return problems

    def _repeated(self, places: list[tuple[int, int, bytes]]) -> dict[int, Problem]:
        """The problem of each action, by its index, whose line says what an earlier one does, wherever it was read."""
        problems = {}
        for index, line, text in places:
            same = self._repeats.first_place(_without_origin(text), index)
            if same is not None:
                problems[index] = Problem(line, _shown(text), f"$[{index}]: {same_as('action', f'$[{same}]')}")
        return problems

    def _give_piece(self, job: Import, places: list[tuple[int, int, bytes]]) -> list[Problem]:
        hashes = [hashlib.blake2b(text, digest_size=16, key=self._hash_key).digest() for _, _, text in places]
        known = [job.is_unchanged(each) for each in hashes]
        new = [place for place, is_known in zip(places, known, strict=True) if not is_known]
        if not new:
            return []
        page = read_json(b"[\n" + b",\n".join(text for _, _, text in new) + b"\n]", self._source, self._vocabulary)
        odd = {problem.line for problem in page.problems}
        hashes = [each for each, is_known in zip(hashes, known, strict=True) if not is_known]
        # Where an action was left out, which sheet is of which line is not known: all are read again next time.
        remembered = [
            each if line not in odd and len(page.sheets) == len(new) else None for line, each in enumerate(hashes, 2)
        ]
        for place, sheet in enumerate(page.sheets):
            job.give(sheet, remembered[place])
        return [_moved(problem, new) for problem in page.problems]


def _without_origin(text: bytes) -> bytes:
    """An action of our own layout without its last value, the place where it was read."""
    at = text.rfind(b',"origin":')
    return text[:at] if at >= 0 and _ORIGIN.fullmatch(text, at) else text


def _shown(text: bytes) -> str:
    return text.decode(errors="replace")[:80]


def _moved(problem: Problem, places: list[tuple[int, int, bytes]]) -> Problem:
    """A problem of a piece, as one of the whole file."""
    _, line, _ = places[min(max(problem.line - 2, 0), len(places) - 1)]
    reason = _INDEX.sub(lambda found: f"$[{places[int(found[1] or found[2])][0]}]", problem.reason)
    return replace(problem, line=line, reason=reason)
