"""The departments and regions of France, and every spelling by which one is known.

What they are called, their codes and who borders whom stands in `data/departments.json`. A spelling is compared without
accents, case and punctuation: « Lot », « le Lot », « dans le Lot », « 46 », « Lot (46) », « dép. 46 » are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import orjson

from graph.model import fold

DEFAULT_PATH = Path(__file__).resolve().parent.parent / "data" / "departments.json"


@dataclass(frozen=True, slots=True)
class OfficialRegion:
    """A region: its code in the Code officiel géographique, its name, and other names that people have for it."""

    code: str
    name: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficialDepartment:
    """A department: its code in the Code officiel géographique, its name, other names that it has or had, its region,
    and the codes of those that it shares a land border with."""

    code: str
    name: str
    also: tuple[str, ...]
    region: OfficialRegion
    neighbours: tuple[str, ...]


Place = TypeVar("Place", OfficialRegion, OfficialDepartment)


@dataclass(frozen=True)
class Places:
    """Every department and every region by code, in the order of the file, and each by its spellings."""

    departments: Mapping[str, OfficialDepartment]
    regions: Mapping[str, OfficialRegion]
    _department_of: Mapping[str, OfficialDepartment]
    _region_of: Mapping[str, OfficialRegion]

    def department(self, spelling: str) -> OfficialDepartment | None:
        """The department that a spelling means; None where it means none."""
        return self._department_of.get(_plain(spelling))

    def region(self, spelling: str) -> OfficialRegion | None:
        """The region that a spelling means; None where it means none."""
        return self._region_of.get(_plain(spelling))


def load_places(path: Path = DEFAULT_PATH) -> Places:
    """The places that the file holds. Raises OSError where it cannot be read, and ValueError, naming the file and the
    value, where an entry is not as the others, a code stands twice or is unknown, a department borders itself or one
    that does not border it, or a spelling means two.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path}: not valid JSON: {error}") from None
    if not isinstance(content, dict) or set(content) != {"departments", "regions"}:
        raise ValueError(f"{path}: expected an object with exactly these keys: departments, regions")
    entries = {name: _entries(path, name, content[name], keys) for name, keys in _KEYS.items()}
    regions = {
        entry["code"]: OfficialRegion(entry["code"], entry["name"], tuple(entry["also"]))
        for entry in entries["regions"]
    }
    departments: dict[str, OfficialDepartment] = {}
    for entry in entries["departments"]:
        code, region = entry["code"], entry["region"]
        if region not in regions:
            raise ValueError(f"{path}: department {code}: region {region!r}: expected the code of a region of the file")
        also, neighbours = map(tuple, (entry["also"], entry["neighbours"]))
        departments[code] = OfficialDepartment(code, entry["name"], also, regions[region], neighbours)
    for code, department in departments.items():
        for other in department.neighbours:
            if other == code or other not in departments or code not in departments[other].neighbours:
                expected = "expected the code of another department, which names this one too"
                raise ValueError(f"{path}: department {code}: neighbours: {other!r}: {expected}")
    return Places(
        departments,
        regions,
        _by_spelling(path, departments, entries["departments"], _DEPARTMENT),
        _by_spelling(path, regions, entries["regions"], _REGION),
    )


@cache
def places() -> Places:
    """The places of `data/departments.json`, read once."""
    return load_places()


@lru_cache(4_096)  # a directory spells its departments in a few ways, millions of times
def department_name(printed: str) -> str:
    """The official name of the department that a spelling means, or the spelling itself where it means none."""
    found = places().department(printed)
    return printed if found is None else found.name


def region_name(printed: str) -> str:
    """The official name of the region that a spelling means, or the spelling itself where it means none."""
    found = places().region(printed)
    return printed if found is None else found.name


_TEXT, _LIST = {"code", "name", "article"}, {"also"}
_KEYS: Mapping[str, tuple[set[str], set[str]]] = {
    "regions": (_TEXT, _LIST),
    "departments": (_TEXT | {"region"}, _LIST | {"neighbours"}),
}
_OF = {"le": "du", "la": "de la", "l'": "de l", "les": "des", "": "de"}
"""Every article that a name can have, and what « of » is before it."""
_DEPARTMENT = ("departement", "dept", "dpt", "dep")
_REGION = ("region",)
_WORD = re.compile(r"[a-z0-9]+")


def _plain(spelling: str) -> str:
    words = _WORD.findall(fold(spelling).replace("&", " et "))
    return " ".join("saint" if word == "st" else word for word in words)


def _entries(path: Path, name: str, value: Any, keys: tuple[set[str], set[str]]) -> list[dict[str, Any]]:
    texts, lists = keys
    if not isinstance(value, list):
        raise ValueError(f"{path}: {name}: expected a list, found {value!r}")
    for entry in value:
        if not isinstance(entry, dict) or set(entry) != texts | lists:
            raise ValueError(f"{path}: {name}: {entry!r}: expected an object with {', '.join(sorted(texts | lists))}")
        if not _is_right(entry, texts, lists):
            articles = ", ".join(map(repr, _OF))
            raise ValueError(f"{path}: {name}: {entry!r}: expected texts, lists of texts, and an article of {articles}")
    codes = [entry["code"] for entry in value]
    for code in codes:
        if codes.count(code) > 1:
            raise ValueError(f"{path}: {name}: code {code!r}: stands twice")
    return value


def _is_right(entry: dict[str, Any], texts: set[str], lists: set[str]) -> bool:
    are_lists = all(isinstance(entry[key], list) for key in lists)
    values = [entry[key] for key in texts]
    return (
        are_lists
        and all(isinstance(value, str) for value in (*values, *(each for key in lists for each in entry[key])))
        and entry["article"] in _OF
    )


def _by_spelling(
    path: Path, named: Mapping[str, Place], entries: Iterable[dict[str, Any]], nouns: tuple[str, ...]
) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for entry in entries:
        place = named[entry["code"]]
        for spelling in _spellings(entry, nouns):
            other = found.setdefault(spelling, place)
            if other is not place:
                raise ValueError(f"{path}: {spelling!r}: means both {other.name} and {place.name}")
    return found


def _spellings(entry: dict[str, Any], nouns: tuple[str, ...]) -> Iterator[str]:
    """Every spelling of a place, as `_plain` gives it."""
    article, of = entry["article"].rstrip("'"), _OF[entry["article"]]
    # A spreadsheet makes 1 of 01.
    codes = {code.lower() for code in (entry["code"], entry["code"].lstrip("0"))}
    before = tuple(f"{noun} " for noun in nouns)
    for code in codes:
        yield from (f"{noun}{number}{code}" for noun in ("", *before) for number in ("", "n ", "no ", "numero "))
    for name in map(_plain, (entry["name"], *entry["also"])):
        bare = (name, f"{article} {name}".strip())
        yield from (*bare, f"dans {bare[1]}", f"{of} {name}", f"d {name}", f"en {name}", f"a {name}")
        for noun in before:
            yield from (f"{noun}{name}", f"{noun}{of} {name}")
        for code in codes:
            yield from (form for some in bare for form in (f"{some} {code}", f"{code} {some}"))
