"""The processes of a server with several workers: which one supervises them, and how they are replaced one by one.

The supervisor holds a lock on a file beside the store as long as it lives, so that a number that was left there by a
machine that went down is never taken for a process of ours.
"""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotSupervised(Exception):
    """No server with several workers serves the store; the message is one sentence for the user."""


@contextmanager
def supervising(store: Path) -> Iterator[None]:
    """Says for the length of the block that this process supervises the workers which serve a store.

    Another one that serves the same store beside it goes unnamed.
    """
    store.parent.mkdir(parents=True, exist_ok=True)
    with _file_of(store).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield
            return
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def replace_workers(store: Path) -> int:
    """Have the workers that serve a store replaced one by one, each once its successor is ready; gives the number of
    the supervising process. Returns at once. Raises NotSupervised.
    """
    try:
        with _file_of(store).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        pass
    except BlockingIOError:
        process = int(_file_of(store).read_text())
        os.kill(process, signal.SIGHUP)
        return process
    raise NotSupervised(f"No server with several workers serves {store}. Start one with --workers, or restart the one.")


def _file_of(store: Path) -> Path:
    return store.with_name(f"{store.name}.serving")
