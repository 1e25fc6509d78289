"""The words that mean the same, something narrower or something near: the thesaurus of `data/thesaurus.json`.

A group is a concept of SKOS: one label that is shown, others that mean the same, and the groups that are narrower or
related. Hidden labels are understood where they are typed, and never looked for in the sheets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from graph.search.families import lemma
from graph.search.french import STOP_WORDS, bare, words

DEFAULT_PATH = Path(__file__).resolve().parent.parent.parent / "data" / "thesaurus.json"

LONGEST_LABEL = 8  # telling words, at most

Key = tuple[str, ...]


class Sense(StrEnum):
    """How a word of a group stands to another, the nearest first."""

    SAME = "same"
    NARROWER = "narrower"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Group:
    """A concept: its `label`, the `others` that mean the same, the `hidden` ones, and the ids of other groups."""

    id: str
    label: str
    others: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The labels that are looked for in the sheets, the main one first."""
        return (self.label, *self.others)


@dataclass(frozen=True)
class Thesaurus:
    """The groups by id. A label belongs to one group, whatever its inflection; none is narrower than itself."""

    groups: Mapping[str, Group]

    def prepare(self) -> None:
        """Make its tables now: some 25 ms, which otherwise the first search waits for."""
        for table in (self._of_key, self._of_shown, self._near, self._broader, self._words, self._lemmas):
            len(table)

    def longest(self, lemmas: Sequence[str]) -> tuple[Group, int] | None:
        """The group whose label is the longest beginning of some lemmas, and its length; None without any.

        >>> group, length = load_thesaurus().longest(("lift", "partag", "solidair"))
        >>> group.label, length
        ('covoiturage', 2)
        """
        for length in range(min(len(lemmas), LONGEST_LABEL), 0, -1):
            found = self._of_key.get(tuple(lemmas[:length]))
            if found is not None:
                return found, length
        return None

    def of_word(self, plain: str) -> Group | None:
        """The group of which a bare word is a label that is looked for in the sheets; None without any.

        >>> load_thesaurus().of_word("nounou").label
        'assistante maternelle'
        """
        return self._of_shown.get((lemma(plain),))

    def knows(self, plain: str) -> bool:
        """Whether a bare word stands in some label."""
        return lemma(plain) in self._lemmas

    def has(self, plain: str) -> bool:
        """Whether a bare word stands in some label as it is."""
        return plain in self._words

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The bare words of all labels, in the order of the alphabet."""
        labels = chain.from_iterable((*group.shown, *group.hidden) for group in self.groups.values())
        return tuple(sorted({bare(word) for label in labels for word, _, _ in words(label)} - STOP_WORDS))

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self.words)

    def meant(self, group: Group) -> Iterator[tuple[Sense, str]]:
        """The labels to look for where a label of a group is typed: its own, the main ones of those below and near it,
        and the others of these, each time the nearest first.
        """
        for label in group.shown:
            yield Sense.SAME, label
        near = [(Sense.NARROWER, other) for other in self._below(group)]
        near += [(Sense.RELATED, self.groups[each]) for each in self._near[group.id]]
        yield from ((sense, other.label) for sense, other in near)
        yield from ((sense, label) for sense, other in near for label in other.others)

    def above(self, group: Group) -> list[Group]:
        """The broader groups, and those broader than these, the nearest first, each once.

        >>> thesaurus = load_thesaurus()
        >>> [broader.label for broader in thesaurus.above(thesaurus.groups["chorale"])]
        ['musique', 'culture', 'spectacle']
        """
        return self._reached(group, self._broader)

    def _below(self, group: Group) -> list[Group]:
        """The narrower groups, and those narrower than these, the nearest first, each once."""
        return self._reached(group, {each.id: each.narrower for each in self.groups.values()})

    def _reached(self, group: Group, step: Mapping[str, Sequence[str]]) -> list[Group]:
        """The groups that steps from one lead to, the nearest first, each once."""
        found: dict[str, None] = {}
        waiting = list(step.get(group.id, ()))
        for each in waiting:
            if each not in found:
                found[each] = None
                waiting.extend(step.get(each, ()))
        return [self.groups[each] for each in found]

    @cached_property
    def _broader(self) -> Mapping[str, Sequence[str]]:
        broader: dict[str, list[str]] = {}
        for group in self.groups.values():
            for narrower in group.narrower:
                broader.setdefault(narrower, []).append(group.id)
        return broader

    @cached_property
    def _near(self) -> Mapping[str, tuple[str, ...]]:
        """The related groups of each: what is related to another, that is related to it too."""
        near: dict[str, dict[str, None]] = {each: {} for each in self.groups}
        for group in self.groups.values():
            for other in group.related:
                near[group.id][other] = None
                near[other][group.id] = None
        return {each: tuple(others) for each, others in near.items()}

    @cached_property
    def _of_key(self) -> Mapping[Key, Group]:
        return {key_of(label): group for group in self.groups.values() for label in (*group.shown, *group.hidden)}

    @cached_property
    def _of_shown(self) -> Mapping[Key, Group]:
        return {key_of(label): group for group in self.groups.values() for label in group.shown}

    @cached_property
    def _lemmas(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(self._of_key))


def telling(text: str) -> list[str]:
    """The bare words of a text, without the small ones where there are others."""
    plain = [bare(word) for word, _, _ in words(text) if bare(word)]
    return [word for word in plain if word not in STOP_WORDS] or plain


def key_of(label: str) -> Key:
    """What tells labels apart: their words' lemmas, small words aside.

    >>> key_of("Faire garder ses enfants") == key_of("faire garder des enfants")
    True
    """
    return tuple(map(lemma, telling(label)))


@lru_cache(4)
def load_thesaurus(path: Path = DEFAULT_PATH) -> Thesaurus:
    """The thesaurus that the file holds.

    Raises OSError where it cannot be read, and ValueError, naming the file, the group and the word, where it is not as
    `docs/thesaurus.md` says: a label in two groups, an unknown group, a group that is narrower than itself.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path}: not valid JSON: {error}") from None
    if not isinstance(content, dict) or set(content) != {"scheme", "concepts"}:
        raise ValueError(f"{path}: expected an object with exactly these keys: scheme, concepts")
    if not isinstance(content["concepts"], list):
        raise ValueError(f"{path}: concepts: expected a list, found {content['concepts']!r}")
    try:
        return thesaurus_of(map(_group, content["concepts"]))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def thesaurus_of(groups: Iterable[Group]) -> Thesaurus:
    """The thesaurus of some groups. Raises ValueError, naming group and word, where they contradict each other."""
    listed = list(groups)
    repeated = [each for each, count in Counter(group.id for group in listed).items() if count > 1]
    if repeated:
        raise ValueError(f"{repeated[0]}: two groups have this id")
    made = Thesaurus({group.id: group for group in listed})
    _check_labels(listed)
    for group in listed:
        _check_links(group, made)
    return made


