"""The source of one Python function under way, and what becomes of it.

The source of `{ books { title author { name } } }`, with Author in the memo, is much like this:

    def run(root, variables, sourced, execution, generation, stores, deadline):
     store0, = stores
     look0 = store0.entries.get; keep0 = store0.put
     hits = 0
     weight = 0
     value2 = resolve1(root)
     if value2.__class__ not in LISTS: value2 = ITEMS(value2)
     weight += len(value2)
     if weight > 256: value2 = WATCH(value2, deadline, 256); weight = 0
     items3 = []
     for item4 in value2:
      if item4.__class__ not in classes5: check6(item4)
      value7 = item4.title
      if value7.__class__ is not str: value7 = serialize8(value7)
      value9 = item4.author
      if value9.__class__ not in classes10: check11(value9)
      made12 = look0(value9)
      if made12 is None:
       …
       made12 = keep0(value9, {"name": value13})
      else: hits += 1
      items3.append({"title": value7, "author": made12})
     generation.counts['hits'] += hits
     return {"books": items3}
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple

from graphql.pyutils import is_iterable

from execution.give_up import DeadlineExceeded, GiveUp
from execution.strawberry_internals import optimized_is_awaitable

MAX_DEPTH = 80
"""Nested blocks of one function: Python allows 100."""


def items_of(value: Any) -> list[Any]:
    """The items of a list field's value that is neither a list nor a tuple. Raises GiveUp: it is not what graphql-core
    takes for a list."""
    if isinstance(value, (Exception, AsyncIterable)) or optimized_is_awaitable(value) or not is_iterable(value):
        raise GiveUp("no list")
    return list(value)


def watch(items: Any, deadline: float | None, step: int) -> Any:
    """Look at the clock, and again after each `step` items of a list longer than that. Returns the items. Raises
    DeadlineExceeded: it is later than `deadline` (time.monotonic(), seconds)."""
    if deadline is None:
        return items
    if monotonic() > deadline:
        raise DeadlineExceeded
    return _watched(items, deadline, step) if len(items) > step else items


def _watched(items: Any, deadline: float, step: int) -> Iterator[Any]:
    for number, item in enumerate(items):
        if not number % step and monotonic() > deadline:
            raise DeadlineExceeded
        yield item


_FIXED = {"GiveUp": GiveUp, "ITEMS": items_of, "LISTS": {list, tuple}, "WATCH": watch}


class MemoSite(NamedTuple):
    """A memoised selection: the variables on which it depends, and whether on nothing else but its source."""

    variables: tuple[str, ...] = ()
    lasting: bool = False


@dataclass(slots=True, eq=False)
class Program:
    """One compiled assignment of an operation.

    `function(source, variables, sourced variables, run, generation, stores, deadline)` returns the value of `data`.
    `memo_sites` has, for each store that it takes, on what the selection depends. `needs_sources`
    says whether it uses graphql-core's VariableValues: None will do where it does not.
    """

    function: Callable[..., dict[str, Any]] = dict
    memo_sites: list[MemoSite] = field(default_factory=list)
    needs_sources: bool = False
    serial: int = 0


class Emitter:
    """The body of one program's function. Every name is a whole word and a number: `value7`, `serialize12`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.program = Program()
        self._prologue: list[str] = []
        self._constants = dict(_FIXED)
        self._depth = 1
        self._named = 0

    def name(self, word: str) -> str:
        """A name that nothing else has."""
        self._named += 1
        return f"{word}{self._named}"

    def constant(self, word: str, value: Any) -> str:
        """The name of a value of the function's namespace."""
        name = self.name(word)
        self._constants[name] = value
        return name

    def first(self, word: str, expression: str) -> str:
        """The name of a value that is made once, before everything else."""
        name = self.name(word)
        self._prologue.append(f" {name} = {expression}")
        return name

    def line(self, text: str) -> None:
        """Add a line at this depth."""
        self.lines.append(" " * self._depth + text)

    def insert(self, at: int, *texts: str) -> None:
        """Put lines of this depth before the line of number `at`."""
        self.lines[at:at] = [" " * self._depth + text for text in texts]

    @contextmanager
    def block(self, opening: str) -> Iterator[None]:
        """Add a line that opens a block: `with emit.block("else:"):`. Raises GiveUp: it stands too deep for Python."""
        self.line(opening)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise GiveUp("nested too deeply")
        yield
        self._depth -= 1

    def finish(self, data: str) -> Program:
        """The program that returns the value of the expression `data`. Raises GiveUp: Python does not compile it."""
        program, head = self.program, ["def run(root, variables, sourced, execution, generation, stores, deadline):"]
        if program.memo_sites:
            sites = range(len(program.memo_sites))
            head.append(f" {''.join(f'store{site}, ' for site in sites)}= stores")
            head += [f" look{site} = store{site}.entries.get; keep{site} = store{site}.put" for site in sites]
            head.append(" hits = 0")
            self.line("generation.counts['hits'] += hits")
        self.line(f"return {data}")
        source = "\n".join([*head, " weight = 0", *self._prologue, *self.lines, ""])
        namespace: dict[str, Any] = self._constants
        try:
            exec(compile(source, "<compiled operation>", "exec", dont_inherit=True), namespace)
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise GiveUp(f"Python does not compile it: {error}") from error
        program.function = namespace["run"]
        return program
