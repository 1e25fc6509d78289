"""A small schema to attack: pages, fragments, unions, slow and failing fields, a mutation, a subscription."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from graphql import GraphQLError

from execution import Price

ITEMS = 200


class Refusal(Exception):
    """An exception meant for the user."""

    extensions = {"code": "NOT_FOUND"}  # noqa: RUF012


@strawberry.type
class Item:
    id: strawberry.ID
    name: str

    @strawberry.field
    def related(self, first: int | None = 20) -> ItemConnection:
        return page(first)

    @strawberry.field
    def tags(self) -> list[Tag]:
        return [Tag(label=f"tag {i}") for i in range(3)]


@strawberry.type
class Tag:
    label: str

    @strawberry.field
    def items(self, first: int | None = 20) -> ItemConnection:
        return page(first)


@strawberry.type
class ItemConnection:
    nodes: list[Item]

    @strawberry.field
    def total_count(self) -> int:
        return ITEMS


def page(first: int | None) -> ItemConnection:
    if first is not None and first < 0:
        raise GraphQLError(f"first is {first}; 0 to 100 is accepted", extensions={"code": "BAD_USER_INPUT"})
    return ItemConnection(nodes=[Item(id=strawberry.ID(str(i)), name=f"item {i}") for i in range(first or 20)])


Thing = Annotated[Item | Tag, strawberry.union("Thing")]

stopped: list[str] = []
"""What was cancelled or seen to pass its deadline, by name."""

added: list[str] = []
"""What the mutation did."""


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "bonjour"

    @strawberry.field
    def items(self, first: int | None = 20) -> ItemConnection:
        return page(first)

    @strawberry.field
    def things(self) -> list[Thing]:
        return [Item(id=strawberry.ID("1"), name="one"), Tag(label="a")]

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def numbers(self, values: list[int]) -> int:
        return len(values)

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError("dsn=postgres://user:secret@db")

    @strawberry.field
    def missing(self) -> str | None:
        raise Refusal("There is no such item")

    @strawberry.field
    def not_null(self) -> str:
        return None  # type: ignore[return-value]

    @strawberry.field
    async def waiting(self, seconds: float) -> str:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            stopped.append("waiting")
            raise
        return "awake"

    @strawberry.field
    def algorithm(self, seconds: float) -> str:
        time.sleep(min(seconds, 5))
        return "done"

    @strawberry.field
    def stopped(self) -> list[str]:
        return stopped

    @strawberry.field
    def added(self) -> int:
        return len(added)

    @strawberry.field
    def kilobytes(self, count: int) -> str:
        return "x" * (1000 * min(count, 10_000))


@strawberry.type
class Mutation:
    @strawberry.mutation
    def add(self, name: str) -> str:
        added.append(name)
        return name


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self) -> AsyncGenerator[int, None]:
        yield 1


class Shop(strawberry.Schema):
    """Strawberry logs every error with its traceback; here the endpoint logs those that are faults."""

    def process_errors(self, errors, execution_context=None) -> None:
        pass


schema = Shop(Query, Mutation, Subscription)

PRICES = {
    "Item.tags": Price(items=3),
    "Query.algorithm": Price(each=50, heavy=True),
    "Query.items": Price(grows=True),
}
