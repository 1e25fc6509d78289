"""Bytes → numbered lines of text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from io import BytesIO

from graph.ingest.problems import ProblemList

BYTE_ORDER_MARK = "\ufeff"
"""What stands before the text of a file that some editors save."""


def read_lines(data: bytes, problems: ProblemList) -> Iterator[str]:
    """The lines of `data`, one at a time, without their ends; the n-th is line n of the file as received.

    A byte order mark is dropped; lines end with LF, CRLF, or CR where the file has no LF. A line that is not UTF-8 is
    read as Windows-1252 (Latin-1 where that has no such byte), and the first is reported with their number. Text is
    normalised to NFC: canonically the same letters, so that « é » is one character however it was received.
    """
    data = data.removeprefix(BYTE_ORDER_MARK.encode())
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    foreign, first = 0, (0, "")
    for number, raw in enumerate(BytesIO(data), start=1):
        raw = raw.rstrip(b"\r\n")
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            line = _decode_western(raw)
            foreign += 1
            first = first if foreign > 1 else (number, line)
        if not line.isascii() and not unicodedata.is_normalized("NFC", line):
            line = unicodedata.normalize("NFC", line)
        yield line
    if foreign:
        problems.add(*first, f"Not UTF-8: this line was read as Windows-1252, as were {foreign - 1} further lines.")


def _decode_western(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
