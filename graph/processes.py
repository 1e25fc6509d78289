"""Work that other processes, or threads, do meanwhile; one process of Python uses one processor.

What another process fails at, or dies of, is done again in this one: it then fails here, where somebody can be told.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from typing import Any, Generic, Self, TypeVar, cast

Given = TypeVar("Given")
Made = TypeVar("Made")

_START = get_context("spawn")  # a copy of this process would have its locks, without the threads that hold them


class Helper(Generic[Given, Made]):
    """A process that does one kind of `work`, which must be importable, for this one: `ask`, then take the `answer`.

    It ends with the block, or with this process, however that ends.
    """

    def __init__(self, work: Callable[[Given], Made]) -> None:
        self._work = work
        self._asked: Given | None = None
        self._ours, theirs = _START.Pipe()
        self._process = _START.Process(target=_serve, args=(theirs, work), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ours.close()
        self._process.terminate()
        self._process.join()

    def ask(self, given: Given) -> None:
        """Let it begin. One thing at a time."""
        self._asked = given
        with suppress(OSError):
            self._ours.send(given)

    def answer(self) -> Made:
        """What was made of what was asked, once it is. Raises what the work raises."""
        given = cast("Given", self._asked)
        try:
            is_made, made = self._ours.recv()
        except (EOFError, OSError):
            is_made, made = False, None
        return made if is_made else self._work(given)


def in_order(work: Callable[[Given], Made], items: Iterable[Given], processes: int) -> Generator[Made, None, None]:
    """What `work` makes of each item, in the order of the items, by so many other processes; by this one for 0.

    Items are taken one by one, each as a process becomes free.
    """
    if not processes:
        yield from map(work, items)
        return
    with ExitStack() as stack:
        free = [stack.enter_context(Helper(work)) for _ in range(processes)]
        busy: deque[Helper[Given, Made]] = deque()
        for item in items:
            if free:
                busy.append(free.pop())
                busy[-1].ask(item)
                continue
            busy.rotate(-1)
            made = busy[-1].answer()
            # It works on while the answer is used.
            busy[-1].ask(item)
            yield made
        yield from (helper.answer() for helper in busy)


def by_another(work: Callable[[Given], Made], given: Given) -> Made:
    """What `work` makes of something, made by another process where the machine has a second processor."""
    if (os.cpu_count() or 1) < 2:
        return work(given)
    with Helper(work) as helper:
        helper.ask(given)
        return helper.answer()


def in_a_thread(work: Callable[[], Made]) -> Future[Made]:
    """The result of some work that a thread of its own has begun; this process may end before the work does."""
    result: Future[Made] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except Exception as error:
            result.set_exception(error)

    threading.Thread(target=run, name="meanwhile", daemon=True).start()
    return result


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _serve(connection: Connection[Any, Any], work: Callable[[Any], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked hears it too, and ends this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            given = connection.recv()
            try:
                answer = True, work(given)
            except Exception:
                answer = False, None
            connection.send(answer)
