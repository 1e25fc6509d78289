"""Sets of actions that a condition describes, by set algebra on bitmaps: the cost follows the sets, not the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter

import numpy as np
from pyroaring import FrozenBitMap

from graph.conditions import (
    NAMING,
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
    folded,
    is_on_texts,
    number_holds,
    required,
    text_holds,
)
from graph.indexes import NOTHING, Indexes, bitmap, ordinals
from graph.kinds import CONCEPT_KINDS, KINDS, FacetField, NodeKind
from graph.lines import Lines
from graph.model import Action, Concept, Node, fold, status_key
from graph.network import Network
from graph.node_names import NodeNames
from graph.once import once

_CHOOSING = (Operator.IN, Operator.ALL_OF)

Saying = Callable[[Says | Stands | On, FrozenBitMap], FrozenBitMap]
"""Which of some actions have texts that say what is asked, or name the bodies that are, or which stand as is asked."""

Standing = Callable[[str], Callable[[Node], float | None]]
"""What gives a measure of a node, by the name of the measure."""


class Filters:
    """Which actions, structures and concepts of one graph satisfy a condition."""

    def __init__(self, network: Network, indexes: Indexes, names: NodeNames, base: Filters | None = None) -> None:
        """`base` are the filters of the version that was built at once, where this is a later one."""
        self._network = network
        self._indexes = indexes
        self._names = names
        self._base = base

    def changed(self, network: Network, indexes: Indexes, names: NodeNames) -> Filters:
        """The filters of the next version."""
        return Filters(network, indexes, names, self._base or self)

    def members(
        self,
        condition: Condition,
        says: Saying,
        without: FacetField | None = None,
        among: FrozenBitMap | None = None,
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
                    among = self.members(each, says, without, among)
                    if not among:
                        break
                return among
            case Any_(conditions):
                return _union(self.members(each, says, None, among) for each in conditions)
            case Not(inner):
                return among - self.members(inner, says, None, among)
            case Says() | Stands() | On(Subject.BODY):
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
                    values.update(self._names.keys_of(NodeKind(field.value), names))
        return values

    def test(self, condition: Condition, kind: NodeKind, says: Saying, stands: Standing) -> Callable[..., bool]:
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
            return lambda node: any(text_holds(name, wanted) for name in self._names.of(node))
        # A structure has one department, and one region at most, whose key is one text among others.
        of = NodeKind(on.subject.value)
        keys = tuple(
            (each, frozenset(self._names.keys_of(of, names)) if each in NAMING else names) for each, names in on.clauses
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
        found = self.members(Not(condition) if operator is Operator.EVERY else condition, says)
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
        wanted = tuple((each, tuple(map(status_key, names)) if each in NAMING else names) for each, names in clauses)
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
        named = [self._indexes.members.get(key, NOTHING) for key in self._names.keys_of(kind, value)]  # type: ignore[arg-type]
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


_LINE = {Operator.EQUALS: "\n{}\n", Operator.STARTS: "\n{}", Operator.CONTAINS: "{}"}
"""What a clause on a title looks for in the titles written one under the other."""


def _union(sets: Iterable[FrozenBitMap]) -> FrozenBitMap:
    return FrozenBitMap.union(NOTHING, *sets)


def _intersection(found: FrozenBitMap, sets: Iterable[FrozenBitMap]) -> FrozenBitMap:
    """What all sets have, the later ones not made once nothing is left."""
    for each in sets:
        found &= each
        if not found:
            break
    return found
