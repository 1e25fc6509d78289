"""Writes synthetic actions in the JSON form: a list, one action a line; the same bytes for the same seed.

    python -m bench.generate 10k -o bench/var/10k.json

The shapes come from `bench/synthetic-parameters.json`. Every title says « synthétique ».
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.french import DEPARTMENTS, sentences, structure_names, titles
from graph.ingest import write_json
from graph.model import Sheet, sheet_of

PARAMETERS = Path(__file__).with_name("synthetic-parameters.json")
BATCH = 2_000
MOST_ACTIONS = 10_000_000
TITLES = 100_000
LISTS = ("partners", "initiators")

_CAPITAL = re.compile("[A-Z]")

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Draws = np.random.Generator


@cache
def parameters() -> Mapping[str, Any]:
    """The content of `bench/synthetic-parameters.json`."""
    content: Mapping[str, Any] = json.loads(PARAMETERS.read_text("utf-8"))
    return content


@dataclass(frozen=True, slots=True)
class Plan:
    """The structures of a data set: one row for each, `ends` being the running total of their actions."""

    names: Sequence[str]
    departments: Sequence[str]
    ends: Integers
    tidiness: Floats


def plan(count: int, seed: int, structures: int | None = None) -> Plan:
    """The structures that share `count` actions, at least one each; by default as many as fit that size.

    Raises ValueError where `count` is not within 1 to 10,000,000, or the structures outnumber the actions.
    """
    if not 1 <= count <= MOST_ACTIONS:
        raise ValueError(f"The number of actions is {count}; it must be within 1 to {MOST_ACTIONS}.")
    known = parameters()
    if structures is None:
        smallest = known["modes"]["10k"]
        structures = min(smallest["structures"], math.ceil(count * smallest["structures"] / smallest["actions"]))
    if not 1 <= structures <= count:
        raise ValueError(f"The number of structures is {structures}; it must be within 1 to {count}, the actions.")
    draws = np.random.default_rng([seed, 0])
    # A Poisson number with a gamma mean is negative binomial; conditioned on its total it is multinomial.
    activity = draws.gamma(known["actions_of_structure_size"], size=structures) + 1e-9
    actions = 1 + draws.multinomial(count - structures, activity / activity.sum())
    spread = np.exp(known["department_sigma"] * draws.standard_normal(len(DEPARTMENTS)))
    where = np.sort(draws.choice(len(DEPARTMENTS), size=structures, p=spread / spread.sum()))
    return Plan(
        names=structure_names(structures, random.Random(f"maillage structures {seed}")),
        departments=[DEPARTMENTS[d] for d in where.tolist()],
        ends=np.cumsum(actions),
        tidiness=known["text"]["spread_of_structure"] * draws.standard_normal(structures),
    )


def sheets(count: int, seed: int, *, structures: int | None = None, light: bool = False) -> Iterator[Sheet]:
    """`count` sheets, by department and structure, without an origin; the same for the same arguments.

    `light` keeps each text to one short sentence. Memory does not grow with `count`, but for the structures.
    Raises ValueError as `plan` does.
    """
    planned = plan(count, seed, structures)
    latest: dict[str, str] = {}
    for number, start in enumerate(range(0, count, BATCH)):
        draws = np.random.default_rng([seed, 1, number])
        yield from _batch(planned, np.arange(start, min(start + BATCH, count)), draws, latest, light)


def write(file: BinaryIO, made: Iterable[Sheet], progress: Callable[[int], None] = lambda done: None) -> int:
    """Write the sheets in the JSON form, one action on each line, and return how many there were."""
    written = 0
    for written, piece in enumerate(write_json(made)):  # one piece for each sheet, then the end of the list
        file.write(piece)
        if written % BATCH == 0:
            progress(written)
    return written


def _batch(planned: Plan, ordinals: Integers, draws: Draws, latest: dict[str, str], light: bool) -> Iterator[Sheet]:
    known = parameters()
    number = len(ordinals)
    structure = np.searchsorted(planned.ends, ordinals, side="right")
    columns: dict[str, Sequence[Any]] = {
        "keywords": _keywords(draws, number),
        **{name: _ticked(draws, known[name], _counts(draws, known[name]["counts"], number)) for name in LISTS},
        "status": _one_of(draws, known["status"], number),
        "dimension": _one_of(draws, known["dimension"], number),
        "publics": [(public,) if public else () for public in _one_of(draws, known["public"], number)],
        "territory": _one_of(draws, known["territory"], number),
    }
    year = _one_of(draws, known["year"], number)
    noise = known["noise"]
    noisy = noise["empty_sheet_share"], noise["curly_apostrophe_share"]
    shares = known["no_year_share"], *noisy, known["files_share"], known["initiators"]["detail_share_of_others"]
    no_year, empty, curly, attached, detailed = ((draws.random(number) < share).tolist() for share in shares)
    title = _titles(draws, number)
    texts = _texts(draws, number, planned.tidiness[structure], light)
    for row, (at, ordinal) in enumerate(zip(structure.tolist(), ordinals.tolist(), strict=True)):
        department = planned.departments[at]
        heading = latest[department] = _heading(title[row], latest.get(department))
        values: dict[str, Any] = {
            "title": heading,
            "department": department,
            "year": None if no_year[row] else int(year[row]),
            "structure": planned.names[at],
            "structure_department": department,
        }
        if not empty[row]:
            own = {name: column[row] for name, column in texts.items()}
            if curly[row]:
                values["title"] = heading.replace("'", "’")
                own = {name: text.replace("'", "’") for name, text in own.items()}
            values |= own | {name: column[row] for name, column in columns.items()}
            if attached[row]:
                values["files"] = (f"affiche-{ordinal}.pdf",)
            if values["status"] != "Terminée":
                del values["end_reason"]
            if not detailed[row] or not {"Autre", "Un ou plusieurs partenaire(s)"}.intersection(values["initiators"]):
                del values["initiator_detail"]
        yield sheet_of(values)


def _one_of(draws: Draws, weights: Mapping[str, float], number: int) -> list[str]:
    values, shares = list(weights), np.array(list(weights.values()), float)
    return [values[i] for i in draws.choice(len(values), size=number, p=shares / shares.sum()).tolist()]


def _counts(draws: Draws, weights: Mapping[str, float], number: int) -> Integers:
    return np.array([int(value) for value in _one_of(draws, weights, number)])


def _keywords(draws: Draws, number: int) -> list[tuple[str, ...]]:
    known = parameters()["keywords"]
    capped = draws.choice(len(known["capped_counts"]), size=number, p=known["capped_counts"])
    many = _counts(draws, known["tick_everything_counts"], number)
    everything = draws.random(number) < known["tick_everything_share"]
    return _ticked(draws, known, np.where(everything, many, capped))


def _ticked(draws: Draws, known: Mapping[str, Any], counts: Integers) -> list[tuple[str, ...]]:
    """For each row `counts` labels, drawn by weight without repetition, in the order of the form."""
    labels = list(known["weights_in_form_order"])
    weights = np.log(np.array(list(known["weights_in_form_order"].values()), float))
    # The k highest of log-weights with Gumbel noise are a weighted draw without replacement.
    scores = weights + draws.gumbel(size=(len(counts), len(labels)))
    rank = (-scores).argsort(axis=1).argsort(axis=1)
    columns = np.nonzero(rank < counts[:, None])[1].tolist()
    ends = np.cumsum(counts).tolist()
    return [tuple(labels[c] for c in columns[s:e]) for s, e in zip([0, *ends], ends, strict=False)]


def _titles(draws: Draws, number: int) -> list[tuple[str, bool, bool]]:
    """Titles, and whether each is to copy its department's last one, to the letter or in another case."""
    noise = parameters()["noise"]
    pool = titles(TITLES)
    capitals = (draws.random(number) < noise["all_caps_title_share"]).tolist()
    copies = draws.random(number)
    copied, varied = copies < noise["copied_title_share"], copies > 1 - noise["varied_title_share"]
    chosen = [pool[c] for c in draws.integers(len(pool), size=number).tolist()]
    shown = [title.upper() if capital else title for title, capital in zip(chosen, capitals, strict=True)]
    return list(zip(shown, copied.tolist(), varied.tolist(), strict=True))


