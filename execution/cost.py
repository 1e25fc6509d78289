"""The cost of an operation: fields times page sizes, a sum whose only unknowns are variables.

Each selected field costs its price (1 unless declared) for each object it is selected on. A list field
multiplies what is below it by its number of items; a connection multiplies what is below its `edges` and
`nodes` by its page size (`first` or `last`, else the default page). `@skip` and `@include` are not looked at,
and all the inline fragments of a union are added up: the cost is an upper bound of the work.

`execution.tariff` reads an operation under the prices that an application declares, `{"Type.field": Price(…)}`;
`OperationCost.check(variables)` is called for each request. Sums are kept by the values of those variables that are
page sizes, so that a repeated one costs a look-up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from cachetools import LRUCache

from execution.limits import CEILING, LimitExceeded, Limits

INTROSPECTION_PRICES: Final = {"__schema": 2000, "__type": 200}
"""Introspection is priced as a whole: its answer depends on the schema, not on pages."""

_KEPT_SUMS: Final = 1024


@dataclass(frozen=True, slots=True)
class Price:
    """What a field costs, and how many items it has."""

    each: int = 1
    """Units for the field on one object, besides what is selected below it."""
    items: int | None = None
    """Items that the list, or the page of the connection, is taken to have when no argument says it."""
    sized_by: tuple[str, ...] = ("first", "last")
    """Arguments that say the number of items: a whole number, or a list that is counted."""
    heavy: bool = False
    """An algorithm: operations that select the field run in a worker thread, off the event loop."""


@dataclass(frozen=True, slots=True)
class Size:
    """A number of items: the largest of what is written and what variables say, else the default."""

    subject: str
    written: int | None
    variables: tuple[str, ...]
    default: int

    def value(self, given: Mapping[str, int | None]) -> int:
        """The number of items with the sizes that variables ask for."""
        largest = self.written
        for name in self.variables:
            size = given[name]
            if size is not None and (largest is None or size > largest):
                largest = size
        return self.default if largest is None else largest


class Term(NamedTuple):
    """A field: its price, and what is below it for each of its items; `page` is the page of a connection."""

    each: int
    items: Size | int = 1
    page: Size | int = 1
    below: Sum | None = None


@dataclass(slots=True)
class Sum:
    """A selection set: fields that count once, fields that count for each item of the page, and the
    fragments spread in it."""

    once: list[Term] = field(default_factory=list)
    paged: list[Term] = field(default_factory=list)
    spreads: list[str] = field(default_factory=list)


class OperationCost:
    """The cost of one operation: a sum whose only unknowns are the variables used as page sizes.

    `fixed` is the cost when no variable is a size, else None. `heavy` says that a heavy field is
    selected (by this operation or by a fragment of its document).
    """

    def __init__(
        self,
        limits: Limits,
        top: Sum,
        fragments: Mapping[str, Sum],
        sizes: Sequence[Size],
        defaults: Mapping[str, int | None],
        heavy: bool,
    ) -> None:
        self._limits = limits
        self._top = top
        self._fragments = fragments
        self._sizes = sizes
        self._defaults = defaults
        self.heavy = heavy
        self.variables = tuple(sorted({name for size in sizes for name in size.variables}))
        self._sums: LRUCache[tuple[int | None, ...], int] = LRUCache(_KEPT_SUMS)
        self.fixed = None if self.variables else self._sum({})

    def check(self, variables: Mapping[str, Any]) -> int:
        """The cost with these variables (as received or as coerced).

        Raises LimitExceeded when a page size or the cost is over its limit.
        """
        cost = self._sized(variables) if self.fixed is None else self.fixed
        if cost > self._limits.cost:
            raise LimitExceeded("cost", cost, self._limits.cost)
        return cost

    def _sized(self, variables: Mapping[str, Any]) -> int:
        given = {
            name: size_asked(variables[name]) if name in variables else self._defaults.get(name)
            for name in self.variables
        }
        key = tuple(given.values())
        cost = self._sums.get(key)
        if cost is None:
            for size in self._sizes:
                if (asked := size.value(given)) > self._limits.page:
                    raise LimitExceeded("page", asked, self._limits.page, size.subject)
            cost = self._sums[key] = self._sum(given)
        return cost

    def _sum(self, given: Mapping[str, int | None]) -> int:
        once, paged = self._worth(self._top, given, {})
        return min(once + paged * self._limits.default_list, CEILING)

    def _worth(
        self, selection: Sum, given: Mapping[str, int | None], known: dict[str, tuple[int, int]]
    ) -> tuple[int, int]:
        """The cost of a selection set on one object: what counts once, what counts for each item of its page.

        `known` are those of the fragments read so far; a circle is cut, since validation refuses it.
        """

        def worth_of(term: Term) -> int:
            if term.below is None:
                return term.each
            once, paged = self._worth(term.below, given, known)
            items = term.items if isinstance(term.items, int) else term.items.value(given)
            page = term.page if isinstance(term.page, int) else term.page.value(given)
            return term.each + items * (once + page * paged)

        once, paged = sum(map(worth_of, selection.once)), sum(map(worth_of, selection.paged))
        for name in selection.spreads:
            if name not in known:
                known[name] = 0, 0
                known[name] = self._worth(self._fragments.get(name, Sum()), given, known)
            once += known[name][0]
            paged += known[name][1]
        return min(once, CEILING), min(paged, CEILING)


def size_asked(value: Any) -> int | None:
    """The number of items that an argument's value asks for; None when it says none."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return min(max(value, 0), CEILING)
    if isinstance(value, float):  # JSON may write 20 as 20.0, and Int accepts it
        return min(max(int(value), 0), CEILING) if math.isfinite(value) else CEILING
    if isinstance(value, list | tuple):
        return len(value)
    return 1 if isinstance(value, str) else None
