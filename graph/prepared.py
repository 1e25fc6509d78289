"""Files beside the store: folders that are made once, and found again at the next start."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import orjson

from graph.model import Action, SheetText
from graph.revisions import Revisions

HELPED = 20_000
"""Of so many sheets or more, another process makes what is made of each text: for fewer its start takes too long."""

Made = TypeVar("Made")
About = Mapping[str, Any]

_ABOUT = "about.json"
# What a damaged file makes of reading it, by whatever library.
_UNUSABLE = (OSError, ValueError, KeyError, TypeError, EOFError)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A folder for what is made, in a `format`, of a `version` of what it is made of.

    A file in it says both, the size of each other file (what tells a copy that was cut short), and what the writer
    adds; and `also`, by which `holds` knows later whether what it was made of is a past of what there is then.
    """

    path: Path
    format: int
    version: str
    also: About = field(default_factory=dict)
    holds: Callable[[About], bool] = lambda about: True

    def get(
        self,
        read: Callable[[Path, About], Made],
        write: Callable[[Path], About],
        renew: Callable[[Path, About, Path], About] | None = None,
    ) -> Made:
        """What `read` makes of the folder, and of what `write` added about it.

        A folder that is missing, damaged or of another version or format, or that `read` refuses by a ValueError, is
        first made again: `renew` fills an empty one from the old where that can be read and is not refused, `write` in
        any other case; it takes the place of the old when it is whole. Where several processes or threads need it, one
        makes it and the others wait. Raises OSError where that cannot be done, and what `write` raises; the old folder
        then stays.
        """
        with suppress(*_UNUSABLE):
            return self._read(read)
        with _alone(self.path):
            # Whoever was waited for may have made it.
            with suppress(*_UNUSABLE):
                return self._read(read)
            self._make(write if renew is None else partial(self._renewed, renew, write))
            try:
                return self._read(read)
            except _UNUSABLE as error:
                raise OSError(f"{self.path} was written, but cannot be read: {error}") from error

    def _read(self, read: Callable[[Path, About], Made]) -> Made:
        about = orjson.loads((self.path / _ABOUT).read_bytes())
        if (about["format"], about["version"], about["files"]) != (self.format, self.version, _sizes(self.path)):
            raise ValueError("it is of another version, or was cut short")
        if not self.holds(about):
            raise ValueError("it is of another past")
        return read(self.path, about)

    def _renewed(
        self, renew: Callable[[Path, About, Path], About], write: Callable[[Path], About], folder: Path
    ) -> About:
        try:
            return self._read(lambda old, about: renew(old, about, folder))
        except _UNUSABLE:
            return write(folder)

    def _make(self, write: Callable[[Path], About]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # After a failure a thread of the writer may still put a file there while the folder is removed.
        name, beside = f".{self.path.name}.", self.path.parent
        with TemporaryDirectory(prefix=name, dir=beside, ignore_cleanup_errors=True) as unfinished:
            folder = Path(unfinished) / self.path.name
            folder.mkdir()
            about = {
                **write(folder),
                **self.also,
                "format": self.format,
                "version": self.version,
                "files": _sizes(folder),
            }
            (folder / _ABOUT).write_bytes(orjson.dumps(about))
            if self.path.exists():
                shutil.rmtree(self.path)
            folder.rename(self.path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else is in such a block for the folder of that path, in this process or in another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.parent / f".{path.name}.lock"
    while True:
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Who had it before has removed the file that was waited for: another may hold a new one.
            if _is_at(file.fileno(), lock):
                try:
                    yield
                finally:
                    lock.unlink()
                return


def _is_at(opened: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except FileNotFoundError:
        return False


EveryText = Callable[[], Iterable[tuple[int, str, SheetText]]]
Earlier = Callable[[Sequence[tuple[int, int]], Mapping[str, str]], Sequence[tuple[Action, SheetText]]]


@dataclass(frozen=True, slots=True)
class Beside:
    """Where the files of one graph are, and what tells which sheets they are of: the `version` of the content, or the
    `revisions` of its actions, whose words are read as `reading` says.

    Revisions are those of one store: a folder is of its past where the chain of its journal was the same at the
    position that the folder is of. `chain_at` gives it, None where there is none; `position` is that of the graph.

    `text` gives what an action's sheet says. `earlier` gives sheets of earlier numbers and revisions as actions, with
    what they say, where the labels of nodes are given by key; it raises ValueError where it cannot. `said` reads the
    number, the title and the text of every sheet, and can be given to another process.
    """

    path: Path
    version: str
    reading: str
    revisions: Revisions
    position: int
    chain_at: Callable[[int], str | None]
    text: Callable[[Action], SheetText]
    earlier: Earlier
    said: EveryText

    def of_version(self, name: str, form: int) -> Prepared:
        """A folder that is made for a version."""
        return Prepared(self.path / name, form, self.version)

    def of_revisions(self, name: str, form: int) -> Prepared:
        """A folder that says itself which revisions it is of."""
        also = {"position": self.position, "chain": self.chain_at(self.position)}
        return Prepared(self.path / name, form, self.reading, also, self._was)

    def _was(self, about: About) -> bool:
        chain = self.chain_at(about["position"])
        return chain is not None and chain == about["chain"]


def _sizes(folder: Path) -> dict[str, int]:
    """The size in bytes of each file in the folder but the one about it; locks and the like, of dotted names, aside."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != _ABOUT and file.name[0] != ".")
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}
