"""Why a file is not read at all.

    Refused (ValueError)
    ├── NotDirectory   neither a page of the directory nor a JSON list of actions
    └── TooLarge       more bytes, or more lines in one part, than the readers take

Anything less is a `Problem` beside the sheets that could be read.
"""

from __future__ import annotations


class Refused(ValueError):
    """A file that is not read. The message is one sentence that names the file; `source` is its name."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source} {reason}")
        self.source = source


class NotDirectory(Refused):
    """A file that is neither a page of the directory nor a JSON list of actions."""


class TooLarge(Refused):
    """A file beyond a limit of the readers; the message gives the limit."""


MAX_BYTES = 256 * 1024 * 1024
"""The largest file that is read, in bytes, unless the caller says otherwise."""


def check_size(data: bytes, source: str, limit: int) -> None:
    """Raises NotDirectory where `data` is empty, TooLarge where it holds more than `limit` bytes."""
    if not data.strip():
        raise NotDirectory(source, f"is empty: expected {EXPECTED}.")
    if len(data) > limit:
        raise TooLarge(source, f"has {len(data)} bytes: the limit is {limit} bytes.")


EXPECTED = "a page « Les actions des centres sociaux » as text, or a JSON list of actions"
