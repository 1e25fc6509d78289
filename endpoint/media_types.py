"""Content negotiation: which bodies are read, and which media type answers.

Only `application/json` is read, by exact match: a form, `text/plain` or multipart, which a browser sends to
another site without asking, never runs anything.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

JSON: Final = b"application/json"
GRAPHQL_RESPONSE: Final = b"application/graphql-response+json"

_CACHED_HEADERS: Final = 256


def _split(header: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """A media type and its parameters, in lower case."""
    type_, *rest = header.lower().split(b";")
    parameters = (parameter.partition(b"=") for parameter in rest)
    return type_.strip(), {name.strip(): value.strip().strip(b'"') for name, _, value in parameters}


@lru_cache(_CACHED_HEADERS)
def is_json(content_type: bytes) -> bool:
    """Whether a Content-Type is `application/json`, in UTF-8 when it says a charset."""
    type_, parameters = _split(content_type)
    charset = parameters.pop(b"charset", b"utf-8")
    return type_ == JSON and not parameters and charset in (b"utf-8", b"utf8")


@lru_cache(_CACHED_HEADERS)
def answer_type(accept: bytes) -> bytes | None:
    """The media type to answer with: JSON or GRAPHQL_RESPONSE, None when the client accepts neither.

    The higher quality wins, and JSON where they are equal by a wildcard; at equal quality a type that is
    named comes before a wildcard, and the one named first before the other.
    """
    best: tuple[float, bool, int] | None = None
    chosen = None
    for position, part in enumerate(accept.split(b",")):
        type_, parameters = _split(part)
        try:
            quality = float(parameters.get(b"q", b"1"))
        except ValueError:
            continue
        named = {b"*/*": JSON, b"application/*": JSON, JSON: JSON, GRAPHQL_RESPONSE: GRAPHQL_RESPONSE}.get(type_)
        if named is None or not 0 < quality <= 1:
            continue
        standing = (quality, named == type_, -position)
        if best is None or standing > best:
            best, chosen = standing, named
    return chosen


@lru_cache(_CACHED_HEADERS)
def wants_html(accept: bytes) -> bool:
    """Whether a browser asks for a page: `text/html` is named among the types that it accepts."""
    return any(_split(part)[0] == b"text/html" for part in accept.split(b","))
