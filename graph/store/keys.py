"""The keys and the digests of sheets: what is one action, what has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import fields

import orjson

from graph.model import Sheet, action_key, fold

_CONTENT = tuple(field.name for field in fields(Sheet) if field.name != "origin")


def sheet_digest(sheet: Sheet) -> str:
    """32 hexadecimal digits that change with any word of the sheet, not with where it was read."""
    content = [getattr(sheet, name) for name in _CONTENT]
    return hashlib.blake2b(orjson.dumps(content), digest_size=16).hexdigest()


def version_of(digests: Iterable[tuple[str, str]]) -> str:
    """Sixteen hexadecimal digits that hash pairs of key and sheet digest, whatever order they come in."""
    total = 0
    for key, digest in digests:
        total ^= int.from_bytes(hashlib.blake2b(f"{key} {digest}".encode(), digest_size=8).digest())
    return f"{total:016x}"


def identity(title: str, structure: str, year: int | None) -> Hashable:
    """What two sheets of one action agree on, and perhaps a few others: title and structure, folded, and year."""
    return fold(title), fold(structure), year


def keyed(
    sheets: Callable[[], Iterable[Sheet]], identities: Callable[[], Iterable[Hashable]] | None = None
) -> Iterator[tuple[str, Sheet]]:
    """Each sheet with its action's key, the same keys whatever the order of the sheets.

    Sheets that share structure, title and year are rare; they come last, numbered in the order of their digests, and
    of two that are equal to the letter one is dropped. To know them beforehand, the sheets are walked twice, unless
    `identities` gives the `identity` of each sheet more cheaply.
    """
    seen: set[int] = set()
    repeated: set[int] = set()
    for known in map(hash, identities() if identities else map(_identity_of, sheets())):
        (repeated if known in seen else seen).add(known)
    del seen
    twins: dict[str, dict[str, Sheet]] = {}
    for sheet in sheets():
        if repeated and hash(_identity_of(sheet)) in repeated:
            twins.setdefault(action_key(sheet, 1), {}).setdefault(sheet_digest(sheet), sheet)
        else:
            yield action_key(sheet, 1), sheet
    for group in twins.values():
        for occurrence, digest in enumerate(sorted(group), start=1):
            yield action_key(group[digest], occurrence), group[digest]


def _identity_of(sheet: Sheet) -> Hashable:
    return identity(sheet.title, sheet.structure, sheet.year)
