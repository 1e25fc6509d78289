"""The objects that resolvers return: whether an object type accepts them, and which type an abstract one gives them.

An application can declare that an attribute tells the type of its objects (`ToldBy`): compiled code then compares that
attribute. Where nothing is declared, each object is asked in the order of graphql-core.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from types import GeneratorType
from typing import Any

from graphql import GraphQLAbstractType, GraphQLObjectType, GraphQLSchema, Undefined

from execution.give_up import GiveUp, NotMemoisable
from execution.strawberry_internals import optimized_is_awaitable

MAX_CLASSES = 1_000
"""Classes remembered for each type; a program that makes classes without end must not fill the memory."""


class ToldBy:
    """Declares that an attribute of an object tells its type: `__class__` where each type has a class of its own.

        TYPES = ToldBy("kind", {Kind.ACTION: "Action", Kind.KEYWORD: "Keyword"})

        @strawberry.interface
        class Node:
            resolve_type = TYPES

        @strawberry.type
        class Action(Node):
            is_type_of = TYPES.of("Action")

    The declaration is the whole truth: nothing else is asked of an object. `names` maps the attribute's values to the
    names of object types. Raises ValueError for an attribute that is no identifier.
    """

    def __init__(self, attribute: str, names: Mapping[Hashable, str]) -> None:
        if not attribute.isidentifier():
            raise ValueError(f"the attribute is {attribute!r}: expected an identifier")
        self.attribute = attribute
        self.names = dict(names)

    def __call__(self, source: Any, info: Any, abstract_type: Any) -> str | None:
        """The name of the object's type, None where it has none."""
        return self.names.get(getattr(source, self.attribute, None))

    def of(self, name: str) -> IsTold:
        """The `is_type_of` of the type of that name. Raises ValueError where no value tells it."""
        values = frozenset(value for value, told in self.names.items() if told == name)
        if not values:
            raise ValueError(f"no value of {self.attribute} tells the type {name}")
        return IsTold(self, values)


class IsTold:
    """An `is_type_of` that is declared: the attribute of `told_by` has one of `values`."""

    def __init__(self, told_by: ToldBy, values: frozenset[Hashable]) -> None:
        self.told_by = told_by
        self.values = values

    def __call__(self, source: Any, info: Any) -> bool:
        return getattr(source, self.told_by.attribute, None) in self.values


def compared_by_identity(kind: type) -> bool:
    """Whether an instance equals itself alone."""
    any_kind: Any = kind
    return any_kind.__eq__ is object.__eq__ and any_kind.__hash__ is object.__hash__


def _refuse_what_is_no_object(source: Any, type_: Any) -> None:
    if source is None or source is Undefined or isinstance(source, Exception) or optimized_is_awaitable(source):
        raise GiveUp(f"no object for {type_}")


def _class_is_ordinary(kind: Any) -> bool:
    """Whether no instance is an exception, awaitable or undefined, nor pretends to be what its class is not."""
    return (
        not issubclass(kind, (Exception, GeneratorType, type(None), type(Undefined)))
        and not hasattr(kind, "__await__")
        and not hasattr(kind, "__getattr__")
        and kind.__getattribute__ is object.__getattribute__
        and not any("__class__" in base.__dict__ for base in kind.__mro__[:-1])
    )


class Acceptance:
    """Whether an object type accepts a source: `classes` are those whose instances are objects, for sure. `told` is the
    declared test, `asked` the one that each source must be given to; None where there is none."""

    def __init__(self, type_: GraphQLObjectType, by_identity: bool) -> None:
        self.classes: set[type] = set()
        self.told = type_.is_type_of if isinstance(type_.is_type_of, IsTold) else None
        self.asked = None if self.told else type_.is_type_of
        self._type = type_
        self._by_identity = by_identity

    def check(self, source: Any) -> None:
        """Called with a source whose class is not in `classes`.

        Raises:
            GiveUp: the source is null, an exception or an awaitable.
            NotMemoisable: the memo needs sources compared by identity.
        """
        kind = type(source)
        _refuse_what_is_no_object(source, self._type)
        if self._by_identity and not compared_by_identity(kind):
            raise NotMemoisable(self._type.name, kind)
        if _class_is_ordinary(kind) and len(self.classes) < MAX_CLASSES:
            self.classes.add(kind)


class Resolution:
    """The runtime type of the sources of an abstract type, as an index in `types`. `told_by` is the attribute that
    tells it and `told` the index of each of its values; "" where it must be asked."""

    def __init__(self, schema: GraphQLSchema, type_: GraphQLAbstractType) -> None:
        self.types: list[GraphQLObjectType] = list(schema.get_possible_types(type_))
        self.told_by = ""
        self.told: dict[Hashable, int] = {}
        self._type = type_
        self._index = {possible.name: index for index, possible in enumerate(self.types)}
        declared, asked = type_.resolve_type, {getattr(each.is_type_of, "told_by", None) for each in self.types}
        if isinstance(declared, ToldBy) and asked <= {declared}:
            self.told_by = declared.attribute
            self.told = {value: self._index[name] for value, name in declared.names.items() if name in self._index}

    def ask(self, source: Any, info: Any) -> int:
        """The index in `types`, never negative. Raises GiveUp: the source has no type, or is not one."""
        _refuse_what_is_no_object(source, self._type)
        name = self._type.resolve_type(source, info, self._type) if self._type.resolve_type else None
        index = self._index.get(name, -1) if isinstance(name, str) else -1
        if index < 0:
            raise GiveUp(f"no type for {self._type}")
        is_type_of = self.types[index].is_type_of
        if is_type_of is not None and is_type_of(source, info) is not True:
            raise GiveUp(f"not a source of {self.types[index]}")
        return index