def _heading(drawn: tuple[str, bool, bool], last: str | None) -> str:
    title, copied, varied = drawn
    if last is None or not (copied or varied):
        return title
    return last if copied else last.capitalize() if last.isupper() else last.upper()


def _texts(draws: Draws, number: int, tidiness: Floats, light: bool) -> dict[str, list[str]]:
    """The texts by the name of their field; "" where it is left empty, more often so in an untidy structure."""
    known = parameters()["text"]
    shared = known["spread_with_action"]
    length = draws.standard_normal(number)
    texts = {}
    for field, shape in known["fields"].items():
        own = shared * length + math.sqrt(1 - shared * shared) * draws.standard_normal(number)
        sizes = np.minimum(np.exp(shape["mu"] + shape["sigma"] * own), shape["most"])
        filled = np.ones(number, bool)
        if shape["fill"] < 1:
            usual = math.log(shape["fill"] / (1 - shape["fill"]))
            filled = draws.random(number) < 1 / (1 + np.exp(-(usual + tidiness)))
        written = iter(_paragraphs(draws, field, shape, sizes[filled], light))
        texts[_CAPITAL.sub(r"_\g<0>", field).lower()] = [next(written) if full else "" for full in filled.tolist()]
    return texts


@cache
def _pool(field: str) -> tuple[list[str], Integers]:
    """The sentences of a field after a space, a line break, and a dash; and the lengths of the first."""
    pool = sentences(field, parameters()["noise"]["typos_per_word"])
    pieces = list(chain.from_iterable(map(str.__add__, repeat(lead), pool) for lead in (" ", "\n", "\n- ")))
    return pieces, np.array([len(sentence) + 1 for sentence in pool])


