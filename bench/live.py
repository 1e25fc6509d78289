"""Measures what a change costs, and the questions with changes beside those without: `python -m bench.live 100k`.

The sheets are made up, one short sentence for each text, and all is in memory. A third of the changes each submit a
sheet, correct one and withdraw one. Then the graph that followed them and the one that it began as are asked the same
in turn, so that whatever else the machine does concerns both. Full text and the text measure are left out.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from time import perf_counter
from typing import Any

import numpy as np

from bench.generate import sheets
from bench.scale import QUESTIONS, WARM, drawn
from execution import Admission, Answer, Engine, Limits, Version
from graph.change import Change
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, light_row
from graph.order import ActionField, SortKey
from graph.paging import Window
from graph.similarity.measures import Measure
from graph.store import Head, keyed
from schema import PRICES, Context, schema

LEFT_OUT = ("search", "text", "suggest")
Ask = Callable[[KnowledgeGraph, dict[str, Any]], object]


def changes(graph: KnowledgeGraph, pairs: dict[str, Sheet], new: Iterator[Sheet], seed: int) -> Iterator[Change]:
    """Changes of one sheet each, without end; the sheets that there are stand in `pairs`."""
    chance = random.Random(seed)
    keys = list(pairs)
    for number in range(len(pairs) + 1, 2**62):
        place = chance.randrange(len(keys))
        old, sheet, drawn_key = keys[place], next(new), f"action:new-{number}"
        kind = number % 3
        if kind == 0:
            keys.append(drawn_key)
            yield _change(frozenset(), (drawn_key, sheet), number)
        elif kind == 1:
            corrected = replace(sheet, structure=pairs[old].structure) if old in pairs else sheet
            yield _change(frozenset({old}), (old, corrected), number)
        else:
            keys[place] = keys[-1]
            keys.pop()
            yield _change(frozenset({old}), None, number)


def _change(removed: frozenset[str], added: tuple[str, Sheet] | None, number: int) -> Change:
    rows = [] if added is None else [(light_row(*added, number), added[1].text, None)]
    return Change(removed, rows, Head(number))


def direct() -> dict[str, Ask]:
    """Questions to the graph itself, by what they ask."""
    by_title = (SortKey(ActionField.TITLE, False),)

    def page(keys: Sequence[SortKey], condition: Callable[[KnowledgeGraph, dict[str, Any]], Any]) -> Ask:
        def ask(graph: KnowledgeGraph, variables: dict[str, Any]) -> object:
            order = condition(graph, variables).sorted(keys)
            first = order.page(Window(first=20))
            return order.page(Window(first=20, after=order.place_of(first.items[-1]))) if first.items else None

        return ask

    def everything(graph: KnowledgeGraph, variables: dict[str, Any]) -> Any:
        return graph.select()

    def of_keyword(graph: KnowledgeGraph, variables: dict[str, Any]) -> Any:
        return graph.linked([variables["keyword"]])

    def similar(by: Sequence[NodeKind], measure: Measure) -> Ask:
        return lambda graph, variables: graph.similarity.similar(
            [_action(graph, variables)], by=by, measure=measure
        ).between(0, 10)

    return {
        "two pages of everything": page((), everything),
        "two pages of a keyword": page((), of_keyword),
        "two pages of a keyword, by title": page(by_title, of_keyword),
        "similar by keywords": similar([NodeKind.KEYWORD], Measure.JACCARD),
        "similar by rarity, keywords and partners": similar([NodeKind.KEYWORD, NodeKind.PARTNER], Measure.RARITY),
    }


def _action(graph: KnowledgeGraph, variables: dict[str, Any]) -> Any:
    return graph.get(variables["action"])


def through_the_api() -> dict[str, Ask]:
    """The questions of `bench.scale` that need no text."""
    engine = Engine(schema, Admission(schema, Limits(), PRICES, introspection=False), memo_bytes=0)

    def asking(document: str) -> Ask:
        def ask(graph: KnowledgeGraph, variables: dict[str, Any]) -> object:
            answer = engine.execute(engine.plan(document), variables, Context(graph), version=Version(1))
            if not isinstance(answer, Answer) or answer.errors:
                raise RuntimeError(f"{document} with {variables} gave {answer}")
            return answer

        return ask

    return {
        name: asking(document) for name, document in QUESTIONS.items() if not any(word in name for word in LEFT_OUT)
    }


def timed(ask: Ask, graphs: Sequence[KnowledgeGraph], runs: int, seed: int) -> list[float]:
    """The median in milliseconds of a question to each of the graphs, asked in turn with the same variables."""
    took: list[list[float]] = [[] for _ in graphs]
    known = (each for each in drawn(graphs[0], seed) if all(graph.get(each["action"]) for graph in graphs))
    there = (each for each in known if all(graph.get(each["other"]) for graph in graphs))
    for number, variables in enumerate(islice(there, WARM + runs)):
        order = range(len(graphs)) if number % 2 else range(len(graphs))[::-1]
        for place in order:
            begun = perf_counter()
            ask(graphs[place], variables)
            took[place].append((perf_counter() - begun) * 1_000)
    return [float(np.median(each[WARM:])) for each in took]


def measure(count: int, number: int, runs: int, seed: int) -> list[str]:
    """The rows of the table: what a change costs, and each question without and with the changes."""
    pairs = dict(keyed(list(sheets(count, seed, light=True))))
    base = KnowledgeGraph.from_pairs(list(pairs.items()))
    live, took = base, []
    for change in islice(changes(base, pairs, sheets(3 * number, seed + 1, light=True), seed), number):
        begun = perf_counter()
        live = live.changed(change)
        took.append((perf_counter() - begun) * 1_000)
    median, high = np.percentile(took, (50, 95)).tolist()
    last = float(np.median(took[-max(1, number // 10) :]))
    rows = [
        f"| a change published, median and 95th percentile | | {median:.2f} ({high:.2f}) | |",
        f"| … the last tenth of them | | {last:.2f} | |",
    ]
    for name, ask in {**direct(), **through_the_api()}.items():
        without, with_changes = timed(ask, (base, live), runs, seed)
        rows.append(f"| {name} | {without:.3f} | {with_changes:.3f} | ×{with_changes / without:.2f} |")
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("size", choices=["1k", "10k", "100k", "1M"], help="how many actions")
    parser.add_argument("--changes", type=int, default=1_000, help="of one sheet each, from 1")
    parser.add_argument("--runs", type=int, default=100, help="of each question, from 1")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.changes < 1 or options.runs < 1:
        parser.error("--changes and --runs must be 1 or more")
    count = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}[options.size]
    print(f"| {count:,} actions, ms | without changes | with {options.changes:,} | ratio |\n|---|--:|--:|--:|")
    print("\n".join(measure(count, options.changes, options.runs, options.seed)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
