"""The bodies that the whole field knows, and the words that announce a body: `data/bodies.json`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from graph.model import fold
from graph.places import places

DEFAULT_PATH = Path(__file__).resolve().parent.parent.parent / "data" / "bodies.json"


class Head(StrEnum):
    """What a word that announces a body wants after it.

    An `OFFICE` wants « de » and a name (« préfecture du Lot »), a `PLACE` a name with « de », with an article or
    without (« hôpital de Cahors », « lycée Victor-Hugo »), `KEPT` one with « de » or without (« Fondation X »). All
    three belong to the name; a `NAMED` does not (« l'association Citrouille »).
    """

    OFFICE = "office"
    PLACE = "place"
    KEPT = "kept"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class KnownBody:
    """A body of the gazetteer: its id, its label, and its spellings.

    `initials` are in capitals; `names` are known in any case where they have several words; `also` are known as they
    are written. One that is an ordinary word too (« Orange ») wants a `cue`: a word before it that says what it does.
    """

    id: str
    label: str
    initials: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    cue: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """The bodies by id, by exact spelling (`spelt`) and by the name in lower case (`named`); the words that announce
    one (`heads`) and those that end one (`tails`), in lower case; initials that are no body's; and what people are
    called, which is no body's name either.
    """

    bodies: Mapping[str, KnownBody]
    spelt: Mapping[str, KnownBody]
    named: Mapping[str, KnownBody]
    heads: Mapping[str, Head]
    tails: frozenset[str]
    not_bodies: frozenset[str]
    people: frozenset[str]
    places: frozenset[str]


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of `data/bodies.json`, read once."""
    return load_gazetteer()


def load_gazetteer(path: Path = DEFAULT_PATH) -> Gazetteer:
    """The gazetteer of a file. Raises OSError where it cannot be read, and ValueError, naming the file and the value,
    where an entry is not as the others, an id stands twice, or a spelling means two bodies, or a body and none.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path}: not valid JSON: {error}") from None
    expected = {"bodies", "heads", "tails", "notBodies", "people"}
    if not isinstance(content, dict) or set(content) != expected:
        raise ValueError(f"{path}: expected an object with exactly these keys: {', '.join(sorted(expected))}")
    bodies = [_body(path, entry) for entry in content["bodies"]]
    not_bodies = frozenset(_words(path, "notBodies", content["notBodies"]))
    by_id = _unique(path, ((body.id, body) for body in bodies))
    spelt = _unique(path, ((word, body) for body in bodies for word in _spelt(body)))
    named = _unique(path, ((word, body) for body in bodies for name in body.names for word in _named(name)))
    for word in not_bodies & set(spelt):
        raise ValueError(f"{path}: notBodies: {word!r} is a spelling of the body {spelt[word].id!r}")
    heads = {
        variant: Head(kind)
        for kind, words in content["heads"].items()
        for word in _words(path, f"heads.{kind}", words)
        for variant in _variants(word)
    }
    return Gazetteer(
        by_id,
        spelt,
        named,
        heads,
        frozenset(word.lower() for word in _words(path, "tails", content["tails"])),
        not_bodies,
        frozenset(_words(path, "people", content["people"])),
        frozenset(fold(each.name) for group in (places().departments, places().regions) for each in group.values()),
    )


_KEYS = {"id", "label", "initials", "names", "also", "cue"}


def _body(path: Path, entry: Any) -> KnownBody:
    if not isinstance(entry, dict) or not {"id", "label"} <= set(entry) <= _KEYS:
        raise ValueError(f"{path}: bodies: {entry!r}: expected id, label and any of initials, names, also, cue")
    lists = {name: tuple(_words(path, f"bodies.{entry['id']}.{name}", entry.get(name, []))) for name in _LISTS}
    return KnownBody(entry["id"], entry["label"], **lists, cue=bool(entry.get("cue", False)))


_LISTS = ("initials", "names", "also")


def _words(path: Path, where: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise ValueError(f"{path}: {where}: {value!r}: expected a list of words")
    return value


def _unique(path: Path, pairs: Iterable[tuple[str, KnownBody]]) -> dict[str, KnownBody]:
    found: dict[str, KnownBody] = {}
    for word, body in pairs:
        if found.setdefault(word, body) is not body:
            raise ValueError(f"{path}: bodies: {word!r} means both {found[word].id!r} and {body.id!r}")
    return found


def _spelt(body: KnownBody) -> Iterator[str]:
    yield from body.initials
    yield from body.also
    yield from (name for name in body.names if " " not in name and "-" not in name)


def _named(name: str) -> Iterator[str]:
    """The ways to write a name of several words, in lower case: with accents and without, with « œ » and « oe »."""
    if " " in name or "-" in name:
        yield from _variants(name)


def _variants(word: str) -> set[str]:
    low = word.lower().replace("’", "'")
    return {each for written in (low, low.replace("œ", "oe")) for each in (written, _unaccented(written))}


def _unaccented(word: str) -> str:
    return "".join(character if character == "œ" else fold(character) or character for character in word)


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of some words, the longest first, as a tree of their letters: quick where there are many."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branch(tree)


def _branch(node: dict[str, Any]) -> str:
    ways = [re.escape(character) + _branch(below) for character, below in node.items() if character]
    if not ways:
        return ""
    joined = ways[0] if len(ways) == 1 and "" not in node else f"(?:{'|'.join(ways)})"
    return f"{joined}?" if "" in node else joined
