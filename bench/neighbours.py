"""How good the nearest sheets of a sheet are, judged by reading: `python -m bench.neighbours`.

The directories are those of `bench.relevance`. `relevance-neighbours.json` has for each sheet the others, by number,
that whoever reads it would be glad to be shown: of the same kind of work, or for the same people in the same way; the
same theme alone is not enough. They were written before the measure BALANCED. A hash of directory and number puts a
sheet into one of two halves: BALANCED was made by looking at the first half of « other », and at no other.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import fmean

from bench.relevance import HALVES, HERE, directories
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Sheet
from graph.similarity.measures import Measure
from graph.store import keyed

NEIGHBOURS = HERE / "relevance-neighbours.json"
COMPARED = (Measure.JACCARD, Measure.RARITY, Measure.TEXT, Measure.BALANCED)
FIRST = 3

Nearest = Callable[[int, Measure], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Read:
    """A sheet of a directory (`set`), and the others that are relevant to it, by number from 1."""

    set: str
    sheet: int
    relevant: tuple[int, ...]

    @property
    def half(self) -> str:
        """The half that it belongs to, one of HALVES."""
        return HALVES[sha256(f"{self.set} {self.sheet}".encode()).digest()[0] & 1]

    def precision(self, found: Sequence[int]) -> float:
        """The relevant among the first three, of three, or of all that are relevant where these are fewer."""
        return len(set(found[:FIRST]) & set(self.relevant)) / min(FIRST, len(self.relevant))

    def is_right(self, found: Sequence[int]) -> bool:
        """Whether the first is relevant."""
        return bool(found) and found[0] in self.relevant


def read_neighbours(path: Path = NEIGHBOURS) -> list[Read]:
    """The sheets of the file."""
    return [Read(each["set"], each["sheet"], tuple(each["relevant"])) for each in json.loads(path.read_text("utf-8"))]


def nearest(sheets: Sequence[Sheet]) -> Nearest:
    """Gives the numbers of the three sheets nearest to that of a number, by a measure."""
    pairs = list(keyed(sheets))
    number_of_sheet = {id(sheet): number for number, sheet in enumerate(sheets, 1)}
    number = {key: number_of_sheet[id(sheet)] for key, sheet in pairs}
    graph = KnowledgeGraph.from_pairs(pairs)
    action = {number[each.key]: each for each in graph.network.actions}

    def find(sheet: int, measure: Measure) -> list[int]:
        mine: Action = action[sheet]
        return [number[each.action.key] for each in graph.similarity.similar([mine], measure=measure).between(0, FIRST)]

    return find


def table(read: Sequence[Read], find: dict[str, Nearest]) -> str:
    """Means of precision@3, and how often the first is right, by directory and half, in Markdown."""
    lines = [
        "| | sheets | " + " | ".join(f"{each.name} P@3 | first right" for each in COMPARED) + " |",
        "|---|---:|" + "---:|---:|" * len(COMPARED),
    ]
    return "\n".join((*lines, *_rows(read, find)))


def _rows(read: Sequence[Read], find: dict[str, Nearest]) -> Iterator[str]:
    for name in find:
        for half in HALVES:
            mine = [each for each in read if (each.set, each.half) == (name, half)]
            yield f"| {name}, {half} | {len(mine)} | " + " | ".join(_cells(mine, find[name])) + " |"


def _cells(mine: Sequence[Read], find: Nearest) -> Iterator[str]:
    for measure in COMPARED:
        found = [find(each.sheet, measure) for each in mine]
        pairs = list(zip(mine, found, strict=True))
        yield f"{fmean(each.precision(nearest) for each, nearest in pairs):.2f}"
        yield f"{sum(each.is_right(nearest) for each, nearest in pairs)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and of one half what BALANCED finds where it is not perfect; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.neighbours", description=__doc__)
    parser.add_argument("--show", choices=HALVES, help="also print what is not perfect in this half of « other »")
    options = parser.parse_args(arguments)
    read = read_neighbours()
    find = {name: nearest(sheets) for name, sheets in directories().items()}
    print(table(read, find))
    for each in read:
        if (each.set, each.half) == ("other", options.show):
            found = find[each.set](each.sheet, Measure.BALANCED)
            if each.precision(found) < 1:
                print(f"{each.set} {each.sheet}: {list(each.relevant)}; found {list(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
