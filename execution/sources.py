"""The objects that resolvers return: whether an object type accepts them, and which type an abstract one gives them.

Both are decided once for each Python class where the class alone decides, else for each object. The class decides
when the questions that graphql-core and Strawberry ask (`isinstance`, attributes that could only be the class's own)
can't have another answer for another instance. An `is_type_of` of the application is asked for each object, unless it
is nothing but `return isinstance(…)`.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType, GeneratorType, MethodType
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.types.base import has_object_definition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from execution.give_up import GiveUp, NotMemoisable

IsTypeOf = Callable[[Any, Any], Any]

MAX_CLASSES = 1_000
"""Classes remembered for each type; a program that makes classes without end must not fill the memory."""

_CONVERTER = "strawberry.schema.schema_converter"


def compared_by_identity(kind: type) -> bool:
    """Whether an instance equals itself alone."""
    any_kind: Any = kind
    return any_kind.__eq__ is object.__eq__ and any_kind.__hash__ is object.__hash__


def _says_what_it_is(kind: Any) -> bool:
    """Whether no instance answers for an attribute, or a class, that it has not."""
    return (
        kind.__getattribute__ is object.__getattribute__
        and not hasattr(kind, "__getattr__")
        and not any("__class__" in base.__dict__ for base in kind.__mro__[:-1])
    )


def plain_class(kind: type) -> bool:
    """Whether instances have no attribute of their own beside the class's fields: slots, no `__getattr__`."""
    return kind.__dictoffset__ == 0 and kind.__class__ is type and _says_what_it_is(kind)


def _class_is_ordinary(kind: type) -> bool:
    """Whether no instance is an exception, awaitable or undefined."""
    return (
        not issubclass(kind, (Exception, GeneratorType, type(None), type(Undefined)))
        and not hasattr(kind, "__await__")
        and _says_what_it_is(kind)
    )


def class_tested(is_type_of: IsTypeOf) -> type | tuple[type, ...] | None:
    """The class or classes of an `is_type_of` that is nothing but `return isinstance(obj, THEM)`, else None."""
    function = is_type_of.__func__ if isinstance(is_type_of, MethodType) else is_type_of
    position = 1 if isinstance(is_type_of, MethodType) else 0
    if not isinstance(function, FunctionType):
        return None
    code: CodeType = function.__code__
    steps = [
        (step.opname, step.argval)
        for step in dis.get_instructions(code)
        if step.opname not in {"RESUME", "PRECALL", "CACHE", "COPY_FREE_VARS", "PUSH_NULL", "NOP"}
    ]
    names = [name for name, _ in steps]
    if code.co_argcount <= position or len(steps) != 5 or names[:2] != ["LOAD_GLOBAL", "LOAD_FAST"]:
        return None
    if names[2] not in {"LOAD_GLOBAL", "LOAD_DEREF"} or names[3:] != ["CALL", "RETURN_VALUE"]:
        return None
    called, tested, classes = steps[0][1], steps[1][1], steps[2][1]
    if called != "isinstance" or "isinstance" in function.__globals__ or tested != code.co_varnames[position]:
        return None
    if names[2] == "LOAD_DEREF":
        cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        value = cells[classes].cell_contents if classes in cells else None
    else:
        value = function.__globals__.get(classes)
    kinds = value if type(value) is tuple else (value,)
    return value if all(type(kind) is type for kind in kinds) else None  # no metaclass, no __instancecheck__


class Verdict:
    """What an `is_type_of` says of the instances of a class: `of(kind)` is True or False, None to ask each time."""

    def __init__(self, is_type_of: IsTypeOf) -> None:
        self.ask = is_type_of
        self._tested = class_tested(is_type_of)
        self._by_strawberry = (
            getattr(is_type_of, "__module__", "") == _CONVERTER
            and getattr(is_type_of, "__qualname__", "")
            == "GraphQLCoreConverter.from_object.<locals>._get_is_type_of.<locals>.is_type_of"
        )

    @property
    def by_class(self) -> bool:
        """Whether the class of a plain record decides."""
        return self._by_strawberry or self._tested is not None

    def of(self, kind: type, example: Any) -> bool | None:
        """The verdict over every instance of a class, given one of them."""
        if not _says_what_it_is(kind):
            return None
        if self._tested is not None:
            return isinstance(example, self._tested)
        if self._by_strawberry and plain_class(kind):
            return bool(self.ask(example, None))
        return None


