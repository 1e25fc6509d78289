"""A disk that remembers what was written and what was synced, so that the power can be cut at any moment afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any, NamedTuple

import apsw

SECTOR = 512
STORE = "store.sqlite"


class Write(NamedTuple):
    name: str
    offset: int
    data: bytes


class Truncate(NamedTuple):
    name: str
    size: int


class Sync(NamedTuple):
    name: str


class FailedSync(NamedTuple):
    """What was written before may be gone, and no later sync brings it to the disk."""

    name: str


class Delete(NamedTuple):
    name: str


class Said(NamedTuple):
    """What somebody was told at this moment."""

    what: Any


Event = Write | Truncate | Sync | FailedSync | Delete | Said


@dataclass
class Recorder(apsw.VFS):
    """The disk: the files of one folder, and what happened to them since they were as `start` has them.

    `fault` gives the code of the error with which the disk refuses an event, 0 where it does not.
    """

    name: str
    start: dict[str, bytes] = field(default_factory=dict)
    fault: Callable[[Event], int] = lambda event: apsw.SQLITE_OK
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.name, base="")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.events.append(Delete(Path(filename).name))

    def after_power_cut(self, at: int, random: Random) -> dict[str, bytes]:
        """The files after a power cut before the event of an index: what was synced is there, and of the rest each
        write is there, is not, or is torn."""
        files = {name: bytearray(data) for name, data in self.start.items()}
        for event, is_synced in zip(self.events[:at], self._synced(at), strict=True):
            if isinstance(event, Write | Truncate | Delete):
                _apply(files, event, 1.0 if is_synced else random.choice((0.0, 1.0, random.random())))
        return {name: bytes(data) for name, data in files.items()}

    def _synced(self, at: int) -> list[bool]:
        """Of each event before an index, whether the next sync of its file came before that too, and did not fail."""
        next_one: dict[str, bool] = {}
        synced = []
        for event in reversed(self.events[:at]):
            name = "" if isinstance(event, Said) else event.name
            if isinstance(event, Sync | FailedSync):
                next_one[name] = isinstance(event, Sync)
            synced.append(next_one.get(name, False))
        return synced[::-1]


def _apply(files: dict[str, bytearray], event: Write | Truncate | Delete, part: float) -> None:
    """Let a part of an event happen; of a write, so many of its sectors."""
    if isinstance(event, Delete):
        if part == 1.0:
            files.pop(event.name, None)
        return
    data = files.setdefault(event.name, bytearray())
    if isinstance(event, Truncate):
        if part == 1.0:
            del data[event.size :]
        return
    kept = event.data if part == 1.0 else event.data[: int(len(event.data) * part) // SECTOR * SECTOR]
    data.extend(bytes(max(0, event.offset + len(kept) - len(data))))
    data[event.offset : event.offset + len(kept)] = kept


class _File(apsw.VFSFile):
    def __init__(self, disk: Recorder, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(path).name if path else None
        self._disk = disk

    def xWrite(self, data: bytes, offset: int) -> None:
        self._happens(Write, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._happens(Truncate, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._happens(Sync)
        super().xSync(flags)

    def _happens(self, kind: Any, *what: Any) -> None:
        if self._name is None:
            return  # a temporary file
        event = kind(self._name, *what)
        if code := self._disk.fault(event):
            if isinstance(event, Sync):
                self._disk.events.append(FailedSync(self._name))
            raise apsw.exception_for(code)
        self._disk.events.append(event)


def put(folder: Path, files: dict[str, bytes]) -> Path:
    """A folder that has these files and no others; gives the path of the store."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / STORE
