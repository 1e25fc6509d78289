"""Measures a start and the questions on stores of growing size: `python -m bench.scale STORE…`.

Each store has a process of its own. The arguments of a question are drawn from its data, and differ at each run.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from execution import Admission, Answer, Engine, Limits, Version
from graph import indexes, network
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.search.index import SearchIndex
from graph.similarity.text import TextIndex
from graph.store import Store
from schema import PRICES, Context, schema

WARM = 5
"""Runs of each question before the ones that count."""

PARTS = {
    "rows read": (Store, "light_rows"),
    "network": (network, "build"),
    "indexes": (indexes, "build"),
    "version": (Store, "version"),
    "search index": (SearchIndex, "build"),
    "text index": (TextIndex, "build"),
}
"""What a start is made of; the time of a part leaves out that of the parts it calls."""

_LIST = """where: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id title year structure { name } keywords { label } }
    facets(fields: [KEYWORD, PARTNER, YEAR, STATUS, TERRITORY]) { field values(first: 10) { value count } } } }"""
_SIMILAR = """{ edges { score node { id title } reasons { kind term node { id } contribution } } } } }"""

QUESTIONS = {
    "list: filter, order, five facets": "query ($keyword: String!, $year: Int!) {"
    " actions(first: 20, orderBy: [{title: ASC}], " + _LIST,
    "the same in order of search": "query ($keyword: String!, $year: Int!, $word: String!) {"
    " actions(first: 20, search: $word, " + _LIST,
    "similar, top 10: keywords": "query ($action: ID!) { action(id: $action) {"
    " similar(first: 10, by: [KEYWORD])" + _SIMILAR,
    "similar, top 10: keywords, partners": "query ($action: ID!) { action(id: $action) {"
    " similar(first: 10, by: [KEYWORD, PARTNER])" + _SIMILAR,
    "similar, top 10: text": "query ($action: ID!) { action(id: $action) {"
    " similar(first: 10, measure: TEXT)" + _SIMILAR,
    "similar, top 10: balanced": "query ($action: ID!) { action(id: $action) {"
    " similar(first: 10, measure: BALANCED)" + _SIMILAR,
    "similar to a text of some words": """query ($word: String!) {
        similarActions(text: $word, first: 10) { edges { score node { id title } reasons { term contribution } } } }""",
    "search over every kind": """query ($word: String!) { search(query: $word, first: 20) {
        edges { score kind node { id } highlights { field fragments { text start end } } } } }""",
    "search, a word misspelt": """query ($misspelt: String!) { search(query: $misspelt, first: 20) {
        corrected { from to } edges { score node { id } matchedBy { typed found } } } }""",
    "search, a phrase of a title": """query ($phrase: String!) { search(query: $phrase, first: 20) {
        edges { score node { id } highlights { field fragments { text } } } } }""",
    "search, a phrase of two frequent words": """query ($frequent: String!) { search(query: $frequent, first: 20) {
        edges { score node { id } } } }""",
    "search, a question": """query ($question: String!) { search(query: $question, first: 20) {
        totalCount edges { score node { id } matchedBy { typed found } missing } } }""",
    "search among actions of a year": """query ($word: String!, $year: Int!) {
        search(query: $word, where: {year: {eq: $year}}, first: 20) { edges { score node { id } } } }""",
    "list: a part of the title": """query ($part: String!) {
        actions(first: 20, where: {title: {contains: $part}}) { totalCount nodes { id title } } }""",
    "suggest": """query ($prefix: String!) {
        suggest(prefix: $prefix, first: 10) { text kind actionCount node { id } } }""",
    "shortest path of two actions": """query ($action: ID!, $other: ID!) {
        path(from: $action, to: $other, first: 1) { length paths { sentence steps { node { id } relation } } } }""",
    "neighbourhood of a keyword": """query ($keyword: ID!) { neighbourhood(id: $keyword, depth: 1, first: 100) {
        truncated nodes { id } edges { source target relation } } }""",
    "co-occurrences": """query ($kind: NodeKind!) { cooccurrences(kind: $kind, first: 20) {
        nodes { count lift a { label } b { label } actions(first: 3) { nodes { id } } } } }""",
    "node by id, with its text": """query ($action: ID!) {
        node(id: $action) { id ... on Action { title summary structure { name } } } }""",
    "structures that one ought to meet": """query ($structure: ID!) { structure(id: $structure) { meet(first: 10) {
        nodes { score b { name } shared { label } aBrings { label } bBrings { label } } } } }""",
    "the same, balanced": """query ($structure: ID!) { structure(id: $structure) { meet(first: 10, measure: BALANCED) {
        nodes { score b { name } reasons { kind contribution keyword { label } } } } } }""",
    "similar, top 10, in a year": "query ($action: ID!, $year: Int!) { action(id: $action) {"
    " similar(first: 10, measure: BALANCED, where: {year: {eq: $year}})" + _SIMILAR,
    "shortest path through a keyword and year": """query ($action: ID!, $other: ID!, $year: Int!, $keyword: String!) {
        path(from: $action, to: $other, first: 1, where: {year: {eq: $year}, keywords: {containsAny: [$keyword]}}) {
        length paths { sentence } } }""",
    "co-occurrences of a keyword and year": """query ($keyword: String!, $year: Int!) {
        cooccurrences(first: 20, where: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}) {
        nodes { count lift a { label } b { label } } } }""",
    "meetings of a keyword and year": """query ($keyword: String!, $year: Int!) {
        meetings(measure: BALANCED, first: 10, where: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}) {
        totalCount nodes { score a { name } b { name } reasons { kind contribution } } } }""",
    "communities of a keyword and year": """query ($keyword: String!, $year: Int!) {
        communities(where: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}) { nodes { label size } } }""",
    "isolated of a keyword and year": """query ($keyword: String!, $year: Int!) {
        isolated(by: PARTNER, where: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}) { totalCount } }""",
    "data quality of a keyword and year": """query ($keyword: String!, $year: Int!) {
        dataQuality(where: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}) {
        emptyFields(first: 5) { nodes { field count } } } }""",
    "groups: keyword by year": """query ($keyword: String!) {
        actionsBy(groupBy: [PARTNER, YEAR], where: {keywords: {containsAny: [$keyword]}}, first: 100) { count } }""",
    "matrix: structure by keyword": """query ($year: Int!) {
        matrix(rows: STRUCTURE, columns: KEYWORD, first: 20,
            where: {partners: {isEmpty: false}, year: {eq: $year}}) {
        columns { label count } nodes { key { label } counts } } }""",
    "compare a keyword's years": """query ($keyword: String!, $year: Int!) {
        compare(a: {keywords: {containsAny: [$keyword]}, year: {gte: $year}},
            b: {keywords: {containsAny: [$keyword]}, year: {lt: $year}}, first: 10) {
        nodes { key { label } difference lift certain } } }""",
    "structures by what their actions say": """query ($keyword: String!, $year: Int!) { structures(first: 20, where: {
        actions: {some: {keywords: {containsAny: [$keyword]}, year: {eq: $year}}, none: {status: {eq: "TERMINEE"}}}}) {
        totalCount nodes { id name } } }""",
    "structures by number of actions": """query { structures(first: 20, where: {actionCount: {gte: 10}},
        orderBy: {actionCount: DESC}) { totalCount nodes { id name actionCount } } }""",
    "the most central actions": """query { centralNodes(kind: ACTION, first: 20) { nodes { id
        ... on Action { title centrality { degree betweenness component { size } community { label } } } } } }""",
    "structures in the midst": """query { structures(first: 20, orderBy: {betweenness: DESC},
        where: {centrality: {coreNumber: {gte: 3}}}) { totalCount nodes { name centrality { betweenness } } } }""",
    "actions on which something hangs": """query ($keyword: String!) { actions(first: 20, orderBy: [{degree: DESC}],
        where: {centrality: {isCutNode: true}, keywords: {containsAny: [$keyword]}}) {
        totalCount nodes { title } } }""",
}

PHRASES = "phrases of the thesaurus, read later"
CENTRALITY = "how central nodes are, found later"


def drawn(graph: KnowledgeGraph, seed: int) -> Iterator[dict[str, Any]]:
    """Without end, the variables of every question, drawn from the data of the graph; the same for the same seed."""
    chance = random.Random(seed)
    years = [year for year in graph.indexes.years if year is not None]
    sample = chance.sample(range(len(graph.actions)), min(len(graph.actions), 2_000))
    counts = Counter(word for place in sample for word in _words(graph.actions[place].title))
    frequent = [word for word, _ in counts.most_common(40)]
    while True:
        action, other = chance.choices(graph.actions, k=2)
        if words := _words(action.title):
            word = chance.choice(words)
            first, second = chance.sample(frequent, 2)
            titled = other.title.replace('"', " ").replace("\\", " ").split()
            at = chance.randrange(max(len(titled) - 1, 1))
            yield {
                "action": action.key,
                "other": other.key,
                "year": chance.choice(years),
                "keyword": chance.choice(graph.network.concepts[NodeKind.KEYWORD]).key,
                "structure": chance.choice(graph.network.structures).key,
                "kind": chance.choice(["KEYWORD", "PARTNER", "PUBLIC", "INITIATOR"]),
                "word": word,
                "prefix": word[:3],
                "part": word[1:5],
                "misspelt": f"{first} {word[:-2]}{word[-1]}x",
                "phrase": f'"{" ".join(titled[at : at + 2])}"',
                "frequent": f'"{first} {second}"',
                "question": f"comment {word} avec les {first} dans mon quartier ?",
            }


def _words(title: str) -> list[str]:
    return [word for word in title.split() if len(word) >= 5 and word.isalpha()]


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
        # A server does this in a thread once it answers.
        graph.search.read_phrases()
        start[PHRASES] = perf_counter() - begun - start["in all"]
        begun = perf_counter()
        graph.analysis.measure()
        start[CENTRALITY] = perf_counter() - begun
        questions = ask(graph, runs, seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"actions": len(graph.actions), "start": start, "memory": memory, "questions": questions}


def ask(graph: KnowledgeGraph, runs: int, seed: int) -> dict[str, tuple[float, float]]:
    """The median and 95th percentile in milliseconds of each question. Raises RuntimeError as `measure` does."""
    engine = Engine(schema, Admission(schema, Limits(), PRICES, introspection=False), memo_bytes=0)
    context = Context(graph)
    times = {}
    for name, document in QUESTIONS.items():
        took = []
        for _, variables in zip(range(WARM + runs), drawn(graph, seed), strict=False):
            begun = perf_counter()
            answer = engine.execute(engine.plan(document), variables, context, version=Version(1))
            took.append((perf_counter() - begun) * 1000)
            if not isinstance(answer, Answer) or answer.errors or b'"errors":' in answer.body[:12]:
                raise RuntimeError(f"{name} with {variables} gave {answer}")
        median, high = np.percentile(took[WARM:], (50, 95)).tolist()
        times[name] = median, high
    return times


def table(measured: Sequence[dict[str, Any]]) -> str:
    """The measurements as a Markdown table: a column for each store, and the last median over the first."""
    rows = [
        ["", *(f"{store['actions']:,} actions" for store in measured), "last / first"],
        ["---", *["---:"] * (len(measured) + 1)],
        *(
            _row(f"start, s: {part}", [(store["start"][part],) for store in measured])
            for part in [*PARTS, "warm-up", "in all", PHRASES, CENTRALITY]
        ),
        _row("peak memory, GiB", [(store["memory"],) for store in measured]),
        *(_row(f"{name}, ms", [store["questions"][name] for store in measured]) for name in QUESTIONS),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(head: str, values: Sequence[Sequence[float]]) -> list[str]:
    """Each first value, with the second in brackets where there is one; then the last over the first."""
    cells = [f"{value:.2f}" + "".join(f" ({high:.2f})" for high in more) for value, *more in values]
    first, last = values[0][0], values[-1][0]
    return [head, *cells, f"×{last / first:.1f}" if first >= 0.005 else "–"]


def _time_parts() -> dict[str, float]:
    """Time each call of the parts from now on, in the dictionary that is returned."""
    spent = dict.fromkeys(PARTS, 0.0)
    inner = [0.0]

    def timed(part: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            inner.append(0.0)
            begun = perf_counter()
            made = original(*arguments)
            if part == "rows read":
                # Rows are read as they are asked for; here they are all read at once, to be timed apart.
                with network.collector_paused():
                    made = list(made)
            took = perf_counter() - begun
            spent[part] += took - inner.pop()
            inner[-1] += took
            return made

        return call

    for part, (owner, name) in PARTS.items():
        setattr(owner, name, timed(part, getattr(owner, name)))
    return spent


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each store and print the table; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("stores", nargs="+", type=Path, metavar="STORE", help="made by maillage import, smallest first")
    parser.add_argument("--runs", type=int, default=100, help="of each question, from 1")
    parser.add_argument("--seed", type=int, default=1, help="of the arguments")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error(f"--runs is {options.runs}; it must be 1 or more")
    for path in options.stores:
        if not path.is_file():
            parser.error(f"there is no store at {path}; make it with: maillage import FILE -o {path}")
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as processes:
        measured = processes.map(partial(measure, runs=options.runs, seed=options.seed), options.stores)
        print(table(list(measured)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
