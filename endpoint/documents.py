"""Documents known by their SHA-256: kept when clients send them, or read from a folder at start.

PersistedQueries     automatic persisted queries: a client sends the hash; when it is not known, hash and text
TrustedDocuments     the documents of a folder; nothing else runs
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from graphql import GraphQLSyntaxError, OperationDefinitionNode, parse

from endpoint.errors import refusal
from endpoint.request import GraphQLRequest
from execution import DocumentRefused


class PersistedQueries:
    """Automatic persisted queries: at most `most` texts, the least recently used dropped first. A text is kept only
    once it has passed parsing, limits and validation. 0 refuses hashes."""

    def __init__(self, most: int) -> None:
        self._texts: LRUCache[str, str] = LRUCache(most)

    def __len__(self) -> int:
        return len(self._texts)

    def text_of(self, request: GraphQLRequest) -> str:
        """The text sent, or the text kept for the hash sent. Raises RequestRefused."""
        hash_ = _hash(request)
        if hash_ is None:
            return _sent(request)
        if not self._texts.maxsize:
            raise refusal("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        if request.query is None:
            return _found(self._texts.get(hash_))
        if sha256(request.query) != hash_:
            raise refusal("PERSISTED_QUERY_MISMATCH", "The SHA-256 of the query is not the one sent")
        return request.query

    def ran(self, request: GraphQLRequest, text: str) -> None:
        """Told when the document of a request has passed all checks: keeps the text where its hash was sent too."""
        if self._texts.maxsize and request.query is not None and "persistedQuery" in request.extensions:
            self._texts[sha256(text)] = text


class TrustedDocuments:
    """Only these documents run, asked for by text or by hash."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = {sha256(text): text for text in texts}
        self._known = frozenset(self._texts.values())

    def __len__(self) -> int:
        return len(self._texts)

    @classmethod
    def of_folder(cls, folder: Path, plan: Callable[[str, str | None], Any]) -> TrustedDocuments:
        """The `*.graphql` files of `folder`, each operation of each tried with `plan` (an engine's).

        Raises ValueError that names every file whose document does not parse, pass the limits or validate,
        and for a folder without such files.
        """
        texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.graphql"))}
        problems = [f"{name}: {problem}" for name, text in texts.items() for problem in _problems(text, plan)]
        if problems:
            raise ValueError("documents that cannot run:\n" + "\n".join(problems))
        if not texts:
            raise ValueError(f"no *.graphql file in {folder}: nothing could run")
        return cls(texts.values())

    def text_of(self, request: GraphQLRequest) -> str:
        """The text of a known document. Raises RequestRefused for every other."""
        if request.query is None and (hash_ := _hash(request)):
            return _found(self._texts.get(hash_))
        if _sent(request) not in self._known:
            raise refusal("DOCUMENT_NOT_ALLOWED", "Only the documents of this server run here")
        return _sent(request)

    def ran(self, request: GraphQLRequest, text: str) -> None:
        """Nothing is learnt from requests."""


def sha256(text: str) -> str:
    """The hash that stands for a document: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _problems(text: str, plan: Callable[[str, str | None], Any]) -> list[str]:
    try:
        definitions = parse(text).definitions
    except GraphQLSyntaxError as error:
        return [error.message]
    operations = [definition for definition in definitions if isinstance(definition, OperationDefinitionNode)]
    problems = [] if operations else ["it has no operation"]
    for operation in operations:
        try:
            plan(text, operation.name.value if operation.name else None)
        except DocumentRefused as refused:
            problems += [error.message for error in refused.errors]
    return problems


def _sent(request: GraphQLRequest) -> str:
    if request.query is None:
        raise refusal("BAD_REQUEST", "The request has no 'query'")
    return request.query


def _found(text: str | None) -> str:
    if text is None:
        raise refusal("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    return text


def _hash(request: GraphQLRequest) -> str | None:
    """The hash in `extensions.persistedQuery`, None where there is none. Raises RequestRefused for a wrong form."""
    if not request.extensions or "persistedQuery" not in request.extensions:
        return None
    persisted = request.extensions["persistedQuery"]
    if type(persisted) is dict and persisted.get("version", 1) == 1:
        hash_ = persisted.get("sha256Hash")
        if type(hash_) is str and len(hash_) == 64:
            return hash_.lower()
    form = '{"version": 1, "sha256Hash": 64 hexadecimal digits}'
    raise refusal("BAD_REQUEST", f"'extensions.persistedQuery' is {form}")
