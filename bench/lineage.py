"""How well lineages are found, on cases written by hand: `python -m bench.lineage`.

`lineage-cases.json` has structures with a few sheets each, and the pairs of them, by number from 1, of which the later
one tells of what the earlier one told of; `LOT` has those of the page of `data/pages/`, by the numbers of its sheets. A
hash of the structure's name puts it into the half that the rules were tuned on, or into the other.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from graph.ingest.page import read_page
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Sheet, sheet_of
from graph.store import keyed
from graph.vocabulary import load_vocabulary

HERE = Path(__file__).parent
PAGE = HERE.parent / "data" / "pages" / "actions-lot.txt"
CASES = HERE / "lineage-cases.json"
HALVES = ("tuning", "held-out")
LEVELS = (0.5, 0.7)
LOT = {(8, 7)}

Pair = tuple[int, int]
"""The numbers of an earlier sheet and a later one."""


@dataclass(frozen=True, slots=True)
class Case:
    """A structure's sheets, and the pairs that a person sees."""

    structure: str
    sheets: tuple[Sheet, ...]
    pairs: frozenset[Pair]

    @property
    def half(self) -> str:
        """The half that it belongs to, one of HALVES."""
        return HALVES[sha256(self.structure.encode()).digest()[0] & 1]


def read_cases(path: Path = CASES) -> list[Case]:
    """The cases of the file, and those of the page."""
    written = json.loads(path.read_text("utf-8"))
    return [*map(_written, written), *_of_page()]


def _written(each: dict[str, object]) -> Case:
    home = {"structure": each["structure"], "structure_department": "Ain", "department": "Ain"}
    said: Sequence[dict[str, object]] = each["sheets"]  # type: ignore[assignment]
    pairs: Sequence[Pair] = each["pairs"]  # type: ignore[assignment]
    names = {"endReason": "end_reason"}
    sheets = (sheet_of({**home, **{names.get(name, name): value for name, value in some.items()}}) for some in said)
    return Case(str(each["structure"]), tuple(sheets), frozenset((one, other) for one, other in pairs))


def _of_page() -> Iterator[Case]:
    sheets = read_page(PAGE.read_bytes(), PAGE.name, load_vocabulary()).sheets
    for name in sorted({sheet.structure for sheet in sheets}):
        numbers = [number for number, sheet in enumerate(sheets, 1) if sheet.structure == name]
        place = {number: at for at, number in enumerate(numbers, 1)}
        pairs = ((place[one], place[other]) for one, other in LOT if one in place and other in place)
        yield Case(name, tuple(sheets[number - 1] for number in numbers), frozenset(pairs))


def found(case: Case, least: float) -> set[Pair]:
    """The pairs that are found with so much confidence, from either side."""
    pairs = list(keyed(case.sheets))
    graph = KnowledgeGraph.from_pairs(pairs)
    numbers = {id(sheet): number for number, sheet in enumerate(case.sheets, 1)}
    of_key = {key: numbers[id(sheet)] for key, sheet in pairs}
    seen: set[Pair] = set()
    for key, number in of_key.items():
        action = graph.get(key)
        assert isinstance(action, Action)
        some = graph.lineage(action)
        seen.update((of_key[each.action.key], number) for each in some.earlier if each.confidence >= least)
        seen.update((number, of_key[each.action.key]) for each in some.later if each.confidence >= least)
    return seen


def table(cases: Sequence[Case]) -> str:
    """Precision and recall by half and least confidence, in Markdown."""
    lines = [
        "| | structures | sheets | pairs | confidence from | found | right | precision | recall |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for half in HALVES:
        some = [case for case in cases if case.half == half]
        for level in LEVELS:
            seen = [found(case, level) for case in some]
            right = sum(len(pairs & case.pairs) for pairs, case in zip(seen, some, strict=True))
            total, wanted = sum(map(len, seen)), sum(len(case.pairs) for case in some)
            sheets = sum(len(case.sheets) for case in some)
            lines.append(
                f"| {half} | {len(some)} | {sheets} | {wanted} | {level} | {total} | {right} "
                f"| {right / total if total else 1:.2f} | {right / wanted if wanted else 1:.2f} |"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and what is wrong or missing in one half where asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.lineage", description=__doc__)
    parser.add_argument("--show", choices=HALVES, help="also print what is wrong or missing in this half")
    options = parser.parse_args(arguments)
    cases = read_cases()
    print(table(cases))
    for case in cases:
        if case.half == options.show:
            seen = found(case, LEVELS[0])
            for what, pairs in (("wrong", seen - case.pairs), ("missing", case.pairs - seen)):
                for one, other in sorted(pairs):
                    print(f"{what}: {case.structure}: {case.sheets[one - 1].title} → {case.sheets[other - 1].title}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
