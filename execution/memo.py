"""JSON fragments by (selection, variables, source object) for one version of the data, bounded in bytes.

A *store* holds the fragments of one selection of one compiled program under one set of variables; a *generation*
holds the stores of one version. Keys are the source objects themselves, which must compare by identity: the
compiler sees to that. A generation is replaced, never emptied, when a newer version comes: an operation that still
runs over the old version keeps its own. A *lasting* store, whose fragments depend on nothing but their source, goes
over to the newer version where both share the sources that did not change.

Threads run programs side by side, without a lock: what they make of one object is equal, and each step on a dict is
whole. Nothing iterates a dict that another thread may fill: it iterates a copy. The counts, and the bytes, may miss a
little of what happened at the same moment; `make_room` sums the bytes anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

from orjson import Fragment, dumps

ENTRY_OVERHEAD = 240
"""Bytes of an entry beside its JSON: a Fragment, the header of its bytes, and its slot in a dict (measured)."""

STORE_OVERHEAD = 1_000
"""Bytes of an empty store with its key and its dict (measured)."""


class Version(NamedTuple):
    """A state of the data. A greater `number` is newer. Versions of one `line` share the source objects of all that did
    not change between them, and what changed has new ones."""

    number: int
    line: int = 0


class Store:
    """The fragments of one selection. `entries` maps a source object to its Fragment."""

    __slots__ = ("bytes", "entries", "generation", "lasting", "used")

    def __init__(self, generation: Generation, *, lasting: bool = False) -> None:
        self.entries: dict[Any, Fragment] = {}
        self.bytes = STORE_OVERHEAD
        self.generation = generation
        self.lasting = lasting
        self.used = 0

    def put(self, source: Any, value: Any) -> Fragment:
        """Serialise `value`, keep the fragment where there is room, and return it. Raises TypeError: orjson can't
        serialise the value."""
        body = bytes(memoryview(dumps(value)))  # a copy: the bytes that orjson makes hold a buffer of 4 kB
        fragment = Fragment(body)
        generation = self.generation
        generation.counts["misses"] += 1
        size = len(body) + ENTRY_OVERHEAD
        if generation.bytes + size <= generation.limit:
            self.entries[source] = fragment
            self.bytes += size
            generation.bytes += size
        else:
            generation.full = True
        return fragment


class Generation:
    """The stores of one version of the data; those of `stores` come from the one before."""

    def __init__(
        self,
        version: Version | None,
        limit: int,
        counts: dict[str, int],
        stores: dict[Hashable, Store] | None = None,
        clock: int = 0,
    ) -> None:
        self.version = version
        self.limit = limit
        self.counts = counts
        self.stores: dict[Hashable, Store] = stores or {}
        self.bytes = sum(store.bytes for store in self.stores.values())
        self.full = False
        self.clock = clock
        for store in self.stores.values():
            store.generation = self

    def store(self, key: Hashable, *, lasting: bool = False) -> Store:
        """The store of a selection, made when it is not there; it becomes the most recently used."""
        store = self.stores.get(key)
        if store is None:
            store = Store(self, lasting=lasting)
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
        stores = sorted(self.stores.items(), key=lambda item: item[1].used)  # copied before any key is asked for
        self.bytes = sum(store.bytes for _, store in stores)
        for key, store in stores:
            if self.bytes <= self.limit * 3 // 4:
                break
            if self.stores.pop(key, None) is not None:
                self.bytes -= store.bytes
                self.counts["evictions"] += len(store.entries)
        self.full = False

    def entries(self) -> int:
        """How many fragments are kept."""
        return sum(len(store.entries) for store in list(self.stores.values()))


class Memo:
    """The memo of an engine: `now` is the generation in use, `counts` the hits, misses and evictions since the start.
    `limit` is in bytes; 0 turns it off."""

    def __init__(self, limit: int) -> None:
        if limit < 0:
            raise ValueError(f"memo_bytes is {limit}: expected 0 (no memo) or a number of bytes")
        self.limit = limit
        self.counts = {"hits": 0, "misses": 0, "evictions": 0}
        self.now = Generation(None, limit, self.counts)

    def generation(self, version: Version) -> Generation:
        """The generation of a version; a newer one drops the one before, but for what lasts. An older one, which some
        operation still runs over, gets one that keeps nothing."""
        before = self.now
        if before.version == version:
            return before
        if before.version is not None and version.number < before.version.number:
            return Generation(version, 0, self.counts)
        is_next = before.version is not None and before.version.line == version.line
        stores = list(before.stores.items())  # copied before any is asked
        lasting = {key: store for key, store in stores if is_next and store.lasting}
        self.counts["evictions"] += sum(len(store.entries) for key, store in stores if key not in lasting)
        self.now = Generation(version, self.limit, self.counts, lasting, before.clock)
        return self.now


def variables_key(names: tuple[str, ...], inputs: dict[str, Any]) -> bytes:
    """What a selection depends on beside its source: the values given for `names`, as JSON. JSON tells 1 from 1.0 and
    from true, and an absent variable from null. Raises TypeError: a value is not JSON."""
    return dumps([(name, inputs[name]) for name in names if name in inputs]) if names else b""
