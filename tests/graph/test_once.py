from __future__ import annotations

import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from graph.once import kept, kept_by_object, once

SOON = 20
"""Seconds after which a thread that waits for another is held up for good."""


class Library:
    def __init__(self, opening: Callable[[], object] = object) -> None:
        self.made = 0
        self.broken = True
        self.opening = opening

    @once
    def catalogue(self) -> object:
        self.made += 1
        return self.opening()

    @once
    def index(self) -> list[object]:
        return [self.catalogue]

    @once
    def fragile(self) -> str:
        if self.broken:
            raise OSError("no shelf")
        return "books"


def together(number: int, ask: Callable[[], object]) -> list[object]:
    """What threads that ask at the same time are given."""
    barrier = Barrier(number)

    def wait_and_ask() -> object:
        barrier.wait(SOON)
        return ask()

    with ThreadPoolExecutor(number) as threads:
        return [job.result() for job in [threads.submit(wait_and_ask) for _ in range(number)]]


class TestOnce:
    def test_concurrent_first_uses_make_the_value_once(self):
        library = Library()
        found = together(8, lambda: library.catalogue)
        assert library.made == 1
        assert all(value is found[0] for value in found)

    def test_each_object_has_its_own_value(self):
        assert Library().catalogue is not Library().catalogue

    def test_values_of_two_objects_are_made_at_the_same_time(self):
        both_are_making = Barrier(2)
        libraries = [Library(lambda: both_are_making.wait(SOON)) for _ in range(2)]
        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(lambda library: library.catalogue, libraries)) == [0, 1]

    def test_a_value_may_need_another_of_the_same_object(self):
        library = Library()
        assert library.index == [library.catalogue]

    def test_a_value_that_is_made_is_read_while_another_is_being_made(self):
        begun, read = Event(), Event()
        library = Library(lambda: begun.set() or read.wait(SOON))
        library.broken = False
        assert library.fragile == "books"
        with ThreadPoolExecutor(1) as threads:
            making = threads.submit(lambda: library.catalogue)
            assert begun.wait(SOON)
            assert library.fragile == "books"
            read.set()
            assert making.result() is True

    def test_a_failure_is_tried_again_at_the_next_use(self):
        library = Library()
        with pytest.raises(OSError, match="shelf"):
            _ = library.fragile
        library.broken = False
        assert library.fragile == "books"


class TestKept:
    def test_concurrent_first_questions_make_the_answer_once(self):
        made: list[str] = []
        answer = kept(2)(lambda question: made.append(question) or object())
        found = together(8, lambda: answer("why"))
        assert made == ["why"]
        assert all(value is found[0] for value in found)

    def test_two_answers_are_made_at_the_same_time_and_a_third_is_read(self):
        both_are_making = Barrier(2)
        answer = kept(4)(lambda question: both_are_making.wait(SOON) if question else "known")
        assert answer(0) == "known"
        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(answer, [1, 2])) == [0, 1]

    def test_an_answer_is_read_while_another_is_being_made(self):
        begun, read = Event(), Event()
        answer = kept(2)(lambda slow: slow and (begun.set() or read.wait(SOON)))
        assert answer(False) is False
        with ThreadPoolExecutor(1) as threads:
            making = threads.submit(answer, True)
            assert begun.wait(SOON)
            assert answer(False) is False
            read.set()
            assert making.result() is True

    def test_the_answers_asked_for_last_are_kept(self):
        made: list[str] = []
        answer = kept(2)(lambda question: made.append(question))
        for question in "ababcab":
            answer(question)
        assert made == [*"abc", *"ab"]

    def test_a_failure_is_not_kept(self):
        answers = [OSError("no shelf"), "books"]

        @kept(1)
        def ask() -> str:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        with pytest.raises(OSError, match="shelf"):
            ask()
        assert ask() == ask() == "books"


def test_what_an_object_keeps_for_itself_does_not_keep_it_and_says_so_when_it_is_gone():
    class Asked:
        def __init__(self) -> None:
            self.times = 0
            self.doubled = kept_by_object(2, self._doubled)

        def _doubled(self, value: int) -> int:
            self.times += 1
            return 2 * value

    asked = Asked()
    assert [asked.doubled(value) for value in (1, 1, 2)] == [2, 2, 4]
    assert asked.times == 2
    doubled, seen = asked.doubled, weakref.ref(asked)
    del asked
    assert seen() is None
    with pytest.raises(ReferenceError, match="gone"):
        doubled(3)
