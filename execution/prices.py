"""What fields cost, as an application declares it: `{"Type.field": Price(…)}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INTROSPECTION_PRICES: Final = {"__schema": 2000, "__type": 200}
"""Introspection is priced as a whole: its answer depends on the schema, not on pages."""


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


PLAIN: Final = Price()
