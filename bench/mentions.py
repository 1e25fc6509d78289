"""How well bodies are found in texts, on sheets marked by hand: `python -m bench.mentions`.

`mentions-marked.json` has the 16 sheets of `data/pages/`, in the order of the page, each with the words of its fields
that name a body, and short texts of other departments that were written for this, where `[[…]]` is around such words.
An exclamation mark is before what names the sheet's own structure: that is not counted, but taking it for another body
is wrong. A hash of the sheet puts it into the half that the rules were tuned on, or into the other.

A mention is right where at least half of the characters that it and a marked name cover are covered by both.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from graph.fields import TEXTS
from graph.ingest.page import read_page
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText, sheet_of
from graph.store import keyed
from graph.vocabulary import load_vocabulary

HERE = Path(__file__).parent
PAGE = HERE.parent / "data" / "pages" / "actions-lot.txt"
MARKED = HERE / "mentions-marked.json"
HALVES = ("tuning", "held-out")
LEVELS = (0.5, 0.7, 0.8)
"""The confidences from which mentions are counted."""

Place = tuple[str, int, int]
"""A field of the form, and the characters from and to which something stands in it."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A sheet with what a person marked in it: bodies that it names, and where it names its own structure."""

    set: str
    sheet: Sheet
    bodies: tuple[Place, ...]
    own: tuple[Place, ...]

    @property
    def half(self) -> str:
        """The half that it belongs to, one of HALVES."""
        said = self.sheet.title + "".join(getattr(self.sheet.text, field.name) or "" for field in TEXTS)
        return HALVES[sha256(said.encode()).digest()[0] & 1]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in a marked sheet: right, wrong, and marked but missing."""

    marked: Marked
    right: tuple[Place, ...]
    wrong: tuple[Place, ...]
    missing: tuple[Place, ...]


def read_marked(path: Path = MARKED) -> list[Marked]:
    """The marked sheets. Raises ValueError where a mark is not in its field."""
    content = json.loads(path.read_text("utf-8"))
    sheets = read_page(PAGE.read_bytes(), PAGE.name, load_vocabulary()).sheets
    lot = [_of_page(sheets[each["sheet"] - 1], each["mentions"]) for each in content["lot"]]
    return [*lot, *(_written(number, each) for number, each in enumerate(content["written"], 1))]


def _of_page(sheet: Sheet, marks: dict[str, list[str]]) -> Marked:
    bodies: list[Place] = []
    own: list[Place] = []
    for field, words in marks.items():
        text = getattr(sheet.text, field)
        for word in words:
            context, _, name = word.lstrip("!").partition("=>")
            found = list(re.finditer(rf"(?<![\w]){re.escape(context)}(?!\w)", text))
            if not found:
                raise ValueError(f"{MARKED.name}: {sheet.title}: {field}: {context!r} is not there")
            length = len(name or context)
            places = ((field, each.start(), each.start() + length) for each in found)
            (own if word[0] == "!" else bodies).extend(places)
    whole = [place for place in bodies if not any(_covers(other, place) for other in (*bodies, *own))]
    return Marked("lot", sheet, tuple(whole), tuple(own))


def _covers(one: Place, other: Place) -> bool:
    return one != other and one[0] == other[0] and one[1] <= other[1] and other[2] <= one[2]


def _written(number: int, each: dict[str, Any]) -> Marked:
    bodies: list[Place] = []
    own: list[Place] = []
    texts = {}
    for field, marked in each["text"].items():
        plain = ""
        for piece in re.split(r"(\[\[.*?\]\])", marked):
            is_mark = piece.startswith("[[")
            words = piece[2:-2] if is_mark else piece
            if is_mark:
                name = words.lstrip("!")
                (own if words[0] == "!" else bodies).append((field, len(plain), len(plain) + len(name)))
                words = name
            plain += words
        texts[field] = plain
    values = {"structure": each["structure"], "structure_department": each["department"]}
    sheet = sheet_of({**values, "department": each["department"], "title": f"Fiche {number}", **texts})
    return Marked("written", sheet, tuple(bodies), tuple(own))


def judge(sheets: Sequence[Marked], least: float) -> list[Judged]:
    """What is found in each sheet with so much confidence. The page is one directory, the written sheets another."""
    judged = []
    for name in dict.fromkeys(each.set for each in sheets):
        some = [each for each in sheets if each.set == name]
        pairs = list(keyed([each.sheet for each in some]))
        graph = KnowledgeGraph.from_pairs(pairs)
        of = {id(sheet): key for key, sheet in pairs}
        api = {field.api: field.name for field in TEXTS}
        for each in some:
            action: Any = graph.get(of[id(each.sheet)])
            found = [
                (api[mention.field], mention.start, mention.end)
                for mention in graph.bodies.of(action)
                if mention.confidence >= least and not mention.own
            ]
            judged.append(_judged(each, found))
    return judged


def _judged(marked: Marked, found: Iterable[Place]) -> Judged:
    left = list(marked.bodies)
    right, wrong = [], []
    for place in found:
        same = next((each for each in left if _overlap(each, place) >= 0.5), None)
        if same is None:
            wrong.append(place)
        else:
            left.remove(same)
            right.append(place)
    return Judged(marked, tuple(right), tuple(wrong), tuple(left))


def _overlap(one: Place, other: Place) -> float:
    if one[0] != other[0]:
        return 0.0
    both = min(one[2], other[2]) - max(one[1], other[1])
    return max(0, both) / (max(one[2], other[2]) - min(one[1], other[1]))


def table(sheets: Sequence[Marked]) -> str:
    """Precision and recall by half, set and least confidence, in Markdown."""
    lines = [
        "| | sheets | marked | confidence from | found | right | precision | recall |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    judged = {level: judge(sheets, level) for level in LEVELS}
    for half in HALVES:
        for name in (*dict.fromkeys(each.set for each in sheets), "both"):
            for level in LEVELS:
                some = [
                    each for each in judged[level] if each.marked.half == half and name in (each.marked.set, "both")
                ]
                lines.append(_row(f"{half}, {name}", level, some))
    return "\n".join(lines)


def _row(head: str, level: float, some: Sequence[Judged]) -> str:
    right, wrong, missing = (sum(len(getattr(each, name)) for each in some) for name in ("right", "wrong", "missing"))
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missing) if right + missing else 1.0
    marked = right + missing
    return f"| {head} | {len(some)} | {marked} | {level} | {right + wrong} | {right} | {precision:.2f} | {recall:.2f} |"


def differences(judged: Iterable[Judged]) -> Iterator[str]:
    """What is wrong or missing, a line each."""
    for each in judged:
        text: SheetText = each.marked.sheet.text
        for what, places in (("wrong", each.wrong), ("missing", each.missing)):
            for field, start, end in places:
                said = getattr(text, field)
                around = said[max(0, start - 30) : end + 30].replace("\n", " ")
                yield f"{what}: {each.marked.sheet.title}: {field}: {said[start:end]!r} in « {around} »"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, and what is wrong in one half where asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.mentions", description=__doc__)
    parser.add_argument("--show", choices=HALVES, help="also print what is wrong or missing in this half")
    options = parser.parse_args(arguments)
    sheets = read_marked()
    print(table(sheets))
    if options.show:
        judged = [each for each in judge(sheets, LEVELS[0]) if each.marked.half == options.show]
        print(*differences(judged), sep="\n")
        print(Counter(each.marked.set for each in judged))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