def _paragraphs(draws: Draws, field: str, shape: Mapping[str, float], sizes: Floats, light: bool) -> Iterator[str]:
    """Texts of about `sizes` characters: a random stream of sentences, cut where the sizes say."""
    pieces, lengths = _pool(field)
    usual = float(lengths.mean())
    if light:
        ends = np.arange(1, len(sizes) + 1)
        stream = draws.integers(len(lengths), size=len(sizes))
    else:
        enough = int(sizes.sum() / usual * 1.3) + 2 * len(sizes) + 50
        stream = draws.integers(len(lengths), size=enough)
        running = np.cumsum(lengths[stream])
        ends = np.searchsorted(running, np.cumsum(sizes) + usual / 2)
        rows = np.arange(len(sizes))
        ends = np.maximum.accumulate(np.maximum(ends, 1) - rows) + rows  # at least one sentence each
        stream = stream[: ends[-1] if len(ends) else 0]
    starts = np.concatenate(([0], ends[:-1])).astype(int) if len(ends) else ends
    sentences_each = max(1.01, len(stream) / max(1, len(sizes)))
    first = np.zeros(len(stream), bool)
    first[starts] = True
    broken = first | (draws.random(len(stream)) < min(0.9, (shape["lines"] - 1) / (sentences_each - 1)))
    dashed = broken & (draws.random(len(stream)) < parameters()["noise"]["dash_line_share"])
    lead = np.where(dashed & (not light), 2, np.where(broken, 1, 0))
    written = [pieces[i] for i in (lead * len(lengths) + stream).tolist()]
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield "".join(written[start:end])[1:]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one data set; the exit status."""
    modes = parameters()["modes"]
    parser = argparse.ArgumentParser(prog="python -m bench.generate", description=__doc__)
    parser.add_argument("size", choices=list(modes))
    parser.add_argument("-o", "--output", type=Path, help="by default bench/var/SIZE.json")
    parser.add_argument("--seed", type=int, default=1, help="a number from 0")
    parser.add_argument("--light", action="store_true", help="one short sentence for each text")
    options = parser.parse_args(arguments)
    if options.seed < 0:
        parser.error(f"the seed is {options.seed}; it must be 0 or more")
    mode = modes[options.size]
    output = options.output or Path(__file__).parent / "var" / f"{options.size}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_suffix(".partial")
    made = sheets(mode["actions"], options.seed, structures=mode["structures"], light=options.light)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as bar, partial.open("wb", buffering=1 << 20) as file:
        task = bar.add_task("Synthetic actions", total=mode["actions"])
        written = write(file, made, lambda done: bar.update(task, completed=done))
    partial.replace(output)
    print(f"{written} synthetic actions in {output} ({output.stat().st_size / 1e6:.0f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