class Acceptance:
    """Whether an object type accepts a source. `classes` are those whose instances need no other question.

    `asks`: instances of the classes must still be given to `is_type_of` one by one.
    """

    def __init__(self, type_: GraphQLObjectType, by_identity: bool) -> None:
        self.classes: set[type] = set()
        self._type = type_
        self._by_identity = by_identity
        self._verdict = Verdict(type_.is_type_of) if type_.is_type_of else None
        self.asks = self._verdict is not None and not self._verdict.by_class

    def check(self, source: Any) -> None:
        """Called with a source whose class is not in `classes`.

        Raises:
            GiveUp: the source is null, an exception, an awaitable, or not of the type.
            NotMemoisable: the memo needs sources compared by identity.
        """
        kind = type(source)
        if source is None or source is Undefined or isinstance(source, Exception) or optimized_is_awaitable(source):
            raise GiveUp(f"no object for {self._type}")
        ordinary = _class_is_ordinary(kind)
        if self._verdict is not None and not self.asks:
            verdict = self._verdict.of(kind, source)
            if verdict is None:
                ordinary = False
                if self._verdict.ask(source, None) is not True:
                    raise GiveUp(f"not a source of {self._type}")
            elif not verdict:
                raise GiveUp(f"not a source of {self._type}")
        if self._by_identity and not compared_by_identity(kind):
            raise NotMemoisable(self._type.name, kind)
        if ordinary and len(self.classes) < MAX_CLASSES:
            self.classes.add(kind)


class Resolution:
    """The runtime type of the sources of an abstract type, as an index in `types`."""

    def __init__(self, schema: GraphQLSchema, type_: GraphQLAbstractType) -> None:
        self.types: list[GraphQLObjectType] = list(schema.get_possible_types(type_))
        self._type = type_
        self._index = {possible.name: index for index, possible in enumerate(self.types)}
        self._verdicts = [Verdict(possible.is_type_of) if possible.is_type_of else None for possible in self.types]
        resolve_type = type_.resolve_type
        qualified_name = getattr(resolve_type, "__qualname__", "")
        module = getattr(resolve_type, "__module__", "")
        self._interface_of_strawberry = (
            isinstance(type_, GraphQLInterfaceType)
            and module == _CONVERTER
            and qualified_name == "GraphQLCoreConverter.from_interface.<locals>._get_resolve_type.<locals>.resolve_type"
        )
        self._union_of_strawberry = (
            isinstance(type_, GraphQLUnionType)
            and module == "strawberry.types.union"
            and qualified_name == "StrawberryUnion.get_type_resolver.<locals>._resolve_union_type"
        )
        self._by_strawberry = self._interface_of_strawberry or self._union_of_strawberry
        self._known: dict[type, int | tuple[tuple[IsTypeOf | None, int], ...]] = {}

    def index(self, source: Any, info: Any) -> int:
        """The index in `types`, never negative.

        Raises:
            GiveUp: the source has no type, or is not one.
        """
        known = self._known.get(type(source))
        if known is None:
            return self._first(source, info)
        if known.__class__ is int:
            return known
        return self._probe(known, source, info)  # type: ignore[arg-type]

    def _probe(self, probes: tuple[tuple[IsTypeOf | None, int], ...], source: Any, info: Any) -> int:
        for is_type_of, index in probes:
            if is_type_of is None:
                return index
            answer = is_type_of(source, info)
            if answer is True:
                return index
            if answer:
                break
        raise GiveUp(f"no type for {self._type}")

    def _first(self, source: Any, info: Any) -> int:
        kind = type(source)
        if source is None or source is Undefined or isinstance(source, Exception):
            raise GiveUp(f"no object for {self._type}")
        if optimized_is_awaitable(source):
            raise GiveUp("an awaitable as a value")
        if self._probes_only(kind):
            probes = self._probes(kind, source)
            if len(self._known) < MAX_CLASSES:
                fixed = probes[0][1] if probes and probes[0][0] is None else None
                self._known[kind] = tuple(probes) if fixed is None else fixed
            return self._probe(tuple(probes), source, info)
        assert self._type.resolve_type is not None
        name = self._type.resolve_type(source, info, self._type)
        index = self._index.get(name, -1) if isinstance(name, str) else -1
        if index < 0:
            raise GiveUp(f"no type for {self._type}")
        verdict = self._verdicts[index]
        if verdict is not None and verdict.ask(source, info) is not True:
            raise GiveUp(f"not a source of {self.types[index]}")
        return index

    def _probes_only(self, kind: type) -> bool:
        """Whether Strawberry's resolver, given an instance, asks nothing but each `is_type_of` in turn."""
        if not self._by_strawberry or not plain_class(kind) or not _class_is_ordinary(kind):
            return False
        if hasattr(kind, TYPE_CAST_ATTRIBUTE) or issubclass(kind, Mapping) or has_object_definition(kind):
            return False
        if self._interface_of_strawberry:
            return not any(hasattr(kind, f"_{base.__name__}__typename") for base in kind.__mro__)
        return True

    def _probes(self, kind: type, source: Any) -> list[tuple[IsTypeOf | None, int]]:
        """The questions to ask, in order, up to the first that every instance of the class answers with yes."""
        probes: list[tuple[IsTypeOf | None, int]] = []
        for index, verdict in enumerate(self._verdicts):
            if verdict is None:
                continue
            by_class = verdict.of(kind, source)
            if by_class is None:
                probes.append((verdict.ask, index))
            elif by_class:
                probes.append((None, index))
                break
        return probes
