"""How well the search answers everyday queries, judged by reading: `python -m bench.relevance`.

Two directories: « lot », the page of `data/pages/`, whose sheets are numbered in the order of the page, and « other »,
the sheets of other themes in `relevance-sheets.json`, numbered in the order of the file. `relevance-queries.json` has
the queries, each with its kind and the numbers of the sheets that a person who types it would be glad to find. The
judgements were written before the thesaurus. A hash of the query puts it into the half that the search was tuned on, or
into the other, whose judgements and answers nobody looked at while tuning.

With `--needs` the queries are those of `relevance-needs.json`: what residents would say, mostly in whole sentences,
written from the sheets alone when search and thesaurus were done, before any of them was asked. With `--others` they
are those of `relevance-others.json`, by a hand that had seen the page and nothing of the search; with `--last` those of
`relevance-last.json`, by another such hand, asked for the first time when search and thesaurus were what they are. With
`--pairs` each query is the first of two expressions of `relevance-pairs.json`, which somebody who had seen nothing at
all thinks of together, and the sheets are one for each second: what the thesaurus knows of the field.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import fmean

from graph.ingest.json_form import read_json
from graph.ingest.page import read_page
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from graph.paging import Window
from graph.store import keyed
from graph.vocabulary import load_vocabulary

HERE = Path(__file__).parent
PAGE = HERE.parent / "data" / "pages" / "actions-lot.txt"
SHEETS = HERE / "relevance-sheets.json"
QUERIES = HERE / "relevance-queries.json"
NEEDS = HERE / "relevance-needs.json"
OTHERS = HERE / "relevance-others.json"
LAST = HERE / "relevance-last.json"
PAIRS = HERE / "relevance-pairs.json"
HALVES = ("tuning", "held-out")
FIRST = 100  # hits that are looked at

Finder = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, over which directory (`set`), of which kind, and which sheets are `relevant`, by number from 1."""

    set: str
    kind: str
    query: str
    relevant: tuple[int, ...]

    @property
    def half(self) -> str:
        """The half that it belongs to, one of HALVES."""
        return HALVES[sha256(self.query.encode()).digest()[0] & 1]


@dataclass(frozen=True, slots=True)
class Measured:
    """How good the answer of a query is, each from 0 to 1."""

    query: Query
    found: tuple[int, ...]

    @property
    def precision(self) -> float:
        """P@5: the relevant among the first five, of five or of all that are relevant where these are fewer."""
        return self._among(5) / min(5, len(self.query.relevant))

    @property
    def recall(self) -> float:
        """Recall@10: the relevant among the first ten, of all that are relevant."""
        return self._among(10) / len(self.query.relevant)

    @property
    def reciprocal(self) -> float:
        """1 over the rank of the first that is relevant; 0 where none is found."""
        return next((1 / rank for rank, each in enumerate(self.found, 1) if each in self.query.relevant), 0.0)

    def _among(self, first: int) -> int:
        return len(set(self.found[:first]) & set(self.query.relevant))


def read_queries(path: Path = QUERIES) -> list[Query]:
    """The queries of the file."""
    return [Query(**{**each, "relevant": tuple(each["relevant"])}) for each in json.loads(path.read_text("utf-8"))]


def read_pairs(path: Path = PAIRS) -> tuple[list[Query], list[Sheet]]:
    """What is typed of each pair of the file as a query, and a sheet for each pair, which says the other."""
    pairs = json.loads(path.read_text("utf-8"))
    said = [other for _, other in pairs]
    queries = [
        Query("pairs", "pair", typed, tuple(number for number, each in enumerate(said, 1) if each == other))
        for typed, other in pairs
    ]
    return queries, [
        Sheet(
            title=f"Fiche {number}",
            department="Lot",
            structure="Centre social",
            structure_department="Lot",
            text=SheetText(summary=each),
        )
        for number, each in enumerate(said, 1)
    ]


def directories() -> dict[str, Sequence[Sheet]]:
    """The sheets of each directory, in the order of their numbers."""
    vocabulary = load_vocabulary()
    page = read_page(PAGE.read_bytes(), PAGE.name, vocabulary).sheets
    return {"lot": page, "other": read_json(SHEETS.read_bytes(), SHEETS.name, vocabulary).sheets}


def finders(of: Mapping[str, Sequence[Sheet]] | None = None) -> dict[str, Finder]:
    """The search of each directory, or of each list of sheets: it gives the numbers of sheets, the best first."""
    return {name: _finder(sheets) for name, sheets in (of or directories()).items()}


def _finder(sheets: Sequence[Sheet]) -> Finder:
    numbers = {id(sheet): number for number, sheet in enumerate(sheets, 1)}
    pairs = list(keyed(sheets))
    of_key = {key: numbers[id(sheet)] for key, sheet in pairs}
    graph = KnowledgeGraph.from_pairs(pairs)

    def find(query: str) -> list[int]:
        found = graph.select(search=query).sorted().page(Window(first=FIRST)).items
        return [of_key[action.key] for action in found]

    return find


def measure(queries: Iterable[Query], find: dict[str, Finder]) -> list[Measured]:
    """The answer of each query."""
    return [Measured(query, tuple(find[query.set](query.query))) for query in queries]


def table(measured: Sequence[Measured]) -> str:
    """Means of P@5, recall@10 and MRR by kind and half, in Markdown."""
    lines = ["| | queries | P@5 | recall@10 | MRR |", "|---|---:|---:|---:|---:|"]
    for half in HALVES:
        if mine := [each for each in measured if each.query.half == half]:
            lines += _rows(half, mine)
    return "\n".join(lines)


def _rows(half: str, mine: Sequence[Measured]) -> Iterator[str]:
    kinds = sorted({each.query.kind for each in mine})
    for kind in kinds:
        yield row(f"{half}, {kind}", [each for each in mine if each.query.kind == kind])
    yield row(f"**{half}**", mine)


def row(head: str, some: Sequence[Measured]) -> str:
    """A row of the table: how many queries, and the means of the three figures."""
    means = [fmean(map(figure, some)) for figure in (_precision, _recall, _reciprocal)]
    return f"| {head} | {len(some)} | " + " | ".join(f"{mean:.2f}" for mean in means) + " |"


def _precision(each: Measured) -> float:
    return each.precision


def _recall(each: Measured) -> float:
    return each.recall


def _reciprocal(each: Measured) -> float:
    return each.reciprocal


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and the answers of one half that are not perfect where asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.relevance", description=__doc__)
    parser.add_argument("--show", choices=HALVES, help="also print the answers of this half that are not perfect")
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--needs", action="store_true", help="ask the needs of relevance-needs.json instead")
    asked.add_argument("--others", action="store_true", help="ask the queries of relevance-others.json instead")
    asked.add_argument("--last", action="store_true", help="ask the queries of relevance-last.json instead")
    asked.add_argument("--pairs", action="store_true", help="ask the pairs of relevance-pairs.json instead")
    options = parser.parse_args(arguments)
    if options.pairs:
        queries, sheets = read_pairs()
        measured = measure(queries, finders({"pairs": sheets}))
    else:
        file = NEEDS if options.needs else OTHERS if options.others else LAST if options.last else QUERIES
        measured = measure(read_queries(file), finders())
    print(table(measured))
    for each in measured:
        if each.query.half == options.show and min(each.precision, each.recall, each.reciprocal) < 1:
            wanted = " ".join(map(str, each.query.relevant))
            print(f"{each.query.set} {each.query.kind} « {each.query.query} »: {wanted}; found {list(each.found[:10])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
