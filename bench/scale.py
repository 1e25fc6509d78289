"""Measures a start and the questions on stores of growing size: `python -m bench.scale STORE…`.

Each store has a process of its own. The arguments of a question are drawn from its data, and differ at each run.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from execution import Admission, Answer, Engine
from graph import indexes, network
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action
from graph.store import Store
from schema import PRICES, Context, schema
from settings import Settings

WARM = 5
"""Runs of each question before the ones that count."""

PARTS = {
    "rows read": (Store, "light_rows"),
    "network": (network, "build"),
    "indexes": (indexes, "build"),
    "version": (Store, "version"),
    "search index": (KnowledgeGraph, "_search_index"),
    "text index": (KnowledgeGraph, "_text_index"),
}
"""What a start is made of; the time of a part leaves out that of the parts it calls."""


class Draw:
    """Arguments drawn from the data of one graph."""

    def __init__(self, graph: KnowledgeGraph, seed: int) -> None:
        self._graph = graph
        self._chance = random.Random(seed)
        self._years = sorted({action.year for action in graph.actions if action.year is not None})

    def action(self) -> Action:
        return self._chance.choice(self._graph.actions)

    def year(self) -> int:
        return self._chance.choice(self._years)

    def keyword(self) -> str:
        return self._chance.choice(self._graph.network.concepts[NodeKind.KEYWORD]).key

    def structure(self) -> str:
        return self._chance.choice(self._graph.network.structures).key

    def kind(self) -> str:
        return self._chance.choice(["KEYWORD", "PARTNER", "PUBLIC", "INITIATOR"])

    def word(self) -> str:
        """A word of five letters or more of some title."""
        while True:
            words = [word for word in self.action().title.split() if len(word) >= 5 and word.isalpha()]
            if words:
                return self._chance.choice(words)


@dataclass(frozen=True, slots=True)
class Question:
    """A GraphQL document and what gives its variables."""

    document: str
    variables: Callable[[Draw], dict[str, Any]]


_PAGE = """{ totalCount pageInfo { hasNextPage endCursor } nodes { id title year structure { name } keywords { label } }
    facets(fields: [KEYWORD, PARTNER, YEAR, STATUS, TERRITORY]) { field values(first: 10) { value count } } }"""
_SIMILAR = """query ($id: ID!, $by: [NodeKind!]!, $measure: Measure!) { action(id: $id) {
    similar(first: 10, by: $by, measure: $measure) {
    edges { score node { id title } reasons { kind term node { id } contribution } } } } }"""


def _similar(measure: str, *by: str) -> Question:
    return Question(_SIMILAR, lambda draw: {"id": draw.action().key, "by": by, "measure": measure})


QUESTIONS = {
    "list: filter, order, five facets": Question(
        "query ($keyword: String!, $year: Int!) { actions(first: 20, orderBy: [{title: ASC}],"
        " where: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}) " + _PAGE + " }",
        lambda draw: {"keyword": draw.keyword(), "year": draw.year()},
    ),
    "the same in order of search": Question(
        "query ($keyword: String!, $year: Int!, $search: String!) { actions(first: 20, search: $search,"
        " where: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}) " + _PAGE + " }",
        lambda draw: {"keyword": draw.keyword(), "year": draw.year(), "search": draw.word()},
    ),
    "similar, top 10: keywords": _similar("JACCARD", "KEYWORD"),
    "similar, top 10: keywords, partners": _similar("JACCARD", "KEYWORD", "PARTNER"),
    "similar, top 10: text": _similar("TEXT", "KEYWORD"),
    "search over every kind": Question(
        "query ($query: String!) { search(query: $query, first: 20) {"
        " score kind node { id } highlights { field fragments { text start end } } } }",
        lambda draw: {"query": draw.word()},
    ),
    "suggest": Question(
        "query ($prefix: String!) { suggest(prefix: $prefix, first: 10) { text kind actionCount node { id } } }",
        lambda draw: {"prefix": draw.word()[:3]},
    ),
    "shortest path of two actions": Question(
        "query ($from: ID!, $to: ID!) { path(from: $from, to: $to, first: 1) {"
        " length paths { sentence steps { node { id } relation } } } }",
        lambda draw: {"from": draw.action().key, "to": draw.action().key},
    ),
    "neighbourhood of a keyword": Question(
        "query ($id: ID!) { neighbourhood(id: $id, depth: 1, first: 100) {"
        " truncated nodes { id } edges { source target relation } } }",
        lambda draw: {"id": draw.keyword()},
    ),
    "co-occurrences": Question(
        "query ($kind: NodeKind!) { cooccurrences(kind: $kind, first: 20) {"
        " count lift a { label } b { label } actions(first: 3) { nodes { id } } } }",
        lambda draw: {"kind": draw.kind()},
    ),
    "node by id, with its text": Question(
        "query ($id: ID!) { node(id: $id) { id ... on Action { title summary structure { name } } } }",
        lambda draw: {"id": draw.action().key},
    ),
    "structures that one ought to meet": Question(
        "query ($id: ID!) { structure(id: $id) { meet(first: 10) {"
        " score b { name } shared { label } aBrings { label } bBrings { label } } } }",
        lambda draw: {"id": draw.structure()},
    ),
}


def measure(path: Path, runs: int, seed: int) -> dict[str, Any]:
    """What a start from the store costs and how long each question takes.

    `actions`; `start`, seconds by part and in all; `memory`, the highest resident memory of this process in GiB;
    `questions`, the median and the 95th percentile in milliseconds by name. Raises RuntimeError where a question
    is answered by an error.
    """
    start = _time_parts()
    begun = perf_counter()
    with Store(path) as store:
        graph = KnowledgeGraph.from_store(store)
        opened = perf_counter()
        graph.prepare()
        start["in all"] = perf_counter() - begun
        start["warm-up"] = perf_counter() - opened - start["search index"] - start["text index"]
        questions = ask(graph, runs, seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"actions": len(graph.actions), "start": start, "memory": memory, "questions": questions}


def ask(graph: KnowledgeGraph, runs: int, seed: int) -> dict[str, tuple[float, float]]:
    """The median and 95th percentile in milliseconds of each question. Raises RuntimeError as `measure` does."""
    settings = Settings()
    engine = Engine(schema, Admission(schema, settings.limits, PRICES, introspection=False), memo_bytes=0)
    context = Context(graph)
    found = {}
    for name, question in QUESTIONS.items():
        draw = Draw(graph, seed)
        took = []
        for _ in range(WARM + runs):
            variables = question.variables(draw)
            begun = perf_counter()
            answer = engine.execute(engine.plan(question.document), variables, context, version=graph.version)
            took.append((perf_counter() - begun) * 1000)
            if not isinstance(answer, Answer) or answer.errors or b'"errors":' in answer.body[:12]:
                raise RuntimeError(f"{name} with {variables} gave {answer}")
        counted = sorted(took[WARM:])
        found[name] = statistics.median(counted), counted[min(runs - 1, round(0.95 * runs))]
    return found


def table(measured: Sequence[dict[str, Any]]) -> str:
    """The measurements as a Markdown table: a column for each store, and the last median over the first."""
    heads = [f"{found['actions']:,} actions" for found in measured]
    rows = [["", *heads, "last / first"], ["---", *["---:"] * (len(heads) + 1)]]
    for part in [*PARTS, "warm-up", "in all"]:
        seconds = [found["start"][part] for found in measured]
        rows.append([f"start, s: {part}", *(f"{s:.2f}" for s in seconds), _ratio(seconds)])
    memory = [found["memory"] for found in measured]
    rows.append(["peak memory, GiB", *(f"{gib:.2f}" for gib in memory), _ratio(memory)])
    for name in QUESTIONS:
        times = [found["questions"][name] for found in measured]
        cells = [f"{median:.2f} ({high:.2f})" for median, high in times]
        rows.append([f"{name}, ms", *cells, _ratio([median for median, _ in times])])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _ratio(values: Sequence[float]) -> str:
    return f"×{values[-1] / values[0]:.1f}" if values[0] >= 0.005 else "–"


def _time_parts() -> dict[str, float]:
    """Time each call of the parts from now on, in the dictionary that is returned."""
    spent = dict.fromkeys(PARTS, 0.0)
    inner = [0.0]

    def timed(part: str, owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def call(*arguments: Any, **options: Any) -> Any:
            inner.append(0.0)
            begun = perf_counter()
            try:
                made = original(*arguments, **options)
                if part != "rows read":
                    return made
                # Rows are read as they are asked for; here they are all read at once, to be timed apart.
                with network.collector_paused():
                    return list(made)
            finally:
                took = perf_counter() - begun
                spent[part] += took - inner.pop()
                inner[-1] += took

        setattr(owner, name, call)

    for part, (owner, name) in PARTS.items():
        timed(part, owner, name)
    return spent


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each store and print the table; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("stores", nargs="+", type=Path, metavar="STORE", help="made by maillage import, smallest first")
    parser.add_argument("--runs", type=int, default=100, help="of each question, from 1")
    parser.add_argument("--seed", type=int, default=1, help="of the arguments")
    parser.add_argument("--json", action="store_true", help="measure one store in this process, print JSON")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error(f"--runs is {options.runs}; it must be 1 or more")
    for path in options.stores:
        if not path.is_file():
            parser.error(f"there is no store at {path}; make it with: maillage import FILE -o {path}")
    if options.json:
        if len(options.stores) > 1:
            parser.error(f"--json measures one store; {len(options.stores)} were given")
        print(json.dumps(measure(options.stores[0], options.runs, options.seed)))
        return 0
    measured = []
    for path in options.stores:
        command = [sys.executable, "-m", "bench.scale", str(path), "--json", f"--runs={options.runs}"]
        done = subprocess.run([*command, f"--seed={options.seed}"], stdout=subprocess.PIPE, check=False)
        if done.returncode:
            print(f"{path} could not be measured; see above.", file=sys.stderr)
            return 1
        measured.append(json.loads(done.stdout))
    print(table(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
