"""Files that may hold what was erased: those that Maillage made beside a store, and those of others, which stay."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from graph.model import fold, slug
from graph.store.naming import holds_any

_BLOCK = 1 << 20
_SHORT = 3  # letters of a name that stands within too many words to be looked for as bytes


def prepared_folder(store: Path) -> Path:
    """The folder beside a store for what is made of a large one once and read again."""
    return store.with_suffix(".index" if store.suffix != ".index" else ".index.index")


def own_files(store: Path) -> Iterator[Path]:
    """What Maillage made beside a store besides it: the folder of what is prepared, the copies of before a migration,
    and stores that a killed import left unfinished."""
    unfinished = re.compile(rf"{re.escape(store.name)}\.[a-z0-9_]{{8}}")
    for path in sorted(store.parent.iterdir()):
        is_copy = path.name.startswith(f"{store.name}.before-")
        is_left = path.is_dir() and unfinished.fullmatch(path.name) is not None
        if path == prepared_folder(store) or is_copy or is_left:
            yield path


def remove(path: Path) -> None:
    """Remove a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def holding(places: Iterable[Path], but: Path, names: Iterable[str]) -> Iterator[tuple[Path, list[int]]]:
    """The files at some places, folders with all that is in them, that hold a name: each with the lines, from 1, or
    with none where it is no text. The store `but` and its companions are left out."""
    words = [name for name in names if name.strip()]
    companions = {but.resolve().with_name(but.name + end) for end in ("", "-wal", "-shm")}
    by_bytes = _any_of({form for word in words if len(word) > _SHORT for form in forms(word)})
    by_word = holds_any(words)
    for path in sorted({path.resolve() for place in places for path in _files(place)} - companions):
        try:
            lines = _lines(path, by_bytes, by_word)
        except OSError:
            continue  # what cannot be read here cannot be served from here
        if lines is not None:
            yield path, lines


def forms(word: str) -> set[bytes]:
    """How a word can stand in a file, its ASCII letters in lower case: as printed, folded, in keys and in JSON."""
    written = {word, word.lower(), word.upper(), word.title(), fold(word), slug(word)}
    escaped = {json.dumps(form, ensure_ascii=ascii)[1:-1] for form in written for ascii in (True, False)}
    return {form.encode("utf-8", "surrogatepass").lower() for form in written | escaped if form}


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for folder, _, names in os.walk(place):
        yield from (path for name in names if (path := Path(folder, name)).is_file())


def _lines(path: Path, by_bytes: Callable[[bytes], bool], by_word: Callable[[str], bool]) -> list[int] | None:
    """The lines of a file that hold a name; None where none does, none of them where it is no text."""
    with path.open("rb") as file:
        if b"\0" in file.read(_BLOCK):
            file.seek(0)
            return [] if any(map(by_bytes, _blocks(iter(lambda: file.read(_BLOCK), b"")))) else None
        file.seek(0)
        said = ((number, line) for number, line in enumerate(file, start=1))
        return [n for n, line in said if by_bytes(line.lower()) or by_word(line.decode(errors="replace"))] or None


def _blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Blocks in lower case, each with the end of the one before, so that no name is cut."""
    end = b""
    for block in blocks:
        yield end + block.lower()
        end = block[-1_000:].lower()


def _any_of(found: set[bytes]) -> Callable[[bytes], bool]:
    return lambda text: any(form in text for form in found)
