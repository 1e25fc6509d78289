"""Sets of actions that a condition describes, by set algebra on bitmaps: the cost follows the sets, not the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import NamedTuple, Protocol

import numpy as np
from pyroaring import FrozenBitMap

from graph.conditions import (
    All,
    Any_,
    Clause,
    Condition,
    Not,
    On,
    Operator,
    Says,
    Stands,
    Subject,
    everywhere,
    folded,
    is_on_texts,
    number_holds,
    required,
    text_holds,
)
from graph.indexes import NOTHING, Indexes, alternative_labels, bitmap, ordinals
from graph.kinds import CONCEPT_KINDS, KINDS, LINKED_KINDS, PLACE_KINDS, FacetField, NodeKind
from graph.labels import department_key, region_key
from graph.lines import Lines
from graph.model import Action, Concept, Department, Node, Region, concept_key, fold, slug, status_key
from graph.named_bodies import NamedBodies
from graph.network import Network
from graph.once import once
from graph.vocabulary import Vocabulary, nearest, nearest_name

_NAMED: dict[FacetField | Subject, str] = {
    **{FacetField(kind.value): KINDS[kind].attribute for kind in LINKED_KINDS},
    FacetField.STATUS: FacetField.STATUS.value,
    Subject.ID: "ids",
    Subject.BODY: "bodies",
}
"""What clauses name values of, and what its condition is called."""
_NAME_OF = {NodeKind.STRUCTURE: "name"}
"""What the name of what is listed is called in its condition, where it is no label."""
_MANY = (NodeKind.ACTION, NodeKind.STRUCTURE, Subject.BODY)
MOST_COMPARED = 3
"""How many unknown names of structures, actions and bodies of one condition are compared with those of the data."""
MOST_WORDS = 12
_KEY_ENDS = re.compile(r"(-\d{4})?-[0-9a-f]{8}$")
"""What the key of an action has behind its title."""
_NAMING = (Operator.IN, Operator.ALL_OF, Operator.NOT_IN)
_CHOOSING = (Operator.IN, Operator.ALL_OF)


Saying = Callable[[Says | Stands | On, FrozenBitMap], FrozenBitMap]
"""Which of some actions have texts that say what is asked, or name the bodies that are, or which stand as is asked."""


class Known(Protocol):
    """What names are compared with that stand in texts."""

    named: NamedBodies

    def titled(self, words: str) -> Sequence[str]:
        """The keys of actions whose titles have some words."""


Standing = Callable[[str], Callable[[Node], float | None]]
"""What gives a measure of a node, by the name of the measure."""


class UnknownValue(NamedTuple):
    """A value of a condition that the data do not have, and a known one that it resembles, or None."""

    field: str
    value: str
    close_to: str | None


class Filters:
    """Which actions, structures and concepts of one graph satisfy a condition."""

    def __init__(
        self, network: Network, indexes: Indexes, vocabulary: Vocabulary, before: Filters | None = None
    ) -> None:
        """`before` are the filters of the version before, if there is one."""
        self._network = network
        self._indexes = indexes
        self._vocabulary = vocabulary
        self._base: Filters | None = (before._base or before) if before else None

    def members(
        self,
        condition: Condition,
        without: FacetField | None = None,
        among: FrozenBitMap | None = None,
        says: Saying | None = None,
    ) -> FrozenBitMap:
        """The ordinals of the actions `among` some, or of all, that satisfy the condition.

        With `without`, as if the clauses on that field were not there: those of the top level and of `All`; inside
        `Any_` and `Not` they stay. `says` finds those of some actions whose texts say what is asked, or which stand so.
        Raises GraphError where too many texts would have to be read, or what is asked is not known yet.
        """
        among = self._indexes.everything if among is None else among
        match condition:
            case All(conditions):
                # What is asked of texts comes last: of as few of them as may be.
                for each in sorted(conditions, key=is_on_texts):
                    among = self.members(each, without, among, says)
                    if not among:
                        break
                return among
            case Any_(conditions):
                return _union(self.members(each, None, among, says) for each in conditions)
            case Not(inner):
                return among - self.members(inner, None, among, says)
            case Says() | Stands() | On(Subject.BODY):
                if says is None:
                    raise TypeError("nothing here reads texts or measures")
                return says(condition, among)
            case On(subject, clauses):
                return among if subject is without else _intersection(among, self._sets(subject, clauses))

    def chosen(self, condition: Condition, field: FacetField) -> set[str]:
        """The values of a field that the condition asks for, at the top level or in `All`, as facets name them."""
        values: set[str] = set()
        for clauses in (each.clauses for each in required(condition) if each.subject is field):
            if field is FacetField.YEAR:
                values.update(str(y) for y in self._indexes.years if y is not None and number_holds(y, clauses))
            elif field is FacetField.STATUS:
                if any(each in _CHOOSING for each, _ in clauses):
                    values.update(self._statuses(clauses))
            else:
                for names in (names for each, names in clauses if each in _CHOOSING):
                    values.update(self.keys_of(NodeKind(field.value), names))
        return values

    def unknown(self, condition: Condition, known: Known, listed: NodeKind = NodeKind.ACTION) -> Iterator[UnknownValue]:
        """The names of nodes and statuses that the data do not have, each once, in the order of the condition: one on
        actions, or on what is `listed`, whose own names are among them.

        What one resembles is a value that the data have, of the same kind. Structures, actions and bodies are many: of
        these, the first three names are compared.
        """
        left = MOST_COMPARED
        for subject, of, name in dict.fromkeys(_names(condition, listed)):
            if self._is_there(subject, of, name, listed, known):
                continue
            kind = listed if subject is Subject.NAME else _kind_of(of, name)
            left -= kind in _MANY
            close = None if kind in _MANY and left < 0 else self._close(kind, name, known)
            if close is not None and of is Subject.NODE and kind not in _MANY:
                [close] = self.keys_of(NodeKind(kind), [close])
            field = _NAME_OF.get(listed, "label") if subject is Subject.NAME else _NAMED[subject]
            yield UnknownValue(field, name, close)

    def _is_there(
        self, subject: FacetField | Subject, of: FacetField | Subject, name: str, listed: NodeKind, known: Known
    ) -> bool:
        if subject is Subject.NAME:
            return self._has_named(listed, name)
        return known.named.has(name) if subject is Subject.BODY else self._has(of, name)

    def _has_named(self, kind: NodeKind, name: str) -> bool:
        """Whether a structure or concept has a name, as a condition on it compares them."""
        if kind is NodeKind.STRUCTURE:
            return bool(self._structures_of(fold(name)))
        is_named = self._test_of(On(Subject.NAME, ((Operator.EQUALS, name),)), kind, lambda _, among: among)
        return any(map(is_named, self._network.nodes(kind)))

    def _close(self, kind: str, name: str, known: Known) -> str | None:
        if kind == Subject.BODY:
            return known.named.like(name)
        if kind == NodeKind.ACTION:
            words = slug(_KEY_ENDS.sub("", name.removeprefix(f"{kind}:"))).split("-")
            return nearest(name, known.titled(" ".join(words[:MOST_WORDS])))
        if kind != NodeKind.STRUCTURE:
            words_of = self._words.get(kind, {})
            closest = nearest(slug(name.removeprefix(f"{kind}:")), words_of.keys())
            return None if closest is None else words_of[closest]
        if name.startswith(f"{kind}:"):
            return nearest_name(name, [body.key for body in self._network.structures])
        base = self._base._structures_named if self._base else {}
        # A name that no structure has any more is in nobody's way.
        names = [each for each in {**base, **self._structures_named} if self._structures_of(each)]
        closest = nearest_name(fold(name), names)
        return None if closest is None else self._network.records[self._structures_of(closest)[0]].label

    def _has(self, subject: FacetField | Subject, name: str) -> bool:
        if subject is FacetField.STATUS:
            return status_key(name) in self._words[subject]
        if subject is Subject.ID:
            return isinstance(self._network.find(name), Action)
        if subject is Subject.NODE:
            return name in self._indexes.members or self._has(Subject.ID, name)
        return any(key in self._network.records for key in self.keys_of(NodeKind(subject.value), [name]))

    def keys_of(self, kind: NodeKind, names: Iterable[str]) -> list[str]:
        """The keys of nodes named by key or label. A label of several structures gives each; an unknown one its key."""
        keys: list[str] = []
        for name in names:
            if name.startswith(f"{kind}:"):
                keys.append(name)
            elif kind is NodeKind.STRUCTURE:
                keys.extend(self._structures_of(fold(name)) or [f"{kind}:{name}"])
            elif kind is NodeKind.DEPARTMENT:
                keys.append(department_key(name))
            elif kind is NodeKind.REGION:
                keys.append(region_key(name))
            else:
                keys.append(concept_key(kind, self._vocabulary.label(kind, name)))
        return keys

    def test(
        self,
        condition: Condition,
        kind: NodeKind,
        says: Saying,
        stands: Standing,
    ) -> Callable[..., bool]:
        """Whether a structure or concept of a kind satisfies the condition. `stands` gives what gives a measure of it;
        `says` is as for `members`. Raises GraphError, too.
        """
        match condition:
            case All(conditions):
                tests = [self.test(each, kind, says, stands) for each in conditions]
                return tests[0] if len(tests) == 1 else lambda node: all(test(node) for test in tests)
            case Any_(conditions):
                tests = [self.test(each, kind, says, stands) for each in conditions]
                return lambda node: any(test(node) for test in tests)
            case Not(inner):
                wrong = self.test(inner, kind, says, stands)
                return lambda node: not wrong(node)
            case On():
                return self._test_of(condition, kind, says)
            case Stands(measure, clauses):
                value_of = stands(measure)
                return lambda node: number_holds(value_of(node), clauses)
            case Says():
                raise TypeError("only actions have texts")

    def _test_of(self, on: On, kind: NodeKind, says: Saying) -> Callable[..., bool]:
        if on.subject is Subject.ACTION_COUNT:
            return lambda node: number_holds(len(self._indexes.members[node.key]), on.clauses)
        if on.subject is Subject.ACTIONS:
            each = [self._test_of_actions(operator, condition, kind, says) for operator, condition in on.clauses]
            return each[0] if len(each) == 1 else lambda node: all(test(node) for test in each)
        if on.subject is Subject.NAME:
            wanted = folded(on.clauses)
            return lambda node: any(
                text_holds(name, wanted)
                for name in (node.label, *alternative_labels(self._network, self._indexes, node), *_codes(node))
            )
        # A structure has one department, and one region at most, whose key is one text among others.
        of = NodeKind(on.subject.value)
        keys = tuple(
            (each, frozenset(self.keys_of(of, names)) if each in _NAMING else names) for each, names in on.clauses
        )
        place_of = attrgetter(KINDS[of].attribute)

        @cache  # of some hundred places, for tens of thousands of structures
        def holds(place: Concept | None) -> bool:
            return text_holds("" if place is None else place.key, keys)

        return lambda node: holds(place_of(node))

    def _test_of_actions(
        self, operator: Operator, condition: Condition, kind: NodeKind, says: Saying
    ) -> Callable[..., bool]:
        """Whether some action of a node satisfies a condition, or none, or each: that is, none breaks it."""
        found = self.members(Not(condition) if operator is Operator.EVERY else condition, says=says)
        wanted = operator is Operator.SOME
        if kind is NodeKind.STRUCTURE:
            # Tens of thousands of structures: one pass over a column beats as many intersections.
            having = np.zeros(len(self._network.bodies), bool)
            having[self._indexes.structure_ordinal[ordinals(found)]] = True
            holds = (having == wanted).tolist()
            return lambda node: holds[node.ordinal]
        members = self._indexes.members
        return lambda node: members[node.key].intersect(found) is wanted

    def _sets(self, subject: FacetField | Subject, clauses: tuple[Clause, ...]) -> Iterator[FrozenBitMap]:
        if subject is FacetField.YEAR:
            yield _union(found for year, found in self._indexes.years.items() if number_holds(year, clauses))
        elif subject is FacetField.STATUS:
            yield _union(self._indexes.statuses[status] for status in self._statuses(clauses))
        elif subject is Subject.NAME:
            yield from (self._titled(_LINE[each].format(fold(text))) for each, text in clauses)
        elif subject is Subject.ID:
            yield from (self._actions(keys) for _, keys in clauses)
        else:
            kind = NodeKind(subject.value)
            yield from (self._linked(kind, each, value) for each, value in clauses)

    def _statuses(self, clauses: tuple[Clause, ...]) -> Iterator[str]:
        """The statuses of the data, as printed, that satisfy every clause."""
        wanted = tuple((each, tuple(map(status_key, names)) if each in _NAMING else names) for each, names in clauses)
        return (status for status in self._indexes.statuses if text_holds(status_key(status), wanted))

    def _linked(self, kind: NodeKind, each: Operator, value: object) -> FrozenBitMap:
        everything = self._indexes.everything
        if each is Operator.COUNT:
            sets = self._indexes.with_count[kind]
            return _union(found for count, found in sets.items() if number_holds(count, value))  # type: ignore[arg-type]
        if each is Operator.EMPTY:
            empty = self._empty.get(kind, NOTHING)
            return empty if value else everything - empty
        if each is Operator.SHARED_WITH:
            return self._sharing(kind, value)  # type: ignore[arg-type]
        named = [self._indexes.members.get(key, NOTHING) for key in self.keys_of(kind, value)]  # type: ignore[arg-type]
        if each is Operator.ALL_OF:
            return FrozenBitMap.intersection(everything, *named)
        found = FrozenBitMap.union(NOTHING, *named)
        return everything - found if each is Operator.NOT_IN else found

    def _sharing(self, kind: NodeKind, keys: Iterable[str]) -> FrozenBitMap:
        """The actions linked to a node of a kind that some action is linked to of those that are the nodes of these
        keys, or that these have.
        """
        of_nodes = (self._indexes.members.get(key, NOTHING) for key in keys)
        theirs = FrozenBitMap.union(self._actions(keys), *of_nodes)
        members = (self._indexes.members[node.key] for node in self._network.nodes(kind))
        return _union(found for found in members if found.intersect(theirs))

    def _actions(self, keys: Iterable[str]) -> FrozenBitMap:
        records = map(self._network.find, keys)
        return FrozenBitMap([record.ordinal for record in records if isinstance(record, Action)])

    @once
    def _words(self) -> dict[str, dict[str, str]]:
        """The labels that the data have of each vocabulary, by what their spellings are compared by."""
        words: dict[str, dict[str, str]] = {
            FacetField(kind.value): {
                slug(word): concept.label
                for concept in self._network.concepts[kind]
                for word in (*alternative_labels(self._network, self._indexes, concept), concept.label)
            }
            for kind in (*CONCEPT_KINDS, *PLACE_KINDS)
        }
        return words | {FacetField.STATUS: {status_key(status): status for status in self._indexes.statuses}}

    @once
    def titles(self) -> Lines:
        """The different titles of the base, folded, by their numbers."""
        return self._base.titles if self._base else Lines(self._network.titles.base.all())

    @once
    def _later_titles(self) -> Lines:
        return Lines(self._network.titles.texts)

    def _titled(self, wanted: str) -> FrozenBitMap:
        """The actions whose titles hold `wanted`, which is as `Lines.matches` takes it."""
        titles = self._network.titles
        holds = np.zeros(len(titles), bool)
        holds[self.titles.matches(wanted)] = True
        holds[len(titles.base) + self._later_titles.matches(wanted)] = True
        return bitmap(np.flatnonzero(holds[titles.numbers]).astype(np.uint32)) & self._indexes.everything

    @once
    def _empty(self) -> dict[NodeKind, FrozenBitMap]:
        """The actions without any node of a kind; each has a structure and a department, if not a region."""
        members = self._indexes.members
        return {
            kind: self._indexes.everything - _union(members[concept.key] for concept in self._network.concepts[kind])
            for kind in (*CONCEPT_KINDS, NodeKind.REGION)
        }

    @once
    def _structures_named(self) -> dict[str, list[str]]:
        """The keys of the structures of each name: one for each department that has one. Of a later version, those
        that the base lacks.
        """
        known = 0 if self._base is None else len(self._base._network.bodies)
        keys: dict[str, list[str]] = {}
        for ordinal in range(known, len(self._network.bodies)):
            structure = self._network.bodies[ordinal]
            keys.setdefault(fold(structure.name), []).append(structure.key)
        return keys

    def _structures_of(self, name: str) -> list[str]:
        """The keys of the structures of a folded name."""
        if self._base is None:
            return self._structures_named.get(name, [])
        keys = self._base._structures_named.get(name, [])
        return [key for key in (*keys, *self._structures_named.get(name, ())) if key in self._network.records]


_LINE = {Operator.EQUALS: "\n{}\n", Operator.STARTS: "\n{}", Operator.CONTAINS: "{}"}
"""What a clause on a title looks for in the titles written one under the other."""


def _names(condition: Condition, listed: NodeKind) -> Iterator[tuple[FacetField | Subject, FacetField | Subject, str]]:
    """The names that a condition has: what each is asked of, and what it is to be the name of."""
    for on, own in everywhere(condition):
        if on.subject is Subject.NAME and own and listed is not NodeKind.ACTION:
            yield from ((on.subject, on.subject, name) for each, name in on.clauses if each is Operator.EQUALS)
        elif on.subject in _NAMED:
            for each, names in on.clauses:
                if each in _NAMING or each is Operator.SHARED_WITH:
                    of = Subject.NODE if each is Operator.SHARED_WITH else on.subject
                    yield from ((on.subject, of, name) for name in names)


def _kind_of(subject: FacetField | Subject, name: str) -> str:
    """The kind of node, or STATUS, that a name is of."""
    if subject is Subject.NODE:
        kind = name.partition(":")[0]
        return kind if kind in {*NodeKind} else NodeKind.ACTION
    return NodeKind.ACTION if subject is Subject.ID else subject


def _codes(node: Node) -> tuple[str, ...]:
    """The code by which a place is named too."""
    return (node.code,) if isinstance(node, Department | Region) and node.code else ()


def _union(sets: Iterable[FrozenBitMap]) -> FrozenBitMap:
    return FrozenBitMap.union(NOTHING, *sets)


def _intersection(found: FrozenBitMap, sets: Iterable[FrozenBitMap]) -> FrozenBitMap:
    """What all sets have, the later ones not made once nothing is left."""
    for each in sets:
        found &= each
        if not found:
            break
    return found
