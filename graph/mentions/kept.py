"""Which sheets name which body, in files beside a large store: a start reads only the texts that changed since."""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson

from graph.mentions.gazetteer import DEFAULT_PATH
from graph.mentions.postings import Naming, Postings, Row, Sureness, namings, read
from graph.network import Network
from graph.prepared import HELPED, About, Beside, EveryText
from graph.processes import by_another
from graph.revisions import MISSING, Revisions

FORMAT = 1
"""Of the files, and of the rules by which the texts are read: another rule is another format."""

_ROWS, _ORDINALS, _ENDS = "rows.json", "ordinals.npy", "ends.npy"


def kept_namings(network: Network, beside: Beside) -> dict[str, Naming]:
    """Who names what in a graph that was built at once, found or made in a folder `beside`; of many sheets another
    process makes it.

    Raises OSError where the folder cannot be written.
    """
    revisions = beside.revisions
    known = {"gazetteer": blake2b(DEFAULT_PATH.read_bytes(), digest_size=16).hexdigest()}

    def checked(about: About) -> None:
        if about["gazetteer"] != known["gazetteer"]:
            raise ValueError("it is of another gazetteer")

    def found(folder: Path, about: About) -> dict[str, Naming]:
        checked(about)
        then = Revisions.open(folder)
        if not np.array_equal(revisions.places_in(then), np.arange(len(then.numbers))):
            raise ValueError("it is of other sheets")
        return namings(_open(folder))

    def write(folder: Path) -> About:
        given = beside.said, network.numbers
        return save(_read(given) if len(network.actions) < HELPED else by_another(_read, given), folder)

    def renew(old: Path, about: About, folder: Path) -> About:
        checked(about)
        places = revisions.places_in(Revisions.open(old))
        come = [network.actions[ordinal] for ordinal in np.flatnonzero(places == MISSING).tolist()]
        rows = _moved(_open(old), places)
        for row, ordinals in read((action.ordinal, beside.text(action)) for action in come).items():
            rows[row].extend(ordinals)
        return save(rows, folder)

    def save(postings: Postings, folder: Path) -> About:
        _save(postings, folder)
        revisions.save(folder)
        return known

    return beside.of_revisions("bodies", FORMAT).get(found, write, renew)


def _read(of: tuple[EveryText, npt.NDArray[np.int64]]) -> Postings:
    """What the sheets of these numbers name, where only the store is at hand."""
    said, numbers = of
    ordinals_of = {number: ordinal for ordinal, number in enumerate(numbers.tolist())}
    return read((ordinals_of[number], text) for number, _, text in said() if number in ordinals_of)


def _save(postings: Postings, folder: Path) -> None:
    rows = sorted(row for row in postings if postings[row])
    (folder / _ROWS).write_bytes(orjson.dumps([[key, label, int(sureness)] for key, label, sureness in rows]))
    np.save(folder / _ENDS, np.cumsum([len(postings[row]) for row in rows], dtype=np.int64))
    sorted_ordinals = [np.sort(np.asarray(postings[row], np.uint32)) for row in rows]
    np.save(folder / _ORDINALS, np.concatenate([np.zeros(0, np.uint32), *sorted_ordinals]))


def _open(folder: Path) -> dict[Row, npt.NDArray[np.uint32]]:
    rows = orjson.loads((folder / _ROWS).read_bytes())
    ends, ordinals = np.load(folder / _ENDS), np.load(folder / _ORDINALS)
    if len(ends) != len(rows) or (len(ends) and ends[-1] != len(ordinals)):
        raise ValueError("its parts do not fit")
    split = np.split(ordinals, ends[:-1]) if len(ends) else []
    return {(key, label, Sureness(sure)): some for (key, label, sure), some in zip(rows, split, strict=True)}


def _moved(before: dict[Row, npt.NDArray[np.uint32]], places: npt.NDArray[np.int64]) -> defaultdict[Row, list[int]]:
    """The rows of an earlier graph by the ordinals of this one, of which `places` says where each stood."""
    now = np.full(int(places.max(initial=-1)) + 1, MISSING)
    stayed = np.flatnonzero(places != MISSING)
    now[places[stayed]] = stayed
    rows: defaultdict[Row, list[int]] = defaultdict(list)
    for row, ordinals in before.items():
        here = ordinals[ordinals < len(now)]
        moved = now[here]
        if len(left := moved[moved != MISSING]):
            rows[row] = left.tolist()
    return rows
