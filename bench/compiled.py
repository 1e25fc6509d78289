"""Times compiled execution beside Strawberry's own, in one process, without HTTP: `python -m bench.compiled`.

The product's schema over synthetic actions, and the queries of `bench/queries/`. Answers are compared before they are
timed. Then what a document costs the first time: the sheet of `examples/`, beside parsing and validating it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import orjson
from graphql import parse, specified_rules, validate

from bench.generate import sheets
from bench.run import QUERIES, TEXTS, variables
from execution import Answer, Engine, Version
from graph.knowledge_graph import KnowledgeGraph
from schema import MEMO_TYPES, Context, schema

SHEET = Path(__file__).parent.parent / "examples" / "04-sheet.graphql"


def times(call: Callable[[int], object], rounds: int, repeat: int = 5) -> list[float]:
    """Microseconds a call, which is given its number, once for each repetition."""
    taken = []
    for turn in range(repeat):
        start = perf_counter()
        for number in range(turn * rounds, (turn + 1) * rounds):
            call(number)
        taken.append((perf_counter() - start) / rounds * 1e6)
    return taken


def main() -> None:
    """Print a line for each query, and one for the first time of a document."""
    parser = argparse.ArgumentParser(prog="python -m bench.compiled", description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="synthetic actions")
    parser.add_argument("--rounds", type=int, default=2_000, help="executions in a repetition")
    options = parser.parse_args()
    graph = KnowledgeGraph.from_sheets(list(sheets(options.size, 7)))
    context = Context(graph)
    plain, memo = Engine(schema, memo_bytes=0), Engine(schema, memo_types=MEMO_TYPES)

    def compiled(engine: Engine, text: str, given: dict[str, Any]) -> bytes:
        answer = engine.execute(engine.plan(text), given, context, version=Version(1))
        if not isinstance(answer, Answer) or answer.errors:
            raise RuntimeError(f"{text} with {given} gave {answer}")
        return answer.body

    asked = variables(lambda text, given: orjson.loads(compiled(plain, text, given))["data"])
    print(f"{'query':8} {'Strawberry':>12} {'compiled':>10} {'with memo':>10}   µs each, median of 5 (spread)")
    for name in QUERIES:
        text, turn = TEXTS[name], asked[name]

        def strawberry(number: int, text: str = text, turn: list[dict[str, Any]] = turn) -> Any:
            return schema.execute_sync(text, turn[number % len(turn)], context).data

        def engine(number: int, engine: Engine = plain, text: str = text, turn: list[dict[str, Any]] = turn) -> bytes:
            return compiled(engine, text, turn[number % len(turn)])

        for number in range(len(turn)):
            wanted = {"data": strawberry(number)}
            for body in (engine(number), engine(number, memo), engine(number, memo)):
                if orjson.loads(body) != wanted:
                    raise RuntimeError(f"{name}, {turn[number]}: the answers differ")
        slow = times(strawberry, max(1, options.rounds // 100))
        fast, faster = (times(partial(engine, engine=used), options.rounds) for used in (plain, memo))
        cells = [f"{median(taken):10.1f} ({min(taken):.1f}–{max(taken):.1f})" for taken in (slow, fast, faster)]
        print(f"{name:8} {' '.join(cells)}  ×{median(slow) / median(faster):.1f}")

    text = SHEET.read_text("utf-8")
    first = median(times(lambda number: compiled(memo, f"#{number}\n{text}", {"id": "action:none"}), 40))
    core = median(times(lambda number: validate(schema._schema, parse(text), specified_rules), 40))
    ratio = f"graphql-core's parse and validate: {core:.0f} µs; ×{first / core:.2f}"
    print(f"first time of {SHEET.name}: {first:.0f} µs; {ratio}")
    print("the memo:", memo.memo.counts)


if __name__ == "__main__":
    main()
