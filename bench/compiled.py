"""Times compiled execution beside Strawberry's own, in one process, without HTTP: `python -m bench.compiled`.

A graph of 10,000 synthetic actions of plain records, with a connection from each keyword back to its actions.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import strawberry
from graphql import parse, specified_rules, validate

from execution import Answer, Engine, ToldBy


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    key: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Keyword:
    key: str
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    key: str
    title: str
    year: int | None
    status: str
    dimension: str
    summary: str
    territory: str
    people: str
    structure: Structure
    keywords: tuple[Keyword, ...]


class Graph:
    """Actions, and those of each keyword."""

    def __init__(self, size: int = 10_000, seed: int = 7) -> None:
        chance = random.Random(seed)
        structures = [Structure(f"structure:{n}", f"Centre social n° {n}") for n in range(size // 10)]
        keywords = [Keyword(f"keyword:{n}", f"Mot clé {n}") for n in range(60)]
        self.actions = [
            Action(
                f"action:{n}",
                f"Atelier n° {n} — « parents et enfants »",
                chance.choice([2018, 2019, 2020, None]),
                "En cours",
                "Locale",
                "Un résumé d'une longueur ordinaire, sur une ligne.",
                "Communes",
                "12 bénévoles",
                chance.choice(structures),
                tuple(chance.sample(keywords, 4)),
            )
            for n in range(size)
        ]
        self.by_key = {action.key: action for action in self.actions}
        self.of_keyword: dict[Keyword, list[Action]] = {keyword: [] for keyword in keywords}
        for action in self.actions:
            for keyword in action.keywords:
                self.of_keyword[keyword].append(action)


class Page:
    """A page of a list of actions."""

    __slots__ = ("_all", "_first", "_offset")

    def __init__(self, actions: list[Action], first: int, offset: int = 0) -> None:
        self._all, self._first, self._offset = actions, first, offset

    @property
    def nodes(self) -> list[Action]:
        return self._all[self._offset : self._offset + self._first]

    @property
    def total_count(self) -> int:
        return len(self._all)


TYPES = ToldBy("__class__", {Structure: "Structure", Keyword: "Keyword", Action: "Action"})


@strawberry.interface(name="Node")
class NodeType:
    id: strawberry.ID
    resolve_type = TYPES


@strawberry.type(name="Structure")
class StructureType(NodeType):
    id: strawberry.ID = strawberry.field(resolver=lambda root: root.key)
    name: str
    is_type_of = TYPES.of("Structure")


def key_of(root: strawberry.Parent[Action]) -> strawberry.ID:
    return strawberry.ID(root.key)


def actions_of_keyword(root: strawberry.Parent[Keyword], info: strawberry.Info, first: int = 20) -> ActionConnection:
    return Page(info.context.of_keyword[root], first)  # type: ignore[return-value]


@strawberry.type(name="Keyword")
class KeywordType(NodeType):
    id: strawberry.ID = strawberry.field(resolver=key_of)
    label: str
    actions: ActionConnection = strawberry.field(resolver=actions_of_keyword)
    is_type_of = TYPES.of("Keyword")


@strawberry.type(name="Action")
class ActionType(NodeType):
    id: strawberry.ID = strawberry.field(resolver=key_of)
    title: str
    year: int | None
    status: str
    dimension: str
    summary: str
    territory: str
    people: str
    structure: StructureType
    keywords: list[KeywordType]
    is_type_of = TYPES.of("Action")


@strawberry.type
class ActionConnection:
    nodes: list[ActionType]
    total_count: int


@strawberry.type
class Query:
    @strawberry.field
    def actions(self, info: strawberry.Info, first: int = 20, offset: int = 0) -> ActionConnection:
        return Page(info.context.actions, first, offset)  # type: ignore[return-value]

    @strawberry.field
    def action(self, info: strawberry.Info, id: strawberry.ID) -> ActionType | None:
        return info.context.by_key.get(id)  # type: ignore[no-any-return]


QUERIES = {
    "nested": (
        "query Nested($offset: Int!) { actions(first: 20, offset: $offset) { nodes { id title keywords { label"
        " actions(first: 5) { nodes { id title structure { name } } } } } } }"
    ),
    "flat": (
        "query Flat($offset: Int!) { actions(first: 20, offset: $offset) { nodes { id title year status dimension"
        " summary territory people } } }"
    ),
    "one": "query One($id: ID!) { action(id: $id) { id title year structure { name } } }",
}

THIRTY_FIELDS = (
    "query Thirty($first: Int!, $after: Int!) { actions(first: $first, offset: $after) { totalCount nodes {"
    " ...Base structure { id name } keywords { id label actions(first: 5) { totalCount nodes { ...Base structure {"
    " id name } keywords { label } } } } } } } fragment Base on Action { id title year status dimension summary"
    " territory people }"
)


def variables(name: str, number: int, size: int) -> dict[str, object]:
    offset = number * 7919 % (size - 20)
    return {"id": f"action:{offset}"} if name == "one" else {"offset": offset}


def times(call, rounds: int, repeat: int = 5) -> list[float]:
    """Microseconds a call, once for each repetition."""
    found = []
    for turn in range(repeat):
        start = perf_counter()
        for number in range(rounds):
            call(turn * rounds + number)
        found.append((perf_counter() - start) / rounds * 1e6)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--size", type=int, default=10_000, help="synthetic actions")
    options.add_argument("--rounds", type=int, default=2_000, help="executions in a repetition")
    given = options.parse_args()
    graph = Graph(given.size)
    schema = strawberry.Schema(query=Query)
    plain = Engine(schema)
    memo = Engine(schema, memo_types={"Action", "Keyword", "Structure"})

    print(f"{'query':8} {'Strawberry':>12} {'compiled':>10} {'with memo':>10}   µs each, median of 5 (spread)")
    for name, query in QUERIES.items():

        def strawberry_run(number: int, name: str = name, query: str = query) -> object:
            return schema.execute_sync(query, variables(name, number, given.size), graph)

        def engine_run(engine: Engine, number: int, name: str = name, query: str = query) -> bytes:
            answer = engine.execute(engine.plan(query), variables(name, number, given.size), graph, version=1)
            assert isinstance(answer, Answer)
            return answer.body

        assert engine_run(plain, 3) == engine_run(memo, 3) == engine_run(memo, 3)
        slow = times(strawberry_run, max(1, given.rounds // 100))
        fast = times(lambda number: engine_run(plain, number), given.rounds)
        faster = times(lambda number: engine_run(memo, number), given.rounds)
        cells = [f"{median(found):10.1f} ({min(found):.1f}–{max(found):.1f})" for found in (slow, fast, faster)]
        print(f"{name:8} {cells[0]} {cells[1]} {cells[2]}  ×{median(slow) / median(faster):.1f}")

    def first_time(number: int) -> None:
        text = THIRTY_FIELDS.replace("Thirty", f"Thirty{number}")
        memo.execute(memo.plan(text), {"first": 0, "after": 0}, graph, version=1)

    def core(number: int) -> None:
        validate(schema._schema, parse(THIRTY_FIELDS), specified_rules)

    both = median(times(first_time, 40)), median(times(core, 40))
    print(
        f"first time, 30 fields: {both[0]:.0f} µs; graphql-core's parse and validate: {both[1]:.0f} µs;",
        end=" ",
    )
    print(f"×{both[0] / both[1]:.2f}")
    print(dict(memo.memo.counts))


if __name__ == "__main__":
    main()
