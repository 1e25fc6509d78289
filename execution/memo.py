"""JSON fragments by (selection, variables, source object) for one version of the data, bounded in bytes.

A *store* holds the fragments of one selection of one compiled program under one set of variables; a *generation*
holds the stores of one version. Keys are the source objects themselves, which must compare by identity: the
compiler sees to that. A generation is replaced, never emptied, when the version changes: an operation that still
runs over the old version keeps its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from orjson import Fragment, dumps

ENTRY_OVERHEAD = 240
"""Bytes of an entry beside its JSON: a Fragment, the header of its bytes, and its slot in a dict (measured)."""

STORE_OVERHEAD = 1_000
"""Bytes of an empty store with its key and its dict (measured)."""


@dataclass(frozen=True, slots=True)
class MemoStatistics:
    """Counts since the engine began, but `bytes` and `entries`, which are of now. `limit` is in bytes."""

    hits: int
    misses: int
    evictions: int
    entries: int
    bytes: int
    limit: int
    generations: int


class Store:
    """The fragments of one selection. `entries` maps a source object to its Fragment."""

    __slots__ = ("bytes", "entries", "generation", "used")

    def __init__(self, generation: Generation) -> None:
        self.entries: dict[Any, Fragment] = {}
        self.bytes = STORE_OVERHEAD
        self.generation = generation
        self.used = 0

    def put(self, source: Any, value: Any) -> Fragment:
        """Serialise `value`, keep the fragment where there is room, and return it.

        Raises:
            TypeError: orjson can't serialise the value.
        """
        body = bytes(memoryview(dumps(value)))  # a copy: the bytes that orjson makes hold a buffer of 4 kB
        fragment = Fragment(body)
        generation = self.generation
        generation.misses += 1
        size = len(body) + ENTRY_OVERHEAD
        if generation.bytes + size <= generation.limit:
            self.entries[source] = fragment
            self.bytes += size
            generation.bytes += size
        else:
            generation.full = True
        return fragment


class Generation:
    """The stores of one version of the data."""

    def __init__(self, version: Hashable, limit: int) -> None:
        self.version = version
        self.limit = limit
        self.stores: dict[Hashable, Store] = {}
        self.bytes = 0
        self.full = False
        self.clock = 0
        self.hits = 0
        self.misses = 0
        self.evictions = 0

    def store(self, key: Hashable) -> Store:
        """The store of a selection, made when it is not there; it becomes the most recently used."""
        store = self.stores.get(key)
        if store is None:
            store = Store(self)
            if self.bytes + STORE_OVERHEAD <= self.limit:
                self.stores[key] = store
                self.bytes += STORE_OVERHEAD
            else:
                self.full = True
        self.clock += 1
        store.used = self.clock
        return store

    def make_room(self) -> None:
        """Drop whole stores, the least recently used first, down to three quarters of the limit."""
        target = self.limit * 3 // 4
        self.bytes = sum(store.bytes for store in self.stores.values())
        for key, store in sorted(self.stores.items(), key=lambda item: item[1].used):
            if self.bytes <= target:
                break
            del self.stores[key]
            self.bytes -= store.bytes
            self.evictions += len(store.entries)
        self.full = False


class Memo:
    """The memo of an engine. `limit` is in bytes; 0 turns it off."""

    def __init__(self, limit: int) -> None:
        if limit < 0:
            raise ValueError(f"memo_bytes is {limit}: expected 0 (no memo) or a number of bytes")
        self.limit = limit
        self._generation = Generation(None, limit)
        self._earlier = [0, 0, 0]  # hits, misses, evictions of the generations dropped
        self._generations = 0

    def generation(self, version: Hashable) -> Generation:
        """The generation of a version; asking for another version drops the one before."""
        generation = self._generation
        if generation.version != version:
            self.clear()
            generation = self._generation = Generation(version, self.limit)
        return generation

    def clear(self) -> None:
        """Drop every fragment. The counts go on."""
        old = self._generation
        self._generation = Generation(None, self.limit)
        self._generations += 1
        self._earlier[0] += old.hits
        self._earlier[1] += old.misses
        self._earlier[2] += old.evictions + sum(len(store.entries) for store in old.stores.values())

    def statistics(self) -> MemoStatistics:
        """Hits, misses and evictions since the start; entries and bytes held now."""
        now = self._generation
        hits, misses, evictions = self._earlier
        stores = list(now.stores.values())
        return MemoStatistics(
            hits=hits + now.hits,
            misses=misses + now.misses,
            evictions=evictions + now.evictions,
            entries=sum(len(store.entries) for store in stores),
            bytes=now.bytes,
            limit=self.limit,
            generations=self._generations,
        )


def variables_key(names: tuple[str, ...], inputs: dict[str, Any], dump: Callable[[Any], bytes] = dumps) -> bytes:
    """What a selection depends on beside its source: the values given for `names`, as JSON.

    JSON tells 1 from 1.0 and from true, and an absent variable from null.

    Raises:
        TypeError: a value is not JSON.
    """
    return dump([(name, inputs[name]) for name in names if name in inputs]) if names else b""
