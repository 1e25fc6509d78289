"""What can be said of where a structure is: the values of a place, as texts that a file has, and which cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from graph.model import StructurePlace

LONGEST = 300
"""Characters of a value."""

_DEGREES = {"latitude": 90.0, "longitude": 180.0}
_NUMBER = re.compile(r"-?\d{1,3}([.,]\d+)?")


def as_texts(place: StructurePlace) -> dict[str, str]:
    """The values of a place as a file has them, "" for None."""
    return {name: _written(value) for name, value in asdict(place).items()}


def _written(value: Any) -> str:
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")  # never with an exponent, and with every digit
    return "" if value is None else str(value)


def not_held(place: StructurePlace) -> Iterator[str]:
    """What of a place no file could have said, a sentence each without its full stop."""
    values = as_texts(place)
    wrong = list(wrong_values(values))
    yield from wrong
    if not wrong and place_of({name: value.strip() for name, value in values.items()}) != place:
        yield f"{values!r} are not values as they are read from a file"


def wrong_values(values: Mapping[str, str]) -> Iterator[str]:
    """What of the values of a place, as texts, cannot be, a sentence each without its full stop. Of other values that
    stand beside them it says which are too long.
    """
    for name, value in values.items():
        if len(value) > LONGEST:
            yield f"{name} has {len(value)} characters; give at most {LONGEST}"
    siret = _digits(values.get("siret", ""))
    if siret and not _is_siret(siret):
        yield f"siret {siret!r}: expected 14 digits of which the last is right (the check of Luhn)"
    postcode = values.get("postcode", "")
    if postcode and not re.fullmatch(r"[0-9]{5}", postcode):
        yield f"postcode {postcode!r}: expected 5 digits"
    given = [name for name in _DEGREES if values.get(name)]
    for name in given:
        if not _NUMBER.fullmatch(values[name]) or abs(_number(values[name])) > _DEGREES[name]:
            most = _DEGREES[name]
            yield f"{name} {values[name]!r}: expected degrees from {-most:g} to {most:g}, as in 44.4475"
    if len(given) == 1:
        yield f"{given[0]} stands alone; give both latitude and longitude, or neither"
    site = values.get("site", "")
    if site and not _is_site(site):
        yield f"site {site!r}: expected an address that begins with http:// or https://"


def _digits(value: str) -> str:
    return "".join(value.split())


def _is_siret(siret: str) -> bool:
    if not re.fullmatch(r"[0-9]{14}", siret):
        return False
    doubled = (int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(siret))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _number(value: str) -> float:
    return float(value.replace(",", "."))


def _is_site(site: str) -> bool:
    try:
        address = urlsplit(site)
        return address.scheme in ("http", "https") and bool(address.hostname) and not re.search(r"\s", site)
    except ValueError:
        return False


def place_of(values: Mapping[str, str]) -> StructurePlace:
    """The place that texts say."""
    texts = {name: values.get(name) or None for name in ("address", "postcode", "commune", "site")}
    latitude, longitude = (_number(values[name]) if values.get(name) else None for name in _DEGREES)
    return StructurePlace(
        siret=_digits(values.get("siret", "")) or None, latitude=latitude, longitude=longitude, **texts
    )
