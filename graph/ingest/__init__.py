"""The ingest: files → sheets and problems, and sheets → files, as a page of the directory or in our own JSON form.

Problems are reported beside the sheets that could be read; only a file that holds none is refused (`Refused`).
"""

from graph.ingest.json_form import read_json, write_json
from graph.ingest.page import Page, read_page, write_page
from graph.ingest.problems import NotDirectory, Refused, TooLarge
from graph.vocabulary import Vocabulary

__all__ = [
    "NotDirectory",
    "Refused",
    "TooLarge",
    "page_of",
    "read",
    "read_json",
    "read_page",
    "write_json",
    "write_page",
]

_JSON_BEGINS_WITH = (b"[", b"{")


def read(data: bytes, source: str, vocabulary: Vocabulary) -> Page:
    """The page that a file holds, whichever of the two forms it has; `source` is the file's name.

    Raises NotDirectory where it has neither form or is empty, TooLarge where it is beyond a limit.
    """
    if data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_JSON_BEGINS_WITH):
        return read_json(data, source, vocabulary)
    return read_page(data, source, vocabulary)
