"""The French of the synthetic sheets, made of the words and patterns of `bench/french.json`."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

_WORDS: dict[str, Any] = json.loads(Path(__file__).with_name("french.json").read_text("utf-8"))

DEPARTMENTS: tuple[str, ...] = tuple(_WORDS["departments"])
"""The hundred and one departments of France."""

PLACES = tuple(
    [f"Saint-{saint}-{end}" for saint in _WORDS["places"]["saints"] for end in _WORDS["places"]["endings"]]
    + [f"{stem}{tail}" for stem in _WORDS["places"]["stems"] for tail in _WORDS["places"]["tails"]]
)
"""Names of communes made of usual parts; few of them exist."""

# The patterns of each text field, and how many sentences its pool holds.
_POOLS = {
    **dict.fromkeys(("summary", "experience", "description"), ("narrative", 8_000)),
    **dict.fromkeys(("resultTerritory", "resultCentre", "resultResidents"), ("result", 3_000)),
    **{name: (name, 1_500) for name in ("resources", "people", "limits", "perspectives")},
    **{name: (name, 600) for name in ("endReason", "initiatorDetail")},
}

_LARGE_NUMBERS = (40, 60, 67, 80, 120, 150, 250, 306, 450, 800, 1200, 2000, 3500)
_CONTRACTIONS = (
    (re.compile(r"\bde les\b"), "des"),
    (re.compile(r"\bde le\b"), "du"),
    (re.compile(r"\bde (une?)\b"), r"d'\1"),
    (re.compile(r"\bà les\b"), "aux"),
    (re.compile(r"\bà le\b"), "au"),
)
_SLOT = re.compile(r"\{(\w+)\}")
_LONG_WORD = re.compile(r"[a-zà-öø-ÿœ]{5,}")


@lru_cache(maxsize=64)
def sentences(field: str, typos: float) -> tuple[str, ...]:
    """The pool of sentences of a text field, always the same; `typos` is the share of words with a slip."""
    name, size = _POOLS[field]
    patterns = _WORDS["sentences"][name]
    draw = random.Random(f"maillage {field}")
    return tuple(with_typos(_filled(patterns[i % len(patterns)], draw), typos, draw) for i in range(size))


@lru_cache(maxsize=4)
def titles(size: int) -> tuple[str, ...]:
    """`size` titles, every one of which says « synthétique »; always the same."""
    draw = random.Random("maillage titles")
    known = _WORDS["titles"]
    parts = {slot: values for slot, values in known.items() if slot != "patterns"} | {"place": PLACES}
    made = []
    for _ in range(size):
        chosen = {slot: draw.choice(values) for slot, values in parts.items()}
        text = draw.choice(known["patterns"]).format(**chosen, n=draw.randint(1, 12), mark="synthétique")
        made.append(text[0].upper() + text[1:])
    return tuple(made)


def structure_names(number: int, draw: random.Random) -> Sequence[str]:
    """`number` different names of structures, up to about 100,000."""
    known = _WORDS["structures"]
    names: dict[str, None] = {}
    while len(names) < number:
        name = draw.choice(known["names"])
        if draw.random() > 0.3:
            name = f"{name} de {draw.choice(PLACES)}"
        names.setdefault(draw.choice(known["patterns"]).format(name=name, NAME=name.upper()))
    return tuple(names)


def with_typos(text: str, share: float, draw: random.Random) -> str:
    """`text` where a word has the probability `share` of a slip: a letter lost, doubled or swapped.

    Only words of five small letters or more are hit, so each of those is hit more often.
    """
    long_words = len(_LONG_WORD.findall(text))
    if not long_words:
        return text
    chance = share * len(text.split()) / long_words
    return _LONG_WORD.sub(lambda found: _slip(found.group(), draw) if draw.random() < chance else found.group(), text)


def _slip(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word) - 1)
    lost = word[:at] + word[at + 1 :]
    doubled = word[:at] + word[at] + word[at:]
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return draw.choice((lost, doubled, swapped))


def _filled(pattern: str, draw: random.Random) -> str:
    def value(found: re.Match[str]) -> str:
        slot = found.group(1)
        if slot == "n":
            return str(draw.randint(2, 30))
        pool = {"big": _LARGE_NUMBERS, "place": PLACES}.get(slot) or _WORDS["slots"][slot.lower()]
        text = str(draw.choice(pool))
        return text if slot.islower() else text[0].upper() + text[1:]

    text = _SLOT.sub(value, pattern)
    for plain, contracted in _CONTRACTIONS:
        text = plain.sub(contracted, text)
    return text
