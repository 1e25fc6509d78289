"""Conditions on actions, structures and concepts: what is asked for, before anything is looked up.

A condition is a frozen record. `On` holds clauses on one subject, each an operator and its value; `All`, `Any` and
`Not` combine conditions. Nodes are named by key or by label. What an operator says of a number or of a text is a row of
a table here; what it says of links is set algebra in `graph.filters`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.kinds import FacetField
from graph.model import fold


class Operator(Enum):
    """What a clause says of its subject."""

    IN = auto()
    """One of these values; none of them where there are none. Of links: linked to one of these nodes."""
    NOT_IN = auto()
    """None of these values."""
    ALL_OF = auto()
    """Linked to each of these nodes."""
    EMPTY = auto()
    """Whether there is no value at all."""
    SHARED_WITH = auto()
    """Linked to a node that one of the nodes of these keys has too."""
    COUNT = auto()
    """How many links there are: a tuple of clauses on that number."""
    ABOVE = auto()
    FROM = auto()
    BELOW = auto()
    UP_TO = auto()
    SOME = auto()
    """Of the actions of a node: at least one satisfies this condition."""
    NONE = auto()
    """None of them does."""
    EVERY = auto()
    """Each of them does, be there any or not."""
    EQUALS = auto()
    CONTAINS = auto()
    STARTS = auto()


class Subject(StrEnum):
    """What clauses can be on besides the fields of facets."""

    ID = "id"
    NODE = "node"
    """Any node, whatever its kind, by its key."""
    NAME = "name"
    """A title, a name, a label or an alternative label."""
    ACTION_COUNT = "action_count"
    ACTIONS = "actions"
    """The actions of a structure or concept, on which each clause has a condition of theirs."""
    BODY = "body"
    """The bodies that the text of a sheet names, by key or name."""


Clause = tuple[Operator, Any]


@dataclass(frozen=True, slots=True)
class On:
    """Clauses on one subject; all of them hold."""

    subject: FacetField | Subject
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Says:
    """Clauses on a field of text, as `SheetText` names it; all of them hold. Besides `EMPTY`, `CONTAINS` asks for words
    in a row, accents and case aside.
    """

    field: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Stands:
    """Clauses on a measure of where a node stands in the graph, as `graph.analysis.centrality.Centrality` names it; all
    of them hold. A node without one satisfies `EMPTY` alone.
    """

    measure: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Each of these holds; everything does where there are none."""

    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one of these holds; nothing does where there are none."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This does not hold."""

    condition: Condition


Condition = On | Says | Stands | All | Any_ | Not
EVERYTHING = All()

OF_NUMBERS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IN: lambda value, wanted: value in wanted,
    Operator.NOT_IN: lambda value, wanted: value not in wanted,
    Operator.ABOVE: operator.gt,
    Operator.FROM: operator.ge,
    Operator.BELOW: operator.lt,
    Operator.UP_TO: operator.le,
    Operator.EMPTY: lambda value, wanted: not wanted,
}
"""What each operator says of a number. A number that is missing satisfies `EMPTY` alone."""

OF_TEXTS: Mapping[Operator, Callable[[str, Any], bool]] = {
    Operator.EQUALS: operator.eq,
    Operator.CONTAINS: operator.contains,
    Operator.STARTS: str.startswith,
    Operator.IN: lambda text, wanted: text in wanted,
    Operator.NOT_IN: lambda text, wanted: text not in wanted,
    Operator.EMPTY: lambda text, wanted: (not text) == wanted,
}
"""What each operator says of a folded text; its values are folded too."""


NAMING = (Operator.IN, Operator.ALL_OF, Operator.NOT_IN)
"""The operators whose values may be names."""


def number_holds(value: float | None, clauses: tuple[Clause, ...]) -> bool:
    """Whether a number, or its absence, satisfies every clause."""
    if value is None:
        return all(each is Operator.EMPTY and wanted for each, wanted in clauses)
    return all(OF_NUMBERS[each](value, wanted) for each, wanted in clauses)


def numbers_hold(
    values: npt.NDArray[Any], is_there: npt.NDArray[np.bool_], clauses: tuple[Clause, ...]
) -> npt.NDArray[np.bool_]:
    """Of each number whether it satisfies every clause; those that are not there satisfy `EMPTY` alone."""
    holds = np.ones(len(values), bool)
    for each, wanted in clauses:
        if each is Operator.EMPTY:
            holds &= is_there != wanted
        elif each in (Operator.IN, Operator.NOT_IN):
            holds &= is_there & (np.isin(values, wanted) == (each is Operator.IN))
        else:
            holds &= is_there & OF_NUMBERS[each](values, wanted)
    return holds


def text_holds(text: str, clauses: tuple[Clause, ...]) -> bool:
    """Whether a text satisfies every clause, accents and case aside. The clauses' own texts are `folded`."""
    plain = fold(text)
    return all(OF_TEXTS[each](plain, wanted) for each, wanted in clauses)


def folded(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The clauses with their texts as comparisons need them."""
    return tuple((each, _folded(wanted)) for each, wanted in clauses)


def _folded(wanted: Any) -> Any:
    if isinstance(wanted, str):
        return fold(wanted)
    return tuple(map(fold, wanted)) if isinstance(wanted, tuple) else wanted


def is_on_texts(condition: Condition) -> bool:
    """Whether it asks what texts say, at any depth."""
    match condition:
        case Says():
            return True
        case Not(inner):
            return is_on_texts(inner)
        case All(conditions) | Any_(conditions):
            return any(map(is_on_texts, conditions))
        case On(Subject.BODY):
            return True
        case Stands():
            return False
        case On(subject, clauses):
            return subject is Subject.ACTIONS and any(is_on_texts(inner) for _, inner in clauses)


def required(condition: Condition) -> Iterator[On]:
    """The clauses that stand at the top or in `All`: what a facet of their subject leaves out, and shows as chosen."""
    if isinstance(condition, On):
        yield condition
    elif isinstance(condition, All):
        for each in condition.conditions:
            yield from required(each)


def everywhere(condition: Condition, own: bool = True) -> Iterator[tuple[On, bool]]:
    """Every `On` of a condition, at any depth, those on the actions of a node too, and whether it is the node's own."""
    match condition:
        case On(Subject.ACTIONS, clauses):
            for _, inner in clauses:
                yield from everywhere(inner, own=False)
        case On():
            yield condition, own
        case Not(inner):
            yield from everywhere(inner, own)
        case All(conditions) | Any_(conditions):
            for each in conditions:
                yield from everywhere(each, own)
