"""Where the actions of a JSON list stand in its text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator


class LinesOfActions:
    """The line on which each action of a JSON list begins, found when first asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines: list[int] | None = None

    def line_of(self, index: int) -> int:
        """The line, from 1, of the action at `index`; 1 where that cannot be told."""
        if self._lines is None:
            self._lines = list(self._find())
        return self._lines[index] if index < len(self._lines) else 1

    def _find(self) -> Iterator[int]:
        text = self._data.decode()
        decode = json.JSONDecoder().raw_decode
        skip = re.compile(r"[\s,]*")
        line, counted = 1, 0
        at = text.index("[") + 1
        while True:
            match = skip.match(text, at)
            at = at if match is None else match.end()
            if text[at] == "]":
                return
            line += text.count("\n", counted, at)
            counted = at
            yield line
            try:
                _, at = decode(text, at)
            except (RecursionError, ValueError):  # nested too deep, or a number too long
                return
