"""A disk that remembers what was written and what was synced, so that the power can be cut at any moment afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import apsw

SECTOR = 512


class Write(NamedTuple):
    name: str
    offset: int
    data: bytes


class Truncate(NamedTuple):
    name: str
    size: int


class Sync(NamedTuple):
    name: str


class Delete(NamedTuple):
    name: str


class Said(NamedTuple):
    """What somebody was told at this moment."""

    what: Any


Event = Write | Truncate | Sync | Delete | Said


@dataclass
class Recorder(apsw.VFS):
    """The disk: the files of one folder, and what happened to them since they were as `start` has them.

    `refused` tells of an event whether the disk refuses it, with an I/O error.
    """

    name: str
    start: dict[str, bytes] = field(default_factory=dict)
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
        synced = {event.name: place for place, event in enumerate(self.events[:at]) if isinstance(event, Sync)}
        for place, event in enumerate(self.events[:at]):
            if isinstance(event, Said | Sync):
                continue
            part = 1.0 if place < synced.get(event.name, -1) else random.choice((0.0, 1.0, random.random()))
            _apply(files, event, part)
        return {name: bytes(data) for name, data in files.items()}


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
        super().xWrite(data, offset)
        self._tell(Write, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._tell(Truncate, newsize)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._tell(Sync)

    def _tell(self, event: Any, *what: Any) -> None:
        if self._name:
            self._disk.events.append(event(self._name, *what))
