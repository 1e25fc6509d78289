from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from graph.once import once


class Library:
    def __init__(self) -> None:
        self.made = 0
        self.broken = True

    @once
    def catalogue(self) -> object:
        self.made += 1
        return object()

    @once
    def fragile(self) -> str:
        if self.broken:
            raise OSError("no shelf")
        return "books"


def test_concurrent_first_uses_make_the_value_once():
    library, barrier = Library(), Barrier(8)

    def read() -> object:
        barrier.wait()
        return library.catalogue

    with ThreadPoolExecutor(8) as threads:
        found = [job.result() for job in [threads.submit(read) for _ in range(8)]]
    assert library.made == 1
    assert all(value is found[0] for value in found)


def test_each_object_has_its_own_value():
    assert Library().catalogue is not Library().catalogue


def test_a_failure_is_tried_again_at_the_next_use():
    library = Library()
    with pytest.raises(OSError, match="shelf"):
        _ = library.fragile
    library.broken = False
    assert library.fragile == "books"
