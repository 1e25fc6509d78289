"""The memo: what it counts, what it keeps, what it drops."""

import json
import tracemalloc

import orjson
import pytest

from execution.memo import ENTRY_OVERHEAD, STORE_OVERHEAD, Memo, Store, Version, variables_key


class Source:
    pass


def test_a_fragment_is_kept_as_json_and_spliced_as_it_is():
    store = Memo(10_000).generation(Version(1)).store("s")
    source = Source()
    fragment = store.put(source, {"a": [1, "é"]})
    assert store.entries[source] is fragment
    assert orjson.dumps({"x": fragment, "y": [fragment]}) == '{"x":{"a":[1,"é"]},"y":[{"a":[1,"é"]}]}'.encode()


def test_a_fragment_within_a_fragment_is_spliced_too():
    store = Memo(10_000).generation(Version(1)).store("s")
    inner = store.put(Source(), {"a": 1})
    assert json.loads(orjson.dumps(store.put(Source(), {"b": inner}))) == {"b": {"a": 1}}


def test_the_bytes_are_those_of_the_fragments_and_their_overhead():
    memo = Memo(10_000)
    generation = memo.generation(Version(1))
    generation.store("s").put(Source(), "12345")
    assert memo.now.bytes == STORE_OVERHEAD + ENTRY_OVERHEAD + len('"12345"')
    assert memo.now.entries() == 1


def test_the_overhead_is_no_less_than_what_python_takes():
    store = Memo(10_000_000).generation(Version(1)).store("s")
    sources = [Source() for _ in range(1_000)]
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for source in sources:
        store.put(source, "12345")
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before <= store.bytes


def test_what_does_not_fit_is_made_but_not_kept():
    memo = Memo(STORE_OVERHEAD + 2 * ENTRY_OVERHEAD + 10)
    generation = memo.generation(Version(1))
    store = generation.store("s")
    for _ in range(5):
        assert orjson.dumps(store.put(Source(), 1)) == b"1"
    assert (memo.now.entries(), memo.counts["misses"], generation.full) == (2, 5, True)


def test_the_least_recently_used_store_makes_room_first():
    memo = Memo(4 * STORE_OVERHEAD)
    generation = memo.generation(Version(1))
    for name in "abcd":
        generation.store(name)
    generation.store("a")
    generation.store("e")
    assert generation.full
    generation.make_room()
    assert set(generation.stores) == {"a", "c", "d"}
    assert memo.now.bytes == 3 * STORE_OVERHEAD


class Intruder(Store):
    """A store whose size is read while another thread makes stores."""

    @property
    def used(self):
        for number in range(100):
            self.generation.stores[f"by another thread {number}"] = Store(self.generation)
        return 0

    bytes = used

    @used.setter
    def used(self, value):
        pass

    @bytes.setter
    def bytes(self, value):
        pass


def test_stores_that_another_thread_makes_meanwhile_do_not_disturb():
    memo = Memo(4 * STORE_OVERHEAD)
    generation = memo.generation(Version(1))
    generation.stores["read"] = Intruder(generation)
    generation.make_room()
    assert len(generation.stores) == 101
    generation.make_room()
    assert memo.now.bytes <= 3 * STORE_OVERHEAD


def test_a_newer_version_starts_empty_and_the_counts_go_on():
    memo = Memo(10_000)
    old = memo.generation(Version(1)).store("s")
    old.put(Source(), 1)
    assert memo.generation(Version(1)).store("s") is old
    assert memo.generation(Version(2)).store("s").entries == {}
    assert (memo.counts["misses"], memo.counts["evictions"], memo.now.entries()) == (1, 1, 0)


def test_an_older_version_than_the_newest_takes_nothing_from_its_memo_and_keeps_nothing():
    memo, source = Memo(10_000), Source()
    newest = memo.generation(Version(2))
    kept = newest.store("s", lasting=True).put(source, "new")
    older = memo.generation(Version(1)).store("s", lasting=True)
    assert older.entries == {}
    older.put(source, "old")
    assert older.entries == {}
    assert (memo.now, newest.store("s", lasting=True).entries) == (newest, {source: kept})


def test_what_lasts_goes_over_to_the_next_version_of_its_line_and_counts_its_bytes_there():
    memo, source = Memo(10_000), Source()
    first = memo.generation(Version(1))
    lasting = first.store("lasting", lasting=True)
    lasting.put(source, 1)
    first.store("other").put(source, 1)
    second = memo.generation(Version(2))
    assert list(second.stores) == ["lasting"]
    assert second.bytes == lasting.bytes
    lasting.put(Source(), 2)
    assert second.bytes == lasting.bytes
    assert memo.generation(Version(3, line=1)).stores == {}
    assert memo.counts["evictions"] == 3


def test_an_operation_over_the_old_version_does_not_reach_the_new_one():
    memo = Memo(10_000)
    old = memo.generation(Version(1)).store("s")
    new = memo.generation(Version(2)).store("s")
    old.put(Source(), 1)
    assert new.entries == {}


def test_a_negative_limit_is_named():
    with pytest.raises(ValueError, match="memo_bytes is -1: expected 0"):
        Memo(-1)


def test_the_key_of_variables_tells_types_and_absence_apart():
    names = ("n",)
    values = [{}, {"n": None}, {"n": 1}, {"n": 1.0}, {"n": True}, {"n": "1"}, {"n": [1]}, {"n": {"a": 1}}]
    assert len({variables_key(names, value) for value in values}) == len(values)
    assert variables_key(("a", "b"), {"a": 1}) != variables_key(("a", "b"), {"b": 1})
    assert variables_key((), {"n": 1}) == b""
