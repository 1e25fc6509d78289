"""The bodies that the sheets of one version name: what repeats from sheet to sheet, and what explains what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from typing import ClassVar, NamedTuple

from pyroaring import FrozenBitMap

from graph.arena import Layered
from graph.conditions import Operator
from graph.fields import TEXTS
from graph.indexes import NOTHING, Indexes
from graph.kinds import NodeKind
from graph.listing import Listing
from graph.mentions.called import Called, score
from graph.mentions.gazetteer import gazetteer
from graph.mentions.own import is_own
from graph.mentions.postings import ALONE, Labelled, Naming, Said, namings, read, read_by_another
from graph.mentions.rules import PREFIX, Evidence, Found, found_in, key_of_name
from graph.mentions.writing import sentence
from graph.model import Action, SheetText, fold
from graph.network import Network
from graph.once import once
from graph.search.query import read_query
from graph.vocabulary import nearest, nearest_name

CONFIDENCE: Mapping[Evidence, tuple[float, float, float]] = {
    Evidence.KNOWN: (0.95, 0.95, 0.95),
    Evidence.DESIGNATED: (0.85, 0.9, 0.93),
    Evidence.RECALLED: (0.75, 0.8, 0.85),
    Evidence.PARTNER: (0.6, 0.7, 0.8),
    Evidence.INITIALS: (0.5, 0.7, 0.8),
    Evidence.CAPITALS: (0.6, 0.6, 0.6),
}
"""How sure a mention is by what says so, where the sheets of one, two, and three structures or more name the body."""

EXPLAINED = 0.85
"""How sure a guess is at least where a sheet says elsewhere that its name is that of a body."""

_MOST = 3
_KEPT = 1_000  # sheets whose mentions stay found


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A body that some text names. `spellings` has what else it is called; `known` says that the gazetteer has it."""

    kind: ClassVar[str] = PREFIX
    key: str
    label: str
    spellings: tuple[str, ...]
    known: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a sheet names a body: `text` is what stands in the `field`, by its name in the API, from `start` to `end`,
    in characters; `sentence` is the sentence around it, which begins at `sentence_start`.

    `own` says that it is the structure itself whose sheet it is. The confidence is from 0 to 1.
    """

    body: Body
    action: Action
    field: str
    text: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    evidence: Evidence
    confidence: float
    own: bool


Texts = Callable[[Action], SheetText]


class _Listed(NamedTuple):
    """Bodies in their order, where each stands, and the keys of those that changed since."""

    bodies: Sequence[Body]
    ranks: Mapping[str, tuple[int, str, str]]
    since: AbstractSet[str]


class Bodies:
    """What the texts of one version name. Reading it from several threads at once is safe."""

    def __init__(
        self,
        network: Network,
        indexes: Indexes,
        text: Texts,
        namings: Mapping[str, Naming],
        found: Callable[[SheetText], Sequence[Found]] | None = None,
        before: _Listed | None = None,
    ) -> None:
        self._before = before
        # What the last sheets say stays for the versions that are made of one another, and goes with them.
        self._found = found or lru_cache(_KEPT)(found_in)
        self._network = network
        self._indexes = indexes
        self._text = text
        self._namings = namings

    @classmethod
    def build(
        cls,
        network: Network,
        indexes: Indexes,
        text: Texts,
        sheets: Iterable[tuple[Action, SheetText]],
        helped: bool = False,
    ) -> Bodies:
        """The bodies of all the sheets, in 0.7 ms a sheet. Where `helped`, another process reads those of many."""
        reading = read_by_another if helped and len(indexes.everything) >= ALONE else read
        return cls(network, indexes, text, namings(reading(_said(sheets))))

    def changed(
        self,
        network: Network,
        indexes: Indexes,
        text: Texts,
        gone: Iterable[tuple[Action, SheetText]],
        come: Iterable[tuple[Action, SheetText]],
    ) -> Bodies:
        """The bodies of the next version, without some sheets and with others."""
        left, more = (namings(read(_said(sheets))) for sheets in (gone, come))
        none = Naming()
        changes: dict[str, Naming | None] = {}
        for key in left.keys() | more.keys():
            made = self._namings.get(key, none).exchanged(left.get(key, none), more.get(key, none))
            changes[key] = made if made.is_body or made.capitals else None
        before = self.__dict__.get("_ranked") or self._before
        listed = None if before is None else _Listed(before.bodies, before.ranks, before.since | changes.keys())
        later = Bodies(network, indexes, text, Layered.over(self._namings, changes), self._found, listed)
        if (called := self.__dict__.get("_called")) is not None:
            later._called = called.changed(self._of_keys(changes), later._of_keys(changes))
        return later

    def get(self, key: str) -> Body | None:
        """The body of a key, or None."""
        naming = self._namings.get(key)
        return None if naming is None or not naming.is_body else _body(key, naming)

    def find(self, name: str) -> Body | None:
        """The body of a key or of a name, case, accents and an article before it aside, or None."""
        return self.get(name if name.startswith(f"{PREFIX}:") else key_of_name(name))

    def like(self, name: str) -> str | None:
        """The label of the body whose name is closest to one, or its key where that is a key; None where none is."""
        if name.startswith(f"{PREFIX}:"):
            return nearest(name, [body.key for body in self._ranked.bodies])
        closest = nearest_name(fold(name), self._labels.keys())
        return None if closest is None else self._labels[closest]

    def naming(self, operator: Operator, names: Iterable[str], among: FrozenBitMap) -> FrozenBitMap:
        """Those of some sheets that name one of these bodies, each or none of them; a name is as `find` takes it."""
        found = (self.find(name) for name in names)
        sets = [NOTHING if body is None else self.members(body) for body in found]
        if operator is Operator.ALL_OF:
            return FrozenBitMap.intersection(among, *sets)
        named = FrozenBitMap.union(NOTHING, *sets)
        return among - named if operator is Operator.NOT_IN else among & named

    def all(self) -> Listing[Body]:
        """Every body, those that most sheets name first, then by label."""
        ranks = self._ranked.ranks
        return Listing("named", self._ranked.bodies, lambda body: ranks[body.key])

    def named(self, words: str) -> Listing[Body]:
        """The bodies that are called so, or whose name has these words in it; case and accents do not count."""
        wanted = fold(words)
        return self.all().keep(lambda body: any(wanted in fold(each) for each in (body.label, *body.spellings)))

    def search(self, query: str, among: FrozenBitMap | None = None) -> list[tuple[Body, float]]:
        """The bodies that have all the words of a search in a name, each with its score in 0..1, the best first; with
        `among`, those that one of these sheets names. Raises OutOfRange.
        """
        asked = read_query(query)
        scored = ((body, score(asked, body)) for body in self._of_keys(self._called.having(asked)))
        found = [(body, each) for body, each in scored if each is not None]
        if among is not None:
            found = [(body, each) for body, each in found if self.members(body).intersect(among)]
        return sorted(found, key=lambda pair: (-pair[1], fold(pair[0].label), pair[0].key))

    def members(self, body: Body) -> FrozenBitMap:
        """The sheets that name a body, by the ordinals of their actions."""
        naming = self._namings.get(body.key, Naming())
        return _all_of(naming.sure) | _all_of(naming.guessed) | self._explained(naming)

    def count(self, body: Body) -> int:
        """How many sheets name a body."""
        return len(self.members(body))

    def of(self, action: Action, body: Body | None = None) -> list[Mention]:
        """Where a sheet names bodies, or one of them, in the order of the form and of each text."""
        text = self._text(action)
        found = self._found(text)
        if body is not None:
            found = [each for each in found if each.key == body.key]
        return list(self._mentions(action, text, found))

    def prepare(self) -> Bodies:
        """Make now what the first search for bodies would wait for; the bodies themselves."""
        _ = self._called
        return self

    @once
    def _called(self) -> Called:
        return Called.of(self._of_keys(self._namings))

    @once
    def _labels(self) -> dict[str, str]:
        """The label of each name, folded; of several bodies of one name, that of the one that most sheets name."""
        labels: dict[str, str] = {}
        for body in self._ranked.bodies:
            for each in (body.label, *body.spellings):
                labels.setdefault(fold(each), body.label)
        return labels

    def _of_keys(self, keys: Iterable[str]) -> Iterator[Body]:
        return (body for key in keys if (body := self.get(key)) is not None)

    @once
    def _ranked(self) -> _Listed:
        """Every body in its order: of a later version, what changed is put in its place in the list of before."""
        kept, ranks, since = self._before or _Listed((), {}, self._namings.keys())
        found = list(self._of_keys(since))
        now = {body.key: (-self.count(body), fold(body.label), body.key) for body in found}
        ranks = {**ranks, **now}
        stayed = (body for body in kept if body.key not in since)
        bodies = merge(stayed, sorted(found, key=lambda body: now[body.key]), key=lambda body: ranks[body.key])
        return _Listed(tuple(bodies), ranks, frozenset())

    def _mentions(self, action: Action, text: SheetText, found: Iterable[Found]) -> Iterator[Mention]:
        for each in found:
            naming = self._namings.get(each.key, Naming())
            if not naming.is_body:
                continue
            if each.evidence is Evidence.CAPITALS and action.ordinal not in self._explained(naming):
                continue
            whole = text_of(text, each.field)
            around = sentence(whole, each.start, each.end)
            words = whole[each.start : each.end]
            yield Mention(
                _body(each.key, naming),
                action,
                each.field,
                words,
                each.start,
                each.end,
                whole[around.start : around.end],
                around.start,
                each.evidence,
                self._confidence(naming, each.evidence),
                is_own(words, action.structure.name, may_be_initials=each.evidence is not Evidence.KNOWN),
            )

    def _explained(self, naming: Naming) -> FrozenBitMap:
        """The sheets that only have the name in capitals, where another of their department says whose it is."""
        if not (naming.capitals and naming.sure):
            return NOTHING
        sure = _all_of(naming.sure)
        members = self._indexes.members
        places = (place.key for place in self._network.concepts[NodeKind.DEPARTMENT])
        near = (members[key] for key in places if key in members and members[key].intersect(sure))
        return naming.capitals & FrozenBitMap.union(NOTHING, *near)

    def _confidence(self, naming: Naming, evidence: Evidence) -> float:
        structures = set()
        for ordinal in _all_of(naming.sure) | _all_of(naming.guessed):
            structures.add(self._network.actions[ordinal].structure.key)
            if len(structures) == _MOST:
                break
        confidence = CONFIDENCE[evidence][max(0, len(structures) - 1)]
        is_guess = evidence in (Evidence.PARTNER, Evidence.INITIALS)
        return max(confidence, EXPLAINED) if is_guess and naming.sure else confidence


_NAMES = {each.api: each.name for each in TEXTS}


def text_of(text: SheetText, field: str) -> str:
    """What a sheet has in a field of text, by its name in the API."""
    return getattr(text, _NAMES[field]) or ""


def _said(sheets: Iterable[tuple[Action, SheetText]]) -> Iterator[Said]:
    return ((action.ordinal, text) for action, text in sheets)


def _all_of(sets: Labelled) -> FrozenBitMap:
    return FrozenBitMap.union(NOTHING, *sets.values()) if sets else NOTHING


def _body(key: str, naming: Naming) -> Body:
    """The body of a key: it is called what most sheets call it, the surest first."""
    known = gazetteer().bodies.get(key.removeprefix(f"{PREFIX}:"))
    sets = naming.sure or naming.guessed
    label = known.label if known else min(sets, key=lambda each: (-len(sets[each]), each))
    others = {*naming.sure, *naming.guessed} - {label}
    return Body(key, label, tuple(sorted(others)), known is not None)
