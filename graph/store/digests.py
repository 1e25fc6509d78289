"""What sheets hash to: their content, what they are known by, and the version of all of them together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import count

import orjson

from graph.model import Sheet, action_key, fold

_CONTENT = tuple(field.name for field in fields(Sheet) if field.name != "origin")


def sheet_digest(sheet: Sheet) -> str:
    """32 hexadecimal digits that change with any word of the sheet, not with where it was read."""
    content = [getattr(sheet, name) for name in _CONTENT]
    return hashlib.blake2b(orjson.dumps(content), digest_size=16).hexdigest()


def identity_of(sheet: Sheet) -> str:
    """32 hexadecimal digits of what a sheet is known by: its structure and its title, folded, and its year.

    Different sheets that share it are *twins*.
    """
    names = map(fold, (sheet.structure_department, sheet.structure, sheet.title))
    return hashlib.blake2b("\n".join((*names, str(sheet.year))).encode(), digest_size=16).hexdigest()


def part_of_version(key: str, digest: str) -> int:
    """What one published sheet adds to the version, and takes from it again, by exclusive or: 64 bits."""
    return int.from_bytes(hashlib.blake2b(f"{key} {digest}".encode(), digest_size=8).digest())


def version_of(digests: Iterable[tuple[str, str]]) -> str:
    """Sixteen hexadecimal digits that hash pairs of key and sheet digest, whatever order they come in."""
    total = 0
    for key, digest in digests:
        total ^= part_of_version(key, digest)
    return f"{total:016x}"


def keyed(sheets: Iterable[Sheet]) -> Iterator[tuple[str, Sheet]]:
    """Each sheet with the key that a store would give its action, the same keys whatever the order of the sheets.

    Twins are numbered in the order of their digests, and of sheets that are equal to the letter one is there.
    """
    groups: dict[str, dict[str, Sheet]] = {}
    for sheet in sheets:
        groups.setdefault(identity_of(sheet), {}).setdefault(sheet_digest(sheet), sheet)
    taken: set[str] = set()
    for twins in groups.values():
        for digest in sorted(twins):
            key = free_key(twins[digest], taken.__contains__)
            taken.add(key)
            yield key, twins[digest]


def free_key(sheet: Sheet, is_taken: Callable[[str], bool]) -> str:
    """The first of the keys that a sheet's action can have that is not taken."""
    return next(key for occurrence in count(1) if not is_taken(key := action_key(sheet, occurrence)))