def _check_labels(groups: Iterable[Group]) -> None:
    owners: dict[Key, tuple[str, str]] = {}
    for group in groups:
        for label in (*group.shown, *group.hidden):
            key = key_of(label)
            if not 1 <= len(key) <= LONGEST_LABEL:
                raise ValueError(f"{group.id}: {label!r} has {len(key)} words; give 1 to {LONGEST_LABEL}")
            if key in owners:
                other, same = owners[key]
                raise ValueError(f"{group.id}: {label!r} is {same!r} of {other}: a word belongs to one group, once")
            owners[key] = group.id, label
        for label in group.shown:
            # Small words are passed over where it is typed, so that any use of its one word would mean the group.
            if len(key_of(label)) == 1 and len(list(words(label))) > 1:
                raise ValueError(f"{group.id}: {label!r} has one word that tells; make it a hiddenLabel")


def _check_links(group: Group, thesaurus: Thesaurus) -> None:
    for name, others in (("narrower", group.narrower), ("related", group.related)):
        for other in others:
            if other not in thesaurus.groups:
                raise ValueError(f"{group.id}: {name} {other!r} is no id of a group")
    below = {each.id for each in thesaurus._below(group)}
    if group.id in below:
        raise ValueError(f"{group.id} is narrower than itself")
    both = sorted((below & set(group.related)) | ({group.id} & set(group.related)))
    if both:
        raise ValueError(f"{group.id}: {both[0]!r} is related and itself or narrower: it is one of them")


_LISTS = {"altLabel": "others", "hiddenLabel": "hidden", "narrower": "narrower", "related": "related"}


def _group(entry: Any) -> Group:
    if not isinstance(entry, dict) or not {"id", "prefLabel"} <= set(entry) <= {"id", "prefLabel", *_LISTS}:
        raise ValueError(f"{entry!r}: expected an object with id, prefLabel and, if need be, {', '.join(_LISTS)}")
    for key in ("id", "prefLabel"):
        _word(entry["id"], key, entry[key])
    lists = {}
    for key, name in _LISTS.items():
        values = entry.get(key, [])
        if not isinstance(values, list):
            raise ValueError(f"{entry['id']}: {key}: expected a list, found {values!r}")
        lists[name] = tuple(_word(entry["id"], key, value) for value in values)
    return Group(entry["id"], entry["prefLabel"], **lists)


def _word(where: Any, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{where}: {key}: expected a word, found {value!r}")
    return value
