"""What every resolver reads: one version of the graph, and the sizes of pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import strawberry

from graph.door import Door
from graph.paging import SIZES, PageSizes


@dataclass(frozen=True, slots=True)
class Context:
    """The graph that an operation is answered from, from its beginning to its end."""

    graph: Door
    pages: PageSizes = SIZES


Info = strawberry.Info[Context, None]


def field(resolver: Any, description: str, **options: Any) -> Any:
    """A field whose GraphQL type is its annotation and whose values are the records that `resolver` returns.

    Strawberry's types describe the API; the values are the graph's own records, so nothing is wrapped.
    """
    return strawberry.field(resolver=resolver, description=description, **options)


def attribute(description: str, name: str | None = None) -> Any:
    """A field that is the record's attribute of its own name, called `name` in the API."""
    return strawberry.field(description=description, name=name)


def optional(description: str, name: str | None = None) -> Any:
    """A field of an input that may be left out, or be null, which says the same."""
    return strawberry.field(default=None, description=description, name=name)


def one_of(description: str) -> Any:
    """A field of an input of which exactly one is given."""
    return strawberry.field(default=strawberry.UNSET, description=description)


def told(description: str, name: str | None = None) -> Any:
    """What an argument is told by, in its annotation."""
    return strawberry.argument(description=description, name=name)
