"""Processes that are killed: each is forked from one that has loaded the program, so that most of its life is work."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Any, NamedTuple

PATIENCE = 120.0

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.proofs.work"])


def flag() -> Event:
    """What one process sets and others wait for."""
    return _FORKS.Event()


class Child(NamedTuple):
    """A process, and what it says."""

    process: BaseProcess
    pipe: Connection

    def next(self) -> Any:
        """The next thing that it says. Raises EOFError once it has ended or was killed, and said nothing more."""
        if not self.pipe.poll(PATIENCE):
            raise TimeoutError(f"The process {self.process.pid} says nothing.")
        try:
            return self.pipe.recv()
        except ConnectionResetError as error:
            raise EOFError from error

    def rest(self) -> Iterator[Any]:
        """What it said before it ended, and nobody has heard yet."""
        try:
            while True:
                yield self.next()
        except EOFError:
            return

    def kill(self) -> None:
        """End it at once, by SIGKILL."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(PATIENCE)

    def ended(self) -> bool:
        """Whether it came to its end by itself, without a fault."""
        self.process.join(PATIENCE)
        return self.process.exitcode == 0

    def was_killed(self) -> bool:
        """Whether SIGKILL ended it."""
        self.process.join(PATIENCE)
        return self.process.exitcode == -signal.SIGKILL


@contextmanager
def running(work: Callable[..., None], *given: Any) -> Iterator[Child]:
    """A process that runs a function of `tests.proofs.work`, which is told where to speak and what was given."""
    here, there = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=work, args=(there, *given))
    process.start()
    there.close()
    try:
        yield Child(process, here)
    finally:
        if process.is_alive():
            process.kill()
        process.join(PATIENCE)
        process.close()
        here.close()
